// SPDX-License-Identifier: Apache-2.0
// The folder of a run: runs/<scenario>-s<seed>-<hash8>/, with runs/latest leading to it. A file
// appears under its name only when it is complete (written beside and renamed).
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace gfs::reports {

// What the machine said when something could not be written: "runs/x/events.ndjson: No space ...".
class CannotWriteFile {
  public:
    explicit CannotWriteFile(std::string what) : what_(std::move(what)) {}
    const std::string& what() const { return what_; }

  private:
    std::string what_;
};

// A file that is written little by little and then takes its name. Without finish(), nothing stays.
class PendingFile {
  public:
    // Throws CannotWriteFile.
    explicit PendingFile(std::filesystem::path path);
    PendingFile(const PendingFile&) = delete;
    PendingFile& operator=(const PendingFile&) = delete;
    ~PendingFile();

    void write(std::string_view text);
    // Everything is on its way to the disk, and the file has its name.
    void finish();

  private:
    [[noreturn]] void fail() const;

    std::filesystem::path path_;
    std::filesystem::path temporary_;
    std::FILE* file_ = nullptr;
};

class RunFolder {
  public:
    // Creates the folder below `out`. Throws CannotWriteFile.
    RunFolder(const std::string& out, const std::string& name);

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path file(const std::string& name) const { return path_ / name; }
    // Writes a whole file.
    void write(const std::string& name, const std::string& text) const;
    // The content of a file from an earlier run; empty if there is none.
    std::string read(const std::string& name) const;
    // `latest` beside the folder leads here. Where links cannot be made there is none.
    void mark_latest() const;

  private:
    std::filesystem::path path_;
};

}  // namespace gfs::reports
