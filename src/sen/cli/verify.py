"""`sen verify FILE`: whether a PDF is an unchanged copy of a document that this centre signed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sen.cli.data_folder import DEFAULT, DataOption, join


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Tệp PDF cần kiểm tra.")],
    data: DataOption = DEFAULT,
) -> None:
    """Cho biết một văn bản PDF có đúng nguyên bản mà trung tâm đã ký hay không; mã thoát 1 nếu không."""
    join(data)
    from sen.apps.reports import interface as reports
    from sen.kernel import clock

    found = reports.verify(file.read_bytes())
    if found is None:
        typer.echo(f"{file.name}: không phải văn bản trung tâm đã ký, hoặc đã bị sửa sau khi ký.")
        raise typer.Exit(1)
    typer.echo(f"{file.name}: nguyên bản. {found.title} số {found.number}, {found.unit_name}.")
    typer.echo(f"Người ký: {', '.join(found.signers)}; trung tâm ký lúc {clock.local(found.signed_at):%H:%M %d/%m/%Y}.")
    typer.echo(f"SHA-256 {found.sha256}\nKhóa Ed25519 {found.public_key}")
