import { useEffect } from "preact/hooks";

import { type Route, type Theme, usePortal, useRoute } from "./context";
import { date } from "./format";
import type { Language } from "./i18n";
import { ClienteForm } from "./pages/cliente-form";
import { Clientes } from "./pages/clientes";
import { Cobrancas } from "./pages/cobrancas";
import { Consumos } from "./pages/consumos";
import { ContratoForm } from "./pages/contrato-form";
import { Contratos } from "./pages/contratos";
import { Sheet } from "./pages/sheet";
import { PageHeader } from "./ui/basics";
import { Icon } from "./ui/icon";

const AREAS = ["clientes", "sheet", "contratos", "consumos", "cobrancas"] as const;

export function App() {
  const { t, announce } = usePortal();
  const route = useRoute();
  const area = route.parts[0] ?? "clientes";
  const skip = (event: Event) => {
    // The address after # belongs to the pages.
    event.preventDefault();
    document.getElementById("content")?.focus();
  };
  useEffect(() => scrollTo(0, 0), [route.parts.join("/")]);
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to a place of the page, as a link does */}
      <a class="skip" href="#content" onClick={skip}>
        {t.skipToContent}
      </a>
      <div class="shell">
        <header class="side">
          <a class="brand" href="#/clientes">
            <img src="./icon.svg" alt="" width={32} height={32} />
            <span>
              {t.brand}
              <small>{t.tagline}</small>
            </span>
          </a>
          <nav aria-label={t.navigation}>
            <ul>
              {AREAS.map((name) => (
                <li key={name}>
                  <a href={`#/${name}`} aria-current={name === area ? "page" : undefined} onClick={() => announce("")}>
                    <Icon name={name} />
                    <span>{t.areas[name]}</span>
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <Preferences />
        </header>
        <main id="content" tabIndex={-1}>
          <Demo />
          <Page key={key(route)} route={route} />
        </main>
      </div>
    </>
  );
}

/** A page is made anew when it is another one, not when a filter of its address changes. */
function key({ parts, query }: Route): string {
  return `${parts.join("/")}?${query.toString()}`;
}

function Page({ route: { parts, query } }: { route: Route }) {
  const { t } = usePortal();
  const [area = "clientes", id, action] = parts;
  switch (area) {
    case "clientes":
      if (id === undefined) return <Clientes />;
      if (id === "new") return <ClienteForm />;
      return action === "contrato" ? <ContratoForm id={id} /> : <ClienteForm id={id} />;
    case "sheet":
      return <Sheet flow={query.get("flow") === "consumos" ? "consumos" : "clientes"} />;
    case "contratos":
      return <Contratos clienteId={query.get("cliente")} />;
    case "consumos":
      return <Consumos contratoId={query.get("contrato")} />;
    case "cobrancas":
      return <Cobrancas contratoId={query.get("contrato")} />;
    default:
      return (
        <>
          <PageHeader title={t.notFound} />
          <a class="button" href="#/clientes">
            {t.goToClientes}
          </a>
        </>
      );
  }
}

const NEXT: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };
const ICON = { auto: "screen", light: "sun", dark: "moon" } as const;

function Preferences() {
  const { t, language, setLanguage, theme, setTheme } = usePortal();
  return (
    <div class="prefs" role="group" aria-label={t.preferences}>
      <label>
        <span class="visually-hidden">{t.language}</span>
        <select
          value={language}
          onChange={(e) => setLanguage(e.currentTarget.value as Language)}
          data-testid="language"
        >
          <option value="pt-BR" lang="pt-BR">
            Português
          </option>
          <option value="en" lang="en">
            English
          </option>
        </select>
      </label>
      <button type="button" class="button button-small theme" onClick={() => setTheme(NEXT[theme])}>
        <Icon name={ICON[theme]} size={18} />
        <span>{t.themes[theme]}</span>
      </button>
    </div>
  );
}

/** Says that nothing here is real, and what day it is in the sandbox. */
function Demo() {
  const { t, language, platform, announce, changed } = usePortal();
  const { simulator } = platform;
  if (simulator === null) return null;
  const reset = async () => {
    await simulator.reset();
    changed();
    announce(t.demo.wasReset);
  };
  return (
    <aside class="demo" aria-label={t.demo.title}>
      <p>
        <strong>{t.demo.title}</strong> <span class="demo-text">{t.demo.text}</span>
      </p>
      <p class="demo-day">
        <Icon name="clock" size={16} /> {t.demo.today(date(platform.today(), language))}
      </p>
      <button type="button" class="button button-small" onClick={() => void reset()}>
        {t.demo.reset}
      </button>
    </aside>
  );
}
