// SPDX-License-Identifier: Apache-2.0
// The one stream of typed events. Everything that happens in a run is one Event: true time, actor,
// kind and up to eight integer fields. The digest, the fault triggers, the checks, the metrics and
// the trace files are observers of this stream, and nothing else connects them to the actors.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/time.h"

namespace sim {

// A machine of the simulated cluster, 0-based in the order of creation. `no_host` stands for none.
enum class HostId : std::uint32_t {};
inline constexpr HostId no_host{0xffff'ffff};
constexpr std::uint32_t to_index(HostId id) { return static_cast<std::uint32_t>(id); }

// A text that entered the run (a file name, a reason), numbered by first use. See TextTable.
enum class TextId : std::uint32_t {};

// The type of a message; 2t is a request and 2t+1 its reply. See MessageTable in rpc.h.
enum class MessageType : std::uint16_t {};

// The kind of an event: an index into the run's EventTable.
enum class EventKind : std::uint16_t {};
constexpr std::size_t to_index(EventKind kind) { return static_cast<std::size_t>(kind); }

// What a field's 64 bits mean. Readers print and match by it.
enum class FieldType : std::uint8_t {
    count,       // a plain number: an operation, a version, a serial number, an index
    bytes,       // a size or an offset in bytes
    duration,    // nanoseconds
    local_time,  // nanoseconds on some host's clock
    host,        // HostId
    text,        // TextId
    message,     // MessageType
    code,        // outcome, gfs::Code
    chunk,       // chunk handle
    data,        // data id
};

struct FieldInfo {
    std::string_view name;
    FieldType type;
};

// One row of events.def.
struct EventInfo {
    std::string_view name;     // "lease.granted"
    std::string_view section;  // of the paper, or empty
    std::string_view sentence;
    std::vector<FieldInfo> fields;
    std::uint32_t word;  // a hash of the name, by which the digest knows the kind

    // The position of a field, or nothing when the event has no such field.
    std::optional<std::size_t> field(std::string_view field_name) const;
};

// All kinds that can occur in a run: first those of sim/events.def, then those of the model.
class EventTable {
  public:
    // `fields` is the text of the .def row: "chunk:chunk primary:host ...".
    struct Row {
        const char* name;
        const char* section;
        const char* fields;
        const char* sentence;
    };

    // The table of sim/events.def followed by `model`.
    explicit EventTable(std::span<const Row> model);

    const EventInfo& operator[](EventKind kind) const { return rows_.at(to_index(kind)); }
    std::span<const EventInfo> all() const { return rows_; }
    std::optional<EventKind> find(std::string_view name) const;

  private:
    std::vector<EventInfo> rows_;
};

// Identifiers of the simulator's own kinds; a model continues at `event::count_of_sim`.
namespace event {
enum SimEvent : std::uint16_t {
#define SIM_EVENT(identifier, ...) sim_##identifier,
#include "sim/events.def"
#undef SIM_EVENT
    count_of_sim
};
#define SIM_EVENT(identifier, ...) inline constexpr EventKind identifier{sim_##identifier};
#include "sim/events.def"
#undef SIM_EVENT
}  // namespace event

// A field's 64 bits, made from any of the id types without a cast at the call.
class Field {
  public:
    constexpr Field(std::uint64_t v) : value_(v) {}
    constexpr Field(std::int64_t v) : value_(static_cast<std::uint64_t>(v)) {}
    constexpr Field(std::uint32_t v) : value_(v) {}
    constexpr Field(int v) : value_(static_cast<std::uint64_t>(v)) {}
    constexpr Field(Duration v) : value_(static_cast<std::uint64_t>(v.count())) {}
    constexpr Field(LocalTime v) : value_(static_cast<std::uint64_t>(to_ns(v))) {}
    template <typename Enum>
        requires std::is_enum_v<Enum>
    constexpr Field(Enum v) : value_(static_cast<std::uint64_t>(v)) {}
    constexpr std::uint64_t bits() const { return value_; }

  private:
    std::uint64_t value_;
};

inline constexpr std::size_t max_event_fields = 8;

struct Event {
    Time time;               // true time
    std::uint64_t sequence;  // 0, 1, 2, ... in the stream
    HostId actor;            // who did it; no_host for the engine and the faults
    EventKind kind;
    std::uint8_t field_count;
    std::array<std::uint64_t, max_event_fields> fields;
};

// Receives every event, in order. An observer must not change the simulation from within the
// callback; what it wants done it schedules.
class EventObserver {
  public:
    virtual void on_event(const Event& event) = 0;

  protected:
    ~EventObserver() = default;
};

}  // namespace sim
