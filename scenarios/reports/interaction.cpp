// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/interaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace gfs::reports {
namespace {

bool is_start(const EventLine& event) {
    return event.event == "client.op_started";
}
bool is_end(const EventLine& event) {
    return event.event == "client.op_ok" || event.event == "client.op_failed";
}

std::string text_of(const EventLine& event, std::string_view field) {
    return std::string(event.field(field).value_or("?"));
}

// "append /queue by writers.1"
std::string title_of(const EventLine& start) {
    const std::string to = text_of(start, "to");
    return fmt::format("{} {}{} by {}", text_of(start, "kind"), text_of(start, "file"),
                       to.empty() || to == "?" ? "" : " to " + to, start.actor);
}

// "chunk=3 serial=2 offset=0", without what the line says already.
std::string fields_of(const EventLine& event) {
    static constexpr std::string_view said[] = {"op", "server", "client"};
    std::string text;
    for (const auto& [name, value] : event.fields) {
        if (value.empty()) continue;
        if (std::find(std::begin(said), std::end(said), name) != std::end(said)) continue;
        text += fmt::format(" {}={}", name, value);
    }
    return text;
}

// Which events belong to an operation. First it learns from the whole run which data, mutations and
// records the operation is about; then it can say of each event whether it belongs to it.
class Membership {
  public:
    explicit Membership(std::uint64_t op) : op_(op) {}

    void learn(const EventLine& event) {
        const bool mine = event.number_of("op") == op_;
        if (mine && is_start(event)) data_ = text_of(event, "data");
        if (mine && event.event == "master.log_appended")
            records_.insert(event.number_of("record").value_or(0));
        if (mine && event.event == "message.delivered" &&
            text_of(event, "message") == "RecordAppend")
            asked_.insert({event.actor, event.time_ns});
        if (event.event == "mutation.ordered" && is_ordered_for_it(event))
            mutations_.insert(key_of(event));
        if (event.event == "master.log_flushed" && covers_a_record(event)) {
            flushes_.insert(event.number);
            std::erase_if(records_, [&](std::uint64_t record) { return is_in(event, record); });
        }
    }

    bool contains(const EventLine& event) const {
        if (event.number_of("op") == op_) return true;
        if (flushes_.contains(event.number)) return true;
        if (event.event.starts_with("mutation.") && event.field("serial"))
            return is_of_its_mutations(event);
        if (event.event.starts_with("push.")) return has_data() && text_of(event, "data") == data_;
        return false;
    }

  private:
    using Mutation = std::tuple<std::string, std::string, std::string>;  // chunk, serial, version

    // Data of nobody has the number 0.
    bool has_data() const { return !data_.empty() && !data_.ends_with("#0"); }
    static Mutation key_of(const EventLine& event) {
        return {text_of(event, "chunk"), text_of(event, "serial"),
                std::string(event.field("version").value_or(""))};
    }
    bool is_of_its_mutations(const EventLine& event) const {
        const Mutation key = key_of(event);
        if (!std::get<2>(key).empty()) return mutations_.contains(key);
        const auto at = mutations_.lower_bound(key);  // any version
        return at != mutations_.end() && std::get<0>(*at) == std::get<0>(key) &&
               std::get<1>(*at) == std::get<1>(key);
    }
    // A record that does not fit makes its primary order padding, at once.
    bool is_ordered_for_it(const EventLine& event) const {
        if (has_data() && text_of(event, "data") == data_) return true;
        return text_of(event, "kind") == "pad" && asked_.contains({event.actor, event.time_ns});
    }
    static bool is_in(const EventLine& flush, std::uint64_t record) {
        return flush.number_of("first") <= record && flush.number_of("last") >= record;
    }
    bool covers_a_record(const EventLine& flush) const {
        return std::any_of(records_.begin(), records_.end(),
                           [&](std::uint64_t record) { return is_in(flush, record); });
    }

    std::uint64_t op_;
    std::string data_;
    std::set<std::uint64_t> records_;  // that are not flushed yet
    std::set<std::uint64_t> flushes_;  // numbers of events
    std::set<Mutation> mutations_;
    std::set<std::pair<std::string, std::int64_t>> asked_;  // to append, whom and when
};

// The lines of an interaction, in the order of the events. A message is one line, where it was
// sent; what came of it is added when that is known.
class Transcript {
  public:
    void add(const EventLine& event) {
        if (began_ < 0) began_ = event.time_ns;
        if (event.event == "message.sent") return sent(event);
        if (event.event == "message.delivered") return arrived(event);
        if (event.event == "message.dropped") return dropped(event);
        put(event, event.event + fields_of(event));
    }

    std::string text() const {
        std::string all;
        for (const Line& line : lines_) all += line.text + line.fate + "\n";
        return all;
    }

  private:
    struct Line {
        std::string text;
        std::string fate{};
    };
    struct Sent {
        std::size_t line;
        std::int64_t time_ns;
    };
    using Way = std::tuple<std::string, std::string, std::string>;  // message, from, to

    static Way way_of(const EventLine& event) {
        return {text_of(event, "message"), text_of(event, "from"), text_of(event, "to")};
    }
    static std::string milliseconds(std::int64_t ns) {
        return fmt::format("{}.{:03}", ns / 1'000'000, ns / 1'000 % 1'000);
    }

