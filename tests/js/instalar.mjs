// Installs the tarball as a user would: `npm install smartbill-automation-x.tgz` in an empty project. The tests beside
// this file import that copy, never the source tree.

import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const aqui = dirname(fileURLToPath(import.meta.url));
const raiz = join(aqui, "..", "..");
const projeto = join(raiz, "target", "js", "projeto");

const [pacote] = readdirSync(join(raiz, "dist")).filter((f) => /^smartbill-automation-.*\.tgz$/.test(f));
if (!pacote) throw new Error("dist/ has no tarball; run `make npm`");

rmSync(projeto, { recursive: true, force: true });
mkdirSync(projeto, { recursive: true });
writeFileSync(join(projeto, "package.json"), JSON.stringify({ name: "projeto", private: true, type: "module" }));
execFileSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "--no-package-lock", join(raiz, "dist", pacote)], {
  cwd: projeto,
  stdio: "inherit",
});

const copia = join(aqui, "node_modules", "smartbill-automation");
rmSync(copia, { recursive: true, force: true });
mkdirSync(dirname(copia), { recursive: true });
symlinkSync(join(projeto, "node_modules", "smartbill-automation"), copia, "dir");
console.log(`installed: ${pacote}`);
