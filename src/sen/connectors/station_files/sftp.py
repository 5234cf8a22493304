"""SFTP: one account per source, shut in its own folder. No shell, no forwarding, no reading."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncssh
import structlog

from sen.connectors.station_files.parser import MAX_FILE
from sen.connectors.station_files.spool import Spool, write_durably
from sen.connectors.station_files.uploads import (
    MAX_DEPTH,
    MAX_NAME,
    IsValid,
    MemoryUpload,
    Receive,
    SignIn,
    is_temporary,
)

log = structlog.get_logger(__name__)


class _Connection(asyncssh.SSHServer):
    """One SSH connection: password only."""

    def __init__(self, server: SftpServer) -> None:
        self._server = server
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._server.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection is not None:
            self._server.connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        if self._connection is None:
            return False
        peer = self._connection.get_extra_info("peername")
        account = await asyncio.to_thread(
            lambda: self._server.sign_in(
                protocol="sftp", address=str(peer[0]) if peer else "", name=username, secret=password
            )
        )
        if account is None:
            return False
        self._connection.set_extra_info(source_key=username, secret_sha256=account.secret_sha256)
        return True


class _Folder(asyncssh.SFTPServer):
    """A source's folder: takes uploads, gives nothing back. Complete files leave it at once."""

    def __init__(self, channel: Any, server: SftpServer) -> None:
        self._server = server
        self._key = str(channel.get_connection().get_extra_info("source_key"))
        home = server.spool.inbox(self._key)
        home.mkdir(parents=True, exist_ok=True)
        super().__init__(channel, chroot=str(home).encode())
        self._taken: dict[str, int] = {}

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> MemoryUpload:
        if not pflags & asyncssh.FXF_WRITE or pflags & (asyncssh.FXF_READ | asyncssh.FXF_APPEND):
            raise asyncssh.SFTPPermissionDenied("Chỉ nhận tệp mới")
        return MemoryUpload(str(self._inside(path)))

    def open56(self, path: bytes, *args: Any) -> MemoryUpload:
        raise asyncssh.SFTPOpUnsupported("SFTP 3")

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        raise asyncssh.SFTPPermissionDenied("Không đọc được")

    def write(self, file_obj: Any, offset: int, data: bytes) -> int:
        file_obj.seek(min(offset, MAX_FILE))
        written: int = file_obj.write(data)
        if file_obj.too_large:
            raise asyncssh.SFTPFailure("Tệp quá lớn")
        return written

    async def close(self, file_obj: Any) -> None:
        # asyncssh also closes what a lost connection left open: such an upload is not complete, and the sender knows.
        if self.channel.is_closing():
            return
        if file_obj.too_large:
            name = Path(file_obj.name).name[:100]
            await asyncio.to_thread(self._server.sign_in.report, self._key, "too_large", f"SFTP: tệp {name} quá lớn.")
            raise asyncssh.SFTPFailure("Tệp quá lớn")
        await asyncio.to_thread(self._take, Path(file_obj.name), file_obj.getvalue())

    def fstat(self, file_obj: Any) -> asyncssh.SFTPAttrs:
        return asyncssh.SFTPAttrs(size=len(file_obj.getvalue()))

    def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        """Times and modes of uploads mean nothing here."""

    setstat = lsetstat = fsetstat  # type: ignore[assignment]

    def stat(self, path: bytes) -> Any:
        taken = self._taken.get(str(self._inside(path)))
        return asyncssh.SFTPAttrs(size=taken, permissions=0o100600) if taken is not None else super().stat(path)

    def lstat(self, path: bytes) -> Any:
        taken = self._taken.get(str(self._inside(path)))
        return asyncssh.SFTPAttrs(size=taken, permissions=0o100600) if taken is not None else super().lstat(path)

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        old, new = self._inside(oldpath), self._inside(newpath)
        if is_temporary(new.name) or old.is_dir():
            await asyncio.to_thread(old.rename, new)
            return
        await asyncio.to_thread(lambda: self._take(new, old.read_bytes()))
        await asyncio.to_thread(old.unlink)

    posix_rename = rename

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        self._inside(path).mkdir()

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("Không tạo liên kết")

    link = symlink

    def readlink(self, path: bytes) -> bytes:
        raise asyncssh.SFTPPermissionDenied("Không đọc liên kết")

    def _take(self, path: Path, content: bytes) -> None:
        try:
            if is_temporary(path.name):
                write_durably(path, content)
                return
            self._server.receive(self._key, path.name, content, "sftp")
        except OSError as error:
            log.exception("station_file_not_kept", key=self._key, error=repr(error))
            raise asyncssh.SFTPFailure("Chưa lưu được tệp, hãy gửi lại") from error
        self._taken[str(path)] = len(content)

    def _inside(self, path: bytes) -> Path:
        mapped = Path(self.map_path(path).decode("utf-8", "replace"))
        relative = mapped.relative_to(self.map_path(b"/").decode())
        if len(relative.parts) > MAX_DEPTH or any(
            len(part.encode()) > MAX_NAME or not part.isprintable() for part in relative.parts
        ):
            raise asyncssh.SFTPPermissionDenied("Tên không hợp lệ")
        return mapped


class SftpServer:
    """Listens from `start` to `stop`. `port` is the one it got."""

    def __init__(self, *, spool: Spool, sign_in: SignIn, receive: Receive, is_valid: IsValid) -> None:
        self.spool, self.sign_in, self.receive = spool, sign_in, receive
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self._is_valid = is_valid
        self._acceptor: asyncssh.SSHAcceptor | None = None
        self.port = 0

    async def start(self, *, host: str, port: int, host_key: Path) -> None:
        """Begin to listen. Raises OSError where the port is taken."""
        factory: Callable[[], asyncssh.SSHServer] = lambda: _Connection(self)  # noqa: E731
        self._acceptor = await asyncssh.listen(
            host, port, server_factory=factory, sftp_factory=lambda channel: _Folder(channel, self),
            server_host_keys=[str(host_key)], allow_scp=False, login_timeout=30, keepalive_interval=60, agent_forwarding=False,
            x11_forwarding=False, gss_host=None,
        )  # fmt: skip
        self.port = self._acceptor.get_port()

    def recheck(self) -> None:
        """End connections whose secret is no longer valid."""
        for connection in list(self.connections):
            key, secret = connection.get_extra_info("source_key"), connection.get_extra_info("secret_sha256")
            if key and not self._is_valid(key, secret):
                connection.disconnect(asyncssh.DISC_BY_APPLICATION, "Mat khau da bi thu hoi")

    async def stop(self) -> None:
        """Close every connection and the listener."""
        if self._acceptor is not None:
            self._acceptor.close()
            for connection in list(self.connections):
                connection.abort()
