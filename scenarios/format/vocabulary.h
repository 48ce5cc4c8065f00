// SPDX-License-Identifier: Apache-2.0
// The words of a scenario file as enumerations. vocabulary.def lists them, with their names, what
// they mean, and whether this version can run them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace gfs::format {

// Whether this version runs a word of the format. `later` is refused by its name, never ignored.
enum class Status : std::uint8_t { ready, later };

enum class Op : std::uint8_t {
#define GFS_OP(id, name, status, mix, sentence) id,
#include "scenarios/format/vocabulary.def"
};

enum class FaultKind : std::uint8_t {
#define GFS_FAULT(id, status, point, sentence) id,
#include "scenarios/format/vocabulary.def"
};

enum class State : std::uint8_t {
#define GFS_STATE(id, status, sentence) id,
#include "scenarios/format/vocabulary.def"
};

enum class Invariant : std::uint8_t {
#define GFS_INVARIANT(id, rule, status, sentence) id,
#include "scenarios/format/vocabulary.def"
};

enum class Checker : std::uint8_t {
#define GFS_CHECKER(id, status, sentence) id,
#include "scenarios/format/vocabulary.def"
};

enum class Role : std::uint8_t {
#define GFS_ROLE(id, status, sentence) id,
#include "scenarios/format/vocabulary.def"
};

// The unit of one value of a metric; `ppm` stands for shares of one.
enum class Unit : std::uint8_t { ns, bytes, count, ppm, bytes_per_second };

// One word as the tables list it. All views are of static storage.
struct Word {
    std::string_view name;
    Status status = Status::ready;
    std::string_view sentence;
    std::string_view rule;    // invariants: the guarantee, such as "G3"
    bool point = false;       // faults: happens at one instant, so it has no `for`
    bool in_mix = false;      // operations: a mix may draw it
    Unit unit = Unit::count;  // metrics
    std::string_view labels;  // metrics: what `where` may say, with blanks between
    bool level = false;       // metrics: a level that lasts, not a value for each event
};

// The lists in the order of vocabulary.def, so that an enumeration's value is an index.
const std::vector<Word>& op_words();
const std::vector<Word>& fault_words();
const std::vector<Word>& state_words();
const std::vector<Word>& invariant_words();
const std::vector<Word>& checker_words();
const std::vector<Word>& role_words();
const std::vector<Word>& metric_words();
const std::vector<Word>& ablation_words();
const std::vector<Word>& profile_words();
// Of core/common/fault_sites.def.
const std::vector<Word>& site_words();

std::string_view to_string(Op op);
std::string_view to_string(FaultKind kind);
std::string_view to_string(State state);
std::string_view to_string(Invariant invariant);
std::string_view to_string(Checker checker);
std::string_view to_string(Role role);

// A point fault happens at one instant: it has no duration and nothing to heal.
bool is_point(FaultKind kind);

// The place of `name` in `words`, which is the value of the enumeration.
std::optional<std::size_t> find_word(const std::vector<Word>& words, std::string_view name);

}  // namespace gfs::format
