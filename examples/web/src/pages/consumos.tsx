import { useEffect, useState } from "preact/hooks";

import { useErro, useLista, usePortal } from "../context";
import { lerDecimal, mes, meses, quantidade } from "../format";
import { type Consumo, type Contrato, type Servico, conferirConsumo, errosPorCampo } from "../smartbill";
import { Cabecalho, Carregando, Dialogo, Falha, FimDaLista, Situacao, Vazio } from "../ui/basics";
import { Entrada, Escolha, Mes, ResumoDeErros } from "../ui/fields";
import { montar, useChave, useFormulario } from "../ui/form";
import { nomeDoContrato, useContratos, useNomes, useServicos } from "./shared";

export function Consumos({ contratoId }: { contratoId: string | null }) {
  const { t, idioma, plataforma, versao, avisar } = usePortal();
  const [competencia, setCompetencia] = useState("");
  const [removendo, setRemovendo] = useState<Consumo | null>(null);
  const filtro = { ...(contratoId ? { contratoId } : {}), ...(competencia ? { competencia } : {}) };
  const lista = useLista(
    (signal) => plataforma.api.consumos.listar(filtro, { signal }),
    `${contratoId}|${competencia}|${versao}`,
  );
  const servicos = useServicos();
  const contratos = useContratos(lista.itens.map((c) => c.contratoId));
  const nomes = useNomes([...contratos.values()]);

  return (
    <>
      <Cabecalho
        titulo={t.areas.consumos}
        intro={t.consumos.intro}
        {...(contratoId ? { voltar: "/contratos" } : {})}
      />
      <Incluir contratoId={contratoId} servicos={servicos} aoIncluir={lista.recarregar} />
      <div class="toolbar">
        <Mes rotulo={t.consumos.filtroMes} valor={competencia} todos={t.todos} aoMudar={setCompetencia} />
      </div>
      {lista.erro !== undefined && <Falha erro={lista.erro} aoRepetir={lista.recarregar} />}
      {lista.itens.length > 0 && (
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
                <span class="visually-hidden">{t.acoes}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {lista.itens.map((consumo) => {
              const servico = servicos.get(consumo.servicoId ?? consumo.servicoCodigo ?? "");
              const contrato = contratos.get(consumo.contratoId ?? "");
              return (
                <tr key={consumo.id}>
                  <th scope="row" class="cell-main">
                    {servico?.nome ?? consumo.servicoCodigo ?? consumo.servicoId}
                    <span class="sub">{consumo.descricao ?? ""}</span>
                  </th>
                  <td data-rotulo={t.contratos.contrato}>
                    <span>
                      <span class="mono">{contrato ? nomeDoContrato(contrato) : (consumo.contratoCodigoExterno ?? consumo.contratoId)}</span>
                      <span class="sub">{nomes.get(contrato?.clienteId ?? "") ?? ""}</span>
                    </span>
                  </td>
                  <td data-rotulo={t.consumos.competencia}>{mes(consumo.competencia, idioma)}</td>
                  <td class="num" data-rotulo={t.consumos.quantidade}>
                    {quantidade(consumo.quantidade, servico?.unidade, idioma)}
                  </td>
                  <td data-rotulo={t.situacao}>
                    <Situacao valor={consumo.situacao} />
                  </td>
                  <td class="cell-actions">
                    {!consumo.faturado && consumo.situacao !== "FATURADO" && (
                      <button
                        type="button"
                        class="button button-small button-quiet"
                        onClick={() => setRemovendo(consumo)}
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
      {lista.carregando && <Carregando />}
      {!lista.carregando && lista.erro === undefined && lista.itens.length === 0 && (
        <Vazio titulo={t.consumos.vazio} dica={t.consumos.vazioDica} />
      )}
      {lista.itens.length > 0 && (
        <FimDaLista
          n={lista.itens.length}
          mais={lista.mais}
          carregando={lista.carregando}
          aoPedir={lista.carregarMais}
        />
      )}
      {removendo && (
        <Remover
          consumo={removendo}
          aoFechar={() => setRemovendo(null)}
          aoRemover={() => {
            avisar(t.consumos.removido);
            lista.recarregar();
          }}
        />
      )}
    </>
  );
}

interface IncluirProps {
  contratoId: string | null;
  servicos: ReadonlyMap<string, Servico>;
  aoIncluir(): void;
}

function Incluir({ contratoId, servicos, aoIncluir }: IncluirProps) {
  const { t, idioma, plataforma, versao, avisar } = usePortal();
  const chave = useChave();
  const hoje = plataforma.hoje();
  const [ativos, setAtivos] = useState<Contrato[]>();
  const [enviando, setEnviando] = useState(false);
  const [erro, setErro] = useErro();
  const nomes = useNomes(ativos ?? []);
  const vazio = { contratoId: contratoId ?? "", competencia: hoje.slice(0, 7) };
  const form = useFormulario(
    vazio,
    (campos) => {
      const { quantidade: q = "", ...resto } = campos;
      // What could be two numbers is handed over as it is: the core refuses it.
      return conferirConsumo(montar({ ...resto, quantidade: lerDecimal(q, idioma) ?? `?${q}` }), { idioma, hoje });
    },
    idioma,
  );

  const medidos = (contrato: Contrato) =>
    (contrato.itens ?? []).flatMap((item) => {
      const servico = servicos.get(item.servicoId ?? item.servicoCodigo ?? "");
      return servico?.tipoCobranca === "CONSUMO" ? [servico] : [];
    });
  useEffect(() => {
    const controle = new AbortController();
    const ler = async () => {
      const opcoes = { signal: controle.signal, tamanhoPagina: 100, maxPaginas: 1 };
      const pagina = contratoId
        ? [await plataforma.api.contratos.obter(contratoId, { signal: controle.signal })]
        : await plataforma.api.contratos.listar({ situacao: ["ATIVO"] }, opcoes).toArray();
      setAtivos(pagina);
    };
    ler().catch((falha: unknown) => controle.signal.aborted || setErro(falha));
    return () => controle.abort();
  }, [contratoId, versao]);

  const contratos = (ativos ?? []).filter((c) => medidos(c).length > 0);
  const escolhido = contratos.find((c) => c.id === form.campos["contratoId"]);
  const oferecidos = escolhido ? medidos(escolhido) : [];
  const servico = oferecidos.find((s) => s.id === form.campos["servicoId"]);
  const digitada = form.campos["quantidade"] ?? "";
  const lida = lerDecimal(digitada, idioma);
  const campoDaQuantidade = form.campo("quantidade");

  const salvar = async (evento: Event) => {
    evento.preventDefault();
    setErro(undefined);
    form.tentar();
    const { valor } = form.relatorio;
    if (valor === undefined || enviando) return;
    setEnviando(true);
    try {
      const { resultado } = await plataforma.api.consumos.incluir(valor, chave(valor));
      avisar(resultado === "created" ? t.consumos.incluido : t.consumos.jaIncluido);
      form.recomecar({ ...form.campos, quantidade: "", descricao: "", idExterno: "" });
      aoIncluir();
    } catch (falha) {
      const porCampo = errosPorCampo(falha);
      form.recusar(porCampo);
      if (porCampo.length === 0) setErro(falha);
    }
    setEnviando(false);
  };

  const c = (path: string) => ({ ...form.campo(path), rotulo: t.campo[path] ?? path });
  if (ativos !== undefined && servicos.size > 0 && contratos.length === 0) {
    return <p class="notice">{t.consumos.semContratos}</p>;
  }
  return (
    <details class="card disclosure">
      <summary>{t.consumos.incluir}</summary>
      <form noValidate onSubmit={(e) => void salvar(e)}>
        <ResumoDeErros erros={form.erros} vez={form.tentativas} />
        {erro !== undefined && <Falha erro={erro} focar />}
        <div class="grid grid-6">
          <Escolha
            {...c("contratoId")}
            obrigatorio
            classe="span-3"
            opcoes={contratos.map((contrato) => ({
              valor: contrato.id ?? "",
              texto: t.consumos.contratoDe(
                nomeDoContrato(contrato),
                nomes.get(contrato.clienteId ?? "") ?? "…",
              ),
            }))}
          />
          <Escolha
            {...c("servicoId")}
            obrigatorio
            classe="span-3"
            vazio={escolhido ? t.escolha : t.consumos.escolhaContrato}
            opcoes={oferecidos.map((s) => ({ valor: s.id ?? "", texto: s.nome ?? s.codigo ?? "" }))}
          />
          <Escolha
            {...c("competencia")}
            opcoes={meses(hoje).map((valor) => ({ valor, texto: mes(valor, idioma) }))}
            vazio=""
            obrigatorio
            classe="span-2"
          />
          <Entrada
            {...campoDaQuantidade}
            rotulo={t.campo["quantidade"] ?? ""}
            erro={
              campoDaQuantidade.erro && lida === null
                ? { ...campoDaQuantidade.erro, message: t.decimal.ambiguo }
                : campoDaQuantidade.erro
            }
            obrigatorio
            teclado="decimal"
            classe="span-2"
            achado={
              /^-?\d+(\.\d+)?$/.test(lida ?? "") ? t.decimal.lido(quantidade(lida ?? "", servico?.unidade, idioma)) : undefined
            }
          />
          <Entrada {...c("idExterno")} classe="span-2" maximo={100} />
          <Entrada {...c("descricao")} classe="span-6" maximo={255} />
        </div>
        <div class="form-foot form-foot-plain">
          <span class="grow" />
          <button type="submit" class="button button-primary" aria-disabled={enviando}>
            {t.consumos.incluir}
          </button>
        </div>
      </form>
    </details>
  );
}

function Remover({ consumo, aoFechar, aoRemover }: { consumo: Consumo; aoFechar(): void; aoRemover(): void }) {
  const { t, plataforma } = usePortal();
  const [erro, setErro] = useErro();
  const remover = async () => {
    try {
      await plataforma.api.consumos.remover(consumo.id ?? "");
      aoRemover();
      aoFechar();
    } catch (falha) {
      setErro(falha);
    }
  };
  return (
    <Dialogo titulo={t.consumos.confirmarTitulo} aoFechar={aoFechar}>
      <p>{t.consumos.confirmar}</p>
      {erro !== undefined && <Falha erro={erro} />}
      <div class="dialog-foot">
        <button type="button" class="button" onClick={aoFechar}>
          {t.cancelar}
        </button>
        <button type="button" class="button button-danger" onClick={() => void remover()}>
          {t.consumos.remover}
        </button>
      </div>
    </Dialogo>
  );
}
