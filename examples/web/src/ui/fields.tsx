import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

import { usePortal } from "../context";
import { mes, meses } from "../format";
import type { Violation } from "../smartbill";
import { Mensagem } from "./basics";
import { Icon } from "./icon";

interface CampoProps {
  /** The field's path in the model; also its place for messages and links. */
  path: string;
  rotulo: string;
  valor: string;
  aoMudar(valor: string): void;
  aoSair?(): void;
  obrigatorio?: boolean;
  dica?: string | undefined;
  /** What the core found out about a good value. */
  achado?: string | undefined;
  erro?: Violation | undefined;
  aviso?: Violation | undefined;
  classe?: string;
}

/** The element id of a field, by its path, so that a summary of errors can link to it. */
export function idDoCampo(path: string): string {
  return `campo-${path.replace(/[^A-Za-z0-9]/g, "-")}`;
}

function Moldura(props: CampoProps & { children: (attrs: Record<string, unknown>) => ComponentChildren }) {
  const { t } = usePortal();
  const { erro, aviso, dica, achado, obrigatorio } = props;
  const id = idDoCampo(props.path);
  const partes = [erro && "erro", aviso && "aviso", dica && "dica"].filter(Boolean).map((p) => `${id}-${p}`);
  const attrs = {
    id,
    name: props.path,
    "aria-invalid": erro ? "true" : undefined,
    "aria-required": obrigatorio ? "true" : undefined,
    "aria-describedby": [...partes, `${id}-achado`].join(" "),
    onBlur: props.aoSair,
  };
  return (
    <div class={`field ${props.classe ?? ""} ${erro ? "field-bad" : aviso ? "field-warn" : ""}`}>
      <label for={id}>
        {props.rotulo}
        {obrigatorio && (
          <span class="required" aria-hidden="true">
            {" *"}
          </span>
        )}
      </label>
      {props.children(attrs)}
      <div class="field-notes">
        {/* Found, lost and refused while typing: said politely, from a place that is there before there is something to say. */}
        <div aria-live="polite">
          <p id={`${id}-achado`} class="found">
            {achado && !erro && !aviso && (
              <>
                <Icon nome="certo" tamanho={15} /> {achado}
              </>
            )}
          </p>
          {erro && (
            <p id={`${id}-erro`} class="error" data-codigo={erro.code}>
              <Icon nome="erro" tamanho={15} />
              <span>
                <Mensagem texto={erro.message} />
              </span>
            </p>
          )}
          {aviso && !erro && (
            <p id={`${id}-aviso`} class="warning" data-codigo={aviso.code}>
              <Icon nome="aviso" tamanho={15} />
              <span>
                <Mensagem texto={aviso.message} />
              </span>
            </p>
          )}
        </div>
        {dica && !erro && !aviso && !achado && (
          <p id={`${id}-dica`} class="hint">
            {dica || t.opcional}
          </p>
        )}
      </div>
    </div>
  );
}

interface EntradaProps extends CampoProps {
  tipo?: "text" | "email" | "tel" | "date" | "search";
  teclado?: "numeric" | "decimal" | "tel" | "email" | "text";
  preencher?: string;
  maximo?: number;
  linhas?: number;
}

export function Entrada(props: EntradaProps) {
  const { tipo = "text", teclado, preencher = "off", linhas } = props;
  return (
    <Moldura {...props}>
      {(attrs) =>
        linhas === undefined ? (
          <input
            {...({ ...attrs, type: tipo } as Record<string, unknown>)}
            value={props.valor}
            inputMode={teclado}
            autoComplete={preencher}
            maxLength={props.maximo}
            spellcheck={false}
            onInput={(e) => props.aoMudar(e.currentTarget.value)}
          />
        ) : (
          <textarea
            {...attrs}
            rows={linhas}
            value={props.valor}
            maxLength={props.maximo}
            onInput={(e) => props.aoMudar(e.currentTarget.value)}
          />
        )
      }
    </Moldura>
  );
}

export function Escolha(props: CampoProps & { opcoes: readonly { valor: string; texto: string }[]; vazio?: string }) {
  const { t } = usePortal();
  return (
    <Moldura {...props}>
      {(attrs) => (
        <select {...attrs} value={props.valor} onChange={(e) => props.aoMudar(e.currentTarget.value)}>
          {props.vazio !== "" && <option value="">{props.vazio ?? t.escolha}</option>}
          {props.opcoes.map(({ valor, texto }) => (
            <option key={valor} value={valor}>
              {texto}
            </option>
          ))}
        </select>
      )}
    </Moldura>
  );
}

/** A month to choose: not every browser has a field for one, and none speaks the page's language in it. */
export function Mes(props: { rotulo: string; valor: string; todos?: string; aoMudar(valor: string): void }) {
  const { idioma, plataforma } = usePortal();
  return (
    <label class="inline-field">
      {props.rotulo}
      <select value={props.valor} onChange={(e) => props.aoMudar(e.currentTarget.value)}>
        {props.todos !== undefined && <option value="">{props.todos}</option>}
        {meses(plataforma.hoje()).map((valor) => (
          <option key={valor} value={valor}>
            {mes(valor, idioma)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** One choice out of few, all of them in sight. */
export function Filtro<K extends string>(props: {
  rotulo: string;
  valor: K;
  opcoes: readonly { valor: K; texto: string }[];
  aoMudar(valor: K): void;
}) {
  const nome = useId();
  return (
    <fieldset class="segmented">
      <legend class="visually-hidden">{props.rotulo}</legend>
      {props.opcoes.map(({ valor, texto }) => (
        <label key={valor}>
          <input
            type="radio"
            name={nome}
            value={valor}
            checked={valor === props.valor}
            onChange={() => props.aoMudar(valor)}
          />
          <span>{texto}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** What stands in the way of saving, each with a link to its field. */
export function ResumoDeErros({ erros, vez }: { erros: readonly Violation[]; vez: number }) {
  const { t } = usePortal();
  const caixa = useRef<HTMLDivElement>(null);
  // In the order of the page, which is known once the fields are there.
  const ordem = (v: Violation) => [...document.querySelectorAll("[name]")].findIndex((campo) => campo.id === idDoCampo(v.path));
  const emOrdem = erros.length > 1 ? erros.toSorted((a, b) => ordem(a) - ordem(b)) : erros;
  useEffect(() => {
    if (vez > 0 && erros.length > 0) caixa.current?.focus();
  }, [vez]);
  if (erros.length === 0) return null;
  const ir = (evento: Event, path: string) => {
    evento.preventDefault();
    document.getElementById(idDoCampo(path))?.focus();
  };
  return (
    <div class="notice notice-bad" role="alert" tabIndex={-1} ref={caixa} data-testid="resumo">
      <Icon nome="erro" />
      <div>
        <p class="notice-title">{t.form.resumo(erros.length)}</p>
        <ul>
          {emOrdem.map((v) => (
            <li key={v.path + v.code}>
              <a href={`#${idDoCampo(v.path)}`} onClick={(e) => ir(e, v.path)}>
                {rotulo(v.path, t.campo)}
              </a>
              : <Mensagem texto={v.message} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** The label of a path: its own, or that of its last part, or the path as it is. */
export function rotulo(path: string, campos: Record<string, string>): string {
  const ultima = path.split(".").at(-1) ?? path;
  const [, indice] = /\[(\d+)\]/.exec(path) ?? [];
  const nome = campos[path] ?? campos[ultima] ?? path;
  return indice === undefined ? nome : `${nome} (${Number(indice) + 1})`;
}
