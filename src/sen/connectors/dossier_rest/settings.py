"""Settings of a source of dossiers."""

from __future__ import annotations

from pydantic import Field

from sen.connector_sdk.settings import ConnectorSettings


class DossierRestSettings(ConnectorSettings):
    """Where the one-stop system answers and how it is asked. Its access token is no setting: it lies in a file that only the centre reads."""

    url: str = Field(
        "",
        title="Địa chỉ",
        description="Ví dụ https://motcua.tinh.gov.vn/api/dossiers. Mã truy cập (nếu có) đặt trong tệp "
        "DATA/secrets/<mã nguồn>.token, quyền 0600.",
        pattern=r"^(https?://\S+)?$",
    )
    page_size: int = Field(1000, ge=10, le=5000, title="Số hồ sơ mỗi trang")
    every_s: int = Field(
        300,
        ge=1,
        le=86_400,
        title="Chu kỳ hỏi (giây)",
        description="Sau khi đã lấy hết thay đổi thì chờ bấy nhiêu giây.",
    )
    overlap_s: int = Field(
        300,
        ge=0,
        le=86_400,
        title="Hỏi chồng (giây)",
        description="Mỗi lượt hỏi lại từ trước thời điểm của lượt trước bấy nhiêu giây, phòng khi hệ thống nguồn ghi chậm. "
        "Hồ sơ đã có thì bỏ qua.",
    )
    timeout_s: float = Field(60.0, ge=0.1, le=600, title="Chờ trả lời tối đa (giây)")
