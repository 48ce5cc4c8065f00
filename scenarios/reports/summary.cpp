// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "scenarios/reports/event_text.h"

namespace gfs::reports {
namespace {

using results::ExpectationOutcome;
using results::FaultOutcome;
using results::RunResult;
using results::Verdict;

enum class Tone { plain, good, bad, doubtful, faint };

class Writer {
  public:
    explicit Writer(bool colour) : colour_(colour) {}

    void line(std::string_view text) {
        text_ += text;
        text_ += '\n';
    }
    void heading(std::string_view text) {
        line("");
        line(painted(text, Tone::faint));
    }
    std::string painted(std::string_view text, Tone tone) const {
        const char* const code = code_of(tone);
        if (!colour_ || code == nullptr) return std::string(text);
        return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
    }
    std::string take() { return std::move(text_); }

  private:
    static const char* code_of(Tone tone) {
        switch (tone) {
            case Tone::plain:
                return nullptr;
            case Tone::good:
                return "32";
            case Tone::bad:
                return "31";
            case Tone::doubtful:
                return "33";
            case Tone::faint:
                return "2";
        }
        return nullptr;
    }
    bool colour_;
    std::string text_;
};

Tone tone_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::passed:
            return Tone::good;
        case Verdict::vacuous:
        case Verdict::excused:
        case Verdict::interrupted:
        case Verdict::limit:
            return Tone::doubtful;
        case Verdict::violated:
        case Verdict::not_deterministic:
        case Verdict::internal_error:
            return Tone::bad;
    }
    return Tone::plain;
}

Tone tone_of(ExpectationOutcome::State state) {
    using State = ExpectationOutcome::State;
    switch (state) {
        case State::held:
        case State::failed_as_expected:
            return Tone::good;
        case State::warned:
        case State::vacuous:
            return Tone::doubtful;
        case State::failed:
        case State::unexpectedly_held:
            return Tone::bad;
    }
    return Tone::plain;
}

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ", "));
}

// Each name once, with how often it was there: a fault on messages meets a server again and again.
std::vector<std::string> counted(const std::vector<std::string>& names) {
    std::vector<std::string> each;
    for (const std::string& one : names)
        if (std::find(each.begin(), each.end(), one) == each.end()) each.push_back(one);
    for (std::string& one : each) {
        const auto times = std::count(names.begin(), names.end(), one);
        if (times > 1) one += fmt::format(" ({} times)", times);
    }
    return each;
}

std::size_t widest(const auto& rows, auto text_of) {
    std::size_t width = 0;
    for (const auto& row : rows) width = std::max(width, std::string_view(text_of(row)).size());
    return width;
}

void write_header(Writer& out, const RunResult& r) {
    out.line(r.title.empty() ? r.scenario : fmt::format("{}: {}", r.scenario, r.title));
    out.line(fmt::format("seed {}", r.seed));
    if (!r.ablations.empty())
        out.line(
            out.painted(fmt::format("ablation: without {}", joined(r.ablations)), Tone::doubtful));
    for (const std::string& choice : r.drawn) out.line("drawn: " + choice);
}

std::string describe(const results::Firing& firing, bool point) {
    std::string text = fmt::format("at {}", time_text(firing.at));
    if (!firing.targets.empty()) text += fmt::format(" on {}", joined(counted(firing.targets)));
    if (firing.ended)
        text += fmt::format(", healed at {}", time_text(*firing.ended));
    else if (!point)  // what happens at one instant has nothing to heal
        text += ", not healed";
    return text;
}

// What was told of a fault again and again; result.json has all of it.
void write_first(Writer& out, const char* what, const std::vector<std::string>& all,
                 std::size_t width) {
    constexpr std::size_t most = 5;
    const std::size_t shown = all.size() > most ? most - 1 : all.size();
    for (std::size_t i = 0; i < shown; ++i)
        out.line(fmt::format("  {:<{}}  {} {}", "", width, what, all[i]));
    if (shown < all.size())
        out.line(fmt::format("  {:<{}}  {} {} times more, the last {}", "", width, what,
                             all.size() - shown, all.back()));
}

// In the midst of what the machines were that the fault met; and of what they never were.
void write_states(Writer& out, const RunResult& r, const FaultOutcome& fault, std::size_t width) {
    for (const results::FaultStatesRow& row : r.fault_states) {
        if (row.fault != fault.name) continue;
        out.line(fmt::format("  {:<{}}  met {}", "", width, met_text(row)));
        const std::string never = never_met_text(row);
        if (!never.empty())
            out.line(
                out.painted(fmt::format("  {:<{}}  never met {}", "", width, never), Tone::faint));
    }
}

