"""The settings of a source as its connector's schema: validated on save, and turned into a form by its titles and help."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sen.kernel.errors import InvalidInput


class ConnectorSettings(BaseModel):
    """What every connector's settings have. `title` and `description` of fields are Vietnamese: people read them in forms."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, str_max_length=500, frozen=True)

    link_same_code: bool = Field(
        True,
        title="Tự gắn thiết bị trùng mã trạm",
        description="Thiết bị mới có mã trùng với mã một trạm chưa có nguồn của cùng đơn vị thì được gắn ngay, không chờ duyệt.",
    )


def validated(model: type[ConnectorSettings], values: dict[str, Any]) -> dict[str, Any]:
    """`values` checked and completed with defaults, as JSON types. Raises InvalidInput with a message per field."""
    try:
        return model.model_validate(values).model_dump(mode="json")
    except ValidationError as error:
        fields = {".".join(str(part) for part in item["loc"]) or "settings": item["msg"] for item in error.errors()}
        raise InvalidInput(
            "Cấu hình nguồn không hợp lệ: " + "; ".join(f"{name}: {message}" for name, message in fields.items()),
            action="Sửa các mục được nêu theo hướng dẫn của kiểu kết nối.", code="invalid_settings", fields=fields,
        ) from error  # fmt: skip


def form_schema(model: type[ConnectorSettings]) -> dict[str, Any]:
    """JSON Schema of the settings; a console draws its form from titles, descriptions, defaults and enumerations."""
    return model.model_json_schema()
