"""FTP and explicit FTPS (AUTH TLS) on one port: one account per source, shut in its own folder. Runs in a thread of its own."""

from __future__ import annotations

import errno
import threading
from pathlib import Path
from typing import Any, ClassVar

import structlog
from OpenSSL import SSL
from pyftpdlib.authorizers import AuthenticationFailed
from pyftpdlib.filesystems import AbstractedFS
from pyftpdlib.handlers import TLS_DTPHandler, TLS_FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer
from pyftpdlib.utils import is_ssl_sock

from sen.connector_sdk.runner import Listen
from sen.connectors.station_files.spool import Spool, write_durably
from sen.connectors.station_files.uploads import (
    MAX_DEPTH,
    MAX_NAME,
    IsValid,
    MemoryUpload,
    Receive,
    SettingsOf,
    SignIn,
    is_temporary,
)

log = structlog.get_logger(__name__)

_PERMISSIONS = "elmwfd"


class SourceFolder(AbstractedFS):  # type: ignore[misc]  # the library has no types
    """A source's folder: takes uploads, gives nothing back. Complete files leave it at once."""

    def __init__(self, root: str, cmd_channel: Any) -> None:
        super().__init__(root, cmd_channel)
        # Loggers compare SIZE after an upload; the file itself has been taken away by then.
        self._taken: dict[str, int] = {}

    def open(self, filename: str, mode: str) -> MemoryUpload:
        """A new upload; reading, appending and resuming are refused."""
        if mode != "wb":
            raise PermissionError(errno.EACCES, "Chỉ nhận tệp mới")
        session = self.cmd_channel
        if session.needs_protected_data():
            session.sign_in.report(session.username, "tls_required", "FTPS: kênh số liệu chưa mã hóa (PROT P).")
            raise PermissionError(errno.EACCES, "Cần PROT P")
        self._check(filename)
        return MemoryUpload(filename)

    def take(self, path: str, content: bytes) -> None:
        """A complete upload: keep it, or leave it under its temporary name until it is renamed."""
        relative = Path(path).relative_to(self.root)
        if is_temporary(relative.name):
            write_durably(Path(path), content)
            return
        self.cmd_channel.receive(self.cmd_channel.username, relative.name, content, "ftp")
        self._taken[path] = len(content)

    def rename(self, src: str, dst: str) -> None:
        """Rename inside the folder; a final name makes the file complete."""
        self._check(dst)
        if is_temporary(Path(dst).name) or Path(src).is_dir():
            super().rename(src, dst)
            return
        self.take(dst, Path(src).read_bytes())
        Path(src).unlink()

    def mkdir(self, path: str) -> None:
        """A folder such as TRAM/2026/11/21, not endlessly deep."""
        self._check(path)
        super().mkdir(path)

    def mkstemp(self, *args: Any, **kwargs: Any) -> Any:
        """STOU invents names; station files have given ones."""
        raise PermissionError(errno.EACCES, "STOU")

    def getsize(self, path: str) -> int:
        """Size of a file that is here or was taken in this session."""
        return self._taken[path] if path in self._taken else super().getsize(path)

    def isfile(self, path: str) -> bool:
        """Whether a file is here or was taken in this session."""
        return path in self._taken or super().isfile(path)

    def _check(self, path: str) -> None:
        relative = Path(path).relative_to(self.root)
        if len(relative.parts) > MAX_DEPTH or any(
            len(part.encode()) > MAX_NAME or not part.isprintable() for part in relative.parts
        ):
            raise PermissionError(errno.EACCES, "Tên không hợp lệ")


class Transfer(TLS_DTPHandler):  # type: ignore[misc]
    """A data connection whose 226 is sent only after the file is safe."""

    transfer_finished: bool

    def close(self) -> None:
        """Hand a complete upload over before the base class answers the client."""
        upload = self.file_obj
        if not self._closed and self.receive and self.transfer_finished and isinstance(upload, MemoryUpload):
            if upload.too_large:
                self._refuse(upload)
                super().close()
                return
            try:
                self.cmd_channel.fs.take(upload.name, upload.getvalue())
            except Exception as error:
                log.exception("station_file_not_kept", key=self.cmd_channel.username, error=repr(error))
                self.transfer_finished = False
                self._resp = ("451 Chua luu duoc tep, hay gui lai.", log.warning)
        super().close()

    def _refuse(self, upload: MemoryUpload) -> None:
        self.transfer_finished = False
        self._resp = ("552 Tep qua lon.", log.warning)
        session = self.cmd_channel
        session.sign_in.report(session.username, "too_large", f"FTP: tệp {Path(upload.name).name[:100]} quá lớn.")


