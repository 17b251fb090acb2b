"""All sixteen operations, over real HTTP against the sandbox."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from smartbill import Cliente, Consumo, Contrato, Smartbill
from smartbill.errors import ConflictError, NotFoundError, ValidationError
from smartbill.sandbox import Sandbox

CLIENTE: dict[str, Any] = {"codigo_externo": "C-1", "nome": "Padaria Aurora Ltda", "cpf_cnpj": "11.222.333/0001-81"}
HOJE = date.today()


def contrato_de(cliente: Cliente, codigo: str = "K-1") -> Contrato:
    return Contrato(
        codigo_externo=codigo,
        cliente_id=cliente.id,
        data_inicio=HOJE.replace(day=1),
        periodicidade="MENSAL",
        dia_vencimento=10,
        itens=[
            {"servico_codigo": "INTERNET-100", "quantidade": 1},
            {"servico_codigo": "API-CHAMADAS", "quantidade": 1, "valor_unitario": "0.10"},
        ],
    )


def consumo(n: int, **mudancas: Any) -> Consumo:
    campos: dict[str, Any] = {
        "id_externo": f"U-{n}",
        "contrato_codigo_externo": "K-1",
        "servico_codigo": "API-CHAMADAS",
        "competencia": HOJE,
        "quantidade": Decimal("10.5"),
    }
    return Consumo(**{**campos, **mudancas})


def test_clientes(sb: Smartbill) -> None:
    novo = sb.clientes.incluir(CLIENTE)
    assert (novo.resultado, novo.situacao, novo.cpf_cnpj) == ("created", "ATIVO", "11222333000181")
    assert novo.id is not None
    assert sb.clientes.obter(novo.id) == novo
    mudado = sb.clientes.alterar(novo.id, {"email": "contas@aurora.example.com.br", "grupo": "ouro"})
    assert (mudado.resultado, mudado.email, mudado.nome) == ("updated", "contas@aurora.example.com.br", novo.nome)
    assert sb.clientes.alterar(novo.id, mudado).resultado == "unchanged"
    assert sb.clientes.alterar(novo.id, {}, limpar=["grupo"]).grupo is None
    assert [c.id for c in sb.clientes.listar(codigo_externo="C-1")] == [novo.id]
    assert list(sb.clientes.listar(codigo_externo="C-2")) == []
    assert sb.clientes.remover(novo.id).situacao == "INATIVO"
    assert [c.id for c in sb.clientes.listar(situacao=["INATIVO"])] == [novo.id]


def test_servicos(sb: Smartbill) -> None:
    servicos = list(sb.servicos.listar())
    assert {s.codigo for s in servicos} >= {"INTERNET-100", "API-CHAMADAS"}
    assert servicos[0].id is not None
    assert sb.servicos.obter(servicos[0].id) == servicos[0]


def test_contratos(sb: Smartbill) -> None:
    contrato = sb.contratos.incluir(contrato_de(sb.clientes.incluir(CLIENTE)))
    assert contrato.id is not None
    assert sb.contratos.obter(contrato.id).itens == contrato.itens
    assert sb.contratos.ativar(contrato.id).situacao == "ATIVO"
    assert sb.contratos.suspender(contrato.id, motivo="inadimplência").situacao == "SUSPENSO"
    assert sb.contratos.ativar(contrato.id, estrito=True).situacao == "ATIVO"
    assert sb.contratos.desativar(contrato.id).situacao == "INATIVO"
    with pytest.raises(ConflictError) as info:
        sb.contratos.suspender(contrato.id, motivo="x", estrito=True)
    assert info.value.outcome == "not_sent"
    with pytest.raises(ValidationError, match="motivo"):
        sb.contratos.cancelar(contrato.id)
    assert sb.contratos.cancelar(contrato.id, motivo="encerrou").situacao == "CANCELADO"
    assert [c.situacao for c in sb.contratos.listar(codigo_externo="K-1")] == ["CANCELADO"]
    assert sb.contratos.obter(contrato.id).historico[-1].motivo == "encerrou"


def test_contratos_em_lote(sb: Smartbill) -> None:
    cliente = sb.clientes.incluir(CLIENTE)
    ids = [str(sb.contratos.incluir(contrato_de(cliente, f"K-{i}")).id) for i in range(2)]
    itens = sb.contratos.ativar([ids[0], "nenhum", ids[1]])
    assert [item.id for item in itens] == [ids[0], "nenhum", ids[1]]
    assert [item.contrato and item.contrato.situacao for item in itens] == ["ATIVO", None, "ATIVO"]
    assert isinstance(itens[1].erro, NotFoundError)
    with pytest.raises(NotFoundError):
        sb.contratos.ativar("nenhum")
    assert [item.erro for item in sb.contratos.desativar(ids)] == [None, None]


def test_consumos_e_cobrancas(sb: Smartbill, sandbox: Sandbox) -> None:
    contrato = sb.contratos.incluir(contrato_de(sb.clientes.incluir(CLIENTE)))
    sb.contratos.ativar(str(contrato.id))
    primeiro, segundo, terceiro = (sb.consumos.incluir(consumo(n)) for n in range(3))
    assert sb.consumos.incluir(consumo(0)).resultado in ("unchanged", "already_done")
    assert sb.consumos.obter(str(primeiro.id)).quantidade == Decimal("10.5")
    assert sb.consumos.alterar(str(segundo.id), {"quantidade": "20"}).quantidade == 20
    assert sb.consumos.remover(str(terceiro.id)).situacao == "REMOVIDO"
    assert [c.id_externo for c in sb.consumos.listar(competencia=HOJE, situacao=["PENDENTE"])] == ["U-0", "U-1"]

    resumo = sandbox.faturar(HOJE)
    assert (resumo.cobrancas, resumo.consumos) == (1, 2)
    (cobranca,) = sb.cobrancas.listar(competencia=HOJE)
    assert cobranca.valor_liquido == resumo.valor
    assert cobranca.cliente_nome == "Padaria Aurora Ltda"
    assert sum(i.valor or 0 for i in cobranca.itens) == cobranca.valor_original
    with pytest.raises(ConflictError):
        sb.consumos.alterar(str(primeiro.id), {"quantidade": "1"})
    assert sandbox.pagar(str(cobranca.id))
    assert [c.situacao for c in sb.cobrancas.listar(situacao=["PAGA"])] == ["PAGA"]
    assert list(sb.cobrancas.listar(valor_min=resumo.valor + 1)) == []


def test_nada_a_obter(sb: Smartbill) -> None:
    with pytest.raises(LookupError) as info:
        sb.clientes.obter("999")
    erro = info.value
    assert isinstance(erro, NotFoundError)
    assert (erro.status, erro.operation, erro.attempts, erro.outcome) == (404, "clientes.obter", 1, None)


def test_cinco_erros_nada_enviado(sb: Smartbill, sandbox: Sandbox) -> None:
    antes = sandbox.estado()["pedidos"]
    with pytest.raises(ValidationError) as info:
        sb.clientes.incluir({"nome": "A", "cpfCnpj": "1", "email": "x", "celular": "1", "nomeFantazia": "y"})
    assert [v.path for v in info.value.violations] == ["nome", "cpfCnpj", "email", "celular", "nomeFantazia"]
    assert info.value.operation == "clientes.incluir"
    assert sandbox.estado()["pedidos"] == antes


def test_listagem_pagina_por_si(sb: Smartbill, sandbox: Sandbox) -> None:
    for n in range(7):
        sb.clientes.incluir({"codigoExterno": f"C-{n}", "nome": f"Cliente {n}", "tipoPessoa": "ESTRANGEIRO"})
    antes = sandbox.estado()["pedidos"]
    listagem = sb.clientes.listar(tamanho_pagina=3)
    assert sandbox.estado()["pedidos"] == antes, "nothing is read before it is needed"
    antes_da_primeira = listagem.total
    assert antes_da_primeira is None
    assert next(listagem).codigo_externo == "C-0"
    assert listagem.total == 7
    cursor = listagem.cursor
    assert [c.codigo_externo for c in listagem] == [f"C-{n}" for n in range(1, 7)]
    assert listagem.cursor is None
    assert list(listagem) == []
    retomada = [c.codigo_externo for c in sb.clientes.listar(cursor=cursor)]
    assert retomada == [f"C-{n}" for n in range(7)], "the page that was being read comes whole"
    paginas = sb.clientes.listar(tamanho_pagina=3)
    tamanhos = []
    while pagina := paginas.proxima_pagina():
        tamanhos.append(len(pagina))
    assert tamanhos == [3, 3, 1]
    with pytest.raises(ValidationError, match="situacao"):
        sb.clientes.listar(situacao=["ATIVOO"])


def test_duas_vezes_o_mesmo_codigo(sb: Smartbill, sandbox: Sandbox) -> None:
    sb.clientes.incluir(CLIENTE, idempotency_key="chave-1")
    assert sb.clientes.incluir(CLIENTE, idempotency_key="chave-1").resultado == "already_done"
    with pytest.raises(ConflictError) as info:
        sb.clientes.incluir({**CLIENTE, "nome": "Outra"}, idempotency_key="chave-2")
    assert (info.value.status, info.value.outcome) == (409, "rejected")
    assert sandbox.estado()["clientes"]["total"] == 1


def test_relogio_do_sandbox(sb: Smartbill, sandbox: Sandbox) -> None:
    contrato = sb.contratos.incluir(contrato_de(sb.clientes.incluir(CLIENTE)))
    sb.contratos.ativar(str(contrato.id))
    antes = sandbox.relogio
    assert sandbox.avancar_relogio(62).cobrancas >= 1
    assert (sandbox.relogio - antes).days in (61, 62)
    with pytest.raises(ValueError, match="forward"):
        sandbox.avancar_relogio(ate=date(2020, 1, 1))
    with pytest.raises(TypeError):
        sandbox.avancar_relogio()
