// SPDX-License-Identifier: Apache-2.0
// The small values that a scenario's structs are made of: who, what, when and how much.
// Units: times are sim::Duration, sizes bytes; numbers are exact (integers or ratios).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/format/vocabulary.h"
#include "sim/time.h"

namespace gfs::format {

using Bytes = std::uint64_t;
using BytesPerSecond = std::uint64_t;

// Where something was written. Lines and columns count from 1; columns count code points.
struct Source {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

// An exact number for comparisons: numerator / denominator, in lowest terms.
struct Exact {
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;
};

// Whom a field speaks of. `text` is the actor's name, the pattern (`cs*`), the rack, the role or
// the target, without its prefix.
struct Who {
    enum class Kind : std::uint8_t { actor, glob, rack, role, target };
    Kind kind = Kind::actor;
    std::string text;
    Role role = Role::any;  // kind role
    std::string written;    // as in the file, for messages
    Source source;
};

// `/file#3`: the fourth chunk of a file.
struct ChunkRef {
    std::string file;
    std::uint64_t index = 0;
};

// A value that an event's field is compared with. The field's type decides: a `host` field takes
// text (an actor's name or a glob over names), a rack, a role or a target; a `chunk` field a
// ChunkRef, a target's chunk or a bound name; `text` fields text; all other types an integer.
struct Value {
    enum class Kind : std::uint8_t { integer, text, target, rack, role, chunk };
    Kind kind = Kind::text;
    std::int64_t integer = 0;  // counts, ns, bytes, numbers of codes and of message types
    std::string text;          // text; the name of a target or of a `bind`, without the @; ...
    ChunkRef chunk;
};

// One field of a `match`. `any_of` and `none_of` use `values`; `range` uses the bounds (inclusive).
struct Condition {
    enum class Kind : std::uint8_t { any_of, none_of, range };
    std::string field;
    Kind kind = Kind::any_of;
    std::vector<Value> values;
    std::optional<std::int64_t> ge;
    std::optional<std::int64_t> le;
    Source source;
};
using Match = std::vector<Condition>;  // all of them must hold

// The moment from which events count: the start, a fault fired or healed, a mark reached.
struct Since {
    enum class Kind : std::uint8_t { start, fault, healed, mark };
    Kind kind = Kind::start;
    std::string name;
};

struct Trigger {
    std::string event;  // as in events.def, such as "append.ok"
    Match match;
    std::uint64_t nth = 1;  // 1 = the first
    Since since;
    sim::Duration delay{};            // from the event to what it triggers
    std::optional<sim::Duration> by;  // not fired by then: vacuous; absent = the end of the run
    Source source;
};

// `count` operations in each `period`.
struct Rate {
    std::uint64_t count = 0;
    sim::Duration period{};
};

enum class Relation : std::uint8_t { eq, ge, le, lt, gt };

// A comparison with what was measured.
struct Bound {
    Relation relation = Relation::eq;
    Exact value;  // in the base unit of what is measured: ns, bytes, count, share, 1/s
    std::string written;  // as in the file, for the report
};

}  // namespace gfs::format
