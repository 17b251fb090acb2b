import { readFileSync } from "node:fs";

import { type Glue, markLoaded } from "../load.js";

/**
 * Starts a module from the file at `where()`, unless this is a bundle, which has no such file: there `init` takes the
 * module. Each entry writes its own address out, because that is what bundlers look for.
 */
export function beside(glue: Glue, where: () => URL): void {
  try {
    glue.initSync({ module: readFileSync(where()) });
    markLoaded(glue);
  } catch {}
}
