import "./styles.css";

import { render } from "preact";

import { App } from "./app";
import { PortalProvider } from "./context";
import { texts } from "./i18n";
import { open } from "./smartbill";

const root = document.getElementById("app");
if (root) {
  open().then(
    (simulator) =>
      render(
        <PortalProvider simulator={simulator}>
          <App />
        </PortalProvider>,
        root,
      ),
    // Before there is a portal there is no language either.
    (failure: unknown) => {
      console.error(failure);
      render(
        <p class="fatal" role="alert">
          {texts["pt-BR"].error.opening} · <span lang="en">{texts.en.error.opening}</span>
        </p>,
        root,
      );
    },
  );
}
