import { useEffect, useState } from "preact/hooks";

import { goTo, useError, usePortal } from "../context";
import { parseDecimal, price } from "../format";
import type { Language } from "../i18n";
import { type Cliente, checkContrato, fieldErrors, type Servico } from "../smartbill";
import { Failure, Loading, PageHeader } from "../ui/basics";
import { ErrorSummary, Input, Select } from "../ui/fields";
import { type Fields, nest, useForm, useIdempotencyKey } from "../ui/form";
import { Icon } from "../ui/icon";
import { useServicos } from "./shared";

const PERIODICIDADES = [
  "MENSAL",
  "BIMESTRAL",
  "TRIMESTRAL",
  "QUADRIMESTRAL",
  "SEMESTRAL",
  "ANUAL",
  "SEMANAL",
  "QUINZENAL",
  "BIENAL",
  "TRIENAL",
];
const PAYMENTS = ["BOLETO", "PIX", "CARTAO", "DEBITO", "TRANSFERENCIA", "INDEFINIDO"];

/** A new contract of the customer called `id`. */
export function ContratoForm({ id }: { id: string }) {
  const { t, platform } = usePortal();
  const [cliente, setCliente] = useState<Cliente>();
  const [error, setError] = useError();
  const servicos = useServicos();
  useEffect(() => {
    platform.api.clientes.obter(id).then(setCliente, setError);
  }, [id]);
  return (
    <>
      <PageHeader
        title={t.newContrato.title}
        {...(cliente ? { intro: t.newContrato.forCliente(cliente.nome ?? t.noName) } : {})}
        back="/clientes"
      />
      {error !== undefined && <Failure error={error} />}
      {cliente && servicos.size > 0 ? (
        <Form cliente={cliente} servicos={servicos} />
      ) : (
        error === undefined && <Loading />
      )}
    </>
  );
}

function Form({ cliente, servicos }: { cliente: Cliente; servicos: ReadonlyMap<string, Servico> }) {
  const { t, language, platform, announce } = usePortal();
  const [items, setItems] = useState(1);
  const [sending, setSending] = useState(false);
  const [error, setError] = useError();
  const key = useIdempotencyKey();
  const today = platform.today();
  const form = useForm(
    {
      dataInicio: today,
      periodicidade: "MENSAL",
      diaVencimento: "10",
      formaPagamento: "BOLETO",
      "itens[0].quantidade": "1",
    },
    (fields) => checkContrato(prepare(fields, cliente, items, language), { language, today }),
    `${language}|${items}`,
  );
  const sold = [...new Set(servicos.values())].filter((s) => s.situacao !== "INATIVO");
  const c = (path: string) => ({ ...form.field(path), label: t.field[path] ?? path });

  const take = (i: number) => {
    const remaining = Object.entries(form.fields).flatMap(([path, value]) => {
      const [, n, name] = /^itens\[(\d+)\]\.(.*)$/.exec(path) ?? [];
      if (n === undefined || Number(n) < i) return [[path, value] as const];
      return Number(n) === i ? [] : [[`itens[${Number(n) - 1}].${name}`, value] as const];
    });
    form.replace(Object.fromEntries(remaining));
    setItems((n) => n - 1);
  };
  const save = async (event: Event) => {
    event.preventDefault();
    setError(undefined);
    form.attempt();
    const { value } = form.report;
    if (value === undefined || sending) return;
    setSending(true);
    try {
      await platform.api.contratos.incluir(value, key(value));
      announce(t.newContrato.created);
      goTo(`/contratos?cliente=${encodeURIComponent(cliente.id ?? "")}`);
    } catch (failure) {
      const byField = fieldErrors(failure);
      form.refuse(byField);
      if (byField.length === 0) setError(failure);
      setSending(false);
    }
  };

  return (
    <form class="form" noValidate onSubmit={(e) => void save(e)}>
      <ErrorSummary errors={form.errors} turn={form.attempts} />
      {error !== undefined && <Failure error={error} focus />}
      <p class="fine">{t.form.requiredNote}</p>
      <fieldset class="card">
        <legend>{t.newContrato.itens}</legend>
        {Array.from({ length: items }, (_, i) => {
          const servico = servicos.get(form.fields[`itens[${i}].servicoId`] ?? "");
          return (
            <div class="item" key={i} role="group" aria-label={t.newContrato.item(i + 1)}>
              <div class="grid grid-6">
                <Select
                  {...form.field(`itens[${i}].servicoId`)}
                  label={t.newContrato.servico}
                  required
                  className="span-3"
                  options={sold.map((s) => ({ value: s.id ?? "", text: s.nome ?? s.codigo ?? "" }))}
                />
                <Input
                  {...form.field(`itens[${i}].quantidade`)}
                  label={t.newContrato.quantidade}
                  required
                  inputMode="decimal"
                  className="span-1"
                />
                <Input
                  {...form.field(`itens[${i}].valorUnitario`)}
                  label={t.newContrato.valorUnitario}
                  inputMode="decimal"
                  className="span-2"
                  hint={
                    servico?.valorUnitario
                      ? t.newContrato.servicoPrice(price(servico.valorUnitario, language))
                      : t.newContrato.blankPrice
                  }
                />
              </div>
              {items > 1 && (
                <button type="button" class="button button-small button-quiet" onClick={() => take(i)}>
                  {t.newContrato.remover} {t.newContrato.item(i + 1)}
                </button>
              )}
            </div>
          );
        })}
        <button
          type="button"
          class="button button-small"
          onClick={() => {
            form.change(`itens[${items}].quantidade`, "1");
            setItems(items + 1);
          }}
        >
          <Icon name="plus" size={16} /> {t.newContrato.add}
        </button>
      </fieldset>
      <fieldset class="card">
        <legend>{t.newContrato.terms}</legend>
        <div class="grid grid-6">
          <Input {...c("dataInicio")} type="date" required className="span-2" />
          <Input {...c("dataFim")} type="date" className="span-2" />
          <Input {...c("codigoExterno")} className="span-2" />
          <Select
            {...c("periodicidade")}
            required
            empty=""
            options={optionsOf(PERIODICIDADES, t.option)}
            className="span-2"
          />
          <Input {...c("diaVencimento")} inputMode="numeric" required className="span-2" maxLength={2} />
          <Select {...c("formaPagamento")} empty="" options={optionsOf(PAYMENTS, t.option)} className="span-2" />
        </div>
      </fieldset>
      <div class="form-foot">
        <span class="grow" />
        <a class="button" href="#/clientes">
          {t.cancelar}
        </a>
        <button type="submit" class="button button-primary" aria-disabled={sending}>
          {t.newContrato.save}
        </button>
      </div>
    </form>
  );
}

function optionsOf(values: readonly string[], names: Record<string, string>) {
  return values.map((value) => ({ value, text: names[value] ?? value }));
}

function prepare(fields: Fields, cliente: Cliente, items: number, language: Language): Record<string, unknown> {
  const decimals = Object.fromEntries(
    Object.entries(fields).map(([path, value]) => {
      const decimal = /\.(quantidade|valorUnitario)$/.test(path);
      // What could be two numbers is handed over as it is: the core refuses it.
      return [path, decimal ? (parseDecimal(value, language) ?? `?${value}`) : value];
    }),
  );
  const contrato = nest(decimals);
  const given = (contrato["itens"] ?? []) as unknown[];
  const day = Number(contrato["diaVencimento"]);
  return {
    ...contrato,
    clienteId: cliente.id,
    itens: Array.from({ length: items }, (_, i) => given[i] ?? {}),
    ...(Number.isInteger(day) ? { diaVencimento: day } : {}),
  };
}
