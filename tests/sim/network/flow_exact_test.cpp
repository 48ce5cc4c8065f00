// SPDX-License-Identifier: Apache-2.0
// The network model against published answers: small cases whose ends are known as fractions, and a
// large workload on which independent solvers agree.

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/network/flow_network.h"
#include "tests/sim/network/flow_workload.h"

namespace sim {
namespace {

const std::string data_folder = std::string(GFSIM_SOURCE_DIR) + "/tests/data/network/";

// The first whole nanosecond at or after a fraction of a second such as "22/5".
std::int64_t ns_of_fraction(const std::string& fraction) {
    const std::size_t slash = fraction.find('/');
    const std::int64_t numerator = std::stoll(fraction.substr(0, slash));
    const std::int64_t denominator =
        slash == std::string::npos ? 1 : std::stoll(fraction.substr(slash + 1));
    return (numerator * 1'000'000'000 + denominator - 1) / denominator;
}

struct ExactFlow {
    std::string id;
    Time start;
    std::vector<LinkId> path;
    std::uint64_t bytes;
};

void check_case(const std::string& name) {
    INFO("case " << name);
    std::ifstream file(data_folder + "exact/" + name + ".json");
    REQUIRE(file.good());
    const nlohmann::json description = nlohmann::json::parse(file);

    FlowNetwork network;
    std::map<std::string, LinkId> links;
    for (const auto& [link, capacity] : description.at("links_bytes_per_s").items()) {
        const Rate rate = Rate::bytes_per_second(capacity.get<std::uint64_t>());
        links.emplace(link, network.add_link(rate));
    }
    std::vector<ExactFlow> flows;
    std::map<std::string, std::int64_t> expected;
    for (const nlohmann::json& row : description.at("flows")) {
        // Starts in the cases are whole milliseconds.
        const auto start_ms =
            static_cast<std::int64_t>(row.at("start_s").get<double>() * 1e3 + 0.5);
        ExactFlow flow{.id = row.at("id").get<std::string>(),
                       .start = time_zero + std::chrono::milliseconds(start_ms),
                       .path = {},
                       .bytes = row.at("bytes").get<std::uint64_t>()};
        for (const nlohmann::json& link : row.at("path")) {
            flow.path.push_back(links.at(link.get<std::string>()));
        }
        expected.emplace(flow.id, ns_of_fraction(row.at("end_s_exact").get<std::string>()));
        flows.push_back(flow);
    }
    REQUIRE(!flows.empty());
    std::stable_sort(flows.begin(), flows.end(),
                     [](const ExactFlow& a, const ExactFlow& b) { return a.start < b.start; });

    std::map<FlowId, std::string> ids;
    for (const ExactFlow& flow : flows) {
        ids.emplace(network.start(flow.start, flow.path, flow.bytes), flow.id);
    }
    std::map<std::string, std::int64_t> found;
    for (Time now = network.next_completion(); now != time_never; now = network.next_completion()) {
        while (const auto completion = network.pop_completed(now)) {
            found.emplace(ids.at(completion->flow), to_ns(completion->time));
        }
    }
    CHECK(found == expected);
}

TEST_CASE("flow network: the exact cases end at the exact nanosecond", "[network][flows]") {
    for (const std::string name :
         {"i_share", "ii_parking_asym", "ii_parking_equal", "iii_incast_equal", "iii_incast_sizes",
          "iv_staggered", "v_rack"}) {
        check_case(name);
    }
}

// The answers, to ten digits: last end 29.2361174516 s, mean duration 2.21794755 s. They are those
// of exact real arithmetic; here each end is a whole nanosecond, and a worker's ten transfers
// follow one another.
TEST_CASE("flow network: 20,000 coupled transfers end within a microsecond of the exact times",
          "[network][flows]") {
    const flow_workload::Tree tree;
    const std::vector<flow_workload::Worker> workers =
        flow_workload::read_transfers(data_folder + "transfers.csv", tree);
    REQUIRE(workers.size() == 2000);
    FlowNetwork network;
    for (const Rate capacity : tree.capacities()) network.add_link(capacity);

    const flow_workload::Outcome outcome = flow_workload::run(workers, network);

    CHECK(outcome.transfers == 20'000);
    CHECK(std::abs(to_ns(outcome.last_end) - 29'236'117'452) < 1'000);
    const std::int64_t mean_ns = outcome.total_duration.count() / 20'000;
    CHECK(std::abs(mean_ns - 2'217'947'550) < 1'000);

    // The same nanosecond from every compiler at every level.
    CHECK(to_ns(outcome.last_end) == 29'236'117'461);
    CHECK(outcome.total_duration.count() == 44'358'951'039'830);

    // Every link has carried all that was sent across it.
    std::vector<std::uint64_t> sent(tree.capacities().size(), 0);
    for (const flow_workload::Worker& worker : workers) {
        for (const flow_workload::Transfer& transfer : worker.transfers) {
            for (const LinkId link : transfer.path) sent[to_index(link)] += transfer.bytes;
        }
    }
    std::vector<std::uint64_t> carried;
    for (std::uint32_t link = 0; link < sent.size(); ++link) {
        carried.push_back(network.bytes_carried(outcome.last_end, LinkId{link}));
    }
    CHECK(carried == sent);
}

}  // namespace
}  // namespace sim
