"""Whose work is it: one short made-up letter for each rule."""

from __future__ import annotations

import pytest

from sen.apps.directives.interface import Extraction, extract_from_text
from sen.apps.directives.tests.letters import letter


def read(body: str) -> Extraction:
    return extract_from_text(letter(body))


def leads(body: str) -> list[list[str]]:
    return [list(task.agencies) for task in read(body).tasks]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Giao Sở Xây dựng kiểm tra các hồ chứa.", [["Sở Xây dựng"]]),
        ("Sở Xây dựng khẩn trương kiểm tra các hồ chứa.", [["Sở Xây dựng"]]),
        ("Yêu cầu Chủ tịch UBND các xã, phường rà soát hộ nghèo.", [["Chủ tịch UBND các xã, phường"]]),
        ("Đề nghị Công an tỉnh, Thanh tra tỉnh chia sẻ dữ liệu.", [["Công an tỉnh", "Thanh tra tỉnh"]]),
        ("Các Sở: Y tế, Tài chính và Nội vụ rà soát biên chế.", [["Sở Y tế", "Sở Tài chính", "Sở Nội vụ"]]),
        ("Sở NN&PTNT lập danh sách các hồ xung yếu.", [["Sở NN&PTNT"]]),
        ("Trên cơ sở góp ý, Sở Y tế hoàn thiện dự thảo.", [["Sở Y tế"]]),
        ("Giao cho Ban Quản lý các khu công nghiệp tỉnh theo dõi tiến độ.", [["Ban Quản lý các khu công nghiệp tỉnh"]]),
        (
            "Về kè: Ban Quản lý dự án Đầu tư xây dựng tỉnh làm việc với nhà thầu.",
            [["Ban Quản lý dự án Đầu tư xây dựng tỉnh"]],
        ),
        ("Sở Y tế kiểm tra các chợ; Sở Công Thương kiểm tra kho hàng.", [["Sở Y tế"], ["Sở Công Thương"]]),
        ("Đề nghị các sở, ban, ngành và các hộ dân dọn vệ sinh.", [["các sở, ban, ngành", "các hộ dân"]]),
        ("Ủy ban nhân dân huyện Triệu Phong bàn giao mặt bằng.", [["UBND huyện Triệu Phong"]]),
        (
            "Việc giải phóng mặt bằng do UBND phường Mỹ Trà chủ trì, hoàn thành trước 30/9/2024.",
            [["UBND phường Mỹ Trà"]],
        ),
        ("Đề nghị Tỉnh đoàn, Hội Nông dân tỉnh tổ chức dạy bơi.", [["Tỉnh đoàn", "Hội Nông dân tỉnh"]]),
        ("STC theo dõi tiến độ; SNN&MT kiểm tra hồ chứa.", [["STC"], ["SNN&MT"]]),
        (
            "Báo và Phát thanh, Truyền hình An Giang: xây dựng chuyên mục.",
            [["Báo và Phát thanh, Truyền hình An Giang"]],
        ),
        ("Các doanh nghiệp viễn thông thực hiện di dời cáp.", [["các doanh nghiệp viễn thông"]]),
        ("Thủ trưởng các đơn vị nêu tại Phụ lục khẩn trương nộp báo cáo.", [["Thủ trưởng các đơn vị nêu tại Phụ lục"]]),
        ("UBND các xã, phường ven biển sơ tán dân.", [["UBND các xã, phường ven biển"]]),
        (
            "Đồng chí Lê Lâm - Phó Chủ tịch UBND tỉnh chủ trì giao ban hằng tuần.",
            [["Đồng chí Lê Lâm - Phó Chủ tịch UBND tỉnh"]],
        ),
        ("Ban Quản lý dự án tỉnh yêu cầu nhà thầu tăng mũi thi công.", [["Ban Quản lý dự án tỉnh"]]),
        (
            "Sở Y tế: tiêm vắc xin trước 30/4/2024. Phối hợp với Sở Tài chính lập dự toán.",
            [["Sở Y tế"], ["Sở Y tế"]],
        ),
        ("Chuyển đơn của ông A đến Thanh tra tỉnh để xem xét, giải quyết.", [["Thanh tra tỉnh"]]),
    ],
)
def test_who_leads(body: str, expected: list[list[str]]) -> None:
    assert leads(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "Đồng ý với đề nghị của Sở Xây dựng tại Tờ trình số 12/TTr-SXD.",
        "Thời gian qua, Sở Xây dựng đã hoàn thành kiểm tra 12 hồ chứa.",
        "Thực hiện nhiệm vụ Thủ tướng giao Sở Xây dựng tại Công điện số 3/CĐ-TTg.",
        "Ngày 01/3/2024, UBND tỉnh đã có Công văn số 30/UBND-KT yêu cầu Sở Xây dựng báo cáo trước ngày 10/3/2024.",
        "Hầu hết các địa phương giao Phòng Nội vụ theo dõi công tác này.",
        "Chánh Văn phòng UBND tỉnh, Giám đốc các sở chịu trách nhiệm thi hành Quyết định này.",
        "Yêu cầu các cơ quan, đơn vị nghiêm túc thực hiện Công văn này.",
        "Theo Công văn số 3/BYT ngày 01/3/2024 của Bộ Y tế, đề nghị địa phương báo cáo trước ngày 31/3/2024; Chủ tịch UBND tỉnh có ý kiến như sau:",
        "UBND tỉnh ban hành Kế hoạch chuyển đổi số như sau:",
        "Chủ tịch UBND các xã chịu trách nhiệm trước Chủ tịch UBND tỉnh nếu để xảy ra cháy rừng.",
        "Thực hiện Công văn số 5/BNV ngày 01/3/2024 của Bộ Nội vụ, trong đó yêu cầu UBND tỉnh báo cáo trước ngày 30/3/2024.",
        "I. MỤC ĐÍCH, YÊU CẦU\n\n- Các sở, ban, ngành xác định rõ trách nhiệm, hoàn thành trước 30/6/2024.",
        "Sau khi sắp xếp, Ban Chỉ huy các vấn đề cấp bách tại nhiều xã chưa được kiện toàn.",
        "Trong quá trình thực hiện, nếu có vướng mắc, các đơn vị phản ánh về Sở Xây dựng.",
        "Phó Chủ tịch UBND tỉnh chủ trì cuộc họp nghe Sở Xây dựng báo cáo.",
    ],
)
def test_what_is_no_task(body: str) -> None:
    assert leads(body) == []


