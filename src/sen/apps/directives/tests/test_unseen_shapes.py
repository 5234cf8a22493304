"""Shapes that only unseen documents showed: names over commas, minutes, programmes, lists of overdue tasks, pages of a table."""

from __future__ import annotations

from datetime import date

import pytest

from sen.apps.directives.interface import Extraction, extract_from_text
from sen.apps.directives.tests.letters import letter


def read(body: str) -> Extraction:
    return extract_from_text(letter(body))


def leads(body: str) -> list[list[str]]:
    return [list(task.agencies) for task in read(body).tasks]


NAMES_WITH_COMMAS = [
    ("Phòng Kinh tế, Hạ tầng và Đô thị", "rà soát vỉa hè."),
    ("Phòng Giám sát, kiểm tra và xử lý sau thanh tra", "theo dõi việc này."),
    ("Trung tâm Giám sát, điều hành thông minh", "tích hợp dữ liệu mưa."),
    ("Ban Quản lý dự án đầu tư xây dựng và phát triển quỹ đất khu vực Sen Vàng", "thu hồi số tiền sai."),
    ("Chi nhánh Văn phòng Đăng ký đất đai khu vực III", "cập nhật dữ liệu."),
    ("Chủ tịch UBND các xã, phường vùng ngọt hóa Sen Vàng", "rà soát số hộ thiếu nước."),
    ("UBND các xã, phường vùng trũng thấp, ven suối", "di dời dân."),
    ("Thủ trưởng các cơ quan có nhiệm vụ quá hạn", "báo cáo giải trình."),
    ("Chủ tịch UBND các xã, phường, đặc khu Trường Sa", "tổ chức trực Tết."),
    ("Tổ trưởng các tổ dân phố", "thông báo, đôn đốc từng hộ."),
    ("Phó Chủ tịch UBND tỉnh phụ trách khối văn hóa", "trực tiếp chỉ đạo, tháo gỡ."),
    ("Vụ Chính quyền địa phương", "tổng hợp báo cáo các tỉnh."),
    ("các bệnh viện, trung tâm y tế khu vực", "dự trù thuốc."),
]


@pytest.mark.parametrize(("name", "work"), NAMES_WITH_COMMAS)
def test_names_that_go_on_over_commas_verbs_and_regions(name: str, work: str) -> None:
    assert leads(f"1. {name[0].upper()}{name[1:]} {work}") == [[name]]


def test_what_else_an_agency_is_belongs_to_no_list() -> None:
    assert leads("1. Sở Y tế - Cơ quan Thường trực Ban Chỉ đạo tỉnh: tổng hợp số liệu.") == [["Sở Y tế"]]
    assert leads("1. Trạm Y tế, các trường học, Hợp tác xã Sen Vàng cử người tham gia.") == [
        ["Trạm Y tế", "các trường học", "Hợp tác xã Sen Vàng"]
    ]


@pytest.mark.parametrize(
    "body",
    [
        "Thành phần: đại diện Công an tỉnh, Sở Xây dựng\n\nI. TÌNH HÌNH TUẦN QUA (24/11 - 30/11)\n\nTiếp nhận 612 phản ánh.",
        "Thành phần dự họp:\n- Sở Xây dựng: ông A, Phó Giám đốc\n- UBND xã Sen: bà B\n\nCuộc họp kết thúc lúc 9 giờ.",
        "Dự họp có đại diện lãnh đạo: Công an tỉnh, các Sở: Xây dựng, Y tế; UBND các xã có tên trong giấy mời.",
        "II. Ý KIẾN THẢO LUẬN\n\n- Sở Xây dựng: đề nghị tích hợp dữ liệu mưa.",
        "1. Ban Quản lý dự án báo cáo: tiến độ đạt 45%.",
        "Chủ tịch UBND phường đánh giá: Trung tâm Phục vụ hành chính công tiếp nhận 931 hồ sơ.",
        "Các cơ quan, đơn vị thực hành theo kịch bản đã phê duyệt.",
        "II. CÁC NỘI DUNG TRÌNH UBND TỈNH, CHỦ TỊCH UBND TỈNH\n\n1. Đề án phát triển đô thị.",
        "1. Đề án đô thị.\n- Lãnh đạo UBND tỉnh phụ trách: PCT Nguyễn Văn A",
        "Kiến nghị Bộ Tài chính bổ sung vốn ngân sách Trung ương.",
        "Trên đây là kết luận, yêu cầu các đơn vị thực hiện nghiêm túc.",
    ],
)
def test_who_was_there_and_what_was_said_is_no_task(body: str) -> None:
    assert leads(body) == []


def test_inspectors_give_work_by_asking_for_it() -> None:
    body = "KẾT LUẬN THANH TRA\n\nKiến nghị Chủ tịch UBND tỉnh chỉ đạo quyết toán 09 dự án trong 30 ngày kể từ ngày ký Kết luận thanh tra."
    (task,) = read(body).tasks
    assert (list(task.agencies), task.deadline) == (["Chủ tịch UBND tỉnh"], date(2024, 4, 3))


def test_further_sentences_of_the_same_agency() -> None:
    assert leads("Sở Y tế tiêm vắc xin. Sở cũng có nhiệm vụ cung cấp số liệu.") == [["Sở Y tế"], ["Sở Y tế"]]
    assert leads("UBND các xã phân khai vốn; quá thời hạn trên, Sở Y tế tham mưu thu hồi.") == [
        ["UBND các xã"],
        ["Sở Y tế"],
    ]


