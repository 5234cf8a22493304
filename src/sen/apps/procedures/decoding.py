"""Rows of any source (an interface's JSON, a line of a table) into dossiers; every row that cannot be used is answered.

Names: those of the national interface (MaHoSo), ours (code), and the Vietnamese headings of tables; case and accents do not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sen.apps.procedures.on_time import end_of
from sen.apps.procedures.values import BadDossier, Channel, Dossier, Personal, State, Step, Supplement
from sen.kernel import clock
from sen.kernel.text import folded, normal

EARLIEST_YEAR = 2000
NAMES: dict[str, tuple[str, ...]] = {
    "code": ("MaHoSo", "Mã hồ sơ", "Số hồ sơ"),
    "procedure": ("MaTTHC", "Mã thủ tục", "MaThuTuc"),
    "procedure_name": ("TenTTHC", "Tên thủ tục"),
    "field": ("TenLinhVuc", "Lĩnh vực"),
    "level": ("CapThucHien", "Cấp thực hiện"),
    "agency": ("MaDonVi", "Mã đơn vị", "Mã định danh đơn vị"),
    "state": ("TrangThaiHoSo", "Trạng thái", "Trạng thái hồ sơ"),
    "channel": ("KenhThucHien", "Kênh thực hiện"),
    "submitted_at": ("NgayNopHoSo", "Ngày nộp"),
    "received_at": ("NgayTiepNhan", "Ngày tiếp nhận"),
    "promised_at": ("NgayHenTra", "Ngày hẹn trả"),
    "completed_at": ("NgayKetThucXuLy", "Ngày kết thúc xử lý", "Ngày xử lý xong"),
    "returned_at": ("NgayTra", "Ngày trả kết quả"),
    "ended_at": ("NgayDung", "Ngày dừng, từ chối hoặc rút", "Ngày dừng"),
    "supplements": ("BoSung", "Bổ sung"),
    "applicant_kind": ("LoaiDoiTuong", "Loại đối tượng"),
    "name": ("ChuHoSo.Ten", "Chủ hồ sơ", "Người nộp"),
    "identity": ("ChuHoSo.SoDinhDanh", "Số định danh", "CCCD"),
    "phone": ("ChuHoSo.DienThoai", "Điện thoại"),
    "address": ("ChuHoSo.DiaChi", "Địa chỉ"),
    "fee": ("LePhi", "Lệ phí", "Phí, lệ phí"),
    "paid_online": ("ThanhToanTrucTuyen", "Thanh toán trực tuyến"),
    "has_component_files": ("CoThanhPhanSo", "Có thành phần số hóa"),
    "has_digital_result": ("CoKetQuaSo", "Có kết quả điện tử"),
    "returns_paper": ("TraKetQuaGiay", "Trả kết quả giấy"),
    "reused_parts": ("SoThanhPhanTaiSuDung", "Số thành phần tái sử dụng"),
    "shared": ("ChiaSe", "Chia sẻ"),
    "population_data": ("KhaiThacDanCu", "Khai thác dữ liệu dân cư"),
    "synchronised": ("DongBoCong", "Đồng bộ Cổng quốc gia"),
    "complaint": ("CoKhieuNai", "Có khiếu nại"),
    "dislike": ("KhongHaiLong", "Không hài lòng"),
    "steps": ("QuaTrinh",),
    "updated_at": ("NgayCapNhat", "Ngày cập nhật", "Thời điểm cập nhật"),
    "simulated": ("MoPhong", "Mô phỏng"),
}
"""Our field → its other names; what a heading or key means."""
REQUIRED = ("code", "procedure", "agency", "state", "updated_at")
_PERSONAL = ("name", "identity", "phone", "address")
_TRUE, _FALSE = (
    frozenset({"1", "true", "co", "x", "yes", "y", "da"}),
    frozenset({"0", "false", "khong", "no", "n", "chua"}),
)
_TEXT_LIMITS = {"code": 64, "procedure": 64, "agency": 64}
_CHANNELS = {"": 1, "1": 1, "2": 2, "3": 3, "truc tiep": 1, "truc tuyen": 2, "buu chinh": 3}
_STATE_WORDS = {
    "moi dang ky": 1, "duoc tiep nhan": 2, "khong duoc tiep nhan": 3, "dang xu ly": 4, "yeu cau bo sung giay to": 5,
    "yeu cau thuc hien nghia vu tai chinh": 6, "cong dan yeu cau rut ho so": 7, "dung xu ly": 8, "da xu ly xong": 9, "da tra ket qua": 10,
}  # fmt: skip

_Reader = Callable[[Any, str], Any]


class _BadField(Exception):
    def __init__(self, cause: str, action: str) -> None:
        super().__init__(cause)
        self.cause, self.action = cause, action


def decode(row: Mapping[str, Any], number: int) -> Dossier | BadDossier:
    """The dossier of one row, or the first thing that is wrong with it. `number` is the row as people count."""
    found: dict[str, Any] = {}
    for heading, value in _flat(row):
        name = field_of(heading)
        if name and value is not None and str(value).strip():
            found[name] = value
    code = str(found.get("code", ""))[:64]
    values: dict[str, Any] = {}
    for name in NAMES:
        try:
            if name in found:
                reader: _Reader = _READERS.get(name, _text)
                values[name] = reader(found[name], name)
            elif name in REQUIRED:
                raise _BadField("thiếu giá trị.", "Điền giá trị này cho hồ sơ.")
        except _BadField as bad:
            return _bad(number, code, name, bad.cause, bad.action)
    personal = Personal(**{name: values.pop(name, "") for name in _PERSONAL})
    dossier = Dossier(**values, personal=personal)
    wrong = impossible(dossier)
    return _bad(number, code, *wrong) if wrong else dossier


@lru_cache(maxsize=4096)
def field_of(heading: str) -> str:
    """Our field that a heading or key means; empty for one that is not ours."""
    return _known().get(_key(heading), "")


def impossible(one: Dossier) -> tuple[str, str, str] | None:
    """(field, cause, action) of the first contradiction between the times of a dossier; None where they can be."""
    return next(
        (wrong for check in (_missing, _out_of_order, _in_future, _bad_supplement) if (wrong := check(one))), None
    )


_Wrong = tuple[str, str, str] | None


def _missing(one: Dossier) -> _Wrong:
    end, ended_as = end_of(one)
    if ended_as and end is None:
        name = "completed_at" if one.state in {9, 10} else "ended_at"
        return (
            name,
            f"trạng thái {int(one.state)} nhưng không có ngày kết thúc.",
            "Bổ sung ngày kết thúc hoặc sửa trạng thái.",
        )
    if one.state in {2, 4, 5, 6, 9, 10} and one.received_at is None:
        return "received_at", f"trạng thái {int(one.state)} nhưng không có ngày tiếp nhận.", "Bổ sung ngày tiếp nhận."
    return None


def _out_of_order(one: Dossier) -> _Wrong:
    start, (end, _ended_as) = one.received_at, end_of(one)
    if start is not None and end is not None and end < start:
        return "completed_at", "kết thúc trước khi tiếp nhận.", "Kiểm tra hai ngày ở hệ thống một cửa."
    if start is not None and one.promised_at is not None and one.promised_at < start:
        return "promised_at", "hẹn trả trước khi tiếp nhận.", "Kiểm tra ngày hẹn trả."
    return None


def _in_future(one: Dossier) -> _Wrong:
    latest = clock.now() + timedelta(days=1)
    for name in ("submitted_at", "received_at", "completed_at", "returned_at", "ended_at", "updated_at"):
        moment: datetime | None = getattr(one, name)
        if moment is not None and moment > latest:
            return name, "là một ngày trong tương lai.", "Kiểm tra đồng hồ của hệ thống nguồn."
    return None


def _bad_supplement(one: Dossier) -> _Wrong:
    for asked in one.supplements:
        if asked.completed is not None and asked.completed < asked.requested:
            return "supplements", "bổ sung xong trước khi được yêu cầu.", "Kiểm tra các ngày bổ sung."
        if one.received_at is not None and asked.requested < one.received_at:
            return "supplements", "yêu cầu bổ sung trước khi tiếp nhận.", "Kiểm tra các ngày bổ sung."
    return None


def _bad(number: int, code: str, name: str, cause: str, action: str) -> BadDossier:
    return BadDossier(number, code, NAMES[name][0], cause, action)


def _flat(row: Mapping[str, Any]) -> list[tuple[str, Any]]:
    person = row.get("ChuHoSo")
    if not isinstance(person, Mapping):
        return list(row.items())
    return [
        *((key, value) for key, value in row.items() if key != "ChuHoSo"),
        *((f"ChuHoSo.{key}", person[key]) for key in person),
    ]


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    return {_key(spelling): name for name, others in NAMES.items() for spelling in (name, *others)}


def _key(text: str) -> str:
    return "".join(c for c in folded(text) if c.isalnum())


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str | int):
        raise _BadField("không phải chữ.", "Gửi giá trị này dưới dạng chữ.")
    text = normal(str(value)).replace("\x00", "")
    limit = _TEXT_LIMITS.get(name, 1000)
    if len(text) > limit:
        raise _BadField(f"dài quá {limit} ký tự.", "Rút ngắn giá trị.")
    return text


def moment_of(value: Any, name: str) -> datetime:
    """A moment as RFC 3339, `02/03/2026 08:00`, `2026-03-02`; without a zone it is Vietnam's. A promised day ends with its office day's date."""
    if isinstance(value, datetime):
        found, whole_day = value, value.time() == time() and value.tzinfo is None
    else:
        text = str(value).strip()
        try:
            found, whole_day = _parsed(text)
        except ValueError:
            raise _BadField(
                f"“{text[:40]}” không phải ngày giờ.", "Viết 2026-03-02T08:00:00+07:00 hoặc 02/03/2026 08:00."
            ) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=clock.VIETNAM)
    if not EARLIEST_YEAR <= found.year <= 2100:
        raise _BadField(f"năm {found.year} không thể có.", "Kiểm tra lại ngày.")
    if whole_day and name == "promised_at":
        found += timedelta(days=1, milliseconds=-1)
    return found


def _parsed(text: str) -> tuple[datetime, bool]:
    if "/" in text:
        day, _blank, clock_time = text.partition(" ")
        parts = [int(part) for part in day.split("/")]
        found = datetime(parts[2], parts[1], parts[0])  # noqa: DTZ001 - the zone follows
        return (datetime.combine(found, time.fromisoformat(clock_time)), False) if clock_time else (found, True)
    return datetime.fromisoformat(text), len(text) <= 10


def _state(value: Any, _name: str) -> State:
    text = str(value).strip()
    number = int(text) if text.isdigit() else _STATE_WORDS.get(folded(text), 0)
    if not 1 <= number <= 10:
        raise _BadField(f"“{text[:40]}” không phải trạng thái hồ sơ.", "Dùng mã 1–10 của danh mục quốc gia.")
    return State(number)


def _channel(value: Any, _name: str) -> Channel:
    number = _CHANNELS.get(folded(str(value)).strip())
    if number is None:
        raise _BadField(f"“{value}” không phải kênh thực hiện.", "Dùng 1 (trực tiếp), 2 (trực tuyến), 3 (bưu chính).")
    return Channel(number)


def _yes(value: Any, _name: str) -> bool:
    text = folded(str(value)).strip()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise _BadField(f"“{value}” không phải có hoặc không.", "Dùng 1/0, có/không.")


def _whole(value: Any, _name: str) -> int:
    text = str(value).strip().replace(".", "").replace(",", "") if isinstance(value, str) else str(value)
    if not text.isdigit() or len(text) > 12:
        raise _BadField(f"“{value}” không phải số nguyên không âm.", "Ghi số, không kèm đơn vị.")
    return int(text)


def _level(value: Any, _name: str) -> str:
    text = folded(str(value))
    return (
        "commune"
        if text in {"xa", "cap xa", "commune"}
        else "province"
        if text in {"tinh", "cap tinh", "province"}
        else text[:20]
    )


def _kind(value: Any, _name: str) -> str:
    return "organisation" if folded(str(value)) in {"2", "to chuc", "doanh nghiep", "organisation"} else "citizen"


def _supplements(value: Any, name: str) -> tuple[Supplement, ...]:
    """A list of {NgayYeuCau, NgayBoSung}, or in a table `02/03/2026 08:00 - 05/03/2026 09:00; …`, without an end while it is open."""
    if isinstance(value, str):
        pairs = [tuple(part.strip() for part in one.split(" - ", 1)) for one in value.split(";") if one.strip()]
    elif isinstance(value, list) and all(isinstance(one, Mapping) for one in value):
        pairs = [(one.get("NgayYeuCau", ""), one.get("NgayBoSung") or "") for one in value]
    else:
        raise _BadField("không phải danh sách lần bổ sung.", "Gửi danh sách {NgayYeuCau, NgayBoSung}.")
    return tuple(
        Supplement(moment_of(pair[0], name), moment_of(pair[1], name) if len(pair) > 1 and pair[1] else None)
        for pair in pairs
    )


def _steps(value: Any, name: str) -> tuple[Step, ...]:
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise _BadField("không phải danh sách bước xử lý.", "Gửi danh sách {DonVi, VaiTro, TuNgay, DenNgay}.")
    return tuple(
        Step(
            str(one.get("DonVi", ""))[:200], str(one.get("VaiTro", ""))[:200], moment_of(one.get("TuNgay", ""), name),
            moment_of(one["DenNgay"], name) if one.get("DenNgay") else None,
        )
        for one in value
    )  # fmt: skip


_READERS: dict[str, _Reader] = {
    "state": _state, "channel": _channel, "level": _level, "applicant_kind": _kind, "supplements": _supplements, "steps": _steps,
    **{name: moment_of for name in NAMES if name.endswith("_at")},
    **dict.fromkeys(("fee", "reused_parts"), _whole),
    **dict.fromkeys(("paid_online", "has_component_files", "has_digital_result", "returns_paper", "shared", "population_data", "synchronised", "complaint", "dislike", "simulated"), _yes),
}  # fmt: skip
