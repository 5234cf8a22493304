"""Real FTP, FTPS and SFTP clients against the running connector, down to the durable log."""

from __future__ import annotations

import asyncio
import ftplib
import io
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import asyncssh
import pytest

from sen.connector_sdk import testing
from sen.connector_sdk.messages import ReadingMessage, decode_readings

if TYPE_CHECKING:
    from sen.project.connector_host import ConnectorHost

NAME = "DT_NMNCL_KHI001_20261121103000.txt"
GOOD = "PM2,5\t31,2\tµg/Nm3\t20261121103000\t00\r\nPM10\t58\tµg/Nm3\t20261121103000\t00\r\n".encode()


class Running:
    """The connectors process inside the test, with a reader on the log."""

    def __init__(self, host: ConnectorHost, bus: Any, steward: Any) -> None:
        self.host, self.bus, self.steward = host, bus, steward
        self.readings: list[tuple[str, ReadingMessage]] = []
        self.keys: set[str] = set()

    async def source(self, code: str = "tram-1", **settings: Any) -> tuple[str, str]:
        """Key and secret of a new source."""
        body = {"code": code, "name": code, "connector": "station_files", "owner": "82-snnmt", "settings": settings}
        made = await self.rest("POST", "/sources", body, expect=201)
        assert made["gateway"] == "ready"
        self.keys.add(made["key"])
        return made["key"], made["secret"]

    async def rest(self, *arguments: Any, **options: Any) -> Any:
        return await self.steward.from_thread(*arguments, **options)

    async def ftp(self, *arguments: Any, **options: Any) -> None:
        await asyncio.to_thread(testing.ftp_upload, self.host.ports["ftp"], *arguments, **options)

    async def values(self, count: int = 1) -> list[dict[str, float | None]]:
        await testing.eventually(lambda: self._has(count))
        return [message.values for _key, message in self.readings]

    async def _has(self, count: int) -> bool:
        return len(self.readings) >= count

    async def error(self, code: str, source: str = "tram-1") -> dict[str, Any]:
        async def probe() -> Any:
            found = (await self.rest("GET", f"/sources/{source}"))["last_error"]
            return found if found and found["code"] == code else None

        return await testing.eventually(probe)

    async def letter(self, code: str) -> dict[str, Any]:
        async def probe() -> Any:
            return (await self.rest("GET", f"/dead-letters?code={code}"))["items"]

        return (await testing.eventually(probe))[0]


@pytest.fixture
async def running(steward: Any) -> AsyncIterator[Running]:
    from dataclasses import replace

    from sen.eventbus import connect
    from sen.kernel.configuration import settings
    from sen.project.connector_host import ConnectorHost
    from sen.project.processes import connectors

    stop = asyncio.Event()
    bus = await connect(settings().nats_url)
    host = ConnectorHost(settings(), bus, stop)
    host.listen = replace(host.listen, ftp_port=0, sftp_port=0, passive_ports=(0, 0))
    running = Running(host, bus, steward)

    async def collect(message: Any) -> None:
        if message.subject.removeprefix("readings.") in running.keys:
            running.readings += [(message.subject, one) for one in decode_readings(message.data)]

    end = await bus.subscribe("readings.>", collect)
    serving = asyncio.create_task(connectors.serve(host, bus))

    async def up() -> bool:
        return {"ftp", "sftp"} <= set(host.ports)

    await testing.eventually(up)
    yield running
    stop.set()
    await serving
    await end()
    await bus.close()


async def test_ftp_and_ftps_and_sftp_reach_the_log(running: Running) -> None:
    key, secret = await running.source()
    await running.ftp(key, secret, [(NAME, GOOD)])
    await running.ftp(key, secret, [(NAME, GOOD)], tls=True)
    await testing.sftp_upload(running.host.ports["sftp"], key, secret, [(NAME, GOOD)])
    assert await running.values(3) == [{"PM2,5": 31.2, "PM10": 58.0}] * 3
    assert {subject for subject, _ in running.readings} == {f"readings.{key}"}
    assert {message.device for _, message in running.readings} == {"KHI001"}
    raw = sorted((running.host.data / "files" / "raw" / key).rglob("*.txt"))
    assert len(raw) == 3 and all(path.read_bytes() == GOOD for path in raw)

    async def journal_is_empty() -> bool:
        return not list((running.host.data / "files" / "raw" / ".pending").glob("*.json"))

    await testing.eventually(journal_is_empty)


async def test_folders_temporary_names_and_size_as_loggers_use_them(running: Running) -> None:
    key, secret = await running.source()

    def logger() -> int | None:
        client = testing.ftp_client(running.host.ports["ftp"])
        client.login(key, secret)
        for folder in ("KHI001", "2026", "11"):
            client.mkd(folder)
            client.cwd(folder)
        client.storbinary("STOR upload.tmp", io.BytesIO(GOOD))
        client.rename("upload.tmp", NAME)
        client.voidcmd("TYPE I")
        size = client.size(NAME)
        client.quit()
        return size

    assert await asyncio.to_thread(logger) == len(GOOD)
    assert len(await running.values()) == 1


