import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { useOutroIdioma, usePortal } from "../context";
import { frase } from "../format";
import type { Textos } from "../i18n";
import { isSmartbillError } from "../smartbill";
import { Icon, type NomeDoIcone } from "./icon";

/** The heading of a page; takes the focus when the page opens, so that a screen reader says where one is. */
export function Cabecalho(props: { titulo: string; intro?: string; voltar?: string; children?: ComponentChildren }) {
  const { t } = usePortal();
  const titulo = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.titulo} · ${t.titulo}`;
  }, [props.titulo, t]);
  useEffect(() => {
    if (navegou) titulo.current?.focus();
    navegou = true;
  }, []);
  return (
    <header class="page-head">
      {props.voltar !== undefined && (
        <a class="back" href={`#${props.voltar}`}>
          <Icon nome="voltar" tamanho={18} /> {t.voltar}
        </a>
      )}
      <div class="page-head-row">
        <div>
          <h1 ref={titulo} tabIndex={-1}>
            {props.titulo}
          </h1>
          {props.intro !== undefined && <p class="intro">{props.intro}</p>}
        </div>
        {props.children !== undefined && <div class="page-actions">{props.children}</div>}
      </div>
    </header>
  );
}

// The first page does not steal the focus from the address bar.
let navegou = false;

const TONS: Record<string, { tom: string; icone?: NomeDoIcone }> = {
  ATIVO: { tom: "ok", icone: "certo" },
  PAGA: { tom: "ok", icone: "certo" },
  FATURADO: { tom: "ok", icone: "certo" },
  EM_ABERTO: { tom: "info", icone: "relogio" },
  PENDENTE: { tom: "info", icone: "relogio" },
  SUSPENSO: { tom: "warn", icone: "aviso" },
  PAGA_PARCIAL: { tom: "warn", icone: "relogio" },
  EM_ANALISE: { tom: "warn", icone: "relogio" },
  VENCIDA: { tom: "bad", icone: "erro" },
  CANCELADO: { tom: "bad", icone: "fechar" },
  CANCELADA: { tom: "bad", icone: "fechar" },
  PERDIDA: { tom: "bad", icone: "fechar" },
};

/** A state, by colour, shape and word. A state that this version does not know is shown as it came. */
export function Situacao({ valor }: { valor: string | undefined }) {
  const { t } = usePortal();
  if (valor === undefined) return null;
  const { tom, icone } = TONS[valor] ?? { tom: "mute" };
  return (
    <span class={`badge badge-${tom}`} data-situacao={valor}>
      {icone && <Icon nome={icone} tamanho={14} />}
      {t.opcao[valor] ?? valor}
    </span>
  );
}

/** A message of the core: what stands in backticks is a value or a field, and a field is called by its label. */
export function Mensagem({ texto }: { texto: string }) {
  const { t } = usePortal();
  const partes = frase(texto)
    .split("`")
    .map((parte, i) => (i % 2 === 0 ? parte : (t.campo[parte] ?? t.opcao[parte] ?? parte)));
  // A reference by identifier and one by code are one field on the page: not "give Service or Service".
  const vistas = partes.flatMap((parte, i) => (i % 2 === 1 && parte === partes[i - 2] ? [i - 1, i] : []));
  return <>{partes.map((parte, i) => (vistas.includes(i) ? null : i % 2 === 0 ? parte : <strong key={i}>{parte}</strong>))}</>;
}

/** An error, whatever it is, with what it did to the platform's data. */
export function Falha({ erro, aoRepetir, focar }: { erro: unknown; aoRepetir?: () => void; focar?: boolean }) {
  const { t } = usePortal();
  const caixa = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focar) caixa.current?.focus();
  }, [erro]);
  const outro = useOutroIdioma(erro);
  const { titulo, detalhe, codigo } = descrever(erro, t, outro);
  return (
    <div class="notice notice-bad" role="alert" tabIndex={-1} ref={caixa}>
      <Icon nome="erro" />
      <div>
        <p class="notice-title">
          <Mensagem texto={titulo} />
        </p>
        {detalhe !== "" && <p>{detalhe}</p>}
        {codigo !== "" && <p class="fine">{codigo}</p>}
        {aoRepetir && (
          <button type="button" class="button button-small" onClick={aoRepetir}>
            {t.tentarDeNovo}
          </button>
        )}
      </div>
    </div>
  );
}

