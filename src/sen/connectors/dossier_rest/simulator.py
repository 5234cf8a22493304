"""`sen simulate dossiers`: a one-stop system that answers page by page, as many dossiers as wanted, with the faults that such systems have."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections.abc import Sequence
from datetime import datetime

import msgspec
from aiohttp import web

from sen.connectors.dossier_rest.model import LONGEST_LIFE, World, changed_at, dossier
from sen.kernel import clock

PATH = "/api/dossiers"
FAULTS = ("none", "slow", "errors", "garbage")
_LOOKED_AT = 20_000
"""Dossiers that are looked at for one answer; a page may be short, its `next` says that there is more."""


def page(world: World, changed_since: datetime | None, cursor: str, limit: int, now: datetime) -> dict[str, object]:
    """Dossiers changed after `changed_since` as they stand at the round's moment, which its first page fixes and its cursor carries."""
    if cursor:
        as_of_text, _dot, number_text = cursor.partition(".")
        as_of, number = clock.from_ms(int(as_of_text)), int(number_text)
    else:
        as_of = clock.from_ms(clock.to_ms(now))
        number = world.first_after(changed_since - LONGEST_LIFE) if changed_since else 0
    items: list[dict[str, object]] = []
    last = number + _LOOKED_AT
    while len(items) < limit and number < last:
        found = dossier(world, number, as_of)
        if found is None:
            return {"items": items, "next": None, "as_of": as_of.isoformat()}
        if changed_since is None or changed_at(found) > changed_since:
            items.append(found)
        number += 1
    return {"items": items, "next": f"{clock.to_ms(as_of)}.{number}", "as_of": as_of.isoformat()}


def application(world: World, *, fault: str = "none", token: str = "") -> web.Application:
    """The system as an aiohttp application."""
    chance = random.Random(world.seed)

    async def answer(request: web.Request) -> web.Response:
        if token and request.headers.get("Authorization") != f"Bearer {token}":
            return web.Response(status=401)
        if fault == "slow":
            await asyncio.sleep(chance.uniform(0.5, 3.0))
        elif fault == "errors" and chance.random() < 0.3:
            return web.Response(status=chance.choice((500, 502, 503)), headers={"Retry-After": "1"})
        elif fault == "garbage" and chance.random() < 0.3:
            return web.Response(text="<html>Hệ thống đang bảo trì</html>", content_type="text/html")
        since = request.query.get("changed_since")
        try:
            found = page(
                world, datetime.fromisoformat(since) if since else None, request.query.get("cursor", ""),
                max(1, min(int(request.query.get("limit", "500")), 5_000)), clock.now(),
            )  # fmt: skip
        except ValueError:
            return web.Response(status=400, text="changed_since, cursor or limit cannot be read")
        return web.Response(body=msgspec.json.encode(found), content_type="application/json")

    made = web.Application()
    made.router.add_get(PATH, answer)
    return made


async def serve(made: web.Application, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Listen until the runner is cleaned up; the port is the one that was taken."""
    runner = web.AppRunner(made, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner, int(runner.addresses[0][1])


def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="sen simulate dossiers", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="địa chỉ lắng nghe")
    parser.add_argument("--port", type=int, default=8790, help="cổng lắng nghe")
    parser.add_argument("--total", type=int, default=5_000_000, help="số hồ sơ có thể phục vụ")
    parser.add_argument("--per-day", type=int, default=5_000, help="số hồ sơ nộp mỗi ngày")
    parser.add_argument("--since", default="2024-01-01", help="ngày nộp của hồ sơ đầu tiên")
    parser.add_argument("--agencies", default="28249;28261", help="mã đơn vị, cách nhau bằng dấu chấm phẩy")
    parser.add_argument("--broken", type=int, default=20, help="số hồ sơ sai ngày trong một triệu")
    parser.add_argument("--token", default="", help="mã truy cập phải gửi kèm")
    parser.add_argument("--fault", choices=FAULTS, default="none", help="lỗi mô phỏng")
    parser.add_argument("--seed", type=int, default=0, help="mầm ngẫu nhiên")
    chosen = parser.parse_args(argv)
    world = World(
        agencies=[code.strip() for code in chosen.agencies.split(";") if code.strip()], total=chosen.total,
        since=datetime.fromisoformat(chosen.since).replace(tzinfo=clock.VIETNAM), per_day=chosen.per_day, seed=chosen.seed,
        broken=chosen.broken,
    )  # fmt: skip

    async def run() -> None:
        _runner, port = await serve(
            application(world, fault=chosen.fault, token=chosen.token), chosen.host, chosen.port
        )
        print(f"http://{chosen.host}:{port}{PATH}", flush=True)
        await asyncio.Event().wait()

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
