"""Settings of a source that delivers station files of Thông tư 10/2021/TT-BTNMT."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator

from sen.connector_sdk.settings import ConnectorSettings

# Tỉnh_CơSở_Trạm_yyyyMMddHHmmss.txt; some loggers leave province and facility out, one writes two underscores.
DEFAULT_PATTERN = "{prefix}{station}_{time}.txt"
_PLACEHOLDERS = {"prefix", "province", "facility", "station", "time", "any"}


class StationFilesSettings(ConnectorSettings):
    """How the files of this source are named and written."""

    file_name_pattern: str = Field(
        DEFAULT_PATTERN, max_length=120, title="Mẫu tên tệp",
        description="Ghép từ {province}, {facility}, {station}, {time} (yyyyMMddHHmmss), {prefix} (phần đầu tùy ý, có thể trống), {any}.",
    )  # fmt: skip
    station: str = Field(
        "", max_length=128, title="Mã trạm cố định",
        description="Dùng mã này cho mọi tệp của nguồn; bỏ trống thì lấy {station} trong tên tệp.",
    )  # fmt: skip
    decimal: Literal["auto", "comma", "point"] = Field(
        "auto", title="Dấu thập phân", description="Tự nhận biết, dấu phẩy (3,5) hoặc dấu chấm (3.5)."
    )
    require_tls: bool = Field(False, title="Bắt buộc FTPS", description="Từ chối FTP không mã hóa cho nguồn này.")

    @field_validator("file_name_pattern")
    @classmethod
    def _known_placeholders(cls, value: str) -> str:
        used = re.findall(r"\{([^{}]*)\}", value)
        if unknown := sorted(set(used) - _PLACEHOLDERS):
            raise ValueError(f"không có phần {{{unknown[0]}}}")
        if "time" not in used or len(used) != len(set(used)):
            raise ValueError("cần đúng một {time}, và mỗi phần dùng một lần")
        return value
