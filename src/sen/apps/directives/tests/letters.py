"""Made-up official documents, and files around a text: PDF with a text layer, Word with automatic numbers."""

from __future__ import annotations

from pathlib import Path

import docx

HEAD = """ỦY BAN NHÂN DÂN
TỈNH SEN VÀNG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 45/UBND-KT
V/v kiểm tra hồ chứa

Sen Vàng, ngày 04 tháng 3 năm 2024

Kính gửi:
- Sở Xây dựng;
- UBND các huyện, thành phố.

Ủy ban nhân dân tỉnh có ý kiến như sau:

"""
TAIL = """

Văn phòng UBND tỉnh thông báo để các cơ quan biết, thực hiện./.

Nơi nhận:
- Như trên;
- Giao Sở Tài chính lưu.

KT. CHỦ TỊCH
"""


def letter(body: str) -> str:
    """A letter of 4 March 2024 (a Monday) with this body."""
    return f"{HEAD}{body}{TAIL}"


def write_pdf(path: Path, lines: list[str]) -> None:
    """A PDF whose font maps its bytes to Unicode, as word processors write Vietnamese."""
    letters = sorted({letter for line in lines for letter in line})
    code = {letter: number for number, letter in enumerate(letters, 1)}
    pairs = "\n".join(f"<{code[one]:02x}> <{ord(one):04x}>" for one in letters)
    mapping = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(letters)} beginbfchar\n{pairs}\nendbfchar\nendcmap end end"
    )
    shown = "\n".join(f"<{''.join(f'{code[one]:02x}' for one in line)}> Tj T*" for line in lines)
    streams = [f"BT /F 11 Tf 14 TL 50 780 Td\n{shown}\nET", mapping]
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 6 0 R >> >> >>",
        *(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream" for stream in streams),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R >>",
    ]
    content = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{content.index(b'xref')}\n%%EOF"
    path.write_bytes(content + trailer.encode())


def write_docx(path: Path, paragraphs: list[str], table: list[list[str]] | None = None) -> None:
    """A Word file; paragraphs that begin with "# " get Word's own numbers."""
    document = docx.Document()
    if table:
        rows = document.add_table(len(table), len(table[0]))
        for row, cells in zip(rows.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    for text in paragraphs:
        document.add_paragraph(text.removeprefix("# "), style="List Number" if text.startswith("# ") else None)
    document.save(str(path))
