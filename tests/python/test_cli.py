"""The command line as a user walks it: every step in a process of its own, against the sandbox over HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import smartbill
from smartbill.sandbox import Sandbox


class Terminal:
    """A shell in a folder of its own, with the sandbox's address in its environment."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        clean = {k: v for k, v in os.environ.items() if not k.startswith("SMARTBILL_")}
        # A wide terminal, so that no line wraps, and a home without a configuration.
        self.environment = {
            **clean,
            "COLUMNS": "200",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            **environment,
        }

    def __call__(self, *args: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "smartbill.cli", *args]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def raw(self, *args: str) -> subprocess.CompletedProcess[bytes]:
        """What was written, in whatever encoding."""
        return self.run([sys.executable, "-m", "smartbill.cli", *args])

    def run(self, command: list[str]) -> subprocess.CompletedProcess[bytes]:
        """Any program."""
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, check=False)

    def ok(self, *args: str) -> str:
        done = self(*args)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def json(self, *args: str) -> Any:
        return json.loads(self.ok("--json", *args))


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def shell(box: Sandbox, tmp_path: Path) -> Terminal:
    return Terminal(tmp_path, SMARTBILL_URL=box.url, SMARTBILL_TOKEN=box.token)


@pytest.mark.parametrize("command", ["validar clientes", "importar clientes", "sincronizar clientes --plano p.json"])
def test_a_file_that_does_not_exist_is_told_to_programs(shell: Terminal, command: str) -> None:
    done = shell("--json", *command.split(), "nada.csv")
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, error["code"]) == (2, "io")
    assert "nada.csv" in error["message"]


def fill_in(path: Path, rows: list[dict[str, str]]) -> None:
    """Fills the template in as a person would, below the example row."""
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.active
    assert sheet is not None
    columns = {str(c.value).rstrip(" *"): c.column for c in sheet[1]}
    sheet.delete_rows(3, sheet.max_row)
    for i, row in enumerate(rows, start=3):
        for title, value in row.items():
            sheet.cell(row=i, column=columns[title], value=value)
    workbook.save(path)


CLIENTES = [
    {"Código Externo": "C1", "Nome / Razão Social": "Padaria Aurora", "CPF / CNPJ": "11.222.333/0001-81"},
    {"Código Externo": "C2", "Nome / Razão Social": "Maria da Silva", "CPF / CNPJ": "529.982.247-25"},
]


def test_a_dialect_and_a_layout_are_files(tmp_path: Path) -> None:
    shell = Terminal(tmp_path)
    (tmp_path / "acme.toml").write_text(
        'name="Acme"\nflow="clientes"\n[columns]\nBEZ="nome"\nSTEUER="cpfCnpj"\n', "utf-8"
    )
    (tmp_path / "acme.csv").write_text("BEZ;STEUER\nBia Lima;11144477735\n", "utf-8")
    read = json.loads(shell.ok("--json", "validar", "clientes", "acme.csv", "--dialeto", "acme.toml"))
    assert (read["sheet"]["dialect"], read["counts"]["pending"]) == ("Acme", 1)
    assert "dialeto: Acme" in shell("validar", "clientes", "acme.csv", "--dialeto", "acme.toml").stderr
    wrong = shell("validar", "clientes", "acme.csv", "--dialeto", "omi")
    assert (wrong.returncode != 0, "o mais próximo é `Omie`" in wrong.stderr) == (True, True)
    columns = [("Nome", 1, 10), ("CPF", 11, 11)]
    layout = "".join(f'[[column]]\nname="{name}"\nstart={start}\nlength={size}\n' for name, start, size in columns)
    (tmp_path / "layout.toml").write_text(layout, "utf-8")
    (tmp_path / "acme.txt").write_text("Ana Souza 52998224725\n", "utf-8")
    read = json.loads(shell.ok("--json", "validar", "clientes", "acme.txt", "--layout", "layout.toml"))
    assert read["counts"]["pending"] == 1


