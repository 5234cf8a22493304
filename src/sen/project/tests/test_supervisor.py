"""A whole centre as its operator runs it: `sen up` in a process of its own, killed in parts and as a whole."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sen.engines import read_runtime
from sen.engines.secret_file import loopback_port
from sen.kernel import heartbeat
from sen.project import centre

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


class RunningCentre:
    """`sen up --empty` on a data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.ports = {
            name: str(loopback_port()) for name in ("SEN_PORT", "SEN_MQTT_PORT", "SEN_FTP_PORT", "SEN_SFTP_PORT")
        }
        foreign = {"SEN_DATABASE_URL", "SEN_CLICKHOUSE_URL", "SEN_NATS_URL", "SEN_DATA"}
        self.environment = {name: value for name, value in os.environ.items() if name not in foreign} | self.ports
        self.url = f"http://127.0.0.1:{self.ports['SEN_PORT']}"
        self.output = data.parent / f"{data.name}.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it and wait for the line; returns the seconds that took."""
        began = time.monotonic()
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sen.cli", "up", "--empty", "--data", str(self.data)],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_for(lambda: "Sen is ready" in self.said() or self.process.poll() is not None, seconds=300)  # type: ignore[union-attr]
        assert f"Sen is ready at {self.url}" in self.said(), self.said()
        return time.monotonic() - began

    def said(self) -> str:
        return self.output.read_text()

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def readiness(self) -> tuple[int, dict]:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=10) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return 0, {}

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sen.cli", *arguments, "--data", str(self.data)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def wait_for(condition: Callable[[], bool], seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def family(pid: int) -> list[int]:
    import psutil

    return [process.pid for process in psutil.Process(pid).children(recursive=True)]


def alive(pids: list[int]) -> list[int]:
    import psutil

    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCentre]:
    subject = RunningCentre(tmp_path_factory.mktemp("centre") / "dữ liệu")
    subject.start()
    yield subject
    if subject.process and subject.process.poll() is None:
        subject.stop()


def test_it_is_ready_with_every_engine_and_process(running: RunningCentre) -> None:
    status, body = running.readiness()
    assert (status, body["ready"]) == (200, True)
    assert set(body["engines"]) == {"postgres", "clickhouse", "nats"}
    assert set(body["processes"]) == {"web", "ingest", "alerts", "jobs", "connectors"}
    assert running.said().count("Sen is ready at") == 1
    found = json.loads(running.command("status", "--json").stdout)
    assert found["ready"]
    assert found["memory_mb"] > 100
    assert running.command("doctor").returncode == 0


def test_an_empty_centre_has_one_account_that_can_have_a_token(running: RunningCentre) -> None:
    accounts = json.loads(running.command("accounts", "--json").stdout)
    assert [(account["username"], account["role"], account["unit"]) for account in accounts] == [
        ("quantri", "administrator", "82")
    ]
    made = running.command("token", "create", "--user", "quantri")
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    assert made.stdout == f"{token}\n"
    asked = urllib.request.Request(
        f"{running.url}/api/v1/units?q=cao+lanh", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=30) as response:
        assert json.load(response)["items"]


def test_the_probes_answer(running: RunningCentre) -> None:
    def read(path: str) -> str:
        with urllib.request.urlopen(running.url + path, timeout=30) as response:
            return response.read().decode()

    assert json.loads(read("/healthz")) == {"status": "ok"}
    metrics = read("/metrics")
    for name in ("postgres", "clickhouse", "nats"):
        assert f'sen_engine_up{{engine="{name}"}} 1.0' in metrics
    assert 'sen_process_up{process="ingest"} 1.0' in metrics
    assert "sen_ingest_messages " in metrics
    assert "sen_ingest_watched_pairs " in metrics
    assert "sen_alerts_applied " in metrics
    secrets = json.loads((running.data / "secrets" / "engines.json").read_text()).values()
    assert not any(secret in read("/readyz") + metrics for secret in secrets)


def test_secrets_stay_with_the_owner(running: RunningCentre) -> None:
    for name in ("run/engines.json", "secrets/engines.json", "nats/devices.conf", "nats/nats.conf"):
        assert (running.data / name).stat().st_mode & 0o077 == 0, name
    assert (running.data / "secrets").stat().st_mode & 0o077 == 0


def test_a_second_centre_on_the_folder_is_refused(running: RunningCentre) -> None:
    refused = running.command("up", "--empty")
    assert refused.returncode == 1
    assert "đang chạy trên thư mục dữ liệu" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert running.readiness()[0] == 200


@pytest.mark.parametrize("name", ["web", "ingest", "alerts", "jobs", "connectors"])
def test_a_killed_process_comes_back(running: RunningCentre, name: str) -> None:
    before = heartbeat.read(running.data, name)
    assert before is not None
    os.kill(before.pid, signal.SIGKILL)
    wait_for(lambda: (after := heartbeat.read(running.data, name)) is not None and after.pid != before.pid)
    wait_for(lambda: running.readiness()[0] == 200)
    assert running.readiness()[1]["processes"][name]["restarts"] == 1


@pytest.mark.parametrize("name", ["postgres", "clickhouse", "nats"])
def test_a_killed_engine_comes_back_where_it_was(running: RunningCentre, name: str) -> None:
    urls = read_runtime(running.data)
    os.kill(engine_pid(running.data, name), signal.SIGKILL)
    wait_for(lambda: (now := centre.running(running.data)) is not None and now.restarts.get(name) == 1)
    wait_for(lambda: running.readiness()[0] == 200)
    assert read_runtime(running.data) == urls


def test_it_stops_in_order_and_leaves_nothing_behind(running: RunningCentre) -> None:
    assert running.process is not None
    children = family(running.process.pid)
    assert len(children) >= 7
    assert running.stop() == 0
    said = running.said()
    assert said.index("Dừng các tiến trình") < said.index("Dừng các máy chủ dữ liệu") < said.index("Đã dừng")
    assert alive(children) == []
    assert read_runtime(running.data) is None
    assert running.command("status").returncode == 1
    assert "Chưa có trung tâm nào chạy" in running.command("accounts").stderr


def test_it_resumes_and_dies_as_a_whole(running: RunningCentre) -> None:
    running.start()
    assert running.process is not None
    children = family(running.process.pid)
    running.process.kill()
    running.process.wait()
    wait_for(lambda: alive(children) == [])
    running.start()
    assert running.readiness()[0] == 200
    assert running.stop() == 0


def engine_pid(data: Path, name: str) -> int:
    if name == "postgres":
        return int((data / "postgres" / "postmaster.pid").read_text().split()[0])
    if name == "nats":
        return int((data / "run" / "nats.pid").read_text())
    marks = (b"sen.engines.clickhouse.server", str(data).encode())
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if all(mark in command for mark in marks):
                return int(entry.name)
    raise LookupError(name)
