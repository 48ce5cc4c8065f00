// SPDX-License-Identifier: Apache-2.0

#include "scenarios/workloads/shared.h"

#include "sim/assert.h"

namespace gfs::workloads {
namespace {

std::size_t number_of(DataId data) {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(data) & 0xffff'ffffU);
}

}  // namespace

void Shared::remember(DataId data, std::uint64_t length) {
    std::vector<std::uint64_t>& lengths = data_lengths[DataTable::client_of(data)];
    SIM_ASSERT(number_of(data) == lengths.size() + 1);  // nobody else makes data for the client
    lengths.push_back(length);
}

DataId Shared::make_data(ClientId client, std::uint64_t length) {
    const DataId data = world.data.add(client, length);
    remember(data, length);
    return data;
}

DataId Shared::make_data(ClientId client, const std::string& literal) {
    const DataId data = world.data.add(client, literal);
    remember(data, literal.size());
    return data;
}

DataId Shared::make_record(ClientId client, std::uint64_t payload_bytes) {
    const DataId record = world.data.add_record(client, payload_bytes);
    remember(record, world.data.record_bytes(record).value());
    return record;
}

DataId Shared::make_record(ClientId client, const std::string& payload) {
    const DataId record = world.data.add_record(client, payload);
    remember(record, world.data.record_bytes(record).value());
    return record;
}

std::optional<std::uint64_t> Shared::length_of(DataId data) const {
    const auto found = data_lengths.find(DataTable::client_of(data));
    if (found == data_lengths.end()) return std::nullopt;
    const std::size_t number = number_of(data);
    // A client's numbers are given out one by one: one that was not given out names no bytes.
    return number - 1 < found->second.size() ? found->second[number - 1] : 0;
}

std::shared_ptr<EventWait> Shared::wait_for_event(const EventCounter::Options& options) {
    auto wait = std::make_shared<EventWait>(
        EventWait{EventCounter(world.engine, world.names, options), Gate{}});
    waits.push_back(wait);
    return wait;
}

void Shared::see(const sim::Event& event) {
    files.see(event);
    bool gone = false;
    for (const std::weak_ptr<EventWait>& waiting : waits) {
        const std::shared_ptr<EventWait> wait = waiting.lock();
        gone = gone || wait == nullptr;
        if (wait != nullptr && wait->counter.see(event)) wait->reached.open();
    }
    if (gone) std::erase_if(waits, [](const auto& wait) { return wait.expired(); });
}

void Shared::end_activity() {
    SIM_ASSERT(activities > 0);
    --activities;
    if (activities == 0 && when_done) when_done();
    if (is_at_rest() && when_at_rest) when_at_rest();
}

void Shared::begin_rest() {
    ++resting;
    SIM_ASSERT(resting <= activities);
    if (is_at_rest() && when_at_rest) when_at_rest();
}

void Shared::end_rest() {
    SIM_ASSERT(resting > 0);
    --resting;
}

}  // namespace gfs::workloads
