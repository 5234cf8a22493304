"""Settings of a source whose data people hand in as tables."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sen.connector_sdk.settings import ConnectorSettings


class TableUploadSettings(ConnectorSettings):
    """How the tables of this source are to be read, where that cannot be seen from them."""

    device: str = Field(
        "", max_length=128, title="Trạm của bảng",
        description="Mã trạm dùng khi cột chỉ ghi thông số (ví dụ pm25), không ghi trạm (ví dụ tram-1/pm25).",
    )  # fmt: skip
    typed_by_hand: bool = Field(
        False, title="Số liệu nhập tay",
        description="Đánh dấu mọi giá trị là nhập tay; dấu này theo số liệu tới biểu đồ, báo cáo và API.",
    )  # fmt: skip
    decimal: Literal["auto", "comma", "point"] = Field(
        "auto", title="Dấu thập phân", description="Tự nhận biết, dấu phẩy (3,5) hoặc dấu chấm (3.5)."
    )
    sheet: str = Field(
        "", max_length=64, title="Trang tính", description="Tên trang tính Excel; bỏ trống là trang đầu."
    )
