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


def test_the_codes_are_those_of_the_vectors() -> None:
    contrato = json.loads((Path(__file__).parents[1] / "vectors/errors.json").read_text("utf-8"))
    # A file that is missing is one that cannot be opened, and has the same code.
    assert sorted(c.code for c in CLASSES if c is not errors.FileMissingError) == sorted(contrato)


@pytest.mark.parametrize(
    ("cls", "builtin"),
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
def test_it_is_the_builtin_exception_too(cls: type[SmartbillError], builtin: type[Exception]) -> None:
    assert issubclass(cls, builtin)


@pytest.mark.parametrize("cls", CLASSES)
def test_copy_and_pickle_keep_everything(cls: type[SmartbillError]) -> None:
    report = smartbill.Cliente.check({"nome": "A"})
    error = cls(
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
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(other) is cls
        assert str(other) == other.message == "clientes.incluir: recusado"
        assert vars(other) == vars(error)
    assert error.fields[0].path == "cpfCnpj"


def test_causes_become_the_cause() -> None:
    error = errors._raised("connection", "sem conexão", ["tcp connect error", "refused"], {"attempts": 2})
    assert isinstance(error, errors.ApiConnectionError)
    assert str(error.__cause__) == "tcp connect error"
    assert error.__cause__ is not None
    assert str(error.__cause__.__cause__) == "refused"


def test_pickle_keeps_what_the_system_said() -> None:
    error = errors._raised("io", "`nenhum.csv` não pode ser lido: não existe", [], {"errno": 2})
    assert isinstance(error, errors.FileMissingError)
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert (type(other), other.errno, other.filename) == (errors.FileMissingError, 2, "nenhum.csv")
        assert (other.strerror, str(other)) == (error.strerror, str(error))
