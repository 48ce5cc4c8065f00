// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/run_folder.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

namespace gfs::reports {

PendingFile::PendingFile(std::filesystem::path path)
    : path_(std::move(path)), temporary_(path_.string() + ".part") {
    file_ = std::fopen(temporary_.c_str(), "wb");
    if (file_ == nullptr) fail();
}

PendingFile::~PendingFile() {
    if (file_ == nullptr) return;
    std::fclose(file_);
    std::error_code ignored;
    std::filesystem::remove(temporary_, ignored);
}

void PendingFile::fail() const {
    throw CannotWriteFile(path_.string() + ": " + std::strerror(errno));
}

void PendingFile::write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
}

void PendingFile::finish() {
    if (std::fflush(file_) != 0) fail();
    if (std::fclose(std::exchange(file_, nullptr)) != 0) fail();
    std::error_code error;
    std::filesystem::rename(temporary_, path_, error);
    if (error) throw CannotWriteFile(path_.string() + ": " + error.message());
}

RunFolder::RunFolder(const std::string& out, const std::string& name)
    : path_(std::filesystem::path(out) / name) {
    std::error_code error;
    std::filesystem::create_directories(path_, error);
    if (error) throw CannotWriteFile(path_.string() + ": " + error.message());
}

void RunFolder::write(const std::string& name, const std::string& text) const {
    PendingFile pending(file(name));
    pending.write(text);
    pending.finish();
}

std::string RunFolder::read(const std::string& name) const {
    std::ifstream stream(file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void RunFolder::mark_latest() const {
    const std::filesystem::path link = path_.parent_path() / "latest";
    const std::filesystem::path fresh = path_.parent_path() / ".latest.part";
    std::error_code error;
    std::filesystem::remove(fresh, error);
    std::filesystem::create_directory_symlink(path_.filename(), fresh, error);
    if (!error) std::filesystem::rename(fresh, link, error);
}

}  // namespace gfs::reports
