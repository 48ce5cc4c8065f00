// SPDX-License-Identifier: Apache-2.0
// One client of a group: the coroutines that run on its machine. Scripts are in script.cpp and
// steps.cpp, mixes in mix.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/client/client.h"
#include "core/client/records.h"
#include "scenarios/workloads/file_picker.h"
#include "scenarios/workloads/gate.h"
#include "scenarios/workloads/group.h"
#include "scenarios/workloads/shared.h"
#include "sim/host.h"
#include "sim/random.h"

namespace gfs::workloads {

// A group and what its clients share.
struct GroupState {
    std::size_t number;  // in the order of the scenario
    Group plan;
    Gate ready;  // the files of a mix are there
    std::uint32_t creator = 1;     // the client that creates them
    std::set<std::uint32_t> left;  // clients that have ended their work
    // Of the wait steps that count from a fault or a mark: they count from the run's beginning.
    std::map<std::size_t, std::shared_ptr<EventWait>> waits;  // by the number of the step

    std::size_t index_of(const Step& step) const {
        return static_cast<std::size_t>(&step - plan.script.data());
    }
};

class GroupClient {
  public:
    // Not owned: all of them; they outlive the client's process.
    GroupClient(Shared& shared, GroupState& group, std::uint32_t number, HostId host);
    GroupClient(const GroupClient&) = delete;
    GroupClient& operator=(const GroupClient&) = delete;

    HostId host_id() const { return host_.id(); }
    std::uint32_t number() const { return number_; }
    bool does(const Step& step) const { return !step.client || *step.client == number_; }

    // All that this client does. `presence` ends when it does.
    Task<void> live(Client& client, Activity presence);
    // Beside that: what the client would have done that was to create the files of the mix.
    Task<void> take_over_creation(Client& client);

  private:
    struct StepResult {
        Code code = Code::ok;
        std::optional<std::uint64_t> number{};  // for `bind`
        std::optional<FileData> data{};         // of a read
        std::optional<RecordScan> records{};    // of a read_records, duplicates dropped
        std::string problem{};                  // a failure whatever outcome was expected
    };
    struct MixOperation {
        Op op;
        std::string file;
        std::string to;  // snapshot
        std::uint64_t offset = 0;
        std::uint64_t length = 0;
        DataId data = no_data;
    };

    bool time_is_up() const;
    void fail(const Step* step, std::string message);

    // script.cpp
    Task<void> run_script();
    void judge(const Step& step, const StepResult& result);
    void judge_data(const Step& step, const FileData& data);
    void judge_contents(const Step& step, const std::function<bool(DataId)>& is_there);
    void keep(const Step& step, const StepResult& result);

    // steps.cpp
    Task<StepResult> perform(const Step& step);
    Task<StepResult> perform_name(const Step& step);
    Task<Result<Done>> change_name(const Step& step);
    Task<Result<FileStatus>> ask_for_status(const Step& step);
    Task<StepResult> perform_search(const Step& step);
    Task<StepResult> perform_write(const Step& step);
    Task<StepResult> perform_append(const Step& step);
    Task<StepResult> perform_read(const Step& step);
    Task<StepResult> perform_write_record(const Step& step);
    Task<StepResult> perform_read_records(const Step& step);
    Task<StepResult> perform_locations(const Step& step);
    Task<StepResult> perform_sleep(const Step& step);
    Task<StepResult> perform_wait(const Step& step);
    Task<StepResult> perform_barrier(const Step& step);
    std::optional<std::uint64_t> offset_of(const Step& step) const;
    DataId make_data(const Step& step, std::uint64_t& length);
    DataId make_record(const Step& step);
    std::uint64_t draw_size(const Step& step);

    // mix.cpp
    Task<void> create_files();
    Task<void> make_sure(std::string path, bool directory);
    Task<Result<Done>> make(std::string path, bool directory);
    Task<void> run_closed();
    Task<void> run_open();
    Task<void> run_operation(MixOperation operation, Activity activity);
    Task<void> perform_mix(MixOperation operation);
    MixOperation draw_operation();
    Op draw_op();

    Shared& shared_;
    GroupState& group_;
    std::uint32_t number_;
    sim::Host& host_;
    Client* client_ = nullptr;  // of the process that runs live()
    // Streams of their own, so that a draw for one purpose shifts no other.
    sim::Random op_draws_;
    sim::Random file_draws_;
    sim::Random size_draws_;
    sim::Random offset_draws_;
    sim::Random time_draws_;
    std::optional<FilePicker> picker_;
    std::uint64_t snapshots_ = 0;  // that a mix of this client has begun
};

}  // namespace gfs::workloads
