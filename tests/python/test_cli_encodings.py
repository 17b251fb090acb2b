"""The command line where the output is no UTF-8: Windows with redirected output, old consoles, ASCII."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from smartbill.sandbox import Sandbox
from test_cli import Terminal, box, shell  # noqa: F401 (fixtures)

ENCODINGS = ["cp1252", "cp850", "ascii"]
NAME = "Lech Wałęsa & Irmãos → 😀"
SHEET = "Código;Razão Social;CPF/CNPJ;E-mail\nA;{};52998224725;{}\nB;Bia Müller;111.444.777-36;\n"


def run(shell: Terminal, encoding: str, *arguments: str) -> tuple[int, str, str]:  # noqa: F811
    shell.environment["PYTHONIOENCODING"] = encoding
    shell.environment.pop("PYTHONUTF8", None)
    done = shell.raw(*arguments)
    assert b"Traceback" not in done.stderr, done.stderr.decode(encoding)
    return done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_help_is_shown(shell: Terminal, encoding: str) -> None:  # noqa: F811
    for command in ([], ["sincronizar"], ["--idioma", "en", "clientes", "alterar"]):
        code, out, _ = run(shell, encoding, *command, "--help")
        assert (code, "smartbill" in out) == (0, True), command


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_names_that_the_encoding_lacks(shell: Terminal, box: Sandbox, encoding: str) -> None:  # noqa: F811
    def go(*arguments: str) -> tuple[int, str, str]:
        return run(shell, encoding, *arguments)

    sheet = shell.folder / "c.csv"
    sheet.write_text(SHEET.format(NAME, "a@example.com"), encoding="utf-8")
    assert go("modelo", "clientes", "m.xlsx")[0] == 0
    code, out, err = go("validar", "clientes", "c.csv", "--relatorio", "Wałęsa.xlsx")
    assert (code, "Wa?esa.xlsx" in err) == (1, True)
    assert go("importar", "clientes", "c.csv")[0] == 1
    code, out, _ = go("clientes", "listar")
    assert (code, "Lech Wa" in out, "? " not in out.split("Lech")[0]) == (0, True, True)

    # JSON holds every character, whatever the encoding of the output is.
    code, out, _ = go("--json", "clientes", "listar")
    (cliente,) = json.loads(out)
    assert (code, cliente["nome"]) == (0, NAME)
    assert go("clientes", "obter", cliente["id"])[0] == 0
    assert json.loads(go("--json", "clientes", "alterar", cliente["id"], "grupo=Łódź")[1])["grupo"] == "Łódź"

    sheet.write_text(SHEET.format(NAME + " Ltda", "b@example.com"), encoding="utf-8")
    for show in ([], ["--dados-pessoais"]):
        code, out, _ = go("sincronizar", "clientes", "c.csv", "--plano", "p.json", *show)
        assert (code, "->" in out) == (1, True), out
    data = json.loads((shell.folder / "p.json").read_text(encoding="utf-8"))
    assert data["alterar"][0]["body"]["nome"] == NAME + " Ltda"
    assert "alterados" in go("sincronizar", "--aplicar", "p.json")[1]
    assert go("exportar", "cobrancas", "ç.xlsx")[0] == 0

    for wrong in (["validar", "clientes", "não-há-Ł.csv"], ["--config", "Ł.toml", "clientes", "listar"]):
        code, _, err = go(*wrong)
        assert (code, len(err) > 10) == (2, True), wrong
    code, out, _ = go("--json", "clientes", "incluir", "Ł=1")
    assert (code, "Ł" in json.loads(out)["error"]["message"]) == (1, True)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_plan_of_the_library_prints(box: Sandbox, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    with box.client() as sb:
        sb.clientes.importar([{"codigo_externo": "A", "nome": "Ana", "tipo_pessoa": "ESTRANGEIRO", "grupo": "x"}])
        rows: list[dict[str, Any]] = [{"codigo_externo": "A", "nome": "Ana Maria", "grupo": "y"}]
        rows += [{"codigo_externo": f"N{n}", "nome": "Bia", "tipo_pessoa": "ESTRANGEIRO"} for n in range(200)]
        for language in ("pt-BR", "en"):
            sb.clientes.sincronizar(rows).text(language).encode(encoding if encoding != "ascii" else "cp850")


def test_output_to_no_stream_at_all(shell: Terminal) -> None:  # noqa: F811
    program = "import sys; sys.stdout = None; from smartbill.cli import main; sys.argv[1:] = ['--version']; main()"
    done = shell.run([sys.executable, "-c", program])
    assert b"Traceback" not in done.stderr
