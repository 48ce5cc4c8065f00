// SPDX-License-Identifier: Apache-2.0
// Records that validate and identify themselves (GFS 2.7.2): what applications use to live with
// padding, fragments and duplicates. "Each record prepared by the writer contains extra information
// like checksums so that its validity can be verified. A reader can identify and discard extra
// padding and record fragments using the checksums." The layout is in common/record_frame.h.
//
// The bytes of a file are described, not stored, so the reader validates a record by its bytes'
// authors: its checksum is right exactly if every byte from the magic to the end is the one that
// the writer put there. A test holds this against a reader that sees nothing but the rendered
// bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/client/client.h"
#include "core/common/data_table.h"

namespace gfs {

struct FoundRecord {
    DataId id;             // the unique id in its header
    std::uint64_t offset;  // of the header, in the file
    std::uint64_t bytes;   // header and payload
};

// What a reader makes of the bytes of a file.
struct RecordScan {
    std::vector<FoundRecord> records;  // all valid ones, duplicates included, as the file has them
    std::uint64_t padding_bytes = 0;   // padding and holes
    std::uint64_t invalid_bytes = 0;   // fragments, damaged and mingled records, other data
};
RecordScan scan_records(const FileData& file, const DataTable& table);

// Leaves the first record with each id; says how many went. The paper's library left this to the
// application, which knows its ids best.
std::uint64_t drop_duplicates(std::vector<FoundRecord>& records);

// One file of records, as one client writes and reads it.
class RecordFile {
  public:
    // Not owned: client and table, which outlive it.
    RecordFile(Client& client, const DataTable& table, std::string file)
        : client_(client), table_(table), file_(std::move(file)) {}

    // Appends a record that the table knows as one; the offset in the file at which it begins.
    // At least once: after an error the same record may be written again, under the same id.
    Task<Result<std::uint64_t>> write(DataId record);
    // Scans the whole file.
    Task<Result<RecordScan>> read();

  private:
    Client& client_;
    const DataTable& table_;
    std::string file_;
};

}  // namespace gfs
