// SPDX-License-Identifier: Apache-2.0
// Prefix-compressed names: GFS 2.6.1, 4.1.

#include "core/master/name_table.h"

#include <algorithm>
#include <iterator>

#include "sim/assert.h"

namespace gfs {
namespace {

// Of the allocator, for each piece of memory.
constexpr std::uint64_t bytes_per_piece = 16;

// Seven bits a byte, the lowest first; all but the last have the eighth bit.
void put_number(std::string& out, std::size_t number) {
    for (; number >= 0x80; number >>= 7) out += static_cast<char>((number & 0x7f) | 0x80);
    out += static_cast<char>(number);
}

std::size_t take_number(const std::string& in, std::size_t& at) {
    std::size_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(in[at++]);
        number |= static_cast<std::size_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return number;
    }
}

struct Stored {
    std::size_t shared;
    std::string_view rest;
    std::size_t end;  // where the next one begins
};

Stored stored_at(const std::string& names, std::size_t at) {
    SIM_ASSERT(at < names.size());
    const std::size_t shared = take_number(names, at);
    const std::size_t length = take_number(names, at);
    SIM_ASSERT(at + length <= names.size());
    return {shared, std::string_view(names).substr(at, length), at + length};
}

std::size_t shared_bytes(std::string_view a, std::string_view b) {
    const std::size_t most = std::min(a.size(), b.size());
    std::size_t shared = 0;
    while (shared < most && a[shared] == b[shared]) ++shared;
    return shared;
}

void put_name(std::string& out, std::string_view before, std::string_view name) {
    const std::size_t shared = shared_bytes(before, name);
    put_number(out, shared);
    put_number(out, name.size() - shared);
    out += name.substr(shared);
}

void extend(std::string& name, const Stored& stored) {
    name.resize(stored.shared);
    name += stored.rest;
}

}  // namespace

// ---- search ------------------------------------------------------------------------------------

NameTable::Place NameTable::place_of(std::string_view name) const {
    if (pages_.empty()) return {};
    // The last page that does not begin after the name.
    const auto after = std::upper_bound(
        pages_.begin(), pages_.end(), name, [](std::string_view wanted, const auto& page) {
            return wanted < stored_at(page->names, 0).rest;
        });
    Place place;
    if (after != pages_.begin()) place.page = static_cast<std::size_t>(after - pages_.begin()) - 1;
    const Page& page = *pages_[place.page];
    std::size_t same = 0;  // bytes that the name shares with the entry before
    for (; place.entry < page.nodes.size(); ++place.entry) {
        const Stored stored = stored_at(page.names, place.at);
        // It shares less with the entry before than the name does: it is after the name.
        if (stored.shared < same) return place;
        // It shares more, and is before the name like that one.
        if (stored.shared == same) {
            const std::string_view rest = name.substr(same);
            const std::size_t more = shared_bytes(rest, stored.rest);
            const bool is_after = more < stored.rest.size() &&
                                  (more == rest.size() ||
                                   static_cast<unsigned char>(stored.rest[more]) >
                                       static_cast<unsigned char>(rest[more]));
            place.found = more == rest.size() && more == stored.rest.size();
            if (is_after || place.found) return place;
            same += more;
        }
        place.at = stored.end;
    }
    return place;
}

const NameRecord* NameTable::find(std::string_view name) const {
    const Place place = place_of(name);
    return place.found ? &pages_[place.page]->nodes[place.entry] : nullptr;
}

NameRecord* NameTable::find(std::string_view name) {
    const Place place = place_of(name);
    return place.found ? &pages_[place.page]->nodes[place.entry] : nullptr;
}

// The name that is at the place, or the next one.
NameTable::const_iterator NameTable::at(const Place& place) const {
    if (place.page >= pages_.size()) return end();
    const Page& page = *pages_[place.page];
    if (place.entry == page.nodes.size()) return at(Place{.page = place.page + 1});
    const_iterator found(*this, place.page);
    found.read();
    while (found.entry_ < place.entry) ++found;
    return found;
}

NameTable::const_iterator NameTable::upper_bound(std::string_view name) const {
    const Place place = place_of(name);
    const_iterator found = at(place);
    if (place.found) ++found;
    return found;
}

void NameTable::const_iterator::read() {
    const Stored stored = stored_at(table_->pages_[page_]->names, next_);
    extend(name_, stored);
    next_ = stored.end;
}

NameTable::const_iterator& NameTable::const_iterator::operator++() {
    SIM_ASSERT(page_ < table_->pages_.size());
    ++entry_;
    if (entry_ == table_->pages_[page_]->nodes.size()) {
        ++page_;
        entry_ = 0;
        next_ = 0;
        name_.clear();
        if (page_ == table_->pages_.size()) return *this;
    }
    read();
    return *this;
}

// ---- changes -----------------------------------------------------------------------------------

NameTable::NameTable(const NameTable& other) : size_(other.size_) {
    pages_.reserve(other.pages_.size());
    for (const auto& page : other.pages_) pages_.push_back(std::make_unique<Page>(*page));
}

std::string NameTable::name_before(const Page& page, std::size_t at) const {
    std::string name;
    for (std::size_t from = 0; from < at;) {
        const Stored stored = stored_at(page.names, from);
        extend(name, stored);
        from = stored.end;
    }
    return name;
}

