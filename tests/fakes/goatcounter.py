"""Stands in for GoatCounter's program: its command line, `GET /count`, hits kept in memory first.

Before the command come options of its own: how many of its hits it stores (all without), seconds
between two stores (0: each hit before its answer), and processor time that each hit costs.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
import time
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

DEFAULT_COLLECT = 190
PICTURE = b"GIF89a"


def create(options: argparse.Namespace) -> None:
    if options.rest != ["create", "site"]:
        sys.exit(f"error: unknown command {options.rest}")
    if not (options.createdb and options.vhost and options.email and options.password):
        sys.exit("error: -createdb, -vhost, -user.email and -user.password are needed")
    with closing(sqlite3.connect(options.db)) as database:
        database.executescript("create table sites (settings); create table hits (path, bot);")
        settings = json.dumps({"public": "private", "collect": DEFAULT_COLLECT}).encode()
        database.execute("insert into sites values (?)", [settings])
        database.commit()


async def serve(options: argparse.Namespace) -> None:
    database = sqlite3.connect(options.db)
    ((settings,),) = database.execute("select settings from sites")
    has_hits = bool(json.loads(settings)["collect"] & 256)
    waiting: list[tuple[str, int]] = []
    left = options.stores

    def store() -> None:
        nonlocal left
        stored, waiting[:] = waiting[:left], []
        left -= len(stored)
        if stored and has_hits:
            database.executemany("insert into hits values (?, ?)", stored)
            database.commit()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:  # whoever only looks whether it listens
            writer.close()
            return
        method, target, _ = head.split("\r\n", 1)[0].split()
        query = parse_qs(urlsplit(target).query)
        is_hit = method == "GET" and {"p", "t", "r", "rnd"} <= set(query) and "Mozilla" in head
        if is_hit:
            waiting.append((query["p"][0], 0))
            until = time.process_time() + options.costs_ms / 1000
            while time.process_time() < until:
                pass
        if not options.every_s:
            store()
        status = b"200 OK" if is_hit else b"400 Bad Request"
        writer.write(
            b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
            % (status, len(PICTURE), PICTURE)
        )
        await writer.drain()
        writer.close()

    host, port = options.listen.split(":")
    async with await asyncio.start_server(answer, host, int(port)):
        while True:
            await asyncio.sleep(options.every_s or 60)
            store()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--stores", type=int, default=10**9)
    parser.add_argument("--every-s", type=float, default=0.2)
    parser.add_argument("--costs-ms", type=float, default=0.0)
    parser.add_argument("command", choices=["db", "serve"])
    parser.add_argument("rest", nargs="*")
    parser.add_argument("-db", required=True, type=lambda text: text.removeprefix("sqlite+"))
    parser.add_argument("-createdb", action="store_true")
    parser.add_argument("-vhost")
    parser.add_argument("-user.email", dest="email")
    parser.add_argument("-user.password", dest="password")
    parser.add_argument("-listen")
    parser.add_argument("-tls", choices=["http"])
    parser.add_argument("-ratelimit")
    options = parser.parse_intermixed_args()
    if options.command == "db":
        create(options)
    else:
        asyncio.run(serve(options))


if __name__ == "__main__":
    main()
