import { readFileSync } from "node:fs";

/**
 * Gives the file at `onde()` to `usar`; false in a bundle, which has no such file: there `init` takes the module. Each entry
 * writes its own address out, because that is what bundlers look for.
 */
export function aoLado(onde, usar) {
  try {
    usar(readFileSync(onde()));
    return true;
  } catch {
    return false;
  }
}
