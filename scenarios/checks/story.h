// SPDX-License-Identifier: Apache-2.0
// The story of a violation: which of the remembered events belong to it, and what they say. The
// sentences are in told.def. Whoever has read the paper and the scenario should need no more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/common/ids.h"
#include "sim/engine.h"
#include "sim/event.h"

namespace gfs::checks {

// What a violation is about, where the event that showed it does not say so itself.
struct Focus {
    ChunkHandle chunk = no_chunk;
    HostId host = sim::no_host;
    Version version{};  // with the serial number: a mutation
    Serial serial{};
    DataId data{};            // or what the mutation wrote
    std::string path{};       // a name in the namespace
    std::uint64_t until = 0;  // what came after this event is no cause; 0: everything may be
};

// What is known of a focus from elsewhere.
struct Setting {
    std::vector<HostId> holders;     // servers that have had a replica of the chunk
    std::vector<std::string> files;  // that have the chunk
};

// How an event is told: its part in a story, and the sentence. Null for one that never is.
enum class Part : std::uint8_t { fault, mutation, process, lease, replica, reader, name };
struct Told {
    Part part;
    std::string_view sentence;
};
const Told* told(sim::EventKind kind);

// "lease.json:31:9" for the name of a fault; empty if nobody knows.
using PlaceOfFault = std::function<std::string(const std::string& fault)>;

// The event in words, with its fields.
std::string sentence_of(const sim::Engine& engine, const sim::Event& event);

class Story {
  public:
    static constexpr std::size_t most_lines = 15;
    // Of these, those that say what the scenario has switched off.
    static constexpr std::size_t most_switched_off = 3;

    // `events`: what is remembered, newest first. `sequence`: of the event that showed the
    // violation. Not owned: the engine, and what the events point to.
    Story(const sim::Engine& engine, const Focus& focus, const Setting& setting,
          std::vector<const sim::Event*> events, std::uint64_t sequence);

    // At most `most` events, oldest first.
    std::vector<const sim::Event*> chosen(std::size_t most) const;

  private:
    std::optional<std::uint64_t> field(const sim::Event& event, std::string_view name) const;
    std::optional<std::string> path_in(const sim::Event& event, std::string_view name) const;
    bool is_about_chunk(const sim::Event& event) const;
    bool names_one_of(const sim::Event& event, const std::set<HostId>& hosts) const;
    void learn_from_last();
    void learn_mutation();
    void learn_faults();
    bool belongs(const sim::Event& event) const;
    bool is_of_mutation(const sim::Event& event) const;
    bool is_of_data(const sim::Event& event) const;
    bool is_of_names(const sim::Event& event) const;
    bool is_of_replicas(const sim::Event& event) const;
    bool is_of_files(const sim::Event& event) const;
    bool is_about_bytes() const;
    bool is_of_process(const sim::Event& event) const;
    bool is_alike(const sim::Event& a, const sim::Event& b) const;
    bool is_said_better(const sim::Event& event) const;
    std::vector<const sim::Event*> of_part(Part part, std::size_t most) const;

    const sim::Engine& engine_;
    const std::vector<const sim::Event*> events_;
    const sim::Event* last_ = nullptr;  // the one that showed the violation; null at the end
    ChunkHandle chunk_;
    std::set<HostId> hosts_;    // that the violation is about
    std::set<HostId> holders_;  // that a fault could have hit to bring it about
    std::uint64_t version_;
    std::uint64_t serial_;
    std::uint64_t data_;
    std::set<std::string> paths_;  // names in the namespace that it is about
    std::set<std::string> files_;  // that have the chunk
    std::set<std::uint64_t> ops_;
    std::set<std::uint64_t> faults_;  // names of those that belong to the story
};

}  // namespace gfs::checks