def test_a_folder_is_no_file_in_the_language_asked_for(tmp_path: Path) -> None:
    shell = Terminal(tmp_path)
    (tmp_path / "c.csv").write_text("Nome;CPF\nAna;52998224725\n", "utf-8")
    (tmp_path / "folder").mkdir()
    for options in ([], ["c.csv", "--usar-mapa"], ["c.csv", "--relatorio"], ["c.csv", "--salvar-mapa"]):
        for language, said in (("pt-BR", "é uma pasta, não um arquivo"), ("en", "it is a folder, not a file")):
            done = shell("--idioma", language, "validar", "clientes", *options, "folder")
            assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_a_sheet_of_a_file_without_sheets_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("Código;Nome;CPF\n1;Ana;52998224725\n", "utf-8")
    shell = Terminal(tmp_path)
    assert shell("validar", "clientes", "c.csv", "--aba", "C").returncode == 0
    for language, told in [("pt", "tire `--aba`"), ("en", "leave out `--aba`")]:
        refused = shell("--idioma", language, "validar", "clientes", "c.csv", "--aba", "Plan1")
        assert (refused.returncode, told in refused.stderr, "`Plan1`" in refused.stderr) == (2, True, True)


def test_a_file_is_written_only_under_a_name_that_fits(shell: Terminal, box: Sandbox) -> None:
    (shell.folder / "c.csv").write_text("Código;Nome;CPF\n1;Ana;52998224725\n", "utf-8")
    before = sorted(shell.folder.iterdir())
    for language, told, extensions in [
        ("pt", "não pode ser gravado: a extensão pode ser", ".xlsx, .csv, .txt"),
        ("en", "cannot be written: its extension may be", ".xlsx, .csv, .txt"),
        ("en", "cannot be written: its extension may be", ".xlsx"),
    ]:
        commands = [
            ["importar", "clientes", "c.csv", "--relatorio", "x.pdf"],
            ["validar", "clientes", "c.csv", "--relatorio", "x.pdf"],
            ["exportar", "cobrancas", "x.pdf"],
        ]
        for command in commands if ".csv" in extensions else [["modelo", "clientes", "x.csv"]]:
            refused = shell("--idioma", language, *command)
            assert (refused.returncode, f"{told} {extensions}\n" in refused.stderr) == (2, True), refused.stderr
    assert sorted(shell.folder.iterdir()) == before
    assert box.state()["clientes"]["total"] == 0


def test_a_report_that_cannot_be_written_hides_no_result(shell: Terminal) -> None:
    (shell.folder / "c.csv").write_text("Código;Nome;CPF\n1;Ana;52998224725\n", "utf-8")
    files = ["--relatorio", "nada/r.xlsx", "--salvar-mapa", "nada/m.toml"]
    done = shell("importar", "clientes", "c.csv", *files)
    assert done.returncode == 2
    assert "incluídos" in done.stdout
    assert "`nada/r.xlsx`" in done.stderr
    assert "`nada/m.toml`" in done.stderr
    assert "relatório:" not in done.stderr
    again = shell("--json", "importar", "clientes", "c.csv", *files)
    told = json.loads(again.stdout)
    assert (again.returncode, told["counts"]["created"]) == (2, 1)
    assert [(u["file"], u["code"], u["file"] in u["message"]) for u in told["unwritten"]] == [
        ("nada/r.xlsx", "io", True),
        ("nada/m.toml", "io", True),
    ]
    assert shell.json("importar", "clientes", "c.csv")["unwritten"] == []


