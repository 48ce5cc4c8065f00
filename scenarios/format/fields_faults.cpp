// SPDX-License-Identifier: Apache-2.0
// Fields of /faults: how a fault starts, and what each kind needs.

#include "scenarios/format/fields.h"

namespace gfs::format {
namespace {

constexpr std::string_view with_target =
    "crash stop restart power_loss pause slow wipe isolate clog swizzle disk_slow disk_stall "
    "disk_error disk_full disk_readonly lying_fsync bitrot misdirected_write phantom_write "
    "lose_chunk clock_offset clock_drift clock_jump clock_freeze kill_loop";
constexpr std::string_view may_last_for_ever =
    "crash stop power_loss slow switch_off isolate partition link clog disk_slow disk_error "
    "disk_full disk_readonly lying_fsync clock_offset clock_drift clock_jump clock_freeze "
    "kill_loop buggify";
constexpr std::string_view always_end = "pause swizzle disk_stall";
constexpr std::string_view on_messages = "drop duplicate hold delay corrupt_message";

constexpr FieldSpec start_fields[] = {
    {.name = "do",
     .type = Type::word,
     .sentence = "what happens",
     .vocabulary = fault_words,
     .needed = "always"},
    {.name = "at", .type = Type::duration, .sentence = "start at this time"},
    {.name = "when", .type = Type::record, .sentence = "start at an event", .record = "trigger"},
    {.name = "after", .sentence = "start when another fault starts"},
    {.name = "after_heal",
     .type = Type::boolean,
     .fallback = "false",
     .sentence = "with `after`: when the other fault heals, not when it starts"},
    {.name = "every", .type = Type::record, .sentence = "start again and again", .record = "every"},
    {.name = "delay",
     .type = Type::duration,
     .fallback = "0s",
     .sentence = "wait between that moment and the fault"},
    {.name = "for",
     .type = Type::duration,
     .sentence = "heal so long after the fault was applied; never if absent",
     .kinds = may_last_for_ever,
     .wrong_kind = "E0323",
     .min = 1},
    {.name = "for",
     .type = Type::duration,
     .sentence = "heal so long after the fault was applied",
     .kinds = always_end,
     .needed = always_end,
     .wrong_kind = "E0323",
     .min = 1},
    {.name = "optional",
     .type = Type::boolean,
     .fallback = "false",
     .sentence = "a run in which the fault never fires is not vacuous"},
    {.name = "random",
     .type = Type::boolean,
     .fallback = "false",
     .sentence = "it was drawn, not meant: the budget may put it off"},
    {.name = "description", .sentence = "for the reader"},
};

constexpr FieldSpec host_fields[] = {
    {.name = "target",
     .type = Type::who,
     .sentence = "whom it hits",
     .kinds = with_target,
     .needed = with_target},
    {.name = "rack",
     .sentence = "which rack",
     .kinds = "add switch_off",
     .needed = "add switch_off"},
    {.name = "loses",
     .type = Type::word,
     .fallback = "power",
     .sentence = "its power: all machines go down; or its network: the switch, and all live on",
     .source = "P 4.2",
     .choices = "power network",
     .kinds = "switch_off"},
    {.name = "count",
     .type = Type::integer,
     .fallback = "1",
     .sentence = "how many servers join",
     .kinds = "add",
     .min = 1,
     .max = 100'000},
    {.name = "lose_unsynced",
     .type = Type::boolean,
     .fallback = "false",
     .sentence = "data that was not synced is gone",
     .kinds = "crash"},
    {.name = "lose_unsynced",
     .type = Type::boolean,
     .fallback = "true",
     .sentence = "data that was not synced is gone",
     .kinds = "power_loss"},
    {.name = "torn",
     .type = Type::boolean,
     .fallback = "false",
     .sentence = "a part of the write in flight is on the disk, in whole blocks of 4 KiB",
     .kinds = "power_loss"},
    {.name = "factor",
     .type = Type::number,
     .sentence = "how many times slower",
     .kinds = "slow disk_slow",
     .needed = "slow disk_slow",
     .min = 1,
     .max = 1'000'000},
    {.name = "operation",
     .type = Type::word,
     .fallback = "write",
     .sentence = "what fails",
     .choices = "read write sync",
     .kinds = "disk_error"},
    {.name = "probability",
     .type = Type::share,
     .fallback = "1",
     .sentence = "share of the operations that are hit",
     .kinds = "disk_slow disk_stall disk_error buggify"},
    {.name = "chunk",
     .type = Type::chunk,
     .sentence = "which replica; drawn if absent",
     .kinds = "bitrot lose_chunk"},
    {.name = "chunk",
     .type = Type::chunk,
     .sentence = "which replica; any if absent",
     .kinds = "misdirected_write phantom_write"},
    {.name = "offset",
     .type = Type::size,
     .sentence = "where in the replica; drawn if absent",
     .kinds = "bitrot"},
    {.name = "blocks",
     .type = Type::integer,
     .fallback = "1",
     .sentence = "how many checksum blocks",
     .kinds = "bitrot",
     .min = 1,
     .max = 1'000'000},
    {.name = "nth",
     .type = Type::integer,
     .fallback = "1",
     .sentence = "which write, counted from the moment of the fault",
     .kinds = "misdirected_write phantom_write",
     .min = 1},
    {.name = "offset",
     .type = Type::duration,
     .sentence = "how far ahead; behind with a minus",
     .kinds = "clock_offset clock_jump",
     .needed = "clock_offset clock_jump",
     .min = std::numeric_limits<std::int64_t>::min()},
    {.name = "drift_ppm",
     .type = Type::integer,
     .sentence = "how fast, in parts in a million; slow with a minus",
     .kinds = "clock_drift",
     .needed = "clock_drift",
     .min = -999'999,
     .max = 999'999},
    {.name = "lease_edge",
     .type = Type::boolean,
     .fallback = "false",
     .sentence = "the worst sign for each holder and granter of a lease",
     .kinds = "clock_offset clock_drift clock_jump"},
    {.name = "up",
     .type = Type::time_dist,
     .sentence = "time alive in each round",
     .kinds = "kill_loop",
     .needed = "kill_loop"},
    {.name = "down",
     .type = Type::time_dist,
     .sentence = "time dead in each round",
     .kinds = "kill_loop",
     .needed = "kill_loop"},
    {.name = "times",
     .type = Type::integer,
     .sentence = "rounds; for ever if absent",
     .kinds = "kill_loop",
     .min = 1},
    {.name = "order",
     .type = Type::word,
     .fallback = "random",
     .sentence = "in which order hosts are let go",
     .choices = "random same reverse",
     .kinds = "clog swizzle"},
    {.name = "fault", .sentence = "which fault ends", .kinds = "heal", .needed = "heal"},
    {.name = "sites",
     .type = Type::words,
     .sentence = "which fault points; all if absent",
     .vocabulary = site_words,
     .kinds = "buggify"},
};

constexpr FieldSpec network_fields[] = {
    {.name = "between",
     .type = Type::who_pair,
     .sentence = "the two groups",
     .kinds = "partition link",
     .needed = "link"},
    {.name = "direction",
     .type = Type::word,
     .fallback = "both",
     .sentence = "which way is cut or changed",
     .choices = "both forward backward",
     .kinds = "isolate partition link"},
    {.name = "shape",
     .type = Type::word,
     .fallback = "pair",
     .sentence = "the two groups of `between`, or a shape over all hosts",
     .choices = "pair majority ring bridge",
     .kinds = "partition"},
    {.name = "link",
     .type = Type::record,
     .sentence = "what changes",
     .record = "link",
     .kinds = "link",
     .needed = "link"},
    {.name = "message",
     .type = Type::message,
     .sentence = "the type of the message, a reply with `Reply` at its end",
     .kinds = on_messages,
     .needed = on_messages},
    {.name = "from", .type = Type::who, .sentence = "only from these", .kinds = on_messages},
    {.name = "to", .type = Type::who, .sentence = "only to these", .kinds = on_messages},
    {.name = "match",
     .type = Type::match,
     .sentence = "conditions on the fields of the event `message.sent`",
     .kinds = on_messages},
    {.name = "nth",
     .type = Type::integer,
     .fallback = "1",
     .sentence = "which message, counted from the moment of the fault",
     .kinds = on_messages,
     .min = 1},
    {.name = "count",
     .type = Type::integer,
     .fallback = "1",
     .sentence = "how many in a row",
     .kinds = on_messages,
     .min = 1},
    {.name = "time",
     .type = Type::duration,
     .sentence = "how much later it arrives",
     .kinds = "delay",
     .needed = "delay",
     .min = 1},
    {.name = "until",
     .type = Type::moment,
     .sentence = "how long it waits, or the event at which it goes on, counted from its sending",
     .kinds = "hold",
     .needed = "hold"},
};

void append(std::vector<FieldSpec>& out, const std::vector<FieldSpec>& more) {
    out.insert(out.end(), more.begin(), more.end());
}

RecordSpec fault() {
    RecordSpec spec{"fault", "Something that breaks, and when.", "do", rows(start_fields)};
    append(spec.fields, rows(host_fields));
    append(spec.fields, rows(network_fields));
    return spec;
}

constexpr FieldSpec trigger_fields[] = {
    {.name = "event", .type = Type::event, .sentence = "the event's name", .needed = "always"},
    {.name = "match", .type = Type::match, .sentence = "conditions on its fields"},
    {.name = "nth",
     .type = Type::integer,
     .fallback = "1",
     .sentence = "which of the matching events",
     .min = 1},
    {.name = "since",
     .sentence = "count from a fault, its heal `FAULT.healed`, or a mark; from the "
                 "start if absent"},
    {.name = "delay",
     .type = Type::duration,
     .fallback = "0s",
     .sentence = "wait after the event; with a minus, so long before it: `lease.expired` in `when`",
     .min = std::numeric_limits<std::int64_t>::min()},
    {.name = "by",
     .type = Type::duration,
     .sentence = "not seen by this time: vacuous; the end of the run if absent",
     .min = 1},
};

RecordSpec trigger() {
    return {"trigger", "An event, and which of its occurrences.", "", rows(trigger_fields)};
}

RecordSpec every() {
    return {
        "every",
        "A fault that is repeated.",
        "",
        {
            {.name = "period",
             .type = Type::time_dist,
             .sentence = "time between two starts",
             .needed = "always"},
            {.name = "times",
             .type = Type::integer,
             .sentence = "how often; until the end if absent",
             .min = 1},
            {.name = "until", .type = Type::duration, .sentence = "no more starts after this time"},
        }};
}

RecordSpec link() {
    return {
        "link",
        "What a degraded link is like; what is absent stays as it is.",
        "",
        {
            {.name = "latency", .type = Type::time_dist, .sentence = "time of one message"},
            {.name = "bandwidth", .type = Type::bandwidth, .sentence = "bytes a second", .min = 1},
            {.name = "loss", .type = Type::share, .sentence = "share of messages that are lost"},
            {.name = "duplicate",
             .type = Type::share,
             .sentence = "share of messages that arrive twice"},
            {.name = "reorder",
             .type = Type::share,
             .sentence = "share of messages that are overtaken"},
            {.name = "corrupt",
             .type = Type::share,
             .sentence = "share of messages that are damaged, found so, and sent again"},
        }};
}

}  // namespace

void add_fault_records(std::vector<RecordSpec>& out) {
    out.push_back(fault());
    out.push_back(trigger());
    out.push_back(every());
    out.push_back(link());
}

}  // namespace gfs::format
