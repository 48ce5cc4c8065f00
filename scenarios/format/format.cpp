// SPDX-License-Identifier: Apache-2.0
// Loading, step by step: assemble the document, judge it by the table, add the defaults, resolve
// what refers to something else.

#include "scenarios/format/format.h"

#include <utility>

#include <fmt/format.h>

#include "scenarios/format/check.h"
#include "scenarios/format/defaults.h"
#include "scenarios/format/loader.h"
#include "scenarios/format/suggest.h"

namespace gfs::format {

LoadResult load_text(const std::string& name, std::string text, const LoadOptions& options,
                     FileReader& reader) {
    LoadResult result;
    Diagnostics& out = result.diagnostics;
    std::optional<Node> root = assemble(name, std::move(text), options, reader, out);
    if (!root) return result;
    FieldChecker(out).record(find_record("scenario"), *root, "");
    // What is wrong here does not keep the rest from being judged.
    root->bad = false;
    std::erase_if(root->items, [](const Node& item) { return item.key == "extends"; });
    add_defaults(*root, out);
    Scenario scenario = Loader(*root, out).load();
    result.document = std::move(*root);
    if (out.ok()) result.scenario = std::move(scenario);
    return result;
}

LoadResult load_file(const std::string& path, const LoadOptions& options, FileReader& reader) {
    std::optional<std::string> text = reader.read(path);
    if (text) return load_text(path, std::move(*text), options, reader);
    LoadResult result;
    result.diagnostics.error("E0001", fmt::format("cannot read {}", tick(path)),
                             {{}, reader.why_not(path)});
    return result;
}

LoadResult load_file(const std::string& path, const LoadOptions& options) {
    DiskReader reader;
    return load_file(path, options, reader);
}

}  // namespace gfs::format
