import { useEffect, useState } from "preact/hooks";

import { useErro, useLista, usePortal } from "../context";
import { data, preco, quantidade } from "../format";
import { type AcaoNome, type Contrato, type Servico, acoesPermitidas, agir, errosPorCampo } from "../smartbill";
import { Cabecalho, Carregando, Dialogo, Falha, FimDaLista, Situacao, Vazio } from "../ui/basics";
import { Entrada, Filtro } from "../ui/fields";
import { montar, type Campos, useChave } from "../ui/form";
import { Icon } from "../ui/icon";
import { nomeDoContrato, useNomes, useServicos } from "./shared";

const SITUACOES = ["ATIVO", "INATIVO", "SUSPENSO", "CANCELADO"] as const;
type Filtrada = "" | (typeof SITUACOES)[number];

export function Contratos({ clienteId }: { clienteId: string | null }) {
  const { t, plataforma, versao, avisar } = usePortal();
  const [situacao, setSituacao] = useState<Filtrada>("");
  const [acao, setAcao] = useState<{ acao: AcaoNome; contrato: Contrato } | null>(null);
  const [mudados, setMudados] = useState<ReadonlyMap<string, Contrato>>(new Map());
  const filtro = { ...(clienteId ? { clienteId } : {}), ...(situacao ? { situacao: [situacao] } : {}) };
  const lista = useLista(
    (signal) => plataforma.api.contratos.listar(filtro, { signal }),
    `${clienteId}|${situacao}|${versao}`,
  );
  const contratos = lista.itens.map((contrato) => mudados.get(contrato.id ?? "") ?? contrato);
  const nomes = useNomes(contratos);
  const servicos = useServicos();
  const dono = clienteId ? nomes.get(clienteId) : undefined;

  return (
    <>
      <Cabecalho
        titulo={dono ? t.contratos.doCliente(dono) : t.areas.contratos}
        intro={t.contratos.intro}
        {...(clienteId ? { voltar: "/clientes" } : {})}
      >
        {clienteId && (
          <a class="button button-primary" href={`#/clientes/${encodeURIComponent(clienteId)}/contratar`}>
            <Icon nome="mais" /> {t.clientes.contratar}
          </a>
        )}
      </Cabecalho>
      <div class="toolbar">
        <Filtro
          rotulo={t.contratos.filtro}
          valor={situacao}
          opcoes={[
            { valor: "" as Filtrada, texto: t.todos },
            ...SITUACOES.map((valor) => ({ valor: valor as Filtrada, texto: t.opcao[valor] ?? valor })),
          ]}
          aoMudar={(valor) => setSituacao(valor)}
        />
      </div>
      {lista.erro !== undefined && <Falha erro={lista.erro} aoRepetir={lista.recarregar} />}
      {contratos.length > 0 && (
        <ul class="cards">
          {contratos.map((contrato) => (
            <Cartao
              key={contrato.id}
              contrato={contrato}
              cliente={nomes.get(contrato.clienteId ?? "")}
              servicos={servicos}
              aoAgir={(acao) => setAcao({ acao, contrato })}
            />
          ))}
        </ul>
      )}
      {lista.carregando && <Carregando />}
      {!lista.carregando && lista.erro === undefined && contratos.length === 0 && (
        <Vazio titulo={t.contratos.vazio} dica={t.contratos.vazioDica} />
      )}
      {contratos.length > 0 && (
        <FimDaLista
          n={contratos.length}
          mais={lista.mais}
          carregando={lista.carregando}
          aoPedir={lista.carregarMais}
        />
      )}
      {acao && (
        <Agir
          {...acao}
          aoFechar={() => setAcao(null)}
          aoAgir={(contrato) => {
            setMudados((m) => new Map(m).set(contrato.id ?? "", contrato));
            avisar(t.contratos.feito[acao.acao]);
          }}
        />
      )}
    </>
  );
}

