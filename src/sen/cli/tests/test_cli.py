"""The command line from outside: what it offers, and how it answers where nothing runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sen.cli.application import application
from sen.cli.data_folder import ROOT
from sen.kernel.errors import InvalidInput


def sen(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEN_")}
    return subprocess.run(
        [sys.executable, "-m", "sen.cli", *arguments],
        env=kept | {"SEN_ROOT": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def commands() -> set[str]:
    return {command.name for command in application.registered_commands} | {
        group.name for group in application.registered_groups
    }


def test_help_names_every_command() -> None:
    shown = sen("--help")
    assert shown.returncode == 0
    for name in commands():
        assert f" {name} " in shown.stdout


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_explains_itself(command: str) -> None:
    shown = sen(command, *([] if command == "test" else ["--help"])) if command != "test" else sen("--help")
    assert shown.returncode == 0, shown.stderr
    assert "Traceback" not in shown.stderr


@pytest.mark.parametrize(
    "arguments",
    [("accounts",), ("token", "create", "--user", "x"), ("import", "assets", __file__), ("accounts", "--json")],
)
def test_without_a_running_centre_it_says_so(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    answered = sen(*arguments, "--data", str(tmp_path / "none"))
    assert answered.returncode == 1
    assert "Chưa có trung tâm nào chạy" in answered.stderr
    assert "./sen up" in answered.stderr
    assert "Traceback" not in answered.stderr
    assert answered.stdout == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ((), {"read", "write"}),
        (("--scopes", "read"), {"read"}),
        (("--scopes", "read, write,admin"), {"read", "write", "admin"}),
    ],
)
def test_a_token_has_the_scopes_that_were_asked_for(asked: tuple[str, ...], given: set[str]) -> None:
    from sen.apps.access.interface import authenticate_token
    from sen.apps.access.models import User
    from sen.kernel import clock
    from sen.kernel.configuration import settings

    User.objects.create(username="cli", full_name="cli", created_at=clock.now())
    where = ("--data", str(settings().data))
    printed = CliRunner().invoke(application, ["token", "create", "--user", "cli", *asked, *where])
    assert printed.exit_code == 0, printed.output
    scope = authenticate_token(printed.output.strip())
    assert scope is not None
    assert scope.token_scopes == given
    for wrong in ("all", ","):
        refused = CliRunner().invoke(application, ["token", "create", "--user", "cli", "--scopes", wrong, *where])
        assert isinstance(refused.exception, InvalidInput)
        assert "read" in refused.exception.action


def test_status_and_doctor_work_without_a_centre(tmp_path: Path) -> None:
    status = sen("status", "--json", SEN_DATA=str(tmp_path))
    assert status.returncode == 1
    assert json.loads(status.stdout)["running"] is False
    findings = json.loads(sen("doctor", "--json", SEN_DATA=str(tmp_path)).stdout)
    assert {"Đĩa", "Bộ nhớ", "Đồng hồ", "Khoá thư mục", "Sao lưu"} <= {finding["about"] for finding in findings}
    assert all(finding["mend"] for finding in findings if not finding["fine"])


def test_doctor_names_the_port_that_is_taken(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        answered = sen("doctor", SEN_DATA=str(tmp_path), SEN_MQTT_PORT=port)
    assert answered.returncode == 1
    assert f"✗ Cổng MQTT: 127.0.0.1:{port}" in answered.stdout
    assert "SEN_MQTT_PORT" in answered.stdout


@pytest.mark.parametrize("command", ["simulate", "bench"])
def test_an_unknown_name_gets_the_known_ones(command: str) -> None:
    answered = sen(command, "no-such-thing")
    assert answered.returncode == 1
    assert "no-such-thing" in answered.stderr
    assert "Các " in answered.stderr


def test_shipped_packs_are_sound() -> None:
    answered = sen("packs", "check")
    assert answered.returncode == 0, answered.stdout + answered.stderr


@pytest.mark.parametrize("setting", [{"SEN_PORT": "abc"}, {"SEN_FILES_URL": "s3://bucket"}])
def test_a_wrong_setting_is_named_with_what_to_do(setting: dict[str, str]) -> None:
    refused = sen("status", **setting)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    (name,) = setting
    assert f"  {name}=" in refused.stderr
    assert "sen.toml" in refused.stderr
