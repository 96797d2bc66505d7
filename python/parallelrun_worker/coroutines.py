"""Async entry scripts: one event loop for the life of the worker, so that what `init` opened still works in `run`."""

from __future__ import annotations

import asyncio

_loop: asyncio.AbstractEventLoop | None = None


def wait_for(awaitable):
    return _event_loop().run_until_complete(_finish(awaitable))


def drain(generator) -> list:
    """Everything that an async generator yields."""
    return _event_loop().run_until_complete(_collect(generator))


def _event_loop() -> asyncio.AbstractEventLoop:
    global _loop
    if _loop is None or _loop.is_closed():
        _loop = asyncio.new_event_loop()
        asyncio.set_event_loop(_loop)
    return _loop


async def _finish(awaitable):
    return await awaitable


async def _collect(generator) -> list:
    return [row async for row in generator]
