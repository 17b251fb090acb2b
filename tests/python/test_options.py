"""A wrong option is one kind of error, which names the option and what it may be, in the language of the client."""

from __future__ import annotations

import asyncio
import errno
import resource
from pathlib import Path
from typing import Any, Literal

import pytest
from smartbill import Smartbill, errors, read_table
from smartbill.errors import ConfigurationError
from smartbill.sandbox import Sandbox

OF_CLIENTS: list[tuple[dict[str, Any], str, str]] = [
    (
        {"timeout": 0},
        "`timeout` não pode ser `0`; use segundos acima de 0",
        "`timeout` cannot be `0`; use seconds above 0",
    ),
    ({"read_timeout": "x"}, "`read_timeout` não pode ser `x`", "`read_timeout` cannot be `x`"),
    ({"mode": "x"}, "`mode` não pode ser `x`; use `strict` ou `lenient`", "use `strict` or `lenient`"),
    (
        {"max_attempts": -1},
        "`max_attempts` não pode ser `-1`; use um número inteiro de 1 a",
        "a whole number from 1 to",
    ),
    ({"max_attempts": 0}, "`max_attempts` não pode ser `0`", "`max_attempts` cannot be `0`"),
    ({"max_attempts": 1.5}, "`max_attempts` não pode ser `1.5`", "`max_attempts` cannot be `1.5`"),
    ({"max_pages": True}, "`max_pages` não pode ser `True`", "`max_pages` cannot be `True`"),
    ({"max_connections": 0}, "`max_connections` não pode ser `0`", "`max_connections` cannot be `0`"),
    ({"allow_http": "x"}, "`allow_http` não pode ser `x`; use True ou False", "use True or False"),
    ({"proxy": 5}, "`proxy` não pode ser `int`; use um texto", "`proxy` cannot be `int`; use a text"),
]

OF_BATCHES: list[tuple[dict[str, Any], str, str]] = [
    ({"concurrency": 0}, "`concurrency` não pode ser `0`; use um número inteiro de 1 a 1000", "from 1 to 1000"),
    ({"concurrency": -1}, "`concurrency` não pode ser `-1`", "`concurrency` cannot be `-1`"),
    ({"rate": 0}, "`rate` não pode ser `0`; use um número acima de 0", "`rate` cannot be `0`; use a number above 0"),
    ({"rate": float("nan")}, "`rate` não pode ser `nan`", "`rate` cannot be `nan`"),
    ({"max_failures": -1}, "`max_failures` não pode ser `-1`; use um número inteiro, de 0 em diante", "from 0 on"),
    ({"deadline": 1e300}, "`deadline` não pode ser `1e\\+300`", "`deadline` cannot be `1e\\+300`"),
    ({"mode": "x"}, "`mode` não pode ser `x`", "`mode` cannot be `x`"),
    ({"optional": "x"}, "`optional` não pode ser `x`; use `leave_out` ou `refuse`", "use `leave_out` or `refuse`"),
    ({"columns": 5}, "`columns` não pode ser `int`; use um dicionário", "`columns` cannot be `int`; use a mapping"),
    ({"journal": 5}, "`journal` não pode ser `int`; use um caminho", "`journal` cannot be `int`; use a path"),
]


@pytest.mark.parametrize(("options", "pt", "en"), OF_CLIENTS, ids=[str(options) for options, *_ in OF_CLIENTS])
def test_of_clients(sandbox: Sandbox, options: dict[str, Any], pt: str, en: str) -> None:
    with pytest.raises(ConfigurationError, match=pt):
        sandbox.client(**options)
    with pytest.raises(ConfigurationError, match=en):
        sandbox.client(language="en", **options)


@pytest.mark.parametrize(("options", "pt", "en"), OF_BATCHES, ids=[str(options) for options, *_ in OF_BATCHES])
def test_of_batches(sandbox: Sandbox, sb: Smartbill, options: dict[str, Any], pt: str, en: str) -> None:
    before = sandbox.state()["requests"]
    with pytest.raises(ConfigurationError, match=pt):
        sb.clientes.importar([{"nome": "Ana"}], **options)
    with sandbox.client(language="en") as english, pytest.raises(ConfigurationError, match=en):
        english.clientes.importar([{"nome": "Ana"}], **options)
    assert sandbox.state()["requests"] == before


@pytest.mark.parametrize("options", [{"page_size": -1}, {"max_pages": -1}, {"timeout": 0}])
def test_of_calls(sb: Smartbill, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=f"`{next(iter(options))}` não pode ser"):
        sb.clientes.listar(**options)


