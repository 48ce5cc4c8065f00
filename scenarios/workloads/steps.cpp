// SPDX-License-Identifier: Apache-2.0
// The steps of a script, each as one call of the client library or as a wait.

#include <algorithm>

#include "scenarios/workloads/group_client.h"
#include "sim/assert.h"
#include "sim/engine.h"

namespace gfs::workloads {

Task<GroupClient::StepResult> GroupClient::perform(const Step& step) {
    switch (step.op) {
        case Op::create:
        case Op::make_directory:
        case Op::remove:
        case Op::undelete:
        case Op::rename:
        case Op::snapshot:
        case Op::open:
        case Op::close:
        case Op::stat:
            co_return co_await perform_name(step);
        case Op::list:
        case Op::find:
            co_return co_await perform_search(step);
        case Op::write:
            co_return co_await perform_write(step);
        case Op::append:
            co_return co_await perform_append(step);
        case Op::read:
            co_return co_await perform_read(step);
        case Op::write_record:
            co_return co_await perform_write_record(step);
        case Op::read_records:
            co_return co_await perform_read_records(step);
        case Op::locations:
            co_return co_await perform_locations(step);
        case Op::sleep:
            co_return co_await perform_sleep(step);
        case Op::wait:
            co_return co_await perform_wait(step);
        case Op::barrier:
            co_return co_await perform_barrier(step);
        case Op::mark:
            host_.emit(sim::event::mark, {shared_.world.engine.text(step.name)});
            co_return StepResult{};
    }
    SIM_ASSERT(!"an operation that group.h does not list");
    co_return StepResult{};
}

Task<GroupClient::StepResult> GroupClient::perform_name(const Step& step) {
    if (step.op == Op::close) {
        client_->close(step.file);
        co_return StepResult{};
    }
    if (step.op == Op::stat || step.op == Op::open) {
        Task<Result<FileStatus>> asking = ask_for_status(step);
        const Result<FileStatus> status = co_await std::move(asking);
        if (!status.ok()) co_return StepResult{.code = status.code()};
        co_return StepResult{.number = status->chunks};
    }
    Task<Result<Done>> changing = change_name(step);
    const Result<Done> done = co_await std::move(changing);
    co_return StepResult{.code = done.code()};
}

Task<Result<FileStatus>> GroupClient::ask_for_status(const Step& step) {
    if (step.op == Op::stat) return client_->stat(step.file);
    SIM_ASSERT(step.op == Op::open);
    return step.to_write ? client_->open_to_write(step.file) : client_->open(step.file);
}

Task<Result<Done>> GroupClient::change_name(const Step& step) {
    switch (step.op) {
        case Op::create:
            return client_->create(step.file);
        case Op::make_directory:
            return client_->make_directory(step.file);
        case Op::remove:
            return step.expedite ? client_->expedite(step.file) : client_->remove(step.file);
        case Op::undelete:
            return client_->undelete(step.file);
        case Op::snapshot:
            return client_->snapshot(step.file, step.to);
        default:
            SIM_ASSERT(step.op == Op::rename);
            return client_->rename(step.file, step.to);
    }
}

Task<GroupClient::StepResult> GroupClient::perform_search(const Step& step) {
    Task<Result<Names>> searching =
        step.op == Op::list ? client_->list(step.file) : client_->find(step.pattern);
    const Result<Names> names = co_await std::move(searching);
    if (!names.ok()) co_return StepResult{.code = names.code()};
    co_return StepResult{.number = names->names.size()};
}

// The offset that the step says, or the one that an earlier step kept.
std::optional<std::uint64_t> GroupClient::offset_of(const Step& step) const {
    if (step.offset_bound.empty()) return step.offset;
    const auto bound = shared_.bound.find(step.offset_bound);
    if (bound == shared_.bound.end()) return std::nullopt;
    return bound->second.number;
}

std::uint64_t GroupClient::draw_size(const Step& step) {
    const std::int64_t drawn = step.size ? step.size->draw(size_draws_) : 4096;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(drawn, 1));
}

DataId GroupClient::make_data(const Step& step, std::uint64_t& length) {
    DataId data{};
    if (step.data) {
        length = step.data->size();
        data = shared_.make_data(host_.id(), *step.data);
    } else {
        length = draw_size(step);
        data = shared_.make_data(host_.id(), length);
    }
    if (!step.as.empty()) shared_.labels[step.as].push_back(data);
    return data;
}

DataId GroupClient::make_record(const Step& step) {
    const DataId record = step.data ? shared_.make_record(host_.id(), *step.data)
                                    : shared_.make_record(host_.id(), draw_size(step));
    if (!step.as.empty()) shared_.labels[step.as].push_back(record);
    return record;
}

