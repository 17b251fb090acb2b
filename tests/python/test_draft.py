"""Drafts of profiles, out of an OpenAPI document and recorded answers; what is expected was written by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# An invented platform, with names and shapes that several real ones have.
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Acme Billing\nevil = 1", "version": "1"},
    "servers": [{"url": "https://{host}/v2/", "variables": {"host": {"default": "api.acme.example"}}}],
    "security": [{"Fetched": []}, {"Key": [], "Account": []}],
    "paths": {
        "/customers": {
            "get": {
                "parameters": [
                    {"name": "start", "in": "query", "schema": {"type": "string", "format": "date-time"}},
                    {"name": "skip", "in": "query", "schema": {"type": "integer"}},
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 200, "default": 25}},
                    {"name": "external_id", "in": "query", "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "properties": {
                                        "customers": {
                                            "type": "array",
                                            "items": {"$ref": "#/components/schemas/Customer"},
                                        },
                                        "meta": {
                                            "properties": {
                                                "total": {"type": "integer"},
                                                "has_more": {"type": "boolean"},
                                            }
                                        },
                                    }
                                }
                            }
                        }
                    }
                },
            },
            "post": {
                "summary": "Create\na customer",
                "parameters": [{"name": "X-Idempotency-Key", "in": "header", "schema": {"type": "string"}}],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"properties": {"customer": {"$ref": "#/components/schemas/NewCustomer"}}}
                        }
                    }
                },
                "responses": {
                    "201": {"$ref": "#/components/responses/Customer"},
                    "422": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "properties": {
                                        "errors": {
                                            "type": "array",
                                            "items": {
                                                "properties": {
                                                    "code": {"type": "string"},
                                                    "message": {"type": "string"},
                                                }
                                            },
                                        }
                                    }
                                }
                            }
                        }
                    },
                },
            },
        },
        "/customers/{customer_id}.json": {
            "get": {"responses": {"200": {"$ref": "#/components/responses/Customer"}}},
            "put": {"responses": {"200": {"$ref": "#/components/responses/Customer"}}},
            "delete": {"deprecated": True, "responses": {"204": {}}},
        },
        "/customers/{customer_id}/subscriptions": {
            "get": {
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Subscription"}}
                            }
                        }
                    }
                }
            }
        },
        "/customers/{customer_id}/subscriptions/{id}/pause": {"patch": {"responses": {"204": {}}}},
        "/webhooks/events": {"get": {"responses": {"200": {}}}},
        "/a b/invoices": {"get": {"responses": {"200": {}}}},
    },
    "components": {
        "responses": {
            "Customer": {
                "content": {
                    "application/json": {
                        "schema": {"properties": {"customer": {"$ref": "#/components/schemas/Customer"}}}
                    }
                }
            }
        },
        "schemas": {
            "NewCustomer": {
                "properties": {
                    "name": {"type": "string"},
                    "tax_id": {"type": "string"},
                    "external_id": {"type": "string"},
                    "address": {"properties": {"zip": {"type": "string"}, "city": {"type": "string"}}},
                }
            },
            "Customer": {
                "allOf": [
                    {"$ref": "#/components/schemas/NewCustomer"},
                    {
                        "properties": {
                            "id": {"type": "integer"},
                            "active": {"type": "boolean"},
                            "birth_date": {"type": "string", "format": "date"},
                            "credit": {"type": "number"},
                            "parent": {"$ref": "#/components/schemas/Customer"},
                        }
                    },
                ]
            },
            "Subscription": {
                "properties": {
                    "id": {"type": "integer"},
                    "customer_id": {"type": "integer"},
                    "status": {"type": "string", "enum": ["active", "paused", "odd"]},
                    "interval": {"type": "string", "enum": ["monthly", "yearly"]},
                    "items": {
                        "type": "array",
                        "items": {
                            "properties": {
                                "product_id": {"type": "integer"},
                                "quantity": {"type": "number"},
                                "price_cents": {"type": "integer"},
                            }
                        },
                    },
                }
            },
        },
        "securitySchemes": {
            "Fetched": {"type": "oauth2"},
            "Key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            "Account": {"type": "apiKey", "in": "query", "name": "account"},
        },
    },
}


def smartbill(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "smartbill.cli", "--idioma", "en", *args]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def drafted(folder: Path, *args: str) -> list[str]:
    """The draft, which loads, line by line, without the comments."""
    done = smartbill(folder, "perfil", "rascunho", *args)
    assert done.returncode == 0, done.stderr
    (folder / "draft.toml").write_text(done.stdout, "utf-8")
    assert smartbill(folder, "perfil", "verificar", "draft.toml").stdout == "draft.toml: all is well\n"
    return [line.split(" # ")[0] for line in done.stdout.splitlines() if line and not line.startswith("#")]


def test_a_document_is_drafted_by_its_names_and_shapes(tmp_path: Path) -> None:
    (tmp_path / "acme.json").write_text(json.dumps(DOCUMENT), "utf-8")
    lines = drafted(tmp_path, "acme.json")
    for expected in (
        'name = "acme"',
        'base_path = "/v2"',
        'scheme = "several"',
        'parts = [{ scheme = "header", name = "X-Api-Key" }, { scheme = "query", name = "account" }]',
        'header = "X-Idempotency-Key"',
        '"clientes.incluir" = { method = "POST", path = "/customers", wrap = "customer", record = "customer", '
        'promise = "none" }',
        '"clientes.alterar" = { method = "PUT", path = "/customers/{id}.json", record = "customer", promise = "none" }',
        '"clientes.remover" = { unsupported = true }',
        '"clientes.obter" = { method = "GET", path = "/customers/{id}.json", record = "customer" }',
        '"clientes.listar" = { method = "GET", path = "/customers", items = "customers" }',
        '"contratos.listar" = { method = "GET", path = "/customers/{clienteId}/subscriptions" }',
        '"consumos.listar" = { unsupported = true }',
        '"cobrancas.listar" = { unsupported = true }',
        'style = "offset"',
        'offset = "skip"',
        'limit = "limit"',
        "default_size = 25",
        "max_size = 200",
        'total = "meta.total"',
        'more = "meta.has_more"',
        'code = "errors[0].code"',
        'message = "errors[0].message"',
        'id = "integer"',
        'codigoExterno = "external_id"',
        'nome = "name"',
        'cpfCnpj = "tax_id"',
        'endereco.cep = "address.zip"',
        'endereco.municipio = "address.city"',
        'dataNascimento = { name = "birth_date", send = false }',
        'situacao = { name = "active", values = { ATIVO = true, INATIVO = false }, send = false }',
        'situacao = { name = "status", values = { ATIVO = "active", SUSPENSO = "paused" } }',
        'periodicidade = { name = "interval", values = { MENSAL = "monthly", ANUAL = "yearly" } }',
        'itens = "items"',
        'servicoId = "product_id"',
        'valorUnitario = { name = "price_cents", as = "cents" }',
    ):
        assert expected in lines, expected
    told = (tmp_path / "draft.toml").read_text("utf-8")
    assert "https://api.acme.example" in told
    assert "not mapped: odd" in told
    assert "POST /customers Create a customer; it reads a key" in told
    # A line break in the document must not start a setting of the profile.
    assert "\nevil" not in told


def test_yaml_says_the_same(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    (tmp_path / "acme.json").write_text(json.dumps(DOCUMENT), "utf-8")
    (tmp_path / "acme.yaml").write_text(yaml.safe_dump(DOCUMENT, sort_keys=False), "utf-8")
    assert drafted(tmp_path, "acme.yaml") == drafted(tmp_path, "acme.json")


def test_a_recorded_answer_tells_the_fields(tmp_path: Path) -> None:
    answer = {
        "resultado": {
            "clientes": [{"codigo": 12, "razao_social": "X", "cnpj_cpf": "1", "data_nascimento": "31/12/1999"}],
            "total_de_registros": 3,
        }
    }
    (tmp_path / "answer.json").write_text(json.dumps(answer), "utf-8")
    lines = drafted(tmp_path, "--exemplo", "clientes.listar=answer.json", "--nome", "minha")
    assert lines == [
        'name = "minha"',
        "[list]",
        'items = "resultado.clientes"',
        'total = "resultado.total_de_registros"',
        "[encoding]",
        'id = "integer"',
        'decimal = "string"',
        'date = "dd/mm/yyyy"',
        "[fields.Cliente]",
        '"*" = false',
        'id = "codigo"',
        'nome = "razao_social"',
        'cpfCnpj = "cnpj_cpf"',
        'dataNascimento = "data_nascimento"',
    ]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.json", "{", "is not valid JSON"),
        ("a.json", "[" * 100_000, "is not valid YAML"),
        ("a.json", '{"a":' * 100_000, "is not valid JSON"),
        ("a.json", '{"openapi": "3.0.0"}', "is no OpenAPI 3 document"),
        ("a.json", '{"paths": []}', "is no OpenAPI 3 document"),
        ("a.yaml", "a: [", "is not valid YAML"),
        ("nothing.json", None, "nothing.json"),
    ],
)
def test_what_is_no_document_is_told(tmp_path: Path, name: str, text: str | None, reason: str) -> None:
    if name.endswith("yaml"):
        pytest.importorskip("yaml")
    if text is not None:
        (tmp_path / name).write_text(text, "utf-8")
    done = smartbill(tmp_path, "perfil", "rascunho", name)
    assert done.returncode == 2
    assert (reason in done.stderr, "Traceback" in done.stderr) == (True, False), done.stderr


def test_hostile_documents_are_drafted_all_the_same(tmp_path: Path) -> None:
    loop = {"$ref": "#/components/schemas/Loop"}
    wide = {"allOf": [{"properties": {str(n): {"$ref": "#/components/schemas/Wide"}}} for n in range(20)]}
    answer = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Wide"}}}}}
    document = {
        "info": [],
        "servers": [{"url": "https://[::1/\n"}],
        "security": "x",
        "paths": {
            "/customers": {"get": {"parameters": "x", "responses": answer}, "post": {"requestBody": loop}},
            "/customers/{id}": {"get": {"responses": []}},
            "/customers/{id}/x/y/z": 7,
            "/sub scriptions\n/{": {"get": {}},
        },
        "components": {
            "schemas": {"Loop": loop, "Wide": wide},
            "securitySchemes": {"A": {"type": "apiKey", "in": "header", "name": "host"}},
        },
    }
    (tmp_path / "a.json").write_text(json.dumps(document), "utf-8")
    assert 'name = "a"' in drafted(tmp_path, "a.json")
