"""The tree of commands."""

from __future__ import annotations

import typer

from sen.cli import (
    accounts,
    bench,
    doctor,
    extract_tasks,
    imports,
    packs,
    simulate,
    status,
    testing,
    tokens,
    up,
    verify,
)

application = typer.Typer(
    name="sen",
    help="Sen – trung tâm giám sát, điều hành thông minh mã nguồn mở cho một tỉnh.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}

application.command("up")(up.up)
application.command("status")(status.status)
application.command("doctor")(doctor.doctor)
application.command("accounts")(accounts.accounts)
application.command("import")(imports.import_file)
application.command("extract-tasks")(extract_tasks.extract_tasks)
application.command("verify")(verify.verify)
application.command("simulate", context_settings=PASS_ON)(simulate.simulate)
application.command("bench", context_settings=PASS_ON)(bench.bench)
application.command("test", context_settings=PASS_ON)(testing.test)
application.add_typer(tokens.group, name="token")
application.add_typer(packs.group, name="packs")
