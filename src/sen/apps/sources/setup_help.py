"""How a device or a person connects to a source, in steps with the real addresses of this centre; and settings forms from schemas."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from sen.apps.sources.models import Source
from sen.connector_sdk import registry
from sen.connector_sdk.settings import form_schema
from sen.kernel.configuration import settings


def steps_for(source: Source, host: str, secret: str = "") -> dict[str, Any]:
    """`lines` (label, value) to type in at the device, a `sample` to try with, and perhaps a `note` of what goes wrong most easily.

    `host` is the name under which people reach us.
    """
    secret = secret or "…"
    config, name = settings(), host.partition(":")[0] or "127.0.0.1"
    if source.connector == "mqtt":
        return {
            "lines": [
                (_("Máy chủ"), f"{name}:{config.mqtt_port}"), (_("Giao thức"), "MQTT 3.1.1"), (_("Tên đăng nhập"), source.key),
                (_("Mật khẩu"), secret), (_("Chủ đề"), f"v1/{source.key}/telemetry"),
                (_("Mức QoS"), "1"),
            ],
            "note": _(
                "Thiết bị phải gửi với QoS 1. Trung tâm không nhận bản tin QoS 0 và thiết bị không được báo lỗi; "
                "nếu đã kết nối mà không thấy số liệu, hãy đổi QoS thành 1 trong cấu hình MQTT của thiết bị."
            ),
            "sample": '{"device": "cam-bien-01", "time": "2026-11-21T10:30:00+07:00", "values": {"pm25": 31.2}}',
        }  # fmt: skip
    if source.connector == "http_push":
        body = '{"series": "tram-1/pm25", "time": "2026-11-21T10:30:00+07:00", "value": 31.2}'
        return {
            "lines": [
                (_("Địa chỉ"), f"POST http://{host}/api/v1/observations"),
                (_("Tiêu đề"), f"Authorization: Bearer {secret}"),
            ],
            "sample": body,
        }
    if source.connector == "station_files":
        return {
            "lines": [
                ("FTP, FTPS", f"{name}:{config.ftp_port}"), ("SFTP", f"{name}:{config.sftp_port}"), (_("Tên đăng nhập"), source.key),
                (_("Mật khẩu"), secret), (_("Thư mục theo dõi"), f"inbox/{source.key}/"),
                (_("Mẫu tên tệp"), str(source.settings.get("file_name_pattern", ""))),
            ],
            "sample": "PM2,5\t31,2\tµg/Nm3\t20261121103000\t00",
        }  # fmt: skip
    return {
        "lines": [(_("Cách nạp"), _("Chọn tệp CSV hoặc Excel ở trang nguồn này rồi bấm Nạp bảng."))],
        "sample": "thời gian;tram-1/pm25",
    }


def settings_fields(connector: str, values: dict[str, Any], errors: dict[str, str]) -> list[dict[str, Any]]:
    """The connector's own settings as fields of a form: name, label, help, kind (`bool`, `choice`, `number`, `text`), value, error."""
    schema = form_schema(registry.settings_model(connector))
    fields = []
    for name, part in schema.get("properties", {}).items():
        kind = {"boolean": "bool", "integer": "number", "number": "number"}.get(part.get("type", ""), "text")
        if "enum" in part:
            kind = "choice"
        fields.append(
            {
                "name": f"settings.{name}", "label": part.get("title", name), "help": part.get("description", ""), "kind": kind,
                "options": part.get("enum", []), "value": values.get(name, part.get("default", "")), "error": errors.get(name, ""),
            }
        )  # fmt: skip
    return fields


def settings_from(connector: str, posted: Any) -> dict[str, Any]:
    """The settings of a posted form as values for the connector's schema, which checks them."""
    schema = form_schema(registry.settings_model(connector))
    values: dict[str, Any] = {}
    for name, part in schema.get("properties", {}).items():
        field = f"settings.{name}"
        if part.get("type") == "boolean":
            values[name] = field in posted
        elif field in posted:
            values[name] = posted[field]
    return values
