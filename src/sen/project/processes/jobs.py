"""The jobs process: procrastinate's worker with every app's `jobs.py`, on the records' database."""

from __future__ import annotations

from sen.project.processes.entry import begin

CONCURRENCY = 2
GRACE_S = 8


def main() -> None:
    """Work until SIGTERM; a job that does not end in time is taken up again by the next worker."""
    begin("jobs")
    from django.core.management import call_command

    call_command(
        "procrastinate", "worker", "--concurrency", str(CONCURRENCY), "--shutdown-graceful-timeout", str(GRACE_S)
    )


if __name__ == "__main__":
    main()
