"""The client as a Python object: what goes wrong, Ctrl-C, fork, threads, the environment, the log."""

from __future__ import annotations

import logging
import os
import pickle
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import pytest
import smartbill
from smartbill import INFINITE, Smartbill
from smartbill.errors import (
    ApiConnectionError,
    ApiTimeoutError,
    AuthenticationError,
    ConfigurationError,
    FileError,
    JournalError,
    ProfileError,
    RateLimitedError,
    ResponseError,
    ServerError,
    SmartbillError,
    SpreadsheetError,
    ValidationError,
)
from smartbill.sandbox import Sandbox

CLIENTE = {"codigoExterno": "C-1", "nome": "Padaria Aurora", "cpfCnpj": "11222333000181"}


@pytest.fixture
def deaf() -> Iterator[str]:
    """The address of a server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_wrong_token_is_not_tried_again(sandbox: Sandbox) -> None:
    before = sandbox.state()["requests"]
    with sandbox.client(token="outro-segredo") as sb, pytest.raises(AuthenticationError) as info:
        sb.clientes.obter("1")
    assert (info.value.status, info.value.attempts) == (401, 1)
    assert sandbox.state()["requests"] == before + 1
    assert "outro-segredo" not in str(info.value) + repr(vars(info.value))


def test_the_server_is_down() -> None:
    url = closed_port()
    with Smartbill(url, token="t", max_attempts=3, timeout=5) as sb:
        start = time.monotonic()
        with pytest.raises(ConnectionError) as info:
            sb.clientes.incluir(CLIENTE)
    error = info.value
    assert isinstance(error, ApiConnectionError)
    assert (error.attempts, error.outcome) == (3, "not_sent")
    assert url.removeprefix("http://") in str(error)
    assert time.monotonic() - start < 5
    assert error.__cause__ is not None


def test_time_limits(deaf: str) -> None:
    with Smartbill(deaf, token="t", attempt_timeout=0.1, max_attempts=2) as sb:
        with pytest.raises(TimeoutError) as info:
            sb.clientes.obter("1")
        assert isinstance(info.value, ApiTimeoutError)
        assert info.value.attempts == 2
        with pytest.raises(ApiTimeoutError) as info:
            sb.clientes.obter("1", attempt_timeout=INFINITE, timeout=0.2)
        assert info.value.attempts == 1
    for wrong in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="`timeout` não pode ser"):
            Smartbill(deaf, timeout=wrong)


def test_the_server_fails_and_asks_to_wait(sandbox: Sandbox) -> None:
    with sandbox.client(max_attempts=2, language="en") as sb:
        sandbox.faults({"rules": [{"kind": "error", "status": 503}]})
        with pytest.raises(ServerError) as info:
            sb.clientes.obter("1")
        assert (info.value.status, info.value.attempts) == (503, 2)
        assert info.value.message.startswith("clientes.obter: the platform")
        sandbox.faults({"rules": [{"kind": "rate_limit", "retryAfter": 120}]})
        with pytest.raises(RateLimitedError) as limited:
            sb.clientes.obter("1")
        assert limited.value.retry_after == 120
    sandbox.faults({})


@pytest.mark.parametrize("url", ["", "api.example.com", "ftp://x", "http://api.example.com", "https://u:s3nha@x"])
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(ConfigurationError) as info:
        Smartbill(url, token="t")
    assert "s3nha" not in str(info.value)


def test_wrong_options(tmp_path: Path) -> None:
    bad = tmp_path / "ruim.toml"
    bad.write_text('[operations]\n"clientes.explodir".path = "/x"\n')
    with pytest.raises(ProfileError, match=r"ruim\.toml.*clientes\.explodir|clientes\.explodir.*ruim\.toml"):
        Smartbill("https://x", profile=bad)
    with pytest.raises(FileError, match=r"nenhum\.toml"):
        Smartbill("https://x", profile=tmp_path / "nenhum.toml")
    with pytest.raises(ConfigurationError, match=r"`ca`.*nenhum\.pem"):
        Smartbill("https://x", ca=tmp_path / "nenhum.pem")
    with pytest.raises(ConfigurationError):
        Smartbill("https://x", ca=b"isto nao e PEM")
    with pytest.raises(ValueError, match="`frances`"):
        Smartbill("https://x", language="frances")  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError):
        Smartbill("https://x", token="com espaço ")
    with pytest.raises(ConfigurationError):
        Smartbill("https://x", max_attempts=0)


def test_errors_come_in_the_language_asked_for(sandbox: Sandbox, tmp_path: Path) -> None:
    journal, sheet, profile = tmp_path / "j", tmp_path / "c.csv", tmp_path / "p.toml"
    sheet.write_bytes(b"%PDF-1.7")
    profile.write_text('[operations]\n"clientes.explodir".path = "/x"\n')
    row = {"codigo_externo": "A", "nome": "Ana", "tipo_pessoa": "ESTRANGEIRO"}
    with sandbox.client() as sb:
        sb.clientes.importar([row], journal=journal)

    def sentences(language: Literal["pt-BR", "en"]) -> list[str]:
        with sandbox.client(language=language) as sb:
            calls: list[tuple[type[Exception], Callable[[], object]]] = [
                (JournalError, lambda: sb.clientes.importar([{**row, "nome": "Bia"}], journal=journal)),
                (SpreadsheetError, lambda: sb.clientes.importar(sheet, journal=tmp_path / "k")),
                (SpreadsheetError, lambda: sb.clientes.sincronizar(sheet)),
                (SpreadsheetError, lambda: smartbill.validar("clientes", sheet, language=language)),
                (FileError, lambda: sb.clientes.importar(tmp_path / "none.csv", journal=tmp_path / "k")),
                (ConfigurationError, lambda: sb.clientes.sincronizar([row], remover="x")),
                (ConfigurationError, lambda: sb.clientes.importar([row], limits={"x": 1})),
                (ProfileError, lambda: Smartbill("https://x", profile=profile, language=language)),
                (ConfigurationError, lambda: Smartbill("http://x", language=language)),
                (ValidationError, lambda: sb.clientes.listar(nome="\udc80")),
                (ValidationError, lambda: sb.clientes.obter("\udc80")),
            ]
            said = []
            for kind, call in calls:
                with pytest.raises(kind) as info:
                    call()
                said.append(str(info.value).replace(str(tmp_path), ""))
        return said

    portuguese, english = sentences("pt-BR"), sentences("en")
    of_portuguese = re.compile(r"[ãõçáéíóúâê]|\b(não|com|para|um|de|é)\b")
    assert [s for s in english if of_portuguese.search(s)] == []
    assert [s for s in portuguese if not of_portuguese.search(s)] == []


@pytest.mark.parametrize("broken", ["\udc80", "a\ud800"])
def test_text_that_is_no_unicode_is_an_error_with_a_name(sb: Smartbill, broken: str) -> None:
    calls: list[tuple[str, Callable[[], object]]] = [
        ("id", lambda: sb.clientes.obter(broken)),
        ("id", lambda: sb.clientes.alterar(broken, {"grupo": "x"})),
        ("id", lambda: sb.consumos.remover(broken)),
        ("id", lambda: sb.contratos.cancelar(broken, motivo="x")),
        ("id", lambda: sb.contratos.ativar(["1", broken])),
        ("idempotency_key", lambda: sb.clientes.incluir(CLIENTE, idempotency_key=broken)),
        ("nome", lambda: sb.clientes.incluir({**CLIENTE, "nome": broken})),
    ]
    for path, call in calls:
        with pytest.raises(ValidationError) as info:
            call()
        assert [(v.path, v.code) for v in info.value.findings] == [(path, "tipo_invalido")]
    with pytest.raises(TypeError, match="`id`"):
        sb.clientes.obter(17)  # type: ignore[arg-type]


def test_an_answer_may_have_so_many_bytes(sandbox: Sandbox, sb: Smartbill) -> None:
    sb.clientes.importar([{"codigo_externo": f"C{n}", "nome": "Ana", "tipo_pessoa": "ESTRANGEIRO"} for n in range(50)])
    assert len(list(sb.clientes.listar())) == 50
    with sandbox.client(max_body_bytes=2000) as little:
        with pytest.raises(ResponseError, match="max_body_bytes"):
            list(little.clientes.listar())
        assert len(list(little.clientes.listar(page_size=2))) == 50
    for wrong in (-1, "x", 1.5):
        with pytest.raises(ConfigurationError, match="max_body_bytes"):
            sandbox.client(max_body_bytes=wrong)


@pytest.mark.parametrize("fault", ["malformed", "truncated"])
def test_an_error_shows_nobody(sandbox: Sandbox, sb: Smartbill, fault: Literal["malformed", "truncated"]) -> None:
    address = {"logradouro": "Rua das Flores", "numero": "123", "cep": "01310100", "bairro": "Bela Vista"}
    ana = sb.clientes.incluir({"nome": "Ana Maria", "cpf_cnpj": "52998224725", "endereco": address})
    sandbox.faults({"rules": [{"kind": fault}]})
    with sandbox.client(max_attempts=1) as once, pytest.raises(SmartbillError) as info:
        once.clientes.obter(str(ana.id))
    sandbox.faults({})
    error = info.value
    shown = " ".join([str(error), repr(error), str(error.body), str(error.__cause__), repr(pickle.dumps(error))])
    for private in ("Ana", "Flores", "52998224725", "01310100", "Bela Vista"):
        assert private not in shown, shown


def test_what_holds_connections_says_why_it_has_no_pickle(sb: Smartbill, sandbox: Sandbox) -> None:
    result = sb.clientes.importar([{"codigo_externo": "A", "nome": "Ana", "cpf_cnpj": "52998224725"}])
    for held in (sb, sb.clientes, sandbox.async_client()):
        with pytest.raises(TypeError, match="make one in each process"):
            pickle.dumps(held)
    with pytest.raises(TypeError, match="pickle its `counts`"):
        pickle.dumps(result)
    assert pickle.loads(pickle.dumps(result.counts)) == result.counts


def test_the_environment_gives_what_options_leave_out(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, tmp_path: Path
) -> None:
    monkeypatch.setenv("SMARTBILL_TOKEN", sandbox.token)
    with Smartbill(sandbox.url) as sb:
        assert list(sb.clientes.listar()) == []
    with (
        pytest.raises(AuthenticationError, match="nenhum token foi dado"),
        Smartbill(sandbox.url, trust_env=False) as sb,
    ):
        list(sb.clientes.listar())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nenhum.pem"))
    with pytest.raises(ConfigurationError, match="REQUESTS_CA_BUNDLE"):
        Smartbill(sandbox.url)
    Smartbill(sandbox.url, trust_env=False).close()


def test_a_closed_client_says_so(sandbox: Sandbox) -> None:
    sb = sandbox.client()
    with sb:
        list(sb.clientes.listar())
    with pytest.raises(RuntimeError, match="closed"):
        sb.clientes.obter("1")
    sb.close()


def test_repr_holds_no_secret(sandbox: Sandbox) -> None:
    with sandbox.client() as sb:
        assert repr(sb) == f"Smartbill('{sandbox.url}', profile='default')"
        assert sandbox.token not in repr(sb)
        with pytest.raises(TypeError):
            pickle.dumps(sb)


def test_the_log_holds_no_secret(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "smartbill"), sandbox.client() as sb:
        sb.clientes.incluir({**CLIENTE, "email": "maria@example.com"})
        list(sb.clientes.listar(cpf_cnpj="11222333000181"))
    rows = [r.getMessage() for r in caplog.records if r.name == "smartbill"]
    assert any("clientes.incluir" in row for row in rows)
    text = "\n".join(rows)
    for secret in (sandbox.token, "maria@example.com", "11222333000181", "Padaria"):
        assert secret not in text


def test_threads_share_a_client(sandbox: Sandbox) -> None:
    def incluir(n: int) -> str | None:
        return sb.clientes.incluir({"codigoExterno": f"C-{n}", "nome": "Ana", "tipoPessoa": "ESTRANGEIRO"}).id

    with sandbox.client() as sb, ThreadPoolExecutor(8) as executor:
        ids = list(executor.map(incluir, range(40)))
    assert len(set(ids)) == 40


def test_the_gil_stays_free(deaf: str) -> None:
    with Smartbill(deaf, token="t", max_attempts=1) as sb:

        def wait() -> None:
            with pytest.raises(TimeoutError):
                sb.clientes.obter("1", timeout=0.5)

        waiting = threading.Thread(target=wait)
        waiting.start()
        turns = 0
        while waiting.is_alive():
            turns += 1
            time.sleep(0.001)
        assert turns > 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_it_works_after_a_fork(sandbox: Sandbox) -> None:
    with sandbox.client() as sb:
        sb.clientes.incluir(CLIENTE)
        child = os.fork()
        if child == 0:
            try:
                count = len(list(sb.clientes.listar()))
            except BaseException:
                count = 99
            os._exit(count)
        _, state = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(state) == 1
        assert len(list(sb.clientes.listar())) == 1


@pytest.mark.skipif(os.name == "nt", reason="signals are not sent this way")
def test_ctrl_c_ends_a_call_at_once(deaf: str) -> None:
    program = f"""
import smartbill, sys
print("pronto", flush=True)
try:
    smartbill.Smartbill({deaf!r}, token="t").clientes.obter("1")
except KeyboardInterrupt:
    print("interrompido", flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "pronto\n"
    time.sleep(0.5)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=10)
    assert output == "interrompido\n"
    assert time.monotonic() - start < 1


def test_the_client_speaks_the_profile_of_the_sandbox(tmp_path: Path) -> None:
    profile = tmp_path / "acme.toml"
    profile.write_text(
        'name = "acme"\n[encoding]\ndecimal = "cents"\ndate = "dd/mm/yyyy"\n'
        '[operations]\n"clientes.alterar".method = "PATCH"\n'
    )
    with Sandbox(profile=profile) as sandbox, sandbox.client() as sb:
        created = sb.clientes.incluir({**CLIENTE, "cpfCnpj": "52998224725", "dataNascimento": "1990-01-31"})
        assert str(created.data_nascimento) == "1990-01-31"
        assert sb.clientes.alterar(str(created.id), {"grupo": "ouro"}).grupo == "ouro"
        assert "profile='acme'" in repr(sb)
