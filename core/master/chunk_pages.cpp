// SPDX-License-Identifier: Apache-2.0
// Chunks in a few bytes: GFS 2.6.1.

#include "core/master/chunk_pages.h"

#include <limits>

#include "sim/assert.h"

namespace gfs {
namespace {

// Of the allocator, for each piece of memory; of a node of a std::map or std::set.
constexpr std::uint64_t bytes_per_piece = 16;
constexpr std::uint64_t bytes_per_tree_node = 32;

// Seven bits a byte, the lowest first; all but the last have the eighth bit.
void put(std::string& out, std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) out += static_cast<char>((number & 0x7f) | 0x80);
    out += static_cast<char>(number);
}

std::uint64_t take(const std::string& in, std::size_t& at) {
    std::uint64_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
        SIM_ASSERT(at < in.size());
        const auto byte = static_cast<unsigned char>(in[at++]);
        number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return number;
    }
}

// A time as its distance from `long_ago`, which most are.
void put_time(std::string& out, LocalTime time) {
    put(out, static_cast<std::uint64_t>(sim::to_ns(time)) -
                 static_cast<std::uint64_t>(sim::to_ns(long_ago)));
}

LocalTime take_time(const std::string& in, std::size_t& at) {
    const std::uint64_t ns = take(in, at) + static_cast<std::uint64_t>(sim::to_ns(long_ago));
    return LocalTime{sim::Duration{static_cast<std::int64_t>(ns)}};
}

std::uint8_t low_bits(ChunkHandle handle, std::uint64_t page_handles) {
    return static_cast<std::uint8_t>(static_cast<std::uint64_t>(handle) % page_handles);
}

template <typename T>
std::uint64_t heap_bytes(const std::vector<T>& vector) {
    return vector.capacity() == 0 ? 0 : vector.capacity() * sizeof(T) + bytes_per_piece;
}

}  // namespace

bool ChunkPages::is_idle(const Chunk& chunk) {
    return !chunk.lease && !chunk.busy && chunk.counted_out.empty() && !chunk.below_goal_since &&
           !chunk.blocking;
}

// ---- one chunk ---------------------------------------------------------------------------------

// Its number on the page, how long it is, and what it has.
void ChunkPages::write(ChunkHandle handle, const Chunk& chunk, std::string& out) {
    SIM_ASSERT(is_idle(chunk));
    SIM_ASSERT(chunk.reserved >= chunk.version);
    std::string body;
    put(body, to_number(chunk.index));
    put(body, chunk.owners.size());
    for (const std::uint32_t goal : chunk.owners) put(body, goal);
    put(body, chunk.live_owners);
    put(body, chunk.goal);
    put(body, to_number(chunk.version));
    put(body, to_number(chunk.reserved) - to_number(chunk.version));
    put(body, 2 * chunk.replicas.size() + (chunk.never_leased ? 1 : 0));
    for (const Replica& replica : chunk.replicas) {
        put(body, sim::to_index(replica.server));
        put(body, replica.length);
    }
    put_time(body, chunk.offered_until);
    put_time(body, chunk.retry_at);
    out += static_cast<char>(low_bits(handle, page_handles));
    put(out, body.size());
    out += body;
}

std::pair<ChunkHandle, Chunk> ChunkPages::read(PageNumber page, const std::string& bytes,
                                               std::size_t& at) {
    const ChunkHandle handle{page * page_handles + static_cast<unsigned char>(bytes[at++])};
    const std::uint64_t length = take(bytes, at);
    const std::size_t end = at + length;
    Chunk chunk;
    chunk.index = ChunkIndex{static_cast<std::uint32_t>(take(bytes, at))};
    for (std::uint64_t left = take(bytes, at); left > 0; --left)
        chunk.owners.push_back(static_cast<std::uint32_t>(take(bytes, at)));
    chunk.live_owners = static_cast<std::uint32_t>(take(bytes, at));
    chunk.goal = static_cast<std::uint32_t>(take(bytes, at));
    chunk.version = Version{take(bytes, at)};
    chunk.reserved = Version{to_number(chunk.version) + take(bytes, at)};
    const std::uint64_t replicas = take(bytes, at);
    chunk.never_leased = replicas % 2 == 1;
    for (std::uint64_t left = replicas / 2; left > 0; --left) {
        const auto server = static_cast<ServerId>(take(bytes, at));
        chunk.replicas.push_back({.server = server, .length = take(bytes, at)});
    }
    chunk.offered_until = take_time(bytes, at);
    chunk.retry_at = take_time(bytes, at);
    SIM_ASSERT(at == end);
    return {handle, std::move(chunk)};
}