def test_work_below_a_heading_belongs_to_the_agency_of_the_heading() -> None:
    body = "1. Sở Xây dựng:\n\n- Kiểm tra hồ chứa.\n\n- Lập phương án ứng phó.\n\n2. Công an tỉnh bảo đảm trật tự."
    assert leads(body) == [["Sở Xây dựng"], ["Sở Xây dựng"], ["Công an tỉnh"]]


def test_a_paragraph_right_below_bare_names_is_their_work() -> None:
    assert leads("1. Sở Xây dựng:\nKhẩn trương phân bổ vốn.\n\n2. Công an tỉnh bảo đảm trật tự.") == [
        ["Sở Xây dựng"],
        ["Công an tỉnh"],
    ]


def test_what_the_issuer_does_itself_is_no_task() -> None:
    text = letter("Bộ Y tế xây dựng hướng dẫn kèm theo Công văn này.").replace(
        "ỦY BAN NHÂN DÂN\nTỈNH SEN VÀNG", "BỘ Y TẾ"
    )
    assert extract_from_text(text).tasks == ()


def test_partners_of_a_heading_hold_for_its_points() -> None:
    body = "a) Sở Y tế phối hợp với Sở Tài chính:\n\n- Lập dự toán.\n\n- Mua vắc xin.\n\n- Thời gian hoàn thành trước ngày 15/4/2024."
    tasks = read(body).tasks
    assert [(task.coordinating, f"{task.deadline}") for task in tasks] == [(("Sở Tài chính",), "2024-04-15")] * 2


def test_points_that_explain_a_task_are_not_tasks() -> None:
    body = (
        "1. Sở Y tế hoàn thiện Đề án; trong đó, lưu ý các nội dung sau:\n\n- Về tên gọi: trình 02 phương án.\n\n"
        "- Cập nhật cơ sở pháp lý.\n\n- Thời gian hoàn thành trước ngày 25/4/2024."
    )
    (task,) = read(body).tasks
    assert (task.agencies, f"{task.deadline}") == (("Sở Y tế",), "2024-04-25")


def test_those_the_letter_goes_to() -> None:
    found = read("Đề nghị quý cơ quan gửi danh sách các hồ chứa.")
    assert found.addressees == ("Sở Xây dựng", "UBND các huyện, thành phố")
    assert found.tasks[0].agencies == found.addressees
    assert "Kính gửi" in found.tasks[0].warnings[0]


