// SPDX-License-Identifier: Apache-2.0
// Patterns over the stream of events: "the third append.ok on /log since the mark `full`". Fault
// triggers, `wait` steps and expectations all ask them in the same way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/common/ids.h"
#include "sim/event.h"

namespace sim {
class Engine;
}

namespace gfs {

// What a field is compared with. The field's type decides what a kind may mean: for a host, `text`
// is a machine's name or a glob over names, `named` a target or a bound name, `rack` or `role` what
// it has; for a chunk, `named` is a target's chunk or a bound name, `chunk` a chunk of a
// file; for a text, `text` is the text; everything else takes an integer.
struct MatchValue {
    enum class Kind : std::uint8_t { integer, text, named, rack, role, chunk };
    Kind kind = Kind::text;
    std::int64_t integer = 0;
    std::string text;  // text; the name (without @), rack or role; the chunk's file
    ChunkIndex index{};
};

// One field of a pattern; besides its own fields every event has `actor`, a host, and `time`, in ns
// since the start. `range` includes its bounds.
struct FieldCondition {
    enum class Kind : std::uint8_t { any_of, none_of, range };
    std::string field;
    Kind kind = Kind::any_of;
    std::vector<MatchValue> values;
    std::optional<std::int64_t> ge;
    std::optional<std::int64_t> le;
};

// All conditions must hold.
struct EventPattern {
    std::string event;  // "append.ok"
    std::vector<FieldCondition> conditions;
};

// What names in a pattern stand for, at the moment of asking.
class NameResolver {
  public:
    // Whether `host` is one of those that the target or bound name stands for. A target that has
    // not been bound yet binds now.
    virtual bool is_named(const std::string& name, HostId host) = 0;
    // Whether `host` stands in the rack, or has the role: "chunkserver"; everyone is "any".
    virtual bool is_in_rack(const std::string& rack, HostId host) = 0;
    virtual bool has_role(const std::string& role, HostId host) = 0;
    // The chunk of a target or bound name; nothing if it has none (yet).
    virtual std::optional<ChunkHandle> named_chunk(const std::string& name) = 0;
    // The chunk of a file; nothing while there is none.
    virtual std::optional<ChunkHandle> chunk_of(const std::string& file, ChunkIndex index) = 0;

  protected:
    ~NameResolver() = default;
};

// Tests events against one pattern.
class EventMatcher {
  public:
    // REQUIRES: the event exists and has the fields. Not owned: both, they outlive the matcher.
    EventMatcher(const sim::Engine& engine, NameResolver& names, const EventPattern& pattern);

    // Asks the resolver only when all else holds, so that a target binds at the first event that
    // could be it.
    bool matches(const sim::Event& event) const;

  private:
    struct FieldTest {
        std::size_t position;
        sim::FieldType type;
        FieldCondition condition;
    };
    bool holds(const FieldTest& test, std::uint64_t bits) const;
    bool equals(const FieldTest& test, const MatchValue& value, std::uint64_t bits) const;

    const sim::Engine& engine_;
    NameResolver& names_;
    sim::EventKind kind_;
    std::vector<FieldTest> tests_;  // those that ask the resolver come last
};

// The moment from which events count. Of a fault that fires several times, the first.
struct CountSince {
    enum class Kind : std::uint8_t { start, fault, healed, mark };
    Kind kind = Kind::start;
    std::string name;
};

// Waits for the nth event that matches a pattern.
class EventCounter {
  public:
    struct Options {
        EventPattern pattern;
        std::uint64_t nth = 1;  // 1 = the first
        CountSince since;
    };
    // As for EventMatcher. REQUIRES: nth > 0.
    EventCounter(const sim::Engine& engine, NameResolver& names, const Options& options);

    // Shows an event; true for the nth match, once.
    bool see(const sim::Event& event);
    bool reached() const { return seen_ >= nth_; }
    // How many matching events were counted, the nth included and none after it.
    std::uint64_t seen() const { return seen_; }
    std::uint64_t needed() const { return nth_; }

  private:
    bool begins(const sim::Event& event) const;

    const sim::Engine& engine_;
    EventMatcher matcher_;
    std::uint64_t nth_;
    CountSince since_;
    bool counting_;
    std::uint64_t seen_ = 0;
};

}  // namespace gfs