async def test_wrong_and_revoked_secrets_are_refused_and_shown(running: Running) -> None:
    key, secret = await running.source()
    for wrong in ("", "sai", secret + "x"):
        with pytest.raises(ftplib.error_perm, match="530"):
            await running.ftp(key, wrong, [])
    assert "đổi mật khẩu" in (await running.error("auth_failed"))["action"].lower()
    with pytest.raises(asyncssh.PermissionDenied):
        await testing.sftp_upload(running.host.ports["sftp"], key, "sai", [])
    await running.ftp(key, secret, [(NAME, GOOD)])

    client = testing.ftp_client(running.host.ports["ftp"])
    await asyncio.to_thread(client.login, key, secret)
    options: dict[str, Any] = {"known_hosts": None, "config": None, "client_keys": None, "agent_path": None}
    connection = await asyncssh.connect(
        "127.0.0.1", running.host.ports["sftp"], username=key, password=secret, **options
    )
    assert (await running.rest("POST", "/sources/tram-1/revoke"))["gateway"] == "ready"
    await asyncio.wait_for(connection.wait_closed(), 120)

    async def ended() -> bool:
        try:
            await asyncio.to_thread(client.voidcmd, "NOOP")
        except (*ftplib.all_errors, EOFError):
            return True
        return False

    await testing.eventually(ended)
    with pytest.raises(ftplib.error_perm, match="530"):
        await running.ftp(key, secret, [])


async def test_a_source_is_shut_in_its_own_folder(running: Running) -> None:
    key, secret = await running.source()
    other, _secret = await running.source("tram-2")
    outside = running.host.data / "inbox" / other

    def probe() -> list[str]:
        client = testing.ftp_client(running.host.ports["ftp"])
        client.login(key, secret)
        seen = client.nlst("/")
        for path in (f"../{other}", f"/../../inbox/{other}", "../../../etc"):
            with pytest.raises(ftplib.error_perm):
                client.cwd(path)
        # ".." above one's own root is one's own root: this is delivered, as a file of the sender.
        client.storbinary(f"STOR /../{other}/x/{NAME}", io.BytesIO(GOOD))
        for command in ("RETR x.txt", "APPE x.txt", f"STOR {'a' * 250}.txt", "STOU"):
            with pytest.raises((ftplib.error_perm, ftplib.error_temp)):
                client.storbinary(command, io.BytesIO(GOOD)) if command[0] in "SA" else client.retrbinary(
                    command, bytes
                )
        client.quit()
        return seen

    assert other not in "".join(await asyncio.to_thread(probe))
    await running.values()
    assert {subject for subject, _ in running.readings} == {f"readings.{key}"}
    options: dict[str, Any] = {"known_hosts": None, "config": None, "client_keys": None, "agent_path": None}
    async with asyncssh.connect(
        "127.0.0.1", running.host.ports["sftp"], username=key, password=secret, **options
    ) as connection:
        with pytest.raises(asyncssh.Error):
            await connection.run("id", check=True)
        async with connection.start_sftp_client() as client:
            for name in (f"../{other}/x.txt", "../../keys/sftp_host_key"):
                with pytest.raises(asyncssh.SFTPError):
                    await client.open(name, "rb")
            with pytest.raises(asyncssh.SFTPError):
                await client.symlink("/etc/passwd", "x")
    assert not any(path.is_file() for path in outside.rglob("*"))


async def test_bad_files_are_dead_letters_that_can_be_corrected_and_replayed(running: Running) -> None:
    key, secret = await running.source()
    mixed = GOOD + b"NO2\thai\tug/Nm3\t20261121103000\t00\r\nSO2\t4\r\n"
    await running.ftp(key, secret, [(NAME, mixed), ("khongdung.txt", GOOD), ("A_20261121103000.txt", b"\xff\x00\x01")])
    assert len(await running.values()) == 1
    lines = await running.letter("bad_lines")
    assert "2 dòng đúng, 2 dòng sai" in lines["message"] and "dòng 3" in lines["message"]
    assert (await running.letter("bad_encoding"))["subject"].startswith("A_")
    name = await running.letter("bad_file_name")
    assert (await running.error("bad_encoding"))["cause"]
    shown = await running.rest("GET", f"/dead-letters/{lines['id']}")
    assert shown["payload"]["text"].startswith("NO2\thai")
    await running.rest(
        "POST", f"/dead-letters/{lines['id']}/replay", {"payload": "NO2\t12\tug/Nm3\t20261121103000\t00\r\n"}
    )
    assert (await running.values(2))[1] == {"NO2": 12.0}
    await running.rest("POST", f"/dead-letters/{name['id']}/replay", {"file_name": NAME})
    assert (await running.values(3))[2] == {"PM2,5": 31.2, "PM10": 58.0}
    await running.rest("POST", f"/dead-letters/{name['id']}/replay", expect=409)


