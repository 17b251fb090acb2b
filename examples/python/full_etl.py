"""The main job: an old ERP's files go into the platform, a month is billed, and the charges come back.

    python examples/python/full_etl.py [folder]

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

from smartbill import Cliente, Contrato, ImportResult, Smartbill
from smartbill.batch import Row
from smartbill.cli.output import ProgressBar, heading, table
from smartbill.sandbox import Sandbox

DATA = Path(__file__).parent / "data"
COMPETENCIA = "2026-10"
BILLING_DAY = date(2026, 11, 3)


def main() -> int:
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "target/demo"
    output.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with Sandbox() as sandbox, sandbox.client() as sb:
        if sandbox.clock.date() < BILLING_DAY:
            sandbox.advance(until=BILLING_DAY)
        print(f"Sandbox da plataforma em {sandbox.url}, no dia {day_text(today(sandbox))}.")

        heading("1. Clientes do ERP", "clientes.xls")
        # A sandbox forgets when it ends, so a journal of an earlier run has nothing to go on with.
        with ProgressBar() as bar:
            clientes = sb.clientes.importar(
                DATA / "clientes.xls", journal=output / "clientes.journal", restart=True, progress=bar
            )
        show_counts(clientes)
        explain(clientes.rejected())
        clientes.report(output / "clientes-relatorio.xlsx")

        heading("2. Clientes de outros sistemas", "sem nenhuma opção")
        others: list[tuple[str, str | None, int, int, int, int]] = []
        for name in ("sa1010.csv", "omie.xlsx"):
            result = sb.clientes.importar(DATA / name, journal=output / f"{name}.journal", restart=True)
            assert result.sheet is not None
            c = result.counts
            others.append((name, result.sheet.dialect, c.total, c.done, c.failed, c.skipped))
        table(["arquivo", "sistema", "lidas", "na plataforma", "rejeitadas", "ignoradas"], others, numeric=[2, 3, 4, 5])

        heading("3. Contratos", "um por cliente")
        contratos = add_contratos(sb)
        print(f"  {whole(contratos)} incluídos e ativados.")

        heading("4. Consumos do mês", "consumos.csv")
        with ProgressBar() as bar:
            consumos = sb.consumos.importar(
                DATA / "consumos.csv", journal=output / "consumos.journal", restart=True, progress=bar
            )
        show_counts(consumos)
        explain(consumos.rejected())
        consumos.report(output / "consumos-relatorio.xlsx")

        heading("5. Faturamento", f"competência {COMPETENCIA[5:]}/{COMPETENCIA[:4]}")
        summary = sandbox.faturar(COMPETENCIA)
        print(f"  {whole(summary.cobrancas)} cobranças, com {whole(summary.consumos)} consumos medidos.")

        heading("6. Contas a receber", "as cinco maiores")
        cobrancas = list(sb.cobrancas.listar(competencia=COMPETENCIA, page_size=100))
        total = sum((c.valor_liquido or Decimal(0) for c in cobrancas), Decimal(0))
        largest = sorted(cobrancas, key=lambda c: c.valor_liquido or 0, reverse=True)[:5]
        table(
            ["número", "vencimento", "valor", "cliente"],
            [(c.numero, day_text(c.data_vencimento), brl(c.valor_liquido), c.cliente_nome) for c in largest],
            numeric=[2],
        )
        file = output / "contas-a-receber.xlsx"
        written = sb.cobrancas.exportar(file, competencia=COMPETENCIA)

    print()
    print(f"Total faturado: {brl(total)} em {whole(len(cobrancas))} cobranças.")
    print(f"Planilha: {readable(file)} ({whole(written)} linhas)")
    print(f"Relatórios das importações: {readable(output)}/clientes-relatorio.xlsx e consumos-relatorio.xlsx")
    print(f"Tempo: {time.monotonic() - start:.1f} s".replace(".", ","))
    return 0


def add_contratos(sb: Smartbill) -> int:
    """Gives every active customer a contract with a fixed price and metered services, and activates it."""

    def add(cliente: Cliente) -> None:
        contrato = sb.contratos.incluir(
            Contrato(
                # Some systems have no code of their own, and then the document tells customers apart.
                codigo_externo=f"CT-{cliente.codigo_externo or cliente.cpf_cnpj}",
                cliente_id=cliente.id,
                data_inicio=f"{COMPETENCIA}-01",
                periodicidade="MENSAL",
                dia_vencimento=10,
                mes_vencimento="SEGUINTE",
                momento_cobranca="POSTECIPADO",
                itens=[
                    {"servico_codigo": code, "quantidade": 1}
                    for code in ("INTERNET-100", "SUPORTE", "API-CHAMADAS", "ARMAZENAMENTO", "SMS")
                ],
            )
        )
        assert contrato.id is not None
        sb.contratos.ativar(contrato.id)

    clientes = list(sb.clientes.listar(situacao=["ATIVO"], page_size=100))
    with ThreadPoolExecutor(8) as executor:
        return len(list(executor.map(add, clientes)))


def show_counts(result: ImportResult) -> None:
    c = result.counts
    print(f"  {whole(c.total)} linhas lidas: {whole(c.done)} na plataforma, {whole(c.failed)} rejeitadas.")
    if result.stopped:
        print(f"  Interrompida: {result.stopped.message}")


def explain(rejected: Iterable[Row]) -> None:
    """The rows that stayed behind, each with its reason; what repeats itself is told once."""
    rows = list(rejected)
    reasons = Counter(reason_of(row) for row in rows)
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(reason_of(row), row.number)
    table(
        ["linha", "outras", "motivo"],
        [(number, reasons[reason] - 1 or "", reason) for reason, number in first.items()],
        numeric=[0, 1],
    )


def reason_of(row: Row) -> str:
    return "; ".join(str(p) for p in row.findings if p.severity == "error")


def today(sandbox: Sandbox) -> date:
    return sandbox.clock.astimezone(timezone(timedelta(hours=-3))).date()


def day_text(date: date | datetime | None) -> str:
    return f"{date:%d/%m/%Y}" if date else "-"


def whole(n: int) -> str:
    return f"{n:,}".replace(",", ".")


def brl(value: Decimal | None) -> str:
    cents = (value or Decimal(0)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return "R$ " + f"{cents:,}".translate(str.maketrans(",.", ".,"))


def readable(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


if __name__ == "__main__":
    sys.exit(main())