void write_faults(Writer& out, const RunResult& r) {
    if (r.faults.empty()) return;
    out.heading("faults");
    const std::size_t width = widest(r.faults, [](const auto& f) { return f.name; });
    for (const FaultOutcome& fault : r.faults) {
        std::string what = fault.never;
        if (!fault.firings.empty()) {
            what = describe(fault.firings.front(), fault.point);
            if (fault.firings.size() > 1)
                what += fmt::format("; {} times in all", fault.firings.size());
        }
        const Tone tone = fault.vacuous ? Tone::doubtful : Tone::plain;
        out.line(fmt::format("  {:<{}}  {:<12} {}", fault.name, width, fault.kind,
                             out.painted(what, tone)));
        write_states(out, r, fault, width);
        write_first(out, "refused", fault.refusals, width);
        write_first(out, "put off", fault.deferrals, width);
    }
}

void write_expectations(Writer& out, const RunResult& r) {
    if (r.expectations.empty()) return;
    out.heading("expectations");
    const std::size_t width = widest(r.expectations, [](const auto& e) { return e.name; });
    for (const ExpectationOutcome& e : r.expectations) {
        const std::string state = fmt::format("{:<8}", name(e.state));
        std::string text = fmt::format("  {} {:<{}}  {}", out.painted(state, tone_of(e.state)),
                                       e.name, width, e.assertion);
        if (!e.measured.empty()) text += fmt::format(": {}", e.measured);
        out.line(text);
        for (const std::string& line : e.detail) out.line("             " + line);
        if (e.witness.empty()) continue;
        out.line(fmt::format("             promised: {}", e.promise));
        out.line("             how it came about:");
        for (const std::string& line : e.witness) out.line("               " + line);
    }
}

void write_invariants(Writer& out, const RunResult& r) {
    out.heading("invariants");
    const std::size_t width = widest(r.invariants, [](const auto& row) { return row.name; });
    for (const results::InvariantRow& row : r.invariants) {
        const Tone tone = row.violations > 0 ? Tone::bad
                          : row.warnings > 0 ? Tone::doubtful
                          : row.checked == 0 ? Tone::faint
                                             : Tone::plain;
        std::string text = fmt::format("  {:<4} {:<{}}  {} checks, {} violations", row.guarantee,
                                       row.name, width, row.checked, row.violations);
        if (row.warnings > 0)
            text += fmt::format(", {} warnings: {}", row.warnings, row.first_warning);
        out.line(out.painted(text, tone));
    }
}

void write_violations(Writer& out, const RunResult& r) {
    for (const results::ViolationFound& v : r.violations) {
        out.heading("");
        const std::string paper = v.section.empty() ? "" : fmt::format(", GFS {}", v.section);
        out.line(out.painted(fmt::format("violated: {} ({}{})", v.check, v.guarantee, paper),
                             Tone::bad));
        if (!v.promise.empty()) out.line(fmt::format("  promised: {}", v.promise));
        out.line(fmt::format("  happened: {}", v.message));
        out.line(fmt::format("  at {}, event #{}{}", time_text(v.at), v.event,
                             v.count > 1 ? fmt::format("; {} times in all", v.count) : ""));
        if (!v.witness.empty()) out.line("  how it came about:");
        for (const std::string& line : v.witness) out.line("    " + line);
    }
    for (const results::StepFailure& f : r.step_failures)
        out.line(fmt::format("{} {}\n  --> {}", out.painted("step failed:", Tone::bad), f.message,
                             to_text(f.place)));
}

void write_operations(Writer& out, const RunResult& r) {
    if (r.operations.empty()) return;
    out.heading(fmt::format("  {:<14} {:>9} {:>9} {:>12} {:>12}", "operation", "count", "errors",
                            "p50", "p99"));
    for (const results::OperationRow& row : r.operations)
        out.line(fmt::format("  {:<14} {:>9} {:>9} {:>12} {:>12}", row.kind, row.count, row.errors,
                             duration_text(row.p50), duration_text(row.p99)));
}

// The line that repeats the run is the last one.
void write_verdict(Writer& out, const RunResult& r, const SummaryStyle& style) {
    if (!style.quiet) out.line("");
    out.line(fmt::format("verdict  {}", out.painted(results::name(r.verdict), tone_of(r.verdict))));
    for (const std::string& reason : r.reasons) out.line("         " + reason);
    for (const std::string& line : r.excuse) out.line("         " + line);
    out.line(fmt::format("digest   {}  ({} events, {} of virtual time)",
                         r.digest.empty() ? "none" : r.digest, r.events, time_text(r.end)));
    for (const std::string& event : r.last_events) out.line("  " + event);
    if (!style.files.empty()) out.line(fmt::format("files    {}", style.files));
    if (r.verdict != Verdict::passed && !r.repro.empty())
        out.line(fmt::format("repro: {}", r.repro));
}

}  // namespace

std::string summary(const results::RunResult& result, const SummaryStyle& style) {
    Writer out(style.colour);
    if (!style.quiet) {
        write_header(out, result);
        write_faults(out, result);
        write_expectations(out, result);
        write_operations(out, result);
        if (style.verbose) write_invariants(out, result);
        write_violations(out, result);
    }
    write_verdict(out, result, style);
    return out.take();
}

}  // namespace gfs::reports