async def test_a_file_processed_again_after_a_kill_is_one_dead_letter(running: Running) -> None:
    """The process died after the letter was kept, before its journal entry was removed: the next one finds the entry."""
    from sen.connectors.station_files.intake import Accounts, Intake
    from sen.connectors.station_files.spool import Spool

    key, _secret = await running.source()
    spool = Spool(running.host.data)
    pending = spool.keep(key=key, name="khongdung.txt", content=GOOD, channel="ftp")
    journal = spool.pending_folder / f"{pending.id}.json"
    entry = journal.read_bytes()

    async def closed() -> bool:
        return not journal.exists()

    for _ in range(2):
        journal.write_bytes(entry)
        intake = asyncio.create_task(Intake(running.host, spool, Accounts(running.host)).run())
        await testing.eventually(closed)
        intake.cancel()
    assert len((await running.rest("GET", "/dead-letters?code=bad_file_name"))["items"]) == 1
    assert (await running.rest("GET", "/sources/tram-1"))["rejected"] == 1
    journal = spool.pending_folder / f"{spool.keep(key=key, name=pending.name, content=GOOD, channel='ftp').id}.json"
    intake = asyncio.create_task(Intake(running.host, spool, Accounts(running.host)).run())
    await testing.eventually(closed)
    intake.cancel()
    assert len((await running.rest("GET", "/dead-letters?code=bad_file_name"))["items"]) == 2


async def test_oversized_and_cut_off_uploads_leave_nothing(running: Running) -> None:
    key, secret = await running.source()
    with pytest.raises(ftplib.error_perm, match="552"):
        await running.ftp(key, secret, [(NAME, b"x" * 3_000_000)])
    with pytest.raises(asyncssh.SFTPError):
        await testing.sftp_upload(running.host.ports["sftp"], key, secret, [(NAME, b"x" * 3_000_000)])
    assert (await running.error("too_large"))["action"]
    options: dict[str, Any] = {"known_hosts": None, "config": None, "client_keys": None, "agent_path": None}
    connection = await asyncssh.connect(
        "127.0.0.1", running.host.ports["sftp"], username=key, password=secret, **options
    )
    client = await connection.start_sftp_client()
    file = await client.open(NAME, "wb")
    await file.write(GOOD[:30])
    connection.abort()
    await running.ftp(key, secret, [(NAME, GOOD)])
    assert len(await running.values()) == 1
    assert len(list((running.host.data / "files" / "raw" / key).rglob("*.txt"))) == 1


async def test_the_watched_folder_waits_for_whole_files(running: Running) -> None:
    key, _secret = await running.source()
    inbox = running.host.data / "inbox" / key

    async def there() -> bool:
        return inbox.is_dir()

    await testing.eventually(there)
    (inbox / f"{NAME}.part").write_bytes(GOOD[:10])
    (inbox / "DT_X_Y_20261121103000.txt").symlink_to("/etc/hostname")
    (inbox / "to.txt").write_bytes(b"x" * 3_000_000)
    (inbox / f"{NAME}.part").write_bytes(GOOD)
    (inbox / f"{NAME}.part").rename(inbox / NAME)
    assert len(await running.values()) == 1
    await running.letter("too_large")

    async def taken() -> bool:
        return not (inbox / NAME).exists()

    await testing.eventually(taken)
    assert (inbox / "DT_X_Y_20261121103000.txt").is_symlink()


async def test_a_source_that_demands_encryption_takes_no_plain_ftp(running: Running) -> None:
    key, secret = await running.source(require_tls=True)
    with pytest.raises(ftplib.error_perm, match="530"):
        await running.ftp(key, secret, [(NAME, GOOD)])
    assert "FTPS" in (await running.error("tls_required"))["action"]
    await running.ftp(key, secret, [(NAME, GOOD)], tls=True)
    assert len(await running.values()) == 1


async def test_what_was_kept_before_a_kill_is_processed_afterwards(running: Running) -> None:
    from sen.connectors.station_files.intake import Accounts, Intake
    from sen.connectors.station_files.spool import Spool

    key, _secret = await running.source()
    # As after a kill between the acknowledgement and the log: journal and raw file are there, nobody works on them.
    pending = Spool(running.host.data).keep(key=key, name=NAME, content=GOOD, channel="ftp")
    assert running.readings == []
    for _start in range(2):
        accounts = Accounts(running.host)
        await accounts.refresh()
        worker = asyncio.create_task(Intake(running.host, Spool(running.host.data), accounts).run())

        async def done() -> bool:
            return not (running.host.data / "files" / "raw" / ".pending" / f"{pending.id}.json").exists()

        await testing.eventually(done)
        worker.cancel()
    assert len(await running.values()) == 1
