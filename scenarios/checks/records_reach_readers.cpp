// SPDX-License-Identifier: Apache-2.0
// What record append is for (GFS 3.3, 2.7.2): whoever opens a file after a client was told that its
// record is there, and scans it, meets the record. Without opening it again this holds once the
// reader's cache cannot be older than that (GFS 2.7.1).

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class RecordsReachReaders final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::append_ok,    event::chunk_copied_on_write, event::client_op_started,
                event::client_op_ok, event::client_used_shadow,    event::record_read,
                event::records_read, event::file_deleted,          event::file_undeleted,
                event::file_renamed, event::snapshot_taken};
    }

    void on_event(const sim::Event& event) override {
        switch (sim::to_index(event.kind)) {
            case event::gfs_append_ok:
                return acknowledged(event);
            case event::gfs_chunk_copied_on_write:
                return copied(event);
            case event::gfs_client_op_started:
                return begin(event);
            case event::gfs_client_op_ok:
                return end(event);
            case event::gfs_client_used_shadow:
                shadow_[{event.actor, text_at(event, 1)}] = event.time;
                return;
            case event::gfs_record_read:
                met_.insert(DataId{event.fields[2]});
                return;
            case event::gfs_records_read:
                return scanned(event);
            default:
                names_changed_ = event.time;
        }
    }

  private:
    using Reader = std::pair<HostId, sim::TextId>;  // client, file
    struct Record {
        DataId data;
        std::uint64_t offset;  // in the file that it was appended to
        ClientId writer;
        sim::Time told;
    };
    struct Operation {
        sim::TextId file;
        sim::Time began;
        bool opens;
    };
    struct Opened {
        sim::Time asked;
        sim::Time ended;
    };

    void acknowledged(const sim::Event& event) {
        const DataId data{event.fields[5]};
        // Readers can tell records from other bytes only if they were written as records.
        if (!truth().data().record_bytes(data)) return;
        records_[ChunkHandle{event.fields[1]}].push_back(
            {data, event.fields[3], host_at(event, 2), event.time});
    }

    void copied(const sim::Event& event) {
        const auto source = records_.find(ChunkHandle{event.fields[1]});
        if (source != records_.end()) records_[chunk_of(event)] = source->second;
    }

    void begin(const sim::Event& event) {
        const std::string& kind = engine().texts().text(text_at(event, 1));
        if (kind != "read" && kind != "open") return;
        operations_[event.fields[0]] = {text_at(event, 2), event.time, kind == "open"};
        const auto [first, fresh] = ahead_.try_emplace(event.actor, ahead(event.actor));
        const sim::Duration moved = ahead(event.actor) - first->second;
        if (moved > limit() || moved < -limit()) unreliable_.insert(event.actor);
    }

    void end(const sim::Event& event) {
        const auto found = operations_.find(event.fields[0]);
        if (found == operations_.end()) return;
        const auto& [file, began, opens] = found->second;
        if (opens)
            opened_[{event.actor, file}] = {began, event.time};
        else
            read_began_[{event.actor, file}] = began;
        operations_.erase(found);
    }

    void scanned(const sim::Event& event) {
        std::set<DataId> met;
        met.swap(met_);
        const Reader reader{event.actor, text_at(event, 0)};
        const auto began = read_began_.find(reader);
        if (began == read_began_.end()) return;
        const sim::Time known = known_until(reader, began->second);
        const auto used = shadow_.find(reader);
        if (names_changed_ >= known || (used != shadow_.end() && used->second >= known)) return;
        const FileMap::File* const file = files().find(engine().texts().text(reader.second));
        if (file == nullptr) return;
        for (const ChunkHandle chunk : file->chunks) judge(reader, chunk, known, met);
    }

    // What was acknowledged before this moment has to be met by the reader.
    sim::Time known_until(const Reader& reader, sim::Time began) const {
        sim::Time known = sim::time_zero;
        // Twice the limit: the reader's clock, by which its cache ages, may have moved by one.
        if (unreliable_.count(reader.first) == 0 && began - sim::time_zero > 2 * limit())
            known = began - 2 * limit();
        const auto opened = opened_.find(reader);
        if (opened != opened_.end() && opened->second.ended <= began)
            known = std::max(known, opened->second.asked);
        return known;
    }

    void judge(const Reader& reader, ChunkHandle chunk, sim::Time known,
               const std::set<DataId>& met) {
        const auto found = records_.find(chunk);
        if (found == records_.end()) return;
        for (const Record& record : found->second) {
            if (record.told >= known) continue;
            count_check();
            if (met.count(record.data) != 0) continue;
            violated(Focus{.chunk = chunk, .host = reader.first, .data = record.data},
                     fmt::format("{} scanned {} and did not meet the record at {} of {}, of which "
                                 "{} was told at {}",
                                 name(reader.first), engine().texts().text(reader.second),
                                 ledger().offset_in_chunk(record.offset), name(chunk),
                                 name(record.writer), describe(record.told)));
        }
    }

    sim::Duration ahead(HostId client) const {
        return sim::Duration(sim::to_ns(engine().host(client).now()) - sim::to_ns(engine().now()));
    }
    // How old a location can be: GFS 2.7.1, and the master's answer was on its way.
    sim::Duration limit() const { return config().client_cache + config().client_timeout; }

    std::map<ChunkHandle, std::vector<Record>> records_;
    std::map<std::uint64_t, Operation> operations_;  // reads and opens that go on
    std::map<Reader, Opened> opened_;                // the last that succeeded
    std::map<Reader, sim::Time> read_began_;
    std::map<Reader, sim::Time> shadow_;     // the last time that a shadow answered: GFS 5.1.3
    std::map<HostId, sim::Duration> ahead_;  // of true time, when the client was first seen
    std::set<HostId> unreliable_;            // whose clocks have moved since
    std::set<DataId> met_;                   // by the scan that ends with the next records.read
    sim::Time names_changed_ = sim::time_zero;
};

}  // namespace

std::unique_ptr<Invariant> make_records_reach_readers(const Surroundings& around) {
    return std::make_unique<RecordsReachReaders>(around);
}

}  // namespace gfs::checks
