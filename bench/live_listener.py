"""Listens to GET /live like a browser and measures how old each value is when it arrives; prints percentiles as JSON at SIGTERM."""

from __future__ import annotations

import json
import signal
import socket
import sys
import time
from urllib.parse import quote


def percentile(values: list[float], share: float) -> float:
    """Nearest rank."""
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def main(port: int, token: str, topics: list[str]) -> None:
    """Until SIGTERM."""
    ages: list[float] = []
    resets = 0
    stop = False

    def end(*_: object) -> None:
        nonlocal stop
        stop = True

    signal.signal(signal.SIGTERM, end)
    connection = socket.create_connection(("127.0.0.1", port))
    query = quote(",".join(topics), safe=":,")
    request = f"GET /live?topics={query} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    connection.sendall(request.encode())
    connection.settimeout(10)
    rest = connection.recv(65536)
    if b" 200 " not in rest[:20]:
        sys.exit(rest.decode(errors="replace"))
    connection.settimeout(0.5)
    print("listening", flush=True)
    while not stop:
        try:
            data = connection.recv(262_144)
        except TimeoutError:
            continue
        if not data:
            break
        now = time.time_ns() / 1e6
        lines = (rest + data).split(b"\n")
        rest = lines.pop()
        for line in lines:
            if line.startswith(b"data: {") and b'"time":' in line:
                at = line.index(b'"time":') + 7
                ages.append(now - int(line[at : line.index(b",", at)]))
            elif line.startswith(b"event: reset"):
                resets += 1
    ages.sort()
    found = {f"p{round(share * 100)}_ms": round(percentile(ages, share), 1) for share in (0.5, 0.95, 0.99)}
    print(json.dumps({"events": len(ages), "resets": resets, **found, "max_ms": round(ages[-1], 1) if ages else None}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3].split(","))
