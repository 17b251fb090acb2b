from collections.abc import Iterator

import pytest
from smartbill import Smartbill
from smartbill.sandbox import Sandbox


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
