"""All sixteen operations, over real HTTP against the sandbox."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from smartbill import Cliente, Consumo, Contrato, Smartbill
from smartbill.errors import ConflictError, NotFoundError, ValidationError
from smartbill.sandbox import Sandbox

CLIENTE: dict[str, Any] = {"codigo_externo": "C-1", "nome": "Padaria Aurora Ltda", "cpf_cnpj": "11.222.333/0001-81"}
TODAY = date.today()


def contrato_of(cliente: Cliente, code: str = "K-1") -> Contrato:
    return Contrato(
        codigo_externo=code,
        cliente_id=cliente.id,
        data_inicio=TODAY.replace(day=1),
        periodicidade="MENSAL",
        dia_vencimento=10,
        itens=[
            {"servico_codigo": "INTERNET-100", "quantidade": 1},
            {"servico_codigo": "API-CHAMADAS", "quantidade": 1, "valor_unitario": "0.10"},
        ],
    )


def consumo(n: int, **changes: Any) -> Consumo:
    fields: dict[str, Any] = {
        "id_externo": f"U-{n}",
        "contrato_codigo_externo": "K-1",
        "servico_codigo": "API-CHAMADAS",
        "competencia": TODAY,
        "quantidade": Decimal("10.5"),
    }
    return Consumo(**{**fields, **changes})


def test_clientes(sb: Smartbill) -> None:
    created = sb.clientes.incluir(CLIENTE)
    assert (created.outcome, created.situacao, created.cpf_cnpj) == ("created", "ATIVO", "11222333000181")
    assert created.id is not None
    assert sb.clientes.obter(created.id) == created
    changed = sb.clientes.alterar(created.id, {"email": "contas@aurora.example.com.br", "grupo": "ouro"})
    assert (changed.outcome, changed.email, changed.nome) == ("updated", "contas@aurora.example.com.br", created.nome)
    assert sb.clientes.alterar(created.id, changed).outcome == "unchanged"
    assert sb.clientes.alterar(created.id, {}, clear=["grupo"]).grupo is None
    assert [c.id for c in sb.clientes.listar(codigo_externo="C-1")] == [created.id]
    assert list(sb.clientes.listar(codigo_externo="C-2")) == []
    assert sb.clientes.remover(created.id).situacao == "INATIVO"
    assert [c.id for c in sb.clientes.listar(situacao=["INATIVO"])] == [created.id]


def test_servicos(sb: Smartbill) -> None:
    servicos = list(sb.servicos.listar())
    assert {s.codigo for s in servicos} >= {"INTERNET-100", "API-CHAMADAS"}
    assert servicos[0].id is not None
    assert sb.servicos.obter(servicos[0].id) == servicos[0]


def test_contratos(sb: Smartbill) -> None:
    contrato = sb.contratos.incluir(contrato_of(sb.clientes.incluir(CLIENTE)))
    assert contrato.id is not None
    assert sb.contratos.obter(contrato.id).itens == contrato.itens
    assert sb.contratos.ativar(contrato.id).situacao == "ATIVO"
    assert sb.contratos.suspender(contrato.id, motivo="inadimplência").situacao == "SUSPENSO"
    assert sb.contratos.ativar(contrato.id, check_state=True).situacao == "ATIVO"
    assert sb.contratos.desativar(contrato.id).situacao == "INATIVO"
    with pytest.raises(ConflictError) as info:
        sb.contratos.suspender(contrato.id, motivo="x", check_state=True)
    assert info.value.outcome == "not_sent"
    with pytest.raises(ValidationError, match="motivo"):
        sb.contratos.cancelar(contrato.id, motivo="")
    with pytest.raises(TypeError, match="motivo"):
        sb.contratos.cancelar(contrato.id)  # type: ignore[call-arg]
    assert sb.contratos.cancelar(contrato.id, motivo="encerrou").situacao == "CANCELADO"
    assert [c.situacao for c in sb.contratos.listar(codigo_externo="K-1")] == ["CANCELADO"]
    assert sb.contratos.obter(contrato.id).historico[-1].motivo == "encerrou"


def test_several_contratos_at_once(sb: Smartbill) -> None:
    cliente = sb.clientes.incluir(CLIENTE)
    ids = [str(sb.contratos.incluir(contrato_of(cliente, f"K-{i}")).id) for i in range(2)]
    itens = sb.contratos.ativar([ids[0], "nenhum", ids[1]])
    assert [item.id for item in itens] == [ids[0], "nenhum", ids[1]]
    assert [item.contrato and item.contrato.situacao for item in itens] == ["ATIVO", None, "ATIVO"]
    assert isinstance(itens[1].error, NotFoundError)
    with pytest.raises(NotFoundError):
        sb.contratos.ativar("nenhum")
    assert [item.error for item in sb.contratos.desativar(ids)] == [None, None]


def test_consumos_e_cobrancas(sb: Smartbill, sandbox: Sandbox) -> None:
    contrato = sb.contratos.incluir(contrato_of(sb.clientes.incluir(CLIENTE)))
    sb.contratos.ativar(str(contrato.id))
    first, second, third = (sb.consumos.incluir(consumo(n)) for n in range(3))
    assert sb.consumos.incluir(consumo(0)).outcome in ("unchanged", "already_done")
    assert sb.consumos.obter(str(first.id)).quantidade == Decimal("10.5")
    assert sb.consumos.alterar(str(second.id), {"quantidade": "20"}).quantidade == 20
    assert sb.consumos.remover(str(third.id)).situacao == "REMOVIDO"
    assert [c.id_externo for c in sb.consumos.listar(competencia=TODAY, situacao=["PENDENTE"])] == ["U-0", "U-1"]

    summary = sandbox.faturar(TODAY)
    assert (summary.cobrancas, summary.consumos) == (1, 2)
    (cobranca,) = sb.cobrancas.listar(competencia=TODAY)
    assert cobranca.valor_liquido == summary.amount
    assert cobranca.cliente_nome == "Padaria Aurora Ltda"
    assert sum(i.valor or 0 for i in cobranca.itens) == cobranca.valor_original
    with pytest.raises(ConflictError):
        sb.consumos.alterar(str(first.id), {"quantidade": "1"})
    assert sandbox.pay(str(cobranca.id))
    assert [c.situacao for c in sb.cobrancas.listar(situacao=["PAGA"])] == ["PAGA"]
    assert list(sb.cobrancas.listar(valor_min=summary.amount + 1)) == []


def test_nothing_to_obter(sb: Smartbill) -> None:
    with pytest.raises(LookupError) as info:
        sb.clientes.obter("999")
    error = info.value
    assert isinstance(error, NotFoundError)
    assert (error.status, error.operation, error.attempts, error.outcome) == (404, "clientes.obter", 1, None)


def test_five_errors_and_nothing_is_sent(sb: Smartbill, sandbox: Sandbox) -> None:
    before = sandbox.state()["requests"]
    with pytest.raises(ValidationError) as info:
        sb.clientes.incluir({"nome": "A", "cpfCnpj": "1", "email": "x", "celular": "1", "nomeFantazia": "y"})
    assert [v.path for v in info.value.findings] == ["nome", "cpfCnpj", "email", "celular", "nomeFantazia"]
    assert info.value.operation == "clientes.incluir"
    assert sandbox.state()["requests"] == before


def test_a_listing_reads_its_pages_by_itself(sb: Smartbill, sandbox: Sandbox) -> None:
    for n in range(7):
        sb.clientes.incluir({"codigoExterno": f"C-{n}", "nome": f"Cliente {n}", "tipoPessoa": "ESTRANGEIRO"})
    before = sandbox.state()["requests"]
    listing = sb.clientes.listar(page_size=3)
    assert sandbox.state()["requests"] == before, "nothing is read before it is needed"
    total_before = listing.total
    assert total_before is None
    assert next(listing).codigo_externo == "C-0"
    assert listing.total == 7
    cursor = listing.cursor
    assert [c.codigo_externo for c in listing] == [f"C-{n}" for n in range(1, 7)]
    assert listing.cursor is None
    assert list(listing) == []
    resumed = [c.codigo_externo for c in sb.clientes.listar(cursor=cursor)]
    assert resumed == [f"C-{n}" for n in range(7)], "the page that was being read comes whole"
    pages = sb.clientes.listar(page_size=3)
    sizes = []
    while page := pages.next_page():
        sizes.append(len(page))
    assert sizes == [3, 3, 1]
    with pytest.raises(ValidationError, match="situacao"):
        sb.clientes.listar(situacao=["ATIVOO"])  # type: ignore[list-item]


def test_the_same_code_twice(sb: Smartbill, sandbox: Sandbox) -> None:
    sb.clientes.incluir(CLIENTE, idempotency_key="chave-1")
    assert sb.clientes.incluir(CLIENTE, idempotency_key="chave-1").outcome == "already_done"
    with pytest.raises(ConflictError) as info:
        sb.clientes.incluir({**CLIENTE, "nome": "Outra"}, idempotency_key="chave-2")
    assert (info.value.status, info.value.outcome) == (409, "rejected")
    assert sandbox.state()["clientes"]["total"] == 1


def test_the_clock_of_the_sandbox(sb: Smartbill, sandbox: Sandbox) -> None:
    contrato = sb.contratos.incluir(contrato_of(sb.clientes.incluir(CLIENTE)))
    sb.contratos.ativar(str(contrato.id))
    before = sandbox.clock
    assert sandbox.advance(62).cobrancas >= 1
    assert (sandbox.clock - before).days in (61, 62)
    with pytest.raises(ValueError, match="forward"):
        sandbox.advance(until=date(2020, 1, 1))
    with pytest.raises(TypeError):
        sandbox.advance()


def test_one_name_to_clear_is_one_name(sb: Smartbill) -> None:
    cliente = sb.clientes.incluir({**CLIENTE, "email": "a@example.com.br"})
    assert sb.clientes.alterar(cliente.id, {}, clear="email").email is None
