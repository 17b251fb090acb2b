"""The main job: an old ERP's files go into the platform, a month is billed, and the charges come back.

    python examples/python/etl_completo.py [folder]

It runs on the sandbox, in this process: no account, no network. What it writes goes to the folder, `target/demo` of
this checkout where none is given.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from smartbill import Cliente, Contrato, Importacao, Smartbill
from smartbill.batch import Linha
from smartbill.cli.saida import Barra, tabela, titulo
from smartbill.sandbox import Sandbox

DADOS = Path(__file__).parent / "dados"
COMPETENCIA = "2026-10"
DIA_DO_FATURAMENTO = date(2026, 11, 3)


def main() -> int:
    saida = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "target/demo"
    saida.mkdir(parents=True, exist_ok=True)
    inicio = time.monotonic()
    with Sandbox() as sandbox, sandbox.cliente() as sb:
        if sandbox.relogio.date() < DIA_DO_FATURAMENTO:
            sandbox.avancar_relogio(ate=DIA_DO_FATURAMENTO)
        print(f"Sandbox da plataforma em {sandbox.url}, no dia {dia(hoje(sandbox))}.")

        titulo("1. Clientes do ERP", "clientes.xls")
        # A sandbox forgets when it ends, so a journal of an earlier run has nothing to go on with.
        with Barra() as barra:
            clientes = sb.clientes.importar(
                DADOS / "clientes.xls", journal=saida / "clientes.journal", recomecar=True, progress=barra
            )
        contar(clientes)
        explicar(clientes.rejeitadas())
        clientes.relatorio(saida / "clientes-relatorio.xlsx")

        titulo("2. Contratos", "um por cliente")
        contratos = contratar(sb)
        print(f"  {inteiro(contratos)} incluídos e ativados.")

        titulo("3. Consumos do mês", "consumos.csv")
        with Barra() as barra:
            consumos = sb.consumos.importar(
                DADOS / "consumos.csv", journal=saida / "consumos.journal", recomecar=True, progress=barra
            )
        contar(consumos)
        explicar(consumos.rejeitadas())
        consumos.relatorio(saida / "consumos-relatorio.xlsx")

        titulo("4. Faturamento", f"competência {COMPETENCIA[5:]}/{COMPETENCIA[:4]}")
        resumo = sandbox.faturar(COMPETENCIA)
        print(f"  {inteiro(resumo.cobrancas)} cobranças, com {inteiro(resumo.consumos)} consumos medidos.")

        titulo("5. Contas a receber", "as cinco maiores")
        cobrancas = list(sb.cobrancas.listar(competencia=COMPETENCIA, tamanho_pagina=100))
        total = sum((c.valor_liquido or Decimal(0) for c in cobrancas), Decimal(0))
        maiores = sorted(cobrancas, key=lambda c: c.valor_liquido or 0, reverse=True)[:5]
        tabela(
            ["número", "vencimento", "valor", "cliente"],
            [(c.numero, dia(c.data_vencimento), reais(c.valor_liquido), c.cliente_nome) for c in maiores],
            numericas=[2],
        )
        arquivo = saida / "contas-a-receber.xlsx"
        escritas = sb.cobrancas.exportar(arquivo, competencia=COMPETENCIA)

    print()
    print(f"Total faturado: {reais(total)} em {inteiro(len(cobrancas))} cobranças.")
    print(f"Planilha: {legivel(arquivo)} ({inteiro(escritas)} linhas)")
    print(f"Relatórios das importações: {legivel(saida)}/clientes-relatorio.xlsx e consumos-relatorio.xlsx")
    print(f"Tempo: {time.monotonic() - inicio:.1f} s".replace(".", ","))
    return 0


def contratar(sb: Smartbill) -> int:
    """Gives every active customer a contract with a fixed price and metered services, and activates it."""

    def um(cliente: Cliente) -> None:
        contrato = sb.contratos.incluir(
            Contrato(
                codigo_externo=f"CT-{cliente.codigo_externo}",
                cliente_id=cliente.id,
                data_inicio=f"{COMPETENCIA}-01",
                periodicidade="MENSAL",
                dia_vencimento=10,
                mes_vencimento="SEGUINTE",
                momento_cobranca="POSTECIPADO",
                itens=[
                    {"servico_codigo": codigo, "quantidade": 1}
                    for codigo in ("INTERNET-100", "SUPORTE", "API-CHAMADAS", "ARMAZENAMENTO", "SMS")
                ],
            )
        )
        assert contrato.id is not None
        sb.contratos.ativar(contrato.id)

    clientes = list(sb.clientes.listar(situacao=["ATIVO"], tamanho_pagina=100))
    with ThreadPoolExecutor(8) as executor:
        return len(list(executor.map(um, clientes)))


def contar(importacao: Importacao) -> None:
    c = importacao.contagem
    print(f"  {inteiro(c.total)} linhas lidas: {inteiro(c.feitos)} na plataforma, {inteiro(c.falhas)} rejeitadas.")
    if importacao.parada:
        print(f"  Interrompida: {importacao.parada.mensagem}")


def explicar(rejeitadas: Iterable[Linha]) -> None:
    """The rows that stayed behind, each with its reason; what repeats itself is told once."""
    linhas = list(rejeitadas)
    motivos = Counter(motivo(linha) for linha in linhas)
    primeiras: dict[str, int] = {}
    for linha in linhas:
        primeiras.setdefault(motivo(linha), linha.numero)
    tabela(
        ["linha", "outras", "motivo"],
        [(numero, motivos[este] - 1 or "", este) for este, numero in primeiras.items()],
        numericas=[0, 1],
    )


def motivo(linha: Linha) -> str:
    return "; ".join(str(p) for p in linha.problemas if not p.aviso)


def hoje(sandbox: Sandbox) -> date:
    return sandbox.relogio.astimezone(timezone(timedelta(hours=-3))).date()


def dia(data: date | datetime | None) -> str:
    return f"{data:%d/%m/%Y}" if data else "-"


def inteiro(n: int) -> str:
    return f"{n:,}".replace(",", ".")


def reais(valor: Decimal | None) -> str:
    centavos = (valor or Decimal(0)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return "R$ " + f"{centavos:,}".translate(str.maketrans(",.", ".,"))


def legivel(caminho: Path) -> str:
    try:
        return str(caminho.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(caminho)


if __name__ == "__main__":
    sys.exit(main())
