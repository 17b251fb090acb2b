import { useEffect, useId, useRef, useState } from "preact/hooks";

import { dizerEm, useErro, useOutroIdioma, usePortal } from "../context";
import type { Idioma } from "../i18n";
import {
  type Enviada,
  type Fluxo,
  type Linha,
  type Planilha as Lida,
  enviar,
  errosPorCampo,
  isSmartbillError,
  lerPlanilha,
  modeloDePlanilha,
  planilhaDeExemplo,
  relatorioDaPlanilha,
} from "../smartbill";
import { Abas, Cabecalho, Falha, Mensagem } from "../ui/basics";
import { Filtro, rotulo } from "../ui/fields";
import { Icon } from "../ui/icon";

const FLUXOS: readonly Fluxo[] = ["clientes", "consumos"];

export function Planilha({ fluxo: inicial }: { fluxo: Fluxo }) {
  const { t, idioma } = usePortal();
  const [fluxo, setFluxo] = useState<Fluxo>(inicial);
  const [arquivo, setArquivo] = useState<File | null>(null);
  const [lida, setLida] = useState<(Lida & { idioma: Idioma }) | null>(null);
  const [erro, setErro] = useErro();

  // The messages of the rows are the core's, in the language of the moment: the file is read again for them, and until
  // then none is shown.
  useEffect(() => {
    if (arquivo === null) return;
    let vale = true;
    setErro(undefined);
    lerPlanilha(arquivo, fluxo, idioma)
      .then((planilha) => vale && setLida({ ...planilha, idioma }))
      .catch((falha: unknown) => {
        if (!vale) return;
        setErro(falha);
        setLida(null);
        setArquivo(null);
      });
    return () => {
      vale = false;
    };
  }, [arquivo, fluxo, idioma]);

  const recomecar = () => {
    setArquivo(null);
    setLida(null);
    setErro(undefined);
  };
  return (
    <>
      <Cabecalho titulo={t.areas.planilha} intro={t.planilha.intro} />
      {erro !== undefined && <Falha erro={erro} />}
      {arquivo === null && <Escolher fluxo={fluxo} aoMudarFluxo={setFluxo} aoEscolher={setArquivo} />}
      {arquivo !== null && lida === null && (
        <p class="loading" role="status">
          <span class="spinner" aria-hidden="true" /> {t.planilha.lendo}
        </p>
      )}
      {arquivo !== null && lida !== null && (
        <Conferencia
          key={arquivo.name + arquivo.lastModified}
          {...{ arquivo, fluxo, recomecar }}
          lida={lida.idioma === idioma ? lida : semMensagens(lida)}
        />
      )}
    </>
  );
}

function semMensagens(lida: Lida): Lida {
  const linhas = lida.linhas.map((l) => ({ ...l, problemas: l.problemas.map((p) => ({ ...p, mensagem: "…" })) }));
  return { ...lida, linhas };
}

function Escolher(props: { fluxo: Fluxo; aoMudarFluxo(fluxo: Fluxo): void; aoEscolher(arquivo: File): void }) {
  const { t, plataforma } = usePortal();
  const [sobre, setSobre] = useState(false);
  const id = useId();
  const soltar = (evento: DragEvent) => {
    evento.preventDefault();
    setSobre(false);
    const arquivo = evento.dataTransfer?.files[0];
    if (arquivo) props.aoEscolher(arquivo);
  };
  return (
    <section class="card upload">
      <div class="upload-kind">
        <p class="label">{t.planilha.oQue}</p>
        <Filtro
          rotulo={t.planilha.oQue}
          valor={props.fluxo}
          opcoes={FLUXOS.map((valor) => ({ valor, texto: t.planilha.fluxos[valor] }))}
          aoMudar={props.aoMudarFluxo}
        />
      </div>
      <div
        class={sobre ? "drop drop-over" : "drop"}
        onDragOver={(e) => {
          e.preventDefault();
          setSobre(true);
        }}
        onDragLeave={() => setSobre(false)}
        onDrop={soltar}
      >
        <Icon nome="subir" tamanho={32} />
        <p class="drop-title">{t.planilha.soltar}</p>
        <p>
          <input
            id={id}
            class="visually-hidden"
            type="file"
            accept=".xls,.xlsx,.xlsm,.csv,.txt,.ods"
            onChange={(e) => {
              const arquivo = e.currentTarget.files?.[0];
              if (arquivo) props.aoEscolher(arquivo);
            }}
          />
          <label for={id} class="button button-primary">
            {t.planilha.ouEscolha}
          </label>
        </p>
        <p class="fine">{t.planilha.formatos}</p>
      </div>
      <div class="row">
        {plataforma.simulador && (
          <button
            type="button"
            class="button"
            onClick={() => void planilhaDeExemplo(props.fluxo, plataforma).then(props.aoEscolher)}
          >
            <Icon nome="planilha" tamanho={18} /> {t.planilha.exemplo}
          </button>
        )}
        <button
          type="button"
          class="button"
          onClick={() => void modeloDePlanilha(props.fluxo).then((b) => baixar(b, `modelo-${props.fluxo}.xlsx`))}
        >
          <Icon nome="baixar" tamanho={18} /> {t.planilha.modelo}
        </button>
      </div>
    </section>
  );
}

