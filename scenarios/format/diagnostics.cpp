// SPDX-License-Identifier: Apache-2.0
// Collecting diagnostics and printing them in three forms. The frame itself is in frame.cpp.

#include "scenarios/format/diagnostics.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "scenarios/format/document.h"

namespace gfs::format {
namespace {

std::string plural(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

std::string_view name(Severity severity) {
    switch (severity) {
        case Severity::error:
            return "error";
        case Severity::warning:
            return "warning";
        case Severity::vacuous:
            return "vacuous";
    }
    return "";
}

Diagnostic& Diagnostics::add(Severity severity, std::string_view code, std::string message,
                             Label at) {
    if (severity == Severity::error) ++errors_;
    if (severity == Severity::warning) ++warnings_;
    Diagnostic entry;
    entry.severity = severity;
    entry.code = code;
    entry.message = std::move(message);
    entry.at = std::move(at);
    if (entries_.size() >= max_kept) {
        overflow_ = std::move(entry);
        return overflow_;
    }
    entries_.push_back(std::move(entry));
    return entries_.back();
}

std::vector<Diagnostic> Diagnostics::sorted() const {
    std::vector<Diagnostic> all = entries_;
    std::stable_sort(all.begin(), all.end(), [](const Diagnostic& a, const Diagnostic& b) {
        // What has no place in a file comes first: it concerns the whole.
        return std::tuple(a.at.span.known(), a.at.span.file, a.at.span.begin) <
               std::tuple(b.at.span.known(), b.at.span.file, b.at.span.begin);
    });
    return all;
}

std::string Diagnostics::human(bool colour) const {
    const std::vector<Diagnostic> all = sorted();
    const std::size_t shown = std::min(all.size(), max_shown);
    std::size_t gutter = 1;
    for (std::size_t i = 0; i < shown; ++i) {
        if (!all[i].at.span.known()) continue;
        std::uint32_t line = files_->place(all[i].at.span.file, all[i].at.span.begin).line;
        if (all[i].other && all[i].other->span.known())
            line = std::max(line,
                            files_->place(all[i].other->span.file, all[i].other->span.begin).line);
        gutter = std::max(gutter, std::to_string(line).size());
    }
    std::string out;
    for (std::size_t i = 0; i < shown; ++i) out += render_frame(all[i], *files_, gutter, colour);
    const std::size_t hidden = errors_ + warnings_ - std::min(errors_ + warnings_, shown);
    if (hidden > 0 && all.size() >= shown) out += fmt::format("... and {} more\n", hidden);
    return out;
}

std::string Diagnostics::brief() const {
    std::string out;
    for (const Diagnostic& d : sorted()) {
        if (d.at.span.known()) {
            const Source at = files_->source(d.at.span);
            out += fmt::format("{}:{}:{}: ", at.file, at.line, at.column);
        }
        out += fmt::format("{}[{}]: {}", name(d.severity), d.code, d.message);
        if (!d.at.text.empty()) out += fmt::format("; {}", d.at.text);
        out += "\n";
    }
    return out;
}

std::string Diagnostics::json() const {
    std::string out = "[";
    for (const Diagnostic& d : sorted()) {
        if (out.size() > 1) out += ",";
        const Source at = files_->source(d.at.span);
        out += fmt::format("\n  {{\"severity\":{},\"code\":{},\"message\":{}",
                           quoted(name(d.severity)), quoted(d.code), quoted(d.message));
        if (d.at.span.known())
            out += fmt::format(",\"file\":{},\"line\":{},\"column\":{}", quoted(at.file), at.line,
                               at.column);
        if (!d.pointer.empty()) out += ",\"pointer\":" + quoted(d.pointer);
        if (!d.at.text.empty()) out += ",\"note\":" + quoted(d.at.text);
        if (!d.allowed.empty()) out += ",\"allowed\":" + quoted(d.allowed);
        if (!d.help.empty()) out += ",\"help\":" + quoted(d.help);
        out += "}";
    }
    return out + (out.size() > 1 ? "\n]\n" : "]\n");
}

std::string Diagnostics::counts() const {
    return fmt::format("{}, {}", plural(errors_, "error"), plural(warnings_, "warning"));
}

}  // namespace gfs::format
