// SPDX-License-Identifier: Apache-2.0
// Names for `gfsim list`, and the reference pages.

#include <fmt/format.h>

#include <algorithm>

#include "core/common/codes.h"
#include "core/common/events.h"
#include "core/common/message_types.h"
#include "core/common/policies.h"
#include "scenarios/format/errors.h"
#include "scenarios/format/explain.h"
#include "scenarios/format/format.h"

namespace gfs::format {
namespace {

std::vector<Listed> listed(const std::vector<Word>& words) {
    std::vector<Listed> out;
    for (const Word& word : words)
        out.push_back(
            {std::string(word.name), std::string(word.sentence), word.status == Status::ready});
    return out;
}

std::string field_row(const FieldSpec& field) {
    std::string about(field.sentence);
    if (!field.kinds.empty()) about += fmt::format(" (for: {})", field.kinds);
    if (!field.source.empty()) about += fmt::format(" [{}]", field.source);
    if (field.status == Status::later) about += " *not supported yet*";
    const bool always = field.needed == "always";
    const std::string fallback = always ? "required" : std::string(field.fallback);
    std::string words;
    for (const Word& word : words_of(field)) {
        if (words.size() > 300) {
            words += ", ...";
            break;
        }
        words += fmt::format("{}`{}`", words.empty() ? "" : ", ", word.name);
    }
    if (!words.empty()) about += ": " + words;
    return fmt::format("| `{}` | {} | {} | {} |\n", field.name, type_words(field), fallback, about);
}

// The fields of a record and of those in it, by their pointers; what a name stands for in them is
// in capitals: /faults/NAME/for.
void list_fields(const RecordSpec& record, const std::string& before, std::vector<Listed>& out) {
    for (const FieldSpec& field : record.fields) {
        std::string pointer = fmt::format("{}/{}", before, field.name);
        // A field that several kinds have in several ways has a row for each.
        const bool is_listed = std::any_of(out.begin(), out.end(),
                                           [&](const Listed& row) { return row.name == pointer; });
        if (!is_listed)
            out.push_back({pointer, std::string(field.sentence), field.status == Status::ready});
        if (field.record.empty()) continue;
        if (field.type == Type::map) pointer += "/NAME";
        if (field.type == Type::path_map) pointer += "/PATH";
        if (field.type == Type::steps) pointer += "/NUMBER";
        list_fields(find_record(field.record), pointer, out);
    }
}

// "uniform over live servers (full_at = 9/10: skip disks fuller than this)"
std::string about(const PolicyInfo& policy) {
    std::string parameters;
    for (const sim::Params::Known& known : policy.parameters)
        parameters += fmt::format("{}{} = {}: {}", parameters.empty() ? "" : "; ", known.name,
                                  known.default_value, known.sentence);
    const std::string sentence(policy.sentence);
    return parameters.empty() ? sentence : fmt::format("{} ({})", sentence, parameters);
}

// The kinds of one field, for the reference page.
std::string policy_rows() {
    std::string out = "\n## policies\n\nWhat a field of type policy can name.\n\n"
                      "| field | kind | what it does | parameters |\n|---|---|---|---|\n";
    for (const PolicyInfo& policy : all_policies()) {
        std::string parameters;
        for (const sim::Params::Known& known : policy.parameters)
            parameters += fmt::format("{}`{}` ({}): {}", parameters.empty() ? "" : "; ", known.name,
                                      known.default_value, known.sentence);
        out += fmt::format("| `{}` | `{}` | {} | {} |\n", policy.field, policy.kind,
                           policy.sentence, parameters);
    }
    return out;
}

}  // namespace

std::vector<std::string> list_kinds() {
    return {"faults",  "operations", "events", "messages", "codes",     "checkers", "invariants",
            "metrics", "states",     "roles",  "profiles", "ablations", "sites",    "policies",
            "fields"};
}

std::vector<Listed> list_names(std::string_view what) {
    if (what == "faults") return listed(fault_words());
    if (what == "operations") return listed(op_words());
    if (what == "checkers") return listed(checker_words());
    if (what == "invariants") return listed(invariant_words());
    if (what == "metrics") return listed(metric_words());
    if (what == "states") return listed(state_words());
    if (what == "roles") return listed(role_words());
    if (what == "profiles") return listed(profile_words());
    if (what == "ablations") return listed(ablation_words());
    if (what == "sites") return listed(site_words());
    if (what == "policies") {
        std::vector<Listed> out;
        for (const PolicyInfo& policy : all_policies())
            out.push_back({fmt::format("{}/{}", policy.field, policy.kind), about(policy), true});
        return out;
    }
    std::vector<Listed> out;
    if (what == "fields") list_fields(find_record("scenario"), "", out);
    if (what == "events")
        for (const sim::EventInfo& info : event_table().all())
            out.push_back({std::string(info.name), std::string(info.sentence), true});
    if (what == "messages")
        for (const MessageInfo& info : all_messages())
            out.push_back({std::string(info.name), std::string(info.sentence), true});
    if (what == "codes")
        for (const CodeInfo& info : all_codes())
            out.push_back({std::string(info.name), std::string(info.sentence), true});
    return out;
}

std::string reference_page() {
    std::string out =
        "# The scenario file, field by field\n\n"
        "Generated from the table in `scenarios/format/fields*.cpp`; a test compares. P: the "
        "default\n"
        "is the paper's (section); U: the paper leaves it open. `gfsim explain field POINTER` "
        "prints\n"
        "one row.\n";
    for (const RecordSpec& record : all_records()) {
        out += fmt::format(
            "\n## {}\n\n{}\n\n| field | type | default | meaning |\n|---|---|---|---|\n",
            record.name, record.sentence);
        for (const FieldSpec& field : record.fields) out += field_row(field);
    }
    out += policy_rows();
    return out;
}

std::string errors_page() {
    std::string out =
        "# Codes of errors and warnings\n\n"
        "Generated from the table in `scenarios/format/errors*.cpp`; a test compares. `gfsim "
        "explain\n"
        "CODE` prints one entry. E: nothing is run. W and some E: a warning. I: the run is "
        "vacuous.\n";
    for (const ErrorInfo& row : all_errors())
        out += fmt::format("\n## {}: {}\n\n{}\n\n- bad: `{}`\n- good: `{}`\n", row.code, row.title,
                           row.cause, row.bad, row.good);
    return out;
}

}  // namespace gfs::format
