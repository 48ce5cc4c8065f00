// SPDX-License-Identifier: Apache-2.0

#include "scenarios/reports/markup.h"

namespace gfs::reports {

std::string escaped_markup(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                // XML 1.0 has no other characters below the space than these three.
                out += static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t' || c == '\r'
                           ? c
                           : '?';
        }
    }
    return out;
}

}  // namespace gfs::reports
