"""Answers that are not quite what was asked for."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from smartbill import AsyncSmartbill, Smartbill
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


def test_what_answers_hold_that_nothing_knows_is_counted_and_told_once(
    server: ThreadingHTTPServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = (
        b'[{"id":"1","score":1,"situacao":"NOVA"},{"id":"2","score":2,"12345678909":"x","situacao":"Maria da Silva"}]'
    )
    monkeypatch.setattr(sys.modules[__name__], "PAGE", body)
    sb = Smartbill(f"http://127.0.0.1:{server.server_port}")
    with caplog.at_level(logging.WARNING, "smartbill"), sb:
        list(sb.cobrancas.listar())
        list(sb.cobrancas.listar())
    # The drift outlives the connections.
    entries, more = sb.drift()
    assert more == 0
    assert [(e.operation, e.kind, e.path, e.word, e.total) for e in entries] == [
        ("cobrancas.listar", "unknown_member", "*", None, 2),
        ("cobrancas.listar", "unknown_member", "score", None, 4),
        ("cobrancas.listar", "unmapped_word", "situacao", None, 2),
        ("cobrancas.listar", "unmapped_word", "situacao", "NOVA", 2),
    ]
    assert sorted(record.getMessage() for record in caplog.records) == [
        "cobrancas.listar: unknown member `*` in an answer",
        "cobrancas.listar: unknown member `score` in an answer",
        "cobrancas.listar: unknown word `NOVA` at `situacao` of an answer",
        "cobrancas.listar: unknown words at `situacao` of an answer",
    ]
    assert AsyncSmartbill("https://api.example.com").drift() == ([], 0)
