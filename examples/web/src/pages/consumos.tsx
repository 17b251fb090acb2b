import { useEffect, useState } from "preact/hooks";

import { useError, useListing, usePortal } from "../context";
import { month, months, parseDecimal, quantity } from "../format";
import { type Consumo, type Contrato, checkConsumo, fieldErrors, type Servico } from "../smartbill";
import { Dialog, Empty, Failure, ListEnd, Loading, PageHeader, Situacao } from "../ui/basics";
import { ErrorSummary, Input, MonthSelect, Select } from "../ui/fields";
import { nest, useForm, useIdempotencyKey } from "../ui/form";
import { contratoName, useContratos, useNames, useServicos } from "./shared";

export function Consumos({ contratoId }: { contratoId: string | null }) {
  const { t, language, platform, version, announce } = usePortal();
  const [competencia, setCompetencia] = useState("");
  const [removing, setRemoving] = useState<Consumo | null>(null);
  const filter = { ...(contratoId ? { contratoId } : {}), ...(competencia ? { competencia } : {}) };
  const listing = useListing(
    (signal) => platform.api.consumos.listar(filter, { signal }),
    `${contratoId}|${competencia}|${version}`,
  );
  const servicos = useServicos();
  const contratos = useContratos(listing.items.map((c) => c.contratoId));
  const names = useNames([...contratos.values()]);

  return (
    <>
      <PageHeader title={t.areas.consumos} intro={t.consumos.intro} {...(contratoId ? { back: "/contratos" } : {})} />
      <Incluir contratoId={contratoId} servicos={servicos} onIncluir={listing.reload} />
      <div class="toolbar">
        <MonthSelect
          label={t.consumos.monthFilter}
          value={competencia}
          allMasculine={t.allMasculine}
          onChange={setCompetencia}
        />
      </div>
      {listing.error !== undefined && <Failure error={listing.error} onRetry={listing.reload} />}
      {listing.items.length > 0 && (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t.consumos.servico}</th>
              <th scope="col">{t.contratos.contrato}</th>
              <th scope="col">{t.consumos.competencia}</th>
              <th scope="col" class="num">
                {t.consumos.quantidade}
              </th>
              <th scope="col">{t.situacao}</th>
              <th scope="col">
                <span class="visually-hidden">{t.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {listing.items.map((consumo) => {
              const servico = servicos.get(consumo.servicoId ?? consumo.servicoCodigo ?? "");
              const contrato = contratos.get(consumo.contratoId ?? "");
              return (
                <tr key={consumo.id}>
                  <th scope="row" class="cell-main">
                    {servico?.nome ?? consumo.servicoCodigo ?? consumo.servicoId}
                    <span class="sub">{consumo.descricao ?? ""}</span>
                  </th>
                  <td data-label={t.contratos.contrato}>
                    <span>
                      <span class="mono">
                        {contrato ? contratoName(contrato) : (consumo.contratoCodigoExterno ?? consumo.contratoId)}
                      </span>
                      <span class="sub">{names.get(contrato?.clienteId ?? "") ?? ""}</span>
                    </span>
                  </td>
                  <td data-label={t.consumos.competencia}>{month(consumo.competencia, language)}</td>
                  <td class="num" data-label={t.consumos.quantidade}>
                    {quantity(consumo.quantidade, servico?.unidade, language)}
                  </td>
                  <td data-label={t.situacao}>
                    <Situacao value={consumo.situacao} />
                  </td>
                  <td class="cell-actions">
                    {!consumo.faturado && consumo.situacao !== "FATURADO" && (
                      <button
                        type="button"
                        class="button button-small button-quiet"
                        onClick={() => setRemoving(consumo)}
                      >
                        {t.consumos.remover}
                      </button>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {listing.loading && <Loading />}
      {!listing.loading && listing.error === undefined && listing.items.length === 0 && (
        <Empty title={t.consumos.empty} hint={t.consumos.emptyHint} />
      )}
      {listing.items.length > 0 && (
        <ListEnd n={listing.items.length} more={listing.more} loading={listing.loading} onMore={listing.loadMore} />
      )}
      {removing && (
        <Remover
          consumo={removing}
          onClose={() => setRemoving(null)}
          onRemover={() => {
            announce(t.consumos.removed);
            listing.reload();
          }}
        />
      )}
    </>
  );
}

interface IncluirProps {
  contratoId: string | null;
  servicos: ReadonlyMap<string, Servico>;
  onIncluir(): void;
}

function Incluir({ contratoId, servicos, onIncluir }: IncluirProps) {
  const { t, language, platform, version, announce } = usePortal();
  const key = useIdempotencyKey();
  const today = platform.today();
  const [active, setActive] = useState<Contrato[]>();
  const [sending, setSending] = useState(false);
  const [error, setError] = useError();
  const names = useNames(active ?? []);
  const empty = { contratoId: contratoId ?? "", competencia: today.slice(0, 7) };
  const form = useForm(
    empty,
    (fields) => {
      const { quantidade: q = "", ...rest } = fields;
      // What could be two numbers is handed over as it is: the core refuses it.
      return checkConsumo(nest({ ...rest, quantidade: parseDecimal(q, language) ?? `?${q}` }), { language, today });
    },
    language,
  );

  const metered = (contrato: Contrato) =>
    (contrato.itens ?? []).flatMap((item) => {
      const servico = servicos.get(item.servicoId ?? item.servicoCodigo ?? "");
      return servico?.tipoCobranca === "CONSUMO" ? [servico] : [];
    });
  useEffect(() => {
    const controller = new AbortController();
    const read = async () => {
      const options = { signal: controller.signal, pageSize: 100, maxPages: 1 };
      const page = contratoId
        ? [await platform.api.contratos.obter(contratoId, { signal: controller.signal })]
        : await platform.api.contratos.listar({ situacao: ["ATIVO"] }, options).toArray();
      setActive(page);
    };
    read().catch((failure: unknown) => controller.signal.aborted || setError(failure));
    return () => controller.abort();
  }, [contratoId, version]);

  const contratos = (active ?? []).filter((c) => metered(c).length > 0);
  const chosen = contratos.find((c) => c.id === form.fields["contratoId"]);
  const offered = chosen ? metered(chosen) : [];
  const servico = offered.find((s) => s.id === form.fields["servicoId"]);
  const typed = form.fields["quantidade"] ?? "";
  const parsed = parseDecimal(typed, language);
  const quantityField = form.field("quantidade");

  const save = async (event: Event) => {
    event.preventDefault();
    setError(undefined);
    form.attempt();
    const { value } = form.report;
    if (value === undefined || sending) return;
    setSending(true);
    try {
      const { outcome } = await platform.api.consumos.incluir(value, key(value));
      announce(outcome === "created" ? t.consumos.included : t.consumos.alreadyIncluded);
      form.restart({ ...form.fields, quantidade: "", descricao: "", idExterno: "" });
      onIncluir();
    } catch (failure) {
      const byField = fieldErrors(failure);
      form.refuse(byField);
      if (byField.length === 0) setError(failure);
    }
    setSending(false);
  };

  const c = (path: string) => ({ ...form.field(path), label: t.field[path] ?? path });
  if (active !== undefined && servicos.size > 0 && contratos.length === 0) {
    return <p class="notice">{t.consumos.noContratos}</p>;
  }
  return (
    <details class="card disclosure">
      <summary>{t.consumos.incluir}</summary>
      <form noValidate onSubmit={(e) => void save(e)}>
        <ErrorSummary errors={form.errors} turn={form.attempts} />
        {error !== undefined && <Failure error={error} focus />}
        <div class="grid grid-6">
          <Select
            {...c("contratoId")}
            required
            className="span-3"
            options={contratos.map((contrato) => ({
              value: contrato.id ?? "",
              text: t.consumos.contratoOf(contratoName(contrato), names.get(contrato.clienteId ?? "") ?? "…"),
            }))}
          />
          <Select
            {...c("servicoId")}
            required
            className="span-3"
            empty={chosen ? t.choose : t.consumos.chooseContrato}
            options={offered.map((s) => ({ value: s.id ?? "", text: s.nome ?? s.codigo ?? "" }))}
          />
          <Select
            {...c("competencia")}
            options={months(today).map((value) => ({ value, text: month(value, language) }))}
            empty=""
            required
            className="span-2"
          />
          <Input
            {...quantityField}
            label={t.field["quantidade"] ?? ""}
            error={
              quantityField.error && parsed === null
                ? { ...quantityField.error, message: t.decimal.ambiguous }
                : quantityField.error
            }
            required
            inputMode="decimal"
            className="span-2"
            found={
              /^-?\d+(\.\d+)?$/.test(parsed ?? "")
                ? t.decimal.parsed(quantity(parsed ?? "", servico?.unidade, language))
                : undefined
            }
          />
          <Input {...c("idExterno")} className="span-2" maxLength={100} />
          <Input {...c("descricao")} className="span-6" maxLength={255} />
        </div>
        <div class="form-foot form-foot-plain">
          <span class="grow" />
          <button type="submit" class="button button-primary" aria-disabled={sending}>
            {t.consumos.incluir}
          </button>
        </div>
      </form>
    </details>
  );
}

function Remover({ consumo, onClose, onRemover }: { consumo: Consumo; onClose(): void; onRemover(): void }) {
  const { t, platform } = usePortal();
  const [error, setError] = useError();
  const remover = async () => {
    try {
      await platform.api.consumos.remover(consumo.id ?? "");
      onRemover();
      onClose();
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Dialog title={t.consumos.confirmTitle} onClose={onClose}>
      <p>{t.consumos.confirm}</p>
      {error !== undefined && <Failure error={error} />}
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          {t.cancelar}
        </button>
        <button type="button" class="button button-danger" onClick={() => void remover()}>
          {t.consumos.remover}
        </button>
      </div>
    </Dialog>
  );
}
