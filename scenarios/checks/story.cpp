// SPDX-License-Identifier: Apache-2.0

#include "scenarios/checks/story.h"

#include <algorithm>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/fields.h"
#include "sim/assert.h"

namespace gfs::checks {
namespace {

struct Row {
    sim::EventKind kind;
    Told told;
};
constexpr Row rows[] = {
#define SIM_TOLD(event_name, part, sentence) {sim::event::event_name, {Part::part, sentence}},
#define GFS_TOLD(event_name, part, sentence) {event::event_name, {Part::part, sentence}},
#include "scenarios/checks/told.def"
#undef GFS_TOLD
#undef SIM_TOLD
};

// How many lines of a part there may be, those first that are cut short last.
struct Share {
    Part part;
    std::size_t most;
};
constexpr Share shares[] = {{Part::mutation, 7}, {Part::fault, 4},   {Part::process, 4},
                            {Part::lease, 5},    {Part::replica, 5}, {Part::reader, 2},
                            {Part::name, 9}};

// Of a master, whatever machine it is on.
bool is_of_master(const sim::Event& event) {
    switch (sim::to_index(event.kind)) {
        case event::gfs_master_crashed:
        case event::gfs_master_recovered:
        case event::gfs_master_promoted:
        case event::gfs_master_superseded:
        case event::gfs_master_log_torn:
        case event::gfs_master_checkpoint_skipped:
            return true;
        default:
            return false;
    }
}

std::string value_of(const sim::Engine& engine, const sim::Event& event, std::string_view name) {
    if (name == "actor") return describe(engine, event.actor);
    const sim::EventInfo& info = engine.events()[event.kind];
    const auto place = info.field(name);
    SIM_ASSERT(place.has_value());
    const sim::FieldType type = info.fields[*place].type;
    const std::string text = describe_field(engine, type, event.fields[*place]);
    if (type == sim::FieldType::chunk) return "chunk " + text;
    if (type == sim::FieldType::host && text == describe(engine, sim::no_host))
        return "no machine in particular";
    return text;
}

}  // namespace

const Told* told(sim::EventKind kind) {
    const auto found = std::find_if(std::begin(rows), std::end(rows),
                                    [kind](const Row& row) { return row.kind == kind; });
    return found == std::end(rows) ? nullptr : &found->told;
}

std::string sentence_of(const sim::Engine& engine, const sim::Event& event) {
    const Told* const how = told(event.kind);
    SIM_ASSERT(how != nullptr);
    std::string text;
    std::string_view left = how->sentence;
    while (!left.empty()) {
        const std::size_t open = left.find('{');
        text += left.substr(0, open);
        if (open == std::string_view::npos) break;
        const std::size_t close = left.find('}', open);
        SIM_ASSERT(close != std::string_view::npos);
        std::string value = value_of(engine, event, left.substr(open + 1, close - open - 1));
        text += value;
        left.remove_prefix(close + 1);
        // An empty name leaves one space too many.
        if (value.empty() && text.ends_with(' ')) text.pop_back();
    }
    return text;
}

Story::Story(const sim::Engine& engine, const Focus& focus, const Setting& setting,
             std::vector<const sim::Event*> events, std::uint64_t sequence)
    : engine_(engine),
      events_(std::move(events)),
      chunk_(focus.chunk),
      holders_(setting.holders.begin(), setting.holders.end()),
      version_(to_number(focus.version)),
      serial_(to_number(focus.serial)),
      data_(static_cast<std::uint64_t>(focus.data)),
      files_(setting.files.begin(), setting.files.end()) {
    if (!events_.empty() && events_.front()->sequence == sequence) last_ = events_.front();
    if (focus.host != sim::no_host) hosts_.insert(focus.host);
    if (!focus.path.empty()) paths_.insert(focus.path);
    learn_from_last();
    learn_mutation();
    learn_faults();
}

std::optional<std::uint64_t> Story::field(const sim::Event& event, std::string_view name) const {
    const auto place = engine_.events()[event.kind].field(name);
    return place ? std::optional(event.fields[*place]) : std::nullopt;
}

// Nothing where there is no such field, or no name in it.
std::optional<std::string> Story::path_in(const sim::Event& event, std::string_view name) const {
    const auto id = field(event, name);
    if (!id) return std::nullopt;
    const std::string& path = engine_.texts().text(static_cast<sim::TextId>(*id));
    return path.empty() ? std::nullopt : std::optional(path);
}

bool Story::is_about_chunk(const sim::Event& event) const {
    return chunk_ != no_chunk && field(event, "chunk") == static_cast<std::uint64_t>(chunk_);
}

bool Story::names_one_of(const sim::Event& event, const std::set<HostId>& hosts) const {
    const sim::EventInfo& info = engine_.events()[event.kind];
    for (std::size_t i = 0; i < info.fields.size(); ++i)
        if (info.fields[i].type == sim::FieldType::host && hosts.contains(host_at(event, i)))
            return true;
    return false;
}

// The event that showed the violation says what else is of interest.
void Story::learn_from_last() {
    if (last_ == nullptr) return;
    const sim::EventInfo& info = engine_.events()[last_->kind];
    for (std::size_t i = 0; i < info.fields.size(); ++i)
        if (info.fields[i].type == sim::FieldType::host) hosts_.insert(host_at(*last_, i));
    if (serial_ == 0) {
        if (const auto serial = field(*last_, "serial")) serial_ = *serial;
        if (const auto version = field(*last_, "version")) version_ = *version;
    }
    if (const auto data = field(*last_, "data"); data && serial_ == 0) data_ = *data;
    if (chunk_ != no_chunk) return;
    for (const char* const name : {"file", "to"})
        if (const auto path = path_in(*last_, name)) paths_.insert(*path);
    if (const auto op = field(*last_, "op"); op && *op != 0) ops_.insert(*op);
}

// A mutation is known by its number at the servers, and by its data at the clients.
void Story::learn_mutation() {
    for (const sim::Event* const event : events_) {
        if (event->kind != event::mutation_ordered || !is_about_chunk(*event)) continue;
        const MutationFields mutation = mutation_fields(*event);
        const bool same_number = serial_ != 0 && to_number(mutation.serial) == serial_ &&
                                 to_number(mutation.version) == version_;
        const bool same_data = data_ != 0 && static_cast<std::uint64_t>(mutation.data) == data_;
        if (!same_number && !same_data) continue;
        data_ = static_cast<std::uint64_t>(mutation.data);
        serial_ = to_number(mutation.serial);
        version_ = to_number(mutation.version);
        return;
    }
}

void Story::learn_faults() {
    for (const sim::Event* const event : events_) {
        if (is_of_master(*event)) holders_.insert(event->actor);
        if (event->kind == event::lease_granted) holders_.insert(event->actor);
    }
    holders_.insert(hosts_.begin(), hosts_.end());
    holders_.insert(sim::no_host);
    for (const sim::Event* const event : events_)
        if (event->kind == sim::event::fault_fired &&
            (chunk_ == no_chunk || holders_.contains(host_at(*event, 2))))
            faults_.insert(event->fields[0]);
}

bool Story::is_of_mutation(const sim::Event& event) const {
    if (event.kind == event::push_evicted) return data_ != 0 && event.fields[0] == data_;
    if (!is_about_chunk(event)) return false;
    if (const auto data = field(event, "data"); data && *data == data_ && data_ != 0) return true;
    const bool same_version = field(event, "version").value_or(version_) == version_;
    return serial_ != 0 && same_version && field(event, "serial") == serial_;
}

// An operation on what is in a file says nothing about its name.
bool Story::is_of_data(const sim::Event& event) const {
    if (!engine_.events()[event.kind].name.starts_with("client.op_")) return false;
    const std::string kind = path_in(event, "kind").value_or("");
    return kind.starts_with("read") || kind.starts_with("write") || kind == "append";
}

bool Story::is_of_names(const sim::Event& event) const {
    // A shadow applies one record after the other, of whatever names.
    if (last_ != nullptr && last_->kind == event::shadow_applied) {
        if (event.kind == event::shadow_applied) return event.actor == last_->actor;
        if (event.kind == event::master_log_appended)
            return field(event, "record") == field(*last_, "record");
    }
    if (!is_of_data(event))
        for (const char* const name : {"file", "to"})
            if (const auto path = path_in(event, name); path && paths_.contains(*path)) return true;
    const auto op = field(event, "op");
    return op && ops_.contains(*op);
}

// What a disk has changed has nothing to do with leases.
bool Story::is_about_bytes() const {
    return last_ != nullptr && (last_->kind == event::chunk_corrupt_served ||
                                last_->kind == event::chunk_corrupt_detected);
}

// What became of the files that have the chunk.
bool Story::is_of_files(const sim::Event& event) const {
    constexpr sim::EventKind kinds[] = {event::snapshot_taken, event::file_deleted,
                                        event::file_undeleted, event::file_renamed,
                                        event::file_reclaimed};
    if (std::find(std::begin(kinds), std::end(kinds), event.kind) == std::end(kinds)) return false;
    const auto is_one = [&](const char* name) {
        const auto path = path_in(event, name);
        return path && files_.contains(*path);
    };
    return is_one("file") || is_one("to");
}

// Of a copy that should not have begun, the story has what else the same servers copied.
bool Story::is_of_replicas(const sim::Event& event) const {
    const auto is_copy = [](const sim::Event& one) {
        return one.kind == event::clone_planned || one.kind == event::clone_started ||
               one.kind == event::clone_finished;
    };
    if (last_ != nullptr && is_copy(*last_) && is_copy(event)) return names_one_of(event, hosts_);
    if (is_about_bytes() && event.kind == event::chunk_replica_in_set) return false;
    return is_about_chunk(event);
}

// The start of the run itself explains nothing.
bool Story::is_of_process(const sim::Event& event) const {
    if (is_of_master(event)) return true;
    const bool is_start =
        event.kind == event::server_started || event.kind == event::server_registered;
    constexpr sim::Duration at_first = std::chrono::milliseconds{100};
    if (is_start && event.time < sim::time_zero + at_first) return false;
    return names_one_of(event, hosts_);
}

bool Story::belongs(const sim::Event& event) const {
    if (&event == last_) return true;
    switch (told(event.kind)->part) {
        case Part::fault:
            if (event.kind == sim::event::fault_healed) return faults_.contains(event.fields[0]);
            return faults_.contains(event.fields[0]) &&
                   (chunk_ == no_chunk || holders_.contains(host_at(event, 2)));
        case Part::mutation:
            return is_of_mutation(event);
        case Part::process:
            return is_of_process(event);
        case Part::lease:
            return is_about_chunk(event) && !is_about_bytes();
        case Part::replica:
            return is_of_replicas(event);
        case Part::reader:
            return is_about_chunk(event) && names_one_of(event, hosts_);
        case Part::name:
            return chunk_ == no_chunk ? is_of_names(event) : is_of_files(event);
    }
    return false;
}

// Two lines that say nearly the same: of these the story has only the last ones.
bool Story::is_alike(const sim::Event& a, const sim::Event& b) const {
    if (a.kind != b.kind) return false;
    if (a.kind == sim::event::fault_fired || a.kind == sim::event::fault_healed)
        return a.fields[0] == b.fields[0];
    return field(a, "version") == field(b, "version");
}

// A grant of a lease implies what the replicas and the log did before it.
bool Story::is_said_better(const sim::Event& event) const {
    if (event.kind != event::chunk_version_granted && event.kind != event::chunk_version_bumped)
        return false;
    return std::any_of(events_.begin(), events_.end(), [&](const sim::Event* other) {
        return other->kind == event::lease_granted && is_about_chunk(*other) &&
               field(*other, "version") == field(event, "version");
    });
}

std::vector<const sim::Event*> Story::of_part(Part part, std::size_t most) const {
    std::vector<const sim::Event*> found;
    const auto add = [&](const sim::Event& event, std::size_t alike_at_most) {
        if (found.size() == most || &event == last_ || told(event.kind)->part != part) return;
        if (!belongs(event) || is_said_better(event)) return;
        const auto alike = std::count_if(found.begin(), found.end(), [&](const sim::Event* other) {
            return is_alike(*other, event);
        });
        if (static_cast<std::size_t>(alike) < alike_at_most) found.push_back(&event);
    };
    if (part == Part::fault) {
        // Of a fault on many machines, those first that the violation is about.
        for (const sim::Event* const event : events_)
            if (event->kind == sim::event::fault_fired && hosts_.contains(host_at(*event, 2)))
                add(*event, 1);
        for (const sim::Event* const event : events_) add(*event, 1);
        return found;
    }
    const bool many = part == Part::mutation || part == Part::name;
    for (const sim::Event* const event : events_)
        add(*event, event->kind == event::client_retried ? 1 : many ? 4 : 2);
    return found;
}

std::vector<const sim::Event*> Story::chosen(std::size_t most) const {
    SIM_ASSERT(most > 0);
    std::vector<const sim::Event*> chosen;
    if (last_ != nullptr) chosen.push_back(last_);
    for (const Share& share : shares) {
        const auto part = of_part(share.part, std::min(share.most, most - chosen.size()));
        chosen.insert(chosen.end(), part.begin(), part.end());
    }
    std::stable_sort(chosen.begin(), chosen.end(), [](const sim::Event* a, const sim::Event* b) {
        return a->sequence < b->sequence;
    });
    SIM_ASSERT(chosen.size() <= most);
    return chosen;
}

}  // namespace gfs::checks
