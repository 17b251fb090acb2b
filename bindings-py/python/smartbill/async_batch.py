"""Batches and listings of the asynchronous client."""

from __future__ import annotations

import asyncio
import contextvars
import functools
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._smartbill import CoreStop, Listing, Table
from .batch import ImportResult, Progress, Row
from .imports import Plan, _listener, _pace

if TYPE_CHECKING:
    import os

    from typing_extensions import Self

    from .connection import AsyncConnection

__all__ = ["AsyncImport", "AsyncListing", "AsyncPlan"]

_T = TypeVar("_T")

_AHEAD = 256
"""How many rows an import may be ahead of who goes through them."""


async def in_thread(stop: CoreStop, work: Callable[..., _T], *args: Any) -> _T:
    """Does work that blocks in a thread of its own. Cancelled, it tells the work to stop and waits until it has."""
    executor = ThreadPoolExecutor(1, "smartbill-batch")
    try:
        call = functools.partial(contextvars.copy_context().run, work, *args)
        running = asyncio.get_running_loop().run_in_executor(executor, call)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait([running])
            # What it raised, since it was told to stop, is nobody's concern.
            running.exception()
            raise
    finally:
        executor.shutdown(wait=False)


class AsyncImport:
    """An import: ``await`` it for its :class:`smartbill.batch.ImportResult`, or go through its rows with ``async for``
    as their outcomes are written down, after which :attr:`result` has it. It begins when it is waited for, and once.

    Cancelled, or left before its end, it stops at once; the same call goes on where it was.
    """

    def __init__(
        self,
        core: Any,
        resource: str,
        source: object,
        options: dict[str, Any],
        progress: Callable[[Progress], object] | None,
        on_row: Callable[[Row], object] | None,
    ) -> None:
        self._stop = CoreStop()
        self._call = (resource, source, {**options, "stop": self._stop})
        self._core = core
        self._progress = progress
        self._on_row = on_row
        self.result: ImportResult | None = None
        """What the import did, once it is over."""

    def __await__(self) -> Generator[Any, None, ImportResult]:
        return self._run(self._on_row).__await__()

    async def _run(self, on_row: Callable[[Row], object] | None) -> ImportResult:
        listener = _listener(self._progress, on_row)
        core = await in_thread(self._stop, self._core.importar, *self._call, listener)
        self.result = ImportResult(core)
        return self.result

    async def __aiter__(self) -> AsyncIterator[Row]:
        loop = asyncio.get_running_loop()
        rows: asyncio.Queue[Row | None] = asyncio.Queue()
        room = Semaphore(_AHEAD)

        def put(row: Row) -> None:
            room.acquire()
            loop.call_soon_threadsafe(rows.put_nowait, row)
            if self._on_row is not None:
                self._on_row(row)

        running = asyncio.ensure_future(self._run(put))
        running.add_done_callback(lambda _: rows.put_nowait(None))
        try:
            while (row := await rows.get()) is not None:
                room.release()
                yield row
            await running
        finally:
            if not running.done():
                self._stop.set()
                # It may be waiting for room.
                room.release()
                running.cancel()
                await asyncio.wait([running])


class AsyncPlan(Plan):
    """A plan of the asynchronous client; as :class:`smartbill.Plan`, but :meth:`apply` is awaited."""

    async def apply(  # type: ignore[override]
        self,
        sb: AsyncConnection | None = None,
        *,
        journal: str | os.PathLike[str] | None = None,
        same_account: bool = False,
        concurrency: int | None = None,
        rate: float | None = None,
        deadline: float | None = None,
        max_failures: int | None = None,
        progress: Callable[[Progress], object] | None = None,
        on_row: Callable[[Row], object] | None = None,
    ) -> ImportResult:
        """Does what the plan says, after checking that nothing it touches has changed.

        :param sb: the client; needed for a plan read from JSON
        :param journal: the file that remembers what was done, with which a run that was killed goes on
        """
        stop = CoreStop()
        options = {
            **_pace(concurrency, rate, deadline, max_failures),
            "journal": journal,
            "same_account": same_account,
            "stop": stop,
        }
        client = self._applied_by(sb)
        return ImportResult(await in_thread(stop, client.apply, self._core, options, _listener(progress, on_row)))


class AsyncListing(Generic[_T]):
    """The records of a listing, for ``async for``; pages are read as they are needed."""

    def __init__(self, listing: Listing[_T]) -> None:
        self._listing = listing

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> _T:
        record = self._listing._next()
        if record is None and await self._read():
            record = self._listing._next()
        if record is None:
            raise StopAsyncIteration
        return record

    async def next_page(self) -> list[_T] | None:
        """The next page as a list, or None after the last; what a page begun has left comes first."""
        rest = self._listing._rest()
        if rest is None and await self._read():
            rest = self._listing._rest()
        return rest

    async def to_arrow(self) -> Table:
        """The records that are left, all pages, as a table for any data-frame library."""
        table: Table = await self._listing.to_arrow()  # type: ignore[misc]
        return table

    @property
    def total(self) -> int | None:
        """How many records the listing has, if the platform said so; None before the first page."""
        return self._listing.total

    @property
    def cursor(self) -> str | None:
        """Where the listing stands, to take it up again in another process: ``listar(cursor=…)``."""
        return self._listing.cursor

    async def _read(self) -> bool:
        has_read: bool = await self._listing._read()
        return has_read
