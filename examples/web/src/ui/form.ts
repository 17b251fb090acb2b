import { useMemo, useRef, useState } from "preact/hooks";

import type { Finding, Validation } from "../smartbill";

export type Fields = Record<string, string>;

/** A form whose fields are the paths of a model, checked by the core at every keystroke. */
export interface FormState<T> {
  fields: Fields;
  report: Validation<T>;
  /** Attributes of a field: its value, its handlers, and what is to be said of it now. */
  field(path: string): {
    path: string;
    value: string;
    onChange(value: string): void;
    onLeave(): void;
    error: Finding | undefined;
    warning: Finding | undefined;
  };
  change(path: string, value: string): void;
  replace(fields: Fields): void;
  /** Begins anew with `fields`, as if nothing had been typed. */
  restart(fields: Fields): void;
  /** Errors that are shown: all of them once saving was tried. */
  errors: Finding[];
  /** How often saving was tried. */
  attempts: number;
  attempt(): void;
  /** What the platform said of single fields; forgotten field by field as they change. */
  refuse(errors: Finding[]): void;
}

/**
 * `key` is what `validar` depends on besides the fields, such as the language; with another one, what the platform said
 * is forgotten.
 */
export function useForm<T>(initial: Fields, validar: (fields: Fields) => Validation<T>, key: string): FormState<T> {
  const [fields, setFields] = useState(initial);
  const [visited, setVisited] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefusals] = useState<(Finding & { key: string })[]>([]);
  const [attempts, setAttempts] = useState(0);
  const report = useMemo(() => validar(fields), [fields, key]);

  const refusals = refused.filter((v) => v.key === key);
  const all = [...refusals, ...report.errors];
  const visible = (path: string) => attempts > 0 || visited.has(path);
  const change = (path: string, value: string) => {
    setFields((c) => ({ ...c, [path]: value }));
    setRefusals((r) => r.filter((v) => v.path !== path));
  };
  return {
    fields,
    report,
    field: (path) => ({
      path,
      value: fields[path] ?? "",
      onChange: (value) => change(path, value),
      onLeave: () => {
        if ((fields[path] ?? "") !== "") setVisited((v) => new Set(v).add(path));
      },
      error: visible(path) ? all.find((v) => v.path === path) : refusals.find((v) => v.path === path),
      warning: visible(path) ? report.warnings.find((v) => v.path === path) : undefined,
    }),
    change,
    replace: (fresh) => {
      setFields(fresh);
      setVisited(new Set(Object.keys(fresh)));
      setRefusals([]);
    },
    restart: (fresh) => {
      setFields(fresh);
      setVisited(new Set());
      setRefusals([]);
      setAttempts(0);
    },
    errors: attempts > 0 ? all : [],
    attempts,
    attempt: () => setAttempts((n) => n + 1),
    refuse: (errors) => {
      setRefusals(errors.map((v) => ({ ...v, key })));
      setAttempts((n) => n + 1);
    },
  };
}

/**
 * The key of what a form sends: the same for as long as it sends the same, so that a second try of a call whose outcome
 * is unknown does nothing twice; another one as soon as somebody mends a field.
 */
export function useIdempotencyKey(): (value: unknown) => { idempotencyKey: string } {
  const current = useRef({ body: "", idempotencyKey: "" });
  return (value) => {
    const body = JSON.stringify(value);
    if (body !== current.current.body) {
      const random = crypto.getRandomValues(new Uint32Array(4));
      const key = Array.from(random, (n) => n.toString(16).padStart(8, "0")).join("");
      current.current = { body, idempotencyKey: `portal-${key}` };
    }
    return { idempotencyKey: current.current.idempotencyKey };
  };
}

/** The object that the paths describe: `endereco.cep` and `itens[0].quantidade` are nested, empty fields are left out. */
export function nest(fields: Fields): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, text] of Object.entries(fields)) {
    const value = text.trim();
    if (value === "") continue;
    const parts = path.split(/[.[\]]+/).filter(Boolean);
    const last = parts.pop();
    if (last === undefined) continue;
    let target: Record<string, unknown> | unknown[] = root;
    parts.forEach((part, i) => {
      const place = target as Record<string, unknown>;
      const following = parts[i + 1] ?? last;
      place[part] ??= /^\d+$/.test(following) ? [] : {};
      target = place[part] as Record<string, unknown>;
    });
    (target as Record<string, unknown>)[last] = value;
  }
  return root;
}
