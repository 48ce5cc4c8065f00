// SPDX-License-Identifier: Apache-2.0
// Runs the program as its users do: in a folder of its own, through a shell.
#pragma once

#include <sys/wait.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace program {

struct Answer {
    int status;
    std::string text;  // standard output and standard error
};

// What follows `before` on its line.
inline std::string after(const std::string& text, const std::string& before) {
    const std::size_t at = text.find(before);
    REQUIRE(at != std::string::npos);
    const std::size_t from = at + before.size();
    return text.substr(from, text.find('\n', from) - from);
}

// Runs a command of the shell in a folder of its own.
inline Answer shell(const std::string& command) {
    std::FILE* const pipe = ::popen(("(" + command + ") 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::string text;
    std::array<char, 4096> buffer{};
    std::size_t got = 0;
    while ((got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0)
        text.append(buffer.data(), got);
    const int status = ::pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), text};
}

class Folder {
  public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "gfsim-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name) << text;
    }
    std::string read(const std::string& name) const {
        std::ifstream stream(path_ / name);
        return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    }
    std::string path() const { return path_.string(); }
    bool has(const std::string& name) const { return std::filesystem::exists(path_ / name); }
    Answer gfsim(const std::string& arguments) const {
        return shell("cd " + path_.string() + " && " + GFSIM_PROGRAM + " " + arguments);
    }

  private:
    std::filesystem::path path_;
};

inline const std::string hello = R"({ "gfsim": 1, "cluster": { "chunkservers": 3 },
  "workload": { "a": { "script": [ { "op": "create", "file": "/x" },
                                   { "op": "append", "file": "/x", "data": "hi" } ] } } })";

inline bool contains(const Answer& answer, const std::string& part) {
    return answer.text.find(part) != std::string::npos;
}

}  // namespace program
