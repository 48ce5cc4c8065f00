// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/witness.h"

#include <algorithm>
#include <string_view>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

constexpr std::string_view seldom_names[] = {
    "lease.granted", "lease.accepted", "lease.expired",  "lease.revoked",    "lease.released",
    "fault.",        "server.",        "master.crashed", "master.recovered", "master.promoted"};
constexpr std::string_view seldom_rooms[] = {"chunk.", "clone.", "gc."};
constexpr std::string_view often_names[] = {"lease.", "mutation.", "append.",   "write.",
                                            "file.",  "master.",   "client.op", "location."};

template <std::size_t count>
bool starts_with_any(std::string_view name, const std::string_view (&prefixes)[count]) {
    return std::any_of(std::begin(prefixes), std::end(prefixes),
                       [&](std::string_view prefix) { return name.starts_with(prefix); });
}

}  // namespace

EventMemory::EventMemory(const sim::Engine& engine) : engine_(engine) {
    for (const sim::EventInfo& info : engine.events().all()) {
        const bool seldom =
            starts_with_any(info.name, seldom_names) || starts_with_any(info.name, seldom_rooms);
        const bool often = !seldom && starts_with_any(info.name, often_names);
        classes_.push_back(seldom ? Class::seldom : often ? Class::often : Class::ignored);
        std::uint8_t place = 0;
        for (std::size_t i = info.fields.size(); i-- > 0;)
            if (info.fields[i].type == sim::FieldType::chunk)
                place = static_cast<std::uint8_t>(1 + i);
        place_.push_back(place);
    }
}

void EventMemory::remember(const sim::Event& event) {
    const Class kind = classes_[sim::to_index(event.kind)];
    if (kind == Class::seldom) seldom_.push(event);
    if (kind == Class::often) often_.push(event);
}

std::vector<std::string> EventMemory::witness(ChunkHandle chunk) const {
    std::vector<const sim::Event*> found;
    collect(seldom_, chunk, found);
    collect(often_, chunk, found);
    std::stable_sort(found.begin(), found.end(), [](const sim::Event* a, const sim::Event* b) {
        return a->sequence > b->sequence;
    });
    std::vector<const sim::Event*> chosen;
    for (const sim::Event* const event : found) {
        if (chosen.size() == most_lines) break;
        const auto alike =
            std::count_if(chosen.begin(), chosen.end(), [&](const sim::Event* other) {
                return other->kind == event->kind && other->actor == event->actor;
            });
        if (alike < 2) chosen.push_back(event);
    }
    std::vector<std::string> lines;
    for (auto at = chosen.rbegin(); at != chosen.rend(); ++at)
        lines.push_back(event_line(engine_, **at));
    return lines;
}

bool EventMemory::concerns(const sim::Event& event, ChunkHandle chunk) const {
    const std::uint8_t place = place_[sim::to_index(event.kind)];
    if (place != 0)
        return chunk != no_chunk && event.fields[place - 1U] == static_cast<std::uint64_t>(chunk);
    // Faults and processes concern everybody; the log and operations, names.
    return classes_[sim::to_index(event.kind)] == Class::seldom || chunk == no_chunk;
}

void EventMemory::collect(const Ring& ring, ChunkHandle chunk,
                          std::vector<const sim::Event*>& found) const {
    for (std::size_t i = 0; i < ring.size(); ++i)
        if (concerns(ring.newest(i), chunk)) found.push_back(&ring.newest(i));
}

void EventMemory::Ring::push(const sim::Event& event) {
    if (events_.size() < capacity_) {
        events_.push_back(event);
    } else {
        events_[next_] = event;
    }
    next_ = (next_ + 1) % capacity_;
}

const sim::Event& EventMemory::Ring::newest(std::size_t i) const {
    SIM_ASSERT(i < events_.size());
    return events_[(next_ + capacity_ - 1 - i) % capacity_];
}

}  // namespace gfs::checks
