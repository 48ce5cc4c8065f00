// SPDX-License-Identifier: Apache-2.0
// One diagnostic as a person sees it: the line, carets under the spot, the other side of a
// conflict, and the way out. Tabs stay tabs, so that carets stand under what they mean.

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "scenarios/format/diagnostics.h"
#include "scenarios/format/parse.h"

namespace gfs::format {
namespace {

constexpr std::size_t max_line_shown = 160;  // code points of a very long line

struct Colours {
    std::string_view severity, frame, reset;
};

Colours colours_for(Severity severity, bool on) {
    if (!on) return {"", "", ""};
    const bool error = severity == Severity::error;
    return {error ? "\x1b[1;31m" : "\x1b[1;33m", "\x1b[1;34m", "\x1b[0m"};
}

// What to print of a line, and the marks that go under it. The text of a file never reaches a
// terminal raw: control characters but the tab are replaced.
struct Excerpt {
    std::string text;
    std::string blank;  // as wide as the text before the span
    std::size_t marks = 1;
};

std::size_t sequence_length(std::string_view line, std::size_t at) {
    std::size_t end = at + 1;
    while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80U) ++end;
    return end - at;
}

// `from` and `to` are byte offsets in the line.
Excerpt excerpt(std::string_view line, std::size_t from, std::size_t to) {
    from = std::min(from, line.size());
    to = std::clamp(to, from, line.size());
    std::size_t first = 0;  // byte from which the line is shown
    const bool long_line = code_points(line) > max_line_shown;
    if (long_line && code_points(line.substr(0, from)) > max_line_shown / 2) {
        first = from;
        for (std::size_t back = 0; back < max_line_shown / 4 && first > 0; ++back) do
                --first;
            while (first > 0 && (static_cast<unsigned char>(line[first]) & 0xc0U) == 0x80U);
    }
    Excerpt out;
    if (first > 0) out.text = out.blank = "...";
    std::fill(out.blank.begin(), out.blank.end(), ' ');
    const bool readable = !find_bad_utf8(line);
    std::size_t shown = 0;
    std::size_t marks = 0;
    for (std::size_t i = first; i < line.size();) {
        const std::size_t length = sequence_length(line, i);
        const bool tab = line[i] == '\t';
        const auto byte = static_cast<unsigned char>(line[i]);
        if (i < from) out.blank += tab ? '\t' : ' ';
        if (i >= from && i < to && shown < max_line_shown) ++marks;
        if (shown == max_line_shown) {
            out.text += "...";
            break;
        }
        const bool raw = !tab && (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !readable));
        out.text += raw ? "?" : line.substr(i, length);
        i += length;
        ++shown;
    }
    out.marks = std::max<std::size_t>(marks, 1);
    return out;
}

// Names of files and fields in a message, without control characters.
std::string plain(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    return out;
}

class Frame {
  public:
    Frame(const SourceFiles& files, std::size_t gutter, Colours colours)
        : files_(files), gutter_(gutter), colours_(colours) {}

    std::string text;

    void bar(std::string_view after = "") {
        text += fmt::format("{}{:{}} |{}", colours_.frame, "", gutter_, colours_.reset);
        if (!after.empty()) text += " ";
        text += after;
        text += "\n";
    }

    void line(const Label& label) {
        const Place at = files_.place(label.span.file, label.span.begin);
        const Excerpt shown = cut(label, at);
        text += fmt::format("{}{:>{}} |{}", colours_.frame, at.line, gutter_, colours_.reset);
        if (!shown.text.empty()) text += " " + shown.text;
        text += "\n";
    }

    void marks(const Label& label, char mark) {
        const Place at = files_.place(label.span.file, label.span.begin);
        const Excerpt shown = cut(label, at);
        std::string under = fmt::format("{}{}{}{}", shown.blank, colours_.severity,
                                        std::string(shown.marks, mark), colours_.reset);
        if (!label.text.empty()) under += " " + plain(label.text);
        bar(under);
    }

    void note(std::string_view name, std::string_view value) {
        text += fmt::format("{}{:{}} ={} {:<9}{}\n", colours_.frame, "", gutter_, colours_.reset,
                            name, plain(value));
    }

    void arrow(const Label& label) {
        const Source at = files_.source(label.span);
        text += fmt::format("{}{:{}}-->{} {}:{}:{}\n", colours_.frame, "", gutter_, colours_.reset,
                            plain(at.file), at.line, at.column);
    }

  private:
    Excerpt cut(const Label& label, Place at) const {
        const std::uint32_t begin = files_.line_begin(label.span.file, at.line);
        const std::string_view line = files_.line(label.span.file, at.line);
        return excerpt(line, label.span.begin - begin,
                       std::max(label.span.end, label.span.begin) - begin);
    }

    const SourceFiles& files_;
    std::size_t gutter_;
    Colours colours_;
};

void labels(Frame& frame, const Diagnostic& d, const SourceFiles& files) {
    frame.arrow(d.at);
    frame.bar();
    const bool two = d.other && d.other->span.known();
    if (!two) {
        frame.line(d.at);
        frame.marks(d.at, '^');
        return;
    }
    if (d.other->span.file != d.at.span.file) {
        frame.line(d.at);
        frame.marks(d.at, '^');
        frame.arrow(*d.other);
        frame.bar();
        frame.line(*d.other);
        frame.marks(*d.other, '-');
        return;
    }
    const bool other_first = d.other->span.begin < d.at.span.begin;
    const Label& upper = other_first ? *d.other : d.at;
    const Label& lower = other_first ? d.at : *d.other;
    const std::uint32_t upper_line = files.place(upper.span.file, upper.span.begin).line;
    const std::uint32_t lower_line = files.place(lower.span.file, lower.span.begin).line;
    frame.line(upper);
    frame.marks(upper, other_first ? '-' : '^');
    if (lower_line > upper_line + 1) frame.text += "...\n";
    if (lower_line != upper_line) frame.line(lower);
    frame.marks(lower, other_first ? '^' : '-');
}

}  // namespace

std::string render_frame(const Diagnostic& d, const SourceFiles& files, std::size_t gutter,
                         bool colour) {
    const Colours colours = colours_for(d.severity, colour);
    Frame frame(files, gutter, colours);
    frame.text = fmt::format("{}{}[{}]{}: {}\n", colours.severity, name(d.severity), d.code,
                             colours.reset, plain(d.message));
    if (d.at.span.known()) {
        labels(frame, d, files);
    } else if (!d.at.text.empty()) {
        frame.note("note:", d.at.text);
    }
    const bool notes = d.show_pointer || !d.allowed.empty() || !d.help.empty();
    if (notes && d.at.span.known()) frame.bar();
    if (d.show_pointer) frame.note("at:", d.pointer);
    if (!d.allowed.empty()) frame.note("allowed:", d.allowed);
    if (!d.help.empty()) frame.note("help:", d.help);
    return frame.text;
}

}  // namespace gfs::format
