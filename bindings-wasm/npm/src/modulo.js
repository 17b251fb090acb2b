// The module of ./validation: only numbers cross into it, so that it wants nothing of JavaScript, and a loader of its own
// is a third of what wasm-bindgen writes for modules that take values.

const NADA = { "./validation_bg.js": { __wbindgen_init_externref_table() {} } };

/** The module's exports, from whatever `init` takes. */
export async function iniciar(origem) {
  origem = await origem;
  if (typeof origem === "string" || origem instanceof URL || origem instanceof Request) origem = await fetch(origem);
  if (origem instanceof Response) {
    if (!origem.ok) throw new Error(`${origem.status} ${origem.url}`);
    origem = await origem.arrayBuffer();
  }
  const iniciado = await WebAssembly.instantiate(origem, NADA);
  return (iniciado.instance ?? iniciado).exports;
}

/** The same at once, where the bytes are at hand. */
export const iniciarJa = (bytes) => new WebAssembly.Instance(new WebAssembly.Module(bytes), NADA).exports;
