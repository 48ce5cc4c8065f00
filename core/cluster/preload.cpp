// SPDX-License-Identifier: Apache-2.0
// Files that exist when a run begins: `/dataset` of a scenario. Their metadata is in a checkpoint
// of the operation log, their replicas on the disks, as if they had been written long ago.

#include <algorithm>
#include <utility>

#include "core/cluster/cluster.h"
#include "core/common/regions.h"
#include "core/master/checkpoint.h"
#include "core/master/log_store.h"
#include "core/master/metadata.h"

namespace gfs {

ChunkHandle Cluster::preload(const PreloadedFile& file, const std::function<void()>& on_chunk) {
    // "/a/b/c": the directories "/a" and "/a/b".
    for (std::size_t slash = file.path.find('/', 1); slash != std::string::npos;
         slash = file.path.find('/', slash + 1)) {
        const std::string directory = file.path.substr(0, slash);
        if (preloaded_directories_.insert(directory).second)
            preload_record(log::DirectoryCreated{directory,
                                                 owner_at(config_, directory).value_or(root_user),
                                                 mode_at(config_, directory)});
    }
    preload_record(log::FileCreated{.file = file.path,
                                    .goal = file.goal != 0 ? file.goal : file.replicas,
                                    .owner = owner_at(config_, file.path).value_or(root_user),
                                    .mode = mode_at(config_, file.path)});
    const ChunkHandle first{preloaded_chunks_ + 1};
    for (std::uint64_t i = 0; i < file.chunks; ++i) {
        if (on_chunk) on_chunk();
        const ChunkHandle chunk{++preloaded_chunks_};
        if (preloaded_chunks_ % handles_per_record == 1)
            preload_record(log::HandlesReserved{preloaded_chunks_ + handles_per_record});
        const ChunkIndex index{static_cast<std::uint32_t>(i)};
        preload_record(log::ChunkAdded{file.path, index, chunk, Version{1}});
        preloaded_->find(chunk)->never_leased = false;
        const DataId data = data_.add(sim::no_host, file.fill);
        Content content;
        content.write({.offset = 0, .length = file.fill, .data = data});
        for (const ServerId server : place_preloaded(file.replicas, chunk)) {
            machines_.at(sim::to_index(server)).chunks->preload(chunk, Version{1}, content);
            preloaded_places_.push_back(server);
        }
        preloaded_ends_.push_back(preloaded_places_.size());
        SIM_ASSERT(preloaded_ends_.size() == preloaded_chunks_);
    }
    return first;
}

std::span<const ServerId> Cluster::preloaded_on(ChunkHandle chunk) const {
    const auto number = static_cast<std::uint64_t>(chunk);  // the first is 1
    if (number == 0 || number > preloaded_ends_.size()) return {};
    const std::size_t begin = number == 1 ? 0 : preloaded_ends_[number - 2];
    const std::size_t end = preloaded_ends_[number - 1];
    return std::span(preloaded_places_).subspan(begin, end - begin);
}

void Cluster::preload_record(log::Entry entry) {
    preloaded_->apply(entry);
    preloaded_records_ = next(preloaded_records_);
}

// As a checkpoint that all machines with a log have.
void Cluster::install_preloaded() {
    if (preloaded_records_ == LogIndex{0}) return;
    preloaded_->set_aside();
    const Checkpoint state =
        make_checkpoint(preloaded_records_, MasterEpoch{1}, std::move(*preloaded_));
    for (const HostId host : log_machines_) machines_.at(sim::to_index(host)).log->preload(state);
    preloaded_.reset();
}

// Servers at random, on as many racks as there are, or as `/gfs/placement` has it: the same as what
// the master would have come to, without its view of disks that fill up one by one.
std::vector<ServerId> Cluster::place_preloaded(std::uint32_t replicas, ChunkHandle chunk) {
    SIM_ASSERT(replicas <= chunkservers_.size());
    const std::string& kind = config_.placement.kind;
    if (kind != "paper" && kind != "random" && kind != "same_rack")
        return place_by_policy(replicas, chunk);
    enum class Wish { any, other_rack, same_rack };
    Wish wish = Wish::other_rack;
    if (config_.placement.kind == "random" || !config_.has(Mechanism::rack_spread))
        wish = Wish::any;
    if (config_.placement.kind == "same_rack") wish = Wish::same_rack;

    std::vector<ServerId> chosen;
    std::vector<std::uint32_t> racks;  // of those chosen
    const auto rack_of = [this](ServerId server) { return engine_.host(server).rack(); };
    const auto fits = [&](ServerId server) {
        const bool on_known_rack =
            std::find(racks.begin(), racks.end(), rack_of(server)) != racks.end();
        const bool is_chosen = std::find(chosen.begin(), chosen.end(), server) != chosen.end();
        return !is_chosen && (chosen.empty() || on_known_rack == (wish == Wish::same_rack));
    };
    while (chosen.size() < replicas) {
        const ServerId server = preload_draws_.pick(chunkservers_);
        if (std::find(chosen.begin(), chosen.end(), server) != chosen.end()) continue;
        const bool has_wish = wish != Wish::any;
        if (has_wish && !fits(server) &&
            std::any_of(chunkservers_.begin(), chunkservers_.end(), fits))
            continue;
        chosen.push_back(server);
        racks.push_back(rack_of(server));
    }
    return chosen;
}

// By the policy itself, on disks that are empty.
std::vector<ServerId> Cluster::place_by_policy(std::uint32_t replicas, ChunkHandle chunk) {
    if (!preload_placement_) preload_placement_ = make_placement(config_.placement);
    ClusterView view;
    view.chunk = chunk;
    for (const ServerId server : chunkservers_) {
        const std::uint64_t capacity =
            machines_.at(sim::to_index(server)).chunks->disk().capacity();
        view.live.push_back(
            {.id = server,
             .rack = config_.has(Mechanism::rack_spread) ? engine_.host(server).rack() : 0,
             .disk_capacity = capacity});
    }
    return preload_placement_->choose(view, replicas, preload_draws_);
}

}  // namespace gfs
