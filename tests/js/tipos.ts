// Compiled, never run: what a user of the types may rely on, and what must not compile.

import { Smartbill, isSmartbillError, type Cliente, type Cobranca, type ErrorCode, type Gravado } from "smartbill-automation";
import { escrever, ler, modelo, relatorio, type PlanilhaLida } from "smartbill-automation/planilha";
import { criarSandbox } from "smartbill-automation/sandbox";
import wasm from "smartbill-automation/validation.wasm";
import { cliente, documentos, init, validarCliente, type Motivo, type StandardSchema } from "smartbill-automation/validation";

await init();
await init(wasm);
await init(new DataView(new ArrayBuffer(8)));

const sandbox = criarSandbox({ token: process.env["TOKEN"], agora: undefined });
await sandbox.fetch(new Request("https://x"));
await sandbox.fetch(new URL("https://x"), { method: "POST" });
new Blob([escrever("clientes", []), modelo("clientes"), await relatorio("clientes", new Blob([]), [])]);
cliente.validarCampo("endereco.cep", {});
cliente.validarCampo("nome", {}, { idioma: undefined });
// @ts-expect-error no such field
cliente.validarCampo("enderco.cep", {});
const opcional = undefined as string | undefined;
const sb = new Smartbill({ baseUrl: sandbox.baseUrl, token: sandbox.token, fetch: sandbox.fetch });
new Smartbill({ ...sandbox, retry: { maxAttempts: 1 }, timeoutMs: Infinity });

const incluido: Gravado<Cliente> = await sb.clientes.incluir({ nome: "x", tipoPessoa: "FISICA", endereco: { uf: "SP" } });
const id: string | undefined = incluido.registro.id;
for await (const cobranca of sb.cobrancas.listar({ situacao: ["EM_ABERTO"], de: "2026-01-01" }, { tamanhoPagina: 10 })) {
  const c: Cobranca = cobranca;
  const valor: string | undefined = c.valorLiquido;
  void valor;
}
const lote = await sb.contratos.ativar(["1", "2"]);
void lote[0]?.erro?.code;
void (await sb.contratos.cancelar("1", { motivo: "x" }, { signal: AbortSignal.timeout(1), idempotencyKey: "k" })).resultado;

// @ts-expect-error the API has no operation that adds a service
void sb.servicos.incluir;
// @ts-expect-error money is text, never a binary fraction
await sb.consumos.incluir({ quantidade: 1.5 });
await sb.consumos.incluir({ quantidade: opcional, descricao: opcional });
// @ts-expect-error no such field
await sb.clientes.incluir({ nomee: "x" });
// @ts-expect-error there is nothing to talk to
void new Smartbill({ token: "t" });
// @ts-expect-error no such option
void new Smartbill({ baseUrl: "/", timeout: 5 });
// @ts-expect-error a resource is not replaced
sb.clientes = sb.clientes;
// @ts-expect-error an identifier is text
await sb.clientes.obter(17);
// @ts-expect-error cancelling wants a reason
await sb.contratos.cancelar("1");
// @ts-expect-error the record is inside what a write gives
void (await sb.clientes.incluir({ nome: "x" })).nome;
// @ts-expect-error one of four words
void (incluido.resultado === "criado");
// @ts-expect-error a listing is walked with `for await`
for (const nenhum of sb.clientes.listar()) void nenhum;
// @ts-expect-error no such mode
validarCliente({}, { modo: "frouxo" });
// @ts-expect-error no such document
void documentos.rg;
// @ts-expect-error no such flow
await ler("contratos", new Blob([]));
// @ts-expect-error the clock moves on by days
await sandbox.avancarRelogio({ meses: 1 });

type EhAny<T> = 0 extends 1 & T ? true : false;
const nenhumAny: [
  EhAny<Cliente["endereco"]>, EhAny<Awaited<ReturnType<typeof sb.clientes.obter>>>, EhAny<ReturnType<typeof documentos.cpf.validar>["campos"]>,
  EhAny<ReturnType<typeof ler>>, EhAny<ReturnType<typeof validarCliente>>, EhAny<typeof sandbox.fetch>,
] = [false, false, false, false, false, false];
void nenhumAny;

const r = validarCliente({});
if (r.valido) {
  const c: Cliente = r.valor;
  void c;
} else {
  // @ts-expect-error there is a value only where it is valid
  const c: Cliente = r.valor;
  void c;
  const codigo: string | undefined = r.erros[0]?.code;
  void codigo;
}

const cpf = documentos.cpf.validar("529.982.247-25", { modo: "leniente" });
const motivo: Motivo | null = cpf.motivo;
const ufs: string[] | undefined = cpf.ufs;
const esquema: StandardSchema<string> = documentos.pixChave;
const outro: StandardSchema<Cliente> = cliente.com({ idioma: "en" });
void [id, motivo, ufs, esquema, outro];

const lida: PlanilhaLida<Cliente> = await ler("clientes", new Blob([]), { nome: "x.xls" });
void lida.linhas[0]?.problemas[0]?.coluna;

try {
  await sb.clientes.obter("1");
} catch (e) {
  if (isSmartbillError(e)) {
    const code: ErrorCode = e.code;
    // @ts-expect-error no such code
    void (e.code === "nenhum");
    void [code, e.retryAfterMs, e.violations, e.outcome];
  }
}
