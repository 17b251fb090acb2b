import assert from "node:assert/strict";
import { existsSync } from "node:fs";

/** Where Debian and its like put Chromium. */
export function caminhoDoChromium() {
  const caminho = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  assert.ok(caminho, "Chromium is needed (`make chromium`)");
  return caminho;
}
