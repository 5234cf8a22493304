"""`sen extract-tasks FILE`: the tasks that an official document assigns. Needs no data folder and no engine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer


def extract_tasks(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Văn bản .txt, .docx hoặc .pdf có chữ.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="In danh sách dạng JSON.")] = False,
) -> None:
    """Tìm những nhiệm vụ mà một văn bản giao: cơ quan, thời hạn, trích dẫn. Kết quả là đề xuất, người dùng xác nhận."""
    from sen.apps.directives import interface as directives

    found = directives.extract_tasks(file)
    if as_json:
        typer.echo(msgspec.json.encode(found.tasks).decode())
        return
    issued = f", ngày {found.issued:%d/%m/%Y}" if found.issued else ""
    typer.echo(f"{file.name}: {found.number or 'không rõ số'}{issued}; {len(found.tasks)} nhiệm vụ.")
    for number, task in enumerate(found.tasks, 1):
        deadline = f"{task.deadline:%d/%m/%Y}" if task.deadline else "không có ngày"
        typer.echo(f"\n{number}. {', '.join(task.agencies)}\n   {task.task}")
        typer.echo(
            f"   Thời hạn: {deadline}" + (f" (“{' '.join(task.deadline_text.split())}”)" if task.deadline_text else "")
        )
        if task.coordinating:
            typer.echo(f"   Phối hợp: {', '.join(task.coordinating)}")
        for warning in task.warnings:
            typer.echo(f"   Lưu ý: {warning}")
