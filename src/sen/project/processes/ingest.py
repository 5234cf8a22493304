"""The ingest process: durable log to telemetry. The work is `sen.ingest.run`, which also writes its heartbeat."""

from __future__ import annotations

from sen.project.processes.entry import begin


def main() -> None:
    """Work until SIGTERM."""
    begin("ingest", beat=False)
    from sen.ingest.run import main as run

    run()


if __name__ == "__main__":
    main()
