// SPDX-License-Identifier: Apache-2.0
// Sizes of messages on the wire, and names for events.

#include "core/common/messages.h"

namespace gfs {
namespace {

constexpr std::uint64_t header = 40;  // length, type, call, op, sender, checksum
constexpr std::uint64_t number = 8;
constexpr std::uint64_t report = 3 * number;

std::uint64_t bytes_of(const std::vector<LogRecord>& records) {
    std::uint64_t bytes = 0;
    for (const LogRecord& record : records) bytes += size_bytes(record);
    return bytes;
}

template <typename T, typename Size>
std::uint64_t answer_bytes(const Answer<T>& answer, Size size_of_value) {
    return header + (answer.ok() ? size_of_value(*answer) : 0);
}

}  // namespace

const char* name(Mutation::Kind kind) {
    switch (kind) {
        case Mutation::Kind::write: return "write";
        case Mutation::Kind::append: return "append";
        case Mutation::Kind::pad: return "pad";
    }
    return "";
}

std::uint64_t wire_bytes(const Create& m) { return header + number + m.file.size(); }
std::uint64_t wire_bytes(const Delete& m) { return header + number + m.file.size(); }
std::uint64_t wire_bytes(const Rename& m) { return header + number + m.from.size() + m.to.size(); }
std::uint64_t wire_bytes(const Snapshot& m) {
    return header + number + m.from.size() + m.to.size();
}
std::uint64_t wire_bytes(const MakeDirectory& m) { return header + number + m.directory.size(); }
std::uint64_t wire_bytes(const List& m) { return header + number + m.directory.size(); }
std::uint64_t wire_bytes(const Find& m) { return header + number + m.pattern.size(); }
std::uint64_t wire_bytes(const Open& m) { return header + number + m.file.size(); }
std::uint64_t wire_bytes(const Stat& m) { return header + number + m.file.size(); }
std::uint64_t wire_bytes(const FindLocation& m) { return header + 2 * number + m.file.size(); }
std::uint64_t wire_bytes(const FindLeaseHolder& m) { return header + 2 * number + m.file.size(); }
std::uint64_t wire_bytes(const PushData& m) {
    return header + 4 * number + number * m.forward_to.size();
}
std::uint64_t wire_bytes(const Write&) { return header + 7 * number; }
std::uint64_t wire_bytes(const RecordAppend&) { return header + 5 * number; }
std::uint64_t wire_bytes(const Read&) { return header + 5 * number; }
std::uint64_t wire_bytes(const ApplyMutation&) { return header + 10 * number; }
std::uint64_t wire_bytes(const CopyChunk&) { return header + 2 * number; }
std::uint64_t wire_bytes(const CreateChunk&) { return header + 3 * number; }
std::uint64_t wire_bytes(const GrantLease& m) {
    return header + 5 * number + number * m.secondaries.size();
}
std::uint64_t wire_bytes(const VerifyReplica&) { return header + 3 * number; }
std::uint64_t wire_bytes(const RevokeLease&) { return header + 3 * number; }
std::uint64_t wire_bytes(const CloneChunk&) { return header + 4 * number; }
std::uint64_t wire_bytes(const CopyChunkLocally&) { return header + 5 * number; }
std::uint64_t wire_bytes(const DeleteChunk&) { return header + 3 * number; }
std::uint64_t wire_bytes(const Register& m) {
    return header + 3 * number + report * m.replicas.size();
}
// The number of a HeartBeat, and which one a master has heard, are in the header.
std::uint64_t wire_bytes(const HeartBeat& m) {
    return header + 4 * number + report * (m.extend.size() + m.replicas.size());
}
std::uint64_t wire_bytes(const ReportCorruption&) { return header + 4 * number; }
std::uint64_t wire_bytes(const ReportFailure&) { return header + 4 * number; }
std::uint64_t wire_bytes(const ReplicateLog& m) {
    return header + 5 * number + bytes_of(m.records);
}
std::uint64_t wire_bytes(const ReplicateCheckpoint& m) {
    return header + 4 * number + m.checkpoint.bytes;
}
std::uint64_t wire_bytes(const CountLogReplica&) { return header + 3 * number; }
std::uint64_t wire_bytes(const ReadLog&) { return header + number; }
std::uint64_t wire_bytes(const PollChunks&) { return header; }
std::uint64_t wire_bytes(const Ping&) { return header; }

std::uint64_t wire_bytes(const Answer<Done>&) { return header; }
std::uint64_t wire_bytes(const Answer<Names>& m) {
    return answer_bytes(m, [](const Names& value) {
        std::uint64_t bytes = 0;
        for (const std::string& entry : value.names) bytes += 2 + entry.size();
        return bytes;
    });
}
std::uint64_t wire_bytes(const Answer<FileStatus>&) { return header + 2 * number; }
std::uint64_t wire_bytes(const Answer<Locations>& m) {
    return answer_bytes(m, [](const Locations& value) {
        std::uint64_t bytes = number;
        for (const ChunkLocations& chunk : value.chunks)
            bytes += 3 * number + number * chunk.servers.size();
        return bytes;
    });
}
std::uint64_t wire_bytes(const Answer<LeaseHolder>& m) {
    return answer_bytes(m, [](const LeaseHolder& value) {
        return 4 * number + number * value.secondaries.size();
    });
}
std::uint64_t wire_bytes(const Answer<Appended>&) { return header + number; }
std::uint64_t wire_bytes(const Answer<ReadData>& m) {
    return answer_bytes(m, [](const ReadData& value) { return 3 * number + value.length; });
}
std::uint64_t wire_bytes(const Answer<ReplicaCopy>& m) {
    return answer_bytes(m, [](const ReplicaCopy& value) {
        return 2 * number + value.content.length();
    });
}
std::uint64_t wire_bytes(const Answer<Registered>& m) {
    return answer_bytes(m, [](const Registered& value) {
        return number + report * value.garbage.size();
    });
}
std::uint64_t wire_bytes(const Answer<HeartBeatAnswer>& m) {
    return answer_bytes(m, [](const HeartBeatAnswer& value) {
        return report * (value.extensions.size() + value.garbage.size());
    });
}

std::uint64_t wire_bytes(const Answer<LogStored>&) { return header + 3 * number; }
std::uint64_t wire_bytes(const Answer<LogTail>& m) {
    return answer_bytes(
        m, [](const LogTail& value) { return value.checkpoint.bytes + bytes_of(value.records); });
}
std::uint64_t wire_bytes(const Answer<ChunkList>& m) {
    return answer_bytes(m, [](const ChunkList& value) { return report * value.replicas.size(); });
}

}  // namespace gfs
