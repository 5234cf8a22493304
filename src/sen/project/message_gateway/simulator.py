"""`sen simulate message-gateway`: the gateway from the command line, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import ssl
import threading
from pathlib import Path

from sen.project.message_gateway.gateway import MessageGateway


def main(arguments: list[str]) -> int:
    """Serve on `--port` (HTTP) and `--smtp-port`; `--certificate FILE` (certificate and key) offers STARTTLS."""
    parser = argparse.ArgumentParser(prog="sen simulate message-gateway", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8025)
    parser.add_argument("--smtp-port", type=int, default=2525)
    parser.add_argument("--certificate", type=Path)
    chosen = parser.parse_args(arguments)
    tls = None
    if chosen.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(chosen.certificate)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with MessageGateway(chosen.host, chosen.port, chosen.smtp_port, tls) as gateway:
        print(f"HTTP {gateway.url}/{{sms,zalo,webhook}}, SMTP {chosen.host}:{gateway.smtp_port}", flush=True)
        stop.wait()
    return 0