type Envio = { fase: "conferindo" } | { fase: "enviando" | "terminado"; feitas: Enviada[]; total: number };

function Conferencia(props: { arquivo: File; lida: Lida; fluxo: Fluxo; recomecar(): void }) {
  const { t, idioma, plataforma, mudou } = usePortal();
  const { lida, fluxo } = props;
  const boas = lida.linhas.filter((l) => l.registro !== undefined);
  const ruins = lida.linhas.filter((l) => l.registro === undefined);
  const [aba, setAba] = useState<"erros" | "prontas">(ruins.length > 0 ? "erros" : "prontas");
  const [envio, setEnvio] = useState<Envio>({ fase: "conferindo" });
  const [erro, setErro] = useErro();
  const controle = useRef<AbortController | null>(null);
  const titulo = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    titulo.current?.focus();
    return () => controle.current?.abort();
  }, []);

  const mandar = async () => {
    const feitas: Enviada[] = [];
    controle.current = new AbortController();
    setEnvio({ fase: "enviando", feitas, total: boas.length });
    await enviar(plataforma, fluxo, boas, controle.current.signal, (enviada) => {
      dizerEm(idioma, enviada.erro);
      feitas.push(enviada);
      setEnvio({ fase: "enviando", feitas, total: boas.length });
    });
    setEnvio({ fase: "terminado", feitas, total: boas.length });
    mudou();
  };
  const feitas = envio.fase === "conferindo" ? [] : envio.feitas;
  const relatorio = async () => {
    try {
      baixar(await relatorioDaPlanilha(props.arquivo, fluxo, idioma, lida, feitas), `relatorio-${semExtensao(props.arquivo.name)}.xlsx`);
    } catch (falha) {
      setErro(falha);
    }
  };

  return (
    <section>
      <div class="card sheet-head">
        <div>
          <h2 ref={titulo} tabIndex={-1}>
            <Icon nome="planilha" /> {props.arquivo.name}
          </h2>
          <p class="fine">
            {[
              lida.aba === props.arquivo.name ? "" : lida.aba,
              lida.ignoradas.length > 0 ? t.planilha.ignoradas(lida.ignoradas) : "",
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
        </div>
        <dl class="counts">
          <Conta n={lida.linhas.length} texto={t.planilha.lidas} />
          <Conta n={boas.length} texto={t.planilha.prontas} tom="ok" />
          <Conta n={ruins.length} texto={t.planilha.comErro} tom={ruins.length > 0 ? "bad" : ""} />
        </dl>
        <div class="row">
          {envio.fase === "conferindo" && boas.length > 0 && (
            <button type="button" class="button button-primary" onClick={() => void mandar()}>
              <Icon nome="subir" tamanho={18} /> {t.planilha.enviar(boas.length)}
            </button>
          )}
          {envio.fase !== "enviando" && (
            <>
              <button type="button" class="button" onClick={() => void relatorio()} title={t.planilha.relatorioDica}>
                <Icon nome="baixar" tamanho={18} /> {t.planilha.relatorio}
              </button>
              <button type="button" class="button button-quiet" onClick={props.recomecar}>
                {t.planilha.outro}
              </button>
            </>
          )}
        </div>
        {envio.fase !== "conferindo" && (
          <Andamento envio={envio} fluxo={fluxo} aoParar={() => controle.current?.abort()} />
        )}
        {erro !== undefined && <Falha erro={erro} />}
      </div>
      <Abas
        rotulo={t.planilha.abas}
        abas={[
          { chave: "erros", texto: t.planilha.abaErros(ruins.length) },
          { chave: "prontas", texto: t.planilha.abaProntas(boas.length) },
        ]}
        atual={aba}
        aoMudar={(chave) => setAba(chave)}
      >
        {aba === "erros" ? <Ruins linhas={ruins} /> : <Boas linhas={boas} />}
      </Abas>
    </section>
  );
}

function Conta({ n, texto, tom = "" }: { n: number; texto: string; tom?: string }) {
  return (
    <div class={`count count-${tom}`}>
      <dd>{n}</dd>
      <dt>{texto}</dt>
    </div>
  );
}

function Andamento(props: { envio: Exclude<Envio, { fase: "conferindo" }>; fluxo: Fluxo; aoParar(): void }) {
  const { t } = usePortal();
  const { fase, feitas, total } = props.envio;
  const incerta = (e: Enviada) => isSmartbillError(e.erro) && e.erro.outcome === "unknown";
  const recusadas = feitas.filter((e) => e.erro !== undefined && !incerta(e));
  const incertas = feitas.filter(incerta);
  const jaEnviadas = feitas.filter((e) => e.resultado === "already_done").length;
  if (fase === "enviando") {
    return (
      <div class="sending">
        <label>
          {t.planilha.enviando(feitas.length, total)}
          <progress max={total} value={feitas.length} />
        </label>
        <button type="button" class="button button-small" onClick={props.aoParar}>
          {t.planilha.parar}
        </button>
      </div>
    );
  }
  const faltaram = total - feitas.length;
  const falhas = recusadas.length + incertas.length;
  return (
    <div class={falhas + faltaram > 0 ? "notice notice-warn" : "notice notice-ok"} role="status">
      <Icon nome={falhas + faltaram > 0 ? "aviso" : "certo"} />
      <div>
        <p class="notice-title">{t.planilha.enviado(feitas.length - falhas - jaEnviadas)}</p>
        {jaEnviadas > 0 && <p>{t.planilha.jaEnviadas(jaEnviadas)}</p>}
        {faltaram > 0 && <p>{t.planilha.parado(faltaram)}</p>}
        {([["recusadas", recusadas], ["incertas", incertas]] as const).map(
          ([quais, enviadas]) =>
            enviadas.length > 0 && (
              <div key={quais}>
                <p>{t.planilha[quais](enviadas.length)}</p>
                <ul>
                  {enviadas.slice(0, 20).map(({ linha, erro }) => (
                    <li key={linha.numero}>
                      {t.planilha.linha} {linha.numero}: <Motivo erro={erro} />
                    </li>
                  ))}
                </ul>
              </div>
            ),
        )}
        <p>
          <a href={`#/${props.fluxo}`}>{t.planilha.verResultado[props.fluxo]}</a>
        </p>
      </div>
    </div>
  );
}

function Motivo({ erro }: { erro: unknown }) {
  const { t } = usePortal();
  const outro = useOutroIdioma(erro);
  const campos = errosPorCampo(erro);
  const geral = isSmartbillError(erro) ? erro.message : t.erro.inesperado;
  if (outro) return <>{t.erro.titulo}</>;
  if (campos.length === 0) return <Mensagem texto={geral} />;
  return (
    <>
      {campos.map((v, i) => (
        <span key={v.path}>
          {i > 0 && "; "}
          {rotulo(v.path, t.campo)}: <Mensagem texto={v.message} />
        </span>
      ))}
    </>
  );
}

const PRIMEIRAS = 50;

/** The rows that cannot go, a card for each, with the cells that must change. */
function Ruins({ linhas }: { linhas: readonly Linha[] }) {
  const { t } = usePortal();
  const [quantas, setQuantas] = useState(PRIMEIRAS);
  if (linhas.length === 0) return <p class="fine">{t.planilha.nenhumaComErro}</p>;
  return (
    <>
      <table class="table bad-rows">
        <thead>
          <tr>
            <th scope="col">{t.planilha.celula}</th>
            <th scope="col">{t.planilha.coluna}</th>
            <th scope="col">{t.planilha.valor}</th>
            <th scope="col">{t.planilha.problema}</th>
          </tr>
        </thead>
        {linhas.slice(0, quantas).map((linha) => (
          <tbody key={linha.numero}>
            {linha.problemas.map((p, i) => (
              <tr key={i} class={p.aviso ? "row-warn" : "row-bad"}>
                <th scope="row" class="mono" data-rotulo={t.planilha.celula}>
                  {p.celula}
                </th>
                <td data-rotulo={t.planilha.coluna}>{p.cabecalho ?? rotulo(p.campo ?? "", t.campo)}</td>
                <td data-rotulo={t.planilha.valor}>
                  <code class="cell-value">{p.valor === "" ? t.planilha.vazia : p.valor}</code>
                </td>
                <td data-rotulo={t.planilha.problema} data-codigo={p.codigo}>
                  <span>
                    <Mensagem texto={p.mensagem} />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
      <Mais faltam={linhas.length - quantas} aoPedir={() => setQuantas((n) => n + PRIMEIRAS)} />
    </>
  );
}

/** The rows that can go, as they will be sent. */
function Boas({ linhas }: { linhas: readonly Linha[] }) {
  const { t } = usePortal();
  const [quantas, setQuantas] = useState(PRIMEIRAS);
  if (linhas.length === 0) return <p class="fine">{t.planilha.nenhumaPronta}</p>;
  const valores = linhas.slice(0, quantas).map((linha) => ({ linha, valores: achatar(linha.registro) }));
  const colunas = [...new Set(valores.flatMap((l) => Object.keys(l.valores)))];
  return (
    <>
      <div class="scroll" role="region" tabIndex={0} aria-label={t.planilha.abaProntas(linhas.length)}>
        <table class="sheet">
          <thead>
            <tr>
              <th scope="col">{t.planilha.linha}</th>
              {colunas.map((path) => (
                <th scope="col" key={path}>
                  {rotulo(path, t.campo)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {valores.map(({ linha, valores }) => (
              <tr key={linha.numero}>
                <th scope="row">{linha.numero}</th>
                {colunas.map((path) => (
                  <td key={path}>{valores[path] ?? ""}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Mais faltam={linhas.length - quantas} aoPedir={() => setQuantas((n) => n + PRIMEIRAS)} />
    </>
  );
}

function Mais({ faltam, aoPedir }: { faltam: number; aoPedir(): void }) {
  const { t } = usePortal();
  if (faltam <= 0) return null;
  return (
    <button type="button" class="button" onClick={aoPedir}>
      {t.planilha.mostrarMais(Math.min(faltam, PRIMEIRAS))}
    </button>
  );
}

/** A record as columns: `endereco.cep` and the like. */
function achatar(registro: unknown, antes = ""): Record<string, string> {
  const saida: Record<string, string> = {};
  for (const [nome, valor] of Object.entries((registro ?? {}) as Record<string, unknown>)) {
    if (typeof valor === "object" && valor !== null && !Array.isArray(valor)) {
      Object.assign(saida, achatar(valor, `${antes}${nome}.`));
    } else if (valor !== undefined && !(Array.isArray(valor) && valor.length === 0)) {
      saida[antes + nome] = String(valor);
    }
  }
  return saida;
}

function baixar(conteudo: Blob, nome: string): void {
  const url = URL.createObjectURL(conteudo);
  const link = document.createElement("a");
  link.href = url;
  link.download = nome;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function semExtensao(nome: string): string {
  return nome.replace(/\.[^.]+$/, "");
}

