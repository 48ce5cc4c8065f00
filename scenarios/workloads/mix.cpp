// SPDX-License-Identifier: Apache-2.0
// A mix: operations drawn by weight, on files drawn from a set, one after the other (closed model)
// or at a steady rate whether or not the earlier ones have ended (open model).

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "scenarios/workloads/group_client.h"
#include "scenarios/workloads/read_check.h"
#include "sim/assert.h"

namespace gfs::workloads {
namespace {

// Whether the mix does nothing but create: then it needs no files to begin with.
bool only_creates(const std::vector<MixEntry>& mix) {
    return std::all_of(mix.begin(), mix.end(), [](const MixEntry& entry) {
        return entry.op == Op::create || entry.weight == 0;
    });
}

// Between two tries to create a file that the mix needs.
constexpr sim::Duration try_again_after = std::chrono::seconds{1};

bool says_that_master_is_away(Code code) {
    return code == Code::gave_up || code == Code::timeout || code == Code::starting;
}

}  // namespace

// The files with all their directories. Two groups that name the same file create it once.
Task<void> GroupClient::create_files() {
    for (const std::string& file : named_files(group_.plan.files)) {
        for (std::size_t slash = file.find('/', 1); slash != std::string::npos;
             slash = file.find('/', slash + 1)) {
            std::string directory = file.substr(0, slash);
            co_await make_sure(std::move(directory), true);
        }
        if (!only_creates(group_.plan.mix)) co_await make_sure(file, false);
    }
}

Task<void> GroupClient::make_sure(std::string path, bool directory) {
    if (!directory && shared_.files.exists(path)) co_return;
    // Somebody else may be at it, and may crash before it is there.
    for (auto at = shared_.created.find(path); at != shared_.created.end();
         at = shared_.created.find(path)) {
        if (!at->second.over.is_open()) co_await at->second.over.pass(host_);
        const auto after = shared_.created.find(path);
        if (after == shared_.created.end()) break;
        if (after->second.is_settled) co_return;
        if (after->second.over.is_open()) shared_.created.erase(after);
    }
    Creation& creation = shared_.created[path];  // stays where it is until it is over
    const Activity creating(shared_.world.engine, [&creation] { creation.over.open(); });
    Result<Done> made = co_await make(path, directory);
    // Without its files the mix comes to nothing, and the master may be out of reach for longer
    // than the client library is patient.
    while (says_that_master_is_away(made.code()) && group_.plan.stop && !time_is_up()) {
        co_await sim::sleep(host_, try_again_after);
        made = co_await make(path, directory);
    }
    creation.is_settled = true;
    if (made.ok() || made.code() == Code::already_exists) co_return;
    fail(nullptr, fmt::format("could not create {}: {}", path, info(made.code()).name));
}

Task<Result<Done>> GroupClient::make(std::string path, bool directory) {
    if (directory) co_return co_await client_->make_directory(path);
    co_return co_await client_->create(path);
}

Task<void> GroupClient::run_closed() {
    const auto& think = group_.plan.think;
    for (std::uint64_t done = 0; !group_.plan.ops || done < *group_.plan.ops; ++done) {
        if (think && done > 0) {
            const sim::Duration pause{std::max<std::int64_t>(think->draw(time_draws_), 0)};
            co_await sim::sleep(host_, pause);
        }
        if (time_is_up()) co_return;
        MixOperation operation = draw_operation();
        co_await perform_mix(std::move(operation));
    }
}

// Choice: operations are evenly spaced, so that a rate is a rate in every window; each client
// begins at a moment of its own within the first gap, so that the clients do not beat time
// together.
Task<void> GroupClient::run_open() {
    const Rate rate = *group_.plan.rate;
    SIM_ASSERT(rate.count > 0);
    const auto gap = rate.period / static_cast<std::int64_t>(rate.count);
    const sim::Duration phase{time_draws_.between(0, gap.count())};
    const LocalTime began = host_.now() + phase;
    for (std::uint64_t begun = 0; !group_.plan.ops || begun < *group_.plan.ops; ++begun) {
        // Whole periods and a rest, so that nothing is rounded away for good.
        const auto periods = static_cast<std::int64_t>(begun / rate.count);
        const auto rest = static_cast<std::int64_t>(begun % rate.count);
        const LocalTime due = began + rate.period * periods +
                              rate.period * rest / static_cast<std::int64_t>(rate.count);
        const sim::Duration wait = due - host_.now();
        if (wait > sim::Duration{0}) co_await sim::sleep(host_, wait);
        if (time_is_up()) co_return;
        shared_.begin_activity();
        Activity activity(shared_.world.engine, [shared = &shared_] { shared->end_activity(); });
        host_.spawn("operation", run_operation(draw_operation(), std::move(activity)));
    }
}

Task<void> GroupClient::run_operation(MixOperation operation, Activity) {
    co_await perform_mix(std::move(operation));
}

Op GroupClient::draw_op() {
    std::uint64_t weights = 0;
    for (const MixEntry& entry : group_.plan.mix) weights += entry.weight;
    std::uint64_t drawn = op_draws_.below(weights);
    for (const MixEntry& entry : group_.plan.mix) {
        if (drawn < entry.weight) return entry.op;
        drawn -= entry.weight;
    }
    SIM_ASSERT(!"a number below the sum of the weights belongs to one of them");
    return group_.plan.mix.front().op;
}

GroupClient::MixOperation GroupClient::draw_operation() {
    MixOperation operation{.op = draw_op(), .file = {}, .to = {}};
    operation.file = picker_->pick(file_draws_);
    // Beside the file, under a name that nobody else takes: "/data/a" -> "/data/a@writers.2-1".
    if (operation.op == Op::snapshot)
        operation.to = fmt::format("{}@{}.{}-{}", operation.file, group_.plan.name, number_,
                                   ++snapshots_);
    const bool moves_data =
        operation.op == Op::write || operation.op == Op::append || operation.op == Op::read;
    if (!moves_data) return operation;
    const std::int64_t size = group_.plan.size.draw(size_draws_);
    operation.length = static_cast<std::uint64_t>(std::max<std::int64_t>(size, 1));
    if (operation.op != Op::read) operation.data = shared_.make_data(host_.id(), operation.length);
    // Reads begin somewhere in the file as far as it is known, writes there or at its end.
    const std::uint64_t known = shared_.files.length(operation.file);
    if (operation.op == Op::write) operation.offset = offset_draws_.below(known + 1);
    if (operation.op == Op::read && known > 0) operation.offset = offset_draws_.below(known);
    return operation;
}

// What comes of it, the events say; only the bytes of a read are judged here.
Task<void> GroupClient::perform_mix(MixOperation operation) {
    switch (operation.op) {
        case Op::create:
            std::ignore = co_await client_->create(operation.file);
            co_return;
        case Op::remove:
            std::ignore = co_await client_->remove(operation.file);
            co_return;
        case Op::snapshot:
            std::ignore = co_await client_->snapshot(operation.file, operation.to);
            co_return;
        case Op::write: {
            WriteRequest request{.file = operation.file,
                                 .offset = operation.offset,
                                 .data = operation.data,
                                 .length = operation.length};
            std::ignore = co_await client_->write(std::move(request));
            co_return;
        }
        case Op::append: {
            AppendRequest request{
                .file = operation.file, .data = operation.data, .length = operation.length};
            std::ignore = co_await client_->append(std::move(request));
            co_return;
        }
        case Op::read: {
            ReadRequest request{
                .file = operation.file, .offset = operation.offset, .length = operation.length};
            const Result<FileData> data = co_await client_->read(std::move(request));
            if (!data.ok() || !group_.plan.verify) co_return;
            const std::string invented = invented_bytes(*data, shared_);
            if (!invented.empty()) fail(nullptr, "read " + operation.file + ": " + invented);
            co_return;
        }
        default:
            SIM_ASSERT(!"an operation that a mix cannot draw");
    }
}

}  // namespace gfs::workloads
