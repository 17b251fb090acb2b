import assert from "node:assert/strict";
import { existsSync } from "node:fs";

/** The path at which Debian and similar systems install Chromium. */
export function chromiumPath() {
  const executable = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  assert.ok(executable, "Chromium is needed (`make chromium`)");
  return executable;
}