function Cartao(props: {
  contrato: Contrato;
  cliente: string | undefined;
  servicos: ReadonlyMap<string, Servico>;
  aoAgir(acao: AcaoNome): void;
}) {
  const { t, idioma } = usePortal();
  const { contrato } = props;
  const acoes = acoesPermitidas(contrato);
  const precoDoItem = (valor: string | undefined, servico: Servico | undefined) => {
    if (valor === undefined && (servico?.faixas ?? []).length > 0) return t.contratos.porFaixa;
    return `${preco(valor, idioma)}${servico?.unidade ? `/${servico.unidade}` : ""}`;
  };
  const nome = nomeDoContrato(contrato);
  const id = encodeURIComponent(contrato.id ?? "");
  const cobranca = [
    t.opcao[contrato.periodicidade ?? ""] ?? contrato.periodicidade,
    contrato.diaVencimento === undefined ? undefined : t.contratos.todoDia(contrato.diaVencimento),
    t.opcao[contrato.formaPagamento ?? ""] ?? contrato.formaPagamento,
  ];
  return (
    <li class="card contract" data-contrato={contrato.id}>
      <div class="contract-head">
        <div>
          <h2>
            <span class="mono">{nome}</span>
          </h2>
          <p>{props.cliente ?? "\u00a0"}</p>
        </div>
        <Situacao valor={contrato.situacao} />
      </div>
      <ul class="items">
        {(contrato.itens ?? []).map((item, i) => {
          const servico = props.servicos.get(item.servicoId ?? item.servicoCodigo ?? "");
          return (
            <li key={i}>
              <span>{servico?.nome ?? item.descricao ?? item.servicoCodigo ?? item.servicoId}</span>
              <span class="num">
                {servico?.tipoCobranca === "CONSUMO" ? "" : `${quantidade(item.quantidade, undefined, idioma)} × `}
                {precoDoItem(item.valorUnitario ?? servico?.valorUnitario, servico)}
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
            {t.contratos.desde(
              data(contrato.dataInicio, idioma),
              contrato.dataFim === undefined ? undefined : data(contrato.dataFim, idioma),
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
                <Situacao valor={h.situacao} /> {data(h.data, idioma)}
                {h.motivo && <> · {h.motivo}</>}
              </li>
            ))}
          </ol>
        </details>
      )}
      <p class="contract-links">
        <a href={`#/consumos?contrato=${id}`}>{t.contratos.verConsumos}</a>
        <a href={`#/cobrancas?contrato=${id}`}>{t.contratos.verCobrancas}</a>
      </p>
      <div class="contract-foot">
        {acoes.map((acao) => (
          <button
            key={acao}
            type="button"
            class={`button button-small ${acao === "ativar" ? "button-primary" : acao === "cancelar" ? "button-quiet-danger" : ""}`}
            aria-label={`${rotuloDaAcao(acao, contrato, t)}: ${nome}`}
            data-acao={acao}
            onClick={() => props.aoAgir(acao)}
          >
            {rotuloDaAcao(acao, contrato, t)}
          </button>
        ))}
      </div>
    </li>
  );
}

function rotuloDaAcao(acao: AcaoNome, contrato: Contrato, t: ReturnType<typeof usePortal>["t"]): string {
  return acao === "ativar" && contrato.situacao === "SUSPENSO" ? t.contratos.retomar : t.contratos.acao[acao];
}

function Agir(props: { acao: AcaoNome; contrato: Contrato; aoFechar(): void; aoAgir(contrato: Contrato): void }) {
  const { t, plataforma } = usePortal();
  const { acao, contrato } = props;
  const [campos, setCampos] = useState<Campos>({});
  const [erro, setErro] = useErro();
  const [enviando, setEnviando] = useState(false);
  const chave = useChave();
  const porCampo = errosPorCampo(erro);
  const campo = (path: string) => ({
    path,
    rotulo: t.campo[path] ?? path,
    valor: campos[path] ?? "",
    aoMudar: (valor: string) => setCampos((c) => ({ ...c, [path]: valor })),
    erro: porCampo.find((v) => v.path === path),
  });
  const confirmar = async (evento: Event) => {
    evento.preventDefault();
    setEnviando(true);
    try {
      const parametros = montar(campos);
      props.aoAgir(await agir(plataforma, acao, contrato.id ?? "", parametros, chave(parametros)));
      props.aoFechar();
    } catch (falha) {
      setErro(falha);
      setEnviando(false);
    }
  };
  useEffect(() => {
    if (porCampo[0]) document.getElementById(`campo-${porCampo[0].path}`)?.focus();
  }, [erro]);

  return (
    <Dialogo titulo={t.contratos.pergunta[acao]} aoFechar={props.aoFechar}>
      <form noValidate onSubmit={(e) => void confirmar(e)}>
        <p>
          <strong class="mono">{nomeDoContrato(contrato)}</strong> · {t.contratos.efeito[acao]}
        </p>
        {acao !== "ativar" && <Entrada {...campo("motivo")} obrigatorio={acao === "cancelar"} maximo={255} />}
        <div class="grid">
          <Entrada {...campo("data")} tipo="date" dica={t.opcional} />
          {acao === "suspender" && <Entrada {...campo("suspenderAte")} tipo="date" dica={t.opcional} />}
        </div>
        {erro !== undefined && porCampo.length === 0 && <Falha erro={erro} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={props.aoFechar}>
            {t.contratos.manter}
          </button>
          <button
            type="submit"
            class={`button ${acao === "cancelar" ? "button-danger" : "button-primary"}`}
            disabled={enviando}
          >
            {t.contratos.confirmar[acao]}
          </button>
        </div>
      </form>
    </Dialogo>
  );
}
