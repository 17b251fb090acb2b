import { useEffect, useState } from "preact/hooks";

import { useError, useListing, usePortal } from "../context";
import { date, price, quantity } from "../format";
import { type ActionName, act, allowedActions, type Contrato, fieldErrors, type Servico } from "../smartbill";
import { Dialog, Empty, Failure, ListEnd, Loading, PageHeader, Situacao } from "../ui/basics";
import { Filter, Input } from "../ui/fields";
import { type Fields, nest, useIdempotencyKey } from "../ui/form";
import { Icon } from "../ui/icon";
import { contratoName, useNames, useServicos } from "./shared";

const SITUACOES = ["ATIVO", "INATIVO", "SUSPENSO", "CANCELADO"] as const;
type Filtered = "" | (typeof SITUACOES)[number];

export function Contratos({ clienteId }: { clienteId: string | null }) {
  const { t, platform, version, announce } = usePortal();
  const [situacao, setSituacao] = useState<Filtered>("");
  const [action, setAction] = useState<{ action: ActionName; contrato: Contrato } | null>(null);
  const [changed, setChanged] = useState<ReadonlyMap<string, Contrato>>(new Map());
  const filter = { ...(clienteId ? { clienteId } : {}), ...(situacao ? { situacao: [situacao] } : {}) };
  const listing = useListing(
    (signal) => platform.api.contratos.listar(filter, { signal }),
    `${clienteId}|${situacao}|${version}`,
  );
  const contratos = listing.items.map((contrato) => changed.get(contrato.id ?? "") ?? contrato);
  const names = useNames(contratos);
  const servicos = useServicos();
  const owner = clienteId ? names.get(clienteId) : undefined;

  return (
    <>
      <PageHeader
        title={owner ? t.contratos.ofCliente(owner) : t.areas.contratos}
        intro={t.contratos.intro}
        {...(clienteId ? { back: "/clientes" } : {})}
      >
        {clienteId && (
          <a class="button button-primary" href={`#/clientes/${encodeURIComponent(clienteId)}/contrato`}>
            <Icon name="plus" /> {t.clientes.newContrato}
          </a>
        )}
      </PageHeader>
      <div class="toolbar">
        <Filter
          label={t.contratos.filter}
          value={situacao}
          options={[
            { value: "" as Filtered, text: t.allMasculine },
            ...SITUACOES.map((value) => ({ value: value as Filtered, text: t.option[value] ?? value })),
          ]}
          onChange={(value) => setSituacao(value)}
        />
      </div>
      {listing.error !== undefined && <Failure error={listing.error} onRetry={listing.reload} />}
      {contratos.length > 0 && (
        <ul class="cards">
          {contratos.map((contrato) => (
            <ContratoCard
              key={contrato.id}
              contrato={contrato}
              cliente={names.get(contrato.clienteId ?? "")}
              servicos={servicos}
              onAct={(action) => setAction({ action, contrato })}
            />
          ))}
        </ul>
      )}
      {listing.loading && <Loading />}
      {!listing.loading && listing.error === undefined && contratos.length === 0 && (
        <Empty title={t.contratos.empty} hint={t.contratos.emptyHint} />
      )}
      {contratos.length > 0 && (
        <ListEnd n={contratos.length} more={listing.more} loading={listing.loading} onMore={listing.loadMore} />
      )}
      {action && (
        <ActDialog
          {...action}
          onClose={() => setAction(null)}
          onAct={(contrato) => {
            setChanged((m) => new Map(m).set(contrato.id ?? "", contrato));
            announce(t.contratos.done[action.action]);
          }}
        />
      )}
    </>
  );
}

