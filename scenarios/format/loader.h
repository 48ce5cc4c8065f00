// SPDX-License-Identifier: Apache-2.0
// From a judged document to a Scenario: what refers to something elsewhere in the file (racks,
// targets, faults, marks, labels, events and their fields) is resolved here, one unit a section.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/check.h"
#include "scenarios/format/diagnostics.h"
#include "scenarios/format/document.h"
#include "scenarios/format/scenario.h"
#include "scenarios/format/view.h"
#include "sim/event.h"

namespace gfs::format {

// Everything that can be named from elsewhere, collected before anything is resolved.
struct Names {
    std::set<std::string> racks;
    std::set<std::string> targets;
    std::map<std::string, const Node*> faults;
    std::set<std::string> marks;
    std::set<std::string> labels;                 // `as` of steps
    std::set<std::string> binds;                  // `bind` of steps
    std::set<std::string> chunk_binds;            // ... that keeps a chunk
    std::map<std::string, std::uint32_t> groups;  // and their clients
    std::set<std::string> expectations;
    std::uint64_t chunkservers = 0;
    std::uint64_t joining = 0;  // chunkservers that faults add
    std::uint64_t shadows = 0;
    std::uint64_t log_replicas = 0;
};

// Whether a fault, as written, happens at one instant.
bool is_point_fault(const Node& fault);

class Loader {
  public:
    Loader(const Node& root, Diagnostics& out) : root_(root), out_(out) {}

    // The scenario; worth something only when `out` has no errors afterwards.
    Scenario load();

  private:
    // load.cpp
    void collect_names();
    void collect_steps(const Node& script);
    void general(Scenario& s);
    void small_sections(Scenario& s);
    void sweep(Scenario& s);
    std::vector<std::string> swept_together(const Node& list,
                                            const std::map<std::string, std::size_t>& lengths,
                                            const std::set<std::string>& swept);

    // load_cluster.cpp
    void cluster(ClusterSpec& cluster, const Config& gfs);
    void racks(ClusterSpec& cluster);
    void network(NetworkSpec& network);
    void datasets(Scenario& s);
    void targets(Scenario& s);
    Target target(const Node& node);
    void warn_of_empty(const View& view, const Target& target);
    void warn_of_unused_targets();

    // load_gfs.cpp
    void gfs(Config& config);
    void policies(Config& config);
    void check_gfs(const Config& config);
    void check_policy(std::string_view field, const PolicySpec& spec);
    void gfs_names(Config& config);
    void regions(Config& config);
    static UserId user(Config& config, const std::string& name);

    // load_workload.cpp
    void workload(Scenario& s);
    Group group(const Node& node, Scenario& s);
    void check_mix(const Node& node, const Group& group, const Scenario& s);
    Step step(const Node& node, const Group& group, const Config& config);
    void check_record(const Node& step, std::string_view field, std::uint64_t bytes,
                      const Config& config);

    // load_faults.cpp
    void faults(Scenario& s);
    Fault fault(const Node& node);
    FaultStart start(const Node& node);
    void check_start(const Node& node);
    void check_foreseen(const Node& node, const Trigger& trigger);
    void check_not_negative(const Node& node, const Trigger& trigger);
    Trigger until_event(const Node& node);
    void check_cycles(const Scenario& s);
    void fault_fields(const Node& node, Fault& fault);
    void healed_fault(const View& view, Fault& fault);
    void rounds(const View& view, Fault& fault);

    // load_expect.cpp
    void expectations(Scenario& s);
    Expectation expectation(const Node& node);
    void metric(const Node& node, Expectation& e);
    void bounds(const Node& node, Expectation& e);

    // actors.cpp: whom a text means
    bool actor_exists(std::string_view name) const;
    std::vector<std::string> actor_names(std::uint64_t most_of_a_kind) const;
    std::uint64_t actors() const;
    void warn_of_nobody(const Node& pattern);
    std::string actors_in_words() const;
    void unknown_actor(const Node& node);
    std::optional<Who> who(const View& view, std::string_view name);
    // In a match, where a schema does not see what a field takes, all that is wrong has one code.
    enum class Place : std::uint8_t { field, match };
    std::optional<Who> who(const Node& node, Place place = Place::field);

    // references.cpp: what is used in several sections
    Trigger trigger(const Node& node);
    Match match(const Node& holder, std::string_view event);
    Condition condition(const Node& node, std::string_view event, sim::FieldType type);
    std::optional<Value> value(const Node& node, const Node& field, std::string_view event,
                               sim::FieldType type);
    std::optional<Value> host(const Node& node);
    void text_names_something(const Node& node, const Node& field, std::string_view event);
    Since since(const View& view);
    void rack_exists(const View& view, std::string_view field);
    void bound_exists(const Node& node);  // what a step keeps with `bind`
    void chunk(const View& view, std::string_view field, std::optional<ChunkRef>& of_file,
               std::optional<std::string>& bound);
    void named_exists(const Node& node);  // ... or a target

    // For "did you mean" and "allowed"; empty when there are too many: a generated file may have
    // thousands of names and as many errors.
    static std::vector<std::string_view> listed(const std::set<std::string>& names);
    std::vector<std::string_view> fault_names() const;

    Diagnostic& error(std::string_view code, std::string message, const Node& node,
                      std::string note);
    Diagnostic& error_at_key(std::string_view code, std::string message, const Node& node,
                             std::string note);
    Diagnostic& unknown(std::string_view code, std::string_view what, const Node& node,
                        std::string_view name, std::vector<std::string_view> candidates,
                        std::string_view prefix = "");
    Diagnostic& warn(std::string_view code, std::string message, const Node* node,
                     std::string note);

    const Node& root_;
    Diagnostics& out_;
    Names names_;
    std::set<std::string> used_targets_;
};

}  // namespace gfs::format
