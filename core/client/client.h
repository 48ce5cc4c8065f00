// SPDX-License-Identifier: Apache-2.0
// The client library that is linked into each application (GFS 2.3): it talks to the master for
// metadata and to the chunkservers for data, caches metadata and never file data (GFS 2.3), and
// retries. One object per client process. Every public operation emits client.op_started and then
// client.op_ok or client.op_failed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/common/config.h"
#include "core/common/messages.h"
#include "sim/executor.h"
#include "sim/host.h"
#include "sim/random.h"

namespace gfs {

using sim::Task;

// What an operation is about, from the application's side.
struct WriteRequest {
    std::string file;
    std::uint64_t offset;  // in the file
    DataId data;
    std::uint64_t length;
};
struct AppendRequest {
    std::string file;
    DataId data;
    std::uint64_t length;
};
struct ReadRequest {
    std::string file;
    std::uint64_t offset = 0;             // in the file
    std::optional<std::uint64_t> length;  // absent: to the end of the file
};
struct FileData {
    std::uint64_t length = 0;     // bytes got, from the offset asked for
    std::vector<Extent> extents;  // offsets are in the file; holes left out
};

class Client {
  public:
    // `master` is resolved at every call, like a DNS name (GFS 5.1.3). Not owned: all of them.
    Client(sim::Host& host, const Config& config, const HostId& master, std::uint64_t seed);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    ClientId id() const { return host_.id(); }
    sim::Host& host() const { return host_; }

    // Every operation ends within `limit` of the client's clock, or within a time that follows from
    // the configuration; then with Code::gave_up, or with the last definite code.
    void set_op_limit(std::optional<Duration> limit) { op_limit_ = limit; }

    // ---- namespace (GFS 2.2, 4.1) ----
    Task<Result<Done>> create(std::string file);
    Task<Result<Done>> make_directory(std::string directory);
    Task<Result<Done>> remove(std::string file);
    Task<Result<Done>> rename(std::string from, std::string to);
    Task<Result<Names>> list(std::string directory);
    Task<Result<FileStatus>> stat(std::string file);
    // Opening forgets all that is cached of the file (GFS 2.7.1).
    Task<Result<FileStatus>> open(std::string file);
    void close(const std::string& file);
    Task<Result<ChunkLocations>> locations(std::string file, ChunkIndex index);

    // ---- data ----
    Task<Result<Done>> write(WriteRequest request);
    // The offset in the file at which the record begins (GFS 3.3).
    Task<Result<std::uint64_t>> append(AppendRequest request);
    Task<Result<FileData>> read(ReadRequest request);

  private:
    // Filled in by the client room: see client.cpp, cache.cpp, read.cpp, write.cpp, append.cpp.
    sim::Host& host_;
    const Config& config_;
    const HostId& master_;
    std::optional<Duration> op_limit_;
};

}  // namespace gfs
