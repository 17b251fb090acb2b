import { useEffect, useMemo, useState } from "preact/hooks";

import { goTo, useError, usePortal } from "../context";
import type { Texts } from "../i18n";
import { type Cliente, checkCliente, documentos, type Finding, fieldErrors } from "../smartbill";
import { Failure, Loading, PageHeader } from "../ui/basics";
import { ErrorSummary, Input, Select } from "../ui/fields";
import { type Fields, nest, useForm, useIdempotencyKey } from "../ui/form";

const UFS = "AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO EX".split(" ");

const PATHS = [
  "nome",
  "cpfCnpj",
  "nomeFantasia",
  "codigoExterno",
  "email",
  "celular",
  "telefone",
  "endereco.cep",
  "endereco.uf",
  "endereco.municipio",
  "endereco.codigoIbge",
  "endereco.logradouro",
  "endereco.numero",
  "endereco.complemento",
  "endereco.bairro",
  "indicadorIe",
  "inscricaoEstadual",
  "inscricaoMunicipal",
  "observacoes",
];

/** Receita Federal's own example of an alphanumeric CNPJ. */
const EXAMPLE: Fields = {
  nome: "Padaria Aurora Ltda",
  cpfCnpj: "12.ABC.345/01DE-35",
  nomeFantasia: "Padaria Aurora",
  email: "financeiro@padariaaurora.com.br",
  celular: "(11) 98765-4321",
  "endereco.cep": "01310-100",
  "endereco.uf": "SP",
  "endereco.municipio": "São Paulo",
  "endereco.codigoIbge": "3550308",
  "endereco.logradouro": "Avenida Paulista",
  "endereco.numero": "1000",
  "endereco.bairro": "Bela Vista",
  indicadorIe: "1",
  inscricaoEstadual: "110.042.490.114",
};

/** Adds a customer, or changes the one called `id`. */
export function ClienteForm({ id }: { id?: string }) {
  const { t, platform } = usePortal();
  const [cliente, setCliente] = useState<Cliente | undefined>();
  const [error, setError] = useError();
  useEffect(() => {
    const controller = new AbortController();
    if (id !== undefined) {
      platform.api.clientes
        .obter(id, { signal: controller.signal })
        .then(setCliente, (failure: unknown) => controller.signal.aborted || setError(failure));
    }
    return () => controller.abort();
  }, [id]);

  return (
    <>
      <PageHeader title={id === undefined ? t.form.newTitle : t.form.editTitle} intro={t.form.intro} back="/clientes" />
      {error !== undefined && <Failure error={error} />}
      {id === undefined || cliente !== undefined ? <Form cliente={cliente} /> : error === undefined && <Loading />}
    </>
  );
}

