import { useEffect, useState } from "preact/hooks";

import { irPara, useErro, usePortal } from "../context";
import { lerDecimal, preco } from "../format";
import type { Idioma } from "../i18n";
import { type Cliente, type Servico, conferirContrato, errosPorCampo } from "../smartbill";
import { Cabecalho, Carregando, Falha } from "../ui/basics";
import { Entrada, Escolha, ResumoDeErros } from "../ui/fields";
import { type Campos, montar, useChave, useFormulario } from "../ui/form";
import { Icon } from "../ui/icon";
import { useServicos } from "./shared";

const PERIODICIDADES = ["MENSAL", "BIMESTRAL", "TRIMESTRAL", "QUADRIMESTRAL", "SEMESTRAL", "ANUAL", "SEMANAL", "QUINZENAL", "BIENAL", "TRIENAL"];
const FORMAS = ["BOLETO", "PIX", "CARTAO", "DEBITO", "TRANSFERENCIA", "INDEFINIDO"];

/** A new contract of the customer called `id`. */
export function Contratar({ id }: { id: string }) {
  const { t, plataforma } = usePortal();
  const [cliente, setCliente] = useState<Cliente>();
  const [erro, setErro] = useErro();
  const servicos = useServicos();
  useEffect(() => {
    plataforma.api.clientes.obter(id).then(setCliente, setErro);
  }, [id]);
  return (
    <>
      <Cabecalho
        titulo={t.contratar.titulo}
        {...(cliente ? { intro: t.contratar.para(cliente.nome ?? t.semNome) } : {})}
        voltar="/clientes"
      />
      {erro !== undefined && <Falha erro={erro} />}
      {cliente && servicos.size > 0 ? (
        <Form cliente={cliente} servicos={servicos} />
      ) : (
        erro === undefined && <Carregando />
      )}
    </>
  );
}

