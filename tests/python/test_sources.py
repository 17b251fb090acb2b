"""What people have at hand as a source: rows of databases, dataclasses, open files, scalars of numpy. It is read as
they expect, or refused in one sentence before the first row."""

from __future__ import annotations

import array
import collections
import dataclasses
import enum
import io
import sqlite3
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from smartbill import Cliente, Smartbill, ValidationError, documentos
from smartbill.errors import ConfigurationError
from smartbill.sandbox import Sandbox

ANA = {"codigo_externo": "A", "nome": "Ana Maria", "cpf_cnpj": "52998224725"}
CSV = "Cód. Externo;Nome;CPF\nA;Ana Maria;52998224725\n".encode()
SELECT = "SELECT 'A' AS codigo_externo, 'Ana Maria' AS nome, '52998224725' AS cpf_cnpj, NULL AS email"


@dataclasses.dataclass
class Customer:
    codigo_externo: str
    nome: str
    cpf_cnpj: str


class Address(NamedTuple):
    uf: str
    cep: str


class CustomerTuple(NamedTuple):
    codigo_externo: str
    nome: str
    cpf_cnpj: str


class Mapped(collections.UserDict[str, Any]):
    """Cannot give what it has."""

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)


def pydantic_model() -> Any:
    pydantic = pytest.importorskip("pydantic")
    return pydantic.create_model("Customer", codigo_externo=(str, ...), nome=(str, ...), cpf_cnpj=(str, ...))(**ANA)


def numpy_record() -> Any:
    pd = pytest.importorskip("pandas")
    return pd.DataFrame([ANA]).to_records(index=False)[0]


def pandas_row() -> Any:
    pd = pytest.importorskip("pandas")
    return next(row for _, row in pd.DataFrame([ANA]).iterrows())


def sqlite_row() -> Any:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    return connection.execute(SELECT).fetchone()


