// What the benches share.

import { readFileSync } from "node:fs";

/** Seconds of processor time, the median of `count` rounds in which the contenders take turns; the first does not count. */
export function medians(contenders, count) {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let turn = 0; turn <= count; turn++) {
    for (const [name, contender] of Object.entries(contenders)) {
      const before = process.cpuUsage();
      contender();
      const { user, system } = process.cpuUsage(before);
      if (turn > 0) times[name].push((user + system) / 1e6);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, t]) => [name, t.sort((a, b) => a - b)[t.length >> 1]]));
}

/** The name of an installed package, with its version. */
export const version = (name) => {
  const file = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${JSON.parse(readFileSync(file, "utf8")).version}`;
};
