// All operations, the same walk in Node and in a browser.

import { acoesPermitidas } from "smartbill-automation";

/** Every operation once, as a customer's life goes. */
export async function percorrer(sb, faturar, avancar) {
  const feitos = [];
  const fazer = async (nome, promessa) => {
    const r = await promessa;
    feitos.push(nome);
    return r;
  };
  const cliente = await fazer("clientes.incluir", sb.clientes.incluir({
    codigoExterno: "C-1", nome: "Padaria Aurora Ltda", tipoPessoa: "JURIDICA", cpfCnpj: "11.222.333/0001-81", email: "contas@aurora.example.com",
  }));
  igual(cliente.resultado, "created");
  const { id } = cliente.registro;
  igual((await fazer("clientes.alterar", sb.clientes.alterar(id, { nome: "Padaria Aurora e Filhos" }))).resultado, "updated");
  igual((await fazer("clientes.obter", sb.clientes.obter(id))).nome, "Padaria Aurora e Filhos");
  igual((await fazer("clientes.listar", sb.clientes.listar({ codigoExterno: "C-1" }).toArray())).length, 1);
  const servicos = await fazer("servicos.listar", sb.servicos.listar().toArray());
  const sms = servicos.find((s) => s.codigo === "SMS");
  igual((await fazer("servicos.obter", sb.servicos.obter(sms.id))).codigo, "SMS");
  const contrato = await fazer("contratos.incluir", sb.contratos.incluir({
    codigoExterno: "K-1", clienteId: id, dataInicio: "2026-11-01", periodicidade: "MENSAL", diaVencimento: 10,
    itens: [{ servicoCodigo: "INTERNET-100", quantidade: "1" }, { servicoId: sms.id, quantidade: 1 }],
  }));
  const k = contrato.registro.id;
  igual(acoesPermitidas(contrato.registro.situacao), ["ativar", "cancelar"]);
  igual((await fazer("contratos.ativar", sb.contratos.ativar(k))).registro.situacao, "ATIVO");
  igual((await fazer("contratos.suspender", sb.contratos.suspender(k, { motivo: "férias" }))).registro.situacao, "SUSPENSO");
  igual((await fazer("contratos.desativar", sb.contratos.desativar(k))).registro.situacao, "INATIVO");
  const lote = await sb.contratos.ativar([k, "nenhum"]);
  igual(lote[0].gravado.registro.situacao, "ATIVO");
  igual(lote[1].erro.code, "not_found");
  igual((await fazer("contratos.obter", sb.contratos.obter(k))).codigoExterno, "K-1");
  igual((await fazer("contratos.listar", sb.contratos.listar({ situacao: ["ATIVO"] }).toArray())).length, 1);
  const uso = { contratoId: k, servicoCodigo: "SMS", competencia: "2026-11" };
  const consumo = await fazer("consumos.incluir", sb.consumos.incluir({ ...uso, idExterno: "U-1", quantidade: "12.5" }));
  await fazer("consumos.alterar", sb.consumos.alterar(consumo.registro.id, { quantidade: "13.5" }));
  igual((await fazer("consumos.obter", sb.consumos.obter(consumo.registro.id))).quantidade, "13.5");
  const outro = await sb.consumos.incluir({ ...uso, idExterno: "U-2", quantidade: 3 });
  await fazer("consumos.remover", sb.consumos.remover(outro.registro.id));
  igual((await fazer("consumos.listar", sb.consumos.listar({ idExterno: "U-1" }).toArray())).length, 1);
  igual((await faturar("2026-11")).cobrancas, 1);
  const cobrancas = await fazer("cobrancas.listar", sb.cobrancas.listar().toArray());
  igual(cobrancas.length, 1);
  igual(/^\d+\.\d\d$/.test(cobrancas[0].valorLiquido), true);
  await avancar?.({ dias: 60 });
  await fazer("contratos.cancelar", sb.contratos.cancelar(k, { motivo: "fim" }));
  await fazer("clientes.remover", sb.clientes.remover(id));
  igual(feitos.length, 20);
  return feitos;
}

function igual(a, b) {
  const [x, y] = [a, b].map((v) => JSON.stringify(v));
  if (x !== y) throw new Error(`${x} is not ${y}`);
}
