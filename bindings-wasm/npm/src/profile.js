import * as wasm from "../pkg/profile.js";
import { carregador } from "./carregar.js";
import { perfis } from "./perfis.js";

const modulo = carregador("/profile", wasm);

export const { marcar } = modulo;

/** The client has its module from here on. */
export const oferecer = () => (perfis.cliente = () => ({ modulo, Nucleo: wasm.Nucleo }));

export const init = (iniciar, origem) => modulo.init(iniciar, origem).then(() => void oferecer());
