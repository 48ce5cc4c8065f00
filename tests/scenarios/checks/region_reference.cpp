// SPDX-License-Identifier: Apache-2.0

#include "region_reference.h"

#include <algorithm>

namespace gfs::test {
namespace {

std::string text(const reports::EventLine& line, std::string_view field) {
    return std::string(line.field(field).value_or(""));
}
std::uint64_t number(const reports::EventLine& line, std::string_view field) {
    return line.number_of(field).value_or(0);
}

}  // namespace

void RegionReference::line(const std::string& line_text) {
    // Messages are most of a trace, and say nothing of replicas.
    if (line_text.find("\"event\":\"message.") != std::string::npos) return;
    const auto read = reports::read_event(line_text);
    if (!read) return;
    const Line& line = *read;
    const std::string& event = line.event;
    if (event == "client.op_started") ops_[number(line, "op")].start = line.number;
    if (event == "client.op_ok" || event == "client.op_failed")
        ops_[number(line, "op")].end = line.number;
    if (event.starts_with("mutation.")) on_mutation(line);
    if (event == "append.ok") on_ack(line, false);
    if (event == "write.ok") on_ack(line, true);
    if (event.starts_with("chunk.") || event.starts_with("clone.") || event == "gc.deleted" ||
        event == "lease.granted")
        on_chunk(line);
    if (event == "fault.fired" || event == "server.crashed") on_power(line);
}

void RegionReference::on_chunk(const Line& line) {
    const std::string& event = line.event;
    Record& record = chunks_[number(line, "chunk")];
    const std::string server = text(line, "server");
    const std::uint64_t version = number(line, "version");
    if (event == "chunk.created") record.created = true;
    if (event == "chunk.created" || event == "lease.granted" || event == "chunk.version_granted" ||
        event == "chunk.adopted_version" || event == "chunk.copied_on_write")
        record.current = std::max(record.current, version);
    // A copy has what its source has at its beginning, as nobody writes meanwhile. One that the
    // master has given up may arrive all the same, when its source is gone.
    if (event == "clone.started")
        record.copying[{text(line, "to"), version}] = record.replicas[text(line, "from")];
    if (event == "chunk.replica_created") {
        Replica fresh;
        const auto copying = record.copying.find({server, version});
        if (copying != record.copying.end()) fresh = copying->second;
        fresh.member = record.replicas[server].member;
        fresh.version = version;
        fresh.on_disk = true;
        record.replicas[server] = fresh;
    }
    if (event == "clone.finished") {
        const std::string to = text(line, "to");
        record.replicas[to].member = std::max(record.replicas[to].member, version);
        record.copying.erase({to, version});
    }
    if (event == "chunk.version_bumped") record.replicas[server].version = version;
    if (event == "chunk.replica_in_set" || event == "chunk.replica_added")
        record.replicas[server].member = std::max(record.replicas[server].member, version);
    if (event == "chunk.replica_in_set") record.set_known = std::max(record.set_known, version);
    if (event == "gc.deleted" || event == "chunk.file_lost") {
        record.replicas[server] = Replica{};
        record.replicas[server].on_disk = false;
    }
    if (event == "chunk.damaged")
        record.replicas[server].damaged.emplace_back(
            number(line, "offset"), number(line, "offset") + number(line, "length"));
    if (event == "chunk.copied_on_write") {
        const Record& source = chunks_[number(line, "from_chunk")];
        if (record.created) return;
        record.created = source.created;
        record.mutations = source.mutations;
        for (auto& [name, replica] : record.replicas) {
            const auto original = source.replicas.find(name);
            if (original == source.replicas.end()) continue;
            replica.pieces = original->second.pieces;
            replica.damaged = original->second.damaged;
            replica.known = original->second.known;
        }
    }
}

void RegionReference::on_mutation(const Line& line) {
    Record& record = chunks_[number(line, "chunk")];
    const std::uint64_t version = number(line, "version");
    const std::uint64_t serial = number(line, "serial");
    const auto find = [&]() -> MutationPtr {
        for (auto at = record.mutations.rbegin(); at != record.mutations.rend(); ++at)
            if ((*at)->version == version && (*at)->serial == serial) return *at;
        return nullptr;
    };
    if (line.event == "mutation.ordered") {
        const std::string kind = text(line, "kind");
        record.mutations.push_back(std::make_shared<Mutation>(
            Mutation{.version = version,
                     .serial = serial,
                     .offset = number(line, "offset"),
                     .end = number(line, "offset") + number(line, "length"),
                     .data = text(line, "data"),
                     .pad = kind == "pad",
                     .write = kind == "write"}));
        return;
    }
    const MutationPtr mutation = find();
    if (mutation == nullptr) return;
    if (line.event == "mutation.acknowledged") mutation->acknowledged = true;
    Replica& replica = record.replicas[text(line, "server")];
    if (line.event == "mutation.applied") {
        paint(replica, mutation);
        replica.unsynced.push_back(mutation);
    }
    if (line.event == "mutation.synced") std::erase(replica.unsynced, mutation);
}

void RegionReference::on_ack(const Line& line, bool write) {
    const auto record = chunks_.find(number(line, "chunk"));
    if (record == chunks_.end()) return;
    const std::uint64_t offset = number(line, "offset") % chunk_size_;
    MutationPtr found;
    for (const MutationPtr& mutation : record->second.mutations) {
        if (mutation->pad || mutation->write != write) continue;
        if (mutation->offset != offset || mutation->data != text(line, "data")) continue;
        if (found == nullptr || mutation->acknowledged || !found->acknowledged) found = mutation;
    }
    if (found == nullptr) return;
    found->acked = true;
    if (write) found->op = number(line, "op");
}

// Which writes survive a power loss in their middle is the disk's business and in no event: such a
// replica is not judged, until it is made anew.
void RegionReference::on_power(const Line& line) {
    static const std::set<std::string> takes_power = {"power_loss", "switch_off", "crash"};
    if (line.event == "fault.fired") {
        if (text(line, "kind") == "lying_fsync") lying_.insert(text(line, "target"));
        if (takes_power.count(text(line, "kind")) != 0) powerless_.insert(text(line, "target"));
        return;
    }
    const std::string server = text(line, "server");
    if (powerless_.erase(server) == 0) return;
    for (auto& [handle, record] : chunks_) {
        const auto replica = record.replicas.find(server);
        if (replica == record.replicas.end()) continue;
        if (replica->second.unsynced.empty() && lying_.count(server) == 0) continue;
        replica->second.known = false;
        replica->second.unsynced.clear();
    }
}

void RegionReference::paint(Replica& replica, const MutationPtr& mutation) {
    std::vector<Piece> pieces;
    for (const Piece& piece : replica.pieces) {
        if (piece.begin < mutation->offset)
            pieces.push_back({piece.begin, std::min(piece.end, mutation->offset), piece.author});
        if (piece.end > mutation->end)
            pieces.push_back({std::max(piece.begin, mutation->end), piece.end, piece.author});
    }
    if (mutation->offset < mutation->end)
        pieces.push_back({mutation->offset, mutation->end, mutation});
    replica.pieces = std::move(pieces);
    std::vector<std::pair<std::uint64_t, std::uint64_t>> damaged;
    for (const auto& [begin, end] : replica.damaged) {
        if (begin < mutation->offset) damaged.emplace_back(begin, std::min(end, mutation->offset));
        if (end > mutation->end) damaged.emplace_back(std::max(begin, mutation->end), end);
    }
    replica.damaged = std::move(damaged);
}

bool RegionReference::holds(const Record& record, const Replica& replica) {
    if (!replica.on_disk || replica.version < record.current) return false;
    // A grant that came to nothing at its primary has a number and no set.
    return record.set_known < record.current || replica.member >= record.current;
}

bool RegionReference::mingled(const Record& record, const Mutation& author,
                              std::uint64_t begin) const {
    if (author.op == 0) return false;
    const Span mine = ops_.at(author.op);
    for (const MutationPtr& other : record.mutations) {
        if (!other->acked || other->op == 0 || other->op == author.op) continue;
        if (begin < other->offset || begin >= other->end) continue;
        const Span theirs = ops_.at(other->op);
        if (theirs.start < mine.end && mine.start < theirs.end) return true;
    }
    return false;
}

std::string RegionReference::state_at(const Record& record,
                                      const std::vector<const Replica*>& replicas,
                                      std::uint64_t begin) const {
    if (replicas.empty()) return "unavailable";
    // What each has here: bytes of some data counted from some place, or zeros.
    std::vector<std::pair<std::string, std::uint64_t>> found;
    MutationPtr author;
    for (const Replica* const replica : replicas) {
        for (const auto& [from, to] : replica->damaged)
            if (from <= begin && begin < to) return "damaged";
        std::pair<std::string, std::uint64_t> bytes{"", 0};
        for (const Piece& piece : replica->pieces) {
            if (piece.begin > begin || piece.end <= begin || piece.author->pad) continue;
            bytes = {piece.author->data, piece.author->offset};
            if (replica == replicas.front()) author = piece.author;
        }
        found.push_back(bytes);
    }
    for (const auto& bytes : found)
        if (bytes != found.front()) return "inconsistent";
    if (found.front().first.empty()) {
        // Zeros: somebody padded here, or nobody wrote.
        bool touched = false;
        for (auto at = record.mutations.rbegin(); at != record.mutations.rend(); ++at) {
            if (begin < (*at)->offset || begin >= (*at)->end) continue;
            if ((*at)->pad) return "padding";
            touched = true;
            if ((*at)->acked) break;
        }
        if (!record.created) return "as before";
        return touched || record.created ? "never written" : "as before";
    }
    // The same bytes may have been sent more than once; it is enough that one attempt succeeded.
    bool succeeded = false;
    MutationPtr latest = author;
    for (const MutationPtr& mutation : record.mutations) {
        if (mutation->data != author->data || mutation->offset != author->offset) continue;
        succeeded = mutation->acknowledged || mutation->acked;
        latest = mutation;
    }
    return succeeded && !mingled(record, *latest, begin) ? "defined" : "undefined";
}

RegionReference::Chunk RegionReference::chunk(std::uint64_t handle) const {
    Chunk result;
    const auto found = chunks_.find(handle);
    if (found == chunks_.end()) return result;
    const Record& record = found->second;
    std::vector<const Replica*> replicas;
    std::set<std::uint64_t> edges{0};
    for (const auto& [name, replica] : record.replicas) {
        if (!holds(record, replica)) continue;
        result.replicas.push_back(name);
        replicas.push_back(&replica);
        if (!replica.known) result.known = false;
        for (const Piece& piece : replica.pieces) edges.insert({piece.begin, piece.end});
        for (const auto& [begin, end] : replica.damaged) edges.insert({begin, end});
    }
    for (const MutationPtr& mutation : record.mutations)
        edges.insert({mutation->offset, mutation->end});
    for (auto edge = edges.begin(); std::next(edge) != edges.end(); ++edge) {
        const std::string state = state_at(record, replicas, *edge);
        const std::uint64_t length = *std::next(edge) - *edge;
        if (!result.regions.empty() && result.regions.back().state == state)
            result.regions.back().length += length;
        else
            result.regions.push_back({*edge, length, state});
    }
    return result;
}

}  // namespace gfs::test
