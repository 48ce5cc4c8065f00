// SPDX-License-Identifier: Apache-2.0
// The fields of the events that checks read most, as structs. A test holds the positions against
// events.def.
#pragma once

#include <cstdint>

#include "core/common/ids.h"
#include "sim/event.h"
#include "sim/time.h"

namespace gfs::checks {

inline HostId host_at(const sim::Event& event, std::size_t field) {
    return HostId{static_cast<std::uint32_t>(event.fields[field])};
}
inline sim::TextId text_at(const sim::Event& event, std::size_t field) {
    return sim::TextId{static_cast<std::uint32_t>(event.fields[field])};
}
// Of every event whose first field is a chunk.
inline ChunkHandle chunk_of(const sim::Event& event) {
    return ChunkHandle{event.fields[0]};
}

// mutation.ordered, mutation.applied
struct MutationFields {
    ChunkHandle chunk;
    Serial serial;
    ServerId server;
    Version version;
    std::uint64_t offset;
    std::uint64_t length;
    DataId data;
    sim::TextId kind;
};
inline MutationFields mutation_fields(const sim::Event& event) {
    return {.chunk = chunk_of(event),
            .serial = Serial{event.fields[1]},
            .server = host_at(event, 2),
            .version = Version{event.fields[3]},
            .offset = event.fields[4],
            .length = event.fields[5],
            .data = DataId{event.fields[6]},
            .kind = text_at(event, 7)};
}

// mutation.acknowledged, mutation.synced
struct SerialFields {
    ChunkHandle chunk;
    Serial serial;
    ServerId server;
    Version version;
};
inline SerialFields serial_fields(const sim::Event& event) {
    return {.chunk = chunk_of(event),
            .serial = Serial{event.fields[1]},
            .server = host_at(event, 2),
            .version = Version{event.fields[3]}};
}

// lease.granted, lease.accepted, lease.prolonged, lease.extended
struct LeaseFields {
    ChunkHandle chunk;
    ServerId holder;
    Version version;
    sim::LocalTime expires;
};
inline LeaseFields lease_fields(const sim::Event& event) {
    return {.chunk = chunk_of(event),
            .holder = host_at(event, 1),
            .version = Version{event.fields[2]},
            .expires = sim::LocalTime{sim::Duration{static_cast<std::int64_t>(event.fields[3])}}};
}

// chunk.replica_created, chunk.version_bumped, chunk.replica_in_set, chunk.replica_added,
// chunk.adopted_version, location.replied, gc.deleted, lease.expired, lease.revoked: chunk, server
// and version come first.
struct ReplicaFields {
    ChunkHandle chunk;
    ServerId server;
    Version version;
};
inline ReplicaFields replica_fields(const sim::Event& event) {
    return {
        .chunk = chunk_of(event), .server = host_at(event, 1), .version = Version{event.fields[2]}};
}

// append.ok, write.ok: the offset is within the file.
struct AckFields {
    sim::TextId file;
    ChunkHandle chunk;
    ClientId client;
    std::uint64_t offset;
    std::uint64_t length;
    DataId data;
};
inline AckFields ack_fields(const sim::Event& event) {
    return {.file = text_at(event, 0),
            .chunk = ChunkHandle{event.fields[1]},
            .client = host_at(event, 2),
            .offset = event.fields[3],
            .length = event.fields[4],
            .data = DataId{event.fields[5]}};
}

}  // namespace gfs::checks
