import { useEffect, useId, useRef, useState } from "preact/hooks";

import { tellIn, useError, useOtherLanguage, usePortal } from "../context";
import type { Language } from "../i18n";
import {
  exampleSheet,
  type Flow,
  fieldErrors,
  isSmartbillError,
  type Sheet as ParsedSheet,
  type Row,
  readSheet,
  type SentRow,
  send,
  sheetReport,
  sheetTemplate,
} from "../smartbill";
import { Failure, Message, PageHeader, Tabs } from "../ui/basics";
import { Filter, label } from "../ui/fields";
import { Icon } from "../ui/icon";

const FLOWS: readonly Flow[] = ["clientes", "consumos"];

export function Sheet({ flow: initial }: { flow: Flow }) {
  const { t, language } = usePortal();
  const [flow, setFlow] = useState<Flow>(initial);
  const [file, setFile] = useState<File | null>(null);
  const [sheet, setSheet] = useState<(ParsedSheet & { language: Language }) | null>(null);
  const [error, setError] = useError();

  // The messages of the rows are the core's, in the language of the moment: the file is read again for them, and until
  // then none is shown.
  useEffect(() => {
    if (file === null) return;
    let alive = true;
    setError(undefined);
    readSheet(file, flow, language)
      .then((parsed) => alive && setSheet({ ...parsed, language }))
      .catch((failure: unknown) => {
        if (!alive) return;
        setError(failure);
        setSheet(null);
        setFile(null);
      });
    return () => {
      alive = false;
    };
  }, [file, flow, language]);

  const restart = () => {
    setFile(null);
    setSheet(null);
    setError(undefined);
  };
  return (
    <>
      <PageHeader title={t.areas.sheet} intro={t.sheet.intro} />
      {error !== undefined && <Failure error={error} />}
      {file === null && <ChooseFile flow={flow} onFlowChange={setFlow} onChoose={setFile} />}
      {file !== null && sheet === null && (
        <p class="loading" role="status">
          <span class="spinner" aria-hidden="true" /> {t.sheet.reading}
        </p>
      )}
      {file !== null && sheet !== null && (
        <Review
          key={file.name + file.lastModified}
          {...{ file, flow, restart }}
          sheet={sheet.language === language ? sheet : withoutMessages(sheet)}
        />
      )}
    </>
  );
}

function withoutMessages(sheet: ParsedSheet): ParsedSheet {
  const rows = sheet.rows.map((l) => ({ ...l, findings: l.findings.map((p) => ({ ...p, message: "…" })) }));
  return { ...sheet, rows };
}

function ChooseFile(props: { flow: Flow; onFlowChange(flow: Flow): void; onChoose(file: File): void }) {
  const { t, platform } = usePortal();
  const [over, setOver] = useState(false);
  const id = useId();
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer?.files[0];
    if (file) props.onChoose(file);
  };
  return (
    <section class="card upload">
      <div class="upload-kind">
        <p class="label">{t.sheet.what}</p>
        <Filter
          label={t.sheet.what}
          value={props.flow}
          options={FLOWS.map((value) => ({ value, text: t.sheet.flows[value] }))}
          onChange={props.onFlowChange}
        />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keyboard has the button inside */}
      <div
        class={over ? "drop drop-over" : "drop"}
        onDragOver={(e) => {
          e.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Icon name="upload" size={32} />
        <p class="drop-title">{t.sheet.drop}</p>
        <p>
          <input
            id={id}
            class="visually-hidden"
            type="file"
            accept=".xls,.xlsx,.xlsm,.csv,.txt,.ods"
            onChange={(e) => {
              const file = e.currentTarget.files?.[0];
              if (file) props.onChoose(file);
            }}
          />
          <label for={id} class="button button-primary">
            {t.sheet.orChoose}
          </label>
        </p>
        <p class="fine">{t.sheet.formats}</p>
      </div>
      <div class="row">
        {platform.simulator && (
          <button
            type="button"
            class="button"
            onClick={() => void exampleSheet(props.flow, platform).then(props.onChoose)}
          >
            <Icon name="sheet" size={18} /> {t.sheet.example}
          </button>
        )}
        <button
          type="button"
          class="button"
          onClick={() => void sheetTemplate(props.flow).then((b) => download(b, `modelo-${props.flow}.xlsx`))}
        >
          <Icon name="download" size={18} /> {t.sheet.template}
        </button>
      </div>
    </section>
  );
}

type Sending = { phase: "reviewing" } | { phase: "sending" | "ended"; done: SentRow[]; total: number };

