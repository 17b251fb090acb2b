import { readFileSync } from "node:fs";

/**
 * Gives the file at `where()` to `use`; false in a bundle, which has no such file: there `init` takes the module. Each entry
 * writes its own address out, because that is what bundlers look for.
 */
export function beside(where, use) {
  try {
    use(readFileSync(where()));
    return true;
  } catch {
    return false;
  }
}
