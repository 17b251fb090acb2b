import { createContext, type ComponentChildren } from "preact";
import { useCallback, useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";

import { type Idioma, type Textos, textos } from "./i18n";
import { conectar, type Plataforma, type Simulador } from "./smartbill";

export type Tema = "auto" | "light" | "dark";

interface Portal {
  idioma: Idioma;
  t: Textos;
  tema: Tema;
  plataforma: Plataforma;
  /** Changes whenever the platform's data changed behind the pages: a billing run, the clock, a restart. */
  versao: number;
  setIdioma(idioma: Idioma): void;
  setTema(tema: Tema): void;
  /** Says a sentence in this language to everybody, screen readers included; an empty one takes back the last. */
  avisar(texto: string): void;
  mudou(): void;
}

const Contexto = createContext<Portal | null>(null);

export function usePortal(): Portal {
  const portal = useContext(Contexto);
  if (portal === null) throw new Error("usePortal outside of the portal");
  return portal;
}

export function PortalProvider({ simulador, children }: { simulador: Simulador | null; children: ComponentChildren }) {
  const [idioma, setIdioma] = useState<Idioma>(() => inicial());
  const [tema, setTema] = useState<Tema>(() => temaGuardado());
  const [versao, setVersao] = useState(0);
  const [aviso, setAviso] = useState({ texto: "", idioma, n: 0 });
  const t = textos[idioma];
  // What was said, or is said by what began before, stays in the language that it was said in.
  const avisar = useCallback((texto: string) => setAviso((a) => ({ texto, idioma, n: a.n + 1 })), [idioma]);

  useEffect(() => {
    document.documentElement.lang = idioma;
    guardar("idioma", idioma);
  }, [idioma]);
  useEffect(() => {
    document.documentElement.dataset["theme"] = tema;
    guardar("tema", tema);
  }, [tema]);
  useEffect(() => {
    if (aviso.texto === "") return;
    const relogio = setTimeout(() => setAviso((a) => ({ ...a, texto: "" })), 4000);
    return () => clearTimeout(relogio);
  }, [aviso]);

  const mudou = useCallback(() => setVersao((v) => v + 1), []);
  const plataforma = useMemo(() => conectar(simulador, idioma), [simulador, idioma]);
  const portal = { idioma, t, tema, plataforma, versao, setIdioma, setTema, avisar, mudou };
  return (
    <Contexto.Provider value={portal}>
      {children}
      <div class="toast-area" role="status" aria-live="polite">
        {aviso.texto !== "" && aviso.idioma === idioma && (
          <p class="toast" key={aviso.n}>
            {aviso.texto}
          </p>
        )}
      </div>
    </Contexto.Provider>
  );
}

// The message of an error is in the language of the call that failed.
const idiomas = new WeakMap<object, Idioma>();

/** Remembers in which language an error was told. */
export function dizerEm(idioma: Idioma, erro: unknown): void {
  if (typeof erro === "object" && erro !== null) idiomas.set(erro, idioma);
}

/** Whether an error was told in another language than this one. */
export function useOutroIdioma(erro: unknown): boolean {
  const { idioma } = usePortal();
  return (idiomas.get(erro as object) ?? idioma) !== idioma;
}

/** An error, told in the language in which whoever sets it began. */
export function useErro(): [unknown, (erro: unknown) => void] {
  const { idioma } = usePortal();
  const [erro, setErro] = useState<unknown>();
  const dizer = (novo: unknown) => {
    dizerEm(idioma, novo);
    setErro(novo);
  };
  return [erro, dizer];
}

function inicial(): Idioma {
  const guardado = ler("idioma");
  if (guardado === "pt-BR" || guardado === "en") return guardado;
  return "pt-BR";
}

function temaGuardado(): Tema {
  const guardado = ler("tema");
  return guardado === "light" || guardado === "dark" ? guardado : "auto";
}

// A browser may forbid storage; preferences are then forgotten, nothing else.
function ler(nome: string): string | null {
  try {
    return localStorage.getItem(`portal.${nome}`);
  } catch {
    return null;
  }
}

function guardar(nome: string, valor: string): void {
  try {
    localStorage.setItem(`portal.${nome}`, valor);
  } catch {
    // Not kept.
  }
}

export interface Rota {
  partes: string[];
  query: URLSearchParams;
}

/** The address after `#`, such as `#/clientes/novo`. */
export function useRota(): Rota {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const mudou = () => setHash(location.hash);
    addEventListener("hashchange", mudou);
    return () => removeEventListener("hashchange", mudou);
  }, []);
  return useMemo(() => {
    const [caminho = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
    return { partes: caminho.split("/").filter(Boolean).map(decifrar), query: new URLSearchParams(query) };
  }, [hash]);
}

/** A part of an address; what somebody typed wrong stays as it is, and leads to nothing. */
function decifrar(parte: string): string {
  try {
    return decodeURIComponent(parte);
  } catch {
    return parte;
  }
}

export function irPara(caminho: string): void {
  location.hash = caminho;
}

/** What a page needs to show a list that comes page by page. */
export interface Lista<T> {
  itens: T[];
  carregando: boolean;
  erro: unknown;
  mais: boolean;
  carregarMais(): void;
  recarregar(): void;
}

const POR_VEZ = 25;

/** Reads a list lazily, `POR_VEZ` at a time, and begins again when `chave` changes, or the language of its errors. */
export function useLista<T>(listar: (signal: AbortSignal) => AsyncIterable<T>, chave: string): Lista<T> {
  const { idioma } = usePortal();
  const [estado, setEstado] = useState({ itens: [] as T[], carregando: true, erro: undefined as unknown, mais: false });
  const [vez, setVez] = useState(0);
  const leitura = useRef<{ iterador: AsyncIterator<T>; adiante: T | undefined; signal: AbortSignal } | null>(null);
  const mostrada = useRef(chave);

  const ler = useCallback(async (primeira: boolean) => {
    const atual = leitura.current;
    if (atual === null) return;
    try {
      const novos: T[] = atual.adiante === undefined ? [] : [atual.adiante];
      atual.adiante = undefined;
      let fim = false;
      // One more than is shown, to know whether there is more.
      while (novos.length <= POR_VEZ) {
        const { value, done } = await atual.iterador.next();
        if (atual.signal.aborted) return;
        if (done) {
          fim = true;
          break;
        }
        novos.push(value);
      }
      if (!fim) atual.adiante = novos.pop();
      setEstado((e) => {
        const itens = primeira ? novos : [...e.itens, ...novos];
        return { itens, carregando: false, erro: undefined, mais: !fim };
      });
    } catch (erro) {
      if (!atual.signal.aborted) setEstado((e) => ({ ...e, carregando: false, erro, mais: false }));
    }
  }, []);

  useEffect(() => {
    const controle = new AbortController();
    // Read again, the list stays in sight until the new one is there; another list takes its place at once.
    const outra = mostrada.current !== chave;
    mostrada.current = chave;
    setEstado((e) => ({ itens: outra ? [] : e.itens, carregando: true, erro: undefined, mais: false }));
    leitura.current = {
      // What is wrong with the filter is then told as what is wrong with a page is.
      iterador: (async function* () {
        yield* listar(controle.signal);
      })(),
      adiante: undefined,
      signal: controle.signal,
    };
    void ler(true);
    return () => controle.abort();
  }, [chave, vez, idioma]);

  return {
    ...estado,
    carregarMais: () => {
      setEstado((e) => ({ ...e, carregando: true }));
      void ler(false);
    },
    recarregar: () => setVez((v) => v + 1),
  };
}