def test_a_wrong_token_is_not_shown(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError) as info:
        sandbox.client(token=b"segredo")
    assert str(info.value) == "`token` não pode ser `bytes`; use um texto"
    with pytest.raises(ConfigurationError, match="`port` não pode ser `80000`"):
        Sandbox(port=80000)


def test_a_missing_file_is_what_people_catch(sb: Smartbill, tmp_path: Path) -> None:
    missing = tmp_path / "nenhum.csv"
    for read in (
        lambda: sb.clientes.importar(missing),
        lambda: read_table(missing),
        lambda: Smartbill("https://x", profile=missing),
        lambda: Sandbox(profile=missing),
        lambda: sb.clientes.importar([{"nome": "Ana"}], mapping=missing),
    ):
        with pytest.raises(FileNotFoundError) as info:
            read()
        error = info.value
        assert isinstance(error, errors.FileError)
        assert (error.errno, error.filename, error.code) == (errno.ENOENT, str(missing), "io")
        assert str(missing) in str(error)
        assert "[Errno" not in str(error)
    for take in (
        lambda: sb.clientes.importar(tmp_path),
        lambda: sb.clientes.sincronizar(tmp_path),
        lambda: read_table(tmp_path),
        lambda: sb.clientes.importar([{"nome": "Ana"}], mapping=tmp_path),
        lambda: sb.clientes.importar([{"nome": "Ana"}], dialect=tmp_path),
        lambda: sb.clientes.importar(b"Ana", layout=tmp_path),
        lambda: Smartbill("https://x", profile=tmp_path),
        lambda: Sandbox(profile=tmp_path),
    ):
        with pytest.raises(errors.FileError, match="não pode ser lido: é uma pasta, não um arquivo") as of_folder:
            take()
        assert of_folder.value.filename == str(tmp_path)
        assert not isinstance(of_folder.value, FileNotFoundError)


def test_an_unreadable_profile_is_told_in_the_language_of_the_client(tmp_path: Path) -> None:
    missing, latin = tmp_path / "nenhum.toml", tmp_path / "latin.toml"
    latin.write_bytes('name = "padrão"'.encode("latin-1"))
    for path, pt, en in (
        (
            missing,
            "não pode ser lido: não existe esse arquivo ou pasta",
            "cannot be read: there is no such file or folder",
        ),
        (latin, "não está em UTF-8", "is not in UTF-8"),
    ):
        told: dict[Literal["pt-BR", "en"], str] = {"pt-BR": pt, "en": en}
        for language, sentence in told.items():
            with pytest.raises(errors.FileError) as info:
                Smartbill("https://x", profile=path, language=language)
            assert str(info.value) == f"`{path}` {sentence}"
            assert info.value.filename == str(path)


def test_an_unreadable_certificate_is_told_in_the_language_of_the_client(tmp_path: Path) -> None:
    missing = tmp_path / "nenhum.pem"
    language: Literal["pt-BR", "en"]
    for language, why in (("pt-BR", "não existe esse arquivo ou pasta"), ("en", "there is no such file or folder")):
        with pytest.raises(ConfigurationError) as info:
            Smartbill("https://x", ca=missing, language=language)
        assert str(info.value) == f"`ca`: `{missing}`: {why}"


def test_a_refused_connection_has_a_number_and_one_language() -> None:
    said = {}
    for language in ("pt-BR", "en"):
        with (
            Smartbill("http://127.0.0.1:9", token="t", trust_env=False, max_attempts=1, language=language) as sb,
            pytest.raises(ConnectionError) as info,
        ):
            sb.clientes.obter("1")
        assert (info.value.errno, info.value.filename) == (errno.ECONNREFUSED, None)
        said[language] = str(info.value)
    assert "a conexão foi recusada" in said["pt-BR"]
    assert "the connection was refused" in said["en"]
    assert not [word for text in said.values() for word in ("os error", "tcp", "client error") if word in text]


def test_many_calls_take_few_connections(sandbox: Sandbox) -> None:
    """10,000 calls at once, where the process may open 256 files."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:

        async def task() -> list[Any]:
            async with sandbox.async_client(max_connections=50) as sb:
                return await asyncio.gather(*(sb.servicos.obter("1") for _ in range(10_000)))

        assert {servico.id for servico in asyncio.run(task())} == {"1"}
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
