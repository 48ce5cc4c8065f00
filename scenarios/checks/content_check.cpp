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

std::vector<std::string> records_of(const Content& content, const DataTable& data) {
    std::vector<std::string> records;
    for (const Extent& extent : content.extents())
        if (extent.data != padding) records.push_back(text_of(extent, data));
    return records;
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
    const FileMap::File* const file = around.files.find(expectation.file);
    if (file == nullptr)
        return {Finding::Result::failed, fmt::format("{} does not exist", expectation.file)};

    // Chunk by chunk; every replica must agree, so the first one's records speak for all.
    std::vector<std::string> records;
    for (const ChunkHandle chunk : file->chunks) {
        if (chunk == no_chunk) continue;
        const std::vector<ServerId> servers = around.ledger.current_replicas(chunk);
        if (servers.empty())
            return {.result = Finding::Result::failed,
                    .measured = fmt::format("{} has no current replica",
                                            around.files.describe(chunk)),
                    .culprits = {chunk}};
        std::vector<std::string> first;
        for (const ServerId server : servers) {
            std::vector<std::string> found =
                records_of(around.truth.replica(server, chunk)->content, around.truth.data());
            if (server == servers.front()) first = found;
            if (normalized(found, expectation) == normalized(first, expectation)) continue;
            return {Finding::Result::failed,
                    fmt::format("{} holds {}, but {} holds {}",
                                describe(around.engine, servers.front()), quoted(first),
                                describe(around.engine, server), quoted(found))};
        }
        records.insert(records.end(), first.begin(), first.end());
    }
    const bool same =
        normalized(records, expectation) == normalized(expectation.records, expectation);
    Finding finding;
    finding.result = same ? Finding::Result::held : Finding::Result::failed;
    finding.measured = fmt::format("{} records: {}", records.size(), quoted(records));
    if (!same) finding.measured += ", expected " + quoted(expectation.records);
    return finding;
}

}  // namespace gfs::checks