def test_a_walk_from_the_template_to_the_export(shell: Terminal, box: Sandbox) -> None:
    shell.ok("modelo", "clientes", "clientes.xlsx")
    fill_in(
        shell.folder / "clientes.xlsx",
        [*CLIENTES, {"Código Externo": "C3", "Nome / Razão Social": "Errado", "CPF / CNPJ": "111.111.111-11"}],
    )

    checked = shell("validar", "clientes", "clientes.xlsx")
    assert checked.returncode == 1
    assert "cpf" in checked.stdout.lower()

    imported = shell("importar", "clientes", "clientes.xlsx", "--relatorio", "relatorio.xlsx")
    assert imported.returncode == 1, imported.stderr
    assert box.state()["clientes"]["total"] == 2
    report = openpyxl.load_workbook(shell.folder / "relatorio.xlsx").worksheets[0]
    assert {"incluído", "rejeitado"} <= {c.value for row in report.iter_rows() for c in row}

    workbook = openpyxl.load_workbook(shell.folder / "relatorio.xlsx")
    cell = next(c for row in workbook.worksheets[0].iter_rows() for c in row if c.value == "111.111.111-11")
    cell.value = "111.444.777-35"
    workbook.save(shell.folder / "relatorio.xlsx")
    counts = shell.json("importar", "clientes", "relatorio.xlsx")["counts"]
    assert (counts["created"], counts["unchanged"]) == (1, 2)

    contrato = shell.json(
        "contratos", "incluir", "codigoExterno=CT-1", "clienteCodigoExterno=C1", "dataInicio=2026-01-01",
        "periodicidade=MENSAL", "diaVencimento=10", "itens.servicoCodigo=API-CHAMADAS", "itens.quantidade=1",
    )  # fmt: skip
    assert "ATIVO" in shell.ok("contratos", "ativar", contrato["id"])

    (shell.folder / "consumos.csv").write_text(
        "ID Externo;Contrato;Serviço;Competência;Quantidade\nK1;CT-1;API-CHAMADAS;10/2026;12.500,5\n", encoding="cp1252"
    )
    assert shell.json("importar", "consumos", "consumos.csv")["counts"]["created"] == 1
    box.faturar("2026-10")
    assert "545,02" in shell.ok("cobrancas", "listar", "-f", "competencia=2026-10")
    assert len(shell.json("cobrancas", "listar")) == 1

    shell.ok("exportar", "consumos", "saida.xlsx", "--competencia", "2026-10")
    counts = shell.json("importar", "consumos", "saida.xlsx")["counts"]
    assert (counts["unchanged"], counts["total"]) == (1, 1), "a re-import of an export changes nothing"
    shell.ok("exportar", "cobrancas", "contas.xlsx")
    assert openpyxl.load_workbook(shell.folder / "contas.xlsx").worksheets[0].max_row == 2


def test_a_plan_is_shown_kept_and_applied(shell: Terminal, box: Sandbox) -> None:
    header = "Código;Razão Social;CPF/CNPJ;E-mail\n"
    sheet_path = shell.folder / "clientes.csv"
    sheet_path.write_text(header + "A;Ana;52998224725;a@example.com\nB;Bia;11144477735;\n", encoding="utf-8")
    shell.ok("importar", "clientes", "clientes.csv")
    sheet_path.write_text(header + "A;Ana;52998224725;nova@example.com\n", encoding="utf-8")

    refused = shell("sincronizar", "clientes", "clientes.csv", "--remover", "10%")
    assert refused.returncode == 2
    assert "teto" in refused.stderr
    text = shell.ok("sincronizar", "clientes", "clientes.csv", "--plano", "plano.json", "--remover", "1")
    assert "alterar 1, remover 1" in text
    assert "email: *** -> ***" in text
    assert "nova@example.com" in shell.ok(
        "sincronizar", "clientes", "clientes.csv", "--remover", "1", "--dados-pessoais"
    )
    if os.name == "posix":
        assert (shell.folder / "plano.json").stat().st_mode & 0o777 == 0o600
    assert box.state()["clientes"]["removed"] == 0

    shell.ok("sincronizar", "--aplicar", "plano.json")
    assert box.state()["clientes"]["removed"] == 1
    assert json.loads(shell.ok("--json", "sincronizar", "clientes", "clientes.csv"))["alterar"] == []

    sheet_path.write_text(header + "A;Ana;52998224725;outra@example.com\n", encoding="utf-8")
    shell.ok("sincronizar", "clientes", "clientes.csv", "--plano", "plano.json")
    assert "alterados" in shell.ok("sincronizar", "--aplicar", "plano.json"), "under the name of the plan before"
    shell.ok("sincronizar", "--aplicar", "plano.json")
    sheet_path.write_text(header + "A;Ana;52998224725;mais@example.com\n", encoding="utf-8")
    shell.ok("sincronizar", "clientes", "clientes.csv", "--plano", "plano.json")
    other = shell("sincronizar", "--aplicar", "plano.json", "--journal", "clientes.csv.smartbill-journal")
    assert (other.returncode, "`--journal`" in other.stderr, "--recomecar" in other.stderr) == (2, True, False)
    (shell.folder / "outro.json").write_text("{", "utf-8")
    wrong = shell("sincronizar", "--aplicar", "outro.json")
    assert (wrong.returncode, "`outro.json`: o texto não é um plano: linha 1" in wrong.stderr) == (2, True)
    with box.client() as sb:
        (ana,) = sb.clientes.listar(codigo_externo="A")
    shell.ok("clientes", "alterar", str(ana.id), "email=alheia@example.com")
    stale = shell("sincronizar", "--aplicar", "plano.json")
    assert stale.returncode == 1
    assert "faça um plano novo" in stale.stderr