ROWS: dict[str, Any] = {
    "dataclass": lambda: Customer(**ANA),
    "named tuple": lambda: CustomerTuple(**ANA),
    "pydantic": pydantic_model,
    "numpy record": numpy_record,
    "pandas row": pandas_row,
    "sqlite3.Row": sqlite_row,
    "model": lambda: Cliente.from_dict(ANA),
    "mapping": lambda: collections.ChainMap({}, ANA),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_is_whatever_names_its_fields(sb: Smartbill, name: str) -> None:
    row = ROWS[name]()
    assert sb.clientes.importar([row]).counts.created == 1
    assert Cliente.from_dict(row) == Cliente.from_dict(ANA)
    assert Cliente.check_all([row]).records == [Cliente.from_dict(ANA)]
    (cliente,) = sb.clientes.listar()
    assert (cliente.codigo_externo, cliente.nome, cliente.cpf_cnpj) == ("A", "Ana Maria", "52998224725")
    for alone in (sb.clientes.importar, Cliente.check_all):
        with pytest.raises(TypeError, match=r"registro só|coluna só"):
            alone(row)


def test_a_named_tuple_inside_a_row(sb: Smartbill) -> None:
    assert sb.clientes.importar([{**ANA, "endereco": Address("SP", "01310100")}]).counts.created == 1
    (cliente,) = sb.clientes.listar()
    assert cliente.endereco is not None
    assert (cliente.endereco.uf, cliente.endereco.cep) == ("SP", "01310100")


@pytest.mark.parametrize("factory", [None, sqlite3.Row])
def test_a_cursor_names_the_columns_of_its_tuples(sb: Smartbill, factory: Any) -> None:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = factory
    assert sb.clientes.importar(connection.execute(SELECT)).counts.created == 1
    assert sb.clientes.importar(connection.execute(SELECT)).counts.unchanged == 1
    by_header = "SELECT 'A' AS \"Cód. Externo\", 'Ana Maria da Silva' AS Nome, '529.982.247-25' AS CPF"
    assert sb.clientes.importar(connection.execute(by_header)).counts.updated == 1
    assert sb.clientes.importar(connection.execute(f"{SELECT} WHERE 0")).counts.total == 0


FILES: dict[str, Any] = {
    "open file": lambda path: path.open("rb"),
    "BytesIO": lambda _: io.BytesIO(CSV),
    "bytes": lambda _: CSV,
    "bytearray": lambda _: bytearray(CSV),
    "memoryview": lambda _: memoryview(CSV),
    "memoryview of half": lambda _: memoryview(CSV + CSV)[: len(CSV)],
    "path": lambda path: path,
    "text path": str,
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_a_path_or_open_or_its_bytes(sb: Smartbill, tmp_path: Path, name: str) -> None:
    path = tmp_path / "clientes.csv"
    path.write_bytes(CSV)
    source = FILES[name](path)
    try:
        result = sb.clientes.importar(source)
    finally:
        if isinstance(source, io.IOBase):
            source.close()
    assert (result.counts.created, result.sheet is not None) == (1, True)


def test_an_open_file_says_its_name_and_gives_no_more_than_the_limit(sb: Smartbill, tmp_path: Path) -> None:
    path = tmp_path / "clientes.csv"
    path.write_bytes(b"x;y\n1;2\n")
    with path.open("rb") as file, pytest.raises(ValueError, match=r"clientes\.csv"):
        sb.clientes.importar(file)

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(ValueError, match=r"1048576|limite"):
        sb.clientes.importar(endless, limits={"bytes": 1 << 20})
    assert endless.given <= 2 << 20


REFUSED: dict[str, Any] = {
    "a file open for text": (lambda path: path.open(), "abra com `rb`"),
    "StringIO": (lambda _: io.StringIO("a;b"), "abra com `rb`"),
    "a number": (lambda _: 5, "`int` não é caminho"),
    "nothing": (lambda _: None, "`NoneType` não é caminho"),
    "texts": (lambda _: ["a.csv", "b.csv"], "valores soltos"),
    "an array": (lambda _: array.array("i", [1, 2]), "valores soltos"),
    "tuples without names": (lambda _: [("A", "Ana")], "nomes de colunas"),
    "two columns of one name": (
        lambda _: sqlite3.connect(":memory:").execute("SELECT 1 AS id, 2 AS id"),
        "duas colunas `id`",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_source_is_refused_in_one_sentence(sb: Smartbill, tmp_path: Path, name: str) -> None:
    path = tmp_path / "clientes.csv"
    path.write_bytes(CSV)
    make, sentence = REFUSED[name]
    source = make(path)
    with pytest.raises(TypeError, match=sentence) as info:
        sb.clientes.importar(source)
    assert "\n" not in str(info.value)
    if isinstance(source, io.IOBase):
        source.close()


def test_what_is_no_source_of_a_data_frame_library(sb: Smartbill) -> None:
    pl = pytest.importorskip("polars")
    pa = pytest.importorskip("pyarrow")
    for source, sentence in (
        (pl.LazyFrame([ANA]), "`LazyFrame` não é"),
        (pl.Series(["a"]), "uma coluna só"),
        (pa.Table.from_arrays([pa.array(["A"]), pa.array(["B"])], names=["nome", "nome"]), "duas colunas `nome`"),
    ):
        with pytest.raises(TypeError, match=sentence):
            sb.clientes.importar(source)


@pytest.mark.parametrize("option", [{"sheet": "x"}, {"limits": {"rows": 1}}])
def test_options_of_files_are_refused_for_rows(sb: Smartbill, option: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=f"`{next(iter(option))}` só vale para arquivos"):
        sb.clientes.importar([ANA], **option)


def test_an_empty_cell_of_a_row_empties_the_field_where_that_was_asked(sb: Smartbill) -> None:
    row = {**ANA, "grupo": "ouro"}
    sb.clientes.importar([row])
    sb.clientes.importar([{**row, "grupo": None}])
    assert [c.grupo for c in sb.clientes.listar()] == ["ouro"]
    sb.clientes.importar([{**row, "grupo": None}], clear_empty=True)
    assert [c.grupo for c in sb.clientes.listar()] == [None]


def test_an_object_that_cannot_be_read_is_told_of_in_its_row(sb: Smartbill) -> None:
    odd = [Mapped(ANA), {**ANA, "endereco": Mapped({"uf": "SP"})}, {**ANA, "codigo_externo": "B"}]
    result = sb.clientes.importar(odd)
    assert [(row.number, row.code) for row in result.rejected()] == [(1, "tipo_invalido"), (2, "tipo_invalido")]
    assert result.counts.created == 1
    checked = Cliente.check_all(odd)
    assert [record is not None for record in checked.records] == [False, False, True]
    assert "objeto que não pode ser lido" in checked.reports[1].summary()


def test_what_the_source_itself_raises_ends_the_run(sb: Smartbill, sandbox: Sandbox) -> None:
    def rows() -> Iterator[dict[str, str]]:
        yield ANA
        raise LookupError("the connection to the database broke")

    with pytest.raises(LookupError, match="broke"):
        sb.clientes.importar(rows())
    assert sandbox.state()["clientes"]["total"] == 0


def test_scalars_of_other_libraries(sb: Smartbill) -> None:
    np = pytest.importorskip("numpy")

    class Group(enum.Enum):
        GOLD = "ouro"

    code = uuid.UUID("12345678123456781234567812345678")
    row = {
        "codigo_externo": code,
        "nome": np.str_("Ana Maria"),
        "cpf_cnpj": "52998224725",
        "data_nascimento": np.datetime64("1980-05-01"),
        "optante_simples": np.bool_(True),
        "grupo": Group.GOLD,
    }
    cliente = sb.clientes.incluir(row)
    assert cliente.codigo_externo == "12345678-1234-5678-1234-567812345678"
    assert (cliente.data_nascimento, cliente.optante_simples, cliente.grupo) == (date(1980, 5, 1), True, "ouro")
    for midnight in ("1980-05-01T00:00:00", "1980-05-01T00:00:00.000000000"):
        born = Cliente.from_dict({**ANA, "data_nascimento": np.datetime64(midnight)}).data_nascimento
        assert born == date(1980, 5, 1)
    for instant in ("1980-05-01T03:00:00", "1980-05-01T00:00:00.000000001", "300000-01-01"):
        with pytest.raises(ValidationError):
            Cliente.from_dict({**ANA, "data_nascimento": np.datetime64(instant)})


@pytest.mark.parametrize("text", ["52998224725", b"52998224725"])
def test_one_text_is_no_column(text: Any) -> None:
    with pytest.raises(TypeError, match="list of texts"):
        documentos.cpf.validar_coluna(text)
