// SPDX-License-Identifier: Apache-2.0
// A scenario with a patch, as the text of a new file: what the file says and what it extends, with
// parameters in place, and without the defaults that a reader can do without.

#include <optional>
#include <utility>

#include "scenarios/format/assemble.h"
#include "scenarios/format/format.h"
#include "scenarios/format/parse.h"
#include "sim/assert.h"

namespace gfs::format {
namespace {

// Without what no file said.
Node written(const Node& node, const SourceFiles& files) {
    Node kept = node;
    kept.items.clear();
    for (const Node& item : node.items) {
        const bool said = item.span.known();
        if (!said || files.kind(item.span.file) == SourceFiles::Kind::profile) continue;
        kept.items.push_back(written(item, files));
    }
    return kept;
}

}  // namespace

std::string merged_text(const LoadResult& base, const std::string& patch) {
    SIM_ASSERT(base.ok());
    Node document = written(base.document, base.diagnostics.files());
    Diagnostics diagnostics;
    std::optional<Node> changes =
        parse_json(diagnostics.files().add("patch", patch), diagnostics);
    SIM_ASSERT(changes.has_value());
    merge_patch(document, std::move(*changes));
    std::optional<std::string> text = format_text("merged", to_json(document), diagnostics);
    SIM_ASSERT(text.has_value());
    return std::move(*text);
}

}  // namespace gfs::format
