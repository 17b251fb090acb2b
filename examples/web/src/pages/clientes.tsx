import { useEffect, useState } from "preact/hooks";

import { useErro, useLista, usePortal } from "../context";
import { type Cliente, documentos } from "../smartbill";
import { Cabecalho, Carregando, Dialogo, Falha, FimDaLista, Situacao, Vazio } from "../ui/basics";
import { Icon } from "../ui/icon";

export function Clientes() {
  const { t, plataforma, versao, avisar } = usePortal();
  const [busca, setBusca] = useState("");
  const termo = useAtraso(busca.trim());
  const [removendo, setRemovendo] = useState<Cliente | null>(null);
  const lista = useLista((signal) => plataforma.api.clientes.listar(filtro(termo), { signal }), `${termo}|${versao}`);

  return (
    <>
      <Cabecalho titulo={t.areas.clientes} intro={t.clientes.intro}>
        <a class="button button-primary" href="#/clientes/novo">
          <Icon nome="mais" /> {t.clientes.novo}
        </a>
      </Cabecalho>
      <div class="toolbar">
        <label class="search">
          <span class="visually-hidden">{t.clientes.buscar}</span>
          <Icon nome="lupa" />
          <input
            type="search"
            value={busca}
            placeholder={t.clientes.buscar}
            onInput={(e) => setBusca(e.currentTarget.value)}
          />
        </label>
      </div>
      {lista.erro !== undefined && <Falha erro={lista.erro} aoRepetir={lista.recarregar} />}
      {lista.itens.length > 0 && (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t.campo["nome"]}</th>
              <th scope="col">{t.campo["cpfCnpj"]}</th>
              <th scope="col">{t.clientes.cidade}</th>
              <th scope="col">{t.situacao}</th>
              <th scope="col">
                <span class="visually-hidden">{t.acoes}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {lista.itens.map((cliente) => (
              <LinhaDoCliente key={cliente.id} cliente={cliente} aoRemover={() => setRemovendo(cliente)} />
            ))}
          </tbody>
        </table>
      )}
      {lista.carregando && <Carregando />}
      {!lista.carregando && lista.erro === undefined && lista.itens.length === 0 && (
        <Vazio titulo={t.clientes.vazio} dica={t.clientes.vazioDica} />
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
          cliente={removendo}
          aoFechar={() => setRemovendo(null)}
          aoRemover={() => {
            avisar(t.clientes.desativado(removendo.nome ?? t.semNome));
            lista.recarregar();
          }}
        />
      )}
    </>
  );
}

function LinhaDoCliente({ cliente, aoRemover }: { cliente: Cliente; aoRemover(): void }) {
  const { t } = usePortal();
  const { endereco } = cliente;
  const lugar = [endereco?.municipio, endereco?.uf].filter(Boolean).join(" / ");
  const id = cliente.id ?? "";
  return (
    <tr>
      <th scope="row" class="cell-main">
        <a href={`#/clientes/${encodeURIComponent(id)}`}>{cliente.nome ?? t.semNome}</a>
        <span class="sub">{cliente.nomeFantasia ?? cliente.email ?? ""}</span>
      </th>
      <td class="mono" data-rotulo={t.campo["cpfCnpj"]}>
        {documentos.cpfCnpj.formatar(cliente.cpfCnpj ?? "") ?? cliente.cpfCnpj ?? "—"}
      </td>
      <td data-rotulo={t.clientes.cidade}>{lugar || "—"}</td>
      <td data-rotulo={t.situacao}>
        <Situacao valor={cliente.situacao} />
      </td>
      <td class="cell-actions">
        {cliente.situacao !== "INATIVO" && (
          <>
            <a class="button button-small" href={`#/clientes/${encodeURIComponent(id)}/contratar`}>
              {t.clientes.contratar}
            </a>
            <button type="button" class="button button-small button-quiet" onClick={aoRemover}>
              {t.clientes.desativar}
            </button>
          </>
        )}
      </td>
    </tr>
  );
}

function Remover({ cliente, aoFechar, aoRemover }: { cliente: Cliente; aoFechar(): void; aoRemover(): void }) {
  const { t, plataforma } = usePortal();
  const [erro, setErro] = useErro();
  const [enviando, setEnviando] = useState(false);
  const remover = async () => {
    setEnviando(true);
    try {
      await plataforma.api.clientes.remover(cliente.id ?? "");
      aoRemover();
      aoFechar();
    } catch (falha) {
      setErro(falha);
      setEnviando(false);
    }
  };
  return (
    <Dialogo titulo={t.clientes.confirmarTitulo} aoFechar={aoFechar}>
      <p>{t.clientes.confirmar(cliente.nome ?? t.semNome)}</p>
      {erro !== undefined && <Falha erro={erro} />}
      <div class="dialog-foot">
        <button type="button" class="button" onClick={aoFechar}>
          {t.cancelar}
        </button>
        <button type="button" class="button button-danger" disabled={enviando} onClick={() => void remover()}>
          {t.clientes.desativar}
        </button>
      </div>
    </Dialogo>
  );
}

// A document is looked up as one; the platform takes names of two letters and more.
function filtro(termo: string) {
  const documento = documentos.cpfCnpj.validar(termo, { modo: "leniente" });
  if (documento.valor !== null) return { cpfCnpj: documento.valor };
  return termo.length >= 2 ? { nome: termo } : {};
}

/** The value once it has stopped changing. */
function useAtraso(valor: string): string {
  const [atrasado, setAtrasado] = useState(valor);
  useEffect(() => {
    const relogio = setTimeout(() => setAtrasado(valor), 200);
    return () => clearTimeout(relogio);
  }, [valor]);
  return atrasado;
}

