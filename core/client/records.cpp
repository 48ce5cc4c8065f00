// SPDX-License-Identifier: Apache-2.0
// The record writer and reader: GFS 2.7.2. The append underneath is GFS 3.3 (append.cpp), the read
// GFS 2.4 (read.cpp).

#include "core/client/records.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "core/common/events.h"
#include "sim/assert.h"
#include "sim/engine.h"

namespace gfs {
namespace {

// A place where a record may begin, because bytes of it are where they would then be.
struct Candidate {
    std::uint64_t start;
    DataId record;
    bool operator==(const Candidate&) const = default;
};

std::vector<Candidate> candidates_in(std::span<const Extent> extents, const DataTable& table) {
    std::vector<Candidate> found;
    for (const Extent& extent : extents)
        if (!extent.damaged && extent.offset >= extent.data_offset &&
            table.record_bytes(extent.data))
            found.push_back({extent.offset - extent.data_offset, extent.data});
    std::stable_sort(found.begin(), found.end(),
                     [](const Candidate& a, const Candidate& b) { return a.start < b.start; });
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

// Reads along the extents of a file.
class Validator {
  public:
    Validator(const FileData& file, const DataTable& table) : file_(file), table_(table) {}

    // Whether all bytes of [start, start + bytes) are those of the record: its checksum is right.
    bool is_whole(const Candidate& candidate, std::uint64_t bytes) const {
        const std::uint64_t end = candidate.start + bytes;
        if (end > file_.length) return false;
        const auto reaches = [](const Extent& extent, std::uint64_t at) {
            return extent.end() <= at;
        };
        auto extent = std::lower_bound(file_.extents.begin(), file_.extents.end(), candidate.start,
                                       reaches);
        for (std::uint64_t at = candidate.start; at < end;) {
            const bool hole = extent == file_.extents.end() || extent->offset > at;
            const std::uint64_t next = extent == file_.extents.end() ? end
                                       : hole                        ? extent->offset
                                                                     : extent->end();
            const std::uint64_t to = std::min(next, end);
            if (!are_of_record(candidate, at, to, hole ? nullptr : &*extent)) return false;
            if (!hole) ++extent;
            at = to;
        }
        return true;
    }

  private:
    // Bytes of another author can be the same ones: the magic, or zeros in the length.
    bool are_of_record(const Candidate& candidate, std::uint64_t from, std::uint64_t to,
                       const Extent* extent) const {
        const std::uint64_t in_record = from - candidate.start;
        const std::uint64_t skipped = extent == nullptr ? 0 : from - extent->offset;
        const bool own = extent != nullptr && extent->data == candidate.record &&
                         !extent->damaged && extent->data_offset + skipped == in_record;
        if (own) return true;
        for (std::uint64_t i = 0; i < to - from; ++i) {
            std::uint8_t there = 0;
            if (extent != nullptr)
                there = table_.byte(extent->data, extent->data_offset + skipped + i);
            if (extent != nullptr && extent->damaged) there = static_cast<std::uint8_t>(~there);
            if (there != table_.byte(candidate.record, in_record + i)) return false;
        }
        return true;
    }

    const FileData& file_;
    const DataTable& table_;
};

// Counts what is in no record. REQUIRES: records and extents are ordered.
void count_the_rest(const FileData& file, RecordScan& scan) {
    std::uint64_t in_records = 0;
    for (const FoundRecord& record : scan.records) in_records += record.bytes;
    auto record = scan.records.begin();
    for (const Extent& extent : file.extents) {
        std::uint64_t rest = extent.length;
        while (record != scan.records.end() && record->offset + record->bytes <= extent.offset)
            ++record;
        for (auto at = record; at != scan.records.end() && at->offset < extent.end(); ++at)
            rest -= std::min(at->offset + at->bytes, extent.end()) -
                    std::max(at->offset, extent.offset);
        if (extent.data != padding) scan.invalid_bytes += rest;
    }
    SIM_ASSERT(in_records + scan.invalid_bytes <= file.length);
    scan.padding_bytes = file.length - in_records - scan.invalid_bytes;
}

}  // namespace

// After a place whose checksum fails the reader goes on at the next one, because the length there
// cannot be trusted either; after a record, behind it.
RecordScan scan_records(const FileData& file, const DataTable& table) {
    RecordScan scan;
    const Validator validator(file, table);
    std::uint64_t from = 0;
    for (const Candidate& candidate : candidates_in(file.extents, table)) {
        if (candidate.start < from) continue;
        const std::uint64_t bytes = table.record_bytes(candidate.record).value();
        if (!validator.is_whole(candidate, bytes)) continue;
        scan.records.push_back(
            {.id = candidate.record, .offset = candidate.start, .bytes = bytes});
        from = candidate.start + bytes;
    }
    count_the_rest(file, scan);
    return scan;
}

std::uint64_t drop_duplicates(std::vector<FoundRecord>& records) {
    std::set<DataId> seen;
    return std::erase_if(records,
                         [&](const FoundRecord& record) { return !seen.insert(record.id).second; });
}

Task<Result<std::uint64_t>> RecordFile::write(DataId record) {
    const auto bytes = table_.record_bytes(record);
    SIM_ASSERT(bytes.has_value());
    AppendRequest request{.file = file_, .data = record, .length = *bytes};
    co_return co_await client_.append(std::move(request));
}

Task<Result<RecordScan>> RecordFile::read() {
    ReadRequest request{.file = file_};
    const Result<FileData> data = co_await client_.read(std::move(request));
    if (!data.ok()) co_return data.code();
    RecordScan scan = scan_records(*data, table_);
    std::vector<FoundRecord> distinct = scan.records;
    const std::uint64_t duplicates = drop_duplicates(distinct);
    sim::Host& host = client_.host();
    const sim::TextId file = host.engine().text(file_);
    for (const FoundRecord& record : scan.records)
        host.emit(event::record_read, {file, client_.id(), record.id, record.offset});
    host.emit(event::records_read,
              {file, client_.id(), static_cast<std::uint64_t>(distinct.size()),
               duplicates, scan.padding_bytes, scan.invalid_bytes});
    co_return scan;
}

}  // namespace gfs