def test_everyday_records(shell: Terminal) -> None:
    created = shell.json("clientes", "incluir", "codigoExterno=X", "nome=Oficina Dois", "cpfCnpj=52998224725")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", created["criado_em"])
    shell.ok("clientes", "alterar", created["id"], "email=x@example.com", "observacoes=antiga")
    after = shell.json("clientes", "alterar", created["id"], "nome=Oficina Três", "--limpar", "observacoes")
    assert after["email"] == "x@example.com"
    assert "observacoes" not in after
    assert "Oficina Três" in shell.ok("clientes", "listar", "-f", "codigoExterno=X")
    assert "INATIVO" in shell.ok("clientes", "remover", created["id"], "--sim")
    assert "API-CHAMADAS" in shell.ok("servicos", "listar")


def test_exit_codes_are_distinct(shell: Terminal, box: Sandbox, tmp_path: Path) -> None:
    assert shell("importar", "nada").returncode == 2
    assert shell("importar", "clientes", "nao-existe.csv").returncode == 2
    (tmp_path / "lixo.csv").write_bytes(b"%PDF-1.7")
    assert shell("validar", "clientes", "lixo.csv").returncode == 2
    assert shell("clientes", "obter", "999").returncode == 1
    wrong = Terminal(tmp_path, SMARTBILL_URL=box.url, SMARTBILL_TOKEN="x")("clientes", "listar")
    assert (wrong.returncode, "SMARTBILL_TOKEN" in wrong.stderr) == (3, False)
    none = Terminal(tmp_path, SMARTBILL_URL=box.url)("clientes", "listar")
    assert (none.returncode, "SMARTBILL_TOKEN" in none.stderr) == (3, True)
    far = Terminal(tmp_path, SMARTBILL_URL="http://127.0.0.1:9", SMARTBILL_TOKEN="x")
    assert far("--timeout", "2", "clientes", "listar").returncode == 4
    without_url = Terminal(tmp_path)("clientes", "listar")
    assert without_url.returncode == 2
    assert "SMARTBILL_URL" in without_url.stderr


def user_file(folder: Path) -> Path:
    """The user's own configuration, as `Terminal` has it."""
    (folder / "smartbill").mkdir(exist_ok=True)
    return folder / "smartbill" / "smartbill.toml"


