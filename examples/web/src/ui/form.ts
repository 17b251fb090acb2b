import { useMemo, useRef, useState } from "preact/hooks";

import type { Validation, Violation } from "../smartbill";

export type Campos = Record<string, string>;

/** A form whose fields are the paths of a model, checked by the core at every keystroke. */
export interface Formulario<T> {
  campos: Campos;
  relatorio: Validation<T>;
  /** Attributes of a field: its value, its handlers, and what is to be said of it now. */
  campo(path: string): {
    path: string;
    valor: string;
    aoMudar(valor: string): void;
    aoSair(): void;
    erro: Violation | undefined;
    aviso: Violation | undefined;
  };
  mudar(path: string, valor: string): void;
  substituir(campos: Campos): void;
  /** Begins anew with `campos`, as if nothing had been typed. */
  recomecar(campos: Campos): void;
  /** Errors that are shown: all of them once saving was tried. */
  erros: Violation[];
  /** How often saving was tried. */
  tentativas: number;
  tentar(): void;
  /** What the platform said of single fields; forgotten field by field as they change. */
  recusar(erros: Violation[]): void;
}

/**
 * `chave` is what `validar` depends on besides the fields, such as the language; with another one, what the platform said
 * is forgotten.
 */
export function useFormulario<T>(inicial: Campos, validar: (campos: Campos) => Validation<T>, chave: string): Formulario<T> {
  const [campos, setCampos] = useState(inicial);
  const [visitados, setVisitados] = useState<ReadonlySet<string>>(new Set());
  const [recusadas, setRecusas] = useState<(Violation & { chave: string })[]>([]);
  const [tentativas, setTentativas] = useState(0);
  const relatorio = useMemo(() => validar(campos), [campos, chave]);

  const recusas = recusadas.filter((v) => v.chave === chave);
  const todos = [...recusas, ...relatorio.erros];
  const visivel = (path: string) => tentativas > 0 || visitados.has(path);
  const mudar = (path: string, valor: string) => {
    setCampos((c) => ({ ...c, [path]: valor }));
    setRecusas((r) => r.filter((v) => v.path !== path));
  };
  return {
    campos,
    relatorio,
    campo: (path) => ({
      path,
      valor: campos[path] ?? "",
      aoMudar: (valor) => mudar(path, valor),
      aoSair: () => {
        if ((campos[path] ?? "") !== "") setVisitados((v) => new Set(v).add(path));
      },
      erro: visivel(path) ? todos.find((v) => v.path === path) : recusas.find((v) => v.path === path),
      aviso: visivel(path) ? relatorio.avisos.find((v) => v.path === path) : undefined,
    }),
    mudar,
    substituir: (novos) => {
      setCampos(novos);
      setVisitados(new Set(Object.keys(novos)));
      setRecusas([]);
    },
    recomecar: (novos) => {
      setCampos(novos);
      setVisitados(new Set());
      setRecusas([]);
      setTentativas(0);
    },
    erros: tentativas > 0 ? todos : [],
    tentativas,
    tentar: () => setTentativas((n) => n + 1),
    recusar: (erros) => {
      setRecusas(erros.map((v) => ({ ...v, chave })));
      setTentativas((n) => n + 1);
    },
  };
}

/**
 * The key of what a form sends: the same for as long as it sends the same, so that a second try of a call whose outcome
 * is unknown does nothing twice; another one as soon as somebody mends a field.
 */
export function useChave(): (valor: unknown) => { idempotencyKey: string } {
  const atual = useRef({ corpo: "", idempotencyKey: "" });
  return (valor) => {
    const corpo = JSON.stringify(valor);
    if (corpo !== atual.current.corpo) {
      const acaso = crypto.getRandomValues(new Uint32Array(4));
      const chave = Array.from(acaso, (n) => n.toString(16).padStart(8, "0")).join("");
      atual.current = { corpo, idempotencyKey: `portal-${chave}` };
    }
    return { idempotencyKey: atual.current.idempotencyKey };
  };
}

/** The object that the paths describe: `endereco.cep` and `itens[0].quantidade` are nested, empty fields are left out. */
export function montar(campos: Campos): Record<string, unknown> {
  const raiz: Record<string, unknown> = {};
  for (const [path, texto] of Object.entries(campos)) {
    const valor = texto.trim();
    if (valor === "") continue;
    const partes = path.split(/[.[\]]+/).filter(Boolean);
    const ultima = partes.pop();
    if (ultima === undefined) continue;
    let alvo: Record<string, unknown> | unknown[] = raiz;
    partes.forEach((parte, i) => {
      const lugar = alvo as Record<string, unknown>;
      const seguinte = partes[i + 1] ?? ultima;
      lugar[parte] ??= /^\d+$/.test(seguinte) ? [] : {};
      alvo = lugar[parte] as Record<string, unknown>;
    });
    (alvo as Record<string, unknown>)[ultima] = valor;
  }
  return raiz;
}
