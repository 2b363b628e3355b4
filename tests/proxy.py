"""A TCP proxy of ours before a server: it forwards, or falls silent as a host does that has vanished."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Proxy:
    """Listens on a port of this machine and leads to `target`: a port of this machine, or a Unix socket."""

    def __init__(self, target: int | Path) -> None:
        self.target = target
        self.port = 0
        self._flows = threading.Event()
        self._flows.set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def fall_silent(self) -> None:
        """From now on it takes connections and bytes, and passes nothing on."""
        self._flows.clear()

    def speak_again(self) -> None:
        """Passes on what it kept, and what comes."""
        self._flows.set()

    def altered(self, content: bytes) -> bytes:
        """What it passes on, in either direction."""
        return content

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._while_silent()
        if isinstance(self.target, Path):
            there_reader, there_writer = await asyncio.open_unix_connection(self.target)
        else:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target)
        with suppress(asyncio.CancelledError):
            await asyncio.gather(self._pass(reader, there_writer), self._pass(there_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            while content := await reader.read(65_536):
                await self._while_silent()
                writer.write(self.altered(content))
                await writer.drain()
        writer.close()

    async def _while_silent(self) -> None:
        while not self._flows.is_set():
            await asyncio.sleep(0.02)


@contextmanager
def proxy(target: int | Path, kind: type[Proxy] = Proxy) -> Iterator[Proxy]:
    """A running proxy, stopped at the end."""
    running = kind(target)
    running.start()
    try:
        yield running
    finally:
        running.stop()