std::size_t ChunkPages::place_of(ChunkHandle handle, const std::string& bytes) {
    const std::uint8_t wanted = low_bits(handle, page_handles);
    std::size_t place = 0;
    while (place < bytes.size() && static_cast<unsigned char>(bytes[place]) < wanted) {
        std::size_t at = place + 1;
        const std::uint64_t length = take(bytes, at);
        place = at + length;
    }
    return place;
}

bool ChunkPages::is_at(ChunkHandle handle, const std::string& bytes, std::size_t at) {
    return at < bytes.size() &&
           static_cast<unsigned char>(bytes[at]) == low_bits(handle, page_handles);
}

// ---- all chunks --------------------------------------------------------------------------------

Chunk* ChunkPages::unpack(ChunkHandle handle) const {
    const auto present = unpacked_.find(handle);
    if (present != unpacked_.end()) return &present->second;
    const auto page = pages_.find(static_cast<std::uint64_t>(handle) / page_handles);
    if (page == pages_.end()) return nullptr;
    std::string& bytes = page->second;
    const std::size_t begin = place_of(handle, bytes);
    if (!is_at(handle, bytes, begin)) return nullptr;
    std::size_t end = begin;
    auto [same, chunk] = read(page->first, bytes, end);
    SIM_ASSERT(same == handle);
    bytes.erase(begin, end - begin);
    if (bytes.empty()) pages_.erase(page);
    --packed_;
    return &unpacked_.emplace(handle, std::move(chunk)).first->second;
}

bool ChunkPages::confirms(ChunkHandle handle, Version version, const Replica& replica) const {
    const auto page = pages_.find(static_cast<std::uint64_t>(handle) / page_handles);
    if (page == pages_.end()) return false;
    const std::string& bytes = page->second;
    std::size_t at = place_of(handle, bytes);
    if (!is_at(handle, bytes, at)) return false;
    ++at;
    take(bytes, at);  // its length
    take(bytes, at);  // its index
    for (std::uint64_t left = take(bytes, at); left > 0; --left) take(bytes, at);
    take(bytes, at);  // its living owners
    take(bytes, at);  // its goal
    if (Version{take(bytes, at)} != version) return false;
    take(bytes, at);  // what is reserved
    for (std::uint64_t left = take(bytes, at) / 2; left > 0; --left) {
        const auto server = static_cast<ServerId>(take(bytes, at));
        const std::uint64_t length = take(bytes, at);
        if (server == replica.server) return length == replica.length;
    }
    return false;
}

void ChunkPages::unpack_all() const {
    for (const auto& [page, bytes] : pages_) {
        for (std::size_t at = 0; at < bytes.size();) {
            auto [handle, chunk] = read(page, bytes, at);
            unpacked_.emplace(handle, std::move(chunk));
        }
    }
    pages_.clear();
    packed_ = 0;
}

void ChunkPages::set(ChunkHandle handle, Chunk chunk) {
    if (Chunk* const present = unpack(handle)) {
        *present = std::move(chunk);
        return;
    }
    unpacked_.emplace(handle, std::move(chunk));
}

Chunk ChunkPages::remove(ChunkHandle handle) {
    SIM_ASSERT(unpack(handle) != nullptr);
    return std::move(unpacked_.extract(handle).mapped());
}

void ChunkPages::set_aside() {
    for (auto at = unpacked_.begin(); at != unpacked_.end();) {
        const auto& [handle, chunk] = *at;
        if (!is_idle(chunk)) {
            ++at;
            continue;
        }
        std::string written;
        write(handle, chunk, written);
        std::string& bytes = pages_[static_cast<std::uint64_t>(handle) / page_handles];
        const std::size_t place = place_of(handle, bytes);
        SIM_ASSERT(!is_at(handle, bytes, place));
        bytes.insert(place, written);
        if (bytes.capacity() > bytes.size() + bytes.size() / 8) bytes.shrink_to_fit();
        ++packed_;
        at = unpacked_.erase(at);
    }
    many_ = 2 * unpacked_.size() + at_ease;
}

std::uint64_t ChunkPages::bytes() const {
    std::uint64_t bytes = 0;
    for (const auto& [page, packed] : pages_)
        bytes += bytes_per_tree_node + sizeof(std::pair<const PageNumber, std::string>) +
                 packed.capacity() + 2 * bytes_per_piece;
    for (const auto& [handle, chunk] : unpacked_) {
        bytes += bytes_per_tree_node + sizeof(Unpacked::value_type) + bytes_per_piece;
        bytes += heap_bytes(chunk.owners) + heap_bytes(chunk.replicas);
        bytes += chunk.counted_out.size() * (bytes_per_tree_node + bytes_per_piece);
        if (chunk.lease) bytes += heap_bytes(chunk.lease->secondaries);
    }
    return bytes;
}

}  // namespace gfs