def test_options_come_from_a_file_and_the_token_from_another(box: Sandbox, tmp_path: Path) -> None:
    path = user_file(tmp_path)
    path.with_name("token.txt").write_text(box.token + "\n", encoding="utf-8")
    path.write_text(f'url = "{box.url}"\ntoken_file = "token.txt"\n', encoding="utf-8")
    shell = Terminal(tmp_path)
    assert shell.json("clientes", "listar") == []
    from_stdin = shell("--token-file", "-", "--json", "clientes", "listar", stdin=box.token + "\n")
    assert from_stdin.returncode == 0
    (tmp_path / "smartbill.toml").write_text("urll = 1\n", encoding="utf-8")
    wrong = shell("clientes", "listar")
    assert wrong.returncode == 2
    assert "urll" in wrong.stderr
    assert "--token " not in shell.ok("--help")


def test_the_nearest_option_counts(box: Sandbox, tmp_path: Path) -> None:
    """The command line before the environment, and that before the file: for the token and its file as for the rest."""
    (tmp_path / "certo.txt").write_text(box.token, encoding="utf-8")
    (tmp_path / "errado.txt").write_text("x", encoding="utf-8")
    user_file(tmp_path).write_text(f'url = "{box.url}"\ntoken = "x"\n', encoding="utf-8")
    assert Terminal(tmp_path)("clientes", "listar").returncode == 3
    assert Terminal(tmp_path, SMARTBILL_TOKEN_FILE="certo.txt")("clientes", "listar").returncode == 0
    far = Terminal(tmp_path, SMARTBILL_URL="http://127.0.0.1:9", SMARTBILL_TOKEN_FILE="errado.txt")
    assert far("--url", box.url, "clientes", "listar").returncode == 3
    assert far("--url", box.url, "--token-file", "certo.txt", "clientes", "listar").returncode == 0

    (tmp_path / "c.csv").write_text("Código;Razão Social;CPF;CEP\nA;Ana;52998224725;01.310-100\n", encoding="utf-8")
    assert Terminal(tmp_path)("validar", "clientes", "c.csv", "--recusar-opcionais").returncode == 1
    (tmp_path / "smartbill.toml").write_text('mode = "lenient"\n', encoding="utf-8")
    assert Terminal(tmp_path)("validar", "clientes", "c.csv", "--recusar-opcionais").returncode == 0
    strict = Terminal(tmp_path)("validar", "clientes", "c.csv", "--modo", "estrito", "--recusar-opcionais")
    assert strict.returncode == 1


