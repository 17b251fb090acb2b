"""What the installed wheel says must be true of the platform, whatever goes wrong.

The faults of ``tests/vectors/faults.json``, on the unkind platform of ``tests/rust``, where the whole matrix is.
"""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from smartbill import Smartbill
from smartbill.errors import SmartbillError

ROOT = Path(__file__).parents[2]
TOKEN = "unkind-7f3a9c51-token"
FAULTS = json.loads((ROOT / "tests/vectors/faults.json").read_text("utf-8"))
PROMISES = ("idempotency_key", "natural_key", "none")
WRITES = ("clientes.incluir", "consumos.alterar", "consumos.remover", "contratos.cancelar")
READS = ("clientes.obter", "clientes.listar")


class Cell(NamedTuple):
    """One operation under one promise, and what its requests meet in turn: a fault, and how many of them meet it."""

    name: str
    operation: str
    promise: str
    faults: tuple[tuple[str, int | None], ...]
    expected: str


@pytest.fixture(scope="module")
def platform() -> Iterator[str]:
    command = "cargo run --quiet -p smartbill-tests --no-default-features --bin unkind-platform".split()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().split()[1]
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


@pytest.mark.timeout(600)
def test_what_is_said_is_true_whatever_goes_wrong(platform: str, tmp_path: Path) -> None:
    for promise in PROMISES:
        operations = "".join(f'"{operation}".promise = "{promise}"\n' for operation in WRITES)
        (tmp_path / f"{promise}.toml").write_text(f"[operations]\n{operations}", "utf-8")
    cells = list(all_cells())
    with ThreadPoolExecutor(48) as pool:
        wrong = list(pool.map(lambda n: play(platform, tmp_path, f"py-{n}", cells[n]), range(len(cells))))
    unsound = [f"{cell.operation} {cell.name} [{cell.promise}]: {w}" for cell, w in zip(cells, wrong) if w is not None]
    assert len(cells) > 2000
    assert not unsound, f"{len(unsound)} of {len(cells)} cells are unsound:\n" + "\n".join(unsound[:40])


def all_cells() -> Iterator[Cell]:
    costly = {*FAULTS["costly"], *FAULTS["very_costly"]}
    variants: list[tuple[str, tuple[tuple[str, int | None], ...], str]] = []
    for expected, names in FAULTS["always"].items():
        variants += [(name, ((name, None),), expected) for name in names if name not in costly]
    for expected, names in FAULTS["once"].items():
        variants += [(f"{name}/1x", ((name, 1),), expected) for name in names]
    for name, first in FAULTS["doubt"]["first"].items():
        for second in FAULTS["doubt"]["second"]:
            variants.append((f"{name}_then_{second}", ((first, 1), (second, None)), "truth"))
    for name, faults, expected in variants:
        for operation in READS:
            yield Cell(name, operation, PROMISES[0], faults, expected)
        for operation in WRITES:
            # A success without a body is enough for a write whose request has the record's identifier.
            if name in FAULTS["only_includes_and_reads"] and not operation.endswith(".incluir"):
                continue
            for promise in PROMISES:
                yield Cell(name, operation, promise, faults, expected)


def play(platform: str, profiles: Path, tenant: str, cell: Cell) -> str | None:
    """What is wrong with a cell, if anything is."""
    rules = [{"fault": fault, "operations": [cell.operation], "times": times} for fault, times in cell.faults]
    plan = {
        "keys": "kept" if cell.promise == "idempotency_key" else "ignored",
        "unique": cell.promise != "none",
        "rules": rules,
        "records": FAULTS["records"],
    }
    ask("PUT", f"{platform}/-/plan/{tenant}", plan)
    profile = profiles / f"{cell.promise}.toml"
    error: SmartbillError | None = None
    said: Any = None
    with Smartbill(
        f"{platform}/t/{tenant}",
        token=TOKEN,
        profile=profile,
        trust_env=False,
        max_attempts=3,
        max_retry_after=0.2,
        timeout=60,
    ) as sb:
        try:
            said = call(sb, cell.operation)
        except SmartbillError as e:
            error = e
    truth = ask("GET", f"{platform}/-/truth/{tenant}", None)
    return judge(cell, said, error, [e for e in truth["effects"] if e["operation"] == cell.operation])


def judge(cell: Cell, said: Any, error: SmartbillError | None, effects: list[Any]) -> str | None:
    is_write = cell.operation in WRITES
    if sum(effect["changed"] for effect in effects) > 1:
        return "done twice"
    expected = "truth" if cell.expected == "recovery" and cell.promise == "none" else cell.expected
    if error is None:
        if is_write and not effects:
            return f"said to be {said.outcome}, but nothing was done"
        if not is_write and not is_lawful(cell):
            records = said if isinstance(said, list) else [said]
            found = [(record.id, record.nome) for record in records]
            present = FAULTS["records"]["clientes"][: None if isinstance(said, list) else 1]
            if found != [(record["id"], record["nome"]) for record in present]:
                return f"read {found}"
        return None if expected in ("truth", "success", "recovery") else f"a success where a {expected} was expected"
    shown = f"{error} {error!r} {vars(error)}"
    if TOKEN in shown:
        return f"the token is in {shown}"
    typed = error.code and error.code not in ("validation", "configuration", "profile")
    if not typed or is_write != (error.outcome is not None):
        return f"untyped: {error.code} with outcome {error.outcome}"
    if effects and error.outcome in ("rejected", "not_sent"):
        return f"done, but said to be {error.outcome}: {error}"
    if expected in ("success", "recovery") or (expected == "refusal" and is_write and error.outcome != "rejected"):
        return f"a {expected} was expected: {error.code}/{error.outcome}"
    return None


def is_lawful(cell: Cell) -> bool:
    end = FAULTS["lawful"].get(cell.name)
    return end is not None and cell.operation.endswith(end)


def call(sb: Smartbill, operation: str) -> Any:
    resource, verb = operation.split(".")
    with_ = FAULTS["calls"][operation]
    method = getattr(getattr(sb, resource), verb)
    if verb == "listar":
        return list(method())
    if verb == "incluir":
        return method(with_["body"])
    if verb == "alterar":
        return method(with_["id"], with_["body"])
    return method(with_["id"], **with_.get("body", {}))


def ask(method: str, url: str, body: Any) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=120) as answer:
        return json.load(answer)
