import { useEffect } from "preact/hooks";

import { type Rota, type Tema, usePortal, useRota } from "./context";
import { data } from "./format";
import type { Idioma } from "./i18n";
import { FormularioDoCliente } from "./pages/cliente-form";
import { Clientes } from "./pages/clientes";
import { Cobrancas } from "./pages/cobrancas";
import { Consumos } from "./pages/consumos";
import { Contratar } from "./pages/contratar";
import { Contratos } from "./pages/contratos";
import { Planilha } from "./pages/planilha";
import { Cabecalho } from "./ui/basics";
import { Icon } from "./ui/icon";

const AREAS = ["clientes", "planilha", "contratos", "consumos", "cobrancas"] as const;

export function App() {
  const { t, avisar } = usePortal();
  const rota = useRota();
  const area = rota.partes[0] ?? "clientes";
  const pular = (evento: Event) => {
    // The address after # belongs to the pages.
    evento.preventDefault();
    document.getElementById("conteudo")?.focus();
  };
  useEffect(() => scrollTo(0, 0), [rota.partes.join("/")]);
  return (
    <>
      <a class="skip" href="#conteudo" onClick={pular}>
        {t.pularParaConteudo}
      </a>
      <div class="shell">
        <header class="side">
          <a class="brand" href="#/clientes">
            <img src="./icone.svg" alt="" width={32} height={32} />
            <span>
              {t.marca}
              <small>{t.submarca}</small>
            </span>
          </a>
          <nav aria-label={t.navegacao}>
            <ul>
              {AREAS.map((nome) => (
                <li key={nome}>
                  <a href={`#/${nome}`} aria-current={nome === area ? "page" : undefined} onClick={() => avisar("")}>
                    <Icon nome={nome} />
                    <span>{t.areas[nome]}</span>
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <Preferencias />
        </header>
        <main id="conteudo" tabIndex={-1}>
          <Demonstracao />
          <Pagina key={chave(rota)} rota={rota} />
        </main>
      </div>
    </>
  );
}

/** A page is made anew when it is another one, not when a filter of its address changes. */
function chave({ partes, query }: Rota): string {
  return `${partes.join("/")}?${query.toString()}`;
}

function Pagina({ rota: { partes, query } }: { rota: Rota }) {
  const { t } = usePortal();
  const [area = "clientes", id, acao] = partes;
  switch (area) {
    case "clientes":
      if (id === undefined) return <Clientes />;
      if (id === "novo") return <FormularioDoCliente />;
      return acao === "contratar" ? <Contratar id={id} /> : <FormularioDoCliente id={id} />;
    case "planilha":
      return <Planilha fluxo={query.get("fluxo") === "consumos" ? "consumos" : "clientes"} />;
    case "contratos":
      return <Contratos clienteId={query.get("cliente")} />;
    case "consumos":
      return <Consumos contratoId={query.get("contrato")} />;
    case "cobrancas":
      return <Cobrancas contratoId={query.get("contrato")} />;
    default:
      return (
        <>
          <Cabecalho titulo={t.naoEncontrada} />
          <a class="button" href="#/clientes">
            {t.irParaClientes}
          </a>
        </>
      );
  }
}

const SEGUINTE: Record<Tema, Tema> = { auto: "light", light: "dark", dark: "auto" };
const ICONE = { auto: "tela", light: "sol", dark: "lua" } as const;

function Preferencias() {
  const { t, idioma, setIdioma, tema, setTema } = usePortal();
  return (
    <div class="prefs" role="group" aria-label={t.preferencias}>
      <label>
        <span class="visually-hidden">{t.idioma}</span>
        <select value={idioma} onChange={(e) => setIdioma(e.currentTarget.value as Idioma)} data-testid="idioma">
          <option value="pt-BR" lang="pt-BR">
            Português
          </option>
          <option value="en" lang="en">
            English
          </option>
        </select>
      </label>
      <button type="button" class="button button-small theme" onClick={() => setTema(SEGUINTE[tema])}>
        <Icon nome={ICONE[tema]} tamanho={18} />
        <span>{t.temas[tema]}</span>
      </button>
    </div>
  );
}

/** Says that nothing here is real, and what day it is in the sandbox. */
function Demonstracao() {
  const { t, idioma, plataforma, avisar, mudou } = usePortal();
  const { simulador } = plataforma;
  if (simulador === null) return null;
  const reiniciar = async () => {
    await simulador.reiniciar();
    mudou();
    avisar(t.demo.reiniciado);
  };
  return (
    <aside class="demo" aria-label={t.demo.titulo}>
      <p>
        <strong>{t.demo.titulo}</strong> <span class="demo-text">{t.demo.texto}</span>
      </p>
      <p class="demo-day">
        <Icon nome="relogio" tamanho={16} /> {t.demo.hoje(data(plataforma.hoje(), idioma))}
      </p>
      <button type="button" class="button button-small" onClick={() => void reiniciar()}>
        {t.demo.reiniciar}
      </button>
    </aside>
  );
}
