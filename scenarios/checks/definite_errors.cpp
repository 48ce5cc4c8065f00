// SPDX-License-Identifier: Apache-2.0
// Definite and indefinite errors: GFS 3.1 ("the client request is considered to have failed") and
// rule G10. After an indefinite error an operation may have happened, in whole or in part; the
// client library says which errors are definite, and of these operations nothing was done.
// What the network has doubled is worth a warning only (doubled_request.h).

#include <fmt/format.h>

#include <deque>
#include <map>
#include <string>

#include "core/common/events.h"
#include "scenarios/checks/describe.h"
#include "scenarios/checks/doubled_request.h"
#include "scenarios/checks/invariant.h"

namespace gfs::checks {
namespace {

class DefiniteErrors final : public Invariant {
  public:
    using Invariant::Invariant;

    std::vector<sim::EventKind> kinds() const override {
        return {event::client_op_started, event::client_op_ok, event::client_op_failed,
                event::mutation_ordered, event::master_log_appended, sim::event::message_sent,
                sim::event::message_delivered};
    }

    void on_event(const sim::Event& event) override {
        switch (sim::to_index(event.kind)) {
            case event::gfs_client_op_started:
                return begin(event);
            case event::gfs_client_op_ok:
                return forget(event.fields[0]);
            case event::gfs_client_op_failed:
                return fail(event);
            case sim::event::sim_message_sent:
            case sim::event::sim_message_delivered:
                return note_request(event);
            case event::gfs_mutation_ordered:
                return act(by_data_, event.fields[6], "its data was ordered as a mutation");
            default:
                // Records about chunks and versions prepare a write; they do not carry it out.
                if (names().change_of(event))
                    act(by_op_, event.fields[2], "a record of the log changes the namespace");
        }
    }

  private:
    struct Operation {
        std::string what;
        bool data;  // its deeds are known by its data, not by its number
        std::uint64_t key;
        const char* deed = nullptr;  // the first thing that was done for it
        bool failed = false;         // with a definite error
        DoubledRequest request{};
    };
    using Index = std::map<std::uint64_t, std::uint64_t>;  // to the operation

    void begin(const sim::Event& event) {
        const std::string& kind = engine().texts().text(text_at(event, 1));
        const bool data = kind == "append" || kind == "write";
        const auto changes = name_op(kind);
        if (!data && !(changes && changes_names(*changes))) return;
        const std::uint64_t op = event.fields[0];
        const std::uint64_t key = data ? event.fields[6] : op;
        operations_.emplace(
            op, Operation{.what = fmt::format("{} of {}", kind,
                                              engine().texts().text(text_at(event, 2))),
                          .data = data,
                          .key = key});
        (data ? by_data_ : by_op_)[key] = op;
    }

    void forget(std::uint64_t op) {
        const auto found = operations_.find(op);
        if (found == operations_.end()) return;
        (found->second.data ? by_data_ : by_op_).erase(found->second.key);
        operations_.erase(found);
    }

    void note_request(const sim::Event& event) {
        if (!carries_out(event)) return;
        const auto found = operations_.find(event.fields[3]);
        if (found != operations_.end()) found->second.request.apply(event);
    }

    void fail(const sim::Event& event) {
        const std::uint64_t op = event.fields[0];
        const auto found = operations_.find(op);
        const bool definite = event.fields[5] != 0;
        if (found == operations_.end() || !definite) return forget(op);
        count_check();
        Operation& operation = found->second;
        if (operation.deed != nullptr) {
            accuse(operation, event.actor,
                   fmt::format("the {} failed with {}, which is definite, but {}", operation.what,
                               info(static_cast<Code>(event.fields[3])).name, operation.deed));
            return forget(op);
        }
        // What surfaces later would be as bad; the last few are enough to see it.
        operation.failed = true;
        failed_.push_back(op);
        if (failed_.size() <= most_failed) return;
        forget(failed_.front());
        failed_.pop_front();
    }

    void act(const Index& index, std::uint64_t key, const char* deed) {
        const auto found = index.find(key);
        if (found == index.end()) return;
        Operation& operation = operations_.at(found->second);
        if (operation.failed && operation.deed == nullptr)
            accuse(operation, sim::no_host,
                   fmt::format("the {} had failed with a definite error, and then {}",
                               operation.what, deed));
        operation.deed = deed;
    }

    void accuse(const Operation& operation, HostId host, std::string what) {
        if (operation.request.doubled()) return warn(what + "; its request was doubled");
        violated(no_chunk, host, std::move(what));
    }

    static constexpr std::size_t most_failed = 1024;
    std::map<std::uint64_t, Operation> operations_;
    Index by_data_;
    Index by_op_;
    std::deque<std::uint64_t> failed_;  // oldest first
};

}  // namespace

std::unique_ptr<Invariant> make_definite_errors(const Surroundings& around) {
    return std::make_unique<DefiniteErrors>(around);
}

}  // namespace gfs::checks
