"""Made-up documents as the exchange carries them, always the same for the same number; for the simulator and the demonstration."""

from __future__ import annotations

import zlib
from datetime import date, datetime, timedelta

from sen.kernel.text import folded
from sen.standards.edxml.values import Attachment, DocumentMessage, Party

_SUBJECTS = (
    (
        "Công văn",
        "CV",
        "V/v rà soát, cập nhật tình hình xâm nhập mặn và nguồn nước tưới vụ Đông Xuân",
        "Nông nghiệp và môi trường",
    ),
    ("Công văn", "CV", "V/v đôn đốc giải ngân vốn đầu tư công các dự án hạ tầng giao thông", "Tài chính"),
    ("Báo cáo", "BC", "Kết quả cải cách hành chính và giải quyết thủ tục hành chính", "Nội vụ"),
    ("Thông báo", "TB", "Kết luận cuộc họp về phòng, chống thiên tai và tìm kiếm cứu nạn", "Phòng, chống thiên tai"),
    ("Kế hoạch", "KH", "Triển khai chuyển đổi số và dữ liệu dùng chung", "Khoa học và công nghệ"),
    ("Công văn", "CV", "V/v tăng cường kiểm tra an toàn thực phẩm dịp lễ, tết", "Y tế"),
    (
        "Công văn",
        "CV",
        "V/v xử lý phản ánh, kiến nghị của người dân về mùi hôi tại khu công nghiệp",
        "Nông nghiệp và môi trường",
    ),
    ("Tờ trình", "TTr", "Đề nghị phê duyệt danh mục công trình thủy lợi cấp bách", "Nông nghiệp và môi trường"),
    ("Quyết định", "QĐ", "Ban hành quy chế phối hợp quản lý trạm quan trắc tự động", "Nông nghiệp và môi trường"),
    ("Công văn", "CV", "V/v cung cấp số liệu kinh tế - xã hội phục vụ Trung tâm điều hành", "Tài chính"),
    ("Công văn", "CV", "V/v kiểm tra tiến độ xây dựng trường học đạt chuẩn quốc gia", "Giáo dục và đào tạo"),
    ("Giấy mời", "GM", "Họp giao ban tình hình kinh tế - xã hội, quốc phòng - an ninh", "Văn phòng"),
)
_SIGNERS = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Châu", "Phạm Minh Dũng", "Võ Thị Em", "Huỳnh Quốc Giang")
_URGENCY = ("normal",) * 8 + ("urgent", "urgent", "very_urgent", "express")


def chance(number: int, salt: str) -> float:
    """A number from 0 to 1 that follows from the specimen's number."""
    return zlib.crc32(f"{number}{salt}".encode()) / 2**32


def specimen(
    number: int, sender: Party, receivers: tuple[Party, ...], sent: datetime, *, with_file: bool = True
) -> DocumentMessage:
    """The document `number` of a sender; issued on the day before it was sent, due within three weeks or not at all."""
    kind, letters, subject, field = _SUBJECTS[int(chance(number, "subject") * len(_SUBJECTS))]
    issued = sent.date() - timedelta(days=int(chance(number, "age") * 2))
    notation = f"{_letters(sender.name)}-{letters}" if letters != "CV" else _letters(sender.name)
    code = str(100 + number)
    signed = chance(number, "signed") < 0.82
    due = issued + timedelta(days=3 + int(chance(number, "due") * 18)) if chance(number, "has due") < 0.7 else None
    return DocumentMessage(
        document_id=f"{sender.code},{issued:%Y/%m/%d},{code}/{notation}", sender=sender, receivers=receivers, subject=subject,
        number=code, notation=notation, place="Đồng Tháp", promulgated=issued, type_name=kind, content=subject,
        signer=_SIGNERS[int(chance(number, "signer") * len(_SIGNERS))], signer_position="Giám đốc", due=due,
        to_places=("Như trên", "Lưu: VT"), urgency=_URGENCY[int(chance(number, "urgency") * len(_URGENCY))], field=field,
        pages=1 + int(chance(number, "pages") * 6), paper=chance(number, "paper") < 0.12, staff="Văn thư", sent=sent,
        attachments=(_file(code, notation, subject, issued, signed=signed),) if with_file else (), signed=False,
    )  # fmt: skip


def _letters(name: str) -> str:
    """The first letters of an agency's name, as symbols of documents carry them: `Sở Nông nghiệp và Môi trường` → SNNMT."""
    return "".join(word[0] for word in name.replace("-", " ").split() if word[:1].isalpha() and word != "và").upper()[
        :8
    ]


def _file(code: str, notation: str, subject: str, issued: date, *, signed: bool) -> Attachment:
    words = folded(f"So {code}/{notation} ngay {issued:%d/%m/%Y}. {subject}. Van ban mo phong de trinh dien.")
    return Attachment(f"{code}-{notation}.pdf", "application/pdf", subject, pdf(words, signed=signed))


def pdf(words: str, *, signed: bool) -> bytes:
    """A page of PDF 1.4 with a line of plain letters. `signed` puts a signature's dictionary in: present, and valid for nobody."""
    stream = f"BT /F1 11 Tf 50 780 Td ({words.encode('ascii', 'replace').decode()}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    if signed:
        objects.append(
            b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange [0 10 20 30]/Contents<00>>>"
        )
    out, places = bytearray(b"%PDF-1.4\n"), []
    for index, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (index, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