function ContratoCard(props: {
  contrato: Contrato;
  cliente: string | undefined;
  servicos: ReadonlyMap<string, Servico>;
  onAct(action: ActionName): void;
}) {
  const { t, language } = usePortal();
  const { contrato } = props;
  const actions = allowedActions(contrato);
  const itemPrice = (value: string | undefined, servico: Servico | undefined) => {
    if (value === undefined && (servico?.faixas ?? []).length > 0) return t.contratos.tiered;
    return `${price(value, language)}${servico?.unidade ? `/${servico.unidade}` : ""}`;
  };
  const name = contratoName(contrato);
  const id = encodeURIComponent(contrato.id ?? "");
  const cobranca = [
    t.option[contrato.periodicidade ?? ""] ?? contrato.periodicidade,
    contrato.diaVencimento === undefined ? undefined : t.contratos.dueDay(contrato.diaVencimento),
    t.option[contrato.formaPagamento ?? ""] ?? contrato.formaPagamento,
  ];
  return (
    <li class="card contract" data-contrato={contrato.id}>
      <div class="contract-head">
        <div>
          <h2>
            <span class="mono">{name}</span>
          </h2>
          <p>{props.cliente ?? "\u00a0"}</p>
        </div>
        <Situacao value={contrato.situacao} />
      </div>
      <ul class="items">
        {(contrato.itens ?? []).map((item, i) => {
          const servico = props.servicos.get(item.servicoId ?? item.servicoCodigo ?? "");
          return (
            <li key={i}>
              <span>{servico?.nome ?? item.descricao ?? item.servicoCodigo ?? item.servicoId}</span>
              <span class="num">
                {servico?.tipoCobranca === "CONSUMO" ? "" : `${quantity(item.quantidade, undefined, language)} × `}
                {itemPrice(item.valorUnitario ?? servico?.valorUnitario, servico)}
              </span>
            </li>
          );
        })}
      </ul>
      <p class="fine">
        {cobranca.filter(Boolean).join(" · ")}
        {contrato.dataInicio && (
          <>
            {" · "}
            {t.contratos.since(
              date(contrato.dataInicio, language),
              contrato.dataFim === undefined ? undefined : date(contrato.dataFim, language),
            )}
          </>
        )}
      </p>
      {(contrato.historico ?? []).length > 0 && (
        <details class="history">
          <summary>{t.contratos.historico}</summary>
          <ol>
            {(contrato.historico ?? []).map((h, i) => (
              <li key={i}>
                <Situacao value={h.situacao} /> {date(h.data, language)}
                {h.motivo && <> · {h.motivo}</>}
              </li>
            ))}
          </ol>
        </details>
      )}
      <p class="contract-links">
        <a href={`#/consumos?contrato=${id}`}>{t.contratos.seeConsumos}</a>
        <a href={`#/cobrancas?contrato=${id}`}>{t.contratos.seeCobrancas}</a>
      </p>
      <div class="contract-foot">
        {actions.map((action) => (
          <button
            key={action}
            type="button"
            class={`button button-small ${action === "ativar" ? "button-primary" : action === "cancelar" ? "button-quiet-danger" : ""}`}
            aria-label={`${actionLabel(action, contrato, t)}: ${name}`}
            data-action={action}
            onClick={() => props.onAct(action)}
          >
            {actionLabel(action, contrato, t)}
          </button>
        ))}
      </div>
    </li>
  );
}

function actionLabel(action: ActionName, contrato: Contrato, t: ReturnType<typeof usePortal>["t"]): string {
  return action === "ativar" && contrato.situacao === "SUSPENSO" ? t.contratos.resume : t.contratos.action[action];
}

function ActDialog(props: {
  action: ActionName;
  contrato: Contrato;
  onClose(): void;
  onAct(contrato: Contrato): void;
}) {
  const { t, platform } = usePortal();
  const { action, contrato } = props;
  const [fields, setFields] = useState<Fields>({});
  const [error, setError] = useError();
  const [sending, setSending] = useState(false);
  const key = useIdempotencyKey();
  const byField = fieldErrors(error);
  const field = (path: string) => ({
    path,
    label: t.field[path] ?? path,
    value: fields[path] ?? "",
    onChange: (value: string) => setFields((c) => ({ ...c, [path]: value })),
    error: byField.find((v) => v.path === path),
  });
  const confirm = async (event: Event) => {
    event.preventDefault();
    setSending(true);
    try {
      const params = nest(fields);
      props.onAct(await act(platform, action, contrato.id ?? "", params, key(params)));
      props.onClose();
    } catch (failure) {
      setError(failure);
      setSending(false);
    }
  };
  useEffect(() => {
    if (byField[0]) document.getElementById(`field-${byField[0].path}`)?.focus();
  }, [error]);

  return (
    <Dialog title={t.contratos.question[action]} onClose={props.onClose}>
      <form noValidate onSubmit={(e) => void confirm(e)}>
        <p>
          <strong class="mono">{contratoName(contrato)}</strong> · {t.contratos.effect[action]}
        </p>
        {action !== "ativar" && <Input {...field("motivo")} required={action === "cancelar"} maxLength={255} />}
        <div class="grid">
          <Input {...field("data")} type="date" hint={t.optional} />
          {action === "suspender" && <Input {...field("suspenderAte")} type="date" hint={t.optional} />}
        </div>
        {error !== undefined && byField.length === 0 && <Failure error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={props.onClose}>
            {t.contratos.keep}
          </button>
          <button
            type="submit"
            class={`button ${action === "cancelar" ? "button-danger" : "button-primary"}`}
            disabled={sending}
          >
            {t.contratos.confirm[action]}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