def test_an_addressee_without_work_gets_none() -> None:
    assert leads("Giao UBND các huyện, thành phố kiểm tra hồ chứa.") == [["UBND các huyện, thành phố"]]


def test_the_introduction_gives_its_agencies_to_the_points() -> None:
    body = "Chủ tịch UBND tỉnh yêu cầu Thủ trưởng các sở, ban, ngành thực hiện các nội dung sau:\n\n1. Rà soát quỹ đất.\n\n2. Báo cáo kết quả."
    assert leads(body) == [["Thủ trưởng các sở, ban, ngành"]] * 2


def test_partners() -> None:
    body = "Giao Sở Xây dựng chủ trì, phối hợp với Công an tỉnh, UBND các xã, phường và các đơn vị liên quan kiểm tra cầu yếu."
    (task,) = read(body).tasks
    assert task.coordinating == ("Công an tỉnh", "UBND các xã, phường", "các đơn vị liên quan")
    assert task.task == "Kiểm tra cầu yếu"


def test_a_plan_names_lead_partners_and_time_below_the_work() -> None:
    body = (
        "1. Xây dựng danh mục dữ liệu dùng chung\n- Cơ quan chủ trì: Sở Khoa học và Công nghệ.\n"
        "- Cơ quan phối hợp: Các sở, ban, ngành.\n- Thời gian hoàn thành: Quý II năm 2024."
    )
    (task,) = read(body).tasks
    assert task.agencies == ("Sở Khoa học và Công nghệ",)
    assert task.coordinating == ("các sở, ban, ngành",)
    assert (task.task, f"{task.deadline}") == ("Xây dựng danh mục dữ liệu dùng chung", "2024-06-30")


def test_handing_in_the_work_is_part_of_it() -> None:
    body = "Đề nghị quý cơ quan góp ý dự thảo.\n\nDo thời gian gấp, đề nghị quý cơ quan gửi ý kiến về Sở Y tế trước ngày 10/3/2024."
    (task,) = read(body).tasks
    assert f"{task.deadline}" == "2024-03-10"


def test_a_deadline_in_a_point_of_its_own_is_joined_to_what_it_names() -> None:
    body = (
        "1. Sở Y tế xây dựng Đề án thành lập trung tâm cấp cứu tỉnh; bảo đảm cuối Quý II năm 2024 đưa vào hoạt động.\n\n"
        "2. Sở Tài chính bố trí kinh phí.\n\n3. Thời gian trình Đề án thành lập trung tâm cấp cứu tỉnh trước ngày 27/3/2024."
    )
    found = [(task.agencies[0], f"{task.deadline}") for task in read(body).tasks]
    assert found == [("Sở Y tế", "2024-03-27"), ("Sở Y tế", "2024-06-30"), ("Sở Tài chính", "None")]


def test_names_that_are_no_longer_right_are_said() -> None:
    text = letter("Giao Sở Kế hoạch và Đầu tư rà soát; UBND huyện Cao Lãnh báo cáo.").replace("năm 2024", "năm 2026")
    warnings = [warning for task in extract_from_text(text).tasks for warning in task.warnings]
    assert any("nay là Sở Tài chính" in warning for warning in warnings)
    assert any("cấp huyện" in warning for warning in warnings)


@pytest.mark.parametrize(
    "body",
    [
        "Giao BộGiao thông vận tải và Bộ Nông nghiệp và Pháttriển nông thôn xử lý.",
        "Giao Bộ Giao thông vận tải và Bộ Nông nghiệp\nvà Phát triển nông thôn xử lý.",
        "Giao **Bộ Giao thông vận tải** và Bộ Nông nghiệp và Phát triển Nông thôn xử lý.",
    ],
)
def test_what_converters_do_to_names(body: str) -> None:
    (task,) = read(body).tasks
    assert [name.lower() for name in task.agencies] == [
        "bộ giao thông vận tải",
        "bộ nông nghiệp và phát triển nông thôn",
    ]


def test_head_and_tail_hold_no_tasks() -> None:
    found = read("Giao Sở Xây dựng kiểm tra các hồ chứa.")
    assert (found.number, found.issuer, f"{found.issued}") == (
        "45/UBND-KT",
        "ỦY BAN NHÂN DÂN TỈNH SEN VÀNG",
        "2024-03-04",
    )
    assert len(found.tasks) == 1


