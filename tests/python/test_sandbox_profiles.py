"""The sandbox as the platforms whose profiles the project has, by the client of Python."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from smartbill.errors import AuthenticationError, NotFoundError, ProfileError
from smartbill.sandbox import Sandbox

PROFILES = Path(__file__).parents[2] / "profiles"

# Whether the platform has a field for the company's own code.
CODES = {"asaas": True, "iugu": False, "lago": True, "omie": True, "vindi": True}


def test_every_profile_is_tried() -> None:
    assert sorted(file.stem for file in PROFILES.glob("*.toml")) == sorted(CODES)


@pytest.mark.parametrize("name", CODES)
def test_customers_live_on_every_platform(name: str) -> None:
    with Sandbox(profile=PROFILES / f"{name}.toml") as sandbox, sandbox.client() as sb:
        ids = []
        for n in range(5):
            code = {"codigoExterno": f"C-{n}"} if CODES[name] else {}
            written = sb.clientes.incluir({**code, "nome": f"Padaria {n}", "cpfCnpj": "24971563792"})
            assert (written.nome, written.cpf_cnpj) == (f"Padaria {n}", "24971563792")
            ids.append(written.id)
        changed = sb.clientes.alterar(str(ids[1]), {"nome": "Padaria Aurora"})
        assert (changed.id, changed.outcome) == (ids[1], "updated")
        assert sb.clientes.obter(str(ids[1])).nome == "Padaria Aurora"
        listed = list(sb.clientes.listar(page_size=2))
        assert [cliente.id for cliente in listed] == ids
        assert not any(cliente.extras for cliente in listed)
        with pytest.raises(NotFoundError):
            sb.clientes.obter("999")


def test_what_cannot_be_served_is_told_at_the_start(tmp_path: Path) -> None:
    profile = tmp_path / "acme.toml"
    profile.write_text("[fields.Cliente]\nid = 'nome'\n")
    with pytest.raises(ProfileError, match="`id` no lugar de `nome`"):
        Sandbox(profile=profile)


OAUTH2 = """
[auth]
scheme = "oauth2"
token_path = "/oauth/token"
scope = "billing"
"""


def test_many_calls_fetch_one_access_token(tmp_path: Path) -> None:
    profile = tmp_path / "oauth2.toml"
    for more in ("", 'send = "body"\n', 'body = "json"\n'):
        profile.write_text(OAUTH2 + more, encoding="utf-8")

        async def job(sandbox: Sandbox) -> list[object]:
            async with sandbox.async_client() as sb:
                return await asyncio.gather(*(sb.servicos.obter("1") for _ in range(20)))

        with Sandbox(profile=profile) as sandbox:
            assert len(asyncio.run(job(sandbox))) == 20
            # Twenty calls, one request for the token, and one for the count itself.
            assert sandbox.state()["requests"] == 21


def test_without_an_access_token_nothing_is_sent(tmp_path: Path) -> None:
    profile = tmp_path / "oauth2.toml"
    profile.write_text(OAUTH2, encoding="utf-8")
    with Sandbox(profile=profile) as sandbox, sandbox.client(token="other:secret", language="en") as sb:
        with pytest.raises(AuthenticationError, match="invalid_client") as info:
            sb.clientes.incluir({"codigoExterno": "A", "nome": "Ana", "cpfCnpj": "52998224725"})
        assert info.value.outcome == "not_sent"
        with pytest.raises(AuthenticationError, match="invalid_client"):
            sb.clientes.importar([{"codigoExterno": "A", "nome": "Ana", "cpfCnpj": "52998224725"}])
        assert sandbox.state()["clientes"]["total"] == 0