function Review(props: { file: File; sheet: ParsedSheet; flow: Flow; restart(): void }) {
  const { t, language, platform, changed } = usePortal();
  const { sheet, flow } = props;
  const good = sheet.rows.filter((l) => l.record !== undefined);
  const bad = sheet.rows.filter((l) => l.record === undefined);
  const [tab, setTab] = useState<"errors" | "ready">(bad.length > 0 ? "errors" : "ready");
  const [sending, setSending] = useState<Sending>({ phase: "reviewing" });
  const [error, setError] = useError();
  const controller = useRef<AbortController | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    return () => controller.current?.abort();
  }, []);

  const sendAll = async () => {
    const done: SentRow[] = [];
    controller.current = new AbortController();
    setSending({ phase: "sending", done, total: good.length });
    await send(platform, flow, good, controller.current.signal, (sent) => {
      tellIn(language, sent.error);
      done.push(sent);
      setSending({ phase: "sending", done, total: good.length });
    });
    setSending({ phase: "ended", done, total: good.length });
    changed();
  };
  const done = sending.phase === "reviewing" ? [] : sending.done;
  const report = async () => {
    try {
      download(
        await sheetReport(props.file, flow, language, sheet, done),
        `relatorio-${withoutExtension(props.file.name)}.xlsx`,
      );
    } catch (failure) {
      setError(failure);
    }
  };

  return (
    <section>
      <div class="card sheet-head">
        <div>
          <h2 ref={heading} tabIndex={-1}>
            <Icon name="sheet" /> {props.file.name}
          </h2>
          <p class="fine">
            {[
              sheet.sheet === props.file.name ? "" : sheet.sheet,
              sheet.skipped.length > 0 ? t.sheet.skipped(sheet.skipped) : "",
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
        </div>
        <dl class="counts">
          <Count n={sheet.rows.length} text={t.sheet.rowsRead} />
          <Count n={good.length} text={t.sheet.ready} tone="ok" />
          <Count n={bad.length} text={t.sheet.withErrors} tone={bad.length > 0 ? "bad" : ""} />
        </dl>
        <div class="row">
          {sending.phase === "reviewing" && good.length > 0 && (
            <button type="button" class="button button-primary" onClick={() => void sendAll()}>
              <Icon name="upload" size={18} /> {t.sheet.send(good.length)}
            </button>
          )}
          {sending.phase !== "sending" && (
            <>
              <button type="button" class="button" onClick={() => void report()} title={t.sheet.reportHint}>
                <Icon name="download" size={18} /> {t.sheet.report}
              </button>
              <button type="button" class="button button-quiet" onClick={props.restart}>
                {t.sheet.another}
              </button>
            </>
          )}
        </div>
        {sending.phase !== "reviewing" && (
          <Progress sending={sending} flow={flow} onStop={() => controller.current?.abort()} />
        )}
        {error !== undefined && <Failure error={error} />}
      </div>
      <Tabs
        label={t.sheet.tabs}
        tabs={[
          { key: "errors", text: t.sheet.errorsTab(bad.length) },
          { key: "ready", text: t.sheet.readyTab(good.length) },
        ]}
        current={tab}
        onChange={(key) => setTab(key)}
      >
        {tab === "errors" ? <BadRows rows={bad} /> : <GoodRows rows={good} />}
      </Tabs>
    </section>
  );
}

function Count({ n, text, tone = "" }: { n: number; text: string; tone?: string }) {
  return (
    <div class={`count count-${tone}`}>
      <dd>{n}</dd>
      <dt>{text}</dt>
    </div>
  );
}

function Progress(props: { sending: Exclude<Sending, { phase: "reviewing" }>; flow: Flow; onStop(): void }) {
  const { t } = usePortal();
  const { phase, done, total } = props.sending;
  const isUncertain = (e: SentRow) => isSmartbillError(e.error) && e.error.outcome === "unknown";
  const refused = done.filter((e) => e.error !== undefined && !isUncertain(e));
  const uncertain = done.filter(isUncertain);
  const alreadySent = done.filter((e) => e.outcome === "already_done").length;
  if (phase === "sending") {
    return (
      <div class="sending">
        <label>
          {t.sheet.sending(done.length, total)}
          <progress max={total} value={done.length} />
        </label>
        <button type="button" class="button button-small" onClick={props.onStop}>
          {t.sheet.stop}
        </button>
      </div>
    );
  }
  const unsent = total - done.length;
  const failures = refused.length + uncertain.length;
  return (
    <div class={failures + unsent > 0 ? "notice notice-warn" : "notice notice-ok"} role="status">
      <Icon name={failures + unsent > 0 ? "warning" : "check"} />
      <div>
        <p class="notice-title">{t.sheet.sent(done.length - failures - alreadySent)}</p>
        {alreadySent > 0 && <p>{t.sheet.alreadySent(alreadySent)}</p>}
        {unsent > 0 && <p>{t.sheet.stopped(unsent)}</p>}
        {(
          [
            ["refused", refused],
            ["uncertain", uncertain],
          ] as const
        ).map(
          ([which, sent]) =>
            sent.length > 0 && (
              <div key={which}>
                <p>{t.sheet[which](sent.length)}</p>
                <ul>
                  {sent.slice(0, 20).map(({ row, error }) => (
                    <li key={row.number}>
                      {t.sheet.row} {row.number}: <Reason error={error} />
                    </li>
                  ))}
                </ul>
              </div>
            ),
        )}
        <p>
          <a href={`#/${props.flow}`}>{t.sheet.seeResult[props.flow]}</a>
        </p>
      </div>
    </div>
  );
}

function Reason({ error }: { error: unknown }) {
  const { t } = usePortal();
  const other = useOtherLanguage(error);
  const fields = fieldErrors(error);
  const general = isSmartbillError(error) ? error.message : t.error.unexpected;
  if (other) return <>{t.error.title}</>;
  if (fields.length === 0) return <Message text={general} />;
  return (
    <>
      {fields.map((v, i) => (
        <span key={v.path}>
          {i > 0 && "; "}
          {label(v.path, t.field)}: <Message text={v.message} />
        </span>
      ))}
    </>
  );
}

const FIRST_ROWS = 50;

/** The rows that cannot go, a card for each, with the cells that must change. */
function BadRows({ rows }: { rows: readonly Row[] }) {
  const { t } = usePortal();
  const [count, setCount] = useState(FIRST_ROWS);
  if (rows.length === 0) return <p class="fine">{t.sheet.noneWithErrors}</p>;
  return (
    <>
      <table class="table bad-rows">
        <thead>
          <tr>
            <th scope="col">{t.sheet.cell}</th>
            <th scope="col">{t.sheet.column}</th>
            <th scope="col">{t.sheet.value}</th>
            <th scope="col">{t.sheet.finding}</th>
          </tr>
        </thead>
        {rows.slice(0, count).map((row) => (
          <tbody key={row.number}>
            {row.findings.map((p, i) => (
              <tr key={i} class={p.severity === "warning" ? "row-warn" : "row-bad"}>
                <th scope="row" class="mono" data-label={t.sheet.cell}>
                  {`${p.place?.column ?? ""}${row.number}`}
                </th>
                <td data-label={t.sheet.column}>{p.place?.header ?? label(p.path, t.field)}</td>
                <td data-label={t.sheet.value}>
                  <code class="cell-value">{p.place?.value || t.sheet.emptyCell}</code>
                </td>
                <td data-label={t.sheet.finding} data-code={p.code}>
                  <span>
                    <Message text={p.message} />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
      <MoreRows missing={rows.length - count} onMore={() => setCount((n) => n + FIRST_ROWS)} />
    </>
  );
}

/** The rows that can go, as they will be sent. */
function GoodRows({ rows }: { rows: readonly Row[] }) {
  const { t } = usePortal();
  const [count, setCount] = useState(FIRST_ROWS);
  if (rows.length === 0) return <p class="fine">{t.sheet.noneReady}</p>;
  const values = rows.slice(0, count).map((row) => ({ row, values: flatten(row.record) }));
  const columns = [...new Set(values.flatMap((l) => Object.keys(l.values)))];
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls what has the focus */}
      <div class="scroll" role="region" tabIndex={0} aria-label={t.sheet.readyTab(rows.length)}>
        <table class="sheet">
          <thead>
            <tr>
              <th scope="col">{t.sheet.row}</th>
              {columns.map((path) => (
                <th scope="col" key={path}>
                  {label(path, t.field)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {values.map(({ row, values }) => (
              <tr key={row.number}>
                <th scope="row">{row.number}</th>
                {columns.map((path) => (
                  <td key={path}>{values[path] ?? ""}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <MoreRows missing={rows.length - count} onMore={() => setCount((n) => n + FIRST_ROWS)} />
    </>
  );
}

function MoreRows({ missing, onMore }: { missing: number; onMore(): void }) {
  const { t } = usePortal();
  if (missing <= 0) return null;
  return (
    <button type="button" class="button" onClick={onMore}>
      {t.sheet.showMore(Math.min(missing, FIRST_ROWS))}
    </button>
  );
}

/** A record as columns: `endereco.cep` and the like. */
function flatten(record: unknown, before = ""): Record<string, string> {
  const output: Record<string, string> = {};
  for (const [name, value] of Object.entries((record ?? {}) as Record<string, unknown>)) {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      Object.assign(output, flatten(value, `${before}${name}.`));
    } else if (value !== undefined && !(Array.isArray(value) && value.length === 0)) {
      output[before + name] = String(value);
    }
  }
  return output;
}

function download(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function withoutExtension(name: string): string {
  return name.replace(/\.[^.]+$/, "");
}
