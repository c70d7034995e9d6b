"""Documents as members send them: their text is looked through for a secrecy marking, what cannot be read is told."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

from tracker.domain.errors import AppError, Code
from tracker.services import evidence_files
from tracker.services.evidence_files import FileRoom

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox import Sandbox


def refused(code: Code) -> pytest.RaisesExc[AppError]:
    return pytest.raises(AppError, check=lambda error: error.code is code)


@pytest.fixture
def sandbox(upload_sandbox: Sandbox) -> Sandbox:
    return upload_sandbox


@pytest.fixture
def room(sandbox: Sandbox, tmp_path: Path) -> FileRoom:
    return FileRoom(tmp_path / "evidence", sandbox)


def word(*paragraphs: str, header: str = "", cell: str = "") -> bytes:
    made = docx.Document()
    for words in paragraphs:
        made.add_paragraph(words)
    if header:
        made.sections[0].header.paragraphs[0].text = header
    if cell:
        made.add_table(1, 2).cell(0, 1).text = cell
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def pdf(*pages: tuple[str, ...]) -> bytes:
    """Write a PDF of lines in capitals, in a font whose letters are those of MẬT and TỐI by a map of its own."""
    writer = PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(_font(writer))})}
        )
        drawn = "".join(f"BT /F1 12 Tf 72 {760 - 20 * n} Td ({line}) Tj ET\n" for n, line in enumerate(lines))
        stream = DecodedStreamObject()
        stream.set_data(drawn.encode("ascii"))
        page[NameObject("/Contents")] = writer._add_object(stream)
    return _written(writer)


def _font(writer: PdfWriter) -> DictionaryObject:
    stream = DecodedStreamObject()
    stream.set_data(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n"
        b"2 beginbfchar <61> <1EAC> <6F> <1ED0> endbfchar\n"  # a = Ậ, o = Ố
        b"1 beginbfrange <41> <5A> <0041> endbfrange\nendcmap end end\n"
    )
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/ToUnicode"): writer._add_object(stream),
        }
    )


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def odt(*paragraphs: str) -> bytes:
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    body = "".join(f"<t:p>{words}</t:p>" for words in paragraphs)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", f'<o xmlns:t="{text}">{body}</o>')
    return out.getvalue()


def test_a_document_with_a_marking_is_refused_and_nothing_is_kept(room: FileRoom, tmp_path: Path) -> None:
    """004-60: a file whose text has the stamp «TỐI MẬT» is refused, nothing is stored."""
    marked = {
        "a.docx": word("BÁO CÁO", "TỐI MẬT", "Nội dung"),
        "header.docx": word("BÁO CÁO", header="MẬT"),
        "cell.docx": word("BÁO CÁO", cell="Độ mật: Tuyệt mật"),
        "a.pdf": pdf(("BAO CAO", "ToI MaT")),
        "later.pdf": pdf(("BAO CAO",), ("TRANG HAI", "MaT")),
        "a.odt": odt("Báo cáo", "(TUYỆT MẬT)"),
        "a.txt": "Báo cáo\r\nTỐI MẬT\r\n".encode(),
        "wide.txt": "Báo cáo\nTỐI MẬT\n".encode("utf-16"),
    }
    for name, content in marked.items():
        with refused(Code.EVIDENCE_SECRET):
            evidence_files.prepare_document(room, content, name)
    assert not (tmp_path / "evidence").exists()


def test_a_document_that_only_speaks_of_secrets_is_taken_as_it_is(room: FileRoom) -> None:
    sent = {
        "a.docx": word("TUYÊN TRUYỀN LUẬT BẢO VỆ BÍ MẬT NHÀ NƯỚC", "Không đưa tài liệu MẬT lên mạng."),
        "a.pdf": pdf(("BaO Va BI MaT NHA NUOC",)),
        "a.odt": odt("Bảo vệ bí mật"),
        "a.txt": "mật ong\n".encode(),
    }
    for name, content in sent.items():
        stored = evidence_files.keep(room, evidence_files.prepare_document(room, content, name))
        assert evidence_files.read_file(room, stored.file_name) == content
        assert stored.facts["unread_count"] == 0


def test_a_stamp_stuck_on_a_pdf_counts(room: FileRoom) -> None:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_annotation(0, FreeText(text="TỐI MẬT", rect=(50, 550, 200, 650)))
    with refused(Code.EVIDENCE_SECRET):
        evidence_files.prepare_document(room, _written(writer), "a.pdf")


def test_a_drawn_stamp_in_a_word_file_counts(room: FileRoom) -> None:
    out, content = io.BytesIO(), word("Báo cáo")
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
        new.writestr("word/header9.xml", '<w xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="MẬT"/></w>')
    with refused(Code.EVIDENCE_SECRET):
        evidence_files.prepare_document(room, out.getvalue(), "a.docx")


def test_pages_without_text_are_told(room: FileRoom) -> None:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    prepared = evidence_files.prepare_document(room, _written(writer), "scan.pdf")
    assert prepared.facts == {"page_count": 1, "unread_count": 1}
    assert evidence_files.prepare_document(room, word(), "a.docx").facts["unread_count"] == 1


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        archive.writestr("word/document.xml", "<a>" + " " * (60 << 20) + "</a>")
    return out.getvalue()


def _entities() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<a/>")
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        archive.writestr("word/document.xml", f'<!DOCTYPE a [<!ENTITY l0 "lol">{laughs}]><a><p><t>&l9;</t></p></a>')
    return out.getvalue()


def _with_macro() -> bytes:
    out = io.BytesIO(word("a"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    return out.getvalue()


def _with_script() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf(("A",))))
    act = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(act)
    return _written(writer)


def _with_attachment() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf(("A",))))
    writer.add_attachment("x.exe", b"MZ")
    return _written(writer)


def _locked() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf(("A",))))
    writer.encrypt("mat khau", algorithm="RC4-128")
    return _written(writer)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "bomb.docx": _bomb,
    "macro.docx": _with_macro,
    "script.pdf": _with_script,
    "attached.pdf": _with_attachment,
    "locked.pdf": _locked,
    "broken.pdf": lambda: b"%PDF-1.7\nnothing",
    "broken.docx": lambda: b"PK\x03\x04nothing",
    "sheet.docx": lambda: odt("a").replace(b"opendocument.text", b"opendocument.calc"),
    "old.doc": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    "page.txt": lambda: b" <html><script>alert(1)</script>",
    "eps.txt": lambda: b"%!PS-Adobe-3.0",
    "bytes.txt": lambda: b"a\x00b",
    "latin.txt": lambda: "été".encode("latin-1"),
    "picture.png": lambda: pdf(("A",)),
    "text.html": "chữ".encode,
    "unnamed": lambda: b"text without a name",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_document_or_carries_more_than_text_is_refused(room: FileRoom, name: str) -> None:
    with refused(Code.EVIDENCE_TYPE):
        evidence_files.prepare_document(room, HOSTILE[name](), name)


def test_nested_entities_are_not_unfolded(room: FileRoom) -> None:
    with pytest.raises(AppError):
        evidence_files.prepare_document(room, _entities(), "a.docx")
