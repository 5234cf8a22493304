"""The `sen` command. One module per group of commands; each loads what it needs only when it is called."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry of `./sen`: run the command; a SenError or a wrong setting becomes its message and exit code 1."""
    from pydantic import ValidationError

    from sen.cli.application import application
    from sen.kernel.errors import SenError

    try:
        application(prog_name="sen")
    except SenError as error:
        print(f"{error.message} {error.action}".strip(), file=sys.stderr)
        for name, reason in error.fields.items():
            print(f"  {name}: {reason}", file=sys.stderr)
        sys.exit(1)
    except ValidationError as error:
        print("Thiết lập không đúng; sửa biến môi trường hoặc sen.toml (docs/operations/settings.md):", file=sys.stderr)
        for problem in error.errors(include_url=False):
            name = "SEN_" + "_".join(str(part) for part in problem["loc"]).upper()
            print(f"  {name}={problem['input']!r}: {problem['msg']}", file=sys.stderr)
        sys.exit(1)
