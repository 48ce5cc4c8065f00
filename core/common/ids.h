// SPDX-License-Identifier: Apache-2.0
// Identifiers of the file system. Each is a type of its own, so that no two can be swapped.
#pragma once

#include <cstdint>

#include "sim/event.h"

namespace gfs {

using sim::HostId;
using ServerId = sim::HostId;  // a chunkserver, by the machine it runs on
using ClientId = sim::HostId;

// 64 bits, immutable, globally unique, never reused, also across a master crash (GFS 2.3).
enum class ChunkHandle : std::uint64_t {};
inline constexpr ChunkHandle no_chunk{0};

// Who a client works for, by its place in Config::users. Root may do anything.
enum class UserId : std::uint16_t {};
inline constexpr UserId root_user{0};
constexpr std::uint16_t to_number(UserId u) { return static_cast<std::uint16_t>(u); }

// Distinguishes up-to-date from stale replicas; grows at every new lease (GFS 4.5). A replica is
// created with version 1.
enum class Version : std::uint64_t {};
constexpr std::uint64_t to_number(Version v) { return static_cast<std::uint64_t>(v); }
constexpr Version next(Version v) { return Version{to_number(v) + 1}; }

// The order that the primary gives to the mutations of one lease: 1, 2, 3, ... (GFS 3.1).
enum class Serial : std::uint64_t {};
constexpr std::uint64_t to_number(Serial s) { return static_cast<std::uint64_t>(s); }
constexpr Serial next(Serial s) { return Serial{to_number(s) + 1}; }

// Names data that a client made: the bytes of one record, or of one part of a write. It stays the
// same over all retries, so that every byte of every replica has a known author. The upper half is
// the client's host.
enum class DataId : std::uint64_t {};
inline constexpr DataId no_data{0};

// An operation of a client: the upper half is the client's host, the lower counts from 1.
enum class OpId : std::uint64_t {};
inline constexpr OpId no_op{0};  // nobody's: what the cluster does of itself

// Which of a file's chunks (GFS 2.4: the byte offset divided by the chunk size).
enum class ChunkIndex : std::uint32_t {};
constexpr std::uint32_t to_number(ChunkIndex i) { return static_cast<std::uint32_t>(i); }
constexpr ChunkIndex next(ChunkIndex i) { return ChunkIndex{to_number(i) + 1}; }

// Counts the processes that have been master, on whatever machine: 1, 2, 3, ... What an older one
// orders is refused (rule U20).
enum class MasterEpoch : std::uint32_t {};
constexpr std::uint32_t to_number(MasterEpoch e) { return static_cast<std::uint32_t>(e); }
constexpr MasterEpoch next(MasterEpoch e) { return MasterEpoch{to_number(e) + 1}; }

// A chunkserver's registration; a late HeartBeat of an earlier one is refused (rule U22). The upper
// half says which master took it.
enum class Epoch : std::uint64_t {};
constexpr Epoch registration(MasterEpoch master, std::uint32_t number) {
    return Epoch{(std::uint64_t{to_number(master) - 1} << 32) | number};
}
constexpr MasterEpoch master_of(Epoch registration) {
    return MasterEpoch{static_cast<std::uint32_t>(static_cast<std::uint64_t>(registration) >> 32) +
                       1};
}

// A record of the operation log: 1, 2, 3, ... The log is the logical time line (GFS 2.6.3).
enum class LogIndex : std::uint64_t {};
constexpr std::uint64_t to_number(LogIndex i) { return static_cast<std::uint64_t>(i); }
constexpr LogIndex next(LogIndex i) { return LogIndex{to_number(i) + 1}; }
constexpr LogIndex previous(LogIndex i) { return LogIndex{to_number(i) - 1}; }

}  // namespace gfs
