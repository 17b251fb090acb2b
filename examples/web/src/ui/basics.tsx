import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { useOtherLanguage, usePortal } from "../context";
import { sentence } from "../format";
import type { Texts } from "../i18n";
import { isSmartbillError } from "../smartbill";
import { Icon, type IconName } from "./icon";

/** The heading of a page; takes the focus when the page opens, so that a screen reader says where one is. */
export function PageHeader(props: { title: string; intro?: string; back?: string; children?: ComponentChildren }) {
  const { t } = usePortal();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · ${t.title}`;
  }, [props.title, t]);
  useEffect(() => {
    if (navigated) heading.current?.focus();
    navigated = true;
  }, []);
  return (
    <header class="page-head">
      {props.back !== undefined && (
        <a class="back" href={`#${props.back}`}>
          <Icon name="back" size={18} /> {t.back}
        </a>
      )}
      <div class="page-head-row">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {props.title}
          </h1>
          {props.intro !== undefined && <p class="intro">{props.intro}</p>}
        </div>
        {props.children !== undefined && <div class="page-actions">{props.children}</div>}
      </div>
    </header>
  );
}

// The first page does not steal the focus from the address bar.
let navigated = false;

const TONES: Record<string, { tone: string; icon?: IconName }> = {
  ATIVO: { tone: "ok", icon: "check" },
  PAGA: { tone: "ok", icon: "check" },
  FATURADO: { tone: "ok", icon: "check" },
  EM_ABERTO: { tone: "info", icon: "clock" },
  PENDENTE: { tone: "info", icon: "clock" },
  SUSPENSO: { tone: "warn", icon: "warning" },
  PAGA_PARCIAL: { tone: "warn", icon: "clock" },
  EM_ANALISE: { tone: "warn", icon: "clock" },
  VENCIDA: { tone: "bad", icon: "error" },
  CANCELADO: { tone: "bad", icon: "close" },
  CANCELADA: { tone: "bad", icon: "close" },
  PERDIDA: { tone: "bad", icon: "close" },
};

/** A state, by colour, shape and word. A state that this version does not know is shown as it came. */
export function Situacao({ value }: { value: string | undefined }) {
  const { t } = usePortal();
  if (value === undefined) return null;
  const { tone, icon } = TONES[value] ?? { tone: "mute" };
  return (
    <span class={`badge badge-${tone}`} data-situacao={value}>
      {icon && <Icon name={icon} size={14} />}
      {t.option[value] ?? value}
    </span>
  );
}

/** A message of the core: what stands in backticks is a value or a field, and a field is called by its label. */
export function Message({ text }: { text: string }) {
  const { t } = usePortal();
  const parts = sentence(text)
    .split("`")
    .map((part, i) => (i % 2 === 0 ? part : (t.field[part] ?? t.option[part] ?? part)));
  // A reference by identifier and one by code are one field on the page: not "give Service or Service".
  const seen = parts.flatMap((part, i) => (i % 2 === 1 && part === parts[i - 2] ? [i - 1, i] : []));
  return (
    <>{parts.map((part, i) => (seen.includes(i) ? null : i % 2 === 0 ? part : <strong key={i}>{part}</strong>))}</>
  );
}

/** An error, whatever it is, with what it did to the platform's data. */
export function Failure({ error, onRetry, focus }: { error: unknown; onRetry?: () => void; focus?: boolean }) {
  const { t } = usePortal();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focus) box.current?.focus();
  }, [error]);
  const other = useOtherLanguage(error);
  const { title, detail, code } = describe(error, t, other);
  return (
    <div class="notice notice-bad" role="alert" tabIndex={-1} ref={box}>
      <Icon name="error" />
      <div>
        <p class="notice-title">
          <Message text={title} />
        </p>
        {detail !== "" && <p>{detail}</p>}
        {code !== "" && <p class="fine">{code}</p>}
        {onRetry && (
          <button type="button" class="button button-small" onClick={onRetry}>
            {t.tryAgain}
          </button>
        )}
      </div>
    </div>
  );
}

