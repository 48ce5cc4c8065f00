// SPDX-License-Identifier: Apache-2.0
// The implementations of an interface, found by name: policies, fault kinds, checks, reports. Each
// is a file of its own that ends with
//
//     SIM_REGISTER(PlacementPolicy, "random", "uniform over live servers", RandomPlacement)
//
// The interface says what its implementations are made from:
//
//     using Parameters = ...;   // RandomPlacement(const Parameters&)
//
// A doubled name stops the program at its start. The order in which files register cannot matter,
// because all() is ordered by name. The files must be in an OBJECT library: a linker drops the
// members of a static one that nobody calls.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/assert.h"

namespace sim {

template <typename Interface>
class Registry {
  public:
    using Parameters = typename Interface::Parameters;

    class Entry {
      public:
        using Make = std::unique_ptr<Interface> (*)(const Parameters&);

        // `name` and `sentence` are of static storage.
        Entry(std::string_view entry_name, std::string_view entry_sentence, Make maker)
            : name(entry_name), sentence(entry_sentence), make(maker), next_(first_) {
            SIM_ASSERT(find(entry_name) == nullptr);
            first_ = this;
        }
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

        const std::string_view name;
        const std::string_view sentence;
        const Make make;

      private:
        friend class Registry;
        const Entry* next_;
    };

    // Null for a name that nobody registered.
    static const Entry* find(std::string_view name) {
        for (const Entry* entry = first_; entry != nullptr; entry = entry->next_)
            if (entry->name == name) return entry;
        return nullptr;
    }

    // Ordered by name.
    static std::vector<const Entry*> all() {
        std::vector<const Entry*> entries;
        for (const Entry* entry = first_; entry != nullptr; entry = entry->next_)
            entries.push_back(entry);
        std::stable_sort(entries.begin(), entries.end(),
                         [](const Entry* a, const Entry* b) { return a->name < b->name; });
        return entries;
    }

  private:
    // Initialised before any constructor runs, so that files may register in any order.
    inline static constinit const Entry* first_ = nullptr;
};

}  // namespace sim

#define SIM_REGISTER(interface, name, sentence, type)                            \
    [[maybe_unused]] const ::sim::Registry<interface>::Entry registered_##type{  \
        name, sentence,                                                          \
        [](const ::sim::Registry<interface>::Parameters& parameters)             \
            -> std::unique_ptr<interface> { return std::make_unique<type>(parameters); }};
