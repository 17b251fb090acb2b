import signal
from collections.abc import Iterator

import pytest
from smartbill import Smartbill
from smartbill.sandbox import Sandbox

# A shell makes a program that it starts in the background ignore SIGINT, and the program's children inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox() as server:
        yield server


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    server.reset()
    return server


@pytest.fixture
def sb(sandbox: Sandbox) -> Iterator[Smartbill]:
    with sandbox.client() as sb:
        yield sb
