"""The brake on guessing passwords."""

from __future__ import annotations

from sen.connectors.station_files.uploads import Brake


def test_guessing_is_braked_per_account_and_per_address() -> None:
    brake = Brake(per_name=3, per_address=5)
    for _ in range(3):
        assert not brake.refuses("10.0.0.1", "tram-1")
        brake.failed("10.0.0.1", "tram-1")
    assert brake.refuses("10.0.0.1", "tram-1")
    assert not brake.refuses("10.0.0.2", "tram-1")
    for name in ("tram-2", "tram-3"):
        assert not brake.refuses("10.0.0.1", name)
        brake.failed("10.0.0.1", name)
    assert brake.refuses("10.0.0.1", "tram-9")


def test_signing_in_forgets_the_account_failures() -> None:
    brake = Brake(per_name=2, per_address=50)
    brake.failed("10.0.0.1", "tram-1")
    brake.succeeded("10.0.0.1", "tram-1")
    brake.failed("10.0.0.1", "tram-1")
    assert not brake.refuses("10.0.0.1", "tram-1")


def test_failures_are_forgotten_after_the_window() -> None:
    brake = Brake(per_name=1, window_s=-1.0)
    brake.failed("10.0.0.1", "tram-1")
    assert not brake.refuses("10.0.0.1", "tram-1")