    void put(const EventLine& event, const std::string& what) {
        const int depth = depths_[event.actor];
        lines_.push_back(
            {fmt::format("{:>10} ms  {:<12} {:>{}}{}", milliseconds(event.time_ns - began_),
                         event.actor, "", 2 * depth, what)});
    }
    void sent(const EventLine& event) {
        put(event, fmt::format("-> {}: {} ({} bytes)", text_of(event, "to"),
                               text_of(event, "message"), text_of(event, "bytes")));
        lines_.back().fate = ", on its way at the end";
        on_the_way_[way_of(event)].push_back({lines_.size() - 1, event.time_ns});
    }
    void arrived(const EventLine& event) {
        const std::string message = text_of(event, "message");
        // Whoever is asked works one level below whoever asks.
        if (!message.ends_with("Reply")) depths_[event.actor] = depths_[text_of(event, "from")] + 1;
        settle(event, [&](const Sent& sent) {
            return fmt::format(", there after {} ms", milliseconds(event.time_ns - sent.time_ns));
        });
    }
    void dropped(const EventLine& event) {
        settle(event, [&](const Sent&) { return ", lost: " + text_of(event, "reason"); });
    }
    template <typename Fate>
    void settle(const EventLine& event, Fate fate) {
        std::deque<Sent>& waiting = on_the_way_[way_of(event)];
        if (waiting.empty()) {
            // A copy that the network made.
            put(event, fmt::format("{} again: {} from {}", event.event, text_of(event, "message"),
                                   text_of(event, "from")));
            return;
        }
        lines_[waiting.front().line].fate = fate(waiting.front());
        waiting.pop_front();
    }

    std::int64_t began_ = -1;
    std::vector<Line> lines_;
    std::map<std::string, int> depths_;  // by actor
    std::map<Way, std::deque<Sent>> on_the_way_;
};

std::optional<std::uint64_t> to_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
        return std::nullopt;
    return number;
}

}  // namespace

std::optional<std::uint64_t> find_operation(const ForEachEvent& events, const std::string& text) {
    const std::size_t hash = text.find('#');
    if (hash == std::string::npos) return to_number(text);
    const auto number = to_number(std::string_view(text).substr(hash + 1));
    if (!number) return std::nullopt;
    const std::string client = text.substr(0, hash);
    std::optional<std::uint64_t> found;
    std::uint64_t begun = 0;
    events([&](const EventLine& event) {
        if (found) return;
        if (client.empty() && event.number == *number) found = event.number_of("op");
        if (client.empty() || event.actor != client || !is_start(event)) return;
        if (++begun == *number) found = event.number_of("op");
    });
    return found == 0 ? std::nullopt : found;
}

std::string interaction_text(const ForEachEvent& events, std::uint64_t op) {
    Membership membership(op);
    std::string title;
    std::string ending = "it had not ended when the run did";
    bool has_messages = false;
    std::uint64_t retries = 0;
    events([&](const EventLine& event) {
        membership.learn(event);
        if (event.number_of("op") != op) return;
        if (is_start(event)) title = title_of(event);
        if (event.event == "client.retried") ++retries;
        has_messages = has_messages || event.event == "message.sent";
        if (event.event == "client.op_ok") ending = "it succeeded";
        if (event.event == "client.op_failed")
            ending =
                fmt::format("it failed with {}, {}", text_of(event, "code"),
                            text_of(event, "definite") == "0" ? "and may have happened all the same"
                                                              : "and nothing of it was done");
    });
    if (title.empty()) return {};
    Transcript transcript;
    events([&](const EventLine& event) {
        if (membership.contains(event)) transcript.add(event);
    });
    std::string text = fmt::format("operation {}: {}; {}", op, title, ending);
    if (retries > 0)
        text += fmt::format(", after {} {}", retries, retries == 1 ? "retry" : "retries");
    text += "\n";
    if (!has_messages) text += "(the run was traced without messages: --trace full shows them)\n";
    return text + transcript.text();
}

std::vector<std::string> troubled_operations(const ForEachEvent& events, std::size_t most) {
    struct Operation {
        std::string title;
        std::string last;  // the code of the last retry
        std::uint64_t retries = 0;
    };
    std::map<std::uint64_t, Operation> running;
    std::vector<std::string> lines;
    events([&](const EventLine& event) {
        const auto op = event.number_of("op");
        if (!op || lines.size() >= most) return;
        if (is_start(event)) running[*op].title = title_of(event);
        if (event.event == "client.retried") {
            ++running[*op].retries;
            running[*op].last = text_of(event, "code");
        }
        if (!is_end(event)) return;
        const Operation operation = running[*op];
        running.erase(*op);
        const bool failed = event.event == "client.op_failed";
        if (!failed && operation.retries == 0) return;
        std::string line =
            fmt::format("{}  {}: {}", *op, operation.title, failed ? text_of(event, "code") : "ok");
        if (operation.retries > 0)
            line += fmt::format(", {} after {}", operation.retries == 1 ? "a retry" : "retries",
                                operation.last);
        lines.push_back(std::move(line));
    });
    return lines;
}

}  // namespace gfs::reports
