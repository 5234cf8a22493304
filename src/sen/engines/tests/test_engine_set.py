"""The engines as a set: where they listen, who may enter, what external URLs change, and how devices are let in and out."""

from __future__ import annotations

import os
import socket
import stat
import string
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import bcrypt
import paho.mqtt.client as mqtt
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sen.engines import EngineSet, read_runtime
from sen.engines.nats import DeviceUser, reload_device_credentials, write_devices
from sen.engines.secret_file import loopback_port
from sen.kernel.configuration import Settings
from sen.kernel.errors import InvalidInput, Unavailable


def user(key: str, password: str) -> DeviceUser:
    return DeviceUser(key, bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode())


def only(engine: str, data: Path, **settings: object) -> Settings:
    """Settings in which the other engines are somebody else's."""
    urls = {
        "postgres": ("database_url", "postgresql://x:x@127.0.0.1:1/x"),
        "clickhouse": ("clickhouse_url", "http://x:x@127.0.0.1:1/x"),
        "nats": ("nats_url", "nats://127.0.0.1:1"),
    }
    chosen = {field: "" if name == engine else url for name, (field, url) in urls.items()}
    return Settings(**({"data": data, "mqtt_port": loopback_port()} | chosen | settings))


class Device:
    """An MQTT client that says what became of it."""

    def __init__(self, port: int, key: str, password: str) -> None:
        self.answered, self.ended = threading.Event(), threading.Event()
        self.accepted = False
        self.received: list[str] = []
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id=key, protocol=mqtt.MQTTv311)
        self.client.username_pw_set(key, password)
        self.client.on_connect = self._connected
        self.client.on_disconnect = lambda *_: self.ended.set()
        self.client.on_message = lambda _client, _data, message: self.received.append(message.topic)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self.answered.wait(10)

    def _connected(
        self, _client: object, _data: object, _flags: object, reason: mqtt.ReasonCode, _properties: object
    ) -> None:
        self.accepted = not reason.is_failure
        self.answered.set()

    def publish(self, topic: str) -> None:
        self.client.publish(topic, b"{}", qos=1).wait_for_publish(10)

    def close(self) -> None:
        self.client.loop_stop()
        self.client.disconnect()


@pytest.fixture
def fleet(engines: EngineSet) -> list[DeviceUser]:
    users = [user("tram-1", "một"), user("tram_2", "hai")]
    reload_device_credentials(users, engines.data)
    yield users
    reload_device_credentials([], engines.data)


def until_accepted(engines: EngineSet, key: str, password: str) -> Device:
    """The server applies a reload a moment after the signal."""
    for _ in range(100):
        device = Device(engines.urls.mqtt_port, key, password)
        if device.accepted:
            return device
        device.close()
    raise AssertionError("never accepted")


def test_the_gateway_takes_known_devices_on_their_own_topic_only(engines: EngineSet, fleet: list[DeviceUser]) -> None:
    device = until_accepted(engines, "tram-1", "một")
    port = engines.urls.mqtt_port
    for key, password in (("tram-1", "hai"), ("tram_2", "một"), ("nobody", ""), ("sen", "")):
        stranger = Device(port, key, password)
        assert not stranger.accepted, key
        stranger.close()
    listener = Device(port, "sen", urlsplit(engines.urls.nats).password or "")
    listener.client.subscribe("v1/#", 1)
    listener.client.subscribe("probe/#", 1)
    device.client.subscribe("v1/#", 1)
    device.publish("v1/tram_2/telemetry")
    device.publish("v1/tram-1/other")
    device.publish("v1/tram-1/telemetry")
    for _ in range(200):
        if listener.received:
            break
        threading.Event().wait(0.05)
    assert listener.received == ["v1/tram-1/telemetry"]
    assert device.received == []
    listener.close()
    device.close()


def test_a_revoked_device_is_cut_off_at_once(engines: EngineSet, fleet: list[DeviceUser]) -> None:
    device = until_accepted(engines, "tram-1", "một")
    other = until_accepted(engines, "tram_2", "hai")
    device.client.reconnect_delay_set(60)
    reload_device_credentials(fleet[1:], engines.data)
    assert device.ended.wait(10)
    again = Device(engines.urls.mqtt_port, "tram-1", "một")
    assert not again.accepted
    other.publish("v1/tram_2/telemetry")
    for each in (device, other, again):
        each.close()


@given(st.text(max_size=70))
def test_no_key_can_mean_more_than_a_name(key: str) -> None:
    data = Path(os.environ["SEN_DATA"]) / "hostile"
    harmless = user("x", "y").password_bcrypt
    try:
        write_devices(data, [DeviceUser(key, harmless)])
    except InvalidInput:
        return
    assert set(key) <= set(string.ascii_letters + string.digits + "-_")
    assert key != "sen"


@pytest.mark.parametrize("hashed", ["plain", "", '$2b$04$"}', "$2b$04$" + "a" * 52, "$2b$04$" + "a" * 53 + "\n"])
def test_only_hashes_are_written(tmp_path: Path, hashed: str) -> None:
    with pytest.raises(InvalidInput):
        write_devices(tmp_path, [DeviceUser("tram-1", hashed)])


def test_postgres_wants_its_password_and_has_no_port(engines: EngineSet) -> None:
    parts = urlsplit(engines.urls.database)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(engines.urls.database.replace(parts.password or "", "wrong"))
    folder = Path(parse_qs(parts.query)["host"][0])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with psycopg.connect(engines.urls.database) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
        assert connection.execute("SELECT 'Đồng Tháp' = lower('Đồng Tháp'), lower('ĐỒNG')").fetchone() == (
            False,
            "đồng",
        )


def test_a_deep_folder_works_and_stops_clean(tmp_path: Path) -> None:
    deep = tmp_path / ("thư mục " * 8).strip() / ("sâu" * 20)
    chosen = only("postgres", deep)
    engines = EngineSet(deep, chosen)
    urls = engines.start()
    assert urls.clickhouse == chosen.clickhouse_url
    assert urls.nats == chosen.nats_url
    assert set(engines.pids()) == {"postgres"}
    health = engines.health()
    assert (health["postgres"].ready, health["postgres"].embedded) == (True, True)
    assert (health["clickhouse"].ready, health["clickhouse"].embedded) == (False, False)
    assert not health["nats"].ready
    assert read_runtime(deep) == urls
    folder = Path(parse_qs(urlsplit(urls.database).query)["host"][0])
    assert folder.exists()
    engines.stop()
    assert not folder.exists()
    assert read_runtime(deep) is None


def test_a_taken_mqtt_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        chosen = only("nats", tmp_path, mqtt_port=port)
        with pytest.raises(Unavailable, match=f"Cổng MQTT 127.0.0.1:{port}"):
            EngineSet(tmp_path, chosen).start()


@pytest.mark.parametrize("sync", ["sometimes", '1s"', "1s\n}", "-1s"])
def test_a_bad_sync_setting_is_refused(tmp_path: Path, sync: str) -> None:
    chosen = only("nats", tmp_path, log_sync=sync)
    with pytest.raises(InvalidInput, match="SEN_LOG_SYNC"):
        EngineSet(tmp_path, chosen).start()
