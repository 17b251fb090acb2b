import "./styles.css";

import { render } from "preact";

import { App } from "./app";
import { PortalProvider } from "./context";
import { textos } from "./i18n";
import { abrir } from "./smartbill";

const raiz = document.getElementById("app");
if (raiz) {
  abrir().then(
    (simulador) =>
      render(
        <PortalProvider simulador={simulador}>
          <App />
        </PortalProvider>,
        raiz,
      ),
    // Before there is a portal there is no language either.
    (falha: unknown) => {
      console.error(falha);
      render(
        <p class="fatal" role="alert">
          {textos["pt-BR"].erro.abrir} · <span lang="en">{textos.en.erro.abrir}</span>
        </p>,
        raiz,
      );
    },
  );
}
