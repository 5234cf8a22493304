"""Search words: accents, tone marks on either vowel, phrases, highlights, and signatures in files."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sen.apps.documents import signatures, words


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("hoà", "hòa", True),
        ("thuỷ", "thủy", True),
        ("Hoà", "hoa", False),
        ("bán", "bạn", False),
        ("đường", "duong", False),
    ],
)
def test_a_word_is_one_however_its_tone_mark_is_placed(one: str, other: str, same: bool) -> None:
    assert (words.toned(one) == words.toned(other)) is same


def test_a_query_says_what_was_meant() -> None:
    assert words.query("xam nhap mặn") == "'xam' & 'nhap' & 'măn5'"
    assert words.query('"hoà bình" 267/UBND-VP') == "('hoa2' <-> 'binh2') & ('267' <-> 'ubnd' <-> 'vp')"
    assert words.query(" ?! ") == ""


def test_what_was_found_is_marked_in_the_text() -> None:
    text = "Xâm nhập mặn và hòa bình"
    assert words.highlighted(text, "man HOÀ") == [
        ("Xâm nhập ", False),
        ("mặn", True),
        (" và ", False),
        ("hòa", True),
        (" bình", False),
    ]
    assert words.excerpt("a " * 300 + "độ mặn tăng " + "b " * 300, "mặn", 40).count("mặn") == 1
    assert words.excerpt("không có gì", "mặn") == ""


@given(st.text(max_size=80), st.text(max_size=40))
def test_pieces_are_the_text_again_and_literals_hold_no_quote(text: str, asked: str) -> None:
    import unicodedata

    assert "".join(piece for piece, _mark in words.highlighted(text, asked)) == unicodedata.normalize("NFC", text)
    assert words.vector([(text, "A")]).count("'") % 2 == 0
    assert not words.query(asked).replace("'", "").replace("<->", "").strip(" &()") or "'" in words.query(asked)


def test_a_signature_is_detected_and_never_called_valid() -> None:
    from sen.standards.edxml.specimens import pdf

    office = io.BytesIO()
    with zipfile.ZipFile(office, "w") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "x")
    assert signatures.detected(pdf("a", signed=True)) == "PDF (ETSI.CAdES.detached)"
    assert signatures.detected(pdf("a", signed=False)) == ""
    assert signatures.detected(office.getvalue()) == "Office"
    assert signatures.detected(b"<a><ds:SignatureValue>AA</ds:SignatureValue></a>") == "XML"
    assert [signatures.detected(one) for one in (b"", b"PK\x03\x04 hong", b"%PDF-", "chữ".encode())] == [""] * 4