function Form({ cliente }: { cliente: Cliente | undefined }) {
  const { t, language, platform, announce } = usePortal();
  const id = cliente?.id;
  const initial = useMemo(() => (cliente === undefined ? {} : fieldsOf(cliente)), [cliente]);
  const form = useForm(
    initial,
    (typed) => {
      // The page shows the whole customer, so that a change must leave a customer that could have been added.
      const report = checkCliente(nest(typed), { language, today: platform.today() });
      const stuck = emptied(initial, typed).filter((path) => path.includes("."));
      if (stuck.length === 0) return report;
      const errors = stuck.map((path) => cannotEmpty(path, t));
      return { valid: false, errors: [...report.errors, ...errors], warnings: report.warnings };
    },
    language,
  );
  const [sending, setSending] = useState(false);
  const [error, setError] = useError();
  const key = useIdempotencyKey();
  const uf = form.fields["endereco.uf"] || undefined;

  const documento = documentos.cpfCnpj.validar(form.fields["cpfCnpj"] ?? "", { mode: "lenient", language });
  const cep = documentos.cep.validar(form.fields["endereco.cep"] ?? "", { mode: "lenient", language });
  const ie = documentos.ie.validar(form.fields["inscricaoEstadual"] ?? "", { mode: "lenient", language, uf });

  /** A document is shown in its official form as soon as it is whole, unless the caret is inside. */
  const typedDocumento =
    (path: string, documento: { formatar(text: string): string | null | undefined }) => (text: string) => {
      const element = document.activeElement;
      const atEnd =
        !(element instanceof HTMLInputElement) ||
        element.selectionStart === null ||
        element.selectionStart === text.length;
      const grew = text.length > (form.fields[path] ?? "").length;
      form.change(path, (atEnd && grew && documento.formatar(text)) || text);
    };
  const typedCep = (text: string) => {
    typedDocumento("endereco.cep", documentos.cep)(text);
    const parsed = documentos.cep.validar(text, { mode: "lenient" });
    if (parsed.valido && parsed.uf && !uf) form.change("endereco.uf", parsed.uf);
  };

  const save = async (event: Event) => {
    event.preventDefault();
    setError(undefined);
    form.attempt();
    const { value } = form.report;
    if (value === undefined || sending) return;
    setSending(true);
    try {
      const { clientes } = platform.api;
      const clear = emptied(initial, form.fields);
      const { outcome, record } =
        id === undefined
          ? await clientes.incluir(value, key(value))
          : await clientes.alterar(id, value, { ...key([value, clear]), clear });
      const name = record.nome ?? value.nome ?? t.noName;
      announce(outcome === "unchanged" ? t.form.unchanged(name) : t.form.saved(name));
      goTo("/clientes");
    } catch (failure) {
      const byField = fieldErrors(failure);
      form.refuse(byField);
      if (byField.length === 0) setError(failure);
      setSending(false);
    }
  };

  const c = (path: string) => ({ ...form.field(path), label: t.field[path] ?? path });
  const pending = new Set([...form.report.errors, ...form.errors].map((v) => v.path)).size;
  return (
    <form class="form" noValidate onSubmit={(e) => void save(e)}>
      <ErrorSummary errors={form.errors} turn={form.attempts} />
      {error !== undefined && <Failure error={error} focus />}
      <div class="form-top">
        <p class="fine">{t.form.requiredNote}</p>
        {platform.simulator && id === undefined && (
          <button type="button" class="button button-small" onClick={() => form.replace(EXAMPLE)}>
            {t.form.example}
          </button>
        )}
      </div>
      <fieldset class="card">
        <legend>{t.form.identification}</legend>
        <div class="grid">
          <Input
            {...c("cpfCnpj")}
            onChange={typedDocumento("cpfCnpj", documentos.cpfCnpj)}
            required
            maxLength={30}
            className="mono"
            hint={t.form.documentoHint}
            found={documento.valido ? classify(documento, t) : undefined}
          />
          <Input {...c("codigoExterno")} hint={t.form.codeHint} />
          <Input {...c("nome")} required autoComplete="organization" className="span-2" />
          <Input {...c("nomeFantasia")} className="span-2" />
        </div>
      </fieldset>
      <fieldset class="card">
        <legend>{t.form.contact}</legend>
        <div class="grid">
          <Input {...c("email")} type="email" inputMode="email" autoComplete="email" className="span-2" />
          <Telefone path="celular" form={form} onType={typedDocumento("celular", documentos.telefone)} />
          <Telefone path="telefone" form={form} onType={typedDocumento("telefone", documentos.telefone)} />
        </div>
      </fieldset>
      <fieldset class="card">
        <legend>{t.form.endereco}</legend>
        <div class="grid grid-6">
          <Input
            {...c("endereco.cep")}
            onChange={typedCep}
            inputMode="numeric"
            autoComplete="postal-code"
            className="mono span-2"
            maxLength={12}
            found={cep.valido && cep.uf ? `${t.field["uf"]} ${cep.uf}` : undefined}
          />
          <Select
            {...c("endereco.uf")}
            options={UFS.map((value) => ({ value, text: value }))}
            className="span-1"
            empty="—"
          />
          <Input {...c("endereco.municipio")} autoComplete="address-level2" className="span-3" />
          <Input {...c("endereco.logradouro")} autoComplete="address-line1" className="span-4" />
          <Input {...c("endereco.numero")} className="span-2" />
          <Input {...c("endereco.complemento")} autoComplete="address-line2" className="span-2" />
          <Input {...c("endereco.bairro")} className="span-2" />
          <Input {...c("endereco.codigoIbge")} inputMode="numeric" className="mono span-2" maxLength={7} />
        </div>
      </fieldset>
      <fieldset class="card">
        <legend>{t.form.fiscal}</legend>
        <div class="grid">
          <Select
            {...c("indicadorIe")}
            options={Object.entries(t.indicadorIe).map(([value, text]) => ({ value, text }))}
            empty="—"
          />
          <Input
            {...c("inscricaoEstadual")}
            className="mono"
            hint={t.form.ieHint}
            found={ie.valido && !ie.isento ? t.form.ieIn(ie.ufs?.join(", ") ?? uf ?? "") : undefined}
          />
          <Input {...c("inscricaoMunicipal")} className="mono" />
          <Input {...c("observacoes")} rows={3} className="span-2" />
        </div>
      </fieldset>
      <div class="form-foot">
        <p role="status" class={pending === 0 ? "ready" : "fine"}>
          {pending === 0 ? t.form.allGood : t.form.missing(pending)}
        </p>
        <a class="button" href="#/clientes">
          {t.cancelar}
        </a>
        <button type="submit" class="button button-primary" aria-disabled={sending}>
          {sending ? t.form.saving : t.form.save}
        </button>
      </div>
    </form>
  );
}