function Form({ cliente, servicos }: { cliente: Cliente; servicos: ReadonlyMap<string, Servico> }) {
  const { t, idioma, plataforma, avisar } = usePortal();
  const [itens, setItens] = useState(1);
  const [enviando, setEnviando] = useState(false);
  const [erro, setErro] = useErro();
  const chave = useChave();
  const hoje = plataforma.hoje();
  const form = useFormulario(
    { dataInicio: hoje, periodicidade: "MENSAL", diaVencimento: "10", formaPagamento: "BOLETO", "itens[0].quantidade": "1" },
    (campos) => conferirContrato(preparar(campos, cliente, itens, idioma), { idioma, hoje }),
    `${idioma}|${itens}`,
  );
  const vendidos = [...new Set(servicos.values())].filter((s) => s.situacao !== "INATIVO");
  const c = (path: string) => ({ ...form.campo(path), rotulo: t.campo[path] ?? path });

  const tirar = (i: number) => {
    const restantes = Object.entries(form.campos).flatMap(([path, valor]) => {
      const [, n, nome] = /^itens\[(\d+)\]\.(.*)$/.exec(path) ?? [];
      if (n === undefined || Number(n) < i) return [[path, valor] as const];
      return Number(n) === i ? [] : [[`itens[${Number(n) - 1}].${nome}`, valor] as const];
    });
    form.substituir(Object.fromEntries(restantes));
    setItens((n) => n - 1);
  };
  const salvar = async (evento: Event) => {
    evento.preventDefault();
    setErro(undefined);
    form.tentar();
    const { valor } = form.relatorio;
    if (valor === undefined || enviando) return;
    setEnviando(true);
    try {
      await plataforma.api.contratos.incluir(valor, chave(valor));
      avisar(t.contratar.criado);
      irPara(`/contratos?cliente=${encodeURIComponent(cliente.id ?? "")}`);
    } catch (falha) {
      const porCampo = errosPorCampo(falha);
      form.recusar(porCampo);
      if (porCampo.length === 0) setErro(falha);
      setEnviando(false);
    }
  };

  return (
    <form class="form" noValidate onSubmit={(e) => void salvar(e)}>
      <ResumoDeErros erros={form.erros} vez={form.tentativas} />
      {erro !== undefined && <Falha erro={erro} focar />}
      <p class="fine">{t.form.obrigatorios}</p>
      <fieldset class="card">
        <legend>{t.contratar.itens}</legend>
        {Array.from({ length: itens }, (_, i) => {
          const servico = servicos.get(form.campos[`itens[${i}].servicoId`] ?? "");
          return (
            <div class="item" key={i} role="group" aria-label={t.contratar.item(i + 1)}>
              <div class="grid grid-6">
                <Escolha
                  {...form.campo(`itens[${i}].servicoId`)}
                  rotulo={t.contratar.servico}
                  obrigatorio
                  classe="span-3"
                  opcoes={vendidos.map((s) => ({ valor: s.id ?? "", texto: s.nome ?? s.codigo ?? "" }))}
                />
                <Entrada
                  {...form.campo(`itens[${i}].quantidade`)}
                  rotulo={t.contratar.quantidade}
                  obrigatorio
                  teclado="decimal"
                  classe="span-1"
                />
                <Entrada
                  {...form.campo(`itens[${i}].valorUnitario`)}
                  rotulo={t.contratar.valorUnitario}
                  teclado="decimal"
                  classe="span-2"
                  dica={
                    servico?.valorUnitario
                      ? t.contratar.valorDoServico(preco(servico.valorUnitario, idioma))
                      : t.contratar.precoDoServico
                  }
                />
              </div>
              {itens > 1 && (
                <button type="button" class="button button-small button-quiet" onClick={() => tirar(i)}>
                  {t.contratar.remover} {t.contratar.item(i + 1)}
                </button>
              )}
            </div>
          );
        })}
        <button
          type="button"
          class="button button-small"
          onClick={() => {
            form.mudar(`itens[${itens}].quantidade`, "1");
            setItens(itens + 1);
          }}
        >
          <Icon nome="mais" tamanho={16} /> {t.contratar.adicionar}
        </button>
      </fieldset>
      <fieldset class="card">
        <legend>{t.contratar.condicoes}</legend>
        <div class="grid grid-6">
          <Entrada {...c("dataInicio")} tipo="date" obrigatorio classe="span-2" />
          <Entrada {...c("dataFim")} tipo="date" classe="span-2" />
          <Entrada {...c("codigoExterno")} classe="span-2" />
          <Escolha {...c("periodicidade")} obrigatorio vazio="" opcoes={opcoes(PERIODICIDADES, t.opcao)} classe="span-2" />
          <Entrada {...c("diaVencimento")} teclado="numeric" obrigatorio classe="span-2" maximo={2} />
          <Escolha {...c("formaPagamento")} vazio="" opcoes={opcoes(FORMAS, t.opcao)} classe="span-2" />
        </div>
      </fieldset>
      <div class="form-foot">
        <span class="grow" />
        <a class="button" href="#/clientes">
          {t.cancelar}
        </a>
        <button type="submit" class="button button-primary" aria-disabled={enviando}>
          {t.contratar.salvar}
        </button>
      </div>
    </form>
  );
}

function opcoes(valores: readonly string[], nomes: Record<string, string>) {
  return valores.map((valor) => ({ valor, texto: nomes[valor] ?? valor }));
}

function preparar(campos: Campos, cliente: Cliente, itens: number, idioma: Idioma): Record<string, unknown> {
  const decimais = Object.fromEntries(
    Object.entries(campos).map(([path, valor]) => {
      const decimal = /\.(quantidade|valorUnitario)$/.test(path);
      // What could be two numbers is handed over as it is: the core refuses it.
      return [path, decimal ? (lerDecimal(valor, idioma) ?? `?${valor}`) : valor];
    }),
  );
  const contrato = montar(decimais);
  const lista = (contrato["itens"] ?? []) as unknown[];
  const dia = Number(contrato["diaVencimento"]);
  return {
    ...contrato,
    clienteId: cliente.id,
    itens: Array.from({ length: itens }, (_, i) => lista[i] ?? {}),
    ...(Number.isInteger(dia) ? { diaVencimento: dia } : {}),
  };
}