def test_a_file_in_the_current_folder_does_not_say_where_the_token_goes(box: Sandbox, tmp_path: Path) -> None:
    """Spreadsheets lie in shared folders, and anybody may put a file beside them."""
    own, foreign = tmp_path / "smartbill.toml", user_file(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as other:
        far = f"http://127.0.0.1:{other.getsockname()[1]}"
        (tmp_path / "ca.pem").write_text("lixo", encoding="utf-8")
        own.write_text(
            f'url = "{far}"\nproxy = "{far}"\nca = "ca.pem"\nallow_http = true\nmode = "lenient"\n',
            encoding="utf-8",
        )
        bare = Terminal(tmp_path, SMARTBILL_TOKEN=box.token)("clientes", "listar")
        assert (bare.returncode, "SMARTBILL_URL" in bare.stderr) == (2, True)
        shell = Terminal(tmp_path, SMARTBILL_TOKEN=box.token, SMARTBILL_URL=box.url)
        done = shell("--json", "clientes", "listar")
        assert (done.returncode, json.loads(done.stdout)) == (0, [])
        warnings = done.stderr.splitlines()
        assert [warning.split("`")[1] for warning in warnings] == ["url", "proxy", "ca", "allow_http"]
        assert all(warning.startswith("aviso: smartbill.toml: ") for warning in warnings)
        assert "warning: smartbill.toml: `url` ignored" in shell("--idioma", "en", "clientes", "listar").stderr

        # The address comes from the user's own file, so the folder's file may give other options.
        foreign.write_text(f'url = "{box.url}"\nmode = "strict"\n', encoding="utf-8")
        shell = Terminal(tmp_path, SMARTBILL_TOKEN=box.token)
        assert shell("clientes", "listar").returncode == 0
        shell.ok("clientes", "incluir", "nome=Ana", "cpfCnpj=529.982.247-25")
        other.settimeout(0)
        with pytest.raises(BlockingIOError):
            other.accept()

    # A file that the user names may give the address.
    own.write_text('url = "http://127.0.0.1:9"\n', encoding="utf-8")
    for given in (["--config", "smartbill.toml"], []):
        named = Terminal(tmp_path, SMARTBILL_TOKEN="x", **({} if given else {"SMARTBILL_CONFIG": "smartbill.toml"}))
        assert named(*given, "clientes", "listar").returncode == 4


def test_failures_are_json_too(shell: Terminal) -> None:
    (shell.folder / "c.csv").write_text(
        "Código;Razão Social;CPF\nA;Ana;529.982.247-26\nB;;111.444.777-35\n;Total;\n", encoding="utf-8"
    )
    checked = json.loads(shell("--json", "validar", "clientes", "c.csv").stdout)
    assert (checked["counts"]["rejected"], checked["counts"]["change_only"]) == (1, 1)
    (failed,) = checked["failed"]
    assert (failed["row"], failed["key"], failed["code"]) == (2, "A", "digito_verificador")
    (finding,) = failed["findings"]
    place = finding["place"]
    assert (place["column"], place["header"], place["value"]) == ("C", "CPF", "529.982.247-26")
    assert checked["skipped"] == [{"number": 4, "reason": "total", "text": "Total"}]
    assert "linhas ignoradas, que não são registros: 4 (total)" in shell("validar", "clientes", "c.csv").stderr

    without_header = shell("--json", "validar", "consumos", "c.csv")
    assert without_header.returncode == 2
    assert json.loads(without_header.stdout)["error"]["code"] == "spreadsheet"
    missing = shell("--json", "clientes", "obter", "999")
    assert (missing.returncode, json.loads(missing.stdout)["error"]["code"]) == (1, "not_found")


def test_a_run_that_stops_early_says_so_and_how_to_go_on(shell: Terminal, box: Sandbox) -> None:
    rows = "".join(f"C{i};Cliente {i};{cpf(i)}\n" for i in range(40))
    (shell.folder / "c.csv").write_text("Código;Razão Social;CPF\n" + rows, encoding="utf-8")
    for wrong in [("--limite", "linhas=10"), ("--limite", "linhas=x"), ("--limite", "nada=1"), ("--prazo", "0")]:
        assert shell("importar", "clientes", "c.csv", *wrong).returncode == 2, wrong
    assert shell("sincronizar", "clientes", "c.csv", "--remover", "tudo").returncode == 2
    cut = shell("importar", "clientes", "c.csv", "--por-segundo", "10", "--prazo", "1")
    assert cut.returncode == 1
    assert "prazo total" in cut.stderr
    assert "o mesmo comando continua" in cut.stderr
    assert 0 < box.state()["clientes"]["total"] < 40
    box.faults({"rules": [{"kind": "error", "status": 500, "operation": "clientes.incluir"}]})
    stubborn = shell("importar", "clientes", "c.csv", "--max-falhas", "0")
    assert (stubborn.returncode, "máximo permitido" in stubborn.stderr) == (1, True), stubborn.stderr
    box.faults({})
    assert "incluídos" in shell.ok("importar", "clientes", "c.csv")
    assert box.state()["clientes"] == {"total": 40, "removed": 0, "duplicates": 0}


def test_the_shell_completes_commands_and_what_they_take(shell: Terminal) -> None:
    command = Path(sys.executable).with_name("smartbill")
    for typed, expected in [("imp", ["importar"]), ("modelo c", ["clientes", "consumos"])]:
        words = f"smartbill {typed}"
        environment = {
            **shell.environment,
            "_SMARTBILL_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
        }
        done = subprocess.run([command], env=environment, capture_output=True, encoding="utf-8", check=False)
        assert done.stdout.split() == expected


def test_messages_come_in_english_too(shell: Terminal) -> None:
    (shell.folder / "c.csv").write_text("Código;Razão Social;CPF\nA;Ana;11111111111\n", encoding="utf-8")
    done = shell("--idioma", "en", "validar", "clientes", "c.csv")
    assert "rejected" in done.stdout
    assert "Spreadsheets" in shell.ok("--idioma=en", "--help") or "spreadsheets" in shell.ok("--idioma=en", "--help")


def test_a_finished_import_says_that_nothing_was_sent(shell: Terminal) -> None:
    (shell.folder / "c.csv").write_text("Código;Razão Social;CPF\nA;Ana;52998224725\n", encoding="utf-8")
    done = shell.json("importar", "clientes", "c.csv")
    assert (done["resumed"], done["sent"]) == (False, 1)
    again = shell("importar", "clientes", "c.csv")
    assert "nada foi enviado" in again.stderr
    parsed = shell.json("importar", "clientes", "c.csv")
    assert (parsed["resumed"], parsed["sent"], parsed["counts"]["created"]) == (True, 0, 1)


def test_rows_without_a_code_are_counted_and_sent_only_when_that_is_allowed(shell: Terminal) -> None:
    rows = "Contrato;Serviço;Competência;Quantidade\nCT;SMS;10/2026;5\n"
    (shell.folder / "u.csv").write_text(rows, encoding="utf-8")
    checked = shell("validar", "consumos", "u.csv")
    assert "sem código externo" in checked.stdout
    refused = shell("importar", "consumos", "u.csv", "--journal", "um")
    assert refused.returncode == 1
    assert "`--permitir-sem-codigo`" in refused.stdout
    # The contract does not exist, and only the platform can say so.
    requested = shell("--json", "importar", "consumos", "u.csv", "--journal", "dois", "--permitir-sem-codigo")
    counts = json.loads(requested.stdout)["counts"]
    assert (counts["refused"], counts["rejected"], counts["unidentified"]) == (1, 0, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_ends_with_130_and_the_next_run_goes_on(shell: Terminal, box: Sandbox) -> None:
    rows = "".join(f"C{i};Cliente {i};{cpf(i)}\n" for i in range(300))
    (shell.folder / "c.csv").write_text("Código;Razão Social;CPF\n" + rows, encoding="utf-8")
    command = [sys.executable, "-m", "smartbill.cli", "importar", "clientes", "c.csv", "--por-segundo", "60"]
    process = subprocess.Popen(command, cwd=shell.folder, env=shell.environment, stderr=subprocess.PIPE)
    limited = time.monotonic() + 30
    while box.state()["clientes"]["total"] < 20 and time.monotonic() < limited:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130, errors.decode()
    assert b"interrompido" in errors
    counts = shell.json("importar", "clientes", "c.csv")["counts"]
    assert counts["created"] + counts["already_done"] == 300
    state = box.state()["clientes"]
    assert (state["total"], state["duplicates"]) == (300, 0)


def test_the_sandbox_command_answers_until_it_is_stopped(tmp_path: Path) -> None:
    shell = Terminal(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "smartbill.cli", "sandbox"],
        cwd=tmp_path,
        env=shell.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip().partition("=")[2]
        token = process.stdout.readline().strip().partition("=")[2]
        other = Terminal(tmp_path, SMARTBILL_URL=url, SMARTBILL_TOKEN=token)
        assert "API-CHAMADAS" in other.ok("servicos", "listar")
    finally:
        process.terminate()
        process.communicate(timeout=10)


def cpf(i: int) -> str:
    digits = [int(d) for d in f"{100_000_000 + i}"]
    for _ in range(2):
        rest = sum(d * p for d, p in zip(digits, range(len(digits) + 1, 1, -1))) % 11
        digits.append(0 if rest < 2 else 11 - rest)
    return "".join(map(str, digits))


def test_a_profile_is_checked_whole_and_nothing_is_sent(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    (tmp_path / "acme.toml").write_text('[auth]\nscheme = "x"\n[encoding]\ndate = "y"\n', "utf-8")
    done = terminal("perfil", "verificar", "acme.toml")
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == ["acme.toml:2", "acme.toml:4"]
    assert "`scheme` não pode ser `x`" in lines[0]
    told = json.loads(terminal("--json", "--idioma", "en", "perfil", "verificar", "acme.toml").stdout)
    assert told["valid"] is False
    assert [mistake.split(":")[1] for mistake in told["mistakes"]] == ["2", "4"]
    (tmp_path / "acme.toml").write_text('[encoding]\ndate = "dd/mm/yyyy"\n', "utf-8")
    assert terminal.ok("perfil", "verificar", "acme.toml") == "acme.toml: tudo certo\n"


def test_the_default_profile_is_printed_to_begin_with(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    printed = terminal.ok("perfil")
    assert printed == smartbill.default_profile()
    assert "[operations]" in printed
    (tmp_path / "mine.toml").write_text(printed, "utf-8")
    assert terminal.ok("perfil", "verificar", "mine.toml") == "mine.toml: tudo certo\n"


@pytest.mark.parametrize("name", ["asaas", "iugu", "lago", "omie", "vindi"])
def test_the_profiles_of_real_platforms_are_sound(tmp_path: Path, name: str) -> None:
    file = Path(__file__).parents[2] / "profiles" / f"{name}.toml"
    assert Terminal(tmp_path).ok("perfil", "verificar", str(file)) == f"{file}: tudo certo\n"


def test_a_profile_is_tried_with_reads_only(shell: Terminal, box: Sandbox, tmp_path: Path) -> None:
    with box.client() as sb:
        sb.clientes.incluir(
            {"codigoExterno": "C1", "nome": "Maria da Silva", "tipoPessoa": "FISICA", "cpfCnpj": "52998224725"}
        )
    before = box.state()
    # The sandbox has other names for the field and for the state.
    profile = '[fields.Cliente]\nnome = "razao"\nsituacao = { name = "situacao", values = { ATIVO = "on" } }\n'
    (tmp_path / "acme.toml").write_text(profile, "utf-8")
    done = shell("--json", "perfil", "testar", "acme.toml")
    assert done.returncode == 1
    tests = {test["operation"]: test for test in json.loads(done.stdout)}
    listed = tests["clientes.listar"]
    assert (listed["result"], listed["status"], listed["records"]) == ("partial", 200, 1)
    assert (listed["sent"]["method"], listed["sent"]["target"]) == ("GET", "/api/v1/clientes?pagina=1&tamanhoPagina=3")
    assert listed["sent"]["headers"]["authorization"] == "Bearer ***"
    assert {"field": "codigoExterno", "wire": "codigoExterno"} in listed["understood"]
    assert {"field": "nome", "wire": "razao"} in listed["missing"]
    assert [(e["kind"], e["path"], e["word"]) for e in listed["drift"]] == [
        ("unknown_member", "nome", None),
        ("unmapped_word", "situacao", "ATIVO"),
    ]
    assert tests["clientes.obter"]["sent"]["target"] == "/api/v1/clientes/{id}"
    assert tests["servicos.listar"]["result"] == "understood"
    assert tests["clientes.incluir"]["result"] == "skipped"
    after = box.state()
    assert (after["clientes"], after["contratos"]) == (before["clientes"], before["contratos"])
    told = shell("perfil", "testar", "acme.toml")
    assert "clientes.listar · entendido em parte" in told.stdout
    assert "situacao: ATIVO" in told.stdout
    for secret in (box.token + " ", "Maria", "52998224725"):
        assert secret not in done.stdout + told.stdout
    assert shell("perfil", "testar").returncode == 0
    (tmp_path / "acme.toml").write_text("[auth]\nscheme = 'query'\nname = 'key'\n", "utf-8")
    wrong = shell("--idioma", "en", "perfil", "testar", "acme.toml")
    assert wrong.returncode == 3
    assert "key=***" in wrong.stdout
    assert "the platform failed before" in wrong.stdout
