import { useEffect, useState } from "preact/hooks";

import { useError, useListing, usePortal } from "../context";
import { type Cliente, documentos } from "../smartbill";
import { Dialog, Empty, Failure, ListEnd, Loading, PageHeader, Situacao } from "../ui/basics";
import { Icon } from "../ui/icon";

export function Clientes() {
  const { t, platform, version, announce } = usePortal();
  const [search, setSearch] = useState("");
  const term = useDelayed(search.trim());
  const [removing, setRemoving] = useState<Cliente | null>(null);
  const listing = useListing((signal) => platform.api.clientes.listar(filter(term), { signal }), `${term}|${version}`);

  return (
    <>
      <PageHeader title={t.areas.clientes} intro={t.clientes.intro}>
        <a class="button button-primary" href="#/clientes/new">
          <Icon name="plus" /> {t.clientes.newCliente}
        </a>
      </PageHeader>
      <div class="toolbar">
        <label class="search">
          <span class="visually-hidden">{t.clientes.search}</span>
          <Icon name="search" />
          <input
            type="search"
            value={search}
            placeholder={t.clientes.search}
            onInput={(e) => setSearch(e.currentTarget.value)}
          />
        </label>
      </div>
      {listing.error !== undefined && <Failure error={listing.error} onRetry={listing.reload} />}
      {listing.items.length > 0 && (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t.field["nome"]}</th>
              <th scope="col">{t.field["cpfCnpj"]}</th>
              <th scope="col">{t.clientes.city}</th>
              <th scope="col">{t.situacao}</th>
              <th scope="col">
                <span class="visually-hidden">{t.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {listing.items.map((cliente) => (
              <ClienteRow key={cliente.id} cliente={cliente} onRemover={() => setRemoving(cliente)} />
            ))}
          </tbody>
        </table>
      )}
      {listing.loading && <Loading />}
      {!listing.loading && listing.error === undefined && listing.items.length === 0 && (
        <Empty title={t.clientes.empty} hint={t.clientes.emptyHint} />
      )}
      {listing.items.length > 0 && (
        <ListEnd n={listing.items.length} more={listing.more} loading={listing.loading} onMore={listing.loadMore} />
      )}
      {removing && (
        <Remover
          cliente={removing}
          onClose={() => setRemoving(null)}
          onRemover={() => {
            announce(t.clientes.deactivated(removing.nome ?? t.noName));
            listing.reload();
          }}
        />
      )}
    </>
  );
}

function ClienteRow({ cliente, onRemover }: { cliente: Cliente; onRemover(): void }) {
  const { t } = usePortal();
  const { endereco } = cliente;
  const place = [endereco?.municipio, endereco?.uf].filter(Boolean).join(" / ");
  const id = cliente.id ?? "";
  return (
    <tr>
      <th scope="row" class="cell-main">
        <a href={`#/clientes/${encodeURIComponent(id)}`}>{cliente.nome ?? t.noName}</a>
        <span class="sub">{cliente.nomeFantasia ?? cliente.email ?? ""}</span>
      </th>
      <td class="mono" data-label={t.field["cpfCnpj"]}>
        {documentos.cpfCnpj.formatar(cliente.cpfCnpj ?? "") ?? cliente.cpfCnpj ?? "—"}
      </td>
      <td data-label={t.clientes.city}>{place || "—"}</td>
      <td data-label={t.situacao}>
        <Situacao value={cliente.situacao} />
      </td>
      <td class="cell-actions">
        {cliente.situacao !== "INATIVO" && (
          <>
            <a class="button button-small" href={`#/clientes/${encodeURIComponent(id)}/contrato`}>
              {t.clientes.newContrato}
            </a>
            <button type="button" class="button button-small button-quiet" onClick={onRemover}>
              {t.clientes.desativar}
            </button>
          </>
        )}
      </td>
    </tr>
  );
}

function Remover({ cliente, onClose, onRemover }: { cliente: Cliente; onClose(): void; onRemover(): void }) {
  const { t, platform } = usePortal();
  const [error, setError] = useError();
  const [sending, setSending] = useState(false);
  const remover = async () => {
    setSending(true);
    try {
      await platform.api.clientes.remover(cliente.id ?? "");
      onRemover();
      onClose();
    } catch (failure) {
      setError(failure);
      setSending(false);
    }
  };
  return (
    <Dialog title={t.clientes.confirmTitle} onClose={onClose}>
      <p>{t.clientes.confirm(cliente.nome ?? t.noName)}</p>
      {error !== undefined && <Failure error={error} />}
      <div class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          {t.cancelar}
        </button>
        <button type="button" class="button button-danger" disabled={sending} onClick={() => void remover()}>
          {t.clientes.desativar}
        </button>
      </div>
    </Dialog>
  );
}

// A document is looked up as one; the platform takes names of two letters and more.
function filter(term: string) {
  const documento = documentos.cpfCnpj.validar(term, { mode: "lenient" });
  if (documento.valor !== null) return { cpfCnpj: documento.valor };
  return term.length >= 2 ? { nome: term } : {};
}

/** The value once it has stopped changing. */
function useDelayed(value: string): string {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), 200);
    return () => clearTimeout(timer);
  }, [value]);
  return delayed;
}
