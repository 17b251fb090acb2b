"""Spark from PyPI, with executors that are processes of their own: tasks that die, and tasks that run twice at once."""

from __future__ import annotations

import os
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.compute
import pyspark
import pytest
import smartbill.spark
from pyspark import TaskContext, cloudpickle
from pyspark.errors import PythonException
from pyspark.sql import SparkSession
from smartbill import Smartbill
from smartbill.batch import Progress
from smartbill.errors import ConfigurationError
from smartbill.sandbox import Sandbox

People = Callable[[int], "list[dict[str, str]]"]

KEYS = """name = "keys"
[operations]
"clientes.incluir" = { promise = "idempotency_key" }
"clientes.alterar" = { promise = "idempotency_key" }
"""


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster of two machines, as far as Spark can tell: it never runs two attempts of a task on one machine."""
    folder = tmp_path_factory.mktemp("spark")
    home = Path(pyspark.__file__).parent
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    master = f"spark://127.0.0.1:{port}"
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_DAEMON_MEMORY": "256m"}
    commands = [["master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]]
    for host in ("127.0.0.2", "127.0.0.3"):
        worker = [
            "--host",
            host,
            "--webui-port",
            "0",
            "--cores",
            "2",
            "--memory",
            "1g",
            "--work-dir",
            str(folder / host),
        ]
        commands.append(["worker.Worker", *worker, master])
    running = []
    with (folder / "log").open("w", encoding="utf-8") as log:
        for name, *arguments in commands:
            command = [str(home / "bin/spark-class"), f"org.apache.spark.deploy.{name}", *arguments]
            running.append(subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT))
        yield master
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait(30)


@pytest.fixture(scope="module")
def spark(master: str) -> Iterator[SparkSession]:
    session = (
        SparkSession.builder.master(master)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executor.memory", "512m")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.task.maxFailures", "3")
        .config("spark.speculation", "true")
        .config("spark.speculation.interval", "100ms")
        .config("spark.speculation.minTaskRuntime", "100ms")
        .config("spark.speculation.quantile", "0.5")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    # The executors cannot import this file.
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    yield session
    session.stop()


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "keys.toml"
    path.write_text(KEYS, encoding="utf-8")
    return path


@pytest.fixture
def sandbox(profile: Path) -> Iterator[Sandbox]:
    with Sandbox(profile=profile) as sandbox:
        yield sandbox


@pytest.fixture
def connect(sandbox: Sandbox, profile: Path) -> Callable[[], Smartbill]:
    return partial(Smartbill, sandbox.url, token=sandbox.token, profile=profile, trust_env=False)


def test_a_frame_in_two(spark: SparkSession, people: People) -> None:
    rows = [*people(20), {"codigo_externo": "X", "nome": "Errada", "cpf_cnpj": "52998224726"}]
    frame = spark.createDataFrame(rows).repartition(2)
    good, bad = smartbill.spark.validate(frame, "clientes", language="en")
    assert good.schema == frame.schema
    assert sorted(row.codigo_externo for row in good.collect()) == sorted(row["codigo_externo"] for row in people(20))
    (wrong,) = bad.collect()
    assert (wrong.codigo_externo, wrong.smartbill_codes) == ("X", ["digito_verificador"])
    assert wrong.smartbill_findings == "cpfCnpj: check digit does not match"


def test_rows_arrive_once_and_a_second_run_changes_nothing(
    spark: SparkSession, sandbox: Sandbox, connect: Callable[[], Smartbill], people: People
) -> None:
    rows = [
        *people(100),
        {"codigo_externo": None, "nome": "Sem Código", "cpf_cnpj": "52998224725"},
        {"codigo_externo": "R", "nome": "Repetida", "cpf_cnpj": "52998224725"},
        {"codigo_externo": " r ", "nome": "Outra", "cpf_cnpj": "52998224726"},
        {"codigo_externo": "R", "nome": "Repetida", "cpf_cnpj": "11144477735"},
    ]
    frame = spark.createDataFrame(rows, "codigo_externo string, nome string, cpf_cnpj string").repartition(2)
    result = smartbill.spark.importar(frame, "clientes", connect, key="codigo_externo", batch="1")
    assert result.counts == {"created": 100, "rejected": 4}
    assert sandbox.state()["clientes"]["total"] == 100
    rejected = result.rows.filter(pyarrow.compute.equal(result.rows["state"], "rejected")).to_pylist()
    assert sorted((row["key"] or "", *row["codes"]) for row in rejected) == [
        ("", "sem_codigo_externo"),
        (" r ", "digito_verificador"),
        ("R", "linha_duplicada"),
        ("R", "linha_duplicada"),
    ]
    frame = frame.withColumnRenamed("nome", "pessoa")
    again = smartbill.spark.importar(
        frame, "clientes", connect, key="codigo_externo", batch="2", columns={"pessoa": "nome"}
    )
    assert again.counts == {"unchanged": 100, "rejected": 4}
    assert sum(again.rows["attempts"].to_pylist()) == 0


class Wrapped:
    """A client that does something else in the middle of an import."""

    def __init__(self, sb: Smartbill) -> None:
        self.sb = sb

    def __enter__(self) -> Wrapped:
        return self

    def __exit__(self, *raised: object) -> None:
        self.sb.close()

    @property
    def clientes(self) -> Wrapped:
        return self

    consumos = clientes

    def importar(self, source: Any, **options: Any) -> Any:
        return self.sb.clientes.importar(source, **options)


class Dying(Wrapped):
    """The first attempt at each partition ends its process after ten rows."""

    done = 0

    def importar(self, source: Any, **options: Any) -> Any:
        return super().importar(source, on_row=self.die, **options)

    def die(self, _: object) -> None:
        self.done += 1
        if self.done == 10 and TaskContext.get().attemptNumber() == 0:
            os._exit(9)


class Meeting(Wrapped):
    """Two attempts at the first partition wait for each other, after they compared and after they sent."""

    def __init__(self, sb: Smartbill, address: tuple[str, int]) -> None:
        super().__init__(sb)
        self.address = address

    def importar(self, source: Any, **options: Any) -> Any:
        task = TaskContext.get()
        if task is None or task.partitionId() != 0:
            return super().importar(source, **options)
        waiting = ["compared"]

        def listen(progress: Progress) -> None:
            if progress.phase == "sending" and waiting:
                self.meet(waiting.pop())

        result = super().importar(source, progress=listen, **options)
        self.meet("sent")
        return result

    def meet(self, stage: str) -> None:
        with socket.create_connection(self.address) as connection:
            connection.sendall(f"{stage}\n".encode())
            assert connection.recv(1) == b"+"


@pytest.fixture
def meeting() -> Iterator[tuple[str, int]]:
    """The address where two attempts meet: it answers once both are there."""
    stages = {b"compared\n": threading.Barrier(2), b"sent\n": threading.Barrier(2)}

    class Meet(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            stages[self.rfile.readline()].wait(60)
            self.wfile.write(b"+")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Meet) as server:
        threading.Thread(target=server.serve_forever).start()
        yield ("127.0.0.1", server.server_address[1])
        server.shutdown()


def test_a_task_that_dies_in_the_middle(
    spark: SparkSession, sandbox: Sandbox, connect: Callable[[], Smartbill], people: People
) -> None:
    frame = spark.createDataFrame(people(200))
    fragile: Any = partial(wrapped, Dying, connect)
    result = smartbill.spark.importar(frame, "clientes", fragile, key="codigo_externo", batch="1", tasks=2)
    # The first attempts at both partitions had sent ten rows at least, which the second ones did not add again.
    assert sum(result.counts.values()) == 200
    assert result.counts["created"] <= 180
    each_row_is_there_once(sandbox, result, people(200))


def test_two_attempts_at_once(
    spark: SparkSession,
    sandbox: Sandbox,
    connect: Callable[[], Smartbill],
    people: People,
    meeting: tuple[str, int],
) -> None:
    frame = spark.createDataFrame(people(200))
    slow: Any = partial(wrapped, Meeting, connect, meeting)
    result = smartbill.spark.importar(frame, "clientes", slow, key="codigo_externo", batch="1", tasks=2)
    each_row_is_there_once(sandbox, result, people(200))
    # Both attempts sent each row of the first partition, and the platform did it at the first.
    assert sandbox.state()["replays"] > 50


def each_row_is_there_once(sandbox: Sandbox, result: smartbill.spark.Imported, rows: list[dict[str, str]]) -> None:
    state = sandbox.state()
    assert (state["clientes"]["total"], state["clientes"]["duplicates"]) == (len(rows), 0)
    assert sorted(result.rows["key"].to_pylist()) == sorted(row["codigo_externo"] for row in rows)
    assert set(result.rows["state"].to_pylist()) == {"done"}


def wrapped(wrapper: Callable[..., Any], connect: Callable[[], Smartbill], *arguments: Any) -> Any:
    return wrapper(connect(), *arguments)


def test_a_profile_without_keys_is_refused_before_any_task(spark: SparkSession) -> None:
    frame = spark.createDataFrame([{"codigo_externo": "A"}])
    connect = partial(Smartbill, "http://127.0.0.1:9", token="t", trust_env=False)
    with pytest.raises(ConfigurationError, match="não promete `idempotency_key`"):
        smartbill.spark.importar(frame, "clientes", connect, key="codigo_externo", batch="1")


def test_what_cannot_be_is_refused(spark: SparkSession, connect: Callable[[], Smartbill]) -> None:
    frame = spark.createDataFrame([{"codigo_externo": "A"}])
    with pytest.raises(ConfigurationError, match="no column `codigo`"):
        smartbill.spark.importar(frame, "clientes", connect, key="codigo", batch="1")
    with pytest.raises(ConfigurationError, match="`journal` does not go here"):
        smartbill.spark.importar(frame, "clientes", connect, key="codigo_externo", batch="1", journal="j")


def test_a_platform_that_refuses_the_token_fails_the_job(
    spark: SparkSession, sandbox: Sandbox, profile: Path, people: People
) -> None:
    connect = partial(Smartbill, sandbox.url, token="wrong", profile=profile, trust_env=False)
    with pytest.raises(PythonException, match="AuthenticationError"):
        smartbill.spark.importar(
            spark.createDataFrame(people(2)), "clientes", connect, key="codigo_externo", batch="1", tasks=1
        )
