// SPDX-License-Identifier: Apache-2.0

#include "sim/registry.h"

#include <catch2/catch.hpp>
#include <string>

namespace sim::testing {

struct Shape {
    using Parameters = int;
    virtual ~Shape() = default;
    virtual int corners() const = 0;
};

namespace {

struct Regular final : Shape {
    explicit Regular(const int& wanted) : count(wanted) {}
    int corners() const override { return count; }
    int count;
};
struct Round final : Shape {
    explicit Round(const int&) {}
    int corners() const override { return 0; }
};

// Not in the order of their names.
SIM_REGISTER(Shape, "round", "has no corners", Round)
SIM_REGISTER(Shape, "regular", "has as many corners as it is told", Regular)

TEST_CASE("registry: an implementation is found by its name and made from the parameters",
          "[registry]") {
    const auto* const entry = Registry<Shape>::find("regular");
    REQUIRE(entry != nullptr);
    CHECK(entry->sentence == "has as many corners as it is told");
    CHECK(entry->make(5)->corners() == 5);
    CHECK(Registry<Shape>::find("round")->make(5)->corners() == 0);
}

TEST_CASE("registry: a name that nobody registered is not found", "[registry]") {
    CHECK(Registry<Shape>::find("regula") == nullptr);
    CHECK(Registry<Shape>::find("") == nullptr);
}

TEST_CASE("registry: the list is ordered by name, not by the order of the files", "[registry]") {
    std::string names;
    for (const auto* const entry : Registry<Shape>::all()) {
        names += entry->name;
        names += ' ';
    }
    CHECK(names == "regular round ");
}

}  // namespace
}  // namespace sim::testing
