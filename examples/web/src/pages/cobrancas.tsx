import { useState } from "preact/hooks";

import { useErro, useLista, usePortal } from "../context";
import { data, dinheiro, mes, preco, quantidade } from "../format";
import { type Cobranca, documentos, qrDoPix } from "../smartbill";
import { Cabecalho, Carregando, Copiar, Dialogo, Falha, FimDaLista, Situacao, Vazio } from "../ui/basics";
import { Filtro, Mes } from "../ui/fields";
import { Icon } from "../ui/icon";

const SITUACOES = ["EM_ABERTO", "VENCIDA", "PAGA"] as const;
type Filtrada = "" | (typeof SITUACOES)[number];

export function Cobrancas({ contratoId }: { contratoId: string | null }) {
  const { t, idioma, plataforma, versao } = usePortal();
  const [situacao, setSituacao] = useState<Filtrada>("");
  const [aberta, setAberta] = useState<Cobranca | null>(null);
  const filtro = {
    ordenarPor: "VENCIMENTO",
    ordem: "DECRESCENTE",
    ...(contratoId ? { contratoId } : {}),
    ...(situacao ? { situacao: [situacao] } : {}),
  };
  const lista = useLista(
    (signal) => plataforma.api.cobrancas.listar(filtro, { signal }),
    `${contratoId}|${situacao}|${versao}`,
  );

  return (
    <>
      <Cabecalho
        titulo={t.areas.cobrancas}
        intro={t.cobrancas.intro}
        {...(contratoId ? { voltar: "/contratos" } : {})}
      />
      {plataforma.simulador && <Controles />}
      <div class="toolbar">
        <Filtro
          rotulo={t.cobrancas.filtro}
          valor={situacao}
          opcoes={[
            { valor: "" as Filtrada, texto: t.todas },
            ...SITUACOES.map((valor) => ({ valor: valor as Filtrada, texto: t.opcao[valor] ?? valor })),
          ]}
          aoMudar={(valor) => setSituacao(valor)}
        />
      </div>
      {lista.erro !== undefined && <Falha erro={lista.erro} aoRepetir={lista.recarregar} />}
      {lista.itens.length > 0 && (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t.cobrancas.numero}</th>
              <th scope="col">{t.campo["competencia"]}</th>
              <th scope="col">{t.cobrancas.vencimento}</th>
              <th scope="col" class="num">
                {t.cobrancas.valor}
              </th>
              <th scope="col">{t.situacao}</th>
              <th scope="col">
                <span class="visually-hidden">{t.acoes}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {lista.itens.map((cobranca) => (
              <tr key={cobranca.id}>
                <th scope="row" class="cell-main">
                  {cobranca.clienteNome ?? cobranca.clienteId}
                  <span class="sub mono">{[cobranca.numero, cobranca.contratoNumero].filter(Boolean).join(" · ")}</span>
                </th>
                <td data-rotulo={t.campo["competencia"]}>{mes(cobranca.competencia, idioma)}</td>
                <td data-rotulo={t.cobrancas.vencimento}>{data(cobranca.dataVencimento, idioma)}</td>
                <td class="num" data-rotulo={t.cobrancas.valor}>
                  {dinheiro(cobranca.valorLiquido ?? cobranca.valorOriginal, idioma)}
                </td>
                <td data-rotulo={t.situacao}>
                  <Situacao valor={cobranca.situacao} />
                </td>
                <td class="cell-actions">
                  <button
                    type="button"
                    class="button button-small"
                    aria-label={`${t.detalhes}: ${cobranca.numero ?? cobranca.id}`}
                    onClick={() => setAberta(cobranca)}
                  >
                    {t.detalhes}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {lista.carregando && <Carregando />}
      {!lista.carregando && lista.erro === undefined && lista.itens.length === 0 && (
        <Vazio titulo={t.cobrancas.vazio} dica={t.cobrancas.vazioDica} />
      )}
      {lista.itens.length > 0 && (
        <FimDaLista
          n={lista.itens.length}
          mais={lista.mais}
          carregando={lista.carregando}
          aoPedir={lista.carregarMais}
        />
      )}
      {aberta && <Detalhes cobranca={aberta} aoFechar={() => setAberta(null)} />}
    </>
  );
}

const PASSOS = { dia: 1, semana: 7, mes: 30 } as const;

/** Billing and the clock, which only the sandbox has. */
function Controles() {
  const { t, idioma, plataforma, avisar, mudou } = usePortal();
  const { simulador } = plataforma;
  const [competencia, setCompetencia] = useState(plataforma.hoje().slice(0, 7));
  const [passo, setPasso] = useState<keyof typeof PASSOS>("semana");
  const [ocupado, setOcupado] = useState(false);
  const [erro, setErro] = useErro();
  const fazer = async (o: () => Promise<string>) => {
    setOcupado(true);
    setErro(undefined);
    try {
      avisar(await o());
      mudou();
    } catch (falha) {
      setErro(falha);
    }
    setOcupado(false);
  };
  if (simulador === null) return null;
  const faturar = async () => {
    const { cobrancas, valor } = await simulador.faturar(competencia);
    return t.demo.faturado(cobrancas, dinheiro(valor, idioma));
  };
  const avancar = async () => {
    await simulador.avancar(PASSOS[passo]);
    return t.demo.avancado(data(simulador.hoje, idioma));
  };
  return (
    <section class="card controls" aria-label={t.demo.controles}>
      <p class="fine">{t.demo.explicacao}</p>
      <div class="row">
        <Mes rotulo={t.demo.competencia} valor={competencia} aoMudar={setCompetencia} />
        <button type="button" class="button button-primary" disabled={ocupado} onClick={() => void fazer(faturar)}>
          <Icon nome="cobrancas" tamanho={18} /> {t.demo.faturarMes}
        </button>
        <span class="rule" aria-hidden="true" />
        <label class="inline-field">
          {t.demo.avancarQuanto}
          <select value={passo} onChange={(e) => setPasso(e.currentTarget.value as keyof typeof PASSOS)}>
            {(Object.keys(PASSOS) as (keyof typeof PASSOS)[]).map((p) => (
              <option key={p} value={p}>
                {t.demo.passos[p]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="button" disabled={ocupado} onClick={() => void fazer(avancar)}>
          <Icon nome="relogio" tamanho={18} /> {t.demo.avancar}
        </button>
      </div>
      {erro !== undefined && <Falha erro={erro} />}
    </section>
  );
}

function Detalhes({ cobranca, aoFechar }: { cobranca: Cobranca; aoFechar(): void }) {
  const { t, idioma } = usePortal();
  const linha = cobranca.boleto?.linhaDigitavel;
  const pix = cobranca.pix?.copiaECola;
  const somas: [string, string | undefined][] = [
    [t.cobrancas.desconto, cobranca.valorDesconto],
    [t.cobrancas.juros, cobranca.valorJuros],
    [t.cobrancas.multa, cobranca.valorMulta],
    [t.cobrancas.pago, cobranca.valorPago],
  ];
  return (
    <Dialogo titulo={cobranca.clienteNome ?? t.cobrancas.numero} largo aoFechar={aoFechar}>
      <div class="charge-head">
        <p class="amount">{dinheiro(cobranca.saldo ?? cobranca.valorLiquido, idioma)}</p>
        <Situacao valor={cobranca.situacao} />
      </div>
      <dl class="facts">
        <Fato nome={t.cobrancas.numero} valor={cobranca.numero ?? cobranca.id} mono />
        <Fato nome={t.contratos.contrato} valor={cobranca.contratoNumero ?? cobranca.contratoId} mono />
        <Fato nome={t.campo["competencia"] ?? ""} valor={mes(cobranca.competencia, idioma)} />
        <Fato nome={t.cobrancas.emissao} valor={data(cobranca.dataEmissao, idioma)} />
        <Fato nome={t.cobrancas.vencimento} valor={data(cobranca.dataVencimento, idioma)} />
        {cobranca.dataPagamento && <Fato nome={t.cobrancas.pagamento} valor={data(cobranca.dataPagamento, idioma)} />}
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
                    {quantidade(item.quantidade, undefined, idioma)}{" "}
                    {item.valorUnitario === undefined ? `· ${t.contratos.porFaixa}` : `× ${preco(item.valorUnitario, idioma)}`}
                  </span>
                </th>
                <td class="num">{dinheiro(item.valor, idioma)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            {somas.map(([nome, valor]) =>
              valor === undefined || /^0(\.0*)?$/.test(valor) ? null : (
                <tr key={nome}>
                  <th scope="row">{nome}</th>
                  <td class="num">{dinheiro(valor, idioma)}</td>
                </tr>
              ),
            )}
            <tr class="bill-total">
              <th scope="row">{t.cobrancas.saldo}</th>
              <td class="num">{dinheiro(cobranca.saldo ?? cobranca.valorLiquido, idioma)}</td>
            </tr>
          </tfoot>
        </table>
      )}
      {linha && (
        <section class="pay">
          <h3>{t.cobrancas.boleto}</h3>
          <p class="fine">{t.cobrancas.linhaDigitavel}</p>
          <p class="code" data-testid="linha-digitavel">
            {documentos.boleto.formatar(linha) ?? linha}
          </p>
          <Copiar texto={linha} rotulo={t.cobrancas.copiarLinha} />
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
            <Copiar texto={pix} rotulo={t.cobrancas.copiarPix} />
          </div>
          <figure>
            <img src={qrDoPix(pix)} alt={t.cobrancas.qr} width={168} height={168} />
            <figcaption class="fine">{t.cobrancas.qrDica}</figcaption>
          </figure>
        </section>
      )}
      {!linha && !pix && <p class="fine">{t.cobrancas.semBoletoNemPix}</p>}
    </Dialogo>
  );
}

function Fato({ nome, valor, mono }: { nome: string; valor: string | undefined; mono?: boolean }) {
  return (
    <div>
      <dt>{nome}</dt>
      <dd class={mono ? "mono" : ""}>{valor ?? "—"}</dd>
    </div>
  );
}
