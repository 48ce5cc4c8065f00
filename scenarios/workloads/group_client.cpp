// SPDX-License-Identifier: Apache-2.0

#include "scenarios/workloads/group_client.h"

#include <utility>

#include "sim/assert.h"

namespace gfs::workloads {

const char* name(Op op) {
    switch (op) {
        case Op::create:
            return "create";
        case Op::make_directory:
            return "mkdir";
        case Op::remove:
            return "delete";
        case Op::undelete:
            return "undelete";
        case Op::snapshot:
            return "snapshot";
        case Op::rename:
            return "rename";
        case Op::open:
            return "open";
        case Op::close:
            return "close";
        case Op::stat:
            return "stat";
        case Op::list:
            return "list";
        case Op::find:
            return "find";
        case Op::write:
            return "write";
        case Op::append:
            return "append";
        case Op::read:
            return "read";
        case Op::write_record:
            return "write_record";
        case Op::read_records:
            return "read_records";
        case Op::locations:
            return "locations";
        case Op::sleep:
            return "sleep";
        case Op::wait:
            return "wait";
        case Op::barrier:
            return "barrier";
        case Op::mark:
            return "mark";
    }
    return "";
}

GroupClient::GroupClient(Shared& shared, GroupState& group, std::uint32_t number, HostId host)
    : shared_(shared),
      group_(group),
      number_(number),
      host_(shared.world.engine.host(host)),
      op_draws_(shared.world.engine.random("workload.op." + group.plan.name, number)),
      file_draws_(shared.world.engine.random("workload.file." + group.plan.name, number)),
      size_draws_(shared.world.engine.random("workload.size." + group.plan.name, number)),
      offset_draws_(shared.world.engine.random("workload.offset." + group.plan.name, number)),
      time_draws_(shared.world.engine.random("workload.time." + group.plan.name, number)) {
    SIM_ASSERT(number >= 1);
    SIM_ASSERT(group.plan.script.empty() || group.plan.mix.empty());
    if (group.plan.mix.empty()) return;
    picker_.emplace(group.plan.files, shared.files,
                    FilePicker::Client{.number = number, .of = group.plan.clients});
}

Task<void> GroupClient::live(Client& client, Activity) {
    client_ = &client;
    if (group_.plan.mix.empty()) {  // a script, of no steps perhaps
        co_await run_script();
        co_return;
    }
    // The first client creates the files, or another one if it crashes; the others begin when they
    // are there.
    if (number_ == 1) {
        co_await create_files();
        group_.ready.open();
    } else if (!group_.ready.is_open()) {
        co_await group_.ready.pass(host_);
    }
    if (group_.plan.rate)
        co_await run_open();
    else
        co_await run_closed();
}

Task<void> GroupClient::take_over_creation(Client& client) {
    client_ = &client;
    co_await create_files();
    group_.ready.open();
}

bool GroupClient::time_is_up() const {
    const auto stop = group_.plan.stop;
    return stop && shared_.world.engine.now() >= sim::time_zero + *stop;
}

void GroupClient::fail(const Step* step, std::string message) {
    std::optional<std::size_t> index;
    if (step != nullptr) index = group_.index_of(*step);
    shared_.failures.push_back({.group = group_.number,
                                .step = index,
                                .client = host_.name(),
                                .message = std::move(message),
                                .at = shared_.world.engine.now()});
}

}  // namespace gfs::workloads
