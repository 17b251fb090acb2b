import { useEffect, useRef, useState } from "preact/hooks";

import { usePortal } from "../context";
import type { Contrato, Servico } from "../smartbill";

/** What people call a contract: its number, the company's own code, or the platform's. */
export function nomeDoContrato({ numero, codigoExterno, id }: Contrato): string {
  return numero ?? codigoExterno ?? `nº ${id}`;
}

/** The names of the customers that some records refer to, each asked for once. */
export function useNomes(registros: readonly { clienteId?: string | undefined }[]): ReadonlyMap<string, string> {
  const { plataforma } = usePortal();
  const [nomes, setNomes] = useState<ReadonlyMap<string, string>>(new Map());
  const pedidos = useRef(new Set<string>());
  const faltam = [...new Set(registros.flatMap((r) => r.clienteId ?? []))].filter((id) => !pedidos.current.has(id));
  useEffect(() => {
    for (const id of faltam) {
      pedidos.current.add(id);
      plataforma.api.clientes.obter(id).then(
        (cliente) => setNomes((m) => new Map(m).set(id, cliente.nomeFantasia ?? cliente.nome ?? id)),
        // A name is a courtesy: without it the record shows as it is.
        () => pedidos.current.delete(id),
      );
    }
  }, [faltam.join()]);
  return nomes;
}

/** Every service, by id and by code. */
export function useServicos(): ReadonlyMap<string, Servico> {
  const { plataforma, versao } = usePortal();
  const [servicos, setServicos] = useState<ReadonlyMap<string, Servico>>(new Map());
  useEffect(() => {
    let vale = true;
    plataforma.servicos().then(
      (todos) => {
        if (!vale) return;
        const pares = todos.flatMap((s) => [s.id, s.codigo].flatMap((chave) => (chave ? [[chave, s] as const] : [])));
        setServicos(new Map(pares));
      },
      () => undefined,
    );
    return () => {
      vale = false;
    };
  }, [plataforma, versao]);
  return servicos;
}

/** The contracts that some records refer to, each asked for once. */
export function useContratos(ids: readonly (string | undefined)[]): ReadonlyMap<string, Contrato> {
  const { plataforma } = usePortal();
  const [contratos, setContratos] = useState<ReadonlyMap<string, Contrato>>(new Map());
  const pedidos = useRef(new Set<string>());
  const faltam = [...new Set(ids)].filter((id) => id !== undefined && !pedidos.current.has(id)) as string[];
  useEffect(() => {
    for (const id of faltam) {
      pedidos.current.add(id);
      plataforma.api.contratos.obter(id).then(
        (contrato) => setContratos((m) => new Map(m).set(id, contrato)),
        () => pedidos.current.delete(id),
      );
    }
  }, [faltam.join()]);
  return contratos;
}
