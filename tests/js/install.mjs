// Installs the tarball as a user does: `npm install smartbill-automation-x.tgz` in an empty project. The tests beside
// this file import that copy, never the source tree.

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const project = join(root, "target", "js", "projeto");

const [tarball] = readdirSync(join(root, "dist")).filter((f) => /^smartbill-automation-.*\.tgz$/.test(f));
if (!tarball) throw new Error("dist/ has no tarball; run `make npm`");

rmSync(project, { recursive: true, force: true });
mkdirSync(project, { recursive: true });
writeFileSync(join(project, "package.json"), JSON.stringify({ name: "projeto", private: true, type: "module" }));
execFileSync(
  "npm",
  ["install", "--no-audit", "--no-fund", "--loglevel=error", "--no-package-lock", join(root, "dist", tarball)],
  {
    cwd: project,
    stdio: "inherit",
  },
);

const copy = join(here, "node_modules", "smartbill-automation");
rmSync(copy, { recursive: true, force: true });
mkdirSync(dirname(copy), { recursive: true });
symlinkSync(join(project, "node_modules", "smartbill-automation"), copy, "dir");
console.log(`installed: ${tarball}`);
