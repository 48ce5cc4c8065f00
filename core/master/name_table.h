// SPDX-License-Identifier: Apache-2.0
// The lookup table from full pathnames to metadata (GFS 4.1), small enough for memory: less than 64
// bytes for each file, because names are stored with prefix compression (GFS 2.6.1).
//
// Names lie in order on pages. On a page each name is stored as the number of bytes that it shares
// with the name before it, and the rest. The first name of a page is whole, so that a page is found
// by a binary search (GFS 6.2.4); on the page the names before the one that is looked for are
// skipped by their numbers of shared bytes.
//
// Invariants:
//  1. Names grow from one to the next, on each page and from page to page.
//  2. No page is empty, and none has more than `page_max` names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/common/config.h"
#include "core/common/ids.h"
#include "core/master/file_chunks.h"

namespace gfs {

// What the master keeps of a file or directory (GFS 6.2.2), beside its name.
struct NameRecord {
    FileChunks chunks;
    UserId owner = root_user;
    Mode mode = 0666;
    std::uint8_t goal = 0;  // replicas of each chunk
    bool directory = false;
    bool deleted = false;  // it has a hidden name, which says since when

    friend bool operator==(const NameRecord&, const NameRecord&) = default;
};

class NameTable {
  private:
    struct Page {
        std::string names;  // compressed
        std::vector<NameRecord> nodes;
    };
    // Where a name is, or would be.
    struct Place {
        std::size_t page = 0;
        std::size_t entry = 0;
        std::size_t at = 0;  // its first byte in Page::names
        bool found = false;
    };

  public:
    static constexpr std::size_t page_max = 32;

    // A name and its metadata, as `first` and `second` like those of a std::map.
    struct Entry {
        const std::string& first;
        const NameRecord& second;
    };
    // Goes through the names in order. Valid until the table changes.
    class const_iterator {
      public:
        Entry operator*() const { return {name_, record()}; }
        struct Arrow {
            Entry entry;
            const Entry* operator->() const { return &entry; }
        };
        Arrow operator->() const { return {**this}; }
        const_iterator& operator++();
        bool operator==(const const_iterator& other) const {
            return page_ == other.page_ && entry_ == other.entry_;
        }

      private:
        friend class NameTable;
        const_iterator(const NameTable& table, std::size_t page) : table_(&table), page_(page) {}
        const NameRecord& record() const { return table_->pages_[page_]->nodes[entry_]; }
        void read();

        const NameTable* table_;
        std::size_t page_;
        std::size_t entry_ = 0;
        std::size_t next_ = 0;  // where on the page the next name begins
        std::string name_;
    };

    NameTable() = default;
    NameTable(const NameTable& other);
    NameTable(NameTable&&) noexcept = default;
    NameTable& operator=(NameTable other) noexcept {
        pages_.swap(other.pages_);
        size_ = other.size_;
        return *this;
    }

    std::size_t size() const { return size_; }
    // Null if there is no such name. Valid until the table changes.
    const NameRecord* find(std::string_view name) const;
    NameRecord* find(std::string_view name);
    bool contains(std::string_view name) const { return find(name) != nullptr; }
    // REQUIRES: the name is new. The result is valid until the table changes.
    NameRecord& insert(std::string_view name, NameRecord node);
    // REQUIRES: the name is there. Returns what it had.
    NameRecord remove(std::string_view name);

    const_iterator begin() const { return at(Place{}); }
    const_iterator end() const { return const_iterator(*this, pages_.size()); }
    // The first name that is not before `name`, and the first that is after it.
    const_iterator lower_bound(std::string_view name) const { return at(place_of(name)); }
    const_iterator upper_bound(std::string_view name) const;

    // All memory that the table has from the system, unused room included; the chunk lists of files
    // with more than one chunk are in the second number.
    std::uint64_t bytes() const;
    std::uint64_t chunk_list_bytes() const;

  private:
    Place place_of(std::string_view name) const;
    const_iterator at(const Place& place) const;
    // REQUIRES: `at` is where an entry begins; `before` is the name before it.
    void insert_name(Page& page, std::size_t at, const std::string& before, std::string_view name);
    void remove_name(Page& page, std::size_t at, const std::string& before);
    std::string name_before(const Page& page, std::size_t at) const;
    void split(std::size_t page, std::size_t from);
    void merge_with_next(std::size_t page);

    std::vector<std::unique_ptr<Page>> pages_;
    std::size_t size_ = 0;
};

}  // namespace gfs
