"""Fixtures for tests of programs that use this library; pytest finds them by itself once it is installed.

>>> def test_my_job(smartbill_client):
...     assert my_job(smartbill_client).counts.created == 2
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .client import Smartbill
    from .sandbox import Sandbox

__all__ = ["smartbill_client", "smartbill_sandbox"]


@pytest.fixture(scope="session")
def _smartbill_server() -> Iterator[Sandbox]:
    # Imported only by tests that use it: pytest loads this file wherever the library is installed.
    from .sandbox import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def smartbill_sandbox(_smartbill_server: Sandbox) -> Iterator[Sandbox]:
    """The platform's stand-in, with its sample services and nothing else, without faults, and at the present time."""
    _smartbill_server.faults({})
    _smartbill_server.reset()
    yield _smartbill_server
    _smartbill_server.faults({})


@pytest.fixture
def smartbill_client(smartbill_sandbox: Sandbox) -> Iterator[Smartbill]:
    """A client of :func:`smartbill_sandbox`."""
    with smartbill_sandbox.client() as client:
        yield client
