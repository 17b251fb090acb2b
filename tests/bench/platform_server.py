"""A platform for `over_http.py`, in its own process, so that only the client's time counts: it gives prepared bytes.

Usage: python platform_server.py FOLDER, which prints its port. GET /api/v1/cobrancas gives the pages of FOLDER/api, and
GET below /<name>/ the pages of FOLDER/<name>. A POST creates a record with the next identifier.
"""

import asyncio
import re
import sys
from itertools import count
from pathlib import Path
from typing import Any

IDS = count(1)
PAGE = re.compile(rb"[?&](?:page|pagina)=(\d+)")
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Platform(asyncio.Protocol):
    def __init__(self, pages: dict[str, list[bytes]]) -> None:
        self.pages = pages
        self.received = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            head = self.received[:end]
            found = LENGTH.search(head)
            size = end + 4 + (int(found[1]) if found else 0)
            if len(self.received) < size:
                return
            self.received = self.received[size:]
            self.transport.write(self.answer(head))

    def answer(self, head: bytes) -> bytes:
        method, target = head.split(b"\r\n", 1)[0].split(b" ")[:2]
        if method == b"POST":
            body = b'{"id":"%d"}' % next(IDS)
            return response(b"201 Created", body)
        found = PAGE.search(target)
        kind = target.decode().split("/")[1]
        pages = self.pages.get(kind) or self.pages["api"]
        number = int(found[1]) if found else 1
        if "cobrancas" not in target.decode() and kind == "api":
            return response(b"200 OK", b'{"data":[],"hasMore":false}')
        return response(b"200 OK", pages[number - 1])


def response(status: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % (status, len(body)) + body


async def main(folder: Path) -> None:
    pages = {
        kind.name: [(kind / f"{number + 1}.json").read_bytes() for number in range(len(list(kind.iterdir())))]
        for kind in folder.iterdir()
    }
    server = await asyncio.get_running_loop().create_server(lambda: Platform(pages), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