/** `other`: its message is in another language. */
function describe(error: unknown, t: Texts, other: boolean): { title: string; detail: string; code: string } {
  if (!isSmartbillError(error)) {
    return { title: t.error.unexpected, detail: error instanceof Error ? error.message : String(error), code: "" };
  }
  const parts = [t.error.code(error.serverCode ?? error.code)];
  if (error.requestId) parts.push(t.error.requestId(error.requestId));
  // Which operation it was is the programmer's to know.
  const title = other ? t.error.title : error.message.replace(`${error.operation}: `, "");
  return { title, detail: error.outcome ? t.error[error.outcome] : "", code: parts.join(" · ") };
}

export function Loading() {
  const { t } = usePortal();
  return (
    <p class="loading" role="status">
      <span class="spinner" aria-hidden="true" /> {t.loading}
    </p>
  );
}

export function Empty({ title, hint, children }: { title: string; hint: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      <p>{hint}</p>
      {children}
    </div>
  );
}

/** A list's end: how many are shown, and more of them. */
export function ListEnd(props: { n: number; more: boolean; loading: boolean; onMore(): void }) {
  const { t } = usePortal();
  return (
    <div class="list-end">
      <p class="fine" role="status">
        {t.showing(props.n, props.more)}
      </p>
      {props.more && (
        <button type="button" class="button" disabled={props.loading} onClick={props.onMore}>
          {t.loadMore}
        </button>
      )}
    </div>
  );
}

export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = usePortal();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <button type="button" class="button button-small" onClick={() => void copy()}>
      <Icon name={copied ? "check" : "copy"} size={16} />
      {/* Said from in here: a dialog keeps the rest of the page from being heard. */}
      <span aria-live="polite">{copied ? t.copied : label}</span>
    </button>
  );
}

interface DialogProps {
  title: string;
  wide?: boolean;
  onClose(): void;
  children: ComponentChildren;
}

/** A modal dialog; the browser keeps the focus inside, closes it by Escape and gives the focus back. */
export function Dialog({ title, wide, onClose, children }: DialogProps) {
  const { t } = usePortal();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    const previous = document.activeElement;
    dialog.current?.showModal();
    heading.current?.focus();
    return () => {
      if (previous instanceof HTMLElement && previous.isConnected) previous.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} class={wide ? "dialog dialog-wide" : "dialog"} aria-labelledby={id} onClose={onClose}>
      <div class="dialog-head">
        <h2 id={id} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" class="icon-button" aria-label={t.close} onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </div>
      {children}
    </dialog>
  );
}

/** Tabs of the WAI pattern: one stop of the Tab key, arrows between them. */
export function Tabs<K extends string>(props: {
  label: string;
  tabs: readonly { key: K; text: string }[];
  current: K;
  onChange(key: K): void;
  children: ComponentChildren;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const i = props.tabs.findIndex((tab) => tab.key === props.current);
    const n = props.tabs.length;
    const target = { ArrowRight: (i + 1) % n, ArrowLeft: (i + n - 1) % n, Home: 0, End: n - 1 }[event.key];
    const tab = target === undefined ? undefined : props.tabs[target];
    if (target === undefined || tab === undefined) return;
    event.preventDefault();
    props.onChange(tab.key);
    (list.current?.children[target] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="tabs">
      <div role="tablist" aria-label={props.label} ref={list} onKeyDown={move}>
        {props.tabs.map(({ key, text }) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`${id}-${key}`}
            aria-controls={`${id}-panel`}
            aria-selected={key === props.current}
            tabIndex={key === props.current ? 0 : -1}
            onClick={() => props.onChange(key)}
          >
            {text}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: after a tab, the keyboard goes to its panel */}
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${props.current}`} tabIndex={0}>
        {props.children}
      </div>
    </div>
  );
}
