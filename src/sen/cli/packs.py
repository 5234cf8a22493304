"""`sen packs`: sector packs as files: check, hand on, take in, go back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from sen.cli.data_folder import DEFAULT, ROOT, DataOption, join, use

group = typer.Typer(help="Gói lĩnh vực (thuộc tính, giới hạn, chỉ số, bảng điều hành).", no_args_is_help=True)

CodeArgument = Annotated[str, typer.Argument(metavar="CODE", help="Mã gói, ví dụ environment.")]
UserOption = Annotated[str, typer.Option("--user", help="Tên đăng nhập mà lệnh này thay mặt; trống = hệ thống.")]


@group.callback()
def _group() -> None:
    """Gói lĩnh vực (thuộc tính, giới hạn, chỉ số, bảng điều hành)."""


@group.command("check")
def check(path: Annotated[Path, typer.Argument(help="Một gói, hoặc thư mục chứa các gói.")] = ROOT / "packs") -> None:
    """Kiểm tra một gói trước khi cài; thoát với mã 1 nếu có lỗi."""
    _set_up()
    from sen.apps.packs import interface as packs

    problems = packs.check(path)
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        raise typer.Exit(1)
    typer.echo(f"{path}: không có lỗi.")


@group.command("export")
def export(
    code: CodeArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp .zip sẽ ghi.")],
    *,
    key: Annotated[
        Path | None, typer.Option("--key", metavar="KEYFILE", exists=True, dir_okay=False, help="Khóa riêng để ký.")
    ] = None,
    from_unit: Annotated[
        str, typer.Option("--from-unit", metavar="UNIT", help="Kèm bảng điều hành và ngưỡng mà đơn vị này đã ban hành.")
    ] = "",
    version: Annotated[str, typer.Option("--version", help="Phiên bản mới khi kèm mẫu của đơn vị.")] = "",
    data: DataOption = DEFAULT,
) -> None:
    """Xuất một gói thành một tệp; cùng nội dung cho cùng tệp."""
    join(data)
    from sen.apps.access.interface import SYSTEM
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs

    unit = organisations.unit(from_unit).id if from_unit else None
    archive = packs.export_pack(scope=SYSTEM, code=code, key=key, from_unit=unit, version=version)
    file.write_bytes(archive)
    typer.echo(f"Đã xuất {code} vào {file} ({len(archive)} byte, {'đã ký' if key else 'chưa ký'}).")


@group.command("keygen")
def keygen(file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp khóa riêng sẽ tạo (quyền 0600).")]) -> None:
    """Tạo khóa ký Ed25519; in ra khóa công khai để nơi nhận tin cậy."""
    _set_up()
    from sen.apps.packs import interface as packs

    typer.echo(packs.make_key(file))


@group.command("trust")
def trust(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Nơi phát hành, ví dụ “Tỉnh An Giang”.")],
    public_key: Annotated[str, typer.Argument(metavar="PUBKEY", help="Khóa công khai (base64).")],
    data: DataOption = DEFAULT,
) -> None:
    """Tin cậy các gói ký bằng khóa này."""
    use(data)
    _set_up()
    from sen.apps.packs import interface as packs

    made = packs.trust(name, public_key)
    typer.echo(f"Từ nay tin cậy gói do “{made.name}” ký.")


@group.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Tệp gói (.zip).")],
    accept_unsigned: Annotated[
        str, typer.Option("--accept-unsigned", metavar="REASON", help="Lý do nhận gói chưa ký hoặc do khóa lạ ký.")
    ] = "",
    user: UserOption = "",
    data: DataOption = DEFAULT,
) -> None:
    """Cài một gói nhận từ nơi khác; trung tâm đang chạy dùng ngay, không phải khởi động lại."""
    join(data)
    from sen.apps.access.interface import SYSTEM, scope_of_username
    from sen.apps.packs import interface as packs

    scope = scope_of_username(user) if user else SYSTEM
    made = packs.import_pack(scope=scope, data=file.read_bytes(), accept_unsigned=accept_unsigned)
    before = f", thay {made.former}" if made.former else ""
    typer.echo(f"Đã cài {made.pack.code} {made.pack.version}{before}; ký bởi: {made.signer or 'không rõ'}.")


@group.command("back")
def back(code: CodeArgument, user: UserOption = "", data: DataOption = DEFAULT) -> None:
    """Quay lại bản trước của một gói đã nhập."""
    join(data)
    from sen.apps.access.interface import SYSTEM, scope_of_username
    from sen.apps.packs import interface as packs

    made = packs.go_back(scope=scope_of_username(user) if user else SYSTEM, code=code)
    typer.echo(f"Gói {code} trở lại phiên bản {made.pack.version}.")


def _set_up() -> None:
    """Django's apps without any engine: which kinds of template there are, is theirs to say."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    import django

    django.setup()
