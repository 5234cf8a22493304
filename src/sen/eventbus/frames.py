"""Splits the bytes of a NATS connection into columns of messages. No input or output of its own."""

from __future__ import annotations

from dataclasses import dataclass, field


class ProtocolError(ConnectionError):
    """The server said something that is not the NATS protocol, or an error (`-ERR`)."""


@dataclass
class Columns:
    """Messages of a stream in the order of arrival; the lists have equal length."""

    subjects: list[bytes] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)
    headers: list[bytes] = field(default_factory=list)
    replies: list[bytes] = field(default_factory=list)


class FrameSplitter:
    """Feed it what the socket gives, in pieces of any size; take the columns when convenient."""

    def __init__(self) -> None:
        self.columns = Columns()
        self.info: bytes | None = None
        self.pings = 0
        self.pongs = 0
        self.ended = False
        """The open pull request has ended: a status message (404, 408, 409, 503) came instead of a message."""
        self.answers: list[bytes] = []
        """Messages without a reply subject: answers to requests."""
        self._rest = b""
        self._pieces: list[bytes] = []
        self._size = 0
        self._need = 0

    def take(self) -> Columns:
        """The messages so far; the splitter starts new columns."""
        taken, self.columns = self.columns, Columns()
        return taken

    def feed(self, data: bytes) -> None:
        """Split `data` together with what was left over. Raises ProtocolError."""
        self._pieces.append(data)
        self._size += len(data)
        if self._size < self._need:
            return
        joined = b"".join(self._pieces)
        try:
            used = self._split(joined)
        except (ValueError, IndexError) as error:
            raise ProtocolError(f"not the NATS protocol: {joined[:60]!r}") from error
        rest = joined[used:]
        self._pieces = [rest] if rest else []
        self._size = len(rest)
        if not rest:
            self._need = 0

    def _split(self, data: bytes) -> int:  # noqa: PLR0912
        """Append every whole frame of `data`; return how many bytes they took and remember how many the next one needs."""
        at, size, columns = 0, len(data), self.columns
        find = data.find
        while True:
            end = find(b"\r\n", at)
            if end < 0:
                self._need = 0
                return at
            kind = data[at]
            if kind == 72:  # HMSG subject sid [reply] header-length total-length
                line = data[at + 5 : end].split()
                total, start = int(line[-1]), end + 2
                stop = start + total
                if stop + 2 > size:
                    self._need = stop + 2 - at
                    return at
                body = start + int(line[-2])
                if len(line) == 5:
                    columns.subjects.append(line[0])
                    columns.headers.append(data[start:body])
                    columns.payloads.append(data[body:stop])
                    columns.replies.append(line[2])
                elif data.startswith(b"NATS/1.0 1", start):
                    pass  # 100: idle heartbeat
                elif body == stop:
                    self.ended = True
                else:
                    self.answers.append(data[body:stop])
                at = stop + 2
            elif kind == 77:  # MSG subject sid [reply] length
                line = data[at + 4 : end].split()
                start = end + 2
                stop = start + int(line[-1])
                if stop + 2 > size:
                    self._need = stop + 2 - at
                    return at
                if len(line) == 4:
                    columns.subjects.append(line[0])
                    columns.headers.append(b"")
                    columns.payloads.append(data[start:stop])
                    columns.replies.append(line[2])
                else:
                    self.answers.append(data[start:stop])
                at = stop + 2
            else:
                self._control(data[at:end])
                at = end + 2

    def _control(self, line: bytes) -> None:
        if line == b"PING":
            self.pings += 1
        elif line == b"PONG":
            self.pongs += 1
        elif line.startswith(b"INFO "):
            self.info = line[5:]
        elif line.startswith(b"-ERR"):
            raise ProtocolError(line.decode(errors="replace"))
        elif line != b"+OK":
            raise ProtocolError(f"unexpected {line[:60]!r}")
