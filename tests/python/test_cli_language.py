"""The command line in one language: its help, and what it says to an operator who errs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import typer
from smartbill.sandbox import Sandbox
from test_cli import Terminal, box, shell  # noqa: F401 (fixtures)

# What Typer and Click say where nobody says anything else, and the words of their types.
FRAME = (
    "Usage Options Arguments Commands Show Try Error Aborted Missing Invalid required default dynamic completion "
    "OPTIONS ARGS COMMAND TEXT INTEGER FLOAT PATH FILE FILENAME BOOLEAN RANGE str int float bool range path list"
)
PORTUGUESE = "uso opções argumentos comandos comando ajuda Mostra Obrigatória texto número arquivo segundos padrão"


def commands(group: Any, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, *path, name)


def paths() -> list[tuple[str, ...]]:
    from smartbill.cli.app import app

    return list(commands(typer.main.get_command(app)))


def words(text: str) -> set[str]:
    # Options, variables and what stands between backticks are names, the same in every language.
    return set(re.findall(r"[^\W\d_]+", re.sub(r"`[^`]*`|--[\w-]+|\[?SMARTBILL_\w+", " ", text)))


@pytest.mark.parametrize(("language", "foreign"), [("pt-BR", FRAME), ("en", PORTUGUESE)])
def test_help_is_in_one_language(tmp_path: Path, language: str, foreign: str) -> None:
    # The system's language does not count.
    shell = Terminal(tmp_path, COLUMNS="80", LANG="de_DE.UTF-8", LANGUAGE="en", NO_COLOR="1")  # noqa: F811
    listed = paths()
    assert len(listed) > 20
    with ThreadPoolExecutor(2) as pool:
        texts = list(pool.map(lambda path: shell("--idioma", language, *path, "--help"), listed))
    for path, done in zip(listed, texts):
        text = done.stdout
        assert (done.returncode, done.stderr) == (0, ""), path
        assert not words(text) & set(foreign.split()), (path, text)
        title = ("uso", "opções") if language == "pt-BR" else ("usage", "options")
        assert text.startswith(f"{title[0]}: smartbill{''.join(f' {name}' for name in path)} ["), text
        assert f"\n{title[1]}:\n" in text
        assert "\x1b" not in text
        _, *lines = text.splitlines()
        assert max(map(len, lines)) <= 80, (path, text)


def test_every_option_says_what_it_takes_and_why(tmp_path: Path) -> None:
    from smartbill.cli.app import app

    def params(command: Any) -> Iterator[Any]:
        yield from command.params
        for sub in getattr(command, "commands", {}).values():
            yield from params(sub)

    for param in params(typer.main.get_command(app)):
        if param.name not in {"install_completion", "show_completion"}:
            assert param.help, param.name
            assert param.metavar or param.param_type_name == "argument" or param.is_flag, param.name


MISTAKES = [
    (
        "importar",
        "falta `recurso` (`clientes` ou `consumos`)",
        "`resource` (`clientes` or `consumos`) is missing",
        "importar [opções] recurso arquivo",
    ),
    (
        "importar clientes",
        "falta `arquivo` (planilha: .xls, .xlsx, .xlsm, .xlsb, .ods ou .csv)",
        "`file` (spreadsheet: .xls, .xlsx, .xlsm, .xlsb, .ods or .csv) is missing",
        "importar [opções] recurso arquivo",
    ),
    (
        "importar nada c.csv",
        "`recurso`: `nada` não é `clientes` nem `consumos`",
        "`resource`: `nada` is neither `clientes` nor `consumos`",
        "importar [opções] recurso arquivo",
    ),
    (
        "exportar clientes c.csv",
        "`recurso`: `clientes` não é `consumos` nem `cobrancas`",
        "`resource`: `clientes` is neither `consumos` nor `cobrancas`",
        "exportar [opções] recurso arquivo",
    ),
    (
        "validar clientes minha lista.csv",
        "`lista.csv` está a mais; um nome com espaços vai entre aspas",
        "`lista.csv` is too much; a name with spaces goes between quotes",
        "validar [opções] recurso arquivo",
    ),
    (
        "validar clientes c.csv --limte linhas=1",
        "não há opção `--limte`; a mais próxima é `--limite`",
        "there is no option `--limte`; the nearest is `--limite`",
        "validar [opções] recurso arquivo",
    ),
    (
        "validar clientes c.csv --xyz",
        "não há opção `--xyz`",
        "there is no option `--xyz`",
        "validar [opções] recurso arquivo",
    ),
    ("-x", "não há opção `-x`", "there is no option `-x`", "[opções] comando …"),
    (
        "clientes listar --url x",
        "`--url` vem antes do comando: `smartbill --url …`",
        "`--url` goes before the command: `smartbill --url …`",
        "clientes listar [opções]",
    ),
    (
        "importr clientes c.csv",
        "não há comando `importr`; o mais próximo é `importar`",
        "there is no command `importr`; the nearest is `importar`",
        "[opções] comando …",
    ),
    (
        "servicos remover 1",
        "não há comando `remover`; há `listar`, `obter`",
        "there is no command `remover`; there are `listar`, `obter`",
        "servicos [opções] comando …",
    ),
    (
        "validar clientes c.csv --aba",
        "falta o valor de `--aba`",
        "the value of `--aba` is missing",
        "validar [opções] recurso arquivo",
    ),
    (
        "importar clientes c.csv --dry-run=1",
        "`--dry-run` não leva valor",
        "`--dry-run` takes no value",
        "importar [opções] recurso arquivo",
    ),
    ("contratos cancelar 1", "falta `--motivo`", "`--motivo` is missing", "contratos cancelar [opções] id"),
    (
        "contratos ativar",
        "falta `ids` (os ids dos contratos na plataforma)",
        "`ids` (the contracts' ids on the platform) is missing",
        "contratos ativar [opções] ids…",
    ),
    (
        "importar clientes c.csv --prazo 1,5",
        "`--prazo`: `1,5` não é um número acima de 0, como 2 ou 0.5",
        "`--prazo`: `1,5` is no number above 0, such as 2 or 0.5",
        "importar [opções] recurso arquivo",
    ),
    (
        "--timeout 0 clientes listar",
        "`--timeout`: `0` não é um número acima de 0, como 2 ou 0.5",
        "`--timeout`: `0` is no number above 0, such as 2 or 0.5",
        "[opções] comando …",
    ),
    (
        "clientes listar --limite muitos",
        "`--limite`: `muitos` não é um número inteiro de 1 em diante",
        "`--limite`: `muitos` is no whole number from 1 on",
        "clientes listar [opções]",
    ),
    (
        f"clientes listar --limite {'9' * 5000}",
        f"`--limite`: `{'9' * 5000}` não é um número inteiro de 1 em diante",
        f"`--limite`: `{'9' * 5000}` is no whole number from 1 on",
        "clientes listar [opções]",
    ),
    (
        "sandbox --porta 70000",
        "`--porta`: `70000` não é um número inteiro de 0 a 65535",
        "`--porta`: `70000` is no whole number from 0 to 65535",
        "sandbox [opções]",
    ),
    (
        "validar clientes c.csv --modo strict",
        "`--modo`: `strict` não é `estrito` nem `leniente`",
        "`--modo`: `strict` is neither `estrito` nor `leniente`",
        "validar [opções] recurso arquivo",
    ),
    (
        "--install-completion",
        "não há opção `--install-completion`",
        "there is no option `--install-completion`",
        "[opções] comando …",
    ),
]


@pytest.mark.parametrize(("typed", "pt", "en", "usage"), MISTAKES)
def test_a_wrong_use_is_told_in_one_language(tmp_path: Path, typed: str, pt: str, en: str, usage: str) -> None:
    shell = Terminal(tmp_path)  # noqa: F811
    path = re.split(r" ?\[", usage)[0]
    help_line = f"smartbill {path} --help" if path else "smartbill --help"
    done = shell(*typed.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"erro: {pt}\nuso: smartbill {usage}\najuda: {help_line}\n"
    told = shell("--json", "--idioma", "en", *typed.split())
    assert (told.returncode, told.stderr) == (2, "")
    assert json.loads(told.stdout) == {"error": {"code": "usage", "message": en, "fields": []}}


def test_a_wrong_use_in_english_shows_the_usage_in_english(tmp_path: Path) -> None:
    done = Terminal(tmp_path)("--idioma", "en", "modelo")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: `resource` (`clientes` or `consumos`) is missing\n"
        "usage: smartbill modelo [options] resource [file]\nhelp: smartbill modelo --help\n"
    )


def test_a_language_that_there_is_not_is_refused(tmp_path: Path) -> None:
    shell = Terminal(tmp_path)  # noqa: F811
    done = shell("--idioma", "fr", "perfil")
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "erro: `--idioma`: `fr` não é `pt-BR` nem `en`")
    for typed in (["--idioma"], ["--idioma", ""]):
        assert shell(*typed).returncode == 2
    shell.environment["SMARTBILL_IDIOMA"] = "fr"
    done = shell("perfil")
    assert done.stderr.splitlines()[0] == "erro: `SMARTBILL_IDIOMA`: `fr` não é `pt-BR` nem `en`"
    for name, title in (("pt", "uso"), ("PT_br", "uso"), ("en", "usage"), ("en_US.UTF-8", "usage"), ("", "uso")):
        shell.environment["SMARTBILL_IDIOMA"] = name
        assert shell.ok("--help").startswith(f"{title}: ")
    shell.environment["SMARTBILL_IDIOMA"] = "en"
    assert shell.ok("--idioma=pt-BR", "--help").startswith("uso: ")


def test_a_group_without_a_command_shows_its_help(tmp_path: Path) -> None:
    shell = Terminal(tmp_path)  # noqa: F811
    for typed in ([], ["clientes"]):
        done = shell(*typed)
        assert (done.returncode, done.stderr) == (2, "")
        # `--help` ends with one more line.
        assert done.stdout.strip() == shell.ok(*typed, "--help").strip()
    error = json.loads(shell("--json", "servicos").stdout)["error"]
    assert (error["code"], error["message"]) == ("usage", "falta o comando; há `listar`, `obter`")


def failing(mistake: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise mistake

    return fail


def test_what_typer_says_in_a_new_way_is_told_in_its_own_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from smartbill.cli._frame import App, run

    usage_error: Any = typer.BadParameter.__mro__[1]

    class Strange(usage_error):  # type: ignore[misc]
        pass

    class NoSuchOption(usage_error):  # type: ignore[misc]
        """As it is told without what it is about."""

    for mistake in (Strange("something new"), NoSuchOption("something new"), usage_error("something new")):
        app = App("strange", "Strange.")
        app.command()(failing(mistake))
        monkeypatch.setattr(sys, "argv", ["strange"])
        assert run(app) == 2
        assert capsys.readouterr().err.startswith("erro: something new\n")


SHEET = "Código;Razão Social;CPF\nA;Ana;529.982.247-25\nB;Bia;111.444.777-35\n"
USAGE = "Contrato;Serviço;Competência;Quantidade\nCT;SMS;10/2026;5\n"

# What an operator types, and what is said of it, in Portuguese and in English.
TOLD = [
    (
        "validar clientes c.csv --limite linhas=x",
        "`--limite linhas`: `x` não é um número inteiro",
        "`--limite linhas`: `x` is no whole number",
    ),
    (
        "validar clientes c.csv --limite rows=1",
        "`--limite`: `rows` não é um limite; há bytes, descompactado, linhas, colunas, bytes_por_linha, memoria",
        "`--limite`: `rows` is no limit; there are bytes, descompactado, linhas, colunas, bytes_por_linha, memoria",
    ),
    (
        "validar clientes c.csv --limite linhas=1",
        "c.csv: a planilha tem mais de 1 linhas (`--limite linhas`)",
        "c.csv: the sheet has more than 1 rows (`--limite linhas`)",
    ),
    (
        "validar clientes c.csv --limite linhas=1 --limite linhas=2",
        "`--limite`: `linhas` vem mais de uma vez",
        "`--limite`: `linhas` comes more than once",
    ),
    (
        "validar clientes c.csv --mapa Código",
        "`--mapa`: `Código` não é `campo=valor`",
        "`--mapa`: `Código` is not `field=value`",
    ),
    (
        "validar clientes c.csv --padrao uf",
        "`--padrao`: `uf` não é `campo=valor`",
        "`--padrao`: `uf` is not `field=value`",
    ),
    (
        "validar clientes c.csv --valor tipoPessoa",
        "`--valor`: `tipoPessoa` não é `campo:valor=significado`",
        "`--valor`: `tipoPessoa` is not `field:value=meaning`",
    ),
    (
        "validar clientes c.csv --mapa Fantasia=nome",
        "c.csv: não há cabeçalho `Fantasia` na planilha; há: `Código`, `Razão Social`, `CPF`",
        "c.csv: there is no header `Fantasia` in the sheet; there are: `Código`, `Razão Social`, `CPF`",
    ),
    (
        "validar clientes c.csv --padrao endereco.ufs=SC",
        "c.csv: não há campo `endereco.ufs`; o mais próximo é `endereco.uf`",
        "c.csv: there is no field `endereco.ufs`; the nearest is `endereco.uf`",
    ),
    ("validar clientes c.csv --ddd 5", "`--ddd`: `5` não é um DDD", "`--ddd`: `5` is no area code"),
    (
        "importar clientes c.csv --concorrencia 5000",
        "`--concorrencia` não pode ser `5000`; use um número inteiro de 1 a 1000",
        "`--concorrencia` cannot be `5000`; use a whole number from 1 to 1000",
    ),
    (
        "importar clientes c.csv --prazo 1e-99",
        "`--prazo` não pode ser `1e-99`; use segundos acima de 0",
        "`--prazo` cannot be `1e-99`; use seconds above 0",
    ),
    (
        "importar clientes c.csv --journal c.csv",
        "`c.csv` não é um journal deste programa; indique outro arquivo em `--journal`",
        "`c.csv` is not a journal of this program; name another file in `--journal`",
    ),
    # A name of the operator's own is left as it is.
    (
        "validar clientes journal",
        "`journal` não pode ser lido: não existe esse arquivo ou pasta",
        "`journal` cannot be read: there is no such file or folder",
    ),
    (
        "--url http://example.com clientes listar",
        "http sem TLS é recusado, pois o token iria em claro; use https, ou `--permitir-http`",
        "plain http is refused, since the token would travel in clear; use https, or `--permitir-http`",
    ),
    (
        "contratos suspender 1 --ate amanhã",
        "contratos.suspender: --ate: data inválida; use AAAA-MM-DD",
        "contratos.suspender: --ate: invalid date; use YYYY-MM-DD",
    ),
    (
        "clientes incluir nome",
        "`dados`: `nome` não é `campo=valor`",
        "`data`: `nome` is not `field=value`",
    ),
    ("clientes incluir endereco.uf=SC endereco=x", "`endereco` já tem um valor", "`endereco` has a value already"),
    ("clientes alterar 1", "diga o que muda, em dados ou --limpar", "say what changes, by data or --limpar"),
    (
        "--config nada.toml modelo clientes",
        "`nada.toml`: não existe esse arquivo ou pasta",
        "`nada.toml`: there is no such file or folder",
    ),
    ("--config pasta perfil", "`pasta`: é uma pasta, não um arquivo", "`pasta`: it is a folder, not a file"),
    ("--config lixo clientes listar", "`lixo` não está em UTF-8", "`lixo` is not in UTF-8"),
    (
        "--config c.csv clientes listar",
        "`c.csv`, linha 1, coluna 2: isto não é TOML",
        "`c.csv`, line 1, column 2: this is no TOML",
    ),
    (
        "--config tipo.toml clientes listar",
        "`tipo.toml`: `profile` não é um texto",
        "`tipo.toml`: `profile` is not a text",
    ),
    (
        "--config prazo.toml clientes listar",
        "`timeout` (prazo.toml) não pode ser `x`; use segundos acima de 0",
        "`timeout` (prazo.toml) cannot be `x`; use seconds above 0",
    ),
    ("--token-file lixo clientes listar", "`lixo` não está em UTF-8", "`lixo` is not in UTF-8"),
    ("sincronizar --aplicar lixo", "`lixo` não está em UTF-8", "`lixo` is not in UTF-8"),
    (
        "sincronizar --aplicar c.csv",
        "`c.csv`: o texto não é um plano: linha 1",
        "`c.csv`: the text is not a plan: line 1",
    ),
    ("sincronizar --aplicar pasta", "`pasta`: é uma pasta, não um arquivo", "`pasta`: it is a folder, not a file"),
    (
        "--profile pasta sandbox",
        "`pasta` não pode ser lido: é uma pasta, não um arquivo",
        "`pasta` cannot be read: it is a folder, not a file",
    ),
    (
        "perfil rascunho nada.json",
        "`nada.json`: não existe esse arquivo ou pasta",
        "`nada.json`: there is no such file or folder",
    ),
]


@pytest.mark.parametrize(("typed", "pt", "en"), TOLD)
def test_a_mistake_is_told_in_the_words_that_were_typed(
    shell: Terminal,  # noqa: F811
    typed: str,
    pt: str,
    en: str,
) -> None:
    folder = shell.folder
    (folder / "c.csv").write_text(SHEET, "utf-8")
    (folder / "lixo").write_bytes(b"\xff\xfe\xe9")
    (folder / "pasta").mkdir()
    (folder / "tipo.toml").write_text("profile = 5\n", "utf-8")
    (folder / "prazo.toml").write_text('timeout = "x"\n', "utf-8")
    code = 1 if "contratos" in typed else 2
    done = shell(*typed.split())
    assert (done.returncode, done.stdout, done.stderr) == (code, "", f"erro: {pt}\n")
    done = shell("--json", "--idioma", "en", *typed.split())
    assert (done.returncode, done.stderr) == (code, "")
    assert json.loads(done.stdout)["error"]["message"] == en


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("TIMEOUT", "x", "`SMARTBILL_TIMEOUT`: `x` não é um número"),
        ("TIMEOUT", "0", "`SMARTBILL_TIMEOUT` não pode ser `0.0`; use segundos acima de 0"),
        ("MAX_ATTEMPTS", "0", "`SMARTBILL_MAX_ATTEMPTS` não pode ser `0`; use um número inteiro de 1 a 4294967295"),
        ("MODE", "leniente", "`SMARTBILL_MODE`: `leniente` não é `strict` nem `lenient`"),
        ("ALLOW_HTTP", "talvez", "`SMARTBILL_ALLOW_HTTP`: `talvez` não é `sim` nem `não`"),
        ("CA", "nada", "`SMARTBILL_CA`: `nada`: não existe esse arquivo ou pasta"),
    ],
)
def test_a_wrong_variable_is_told_by_its_name(shell: Terminal, variable: str, value: str, told: str) -> None:  # noqa: F811
    shell.environment[f"SMARTBILL_{variable}"] = value
    done = shell("clientes", "listar")
    assert (done.returncode, done.stderr) == (2, f"erro: {told}\n")


def test_the_reasons_of_rows_and_journals_name_options(shell: Terminal, box: Sandbox) -> None:  # noqa: F811
    (shell.folder / "u.csv").write_text(USAGE, "utf-8")
    (failed,) = json.loads(shell("--json", "importar", "consumos", "u.csv").stdout)["failed"]
    assert "peça `--permitir-sem-codigo` para" in failed["message"]
    assert any("peça `--permitir-sem-codigo` para" in finding["message"] for finding in failed["findings"])

    (shell.folder / "c.csv").write_text(SHEET, "utf-8")
    shell.ok("importar", "clientes", "c.csv")
    other = Terminal(shell.folder, SMARTBILL_URL=box.url, SMARTBILL_TOKEN="outro")
    for language, told in (
        ("pt-BR", ["informe `--mesma-conta`", "indique outro em `--journal`, ou peça `--recomecar`"]),
        ("en", ["say `--mesma-conta`", "name another in `--journal`, or ask for `--recomecar`"]),
    ):
        done = other("--idioma", language, "importar", "clientes", "c.csv")
        assert done.returncode == 2
        assert all(part in done.stderr for part in told), done.stderr

    for language, told_password in (("pt-BR", "informe-a em `--senha`"), ("en", "give it as `--senha`")):
        sheet = str(Path(__file__).parents[1] / "fixtures/sheets/encrypted.xlsx")
        assert told_password in shell("--idioma", language, "validar", "clientes", sheet).stderr


def test_removing_asks_in_the_language_and_takes_its_yes(shell: Terminal, box: Sandbox) -> None:  # noqa: F811
    with box.client() as sb:
        ids = [
            str(sb.clientes.incluir({"nome": "Ana", "tipoPessoa": "ESTRANGEIRO", "codigoExterno": f"A{n}"}).id)
            for n in range(3)
        ]
    for language, answers, question, nothing in (
        ("pt-BR", ("\n", "n\n", "", "talvez\n"), "[s/N]", "nada foi removido"),
        ("en", ("no\n",), "[y/N]", "nothing was removed"),
    ):
        for answer in answers:
            done = shell("--idioma", language, "clientes", "remover", ids[0], stdin=answer)
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr.split("? ")[1].strip() == f"{question} {nothing}"
    assert box.state()["clientes"]["removed"] == 0
    for id, answer in zip(ids, ("s\n", "Sim\n", "y\n")):
        done = shell("--json", "clientes", "remover", id, stdin=answer)
        assert (done.returncode, json.loads(done.stdout)["situacao"]) == (0, "INATIVO")


def test_changing_may_only_empty_fields(shell: Terminal, box: Sandbox) -> None:  # noqa: F811
    with box.client() as sb:
        cliente = sb.clientes.incluir({"nome": "Ana", "cpfCnpj": "52998224725", "email": "a@example.com"})
    assert "email" not in shell.json("clientes", "alterar", str(cliente.id), "--limpar", "email")


def test_a_port_that_another_program_uses_is_told(box: Sandbox, tmp_path: Path) -> None:  # noqa: F811
    port = box.url.split(":")[-1]
    for language, told in (
        ("pt-BR", "erro: outro programa usa esta porta\n"),
        ("en", "error: another program uses this port\n"),
    ):
        done = Terminal(tmp_path)("--idioma", language, "sandbox", "--porta", port)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_a_server_that_has_no_address_is_told(tmp_path: Path) -> None:
    shell = Terminal(tmp_path, SMARTBILL_TOKEN="x", SMARTBILL_MAX_ATTEMPTS="1")  # noqa: F811
    shell.environment.update(dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"), ""))
    # No name has a part of 64 letters, so nobody is asked for it.
    done = shell("--permitir-http", "--url", f"http://{'a' * 64}.invalid", "clientes", "listar")
    assert done.returncode == 4
    assert "o nome do servidor, ou o do proxy, não foi encontrado (DNS)" in done.stderr


def test_ctrl_c_at_the_start_is_quiet(tmp_path: Path) -> None:
    program = """
import sys

class Interrupted:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "smartbill.cli.app":
            raise KeyboardInterrupt

from smartbill.cli import main
sys.meta_path.insert(0, Interrupted)
main()
"""
    done = Terminal(tmp_path).run([sys.executable, "-c", program])
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_a_shell_is_told_how_to_complete(tmp_path: Path) -> None:
    shell = Terminal(tmp_path, _SMARTBILL_COMPLETE="source_bash")  # noqa: F811
    assert "_SMARTBILL_COMPLETE=complete_bash" in shell.ok()
