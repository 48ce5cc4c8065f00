// SPDX-License-Identifier: Apache-2.0

#include "scenarios/run/convert_workload.h"

#include "scenarios/run/convert_match.h"
#include "sim/assert.h"

namespace gfs::run {
namespace {

workloads::Op to_op(format::Op op) {
    switch (op) {
        case format::Op::create:
            return workloads::Op::create;
        case format::Op::make_dir:
            return workloads::Op::make_directory;
        case format::Op::remove:
            return workloads::Op::remove;
        case format::Op::undelete:
            return workloads::Op::undelete;
        case format::Op::rename:
            return workloads::Op::rename;
        case format::Op::snapshot:
            return workloads::Op::snapshot;
        case format::Op::open:
            return workloads::Op::open;
        case format::Op::close:
            return workloads::Op::close;
        case format::Op::stat:
            return workloads::Op::stat;
        case format::Op::list:
            return workloads::Op::list;
        case format::Op::find:
            return workloads::Op::find;
        case format::Op::write:
            return workloads::Op::write;
        case format::Op::append:
            return workloads::Op::append;
        case format::Op::read:
            return workloads::Op::read;
        case format::Op::write_record:
            return workloads::Op::write_record;
        case format::Op::read_records:
            return workloads::Op::read_records;
        case format::Op::locations:
            return workloads::Op::locations;
        case format::Op::sleep:
            return workloads::Op::sleep;
        case format::Op::wait:
            return workloads::Op::wait;
        case format::Op::barrier:
            return workloads::Op::barrier;
        case format::Op::mark:
            return workloads::Op::mark;
    }
    SIM_ASSERT(!"an operation that the loader refuses");
    return workloads::Op::sleep;
}

workloads::Step to_step(const format::Step& step) {
    workloads::Step out;
    out.op = to_op(step.op);
    out.file = step.file;
    out.to = step.to;
    out.pattern = step.pattern;
    out.expedite = step.expedite;
    out.to_write = step.to_write;
    out.offset = step.offset.value_or(0);
    out.offset_bound = step.offset_bound;
    out.size = step.size;
    out.data = step.data;
    out.time = step.time;
    if (step.wait) out.event = to_counter(*step.wait);
    out.within = step.within;
    out.name = step.name;
    out.as = step.as;
    out.repeat = step.repeat;
    out.outcome = step.outcome;
    out.client = step.client;
    out.timeout = step.timeout;
    out.bind = step.bind;
    out.equals = step.equals;
    out.contains = step.contains;
    return out;
}

workloads::FileSet::Pick to_pick(format::FileSet::Pick pick) {
    using Pick = format::FileSet::Pick;
    switch (pick) {
        case Pick::uniform:
            return workloads::FileSet::Pick::uniform;
        case Pick::zipfian:
            return workloads::FileSet::Pick::zipfian;
        case Pick::latest:
            return workloads::FileSet::Pick::latest;
        case Pick::sequential:
            return workloads::FileSet::Pick::sequential;
        case Pick::own:
            return workloads::FileSet::Pick::own;
    }
    SIM_ASSERT(!"a way to pick that scenario.h does not list");
    return workloads::FileSet::Pick::uniform;
}

workloads::Group to_group(const format::Group& group) {
    workloads::Group out;
    out.name = group.name;
    out.clients = group.clients;
    out.user = group.user;
    out.rack = group.rack;
    out.start = group.start;
    out.stop = group.stop;
    for (const format::Step& step : group.script) out.script.push_back(to_step(step));
    for (const format::MixEntry& entry : group.mix)
        out.mix.push_back({to_op(entry.op), entry.weight});
    out.files = {.paths = group.files.paths,
                 .prefix = group.files.prefix,
                 .count = group.files.count,
                 .pick = to_pick(group.files.pick)};
    out.ops = group.ops;
    if (group.rate) out.rate = workloads::Rate{group.rate->count, group.rate->period};
    out.think = group.think;
    out.size = group.size;
    out.verify = group.verify;
    return out;
}

}  // namespace

std::vector<workloads::Group> to_groups(const std::vector<format::Group>& groups) {
    std::vector<workloads::Group> out;
    for (const format::Group& group : groups) out.push_back(to_group(group));
    return out;
}

}  // namespace gfs::run
