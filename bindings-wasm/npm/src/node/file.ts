import { readFileSync } from "node:fs";

import { type Glue, markLoaded } from "../load.js";

/**
 * Starts a module from the file at `where()`. A bundle has no such file, and there `init` takes the module. Each entry
 * writes its own address literally, because bundlers search for that.
 */
export function beside(glue: Glue, where: () => URL): void {
  try {
    glue.initSync({ module: readFileSync(where()) });
    markLoaded(glue);
  } catch {}
}