/** `outro`: its message is in another language. */
function descrever(erro: unknown, t: Textos, outro: boolean): { titulo: string; detalhe: string; codigo: string } {
  if (!isSmartbillError(erro)) {
    return { titulo: t.erro.inesperado, detalhe: erro instanceof Error ? erro.message : String(erro), codigo: "" };
  }
  const partes = [t.erro.codigo(erro.serverCode ?? erro.code)];
  if (erro.requestId) partes.push(t.erro.protocolo(erro.requestId));
  // Which operation it was is the programmer's to know.
  const titulo = outro ? t.erro.titulo : erro.message.replace(`${erro.operation}: `, "");
  return { titulo, detalhe: erro.outcome ? t.erro[erro.outcome] : "", codigo: partes.join(" · ") };
}

export function Carregando() {
  const { t } = usePortal();
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" /> {t.carregando}
    </p>
  );
}

export function Vazio({ titulo, dica, children }: { titulo: string; dica: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{titulo}</p>
      <p>{dica}</p>
      {children}
    </div>
  );
}

/** A list's end: how many are shown, and more of them. */
export function FimDaLista(props: { n: number; mais: boolean; carregando: boolean; aoPedir(): void }) {
  const { t } = usePortal();
  return (
    <div class="list-end">
      <p class="fine" role="status">
        {t.exibindo(props.n, props.mais)}
      </p>
      {props.mais && (
        <button type="button" class="button" disabled={props.carregando} onClick={props.aoPedir}>
          {t.carregarMais}
        </button>
      )}
    </div>
  );
}

export function Copiar({ texto, rotulo }: { texto: string; rotulo: string }) {
  const { t } = usePortal();
  const [feito, setFeito] = useState(false);
  useEffect(() => {
    if (!feito) return;
    const relogio = setTimeout(() => setFeito(false), 2500);
    return () => clearTimeout(relogio);
  }, [feito]);
  const copiar = async () => {
    await navigator.clipboard.writeText(texto);
    setFeito(true);
  };
  return (
    <button type="button" class="button button-small" onClick={() => void copiar()}>
      <Icon nome={feito ? "certo" : "copiar"} tamanho={16} />
      {/* Said from in here: a dialog keeps the rest of the page from being heard. */}
      <span aria-live="polite">{feito ? t.copiado : rotulo}</span>
    </button>
  );
}

interface DialogoProps {
  titulo: string;
  largo?: boolean;
  aoFechar(): void;
  children: ComponentChildren;
}

/** A modal dialog; the browser keeps the focus inside, closes it by Escape and gives the focus back. */
export function Dialogo({ titulo, largo, aoFechar, children }: DialogoProps) {
  const { t } = usePortal();
  const dialogo = useRef<HTMLDialogElement>(null);
  const cabeca = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    const de = document.activeElement;
    dialogo.current?.showModal();
    cabeca.current?.focus();
    return () => {
      if (de instanceof HTMLElement && de.isConnected) de.focus();
    };
  }, []);
  return (
    <dialog ref={dialogo} class={largo ? "dialog dialog-wide" : "dialog"} aria-labelledby={id} onClose={aoFechar}>
      <div class="dialog-head">
        <h2 id={id} ref={cabeca} tabIndex={-1}>
          {titulo}
        </h2>
        <button type="button" class="icon-button" aria-label={t.fechar} onClick={() => dialogo.current?.close()}>
          <Icon nome="fechar" />
        </button>
      </div>
      {children}
    </dialog>
  );
}

/** Tabs of the WAI pattern: one stop of the Tab key, arrows between them. */
export function Abas<K extends string>(props: {
  rotulo: string;
  abas: readonly { chave: K; texto: string }[];
  atual: K;
  aoMudar(chave: K): void;
  children: ComponentChildren;
}) {
  const id = useId();
  const lista = useRef<HTMLDivElement>(null);
  const mover = (evento: KeyboardEvent) => {
    const i = props.abas.findIndex((aba) => aba.chave === props.atual);
    const n = props.abas.length;
    const destino = { ArrowRight: (i + 1) % n, ArrowLeft: (i + n - 1) % n, Home: 0, End: n - 1 }[evento.key];
    const aba = destino === undefined ? undefined : props.abas[destino];
    if (destino === undefined || aba === undefined) return;
    evento.preventDefault();
    props.aoMudar(aba.chave);
    (lista.current?.children[destino] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="tabs">
      <div role="tablist" aria-label={props.rotulo} ref={lista} onKeyDown={mover}>
        {props.abas.map(({ chave, texto }) => (
          <button
            key={chave}
            type="button"
            role="tab"
            id={`${id}-${chave}`}
            aria-controls={`${id}-painel`}
            aria-selected={chave === props.atual}
            tabIndex={chave === props.atual ? 0 : -1}
            onClick={() => props.aoMudar(chave)}
          >
            {texto}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-painel`} aria-labelledby={`${id}-${props.atual}`} tabIndex={0}>
        {props.children}
      </div>
    </div>
  );
}
