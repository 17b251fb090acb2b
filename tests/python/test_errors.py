"""The exceptions: one for each kind of the core, and each what a Python user would catch."""

import copy
import json
import pickle
from pathlib import Path

import pytest
import smartbill
from smartbill import errors
from smartbill.errors import FieldError, SmartbillError

CLASSES = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, SmartbillError) and c.code]


def test_codigos_sao_os_do_contrato() -> None:
    contrato = json.loads((Path(__file__).parents[1] / "vectors/errors.json").read_text("utf-8"))
    assert sorted(c.code for c in CLASSES) == sorted(contrato)


@pytest.mark.parametrize(
    ("classe", "embutida"),
    [
        (errors.ValidationError, ValueError),
        (errors.ConfigurationError, ValueError),
        (errors.ProfileError, ValueError),
        (errors.RejectedError, ValueError),
        (errors.SpreadsheetError, ValueError),
        (errors.NotFoundError, LookupError),
        (errors.PermissionDeniedError, PermissionError),
        (errors.ApiConnectionError, ConnectionError),
        (errors.ApiTimeoutError, TimeoutError),
        (errors.FileError, OSError),
    ],
)
def test_tambem_e_a_excecao_embutida(classe: type[SmartbillError], embutida: type[Exception]) -> None:
    assert issubclass(classe, embutida)


@pytest.mark.parametrize("classe", CLASSES)
def test_copia_e_pickle_guardam_tudo(classe: type[SmartbillError]) -> None:
    report = smartbill.Cliente.conferir({"nome": "A"})
    erro = classe(
        "clientes.incluir: recusado",
        operation="clientes.incluir",
        status=422,
        server_code="E1",
        fields=[FieldError("cpfCnpj", None, "inválido")],
        report=report,
        request_id="r-1",
        attempts=3,
        outcome="unknown",
        retry_after=1.5,
        body="{}",
    )
    for outro in (pickle.loads(pickle.dumps(erro)), copy.copy(erro)):
        assert type(outro) is classe
        assert str(outro) == outro.message == "clientes.incluir: recusado"
        assert vars(outro) == vars(erro)
    assert erro.fields[0].path == "cpfCnpj"


def test_causas_viram_cause() -> None:
    erro = errors._raised("connection", "sem conexão", ["tcp connect error", "refused"], {"attempts": 2})
    assert isinstance(erro, errors.ApiConnectionError)
    assert str(erro.__cause__) == "tcp connect error"
    assert erro.__cause__ is not None
    assert str(erro.__cause__.__cause__) == "refused"
