// SPDX-License-Identifier: Apache-2.0
// The style sheet of the HTML page.
#pragma once

#include <string_view>

namespace gfs::reports {

inline constexpr std::string_view html_style = R"(
:root { color-scheme: light dark; --back: #ffffff; --text: #1b1f24; --quiet: #5c6670;
  --rule: #dde1e6; --good: #1a7f37; --doubtful: #8a5d00; --bad: #b42318; --panel: #f6f8fa;
  --c1: #0a63c9; --c2: #c4590a; --c3: #8a3ab9; --c4: #1a7f37; --bar: #f3b8b2; --mark: #b42318; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14181d; --text: #e4e8ec; --quiet: #9aa5b1; --rule: #2f363d; --good: #56c271;
    --doubtful: #e0ad3a; --bad: #ff8478; --panel: #1b2026; --c1: #6cb0ff; --c2: #ff9d57;
    --c3: #cf94f2; --c4: #56c271; --bar: #6e2f2a; --mark: #ff8478; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 920px; margin: 0 auto; padding: 28px 20px 40px; }
h1 { font-size: 24px; line-height: 1.25; margin: 6px 0 4px; }
h2 { font-size: 17px; margin: 34px 0 10px; }
h3 { font-size: 15px; margin: 18px 0 4px; }
p { margin: 4px 0; }
.quiet { color: var(--quiet); font-weight: normal; font-size: 13.5px; }
.verdict { display: inline-block; margin: 0; padding: 2px 12px; border-radius: 999px;
  font-weight: 600; border: 1.5px solid currentColor; }
.good { color: var(--good); } .doubtful { color: var(--doubtful); } .bad { color: var(--bad); }
.reason { color: var(--bad); }
.ablation { background: var(--panel); border-left: 4px solid var(--doubtful); padding: 6px 12px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; color: var(--quiet); font-weight: 600; }
th, td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
.numbers th + th, .numbers td + td { text-align: right; font-variant-numeric: tabular-nums; }
.state { font-weight: 600; white-space: nowrap; }
pre { background: var(--panel); padding: 10px 12px; overflow-x: auto; font-size: 12.5px; }
summary { cursor: pointer; color: var(--quiet); }
figure { margin: 0 0 22px; }
figcaption { font-weight: 600; margin-bottom: 4px; }
svg { display: block; width: 100%; height: auto; }
.key { font-weight: normal; font-size: 13.5px; margin-left: 14px; }
.key::before { content: ""; display: inline-block; width: 16px; height: 3px; margin-right: 6px;
  vertical-align: middle; background: currentColor; }
.key.c1 { color: var(--c1); } .key.c2 { color: var(--c2); } .key.c3 { color: var(--c3); }
.key.c4 { color: var(--c4); }
.grid { stroke: var(--rule); stroke-width: 1; }
.tick, .lane { fill: var(--quiet); font-size: 11.5px; }
.lane { fill: var(--text); }
.mid { text-anchor: middle; } .end { text-anchor: end; }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
.line.c1 { stroke: var(--c1); } .line.c2 { stroke: var(--c2); } .line.c3 { stroke: var(--c3); }
.line.c4 { stroke: var(--c4); }
.fault-mark { stroke: var(--mark); stroke-width: 1; stroke-dasharray: 3 3; }
.bar { fill: var(--bar); } .point { fill: var(--mark); }
footer { margin-top: 34px; border-top: 1px solid var(--rule); padding-top: 10px; }
@media print { main { max-width: none; } figure { break-inside: avoid; } }
)";

}  // namespace gfs::reports