def test_below_a_committee_of_the_party_to_lead_is_a_verb() -> None:
    body = "1. Giao Đảng ủy UBND tỉnh\n\n- Lãnh đạo UBND tỉnh phủ sóng 41 bản.\n\n- Chỉ đạo rà soát chỉ tiêu."
    assert leads(body) == [["Đảng ủy UBND tỉnh"], ["Đảng ủy UBND tỉnh"]]


def test_the_second_part_ends_what_was_told_in_the_first() -> None:
    body = "Phần thứ nhất\nKẾT QUẢ\n\nI. ƯU ĐIỂM\n\n- Sở Y tế kiểm tra các chợ.\n\nPhần thứ hai\nKIẾN NGHỊ\n\n1. Sở Xây dựng rà soát các hồ."
    assert leads(body) == [["Sở Xây dựng"]]


def test_overdue_tasks_get_the_day_that_is_still_ahead() -> None:
    body = "I. SỞ XÂY DỰNG (01 nhiệm vụ)\n\n(1) Tham mưu đơn giá (giao tại Công văn số 8/UBND, hạn 30/01/2024, quá hạn 30 ngày). Yêu cầu trình UBND tỉnh trước ngày 25/3/2024."
    (task,) = read(body).tasks
    assert (list(task.agencies), task.deadline) == (["Sở Xây dựng"], date(2024, 3, 25))


def test_a_programme_names_the_month_above_and_who_submits_below() -> None:
    body = "II. NỘI DUNG TRÌNH\n\nTháng 4/2024\n\n1. Đề án đô thị.\n- Cơ quan trình: Sở Xây dựng; cơ quan phối hợp: Sở Y tế\n\nTháng 5/2024\n\n2. Kế hoạch hè.\n- Cơ quan trình: Sở Nội vụ"
    found = [(list(task.agencies), list(task.coordinating), task.deadline) for task in read(body).tasks]
    assert found == [
        (["Sở Xây dựng"], ["Sở Y tế"], date(2024, 4, 30)),
        (["Sở Nội vụ"], [], date(2024, 5, 31)),
    ]


def test_lines_behind_arrows_say_who_and_until_when() -> None:
    body = "Việc 1. Khôi phục 23 camera\n   → Thực hiện: Viễn thông Sen Vàng\n   → Phối hợp: Công an tỉnh\n   → Hạn: 17h00 ngày 05/4/2024"
    (task,) = read(body).tasks
    assert list(task.agencies) == ["Viễn thông Sen Vàng"]
    assert (list(task.coordinating), task.deadline) == (["Công an tỉnh"], date(2024, 4, 5))


def test_a_table_that_goes_on_below_its_head_on_the_next_page() -> None:
    table = (
        " TT  Nội dung công việc            Đơn vị chủ trì      Thời hạn\n\n"
        "  1  Công bố tài liệu thủ tục       UBND các xã,        15/4/2024\n"
        "                                    phường\n\n"
        "                                    1\n\n"
        " TT  Nội dung công việc            Đơn vị chủ trì      Thời hạn\n\n"
        "  2  Khắc phục sạt lở quốc lộ       Hạt Quản lý đê      30/4/2024\n"
    )
    found = [(list(task.agencies), task.deadline) for task in read(table).tasks]
    assert found == [(["UBND các xã, phường"], date(2024, 4, 15)), (["Hạt Quản lý đê"], date(2024, 4, 30))]


def test_places_behind_a_tier_and_a_colon_say_which() -> None:
    assert leads("5. Các thôn: Sao Cô, Lũng Pâu: chuẩn bị gian hàng.") == [["các thôn: Sao Cô, Lũng Pâu"]]
    assert leads("5. UBND xã: Huy động lực lượng.") == [["UBND xã"]]


def test_a_heading_says_which_of_a_group() -> None:
    assert leads("3. Các cơ quan, đơn vị được kiểm tra\n\n- Xây dựng báo cáo theo đề cương.") == [
        ["các cơ quan, đơn vị được kiểm tra"]
    ]


def test_a_sentence_with_a_day_of_its_own_behind_finished_work_is_further_work() -> None:
    body = "1. Sở Nội vụ\nTham mưu Quyết định trước ngày 25/3/2024. Tổng hợp kết quả, trình UBND tỉnh trước ngày 30/4/2024."
    assert [task.deadline for task in read(body).tasks] == [date(2024, 3, 25), date(2024, 4, 30)]


def test_forces_members_and_short_names() -> None:
    assert leads("3. Lực lượng quản lý thị trường: kiểm tra quầy hàng.") == [["Lực lượng quản lý thị trường"]]
    assert leads("Đề nghị UBMTTQVN tỉnh tuyên truyền.") == [["UBMTTQVN tỉnh"]]
    assert leads("Các sở, ngành là thành viên Ban Chỉ đạo căn cứ nhiệm vụ xây dựng kế hoạch.") == [
        ["các sở, ngành là thành viên Ban Chỉ đạo"]
    ]
    assert leads("Nếu không hoàn thành, Chủ tịch UBND phường chịu trách nhiệm.") == []
