import signal
from collections.abc import Iterator

import pytest
from smartbill import Smartbill
from smartbill.sandbox import Sandbox

# A shell makes what it starts in the background deaf to Ctrl+C, and all that this starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def servidor() -> Iterator[Sandbox]:
    with Sandbox() as servidor:
        yield servidor


@pytest.fixture
def sandbox(servidor: Sandbox) -> Sandbox:
    servidor.reiniciar()
    return servidor


@pytest.fixture
def sb(sandbox: Sandbox) -> Iterator[Smartbill]:
    with sandbox.cliente() as sb:
        yield sb
