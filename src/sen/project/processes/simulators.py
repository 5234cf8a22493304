"""The demo's devices: wire-level simulators that speak to the centre's own ports."""

from __future__ import annotations

from sen.project.processes.entry import begin


def main() -> None:
    """Simulate until SIGTERM."""
    begin("simulators")
    from sen.project.demo.simulate import main as simulate

    simulate()


if __name__ == "__main__":
    main()
