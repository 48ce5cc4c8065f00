// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/witness.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/fields.h"

namespace gfs::checks {
namespace {

bool is_frequent(const sim::EventInfo& info, Part part) {
    if (part == Part::mutation || part == Part::reader) return true;
    constexpr std::string_view rooms[] = {"client.", "master.log_", "master.replied", "shadow."};
    return part == Part::name &&
           std::any_of(std::begin(rooms), std::end(rooms),
                       [&](std::string_view room) { return info.name.starts_with(room); });
}

}  // namespace

EventMemory::EventMemory(const sim::Engine& engine, PlaceOfFault place_of_fault,
                         std::size_t most_lines)
    : engine_(engine), place_of_fault_(std::move(place_of_fault)), most_lines_(most_lines) {
    const auto all = engine.events().all();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Told* const how = told(static_cast<sim::EventKind>(i));
        classes_.push_back(how == nullptr                   ? Class::ignored
                           : is_frequent(all[i], how->part) ? Class::often
                                                            : Class::seldom);
    }
}

void EventMemory::remember(const sim::Event& event) {
    const Class kind = classes_[sim::to_index(event.kind)];
    if (kind == Class::seldom) seldom_.push(event);
    if (kind == Class::often) often_.push(event);
}

std::vector<std::string> EventMemory::witness(const Focus& focus, const Setting& setting,
                                              std::uint64_t sequence) const {
    std::vector<const sim::Event*> events;
    for (const Ring* const ring : {&seldom_, &often_})
        for (const sim::Event& event : ring->events())
            if (focus.until == 0 || event.sequence <= focus.until) events.push_back(&event);
    std::stable_sort(events.begin(), events.end(), [](const sim::Event* a, const sim::Event* b) {
        return a->sequence > b->sequence;
    });
    std::vector<std::string> lines;
    const Story story(engine_, focus, setting, std::move(events), sequence);
    for (const sim::Event* const event : story.chosen(most_lines_)) lines.push_back(line(*event));
    return lines;
}

std::string EventMemory::line(const sim::Event& event) const {
    std::string text = fmt::format("{:>14}  #{:<6} {}", describe(event.time), event.sequence,
                                   sentence_of(engine_, event));
    const std::string_view section = engine_.events()[event.kind].section;
    if (!section.empty()) text += fmt::format(" (GFS {})", section);
    if (event.kind != sim::event::fault_fired || !place_of_fault_) return text;
    const std::string place = place_of_fault_(engine_.texts().text(text_at(event, 0)));
    return place.empty() ? text : text + " --> " + place;
}

void EventMemory::Ring::push(const sim::Event& event) {
    if (events_.size() < capacity_) {
        events_.push_back(event);
    } else {
        events_[next_] = event;
    }
    next_ = (next_ + 1) % capacity_;
}

}  // namespace gfs::checks