function Telefone(props: {
  path: "telefone" | "celular";
  form: ReturnType<typeof useForm<Cliente>>;
  onType(text: string): void;
}) {
  const { t, language } = usePortal();
  const parsed = documentos.telefone.validar(props.form.fields[props.path] ?? "", { mode: "lenient", language });
  const lineClass = parsed.classe ? (t.telefoneClass[parsed.classe] ?? parsed.classe) : undefined;
  const found = parsed.valido && lineClass ? [lineClass, parsed.uf].filter(Boolean).join(" · ") : undefined;
  return (
    <Input
      {...props.form.field(props.path)}
      label={t.field[props.path] ?? props.path}
      onChange={props.onType}
      type="tel"
      inputMode="tel"
      autoComplete={props.path === "celular" ? "tel" : "off"}
      hint={t.form.telefoneHint}
      found={found}
    />
  );
}

function classify(answer: ReturnType<typeof documentos.cpfCnpj.validar>, t: Texts): string {
  if (answer.tipo === "cpf") {
    return [t.documento.cpf, t.documento.person, answer.ufs && t.documento.issuedIn(answer.ufs.join(", "))]
      .filter(Boolean)
      .join(" · ");
  }
  const name = answer.alfanumerico ? t.documento.alfanumerico : t.documento.cnpj;
  return `${name} · ${answer.matriz ? t.documento.matriz : t.documento.branch}`;
}

/** The fields of a customer as people write them. */
function fieldsOf(cliente: Cliente): Fields {
  const values: Fields = {};
  for (const path of PATHS) {
    const value = path
      .split(".")
      .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], cliente);
    if (typeof value === "string") values[path] = value;
  }
  // Not asked for: it follows from the document, which only a foreign customer lacks.
  if (cliente.tipoPessoa === "ESTRANGEIRO") values["tipoPessoa"] = cliente.tipoPessoa;
  const { cpfCnpj = "", telefone = "", celular = "" } = values;
  values["cpfCnpj"] = documentos.cpfCnpj.formatar(cpfCnpj) ?? cpfCnpj;
  values["telefone"] = documentos.telefone.formatar(telefone) ?? telefone;
  values["celular"] = documentos.telefone.formatar(celular) ?? celular;
  const cep = values["endereco.cep"] ?? "";
  values["endereco.cep"] = documentos.cep.formatar(cep) ?? cep;
  return values;
}

/** The fields that had something and have nothing now. */
function emptied(before: Fields, now: Fields): string[] {
  const isEmpty = (value: string | undefined) => (value ?? "").trim() === "";
  return Object.keys(before).filter((path) => !isEmpty(before[path]) && isEmpty(now[path]));
}

/** A change empties whole fields of a customer; what is inside its address can only be written over. */
function cannotEmpty(path: string, t: Texts): Finding {
  return { path, code: "nao_esvazia", message: t.form.cannotEmpty, params: {}, severity: "error" };
}
