import { useState } from "preact/hooks";

import { useError, useListing, usePortal } from "../context";
import { date, money, month, price, quantity } from "../format";
import { type Cobranca, documentos, pixQr } from "../smartbill";
import { CopyButton, Dialog, Empty, Failure, ListEnd, Loading, PageHeader, Situacao } from "../ui/basics";
import { Filter, MonthSelect } from "../ui/fields";
import { Icon } from "../ui/icon";

const SITUACOES = ["EM_ABERTO", "VENCIDA", "PAGA"] as const;
type Filtered = "" | (typeof SITUACOES)[number];

export function Cobrancas({ contratoId }: { contratoId: string | null }) {
  const { t, language, platform, version } = usePortal();
  const [situacao, setSituacao] = useState<Filtered>("");
  const [opened, setOpened] = useState<Cobranca | null>(null);
  const filter = {
    ordenarPor: "VENCIMENTO",
    ordem: "DECRESCENTE",
    ...(contratoId ? { contratoId } : {}),
    ...(situacao ? { situacao: [situacao] } : {}),
  };
  const listing = useListing(
    (signal) => platform.api.cobrancas.listar(filter, { signal }),
    `${contratoId}|${situacao}|${version}`,
  );

  return (
    <>
      <PageHeader title={t.areas.cobrancas} intro={t.cobrancas.intro} {...(contratoId ? { back: "/contratos" } : {})} />
      {platform.simulator && <Controls />}
      <div class="toolbar">
        <Filter
          label={t.cobrancas.filter}
          value={situacao}
          options={[
            { value: "" as Filtered, text: t.allFeminine },
            ...SITUACOES.map((value) => ({ value: value as Filtered, text: t.option[value] ?? value })),
          ]}
          onChange={(value) => setSituacao(value)}
        />
      </div>
      {listing.error !== undefined && <Failure error={listing.error} onRetry={listing.reload} />}
      {listing.items.length > 0 && (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t.cobrancas.numero}</th>
              <th scope="col">{t.field["competencia"]}</th>
              <th scope="col">{t.cobrancas.vencimento}</th>
              <th scope="col" class="num">
                {t.cobrancas.valor}
              </th>
              <th scope="col">{t.situacao}</th>
              <th scope="col">
                <span class="visually-hidden">{t.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {listing.items.map((cobranca) => (
              <tr key={cobranca.id}>
                <th scope="row" class="cell-main">
                  {cobranca.clienteNome ?? cobranca.clienteId}
                  <span class="sub mono">{[cobranca.numero, cobranca.contratoNumero].filter(Boolean).join(" · ")}</span>
                </th>
                <td data-label={t.field["competencia"]}>{month(cobranca.competencia, language)}</td>
                <td data-label={t.cobrancas.vencimento}>{date(cobranca.dataVencimento, language)}</td>
                <td class="num" data-label={t.cobrancas.valor}>
                  {money(cobranca.valorLiquido ?? cobranca.valorOriginal, language)}
                </td>
                <td data-label={t.situacao}>
                  <Situacao value={cobranca.situacao} />
                </td>
                <td class="cell-actions">
                  <button
                    type="button"
                    class="button button-small"
                    aria-label={`${t.details}: ${cobranca.numero ?? cobranca.id}`}
                    onClick={() => setOpened(cobranca)}
                  >
                    {t.details}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {listing.loading && <Loading />}
      {!listing.loading && listing.error === undefined && listing.items.length === 0 && (
        <Empty title={t.cobrancas.empty} hint={t.cobrancas.emptyHint} />
      )}
      {listing.items.length > 0 && (
        <ListEnd n={listing.items.length} more={listing.more} loading={listing.loading} onMore={listing.loadMore} />
      )}
      {opened && <Details cobranca={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

const STEPS = { day: 1, week: 7, month: 30 } as const;

/** Billing and the clock, which only the sandbox has. */
function Controls() {
  const { t, language, platform, announce, changed } = usePortal();
  const { simulator } = platform;
  const [competencia, setCompetencia] = useState(platform.today().slice(0, 7));
  const [step, setStep] = useState<keyof typeof STEPS>("week");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useError();
  const run = async (o: () => Promise<string>) => {
    setBusy(true);
    setError(undefined);
    try {
      announce(await o());
      changed();
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  if (simulator === null) return null;
  const faturar = async () => {
    const { cobrancas, amount: value } = await simulator.faturar(competencia);
    return t.demo.billed(cobrancas, money(value, language));
  };
  const advance = async () => {
    await simulator.advance(STEPS[step]);
    return t.demo.advanced(date(simulator.today, language));
  };
  return (
    <section class="card controls" aria-label={t.demo.controls}>
      <p class="fine">{t.demo.explanation}</p>
      <div class="row">
        <MonthSelect label={t.demo.competencia} value={competencia} onChange={setCompetencia} />
        <button type="button" class="button button-primary" disabled={busy} onClick={() => void run(faturar)}>
          <Icon name="cobrancas" size={18} /> {t.demo.faturarMonth}
        </button>
        <span class="rule" aria-hidden="true" />
        <label class="inline-field">
          {t.demo.advanceBy}
          <select value={step} onChange={(e) => setStep(e.currentTarget.value as keyof typeof STEPS)}>
            {(Object.keys(STEPS) as (keyof typeof STEPS)[]).map((p) => (
              <option key={p} value={p}>
                {t.demo.steps[p]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="button" disabled={busy} onClick={() => void run(advance)}>
          <Icon name="clock" size={18} /> {t.demo.advance}
        </button>
      </div>
      {error !== undefined && <Failure error={error} />}
    </section>
  );
}

function Details({ cobranca, onClose }: { cobranca: Cobranca; onClose(): void }) {
  const { t, language } = usePortal();
  const line = cobranca.boleto?.linhaDigitavel;
  const pix = cobranca.pix?.copiaECola;
  const sums: [string, string | undefined][] = [
    [t.cobrancas.desconto, cobranca.valorDesconto],
    [t.cobrancas.juros, cobranca.valorJuros],
    [t.cobrancas.multa, cobranca.valorMulta],
    [t.cobrancas.paid, cobranca.valorPago],
  ];
  return (
    <Dialog title={cobranca.clienteNome ?? t.cobrancas.numero} wide onClose={onClose}>
      <div class="charge-head">
        <p class="amount">{money(cobranca.saldo ?? cobranca.valorLiquido, language)}</p>
        <Situacao value={cobranca.situacao} />
      </div>
      <dl class="facts">
        <Fact name={t.cobrancas.numero} value={cobranca.numero ?? cobranca.id} mono />
        <Fact name={t.contratos.contrato} value={cobranca.contratoNumero ?? cobranca.contratoId} mono />
        <Fact name={t.field["competencia"] ?? ""} value={month(cobranca.competencia, language)} />
        <Fact name={t.cobrancas.issued} value={date(cobranca.dataEmissao, language)} />
        <Fact name={t.cobrancas.vencimento} value={date(cobranca.dataVencimento, language)} />
        {cobranca.dataPagamento && <Fact name={t.cobrancas.paidOn} value={date(cobranca.dataPagamento, language)} />}
      </dl>
      {(cobranca.itens ?? []).length > 0 && (
        <table class="bill">
          <caption>{t.cobrancas.itens}</caption>
          <tbody>
            {(cobranca.itens ?? []).map((item, i) => (
              <tr key={i}>
                <th scope="row">
                  {item.descricao ?? item.servicoCodigo}
                  <span class="sub">
                    {quantity(item.quantidade, undefined, language)}{" "}
                    {item.valorUnitario === undefined
                      ? `· ${t.contratos.tiered}`
                      : `× ${price(item.valorUnitario, language)}`}
                  </span>
                </th>
                <td class="num">{money(item.valor, language)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            {sums.map(([name, value]) =>
              value === undefined || /^0(\.0*)?$/.test(value) ? null : (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td class="num">{money(value, language)}</td>
                </tr>
              ),
            )}
            <tr class="bill-total">
              <th scope="row">{t.cobrancas.saldo}</th>
              <td class="num">{money(cobranca.saldo ?? cobranca.valorLiquido, language)}</td>
            </tr>
          </tfoot>
        </table>
      )}
      {line && (
        <section class="pay">
          <h3>{t.cobrancas.boleto}</h3>
          <p class="fine">{t.cobrancas.linhaDigitavel}</p>
          <p class="code" data-testid="linha-digitavel">
            {documentos.boleto.formatar(line) ?? line}
          </p>
          <CopyButton text={line} label={t.cobrancas.copyLine} />
        </section>
      )}
      {pix && (
        <section class="pay pay-pix">
          <div>
            <h3>{t.cobrancas.pix}</h3>
            <p class="fine">{t.cobrancas.copiaECola}</p>
            <p class="code code-long" data-testid="pix">
              {pix}
            </p>
            <CopyButton text={pix} label={t.cobrancas.copyPix} />
          </div>
          <figure>
            <img src={pixQr(pix)} alt={t.cobrancas.qr} width={168} height={168} />
            <figcaption class="fine">{t.cobrancas.qrHint}</figcaption>
          </figure>
        </section>
      )}
      {!line && !pix && <p class="fine">{t.cobrancas.noBoletoNorPix}</p>}
    </Dialog>
  );
}

function Fact({ name, value, mono }: { name: string; value: string | undefined; mono?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={mono ? "mono" : ""}>{value ?? "—"}</dd>
    </div>
  );
}