// The name that follows is stored anew: it shares more with the new one.
void NameTable::insert_name(Page& page, std::size_t at, const std::string& before,
                            std::string_view name) {
    std::string stored;
    put_name(stored, before, name);
    std::size_t end = at;
    if (at < page.names.size()) {
        const Stored old = stored_at(page.names, at);
        std::string next = before;
        extend(next, old);
        put_name(stored, name, next);
        end = old.end;
    }
    page.names.replace(at, end - at, stored);
}

void NameTable::remove_name(Page& page, std::size_t at, const std::string& before) {
    const Stored old = stored_at(page.names, at);
    std::string stored;
    std::size_t end = old.end;
    if (end < page.names.size()) {
        std::string next = before;
        extend(next, old);
        const Stored following = stored_at(page.names, end);
        extend(next, following);
        put_name(stored, before, next);
        end = following.end;
    }
    page.names.replace(at, end - at, stored);
}

NameRecord& NameTable::insert(std::string_view name, NameRecord node) {
    SIM_ASSERT(!name.empty());
    Place place = place_of(name);
    SIM_ASSERT(!place.found);
    if (pages_.empty()) pages_.push_back(std::make_unique<Page>());
    Page& page = *pages_[place.page];
    insert_name(page, place.at, name_before(page, place.at), name);
    page.nodes.insert(page.nodes.begin() + static_cast<std::ptrdiff_t>(place.entry),
                      std::move(node));
    ++size_;
    if (page.nodes.size() > page_max) {
        // Names often come in order: then pages are left full, and else half full.
        const bool is_last = place.entry == page_max;
        const std::size_t from = is_last ? page_max : page_max / 2;
        split(place.page, from);
        if (place.entry >= from) {
            ++place.page;
            place.entry -= from;
        }
    }
    return pages_[place.page]->nodes[place.entry];
}

NameRecord NameTable::remove(std::string_view name) {
    const Place place = place_of(name);
    SIM_ASSERT(place.found);
    Page& page = *pages_[place.page];
    remove_name(page, place.at, name_before(page, place.at));
    const auto at = page.nodes.begin() + static_cast<std::ptrdiff_t>(place.entry);
    NameRecord removed = std::move(*at);
    page.nodes.erase(at);
    --size_;
    if (page.nodes.empty())
        pages_.erase(pages_.begin() + static_cast<std::ptrdiff_t>(place.page));
    else
        merge_with_next(place.page);
    return removed;
}

// Its entries from `from` on go to a page of their own.
void NameTable::split(std::size_t number, std::size_t from) {
    Page& page = *pages_[number];
    SIM_ASSERT(0 < from && from < page.nodes.size());
    auto rest = std::make_unique<Page>();
    std::string name;
    std::string before;
    std::size_t cut = 0;
    std::size_t at = 0;
    for (std::size_t entry = 0; entry < page.nodes.size(); ++entry) {
        if (entry == from) cut = at;
        const Stored stored = stored_at(page.names, at);
        extend(name, stored);
        at = stored.end;
        if (entry < from) continue;
        put_name(rest->names, before, name);
        before = name;
    }
    const auto middle = page.nodes.begin() + static_cast<std::ptrdiff_t>(from);
    rest->nodes.assign(std::make_move_iterator(middle), std::make_move_iterator(page.nodes.end()));
    page.nodes.erase(middle, page.nodes.end());
    page.names.resize(cut);
    page.nodes.shrink_to_fit();
    page.names.shrink_to_fit();
    pages_.insert(pages_.begin() + static_cast<std::ptrdiff_t>(number) + 1, std::move(rest));
}

// Two that are nearly empty become one.
void NameTable::merge_with_next(std::size_t number) {
    if (number + 1 == pages_.size()) return;
    Page& page = *pages_[number];
    Page& next = *pages_[number + 1];
    if (page.nodes.size() + next.nodes.size() > page_max / 2) return;
    const Stored first = stored_at(next.names, 0);
    SIM_ASSERT(first.shared == 0);
    put_name(page.names, name_before(page, page.names.size()), first.rest);
    page.names.append(next.names, first.end);
    page.nodes.insert(page.nodes.end(), std::make_move_iterator(next.nodes.begin()),
                      std::make_move_iterator(next.nodes.end()));
    pages_.erase(pages_.begin() + static_cast<std::ptrdiff_t>(number) + 1);
}

// ---- memory ------------------------------------------------------------------------------------

std::uint64_t NameTable::bytes() const {
    std::uint64_t bytes = pages_.capacity() * sizeof(pages_.front()) + bytes_per_piece;
    for (const auto& page : pages_)
        bytes += sizeof(Page) + page->names.capacity() +
                 page->nodes.capacity() * sizeof(NameRecord) + 3 * bytes_per_piece;
    return bytes;
}

std::uint64_t NameTable::chunk_list_bytes() const {
    std::uint64_t bytes = 0;
    for (const auto& page : pages_) {
        for (const NameRecord& node : page->nodes) {
            const std::uint64_t list = node.chunks.heap_bytes();
            bytes += list + (list > 0 ? bytes_per_piece : 0);
        }
    }
    return bytes;
}

}  // namespace gfs
