import assert from "node:assert/strict";
import { existsSync } from "node:fs";

/** Where Debian and its like put Chromium. */
export function chromiumPath() {
  const executable = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  assert.ok(executable, "Chromium is needed (`make chromium`)");
  return executable;
}