def test_a_deadline_in_a_heading_holds_for_the_points_below() -> None:
    body = "1. Về nông nghiệp (hoàn thành trước ngày 30/4/2024):\n\n- Sở Y tế kiểm tra chợ.\n\n- Sở Xây dựng rà soát kè, xong trước 15/4/2024."
    assert [f"{task.deadline}" for task in read(body).tasks] == ["2024-04-30", "2024-04-15"]


def test_one_handing_in_closes_all_reports_above_it() -> None:
    body = (
        "Sở Y tế đề nghị các đơn vị thực hiện các nội dung sau:\n\n1. Báo cáo biên chế năm 2024.\n\n2. Đề xuất nhu cầu năm 2025.\n\n"
        "Báo cáo gửi về Sở Y tế trước ngày 15/4/2024."
    )
    assert [f"{task.deadline}" for task in read(body).tasks] == ["2024-04-15"] * 2


def test_roles_in_brackets_behind_the_work() -> None:
    body = "1. Chỉnh trang đường hành hương (Chủ trì: Khu Di tích Đền Hùng; phối hợp: Sở Xây dựng; hoàn thành: trước 31/3/2024)."
    (task,) = read(body).tasks
    assert (task.agencies, task.coordinating, f"{task.deadline}") == (
        ("Khu Di tích Đền Hùng",),
        ("Sở Xây dựng",),
        "2024-03-31",
    )
    assert task.task == "Chỉnh trang đường hành hương"


def test_a_form_names_lead_work_and_day_in_lines_beside_each_other() -> None:
    body = "3. Cơ quan chủ trì: Sở Nội vụ\n4. Cơ quan phối hợp: Sở Y tế\n5. Nội dung nhiệm vụ: Rà soát biên chế\n6. Hạn xử lý: 10/04/2024"
    (task,) = read(body).tasks
    assert (task.agencies, task.task, f"{task.deadline}") == (("Sở Nội vụ",), "Rà soát biên chế", "2024-04-10")


def test_duties_of_a_group_are_its_work() -> None:
    assert (
        leads("Điều 2. Nhiệm vụ của Tổ công tác\n\n1. Rà soát tàu cá.\n\n2. Tham mưu phương án hỗ trợ.")
        == [["Tổ công tác"]] * 2
    )


def test_a_page_number_does_not_cut_a_sentence() -> None:
    body = f"{'Giao Sở Y tế rà soát thiết bị của các trạm y tế. ' * 20}\n\nGiao Sở Xây dựng kiểm tra các hồ chứa, trình Chủ\n\n        2\n\ntịch UBND tỉnh trước 10/4/2024."
    assert (read(body).tasks[-1].agencies, f"{read(body).tasks[-1].deadline}") == (("Sở Xây dựng",), "2024-04-10")


ROWS = (
    ("1", "Nâng cấp Trung tâm dữ liệu", "Sở Khoa học và Công nghệ", "Công an tỉnh", "Quý III/2024"),
    ("2", "Làm sạch dữ liệu hộ tịch", "Sở Tư pháp", "UBND các xã", "30/5/2024"),
)
HEADS = ("TT", "Nội dung nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian")


@pytest.mark.parametrize(
    "table",
    [
        "\n".join(cell for row in (HEADS, *ROWS) for cell in row),  # one cell a line
        "\n".join("".join(f"{cell:30}" for cell in row) for row in (HEADS, *ROWS)),  # drawn with blanks
    ],
)
def test_tables_that_a_converter_flattened(table: str) -> None:
    tasks = extract_from_text(f"{letter('Trên đây là Kế hoạch.')}\n\nPHỤ LỤC\n\n{table}\n").tasks
    assert [(task.agencies, task.coordinating, task.task, f"{task.deadline}") for task in tasks] == [
        ((row[2],), (row[3],), row[1], day) for row, day in zip(ROWS, ("2024-09-30", "2024-05-30"), strict=True)
    ]


def test_those_who_only_help_get_no_task() -> None:
    body = "Giao Sở Y tế lập danh mục dữ liệu; Công an tỉnh, Sở Tài chính phối hợp; hoàn thành trước 30/5/2024."
    (task,) = read(body).tasks
    assert (task.agencies, task.coordinating, f"{task.deadline}") == (
        ("Sở Y tế",),
        ("Công an tỉnh", "Sở Tài chính"),
        "2024-05-30",
    )
