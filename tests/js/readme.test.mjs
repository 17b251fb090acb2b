// Runs every JavaScript block of the READMEs and of docs/, and compares the results with the comments.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dir = join(root, "target", "js", "projeto", "readme");
const PAGES = [
  "README.md",
  "README.pt-BR.md",
  "bindings-wasm/npm/README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

rmSync(dir, { recursive: true, force: true });
mkdirSync(dir, { recursive: true });
const promising = new Set();

for (const page of PAGES) {
  const blocks = [...readFileSync(join(root, page), "utf8").matchAll(/^```js\n(.*?)^```/gms)];
  for (const [number, [, block]] of blocks.entries()) {
    // `expression; // value`: the value ends with `…` if only its beginning is given.
    const checked = block.replaceAll(
      /^(?!import|await|const|let)(.+); \/\/ ([[{"\d].*|true|false|null)$/gm,
      (line, expression, value) => {
        promising.add(page);
        return `check(${expression}, ${value.replace(/,? …( [}\]])$/, "$1")}, ${JSON.stringify(line)});`;
      },
    );
    test(`${page}, block ${number + 1}`, async () => {
      const file = join(dir, `${basename(page, ".md")}-${number + 1}.mjs`);
      writeFileSync(file, `const check = globalThis.checkReadme;\n${checked}`);
      globalThis.checkReadme = (actual, expected, line) => {
        if (typeof expected === "object" && !Array.isArray(expected))
          for (const name of Object.keys(expected)) assert.deepEqual(actual[name], expected[name], line);
        else assert.deepEqual(actual, expected, line);
      };
      await import(pathToFileURL(file));
    });
  }
}

test("the pages for JavaScript promise something", () => {
  assert.deepEqual([...promising].sort(), [
    "README.md",
    "README.pt-BR.md",
    "bindings-wasm/npm/README.md",
    "docs/portal.md",
  ]);
});
