// SPDX-License-Identifier: Apache-2.0
// The kinds of faults that campaigns draw: how often, and whom they hit how hard. One line and one
// function for each kind. A kind of which the program has no code yet is passed over.

#include <fmt/format.h>

#include <array>

#include "core/common/buggify.h"
#include "faults/nemesis/draw.h"

namespace gfs::faults {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

bool draw_process_end(Draw& draw, ObjectText& fault) {
    fault.text("target", draw.a_machine());
    draw.lasts(fault, 40s);
    return true;
}

bool draw_power_loss(Draw& draw, ObjectText& fault) {
    fault.text("target", draw.a_machine());
    if (draw.one_in(2)) fault.flag("torn", true);
    draw.lasts(fault, 40s);
    return true;
}

bool draw_pause(Draw& draw, ObjectText& fault) {
    const bool client = draw.one_in(6) && !draw.arena().clients.empty();
    fault.text("target", client ? draw.a_client() : draw.a_machine());
    draw.lasts(fault, 2 * draw.arena().lease);
    return true;
}

bool draw_slow(Draw& draw, ObjectText& fault) {
    fault.text("target", draw.a_machine());
    fault.number("factor", draw.random().between(2, 50));
    draw.lasts(fault, 20s);
    return true;
}

bool draw_kill_loop(Draw& draw, ObjectText& fault) {
    fault.text("target", draw.a_server());
    fault.time("up", draw.time_between(500ms, 8s));
    fault.time("down", draw.time_between(200ms, 8s));
    const std::int64_t times = draw.random().between(2, 4);
    fault.number("times", times);
    draw.lasts(fault, 30s);
    return true;
}

bool draw_client_crash(Draw& draw) {
    return draw.one_in(8) && !draw.arena().clients.empty();
}

bool draw_crash(Draw& draw, ObjectText& fault) {
    const bool client = draw_client_crash(draw);
    fault.text("target", client ? draw.a_client() : draw.a_machine());
    if (!client && draw.one_in(4)) fault.flag("lose_unsynced", true);
    draw.lasts(fault, 40s);
    return true;
}

bool draw_switch_off(Draw& draw, ObjectText& fault) {
    fault.text("rack", draw.pick(draw.arena().racks));
    fault.text("loses", draw.one_in(2) ? "power" : "network");
    draw.lasts(fault, 20s);
    return true;
}

void draw_direction(Draw& draw, ObjectText& fault) {
    if (!draw.one_in(3)) return;
    fault.text("direction", draw.one_in(2) ? "forward" : "backward");
}

bool draw_isolate(Draw& draw, ObjectText& fault) {
    fault.text("target", draw.one_in(3) ? draw.a_primary() : draw.a_machine());
    draw_direction(draw, fault);
    draw.lasts(fault, 30s);
    return true;
}

bool draw_partition(Draw& draw, ObjectText& fault) {
    if (draw.one_in(4)) {
        fault.text("shape", draw.pick({"majority", "ring", "bridge"}));
    } else {
        fault.json("between", draw.a_pair());
        draw_direction(draw, fault);
    }
    draw.lasts(fault, 30s);
    return true;
}

bool draw_link(Draw& draw, ObjectText& fault) {
    fault.json("between", draw.a_pair());
    draw_direction(draw, fault);
    ObjectText link;
    while (link.empty()) {
        if (draw.one_in(3)) link.time("latency", draw.time_between(1ms, 800ms));
        if (draw.one_in(4)) link.text("bandwidth", draw.pick({"50kB/s", "200kB/s", "1MB/s"}));
        if (draw.one_in(3)) link.share("loss", draw.random().below(50) + 1);
        if (draw.one_in(3)) link.share("duplicate", draw.random().below(50) + 1);
        if (draw.one_in(3)) link.share("reorder", draw.random().below(50) + 1);
    }
    fault.object("link", link);
    draw.lasts(fault, 30s);
    return true;
}

bool draw_clog(Draw& draw, ObjectText& fault) {
    fault.text("target", draw.a_machine());
    draw.lasts(fault, 15s);
    return true;
}

bool draw_swizzle(Draw& draw, ObjectText& fault) {
    fault.text("target", "role:chunkserver");
    fault.text("order", draw.pick({"random", "same", "reverse"}));
    draw.lasts(fault, 10s);
    return true;
}

// Which messages: a type that carries the protocol, anywhere or towards one role.
void draw_messages(Draw& draw, ObjectText& fault) {
    const Texts types{"PushData",       "PushDataReply",     "Write",          "WriteReply",
                      "RecordAppend",   "RecordAppendReply", "ApplyMutation",  "ApplyMutationReply",
                      "GrantLease",     "GrantLeaseReply",   "RevokeLease",    "RevokeLeaseReply",
                      "CreateChunk",    "CreateChunkReply",  "CloneChunk",     "CloneChunkReply",
                      "CopyChunk",      "CopyChunkReply",    "DeleteChunk",    "HeartBeat",
                      "HeartBeatReply", "Register",          "RegisterReply",  "FindLeaseHolder",
                      "FindLeaseHolderReply", "FindLocationReply", "CreateReply", "DeleteReply",
                      "SnapshotReply",  "ReplicateLog",      "ReplicateLogReply", "ReportFailure"};
    fault.text("message", draw.pick(types));
    const sim::Duration nth = draw.time_between(1ms, 30ms);
    fault.number("nth", std::chrono::duration_cast<milliseconds>(nth).count());
    if (draw.one_in(3)) fault.number("count", draw.random().between(2, 6));
}

bool draw_message(Draw& draw, ObjectText& fault) {
    draw_messages(draw, fault);
    return true;
}

bool draw_delay(Draw& draw, ObjectText& fault) {
    draw_messages(draw, fault);
    fault.time("time", draw.time_between(1ms, 2 * draw.arena().lease));
    return true;
}

bool draw_hold(Draw& draw, ObjectText& fault) {
    draw_messages(draw, fault);
    fault.time("until", draw.time_between(10ms, 2 * draw.arena().lease));
    return true;
}

bool draw_server(Draw& draw, ObjectText& fault) {
    fault.text("target", draw.a_server());
    return true;
}

bool draw_bitrot(Draw& draw, ObjectText& fault) {
    fault.text("target", draw.a_server());
    if (draw.one_in(2)) fault.number("blocks", draw.random().between(1, 4));
    return true;
}

bool draw_bad_write(Draw& draw, ObjectText& fault) {
    fault.text("target", draw.a_server());
    fault.number("nth", draw.random().between(1, 20));
    return true;
}

bool draw_disk_slow(Draw& draw, ObjectText& fault) {
    fault.text("target", draw.a_machine());
    // Episodes that meet multiply, and a request that is under way at the calm ends when it would
    // have: soon enough for the master's log to be on its disk when the run is judged.
    fault.number("factor", draw.random().between(2, 20));
    if (draw.one_in(2)) fault.share("probability", draw.random().between(5, 95));
    draw.lasts(fault, 20s);
    return true;
}

bool draw_disk_stall(Draw& draw, ObjectText& fault) {
    fault.text("target", draw.a_machine());
    draw.lasts(fault, 10s);
    return true;
}

bool draw_disk_error(Draw& draw, ObjectText& fault) {
    fault.text("target", draw.a_server());
    fault.text("operation", draw.pick({"read", "write", "sync"}));
    fault.share("probability", draw.random().between(5, 100));
    draw.lasts(fault, 20s);
    return true;
}

bool draw_disk_refuses(Draw& draw, ObjectText& fault) {
    fault.text("target", draw.a_server());
    draw.lasts(fault, 20s);
    return true;
}

bool draw_clock_offset(Draw& draw, ObjectText& fault) {
    const sim::Duration skew = draw.take_skew();
    if (skew == sim::Duration{0}) return false;
    fault.text("target", draw.a_machine());
    fault.time("offset", draw.one_in(2) ? skew : -skew);
    draw.lasts(fault, 30s);
    return true;
}

bool draw_clock_jump(Draw& draw, ObjectText& fault) {
    const sim::Duration skew = draw.take_skew();
    if (skew == sim::Duration{0}) return false;
    fault.text("target", draw.a_machine());
    fault.time("offset", draw.one_in(2) ? skew : -skew);
    return true;
}

// So fast or slow that the clock gains or loses what the lease guard allows.
bool draw_clock_drift(Draw& draw, ObjectText& fault) {
    const sim::Duration skew = draw.take_skew();
    if (skew == sim::Duration{0}) return false;
    fault.text("target", draw.a_machine());
    const sim::Duration time = draw.time_between(2s, 20s);
    const std::int64_t ppm = sim::to_ns(skew) / (sim::to_ns(time) / 1'000'000);
    if (ppm == 0 || ppm > 900'000) return false;
    fault.number("drift_ppm", draw.one_in(2) ? ppm : -ppm);
    fault.time("for", time);
    return true;
}

bool draw_clock_freeze(Draw& draw, ObjectText& fault) {
    const sim::Duration skew = draw.take_skew();
    if (skew == sim::Duration{0}) return false;
    fault.text("target", draw.a_machine());
    fault.time("for", skew);
    return true;
}

bool draw_add(Draw& draw, ObjectText& fault) {
    fault.text("rack", draw.pick(draw.arena().racks));
    if (draw.one_in(3)) fault.number("count", 2);
    return true;
}

// Of a fault that was drawn before and lasts.
bool draw_heal(Draw& draw, ObjectText& fault) {
    Texts names;
    for (const auto& [name, text] : draw.drawn().faults)
        if (text.str().find("\"for\"") != std::string::npos) names.push_back(name);
    if (names.empty()) return false;
    fault.text("fault", draw.pick(names));
    return true;
}

// Each site as likely, and all of them now and then.
bool draw_buggify(Draw& draw, ObjectText& fault) {
    std::string names;
    for (const SiteInfo& site : all_sites())
        if (draw.one_in(3)) names += (names.empty() ? "" : ", ") + quoted(site.name);
    if (!names.empty()) fault.json("sites", "[" + names + "]");
    const std::uint64_t percent = draw.random().below(50);
    fault.share("probability", percent + 1);
    draw.lasts(fault, 40s);
    return true;
}

using C = FaultClass;

constexpr std::array kinds{
    NemesisKind{"crash", C::process, 12, draw_crash},
    NemesisKind{"stop", C::process, 3, draw_process_end},
    NemesisKind{"power_loss", C::process, 8, draw_power_loss},
    NemesisKind{"pause", C::process, 8, draw_pause},
    NemesisKind{"slow", C::process, 4, draw_slow},
    NemesisKind{"kill_loop", C::process, 2, draw_kill_loop},
    NemesisKind{"switch_off", C::process, 3, draw_switch_off},
    NemesisKind{"restart", C::process, 0, nullptr, "every process that ends is started by `for`"},
    NemesisKind{"isolate", C::network, 8, draw_isolate},
    NemesisKind{"partition", C::network, 10, draw_partition},
    NemesisKind{"link", C::network, 8, draw_link},
    NemesisKind{"clog", C::network, 4, draw_clog},
    NemesisKind{"swizzle", C::network, 2, draw_swizzle},
    NemesisKind{"drop", C::message, 10, draw_message},
    NemesisKind{"duplicate", C::message, 6, draw_message},
    NemesisKind{"delay", C::message, 8, draw_delay},
    NemesisKind{"hold", C::message, 4, draw_hold},
    NemesisKind{"corrupt_message", C::message, 4, draw_message},
    NemesisKind{"bitrot", C::disk, 6, draw_bitrot},
    NemesisKind{"lose_chunk", C::disk, 4, draw_server},
    NemesisKind{"wipe", C::disk, 2, draw_server},
    NemesisKind{"disk_slow", C::disk, 4, draw_disk_slow},
    NemesisKind{"disk_stall", C::disk, 4, draw_disk_stall},
    NemesisKind{"disk_error", C::disk, 5, draw_disk_error},
    NemesisKind{"disk_full", C::disk, 3, draw_disk_refuses},
    NemesisKind{"disk_readonly", C::disk, 3, draw_disk_refuses},
    NemesisKind{"lying_fsync", C::disk, 0, nullptr,
                "with a loss of power it breaks every promise: scripted only"},
    NemesisKind{"misdirected_write", C::disk, 2, draw_bad_write},
    NemesisKind{"phantom_write", C::disk, 2, draw_bad_write},
    NemesisKind{"clock_offset", C::clock, 4, draw_clock_offset},
    NemesisKind{"clock_drift", C::clock, 4, draw_clock_drift},
    NemesisKind{"clock_jump", C::clock, 4, draw_clock_jump},
    NemesisKind{"clock_freeze", C::clock, 3, draw_clock_freeze},
    NemesisKind{"add", C::growth, 2, draw_add},
    NemesisKind{"heal", C::growth, 2, draw_heal},
    NemesisKind{"buggify", C::code, 0, nullptr,
                "a swarm draws it from a stream of its own, and others do not"},
};

constexpr NemesisKind fault_points{"buggify", C::code, 1, draw_buggify};

}  // namespace

std::span<const NemesisKind> nemesis_kinds() {
    return kinds;
}

const NemesisKind& fault_points_kind() {
    return fault_points;
}

}  // namespace gfs::faults
