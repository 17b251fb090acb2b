"""No error carries the token, or what identifies a customer, however a server echoes the request."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote

import pytest
from smartbill import Smartbill
from smartbill.errors import SmartbillError

TOKEN = "tok-9f8e7d6c5b4a"
CLIENTE = {
    "codigoExterno": "A-1",
    "nome": "Ana Souza",
    "cpfCnpj": "52998224725",
    "email": "ana.souza@example.com",
    "celular": "11987654321",
}
SECRETS = [TOKEN, CLIENTE["cpfCnpj"], "529.982.247-25", CLIENTE["email"], CLIENTE["celular"]]

# Makes the status, a header and the body of an answer.
Echo = Callable[[str], "tuple[int, tuple[str, str], str]"]
JSON, TEXT, HTML = (("content-type", kind) for kind in ("application/json", "text/plain", "text/html"))


def field(echo: str) -> dict[str, str]:
    return {"field": "cpfCnpj", "message": echo, "code": echo}


ECHOES: dict[str, Echo] = {
    "400 with JSON": lambda echo: (
        400,
        JSON,
        json.dumps({"message": echo, "code": echo, "requestId": echo, "errors": [field(echo)]}),
    ),
    "401 with JSON": lambda echo: (401, JSON, json.dumps({"error": echo, "error_description": echo})),
    "409 with a text": lambda echo: (409, TEXT, echo),
    "500 with a page": lambda echo: (500, HTML, f"<html><title>{echo}</title><body>{echo}</body></html>"),
    "a redirect": lambda echo: (302, ("location", f"https://login.example/?back={quote(echo)}"), ""),
    "a request's number": lambda echo: (400, ("x-request-id", echo), "{}"),
    "200 with an error": lambda echo: (200, JSON, json.dumps({"success": False, "error": echo})),
    "200 with another record": lambda echo: (200, JSON, json.dumps({echo: echo})),
    "200 that is no JSON": lambda echo: (200, JSON, echo),
}

USES: dict[str, Callable[[Smartbill], object]] = {
    "incluir": lambda sb: sb.clientes.incluir(CLIENTE),
    "alterar": lambda sb: sb.clientes.alterar("1", CLIENTE),
    "obter": lambda sb: sb.clientes.obter("1"),
    "listar": lambda sb: list(sb.clientes.listar(cpf_cnpj=CLIENTE["cpfCnpj"])),
}


class EchoServer(ThreadingHTTPServer):
    """Answers every request with what it was sent, in the shape of `echo`."""

    daemon_threads = True
    echo: Echo

    def __init__(self) -> None:
        self.requests: list[str] = []
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    def answer(self) -> None:
        server = self.server
        assert isinstance(server, EchoServer)
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        headers = " ".join(f"{name}: {value}" for name, value in self.headers.items())
        request = f"{self.path} {headers} {body}"
        server.requests.append(request)
        status, (name, value), text = server.echo(request)
        self.send_response(status)
        self.send_header(name, value)
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = do_PUT = do_PATCH = answer  # noqa: N815

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    with EchoServer() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("echo", ECHOES)
def test_no_error_carries_a_secret(server: EchoServer, caplog: pytest.LogCaptureFixture, echo: str, use: str) -> None:
    server.echo = ECHOES[echo]
    server.requests.clear()
    url = f"http://127.0.0.1:{server.server_port}"
    sb = Smartbill(url, token=TOKEN, max_attempts=1)
    with caplog.at_level(logging.DEBUG), sb, pytest.raises(SmartbillError) as info:
        USES[use](sb)
    assert any(TOKEN in request for request in server.requests), "the token was sent, and so echoed"
    error = info.value
    shown = [
        str(error),
        repr(error),
        repr(vars(error)),
        repr(error.args),
        repr(vars(copy.copy(error))),
        pickle.dumps(error).decode("latin-1"),
        "".join(traceback.format_exception(type(error), error, error.__traceback__)),
        repr(error.__cause__) + repr(error.__context__),
        caplog.text,
    ]
    for secret in SECRETS:
        assert not [text for text in shown if secret in text], secret
