// SPDX-License-Identifier: Apache-2.0
// What a client was told about names stays: GFS 2.6.3 (rules C2, C4). For each file name whose
// operations did not overlap, the last one that succeeded says whether the file is there at the
// end. An operation of unknown outcome may have happened, or may happen yet: its names are left
// out. So are those of an operation whose request was carried out once more after its client, which
// had sent it again, was told that it succeeded: there are no request ids (rule U15, anomaly A16).

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "core/common/codes.h"
#include "core/common/events.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class AckedNamespaceSurvives final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::client_op_started, event::client_op_ok, event::client_op_failed,
                event::client_retried, event::master_log_appended};
    }

    void on_event(const sim::Event& event) override {
        if (event.kind == event::master_log_appended) return note_record(event);
        const std::uint64_t op = event.fields[0];
        if (op == 0) return;
        if (event.kind == event::client_retried) return note_retry(op);
        if (event.kind == event::client_op_started) {
            start(op, text(event, 1), text(event, 2), text(event, 3));
        } else if (event.kind == event::client_op_ok) {
            end(op, Ending::ok);
        } else {
            const std::string& kind = text(event, 1);
            const bool exists = static_cast<Code>(event.fields[3]) == Code::already_exists;
            // Whoever made it, before the run perhaps: the name is there, as after a success.
            if (exists && (kind == "create" || kind == "mkdir")) return end(op, Ending::ok);
            end(op, event.fields[5] != 0 ? Ending::did_not_happen : Ending::unknown);
        }
    }

    void at_end() override {
        if (probe() == nullptr) return;
        for (const auto& [path, known] : names_) {
            if (known.uncertain || known.open != 0) continue;
            const auto there = probe()->has_file(path);
            if (!there) return;  // no master to ask
            count_check();
            if (*there == known.exists) continue;
            violated(Focus{.path = path},
                     fmt::format("{} should {} by what the clients were told, but the master {}",
                                 path, known.exists ? "be there" : "be gone",
                                 known.exists ? "does not have it" : "has it"));
        }
    }

  private:
    struct Known {
        bool exists = false;
        bool uncertain = false;  // operations overlapped, were lost, or reached it from above
        std::uint32_t open = 0;  // operations on this name that have not ended
    };
    enum class Ending : std::uint8_t { ok, did_not_happen, unknown };
    struct Operation {
        std::string appears;    // the name that exists afterwards; empty for none
        std::string goes;       // the name that does not
        bool recorded = false;  // a record of the log changes names for it
        bool retried = false;   // more than one request for it was sent
    };

    const std::string& text(const sim::Event& event, std::size_t field) const {
        return engine().texts().text(text_at(event, field));
    }

    void start(std::uint64_t op, const std::string& kind, const std::string& file,
               const std::string& to) {
        Operation operation;
        if (kind == "create" || kind == "mkdir" || kind == "open_to_write") {
            operation.appears = file;
        } else if (kind == "delete") {
            operation.goes = file;
        } else if (kind == "rename") {
            operation.appears = to;
            operation.goes = file;
            doubt_below(file);
            doubt_below(to);
            renames_.emplace(op, std::pair{file + "/", to + "/"});
            // Of a name that no client created nobody here knows whether it is a file.
            const auto known = names_.find(file);
            if (known == names_.end() || !known->second.exists) names_[to].uncertain = true;
        } else if (kind == "undelete") {
            operation.appears = file;
        } else if (kind == "snapshot") {
            operation.appears = to;
            doubt_below(to);
            // Of a name that no client created nobody here knows what it is.
            const auto known = names_.find(file);
            if (known == names_.end() || !known->second.exists) names_[to].uncertain = true;
        } else {
            return;
        }
        for (const std::string* const path : {&operation.appears, &operation.goes}) {
            if (path->empty()) continue;
            Known& known = names_[*path];
            if (known.open++ != 0 || below_rename(*path)) known.uncertain = true;
        }
        operations_.emplace(op, std::move(operation));
    }

    void note_retry(std::uint64_t op) {
        const auto found = operations_.find(op);
        if (found != operations_.end()) found->second.retried = true;
    }

    void note_record(const sim::Event& log_appended) {
        const std::uint64_t op = log_appended.fields[2];
        const auto found = operations_.find(op);
        const auto over = retried_.find(op);
        if (found == operations_.end() && over == retried_.end()) return;
        if (!names().change_of(log_appended)) return;
        if (found != operations_.end())
            found->second.recorded = true;
        else
            doubt(over->second);
    }

    // A request that was on its way for long has been carried out behind everything since.
    void doubt(const Operation& late) {
        for (const std::string* const path : {&late.appears, &late.goes}) {
            if (path->empty()) continue;
            names_[*path].uncertain = true;
            doubt_below(*path);
        }
    }

    void end(std::uint64_t op, Ending ending) {
        const auto found = operations_.find(op);
        if (found == operations_.end()) return;
        // Of a request that the network has doubled one copy may have done it, and the error of the
        // other have come first (rule U15). Whether the error may be is for `definite_errors`.
        const bool is_doubled = ending == Ending::did_not_happen && found->second.recorded;
        if (is_doubled) ending = Ending::unknown;
        settle(found->second.goes, false, ending);
        settle(found->second.appears, true, ending);
        if (found->second.retried) retried_.insert(*found);
        operations_.erase(found);
        if (ending != Ending::unknown) renames_.erase(op);
    }

    void settle(const std::string& path, bool exists, Ending ending) {
        if (path.empty()) return;
        Known& known = names_[path];
        --known.open;
        if (ending == Ending::ok) known.exists = exists;
        if (ending == Ending::unknown) known.uncertain = true;
    }

    void doubt_below(const std::string& directory) {
        const std::string below = directory + "/";
        for (auto at = names_.lower_bound(below);
             at != names_.end() && at->first.starts_with(below); ++at)
            at->second.uncertain = true;
    }

    bool below_rename(const std::string& path) const {
        return std::any_of(renames_.begin(), renames_.end(), [&](const auto& rename) {
            const auto& [from, to] = rename.second;
            return path.starts_with(from) || path.starts_with(to);
        });
    }

    std::map<std::string, Known> names_;
    // By operation, "from/" and "to/": those that go on, and those that failed and may come yet.
    std::map<std::uint64_t, std::pair<std::string, std::string>> renames_;
    std::map<std::uint64_t, Operation> operations_;  // that go on
    std::map<std::uint64_t, Operation> retried_;     // that have ended
};

}  // namespace

std::unique_ptr<Invariant> make_acked_namespace_survives(const Surroundings& around) {
    return std::make_unique<AckedNamespaceSurvives>(around);
}

}  // namespace gfs::checks
