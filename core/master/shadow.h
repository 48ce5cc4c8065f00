// SPDX-License-Identifier: Apache-2.0
// A shadow master (GFS 5.1.3): reads a log replica's growing log, applies the same changes, polls
// the chunkservers for their chunks, and answers readers while the master is silent. It may be a
// fraction of a second behind.
//
// Invariants:
//  1. Its metadata is the state after some flushed record, and never goes back, unless the log that
//     it has read was lost on all machines.
//  2. It changes nothing: mutations are refused.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/common/config.h"
#include "core/common/events.h"
#include "core/common/messages.h"
#include "core/master/metadata.h"
#include "sim/host.h"

namespace gfs {

using sim::Task;

class Shadow {
  public:
    // Where it finds the others. Not owned.
    struct Places {
        const std::vector<HostId>& log_machines;
        const std::vector<ServerId>& chunkservers;
    };

    // A process that starts, with nothing. Not owned: host, config.
    Shadow(sim::Host& host, const Config& config, Places places);
    Shadow(const Shadow&) = delete;
    Shadow& operator=(const Shadow&) = delete;

    LogIndex applied() const { return applied_; }
    const Metadata& metadata() const { return metadata_; }

  private:
    Task<void> follow_log();
    Task<void> compare_logs();
    void take(const LogTail& tail);
    void begin_anew();
    HostId log_machine() const;
    Task<void> poll_chunkservers();
    void take_report(ServerId server, const std::vector<ReplicaReport>& report);
    std::vector<ServerId> replicas_of(ChunkHandle handle, Version version) const;

    FindLocation::Reply on_find_location(const FindLocation& request);
    Open::Reply on_open(const Open& request);
    Stat::Reply on_stat(const Stat& request);
    List::Reply on_list(const List& request);
    Ping::Reply on_ping(const Ping& request);
    FindLocation::Reply find_location(const FindLocation& request) const;
    Result<FileStatus> status(const std::string& path) const;
    List::Reply list(const std::string& directory, UserId user) const;

    template <typename M>
    typename M::Reply refuse(const M& request) {
        return reply(request, typename M::Reply(Code::read_only));
    }
    template <typename M>
    typename M::Reply reply(const M& request, typename M::Reply answer) {
        host_.emit(event::shadow_replied, {M::type, request.client, request.op, answer.code()});
        return answer;
    }

    sim::Host& host_;
    const Config& config_;
    Places places_;
    Metadata metadata_;
    LogIndex applied_{0};
    std::optional<RecordMark> last_;  // of the last record that was applied
    std::size_t place_ = 1;  // of the log that is read; not first that of the first master
    LocalTime last_news_{};
    bool is_ready_ = false;  // it has read the log to its end, and asked every chunkserver
    bool has_log_ = false;
    // What each chunkserver that answers said last.
    std::map<ServerId, std::map<ChunkHandle, Version>> reports_;
};

}  // namespace gfs
