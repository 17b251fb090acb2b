import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

import { usePortal } from "../context";
import { month, months } from "../format";
import type { Finding } from "../smartbill";
import { Message } from "./basics";
import { Icon } from "./icon";

interface FieldProps {
  /** The field's path in the model; also its place for messages and links. */
  path: string;
  label: string;
  value: string;
  onChange(value: string): void;
  onLeave?(): void;
  required?: boolean;
  hint?: string | undefined;
  /** What the core found out about a good value. */
  found?: string | undefined;
  error?: Finding | undefined;
  warning?: Finding | undefined;
  className?: string;
}

/** The element id of a field, by its path, so that a summary of errors can link to it. */
export function fieldId(path: string): string {
  return `field-${path.replace(/[^A-Za-z0-9]/g, "-")}`;
}

function Frame(props: FieldProps & { children: (attrs: Record<string, unknown>) => ComponentChildren }) {
  const { t } = usePortal();
  const { error, warning, hint, found, required } = props;
  const id = fieldId(props.path);
  const parts = [error && "error", warning && "warning", hint && "hint"].filter(Boolean).map((p) => `${id}-${p}`);
  const attrs = {
    id,
    name: props.path,
    "aria-invalid": error ? "true" : undefined,
    "aria-required": required ? "true" : undefined,
    "aria-describedby": [...parts, `${id}-found`].join(" "),
    onBlur: props.onLeave,
  };
  return (
    <div class={`field ${props.className ?? ""} ${error ? "field-bad" : warning ? "field-warn" : ""}`}>
      <label for={id}>
        {props.label}
        {required && (
          <span class="required" aria-hidden="true">
            {" *"}
          </span>
        )}
      </label>
      {props.children(attrs)}
      <div class="field-notes">
        {/* Found, lost and refused while typing: said politely, from a place that is there before there is something to say. */}
        <div aria-live="polite">
          <p id={`${id}-found`} class="found">
            {found && !error && !warning && (
              <>
                <Icon name="check" size={15} /> {found}
              </>
            )}
          </p>
          {error && (
            <p id={`${id}-error`} class="error" data-code={error.code}>
              <Icon name="error" size={15} />
              <span>
                <Message text={error.message} />
              </span>
            </p>
          )}
          {warning && !error && (
            <p id={`${id}-warning`} class="warning" data-code={warning.code}>
              <Icon name="warning" size={15} />
              <span>
                <Message text={warning.message} />
              </span>
            </p>
          )}
        </div>
        {hint && !error && !warning && !found && (
          <p id={`${id}-hint`} class="hint">
            {hint || t.optional}
          </p>
        )}
      </div>
    </div>
  );
}

interface InputProps extends FieldProps {
  type?: "text" | "email" | "tel" | "date" | "search";
  inputMode?: "numeric" | "decimal" | "tel" | "email" | "text";
  autoComplete?: string;
  maxLength?: number;
  rows?: number;
}

export function Input(props: InputProps) {
  const { type = "text", inputMode, autoComplete = "off", rows } = props;
  return (
    <Frame {...props}>
      {(attrs) =>
        rows === undefined ? (
          <input
            {...({ ...attrs, type } as Record<string, unknown>)}
            value={props.value}
            inputMode={inputMode}
            autoComplete={autoComplete}
            maxLength={props.maxLength}
            spellcheck={false}
            onInput={(e) => props.onChange(e.currentTarget.value)}
          />
        ) : (
          <textarea
            {...attrs}
            rows={rows}
            value={props.value}
            maxLength={props.maxLength}
            onInput={(e) => props.onChange(e.currentTarget.value)}
          />
        )
      }
    </Frame>
  );
}

export function Select(props: FieldProps & { options: readonly { value: string; text: string }[]; empty?: string }) {
  const { t } = usePortal();
  return (
    <Frame {...props}>
      {(attrs) => (
        <select {...attrs} value={props.value} onChange={(e) => props.onChange(e.currentTarget.value)}>
          {props.empty !== "" && <option value="">{props.empty ?? t.choose}</option>}
          {props.options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Frame>
  );
}

/** A month to choose: not every browser has a field for one, and none speaks the page's language in it. */
export function MonthSelect(props: {
  label: string;
  value: string;
  allMasculine?: string;
  onChange(value: string): void;
}) {
  const { language, platform } = usePortal();
  return (
    <label class="inline-field">
      {props.label}
      <select value={props.value} onChange={(e) => props.onChange(e.currentTarget.value)}>
        {props.allMasculine !== undefined && <option value="">{props.allMasculine}</option>}
        {months(platform.today()).map((value) => (
          <option key={value} value={value}>
            {month(value, language)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** One choice out of few, all of them in sight. */
export function Filter<K extends string>(props: {
  label: string;
  value: K;
  options: readonly { value: K; text: string }[];
  onChange(value: K): void;
}) {
  const name = useId();
  return (
    <fieldset class="segmented">
      <legend class="visually-hidden">{props.label}</legend>
      {props.options.map(({ value, text }) => (
        <label key={value}>
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === props.value}
            onChange={() => props.onChange(value)}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** What stands in the way of saving, each with a link to its field. */
export function ErrorSummary({ errors, turn }: { errors: readonly Finding[]; turn: number }) {
  const { t } = usePortal();
  const box = useRef<HTMLDivElement>(null);
  // In the order of the page, which is known once the fields are there.
  const order = (v: Finding) =>
    [...document.querySelectorAll("[name]")].findIndex((field) => field.id === fieldId(v.path));
  const ordered = errors.length > 1 ? errors.toSorted((a, b) => order(a) - order(b)) : errors;
  useEffect(() => {
    if (turn > 0 && errors.length > 0) box.current?.focus();
  }, [turn]);
  if (errors.length === 0) return null;
  const go = (event: Event, path: string) => {
    event.preventDefault();
    document.getElementById(fieldId(path))?.focus();
  };
  return (
    <div class="notice notice-bad" role="alert" tabIndex={-1} ref={box} data-testid="summary">
      <Icon name="error" />
      <div>
        <p class="notice-title">{t.form.summary(errors.length)}</p>
        <ul>
          {ordered.map((v) => (
            <li key={v.path + v.code}>
              <a href={`#${fieldId(v.path)}`} onClick={(e) => go(e, v.path)}>
                {label(v.path, t.field)}
              </a>
              : <Message text={v.message} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** The label of a path: its own, or that of its last part, or the path as it is. */
export function label(path: string, fields: Record<string, string>): string {
  const last = path.split(".").at(-1) ?? path;
  const [, index] = /\[(\d+)\]/.exec(path) ?? [];
  const name = fields[path] ?? fields[last] ?? path;
  return index === undefined ? name : `${name} (${Number(index) + 1})`;
}
