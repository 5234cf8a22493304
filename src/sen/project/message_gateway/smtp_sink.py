"""A mail server (RFC 5321, STARTTLS by RFC 3207) that takes every letter and keeps it; enough of the protocol for real clients."""

from __future__ import annotations

import contextlib
import email
import email.policy
import socketserver
import ssl

from sen.project.message_gateway.kept import Box, Kept

LONGEST_LINE = 64 * 1024


class SmtpServer(socketserver.ThreadingTCPServer):
    """Listens on `address`; offers STARTTLS where a certificate is given, and then takes letters over TLS only."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], box: Box, tls: ssl.SSLContext | None) -> None:
        self.box = box
        self.tls = tls
        super().__init__(address, _Session)


class _Session(socketserver.StreamRequestHandler):
    server: SmtpServer

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self._secure = False
            self._forget()
            self._say("220 message-gateway ESMTP")
            while self._one_command():
                pass

    def _forget(self) -> None:
        self._to: list[str] = []

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def _one_command(self) -> bool:
        line = self.rfile.readline(LONGEST_LINE).decode("utf8", "replace").strip()
        verb = line[:4].upper()
        if verb in {"", "QUIT"}:
            if verb:
                self._say("221 bye")
            return False
        if verb in {"EHLO", "HELO"}:
            offers = ["message-gateway", *(["STARTTLS"] if self.server.tls and not self._secure else []), "8BITMIME"]
            for offer in offers[:-1]:
                self._say(f"250-{offer}")
            self._say(f"250 {offers[-1]}")
        elif verb == "STAR":
            return self._start_tls()
        elif verb == "MAIL" and self.server.tls and not self._secure:
            self._say("530 5.7.0 Must issue a STARTTLS command first")
        elif verb == "RCPT":
            self._to.append(line.partition(":")[2].split(" ")[0].strip("<> "))
            self._say("250 ok")
        elif verb == "DATA":
            return self._data()
        else:
            if verb == "RSET":
                self._forget()
            self._say("250 ok")
        return True

    def _start_tls(self) -> bool:
        if self.server.tls is None:
            self._say("502 not offered")
            return True
        self._say("220 go ahead")
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb")
        self._secure = True
        return True

    def _data(self) -> bool:
        self._say("354 end with a dot")
        lines: list[bytes] = []
        while (line := self.rfile.readline(LONGEST_LINE)) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        trouble = self.server.box.trouble()
        if trouble is None or trouble.take:
            self._keep(b"".join(lines))
        self._forget()
        if trouble is not None and trouble.status == 0:
            return False
        self._say("250 kept" if trouble is None else f"{451 if trouble.status >= 500 else 550} trouble on command")
        return True

    def _keep(self, content: bytes) -> None:
        letter = email.message_from_bytes(content, policy=email.policy.default)
        body = letter.get_body(("plain",))
        text = f"{letter['Subject']}\n{body.get_content() if body else ''}"
        headers = {name: str(value) for name, value in letter.items()} | {"secure": str(self._secure)}
        for to in self._to:
            self.server.box.keep(Kept("email", str(letter["Message-ID"]), to, text, headers))
