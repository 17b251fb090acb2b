import { useEffect, useMemo, useState } from "preact/hooks";

import { irPara, useErro, usePortal } from "../context";
import type { Textos } from "../i18n";
import { type Cliente, type Violation, conferirCliente, documentos, errosPorCampo } from "../smartbill";
import { Cabecalho, Carregando, Falha } from "../ui/basics";
import { Entrada, Escolha, ResumoDeErros } from "../ui/fields";
import { type Campos, montar, useChave, useFormulario } from "../ui/form";

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
const EXEMPLO: Campos = {
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
export function FormularioDoCliente({ id }: { id?: string }) {
  const { t, plataforma } = usePortal();
  const [cliente, setCliente] = useState<Cliente | undefined>();
  const [erro, setErro] = useErro();
  useEffect(() => {
    const controle = new AbortController();
    if (id !== undefined) {
      plataforma.api.clientes
        .obter(id, { signal: controle.signal })
        .then(setCliente, (falha: unknown) => controle.signal.aborted || setErro(falha));
    }
    return () => controle.abort();
  }, [id]);

  return (
    <>
      <Cabecalho
        titulo={id === undefined ? t.form.tituloNovo : t.form.tituloEditar}
        intro={t.form.intro}
        voltar="/clientes"
      />
      {erro !== undefined && <Falha erro={erro} />}
      {id === undefined || cliente !== undefined ? (
        <Form cliente={cliente} />
      ) : (
        erro === undefined && <Carregando />
      )}
    </>
  );
}

function Form({ cliente }: { cliente: Cliente | undefined }) {
  const { t, idioma, plataforma, avisar } = usePortal();
  const id = cliente?.id;
  const inicial = useMemo(() => (cliente === undefined ? {} : campos(cliente)), [cliente]);
  const form = useFormulario(
    inicial,
    (digitado) => {
      // The page shows the whole customer, so that a change must leave a customer that could have been added.
      const relatorio = conferirCliente(montar(digitado), { idioma, hoje: plataforma.hoje() });
      const presos = esvaziados(inicial, digitado).filter((path) => path.includes("."));
      if (presos.length === 0) return relatorio;
      const erros = presos.map((path) => naoEsvazia(path, t));
      return { valido: false, erros: [...relatorio.erros, ...erros], avisos: relatorio.avisos };
    },
    idioma,
  );
  const [enviando, setEnviando] = useState(false);
  const [erro, setErro] = useErro();
  const chave = useChave();
  const uf = form.campos["endereco.uf"] || undefined;

  const documento = documentos.cpfCnpj.validar(form.campos["cpfCnpj"] ?? "", { modo: "leniente", idioma });
  const cep = documentos.cep.validar(form.campos["endereco.cep"] ?? "", { modo: "leniente", idioma });
  const ie = documentos.ie.validar(form.campos["inscricaoEstadual"] ?? "", { modo: "leniente", idioma, uf });

  /** A document is shown in its official form as soon as it is whole, unless the caret is inside. */
  const documentoDigitado = (path: string, tipo: { formatar(texto: string): string | null | undefined }) => (texto: string) => {
    const campo = document.activeElement;
    const noFim = !(campo instanceof HTMLInputElement) || campo.selectionStart === null || campo.selectionStart === texto.length;
    const cresceu = texto.length > (form.campos[path] ?? "").length;
    form.mudar(path, (noFim && cresceu && tipo.formatar(texto)) || texto);
  };
  const cepDigitado = (texto: string) => {
    documentoDigitado("endereco.cep", documentos.cep)(texto);
    const lido = documentos.cep.validar(texto, { modo: "leniente" });
    if (lido.valido && lido.uf && !uf) form.mudar("endereco.uf", lido.uf);
  };

  const salvar = async (evento: Event) => {
    evento.preventDefault();
    setErro(undefined);
    form.tentar();
    const { valor } = form.relatorio;
    if (valor === undefined || enviando) return;
    setEnviando(true);
    try {
      const { clientes } = plataforma.api;
      const limpar = esvaziados(inicial, form.campos);
      const { resultado, registro } =
        id === undefined
          ? await clientes.incluir(valor, chave(valor))
          : await clientes.alterar(id, valor, { ...chave([valor, limpar]), limpar });
      const nome = registro.nome ?? valor.nome ?? t.semNome;
      avisar(resultado === "unchanged" ? t.form.semMudanca(nome) : t.form.salvo(nome));
      irPara("/clientes");
    } catch (falha) {
      const porCampo = errosPorCampo(falha);
      form.recusar(porCampo);
      if (porCampo.length === 0) setErro(falha);
      setEnviando(false);
    }
  };

  const c = (path: string) => ({ ...form.campo(path), rotulo: t.campo[path] ?? path });
  const pendentes = new Set([...form.relatorio.erros, ...form.erros].map((v) => v.path)).size;
  return (
    <form class="form" noValidate onSubmit={(e) => void salvar(e)}>
      <ResumoDeErros erros={form.erros} vez={form.tentativas} />
      {erro !== undefined && <Falha erro={erro} focar />}
      <div class="form-top">
        <p class="fine">{t.form.obrigatorios}</p>
        {plataforma.simulador && id === undefined && (
          <button type="button" class="button button-small" onClick={() => form.substituir(EXEMPLO)}>
            {t.form.exemplo}
          </button>
        )}
      </div>
      <fieldset class="card">
        <legend>{t.form.identificacao}</legend>
        <div class="grid">
          <Entrada
            {...c("cpfCnpj")}
            aoMudar={documentoDigitado("cpfCnpj", documentos.cpfCnpj)}
            obrigatorio
            maximo={30}
            classe="mono"
            dica={t.form.dicaDocumento}
            achado={documento.valido ? classificacao(documento, t) : undefined}
          />
          <Entrada {...c("codigoExterno")} dica={t.form.dicaCodigo} />
          <Entrada {...c("nome")} obrigatorio preencher="organization" classe="span-2" />
          <Entrada {...c("nomeFantasia")} classe="span-2" />
        </div>
      </fieldset>
      <fieldset class="card">
        <legend>{t.form.contato}</legend>
        <div class="grid">
          <Entrada {...c("email")} tipo="email" teclado="email" preencher="email" classe="span-2" />
          <Telefone path="celular" form={form} aoDigitar={documentoDigitado("celular", documentos.telefone)} />
          <Telefone path="telefone" form={form} aoDigitar={documentoDigitado("telefone", documentos.telefone)} />
        </div>
      </fieldset>
      <fieldset class="card">
        <legend>{t.form.endereco}</legend>
        <div class="grid grid-6">
          <Entrada
            {...c("endereco.cep")}
            aoMudar={cepDigitado}
            teclado="numeric"
            preencher="postal-code"
            classe="mono span-2"
            maximo={12}
            achado={cep.valido && cep.uf ? `${t.campo["uf"]} ${cep.uf}` : undefined}
          />
          <Escolha {...c("endereco.uf")} opcoes={UFS.map((valor) => ({ valor, texto: valor }))} classe="span-1" vazio="—" />
          <Entrada {...c("endereco.municipio")} preencher="address-level2" classe="span-3" />
          <Entrada {...c("endereco.logradouro")} preencher="address-line1" classe="span-4" />
          <Entrada {...c("endereco.numero")} classe="span-2" />
          <Entrada {...c("endereco.complemento")} preencher="address-line2" classe="span-2" />
          <Entrada {...c("endereco.bairro")} classe="span-2" />
          <Entrada {...c("endereco.codigoIbge")} teclado="numeric" classe="mono span-2" maximo={7} />
        </div>
      </fieldset>
      <fieldset class="card">
        <legend>{t.form.fiscal}</legend>
        <div class="grid">
          <Escolha
            {...c("indicadorIe")}
            opcoes={Object.entries(t.indicadorIe).map(([valor, texto]) => ({ valor, texto }))}
            vazio="—"
          />
          <Entrada
            {...c("inscricaoEstadual")}
            classe="mono"
            dica={t.form.dicaIe}
            achado={ie.valido && !ie.isento ? t.form.ieEm(ie.ufs?.join(", ") ?? uf ?? "") : undefined}
          />
          <Entrada {...c("inscricaoMunicipal")} classe="mono" />
          <Entrada {...c("observacoes")} linhas={3} classe="span-2" />
        </div>
      </fieldset>
      <div class="form-foot">
        <p role="status" class={pendentes === 0 ? "ready" : "fine"}>
          {pendentes === 0 ? t.form.tudoCerto : t.form.faltam(pendentes)}
        </p>
        <a class="button" href="#/clientes">
          {t.cancelar}
        </a>
        <button type="submit" class="button button-primary" aria-disabled={enviando}>
          {enviando ? t.form.salvando : t.form.salvar}
        </button>
      </div>
    </form>
  );
}

function Telefone(props: {
  path: "telefone" | "celular";
  form: ReturnType<typeof useFormulario<Cliente>>;
  aoDigitar(texto: string): void;
}) {
  const { t, idioma } = usePortal();
  const lido = documentos.telefone.validar(props.form.campos[props.path] ?? "", { modo: "leniente", idioma });
  const classe = lido.classe ? (t.telefoneClasse[lido.classe] ?? lido.classe) : undefined;
  const achado = lido.valido && classe ? [classe, lido.uf].filter(Boolean).join(" · ") : undefined;
  return (
    <Entrada
      {...props.form.campo(props.path)}
      rotulo={t.campo[props.path] ?? props.path}
      aoMudar={props.aoDigitar}
      tipo="tel"
      teclado="tel"
      preencher={props.path === "celular" ? "tel" : "off"}
      dica={t.form.dicaTelefone}
      achado={achado}
    />
  );
}

function classificacao(lido: ReturnType<typeof documentos.cpfCnpj.validar>, t: Textos): string {
  if (lido.tipo === "cpf") {
    return [t.documento.cpf, t.documento.pessoaFisica, lido.ufs && t.documento.emitidoEm(lido.ufs.join(", "))]
      .filter(Boolean)
      .join(" · ");
  }
  const nome = lido.alfanumerico ? t.documento.alfanumerico : t.documento.cnpj;
  return `${nome} · ${lido.matriz ? t.documento.matriz : t.documento.filial}`;
}

/** The fields of a customer as people write them. */
function campos(cliente: Cliente): Campos {
  const valores: Campos = {};
  for (const path of PATHS) {
    const valor = path.split(".").reduce<unknown>((em, nome) => (em as Record<string, unknown> | undefined)?.[nome], cliente);
    if (typeof valor === "string") valores[path] = valor;
  }
  // Not asked for: it follows from the document, which only a foreign customer lacks.
  if (cliente.tipoPessoa === "ESTRANGEIRO") valores["tipoPessoa"] = cliente.tipoPessoa;
  const { cpfCnpj = "", telefone = "", celular = "" } = valores;
  valores["cpfCnpj"] = documentos.cpfCnpj.formatar(cpfCnpj) ?? cpfCnpj;
  valores["telefone"] = documentos.telefone.formatar(telefone) ?? telefone;
  valores["celular"] = documentos.telefone.formatar(celular) ?? celular;
  const cep = valores["endereco.cep"] ?? "";
  valores["endereco.cep"] = documentos.cep.formatar(cep) ?? cep;
  return valores;
}

/** The fields that had something and have nothing now. */
function esvaziados(antes: Campos, agora: Campos): string[] {
  const vazio = (valor: string | undefined) => (valor ?? "").trim() === "";
  return Object.keys(antes).filter((path) => !vazio(antes[path]) && vazio(agora[path]));
}

/** A change empties whole fields of a customer; what is inside its address can only be written over. */
function naoEsvazia(path: string, t: Textos): Violation {
  return { path, code: "nao_esvazia", message: t.form.naoEsvazia, params: {}, severity: "error" };
}

