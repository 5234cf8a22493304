"""The HTTP side of the gateway: SMS, Zalo and webhook by the contract of docs/notifications.md, and its control."""

from __future__ import annotations

import json
import ssl
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from sen.project.message_gateway.kept import Behaviour, Box, Kept
from sen.project.message_gateway.smtp_sink import SmtpServer


class MessageGateway:
    """Both servers in threads. `port` and `smtp_port` 0 take free ones; use as a context, or `start` and `stop`."""

    def __init__(
        self, host: str = "127.0.0.1", port: int = 0, smtp_port: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        self.box = Box()
        self._http = _Http((host, port), self.box)
        self._smtp = SmtpServer((host, smtp_port), self.box, tls)
        self.url = f"http://{host}:{self._http.server_port}"
        self.smtp_port = int(self._smtp.server_address[1])

    def start(self) -> MessageGateway:
        """Serve until `stop`."""
        for server in (self._http, self._smtp):
            threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Close both."""
        for server in (self._http, self._smtp):
            server.shutdown()
            server.server_close()

    def __enter__(self) -> MessageGateway:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:  # fmt: skip
        self.stop()


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], box: Box) -> None:
        self.box = box
        super().__init__(address, _Call)


class _Call(BaseHTTPRequestHandler):
    server: _Http

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what came is in the box."""

    def do_GET(self) -> None:
        """`/messages`: all that was kept."""
        self._answer(200, {"items": self.server.box.as_json()})

    def do_DELETE(self) -> None:
        """`/messages`: start anew."""
        self.server.box.forget()
        self._answer(200, {})

    def do_POST(self) -> None:
        """`/sms`, `/zalo`, `/webhook` take messages; `/control` sets a Behaviour; `/call` passes reports and replies to the centre."""
        said = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        carrier = self.path.strip("/")
        if carrier == "control":
            self.server.box.behave(Behaviour(**said))
            self._answer(200, {})
        elif carrier == "call":
            self._answer(*_call_centre(**said))
        elif carrier in {"sms", "zalo", "webhook"}:
            self._take(carrier, said)
        else:
            self._answer(404, {"reason": "unknown address"})

    def _take(self, carrier: str, said: dict[str, Any]) -> None:
        trouble = self.server.box.trouble()
        if trouble is None or trouble.take:
            text = said.get("text") or f"{said.get('title', '')}\n{said.get('body', '')}"
            self.server.box.keep(Kept(carrier, said["key"], said.get("to", ""), text, dict(self.headers)))
        if trouble is None:
            self._answer(202, {"id": f"{carrier}-{said['key']}", "state": "accepted"})
        elif trouble.status == 0:
            self.close_connection = True
        else:
            self._answer(trouble.status, {"reason": "trouble on command"}, trouble.retry_after_s)

    def _answer(self, status: int, said: dict[str, Any], retry_after_s: int = 0) -> None:
        content = json.dumps(said, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if retry_after_s:
            self.send_header("Retry-After", str(retry_after_s))
        self.end_headers()
        self.wfile.write(content)


def _call_centre(url: str, token: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Call the centre back as a gateway does; `url` is `<centre>/gateways/<carrier>/`."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")  # noqa: S310 - whoever runs the simulator names the address
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return answer.status, json.load(answer)
