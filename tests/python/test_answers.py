"""Answers that are not quite what was asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from smartbill import Smartbill
from smartbill.validation import Finding

PAGE = b'[{"id":"1","numero":"A"},{"id":"2","dataVencimento":"0000-00-00","saldo":"abc"},{"id":"3"}]'


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    """Answers every request with `PAGE`, or with the first record of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            first = "pagina=1" in self.path
            body = PAGE if first else b"[]"
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_one_record_that_cannot_be_read_whole_does_not_hide_the_others(
    server: ThreadingHTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "smartbill"), Smartbill(f"http://127.0.0.1:{server.server_port}") as sb:
        first, second, third = sb.cobrancas.listar()
    assert (first.numero, first.findings, third.findings) == ("A", (), ())
    assert (second.id, second.data_vencimento, second.saldo) == ("2", None, None)
    assert all(isinstance(finding, Finding) for finding in second.findings)
    assert [(f.path, f.code, f.severity) for f in second.findings] == [
        ("dataVencimento", "data_invalida", "warning"),
        ("saldo", "numero_invalido", "warning"),
    ]
    assert second.findings[0].message("en") == "invalid date; use YYYY-MM-DD"
    expected = "cobrancas.listar: 1 records hold what cannot be read, first `dataVencimento` data_invalida"
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [expected]
