import { useEffect, useRef, useState } from "preact/hooks";

import { usePortal } from "../context";
import type { Contrato, Servico } from "../smartbill";

/** What people call a contract: its number, the company's own code, or the platform's. */
export function contratoName({ numero: number, codigoExterno, id }: Contrato): string {
  return number ?? codigoExterno ?? `nº ${id}`;
}

/** The names of the customers that some records refer to, each asked for once. */
export function useNames(records: readonly { clienteId?: string | undefined }[]): ReadonlyMap<string, string> {
  const { platform } = usePortal();
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const requested = useRef(new Set<string>());
  const missing = [...new Set(records.flatMap((r) => r.clienteId ?? []))].filter((id) => !requested.current.has(id));
  useEffect(() => {
    for (const id of missing) {
      requested.current.add(id);
      platform.api.clientes.obter(id).then(
        (cliente) => setNames((m) => new Map(m).set(id, cliente.nomeFantasia ?? cliente.nome ?? id)),
        // A name is a courtesy: without it the record shows as it is.
        () => requested.current.delete(id),
      );
    }
  }, [missing.join()]);
  return names;
}

/** Every service, by id and by code. */
export function useServicos(): ReadonlyMap<string, Servico> {
  const { platform, version } = usePortal();
  const [servicos, setServicos] = useState<ReadonlyMap<string, Servico>>(new Map());
  useEffect(() => {
    let alive = true;
    platform.servicos().then(
      (all) => {
        if (!alive) return;
        const pairs = all.flatMap((s) => [s.id, s.codigo].flatMap((key) => (key ? [[key, s] as const] : [])));
        setServicos(new Map(pairs));
      },
      () => undefined,
    );
    return () => {
      alive = false;
    };
  }, [platform, version]);
  return servicos;
}

/** The contracts that some records refer to, each asked for once. */
export function useContratos(ids: readonly (string | undefined)[]): ReadonlyMap<string, Contrato> {
  const { platform } = usePortal();
  const [contratos, setContratos] = useState<ReadonlyMap<string, Contrato>>(new Map());
  const requested = useRef(new Set<string>());
  const missing = [...new Set(ids)].filter((id) => id !== undefined && !requested.current.has(id)) as string[];
  useEffect(() => {
    for (const id of missing) {
      requested.current.add(id);
      platform.api.contratos.obter(id).then(
        (contrato) => setContratos((m) => new Map(m).set(id, contrato)),
        () => requested.current.delete(id),
      );
    }
  }, [missing.join()]);
  return contratos;
}
