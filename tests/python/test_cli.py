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
from smartbill.sandbox import Sandbox


class Terminal:
    """A shell in a folder of its own, with the sandbox's address in its environment."""

    def __init__(self, pasta: Path, **ambiente: str) -> None:
        self.pasta = pasta
        limpo = {k: v for k, v in os.environ.items() if not k.startswith("SMARTBILL_")}
        # No width to wrap at, no home to read a configuration from.
        self.ambiente = {**limpo, "COLUMNS": "200", "HOME": str(pasta), "XDG_CONFIG_HOME": str(pasta), **ambiente}

    def __call__(self, *argumentos: str, entrada: str | None = None) -> subprocess.CompletedProcess[str]:
        comando = [sys.executable, "-m", "smartbill.cli", *argumentos]
        return subprocess.run(
            comando,
            cwd=self.pasta,
            env=self.ambiente,
            input=entrada,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def raw(self, *argumentos: str) -> subprocess.CompletedProcess[bytes]:
        """What was written, in whatever encoding."""
        return self.run([sys.executable, "-m", "smartbill.cli", *argumentos])

    def run(self, comando: list[str]) -> subprocess.CompletedProcess[bytes]:
        """Any program."""
        return subprocess.run(comando, cwd=self.pasta, env=self.ambiente, capture_output=True, check=False)

    def ok(self, *argumentos: str) -> str:
        feito = self(*argumentos)
        assert feito.returncode == 0, feito.stdout + feito.stderr
        return feito.stdout

    def json(self, *argumentos: str) -> Any:
        return json.loads(self.ok("--json", *argumentos))


@pytest.fixture
def caixa() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def shell(caixa: Sandbox, tmp_path: Path) -> Terminal:
    return Terminal(tmp_path, SMARTBILL_URL=caixa.url, SMARTBILL_TOKEN=caixa.token)


@pytest.mark.parametrize("comando", ["validar clientes", "importar clientes", "sincronizar clientes --plano p.json"])
def test_um_arquivo_que_nao_existe_e_dito_a_programas(shell: Terminal, comando: str) -> None:
    feito = shell("--json", *comando.split(), "nada.csv")
    erro = json.loads(feito.stdout)["erro"]
    assert (feito.returncode, erro["codigo"]) == (2, "io")
    assert "nada.csv" in erro["mensagem"]


def preencher(caminho: Path, linhas: list[dict[str, str]]) -> None:
    """Fills the template in as a person would, the example row removed."""
    livro = openpyxl.load_workbook(caminho)
    aba = livro.active
    assert aba is not None
    colunas = {str(c.value).rstrip(" *"): c.column for c in aba[1]}
    aba.delete_rows(2, aba.max_row)
    for i, linha in enumerate(linhas, start=2):
        for titulo, valor in linha.items():
            aba.cell(row=i, column=colunas[titulo], value=valor)
    livro.save(caminho)


CLIENTES = [
    {"Código Externo": "C1", "Nome / Razão Social": "Padaria Aurora", "CPF / CNPJ": "11.222.333/0001-81"},
    {"Código Externo": "C2", "Nome / Razão Social": "Maria da Silva", "CPF / CNPJ": "529.982.247-25"},
]


def test_a_walk_from_the_template_to_the_export(shell: Terminal, caixa: Sandbox) -> None:
    shell.ok("modelo", "clientes", "clientes.xlsx")
    preencher(
        shell.pasta / "clientes.xlsx",
        [*CLIENTES, {"Código Externo": "C3", "Nome / Razão Social": "Errado", "CPF / CNPJ": "111.111.111-11"}],
    )

    validado = shell("validar", "clientes", "clientes.xlsx")
    assert validado.returncode == 1
    assert "cpf" in validado.stdout.lower()

    importado = shell("importar", "clientes", "clientes.xlsx", "--relatorio", "relatorio.xlsx")
    assert importado.returncode == 1, importado.stderr
    assert caixa.estado()["clientes"]["total"] == 2
    relatorio = openpyxl.load_workbook(shell.pasta / "relatorio.xlsx").worksheets[0]
    assert {"incluído", "rejeitado"} <= {c.value for linha in relatorio.iter_rows() for c in linha}

    # Mended in the report itself, and imported again: only the mended row is sent.
    livro = openpyxl.load_workbook(shell.pasta / "relatorio.xlsx")
    celula = next(c for linha in livro.worksheets[0].iter_rows() for c in linha if c.value == "111.111.111-11")
    celula.value = "111.444.777-35"
    livro.save(shell.pasta / "relatorio.xlsx")
    contagem = shell.json("importar", "clientes", "relatorio.xlsx")["contagem"]
    assert (contagem["incluidos"], contagem["inalterados"]) == (1, 2)

    contrato = shell.json(
        "contratos", "incluir", "codigoExterno=CT-1", "clienteCodigoExterno=C1", "dataInicio=2026-01-01",
        "periodicidade=MENSAL", "diaVencimento=10", "itens.servicoCodigo=API-CHAMADAS", "itens.quantidade=1",
    )  # fmt: skip
    assert "ATIVO" in shell.ok("contratos", "ativar", contrato["id"])

    (shell.pasta / "consumos.csv").write_text(
        "ID Externo;Contrato;Serviço;Competência;Quantidade\nK1;CT-1;API-CHAMADAS;10/2026;12.500,5\n", encoding="cp1252"
    )
    assert shell.json("importar", "consumos", "consumos.csv")["contagem"]["incluidos"] == 1
    caixa.faturar("2026-10")
    assert "545,02" in shell.ok("cobrancas", "listar", "-f", "competencia=2026-10")
    assert len(shell.json("cobrancas", "listar")) == 1

    shell.ok("exportar", "consumos", "saida.xlsx", "--competencia", "2026-10")
    contagem = shell.json("importar", "consumos", "saida.xlsx")["contagem"]
    assert (contagem["inalterados"], contagem["total"]) == (1, 1), "a re-import of an export changes nothing"
    shell.ok("exportar", "cobrancas", "contas.xlsx")
    assert openpyxl.load_workbook(shell.pasta / "contas.xlsx").worksheets[0].max_row == 2


def test_a_plan_is_shown_kept_and_applied(shell: Terminal, caixa: Sandbox) -> None:
    cabecalho = "Código;Razão Social;CPF/CNPJ;E-mail\n"
    planilha = shell.pasta / "clientes.csv"
    planilha.write_text(cabecalho + "A;Ana;52998224725;a@example.com\nB;Bia;11144477735;\n", encoding="utf-8")
    shell.ok("importar", "clientes", "clientes.csv")
    planilha.write_text(cabecalho + "A;Ana;52998224725;nova@example.com\n", encoding="utf-8")

    recusado = shell("sincronizar", "clientes", "clientes.csv", "--remover", "10%")
    assert recusado.returncode == 2
    assert "teto" in recusado.stderr
    texto = shell.ok("sincronizar", "clientes", "clientes.csv", "--plano", "plano.json", "--remover", "1")
    assert "alterar 1, remover 1" in texto
    assert "email: *** -> ***" in texto
    assert "nova@example.com" in shell.ok(
        "sincronizar", "clientes", "clientes.csv", "--remover", "1", "--dados-pessoais"
    )
    if os.name == "posix":
        assert (shell.pasta / "plano.json").stat().st_mode & 0o777 == 0o600
    assert caixa.estado()["clientes"]["removidos"] == 0

    shell.ok("sincronizar", "--aplicar", "plano.json")
    assert caixa.estado()["clientes"]["removidos"] == 1
    assert json.loads(shell.ok("--json", "sincronizar", "clientes", "clientes.csv"))["alterar"] == []

    planilha.write_text(cabecalho + "A;Ana;52998224725;outra@example.com\n", encoding="utf-8")
    shell.ok("sincronizar", "clientes", "clientes.csv", "--plano", "plano.json")
    assert "alterados" in shell.ok("sincronizar", "--aplicar", "plano.json"), "under the name of the plan before"
    shell.ok("sincronizar", "--aplicar", "plano.json")
    planilha.write_text(cabecalho + "A;Ana;52998224725;mais@example.com\n", encoding="utf-8")
    shell.ok("sincronizar", "clientes", "clientes.csv", "--plano", "plano.json")
    with caixa.cliente() as sb:
        (ana,) = sb.clientes.listar(codigo_externo="A")
    shell.ok("clientes", "alterar", str(ana.id), "email=alheia@example.com")
    velho = shell("sincronizar", "--aplicar", "plano.json")
    assert velho.returncode == 1
    assert "faça um plano novo" in velho.stderr


def test_everyday_records(shell: Terminal) -> None:
    novo = shell.json("clientes", "incluir", "codigoExterno=X", "nome=Oficina Dois", "cpfCnpj=52998224725")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", novo["criado_em"])
    shell.ok("clientes", "alterar", novo["id"], "email=x@example.com", "observacoes=antiga")
    depois = shell.json("clientes", "alterar", novo["id"], "nome=Oficina Três", "--limpar", "observacoes")
    assert depois["email"] == "x@example.com"
    assert "observacoes" not in depois
    assert "Oficina Três" in shell.ok("clientes", "listar", "-f", "codigoExterno=X")
    assert "INATIVO" in shell.ok("clientes", "remover", novo["id"], "--sim")
    assert "API-CHAMADAS" in shell.ok("servicos", "listar")


def test_exit_codes_are_distinct(shell: Terminal, caixa: Sandbox, tmp_path: Path) -> None:
    assert shell("importar", "nada").returncode == 2
    assert shell("importar", "clientes", "nao-existe.csv").returncode == 2
    (tmp_path / "lixo.csv").write_bytes(b"%PDF-1.7")
    assert shell("validar", "clientes", "lixo.csv").returncode == 2
    assert shell("clientes", "obter", "999").returncode == 1
    assert Terminal(tmp_path, SMARTBILL_URL=caixa.url, SMARTBILL_TOKEN="x")("clientes", "listar").returncode == 3
    longe = Terminal(tmp_path, SMARTBILL_URL="http://127.0.0.1:9", SMARTBILL_TOKEN="x")
    assert longe("--timeout", "2", "clientes", "listar").returncode == 4
    sem_url = Terminal(tmp_path)("clientes", "listar")
    assert sem_url.returncode == 2
    assert "SMARTBILL_URL" in sem_url.stderr


def user_file(pasta: Path) -> Path:
    """The user's own configuration, as `Terminal` has it."""
    (pasta / "smartbill").mkdir(exist_ok=True)
    return pasta / "smartbill" / "smartbill.toml"


def test_options_come_from_a_file_and_the_token_from_another(caixa: Sandbox, tmp_path: Path) -> None:
    arquivo = user_file(tmp_path)
    arquivo.with_name("token.txt").write_text(caixa.token + "\n", encoding="utf-8")
    arquivo.write_text(f'url = "{caixa.url}"\ntoken_file = "token.txt"\n', encoding="utf-8")
    shell = Terminal(tmp_path)
    assert shell.json("clientes", "listar") == []
    pela_entrada = shell("--token-file", "-", "--json", "clientes", "listar", entrada=caixa.token + "\n")
    assert pela_entrada.returncode == 0
    (tmp_path / "smartbill.toml").write_text("urll = 1\n", encoding="utf-8")
    errado = shell("clientes", "listar")
    assert errado.returncode == 2
    assert "urll" in errado.stderr
    assert "--token " not in shell.ok("--help")


def test_the_nearest_option_counts(caixa: Sandbox, tmp_path: Path) -> None:
    """The command line before the environment, and that before the file: for the token and its file as for the rest."""
    (tmp_path / "certo.txt").write_text(caixa.token, encoding="utf-8")
    (tmp_path / "errado.txt").write_text("x", encoding="utf-8")
    user_file(tmp_path).write_text(f'url = "{caixa.url}"\ntoken = "x"\n', encoding="utf-8")
    assert Terminal(tmp_path)("clientes", "listar").returncode == 3
    assert Terminal(tmp_path, SMARTBILL_TOKEN_FILE="certo.txt")("clientes", "listar").returncode == 0
    longe = Terminal(tmp_path, SMARTBILL_URL="http://127.0.0.1:9", SMARTBILL_TOKEN_FILE="errado.txt")
    assert longe("--url", caixa.url, "clientes", "listar").returncode == 3
    assert longe("--url", caixa.url, "--token-file", "certo.txt", "clientes", "listar").returncode == 0

    (tmp_path / "c.csv").write_text("Código;Razão Social;CPF;CEP\nA;Ana;52998224725;01.310-100\n", encoding="utf-8")
    assert Terminal(tmp_path)("validar", "clientes", "c.csv").returncode == 1
    (tmp_path / "smartbill.toml").write_text('modo = "leniente"\n', encoding="utf-8")
    assert Terminal(tmp_path)("validar", "clientes", "c.csv").returncode == 0
    assert Terminal(tmp_path)("validar", "clientes", "c.csv", "--modo", "estrito").returncode == 1


def test_a_file_in_the_current_folder_does_not_say_where_the_token_goes(caixa: Sandbox, tmp_path: Path) -> None:
    """Spreadsheets lie in shared folders, and anybody may put a file beside them."""
    proprio, alheio = tmp_path / "smartbill.toml", user_file(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as outro:
        longe = f"http://127.0.0.1:{outro.getsockname()[1]}"
        (tmp_path / "ca.pem").write_text("lixo", encoding="utf-8")
        proprio.write_text(
            f'url = "{longe}"\nproxy = "{longe}"\nca = "ca.pem"\npermitir_http = true\nmodo = "leniente"\n',
            encoding="utf-8",
        )
        sem = Terminal(tmp_path, SMARTBILL_TOKEN=caixa.token)("clientes", "listar")
        assert (sem.returncode, "SMARTBILL_URL" in sem.stderr) == (2, True)
        shell = Terminal(tmp_path, SMARTBILL_TOKEN=caixa.token, SMARTBILL_URL=caixa.url)
        feito = shell("--json", "clientes", "listar")
        assert (feito.returncode, json.loads(feito.stdout)) == (0, [])
        avisos = feito.stderr.splitlines()
        assert [aviso.split("`")[1] for aviso in avisos] == ["url", "proxy", "ca", "permitir_http"]
        assert all(aviso.startswith("aviso: smartbill.toml: ") for aviso in avisos)
        assert "warning: smartbill.toml: `url` ignored" in shell("--idioma", "en", "clientes", "listar").stderr

        # The user's own file says where; the folder's may say the rest.
        alheio.write_text(f'url = "{caixa.url}"\nmodo = "estrito"\n', encoding="utf-8")
        shell = Terminal(tmp_path, SMARTBILL_TOKEN=caixa.token)
        assert shell("clientes", "listar").returncode == 0
        shell.ok("clientes", "incluir", "nome=Ana", "cpfCnpj=529.982.247-25")
        outro.settimeout(0)
        with pytest.raises(BlockingIOError):
            outro.accept()

    # Named, it is believed.
    proprio.write_text('url = "http://127.0.0.1:9"\n', encoding="utf-8")
    for indicado in (["--config", "smartbill.toml"], []):
        nomeado = Terminal(
            tmp_path, SMARTBILL_TOKEN="x", **({} if indicado else {"SMARTBILL_CONFIG": "smartbill.toml"})
        )
        assert nomeado(*indicado, "clientes", "listar").returncode == 4


def test_failures_are_json_too(shell: Terminal) -> None:
    (shell.pasta / "c.csv").write_text(
        "Código;Razão Social;CPF\nA;Ana;529.982.247-26\nB;;111.444.777-35\n;Total;\n", encoding="utf-8"
    )
    validada = json.loads(shell("--json", "validar", "clientes", "c.csv").stdout)
    assert (validada["contagem"]["rejeitados"], validada["contagem"]["so_alterar"]) == (1, 1)
    (falha,) = validada["falhas"]
    assert (falha["linha"], falha["chave"], falha["codigo"]) == (2, "A", "digito_verificador")
    (problema,) = falha["problemas"]
    assert (problema["coluna"], problema["cabecalho"], problema["valor"]) == ("C", "CPF", "529.982.247-26")
    assert validada["ignoradas"] == [{"numero": 4, "motivo": "total", "texto": "Total"}]
    assert "linhas ignoradas, que não são registros: 4 (total)" in shell("validar", "clientes", "c.csv").stderr

    sem_cabecalho = shell("--json", "validar", "consumos", "c.csv")
    assert sem_cabecalho.returncode == 2
    assert json.loads(sem_cabecalho.stdout)["erro"]["codigo"] == "spreadsheet"
    ausente = shell("--json", "clientes", "obter", "999")
    assert (ausente.returncode, json.loads(ausente.stdout)["erro"]["codigo"]) == (1, "not_found")


def test_a_run_that_stops_early_says_so_and_how_to_go_on(shell: Terminal, caixa: Sandbox) -> None:
    linhas = "".join(f"C{i};Cliente {i};{cpf(i)}\n" for i in range(40))
    (shell.pasta / "c.csv").write_text("Código;Razão Social;CPF\n" + linhas, encoding="utf-8")
    for errado in [("--limite", "linhas=10"), ("--limite", "linhas=x"), ("--limite", "nada=1"), ("--prazo", "0")]:
        assert shell("importar", "clientes", "c.csv", *errado).returncode == 2, errado
    assert shell("sincronizar", "clientes", "c.csv", "--remover", "tudo").returncode == 2
    cortada = shell("importar", "clientes", "c.csv", "--por-segundo", "10", "--prazo", "1")
    assert cortada.returncode == 1
    assert "prazo total" in cortada.stderr
    assert "o mesmo comando continua" in cortada.stderr
    assert 0 < caixa.estado()["clientes"]["total"] < 40
    caixa.falhas({"regras": [{"tipo": "erro", "status": 500, "operacao": "clientes.incluir"}]})
    teimosa = shell("importar", "clientes", "c.csv", "--max-falhas", "0")
    assert (teimosa.returncode, "máximo permitido" in teimosa.stderr) == (1, True), teimosa.stderr
    caixa.falhas({})
    assert "incluídos" in shell.ok("importar", "clientes", "c.csv")
    assert caixa.estado()["clientes"] == {"total": 40, "removidos": 0, "repetidos": 0}


def test_the_shell_completes_commands_and_what_they_take(shell: Terminal) -> None:
    comando = Path(sys.executable).with_name("smartbill")
    for digitado, esperados in [("imp", ["importar"]), ("modelo c", ["clientes", "consumos"])]:
        palavras = f"smartbill {digitado}"
        ambiente = {
            **shell.ambiente,
            "_SMARTBILL_COMPLETE": "complete_bash",
            "COMP_WORDS": palavras,
            "COMP_CWORD": str(palavras.count(" ")),
        }
        feito = subprocess.run([comando], env=ambiente, capture_output=True, encoding="utf-8", check=False)
        assert feito.stdout.split() == esperados


def test_messages_come_in_english_too(shell: Terminal) -> None:
    (shell.pasta / "c.csv").write_text("Código;Razão Social;CPF\nA;Ana;11111111111\n", encoding="utf-8")
    feito = shell("--idioma", "en", "validar", "clientes", "c.csv")
    assert "rejected" in feito.stdout
    assert "Spreadsheets" in shell.ok("--idioma=en", "--help") or "spreadsheets" in shell.ok("--idioma=en", "--help")


def test_a_finished_import_says_that_nothing_was_sent(shell: Terminal) -> None:
    (shell.pasta / "c.csv").write_text("Código;Razão Social;CPF\nA;Ana;52998224725\n", encoding="utf-8")
    feita = shell.json("importar", "clientes", "c.csv")
    assert (feita["resumed"], feita["sent"]) == (False, 1)
    de_novo = shell("importar", "clientes", "c.csv")
    assert "nada foi enviado" in de_novo.stderr
    lida = shell.json("importar", "clientes", "c.csv")
    assert (lida["resumed"], lida["sent"], lida["contagem"]["incluidos"]) == (True, 0, 1)


def test_rows_without_a_code_are_counted_and_sent_only_when_that_is_allowed(shell: Terminal) -> None:
    linhas = "Contrato;Serviço;Competência;Quantidade\nCT;SMS;10/2026;5\n"
    (shell.pasta / "u.csv").write_text(linhas, encoding="utf-8")
    validada = shell("validar", "consumos", "u.csv")
    assert "sem código externo" in validada.stdout
    recusada = shell("importar", "consumos", "u.csv", "--journal", "um")
    assert recusada.returncode == 1
    assert "`allow_unidentified`" in recusada.stdout
    # There is no such contract: the platform is asked this time.
    pedida = shell("--json", "importar", "consumos", "u.csv", "--journal", "dois", "--permitir-sem-codigo")
    contagem = json.loads(pedida.stdout)["contagem"]
    assert (contagem["recusados"], contagem["rejeitados"], contagem["unidentified"]) == (1, 0, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_ends_with_130_and_the_next_run_goes_on(shell: Terminal, caixa: Sandbox) -> None:
    linhas = "".join(f"C{i};Cliente {i};{cpf(i)}\n" for i in range(300))
    (shell.pasta / "c.csv").write_text("Código;Razão Social;CPF\n" + linhas, encoding="utf-8")
    comando = [sys.executable, "-m", "smartbill.cli", "importar", "clientes", "c.csv", "--por-segundo", "60"]
    processo = subprocess.Popen(comando, cwd=shell.pasta, env=shell.ambiente, stderr=subprocess.PIPE)
    limite = time.monotonic() + 30
    while caixa.estado()["clientes"]["total"] < 20 and time.monotonic() < limite:
        time.sleep(0.02)
    processo.send_signal(signal.SIGINT)
    _, erros = processo.communicate(timeout=20)
    assert processo.returncode == 130, erros.decode()
    assert b"interrompido" in erros
    contagem = shell.json("importar", "clientes", "c.csv")["contagem"]
    assert contagem["incluidos"] + contagem["ja_feitos"] == 300
    estado = caixa.estado()["clientes"]
    assert (estado["total"], estado["repetidos"]) == (300, 0)


def test_the_sandbox_command_answers_until_it_is_stopped(tmp_path: Path) -> None:
    shell = Terminal(tmp_path)
    processo = subprocess.Popen(
        [sys.executable, "-u", "-m", "smartbill.cli", "sandbox"],
        cwd=tmp_path,
        env=shell.ambiente,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    try:
        assert processo.stdout is not None
        url = processo.stdout.readline().strip().partition("=")[2]
        token = processo.stdout.readline().strip().partition("=")[2]
        outro = Terminal(tmp_path, SMARTBILL_URL=url, SMARTBILL_TOKEN=token)
        assert "API-CHAMADAS" in outro.ok("servicos", "listar")
    finally:
        processo.terminate()
        processo.communicate(timeout=10)


def cpf(i: int) -> str:
    digitos = [int(d) for d in f"{100_000_000 + i}"]
    for _ in range(2):
        resto = sum(d * p for d, p in zip(digitos, range(len(digitos) + 1, 1, -1))) % 11
        digitos.append(0 if resto < 2 else 11 - resto)
    return "".join(map(str, digitos))
