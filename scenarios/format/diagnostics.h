// SPDX-License-Identifier: Apache-2.0
// What is wrong with a scenario: all of it in one pass, each with its place in the file, and
// rendered so that a person sees the line, the spot and the way out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/source_files.h"

namespace gfs::format {

enum class Severity : std::uint8_t { error, warning, vacuous };
std::string_view name(Severity severity);  // as it is printed

// A stretch of text with a note beside its carets.
struct Label {
    Span span;
    std::string text;
};

struct Diagnostic {
    Severity severity = Severity::error;
    std::string code;  // E0101; a row of errors.def
    std::string message;
    Label at;
    std::optional<Label> other;  // the other side of a conflict
    std::string pointer;         // JSON pointer of the field, in every machine-readable form
    bool show_pointer = false;   // ... and in the frame
    std::string allowed;         // what may stand there instead
    std::string help;
};

class Diagnostics {
  public:
    Diagnostics() : files_(std::make_shared<SourceFiles>()) {}

    SourceFiles& files() { return *files_; }
    const SourceFiles& files() const { return *files_; }

    // Returns the new entry so that more can be said; valid until the next one. After
    // `max_kept` entries the rest are only counted.
    Diagnostic& add(Severity severity, std::string_view code, std::string message, Label at);
    Diagnostic& error(std::string_view code, std::string message, Label at) {
        return add(Severity::error, code, std::move(message), std::move(at));
    }
    Diagnostic& warning(std::string_view code, std::string message, Label at) {
        return add(Severity::warning, code, std::move(message), std::move(at));
    }

    std::size_t errors() const { return errors_; }
    std::size_t warnings() const { return warnings_; }
    bool ok() const { return errors_ == 0; }
    // In the order of their places.
    std::vector<Diagnostic> sorted() const;

    // Frames with carets, at most `max_shown` of them; ends with a newline unless empty.
    std::string human(bool colour = false) const;
    // One line each: file:line:column: error[E0101]: message
    std::string brief() const;
    // A JSON array of objects: severity, code, message, file, line, column, pointer, help.
    std::string json() const;
    // "3 errors, 0 warnings".
    std::string counts() const;

  private:
    static constexpr std::size_t max_kept = 1000;
    static constexpr std::size_t max_shown = 20;

    std::shared_ptr<SourceFiles> files_;
    std::vector<Diagnostic> entries_;
    Diagnostic overflow_;  // receives what is said about entries that are not kept
    std::size_t errors_ = 0;
    std::size_t warnings_ = 0;
};

// One frame. `gutter` is the width of the line numbers.
std::string render_frame(const Diagnostic& diagnostic, const SourceFiles& files, std::size_t gutter,
                         bool colour);

}  // namespace gfs::format