Task<GroupClient::StepResult> GroupClient::perform_write(const Step& step) {
    const auto offset = offset_of(step);
    if (!offset) co_return StepResult{.problem = "no offset is bound to @" + step.offset_bound};
    WriteRequest request{.file = step.file, .offset = *offset, .data = no_data, .length = 0};
    request.data = make_data(step, request.length);
    const Result<Done> written = co_await client_->write(std::move(request));
    co_return StepResult{.code = written.code(), .number = *offset};
}

Task<GroupClient::StepResult> GroupClient::perform_append(const Step& step) {
    if (step.data && step.data->empty()) co_return StepResult{.problem = "a record has a byte"};
    AppendRequest request{.file = step.file, .data = no_data, .length = 0};
    request.data = make_data(step, request.length);
    const Result<std::uint64_t> offset = co_await client_->append(std::move(request));
    if (!offset.ok()) co_return StepResult{.code = offset.code()};
    co_return StepResult{.number = *offset};
}

Task<GroupClient::StepResult> GroupClient::perform_read(const Step& step) {
    const auto offset = offset_of(step);
    if (!offset) co_return StepResult{.problem = "no offset is bound to @" + step.offset_bound};
    ReadRequest request{.file = step.file, .offset = *offset};
    if (step.size) {
        const std::int64_t drawn = step.size->draw(size_draws_);
        request.length = static_cast<std::uint64_t>(std::max<std::int64_t>(drawn, 0));
    }
    const Result<FileData> data = co_await client_->read(std::move(request));
    if (!data.ok()) co_return StepResult{.code = data.code()};
    co_return StepResult{.number = data->length, .data = *data};
}

Task<GroupClient::StepResult> GroupClient::perform_write_record(const Step& step) {
    RecordFile file(*client_, shared_.world.data, step.file);
    const DataId record = make_record(step);
    const Result<std::uint64_t> offset = co_await file.write(record);
    if (!offset.ok()) co_return StepResult{.code = offset.code()};
    co_return StepResult{.number = *offset};
}

Task<GroupClient::StepResult> GroupClient::perform_read_records(const Step& step) {
    RecordFile file(*client_, shared_.world.data, step.file);
    Result<RecordScan> scan = co_await file.read();
    if (!scan.ok()) co_return StepResult{.code = scan.code()};
    drop_duplicates(scan.value().records);
    co_return StepResult{.number = scan->records.size(), .records = *scan};
}

Task<GroupClient::StepResult> GroupClient::perform_locations(const Step& step) {
    const auto offset = offset_of(step);
    if (!offset) co_return StepResult{.problem = "no offset is bound to @" + step.offset_bound};
    const ChunkIndex index{static_cast<std::uint32_t>(*offset / shared_.world.config.chunk_size)};
    const Result<ChunkLocations> found = co_await client_->locations(step.file, index);
    if (!found.ok()) co_return StepResult{.code = found.code()};
    if (!step.bind.empty()) {
        Bound& bound = shared_.bound[step.bind];
        bound.chunk = found->chunk;
        bound.servers = found->servers;
    }
    co_return StepResult{};
}

Task<GroupClient::StepResult> GroupClient::perform_sleep(const Step& step) {
    const sim::Duration time = std::min(step.time, step.timeout.value_or(step.time));
    co_await sim::sleep(host_, time);
    co_return StepResult{.code = time < step.time ? Code::timeout : Code::ok};
}

Task<GroupClient::StepResult> GroupClient::perform_wait(const Step& step) {
    SIM_ASSERT(step.event.has_value());
    const auto kept = group_.waits.find(group_.index_of(step));
    const std::shared_ptr<EventWait> wait =
        kept != group_.waits.end() ? kept->second : shared_.wait_for_event(*step.event);
    if (wait->reached.is_open()) co_return StepResult{};
    std::optional<sim::Duration> within = step.within;
    if (step.timeout) within = std::min(*step.timeout, within.value_or(*step.timeout));
    std::optional<Rest> rest;  // ends with the coroutine, by a crash as well
    if (step.event->pattern.event == "quiescent") rest.emplace(shared_);
    const auto opened = co_await wait->reached.pass(host_, within);
    co_return StepResult{.code = opened ? Code::ok : Code::timeout};
}

Task<GroupClient::StepResult> GroupClient::perform_barrier(const Step& step) {
    Barrier& barrier = shared_.barriers.at(step.name);
    if (barrier.arrive_last()) co_return StepResult{};
    const auto opened = co_await barrier.pass(host_, step.timeout);
    co_return StepResult{.code = opened ? Code::ok : Code::timeout};
}

}  // namespace gfs::workloads
