// SPDX-License-Identifier: Apache-2.0
// The records of a file as a reader meets them: the literal texts in the order of their offsets,
// without holes and padding (GFS 2.7.2), from each current replica.

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/checks/checkers.h"
#include "scenarios/checks/describe.h"

namespace gfs::checks {
namespace {

constexpr std::size_t most_records = 10;

bool allows(const Expectation& expectation, std::string_view anomaly) {
    return std::find(expectation.allow.begin(), expectation.allow.end(), anomaly) !=
           expectation.allow.end();
}

// A record, or what is left of one. Data without a literal text has no words of its own.
std::string text_of(const Extent& extent, const DataTable& data) {
    const auto literal = data.literal(extent.data);
    if (!literal) return fmt::format("({} bytes of a pattern)", extent.length);
    return std::string(literal->substr(extent.data_offset, extent.length));
}

using Texts = std::vector<std::string>;

// Of one replica. The data is that of the record, as its writer named it.
struct Records {
    Texts texts;
    std::vector<DataId> data;
};

Records records_of(const Content& content, const DataTable& data) {
    Records records;
    for (const Extent& extent : content.extents()) {
        if (extent.data == padding) continue;
        records.texts.push_back(text_of(extent, data));
        records.data.push_back(extent.data);
    }
    return records;
}

std::size_t first_difference(const Texts& a, const Texts& b) {
    return static_cast<std::size_t>(
        std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

std::string quoted(const std::vector<std::string>& records) {
    std::string text;
    for (std::size_t i = 0; i < std::min(records.size(), most_records); ++i)
        text += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", records[i]);
    return "[" + text + (records.size() > most_records ? ", ...]" : "]");
}

// What the anomalies that are allowed may change: A2 repeats records, A8 changes their order.
std::vector<std::string> normalized(std::vector<std::string> records,
                                    const Expectation& expectation) {
    if (allows(expectation, "A2")) {
        std::vector<std::string> once;
        for (std::string& record : records)
            if (std::find(once.begin(), once.end(), record) == once.end())
                once.push_back(std::move(record));
        records = std::move(once);
    }
    if (allows(expectation, "A8")) std::stable_sort(records.begin(), records.end());
    return records;
}

}  // namespace

Finding check_content(const CheckInput& input, const Expectation& expectation) {
    const Surroundings& around = input.around;
    Finding finding;
    finding.result = Finding::Result::failed;
    const FileMap::File* const file = around.files.find(expectation.file);
    if (file == nullptr) {
        finding.measured = fmt::format("{} does not exist", expectation.file);
        finding.is_about({.path = expectation.file});
        return finding;
    }

    // Chunk by chunk; every replica must agree, so the first one's records speak for all.
    Records records;
    std::vector<ChunkHandle> chunks;  // of the records
    for (const ChunkHandle chunk : file->chunks) {
        if (chunk == no_chunk) continue;
        const std::vector<ServerId> servers = around.ledger.current_replicas(chunk);
        if (servers.empty()) {
            finding.measured =
                fmt::format("{} has no current replica", around.files.describe(chunk));
            finding.is_about({.chunk = chunk});
            finding.culprits = {chunk};
            return finding;
        }
        Records first;
        for (const ServerId server : servers) {
            const Records found =
                records_of(around.truth.replica(server, chunk)->content, around.truth.data());
            if (server == servers.front()) first = found;
            if (normalized(found.texts, expectation) == normalized(first.texts, expectation))
                continue;
            finding.measured = fmt::format("{} holds {}, but {} holds {}",
                                           describe(around.engine, servers.front()),
                                           quoted(first.texts), describe(around.engine, server),
                                           quoted(found.texts));
            const std::size_t at = first_difference(first.texts, found.texts);
            const Records& longer = at < first.data.size() ? first : found;
            finding.is_about({.chunk = chunk, .host = server, .data = longer.data.at(at)});
            return finding;
        }
        records.texts.insert(records.texts.end(), first.texts.begin(), first.texts.end());
        records.data.insert(records.data.end(), first.data.begin(), first.data.end());
        chunks.resize(records.texts.size(), chunk);
    }
    finding.measured =
        fmt::format("{} records: {}", records.texts.size(), quoted(records.texts));
    if (normalized(records.texts, expectation) == normalized(expectation.records, expectation)) {
        finding.result = Finding::Result::held;
        return finding;
    }
    finding.measured += ", expected " + quoted(expectation.records);
    const std::size_t at = first_difference(records.texts, expectation.records);
    if (at < chunks.size())
        finding.is_about({.chunk = chunks[at], .data = records.data[at]});
    else if (!chunks.empty())
        finding.is_about({.chunk = chunks.back()});
    finding.is_about({.path = expectation.file});
    return finding;
}

}  // namespace gfs::checks