class _Accounts:
    """pyftpdlib's authorizer over the sources' credentials."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def validate_authentication(self, username: str, password: str, handler: Any) -> None:
        account = handler.sign_in(protocol="ftp", address=handler.remote_ip, name=username, secret=password)
        if account is None:
            raise AuthenticationFailed("Sai khoa hoac mat khau.")
        if handler.settings_of(username).require_tls and not is_ssl_sock(handler.socket):
            handler.sign_in.report(username, "tls_required", f"FTP không mã hóa từ {handler.remote_ip}.")
            raise AuthenticationFailed("Nguon nay bat buoc FTPS (AUTH TLS).")
        handler.secret_sha256 = account.secret_sha256
        self._spool.inbox(username).mkdir(parents=True, exist_ok=True)

    def get_home_dir(self, username: str) -> str:
        return str(self._spool.inbox(username).resolve())

    def has_user(self, username: str) -> bool:
        return True

    def has_perm(self, username: str, perm: str, path: str | None = None) -> bool:
        return perm in _PERMISSIONS

    def get_perms(self, username: str) -> str:
        return _PERMISSIONS

    def get_msg_login(self, username: str) -> str:
        return "Xin chao."

    def get_msg_quit(self, username: str) -> str:
        return "Tam biet."

    def impersonate_user(self, username: str, password: str) -> None:
        """Files belong to the process: there are no system users behind the accounts."""

    def terminate_impersonation(self, username: str) -> None:
        """See impersonate_user."""


class Session(TLS_FTPHandler):  # type: ignore[misc]
    """A control connection. Class attributes are set per server by `FtpServer`."""

    dtp_handler = Transfer
    abstracted_fs = SourceFolder
    banner = "Sen"
    max_login_attempts = 3
    auth_failed_timeout = 1
    timeout = 120
    use_sendfile = False
    sign_in: ClassVar[Any]
    receive: ClassVar[Any]
    settings_of: ClassVar[Any]
    secret_sha256 = ""

    def needs_protected_data(self) -> bool:
        """Whether this source demands encryption and the data channel has none."""
        return bool(self.settings_of(self.username).require_tls and not self._prot)


class FtpServer:
    """Listens until `stop`. `port` is the one it got. Raises OSError where the port is taken."""

    def __init__(
        self,
        *,
        listen: Listen,
        spool: Spool,
        certificate: Path,
        sign_in: SignIn,
        receive: Receive,
        settings_of: SettingsOf,
        is_valid: IsValid,
    ) -> None:
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.use_certificate_chain_file(str(certificate))
        context.use_privatekey_file(str(certificate))
        first, last = listen.passive_ports
        self._handler: Any = type("BoundSession", (Session,), {
            "ssl_context": context, "authorizer": _Accounts(spool), "sign_in": sign_in, "receive": staticmethod(receive),
            "settings_of": staticmethod(settings_of), "passive_ports": list(range(first, last + 1)) if first else None,
        })  # fmt: skip
        self._is_valid = is_valid
        self._server = FTPServer((listen.host, listen.ftp_port), self._handler, ioloop=IOLoop())
        self._server.max_cons = 512
        self._server.max_cons_per_ip = 64
        self.port = int(self._server.address[1])
        self._stopping = threading.Event()
        self._recheck = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="ftp", daemon=True)
        self._thread.start()

    def recheck(self) -> None:
        """End sessions whose secret is no longer valid, within half a second."""
        self._recheck.set()

    def stop(self) -> None:
        """Close every connection and the listener."""
        self._stopping.set()
        self._thread.join(5)

    def _serve(self) -> None:
        while not self._stopping.is_set():
            self._server.ioloop.loop(timeout=0.5, blocking=False)
            if self._recheck.is_set():
                self._recheck.clear()
                self._end_revoked()
        self._server.close_all()

    def _end_revoked(self) -> None:
        for session in list(self._server.ioloop.socket_map.values()):
            if (
                isinstance(session, self._handler)
                and session.authenticated
                and not self._is_valid(session.username, session.secret_sha256)
            ):
                session.respond("421 Mat khau da bi thu hoi.")
                session.close()
