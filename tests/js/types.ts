// This file is compiled and never run. It shows what users of the types may rely on, and what must not compile.

import {
  type Cliente,
  type Cobranca,
  type ErrorCode,
  isSmartbillError,
  Smartbill,
  type Written,
} from "smartbill-automation";
import { read, report, type Spreadsheet, template, write } from "smartbill-automation/planilha";
import { createSandbox } from "smartbill-automation/sandbox";
import {
  cliente,
  documentos,
  init,
  type Reason,
  type StandardSchema,
  validarCliente,
} from "smartbill-automation/validation";
import wasm from "smartbill-automation/validation.wasm";

await init();
await init(wasm);
await init(new DataView(new ArrayBuffer(8)));

const sandbox = createSandbox({ token: process.env["TOKEN"], now: undefined });
await sandbox.fetch(new Request("https://x"));
await sandbox.fetch(new URL("https://x"), { method: "POST" });
new Blob([write("clientes", []), template("clientes"), await report("clientes", new Blob([]), [])]);
cliente.validarField("endereco.cep", {});
cliente.validarField("nome", {}, { language: undefined });
// @ts-expect-error no such field
cliente.validarField("enderco.cep", {});
const checked = cliente.checkAll(new Set([{}]), { mode: "lenient" });
const first: string | undefined = checked.records[0]?.nome ?? checked.reports[0]?.errors[0]?.code;
void [first, cliente.checkAll("[]").valid, cliente.checkAll(new Uint8Array()).valid];
// @ts-expect-error a record may be none
void checked.records[0].nome;
// @ts-expect-error a number is no list
cliente.checkAll(5);
void cliente.listFromJson("[]")[0]?.findings?.[0]?.path;
const optional = undefined as string | undefined;
const sb = new Smartbill({ baseUrl: sandbox.baseUrl, token: sandbox.token, fetch: sandbox.fetch });
new Smartbill({ ...sandbox, retry: { maxAttempts: 1 }, timeoutMs: Infinity });

const included: Written<Cliente> = await sb.clientes.incluir({
  nome: "x",
  tipoPessoa: "FISICA",
  endereco: { uf: "SP" },
});
const id: string | undefined = included.record.id;
for await (const cobranca of sb.cobrancas.listar({ situacao: ["EM_ABERTO"], de: "2026-01-01" }, { pageSize: 10 })) {
  const c: Cobranca = cobranca;
  const amount: string | undefined = c.valorLiquido;
  void amount;
}
const several = await sb.contratos.ativar(["1", "2"]);
void several[0]?.error?.code;
void (await sb.contratos.cancelar("1", { motivo: "x" }, { signal: AbortSignal.timeout(1), idempotencyKey: "k" }))
  .outcome;

// @ts-expect-error the API has no operation that adds a service
void sb.servicos.incluir;
// @ts-expect-error money is text, never a binary fraction
await sb.consumos.incluir({ quantidade: 1.5 });
await sb.consumos.incluir({ quantidade: optional, descricao: optional });
// @ts-expect-error no such field
await sb.clientes.incluir({ nomee: "x" });
// @ts-expect-error there is nothing to talk to
void new Smartbill({ token: "t" });
// @ts-expect-error no such option
void new Smartbill({ baseUrl: "/", timeout: 5 });
// @ts-expect-error a resource is not replaced
sb.clientes = new Smartbill({ baseUrl: "/" }).clientes;
// @ts-expect-error an identifier is text
await sb.clientes.obter(17);
// @ts-expect-error cancelling wants a reason
await sb.contratos.cancelar("1");
// @ts-expect-error the record is inside what a write gives
void (await sb.clientes.incluir({ nome: "x" })).nome;
// @ts-expect-error one of four words
void (included.outcome === "criado");
// @ts-expect-error a listing is walked with `for await`
for (const none of sb.clientes.listar()) void none;
// @ts-expect-error no such mode
validarCliente({}, { mode: "frouxo" });
// @ts-expect-error no such document
void documentos.rg;
// @ts-expect-error no such flow
await read("contratos", new Blob([]));
// @ts-expect-error the clock moves on by days
await sandbox.advance({ months: 1 });

type EhAny<T> = 0 extends 1 & T ? true : false;
const noneIsAny: [
  EhAny<Cliente["endereco"]>,
  EhAny<Awaited<ReturnType<typeof sb.clientes.obter>>>,
  EhAny<ReturnType<typeof documentos.cpf.validar>["campos"]>,
  EhAny<ReturnType<typeof read>>,
  EhAny<ReturnType<typeof validarCliente>>,
  EhAny<typeof sandbox.fetch>,
] = [false, false, false, false, false, false];
void noneIsAny;

const r = validarCliente({});
if (r.valid) {
  const c: Cliente = r.value;
  void c;
} else {
  // @ts-expect-error there is a value only where it is valid
  const c: Cliente = r.value;
  void c;
  const code: string | undefined = r.errors[0]?.code;
  void code;
}

const cpf = documentos.cpf.validar("529.982.247-25", { mode: "lenient" });
const reason: Reason | null = cpf.motivo;
const ufs: string[] | undefined = cpf.ufs;
const schema: StandardSchema<string> = documentos.pixChave;
const other: StandardSchema<Cliente> = cliente.withOptions({ language: "en" });
void [id, reason, ufs, schema, other];

const parsed: Spreadsheet<Cliente> = await read("clientes", new Blob([]), { name: "x.xls" });
void parsed.rows[0]?.findings[0]?.place?.column;

try {
  await sb.clientes.obter("1");
} catch (e) {
  if (isSmartbillError(e)) {
    const code: ErrorCode = e.code;
    // @ts-expect-error no such code
    void (e.code === "nenhum");
    void [code, e.retryAfterMs, e.findings, e.outcome];
  }
}
