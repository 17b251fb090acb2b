import { Nucleo } from "../pkg/profile.js";
import { carregador } from "./carregar.js";
import { perfis } from "./perfis.js";

const { init: carregar } = carregador("/profile");

/** The client has its module from here on. */
export const oferecer = () => (perfis.nucleo = () => Nucleo);

export const init = (iniciar, origem) => carregar(iniciar, origem).then(() => void oferecer());
