// Calls all operations. The same walk runs in Node and in a browser.

import { allowedActions } from "smartbill-automation";

/** Calls every operation once, in the order of a customer's life. */
export async function walk(sb, faturar, advance) {
  const done = [];
  const make = async (name, promise) => {
    const r = await promise;
    done.push(name);
    return r;
  };
  const cliente = await make(
    "clientes.incluir",
    sb.clientes.incluir({
      codigoExterno: "C-1",
      nome: "Padaria Aurora Ltda",
      tipoPessoa: "JURIDICA",
      cpfCnpj: "11.222.333/0001-81",
      email: "contas@aurora.example.com",
    }),
  );
  same(cliente.outcome, "created");
  const { id } = cliente.record;
  same(
    (await make("clientes.alterar", sb.clientes.alterar(id, { nome: "Padaria Aurora e Filhos" }))).outcome,
    "updated",
  );
  same((await make("clientes.obter", sb.clientes.obter(id))).nome, "Padaria Aurora e Filhos");
  same((await make("clientes.listar", sb.clientes.listar({ codigoExterno: "C-1" }).toArray())).length, 1);
  const servicos = await make("servicos.listar", sb.servicos.listar().toArray());
  const sms = servicos.find((s) => s.codigo === "SMS");
  same((await make("servicos.obter", sb.servicos.obter(sms.id))).codigo, "SMS");
  const contrato = await make(
    "contratos.incluir",
    sb.contratos.incluir({
      codigoExterno: "K-1",
      clienteId: id,
      dataInicio: "2026-11-01",
      periodicidade: "MENSAL",
      diaVencimento: 10,
      itens: [
        { servicoCodigo: "INTERNET-100", quantidade: "1" },
        { servicoId: sms.id, quantidade: 1 },
      ],
    }),
  );
  const k = contrato.record.id;
  same(allowedActions(contrato.record.situacao), ["ativar", "cancelar"]);
  same((await make("contratos.ativar", sb.contratos.ativar(k))).record.situacao, "ATIVO");
  same(
    (await make("contratos.suspender", sb.contratos.suspender(k, { motivo: "férias" }))).record.situacao,
    "SUSPENSO",
  );
  same((await make("contratos.desativar", sb.contratos.desativar(k))).record.situacao, "INATIVO");
  const several = await sb.contratos.ativar([k, "nenhum"]);
  same(several[0].written.record.situacao, "ATIVO");
  same(several[1].error.code, "not_found");
  same((await make("contratos.obter", sb.contratos.obter(k))).codigoExterno, "K-1");
  same((await make("contratos.listar", sb.contratos.listar({ situacao: ["ATIVO"] }).toArray())).length, 1);
  const usage = { contratoId: k, servicoCodigo: "SMS", competencia: "2026-11" };
  const consumo = await make(
    "consumos.incluir",
    sb.consumos.incluir({ ...usage, idExterno: "U-1", quantidade: "12.5" }),
  );
  await make("consumos.alterar", sb.consumos.alterar(consumo.record.id, { quantidade: "13.5" }));
  same((await make("consumos.obter", sb.consumos.obter(consumo.record.id))).quantidade, "13.5");
  const other = await sb.consumos.incluir({ ...usage, idExterno: "U-2", quantidade: 3 });
  await make("consumos.remover", sb.consumos.remover(other.record.id));
  same((await make("consumos.listar", sb.consumos.listar({ idExterno: "U-1" }).toArray())).length, 1);
  same((await faturar("2026-11")).cobrancas, 1);
  const cobrancas = await make("cobrancas.listar", sb.cobrancas.listar().toArray());
  same(cobrancas.length, 1);
  same(/^\d+\.\d\d$/.test(cobrancas[0].valorLiquido), true);
  await advance?.({ days: 60 });
  await make("contratos.cancelar", sb.contratos.cancelar(k, { motivo: "fim" }));
  await make("clientes.remover", sb.clientes.remover(id));
  same(done.length, 20);
  return done;
}

function same(a, b) {
  const [x, y] = [a, b].map((v) => JSON.stringify(v));
  if (x !== y) throw new Error(`${x} is not ${y}`);
}
