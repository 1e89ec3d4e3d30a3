"""Keep-alive clients that cost little: HTTP/1.1 on plain sockets, in a process of their own."""

import asyncio
import json
import sys
import time
from typing import Final

HEAD_END: Final = b"\r\n\r\n"


class Door:
    """One connection that sends requests one after another."""

    def __init__(self, port: int, key: str) -> None:
        """Open later, with `open`."""
        self._port = port
        self._key = key

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> int:
        """Send a request, read the whole answer, and say its status."""
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self._key}\r\n"
        if body:
            head += f"Content-Type: {kind or 'application/json'}\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(head.encode() + b"\r\n" + body)
        answer = await self._reader.readuntil(HEAD_END)
        await self._rest(answer.lower())
        return int(answer[9:12])

    async def _rest(self, head: bytes) -> None:
        if b"transfer-encoding: chunked" in head:
            while (size := int((await self._reader.readuntil(b"\r\n")).strip(), 16)) > 0:
                await self._reader.readexactly(size + 2)
            await self._reader.readexactly(2)
            return
        length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await self._reader.readexactly(int(length or 0))

    def close(self) -> None:
        """Disconnect."""
        self._writer.close()


async def post_all(
    port: int, key: str, path: str, bodies: list[bytes], clients: int, kind: str
) -> float:
    """Post every body once, shared by so many keep-alive clients; the seconds that it took."""
    doors = [Door(port, key) for _ in range(clients)]
    for door in doors:
        await door.open()
    waiting = iter(bodies)

    async def keep_posting(door: Door) -> None:
        for body in waiting:
            status = await door.ask("POST", path, body, kind)
            if status not in {200, 201}:
                raise SystemExit(f"{path} answered {status}")

    began = time.perf_counter()
    await asyncio.gather(*(keep_posting(door) for door in doors))
    seconds = time.perf_counter() - began
    for door in doors:
        door.close()
    return seconds


async def time_each(port: int, key: str, paths: list[str]) -> list[float]:
    """Get each path in turn on one connection; the milliseconds that each took."""
    door = Door(port, key)
    await door.open()
    took = []
    for path in paths:
        began = time.perf_counter()
        status = await door.ask("GET", path)
        took.append((time.perf_counter() - began) * 1000)
        if status != 200:  # noqa: PLR2004 (the one good answer)
            raise SystemExit(f"{path} answered {status}")
    door.close()
    return took


def main() -> None:
    """Take orders as lines of JSON, one at a time, and answer each with a line."""
    for line in sys.stdin:
        order = json.loads(line)
        if "paths" in order:
            print(json.dumps(asyncio.run(time_each(order["port"], order["key"], order["paths"]))))
        else:
            bodies = [body.encode() for body in order["bodies"]]
            told = (order["port"], order["key"], order["path"], bodies, order["clients"])
            kind = order.get("kind", "")
            print(json.dumps(asyncio.run(post_all(*told, kind))))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
