"""Own templates: ours and small changes of them are good; what is wrong, or meant badly, is refused in a sentence."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.reports import papers_opened
from bot.reports.papers import TooLong, built_in, write
from bot.reports.papers_checked import check
from bot.reports.papers_fields import sample
from bot.rules.words import PaperKind
from bot.texts import labels
from tests.office import opened
from tests.papers import text_of

KIND = PaperKind.RESOLUTION
OURS = built_in(KIND)
BODY = "word/document.xml"
RELATION = '<Relationship Id="rX" Type="http://x/{type}" Target="{target}" {mode}/>'
EXTERNAL = 'TargetMode="External"'


def packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts.items():
            pack.writestr(name, content)
    return made.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def changed(content: bytes, before: str, after: str, part: str = BODY) -> bytes:
    """The document with other text in one of its parts."""
    parts = unpacked(content)
    text = parts[part].decode()
    assert before in text
    return packed(parts | {part: text.replace(before, after).encode()})


def added(name: str, content: bytes) -> bytes:
    return packed(unpacked(OURS) | {name: content})


def said(text: str) -> bytes:
    """Ours with one more paragraph."""
    return changed(OURS, "<w:sectPr", f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p><w:sectPr")


def linked(target: str, mode: str = EXTERNAL, kind: str = "image") -> bytes:
    relation = RELATION.format(type=kind, target=target, mode=mode)
    return changed(OURS, "</Relationships>", f"{relation}</Relationships>", "word/_rels/document.xml.rels")


def inside(xml: str) -> bytes:
    return changed(OURS, "<w:sectPr", f"<w:p><w:r>{xml}</w:r></w:p><w:sectPr")


def refused(content: bytes, kind: PaperKind = KIND) -> BadInput:
    with pytest.raises(BadInput) as error:
        check(content, kind)
    assert error.value.key in labels("vi")["refusals"]
    return error.value


@pytest.mark.parametrize("kind", PaperKind)
def test_our_own_templates_are_good(kind: PaperKind) -> None:
    assert "CHI BỘ THÔN SÉO MÝ TỶ" in text_of(check(built_in(kind), kind))


@pytest.mark.parametrize(
    "text",
    [
        "{{ subject }}",
        "{%p if place and not subject %}",
        "{% for line in conclusions %}{{ line }}{{ loop.index }}{% endfor %}",
        "{</w:t></w:r><w:r><w:t>{ issuer }}",
        "{% if late %}x{% elif absent %}y{% else %}z{% endif %}",
    ],
    ids=["field", "if", "loop", "over runs", "elif"],
)
def test_what_a_template_may_say(text: str) -> None:
    closing = "</w:t></w:r></w:p><w:p><w:r><w:t>{%p endif %}" if text.startswith("{%p") else ""
    assert check(said(text + closing), KIND)


def test_what_libreoffice_has_saved_is_good(tmp_path: Path) -> None:
    (tmp_path / "ours.docx").write_bytes(OURS)
    again = opened(tmp_path / "ours.docx", "docx").read_bytes()
    assert text_of(check(again, KIND)).split() == text_of(check(OURS, KIND)).split()


def test_all_unknown_fields_are_named() -> None:
    error = refused(
        said("{{ han_chot }} {% if nguoi %}{% endif %} {% for x in viec %}{{ x.ten }}{% endfor %}")
    )
    assert (error.key, error.values["names"]) == ("paper_field_unknown", "han_chot, nguoi, viec, viec.ten")


def test_missing_fields_are_named() -> None:
    error = refused(changed(OURS, "conclusions", "agenda"))
    assert error.key == "paper_field_unknown"
    bare = re.sub(r"\{\{ issuer \}\}", "CHI BỘ", unpacked(OURS)[BODY].decode())
    error = refused(packed(unpacked(OURS) | {BODY: bare.encode()}))
    assert (error.key, error.values["names"]) == ("paper_field_missing", "issuer")


@pytest.mark.parametrize(
    ("tag", "key"),
    [
        ("{{ issuer.__class__.__mro__ }}", "paper_tag_unclear"),
        ("{{ issuer.upper }}", "paper_field_unknown"),
        ("{{ issuer['x'] }}", "paper_tag_unclear"),
        ("{{ issuer() }}", "paper_tag_unclear"),
        ("{{ 9**9**9 }}", "paper_tag_unclear"),
        ("{{ issuer|safe }}", "paper_tag_unclear"),
        ("{{ 'a' * 999999999 }}", "paper_tag_unclear"),
        ("{% for x in range(10**12) %}{% endfor %}", "paper_tag_unclear"),
        ("{% for x in conclusions %}{% for y in conclusions %}{% endfor %}{% endfor %}", "paper_tag_unclear"),
        ("{% for loop in conclusions %}{{ loop.index }}{% endfor %}", "paper_tag_unclear"),
        ("{% for x in issuer %}{{ x }}{% endfor %}", "paper_field_unknown"),
        ("{% set x = 1 %}", "paper_tag_unclear"),
        ("{% macro x() %}{% endmacro %}", "paper_tag_unclear"),
        ("{% include 'labels.toml' %}", "paper_tag_unclear"),
        ("{% raw %}{% endraw %}", "paper_tag_unclear"),
        ("{%r if issuer %}{%r endif %}{% colspan issuer %}", "paper_tag_unclear"),
        ("{{r issuer }}", "paper_tag_unclear"),
        ("{# nothing #}", "paper_tag_unclear"),
        ("{{ conclusions }}", "paper_field_unknown"),
        ("{{ self }}", "paper_field_unknown"),
        ("{{ loop.index }}", "paper_field_unknown"),
        ("{{ issuer", "paper_tag_unclear"),
        ("{{ issuer %}", "paper_tag_unclear"),
        ("{{" * 5000, "paper_too_many_tags"),
        ("{{ " + " " * 5000 + "issuer }}", "paper_tag_unclear"),
        ("{{ " + "(" * 100 + " }}", "paper_tag_unclear"),
        ("{% if issuer %}", "paper_tag_open"),
        ("{% endfor %}", "paper_tag_open"),
        ("{% for x in conclusions %}{% else %}{% endfor %}", "paper_tag_open"),
        ("{% elif issuer %}", "paper_tag_open"),
        ("{{ issuer }}" * 500, "paper_too_many_tags"),
    ],
)
def test_nothing_but_fields_conditions_and_one_loop_is_understood(tag: str, key: str) -> None:
    assert refused(said(tag)).key == key


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "paper_file_damaged"),
        (b"%PDF-1.7", "paper_file_damaged"),
        (OURS[:-300], "paper_file_damaged"),
        (packed({"[Content_Types].xml": b"<Types/>"}), "paper_file_damaged"),
        (b"x" * (papers_opened.MOST_BYTES + 1), "paper_file_too_big"),
        (added("word/big.xml", b"<a>" + b" " * 2_000_000 + b"</a>"), "paper_file_too_big"),
        (added("word/media/a.png", b"\0" * 20_000_000), "paper_file_too_big"),
        (packed(unpacked(OURS) | {f"word/x{n}.xml": b"<a/>" for n in range(200)}), "paper_file_too_big"),
        (added("word/vbaProject.bin", b"x"), "paper_file_part"),
        (added("word/embeddings/a.docx", b"x"), "paper_file_part"),
        (added("../evil.xml", b"<a/>"), "paper_file_part"),
        (added("word/afchunk.html", b"<a/>"), "paper_file_part"),
        (
            changed(OURS, "document.main+xml", "document.macroEnabled.main+xml", "[Content_Types].xml"),
            "paper_file_part",
        ),
        (changed(OURS, "document.main+xml", "template.main+xml", "[Content_Types].xml"), "paper_unfillable"),
        (linked("http://evil.example/x.png"), "paper_file_link"),
        (linked("file:///etc/passwd", "", "image"), "paper_file_link"),
        (linked("\\\\evil\\share\\x.dotm", EXTERNAL, "attachedTemplate"), "paper_file_link"),
        (inside("<w:object/>"), "paper_file_part"),
        (inside("<w:altChunk/>"), "paper_file_part"),
        (inside('<v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="http://x"/>'), "paper_file_link"),
        (inside("<w:instrText>INCLUDETEXT http://x</w:instrText>"), "paper_field_code"),
        (inside("<w:instrText>DD</w:instrText><w:instrText>EAUTO c cmd</w:instrText>"), "paper_field_code"),
        (inside("<w:instrText>{{ issuer }}</w:instrText>"), "paper_field_code"),
        (inside('<w:fldSimple w:instr="LINK x"/>'), "paper_field_code"),
        (inside("<w:delText>{{ issuer }}</w:delText>"), "paper_tag_place"),
        (inside('<w:t w:x="{{ issuer }}">x</w:t>'), "paper_tag_place"),
        (inside("<!-- {{ issuer }} --><w:t>x</w:t>"), "paper_tag_place"),
        (
            changed(OURS, "<dc:subject>", "<dc:subject>{{ issuer }}", "docProps/core.xml")
            if "<dc:subject>" in unpacked(OURS)["docProps/core.xml"].decode()
            else changed(
                OURS, "</cp:coreProperties>", "<a>{{ issuer }}</a></cp:coreProperties>", "docProps/core.xml"
            ),
            "paper_tag_place",
        ),
    ],
)
def test_a_file_that_is_more_than_a_document_is_refused(content: bytes, key: str) -> None:
    assert refused(content).key == key


def test_entities_are_neither_read_nor_multiplied() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    body = unpacked(OURS)[BODY].decode()
    start = body.index("<w:document")
    for name in ("&a;", "&b;"):
        told = body[:start] + bomb + body[start:].replace("NGHỊ QUYẾT", name)
        assert refused(packed(unpacked(OURS) | {BODY: told.encode()})).key == "paper_file_damaged"


def test_a_file_of_two_parts_of_one_name_is_refused() -> None:
    made = io.BytesIO(OURS)
    with pytest.warns(UserWarning), zipfile.ZipFile(made, "a") as pack:
        pack.writestr(BODY, b"<a/>")
    assert refused(made.getvalue()).key == "paper_file_damaged"


@pytest.mark.parametrize(
    "tag",
    [
        "{{ ''.__class__ }}",
        "{{ listed[0].__class__ }}",
        "{{ issuer.format(issuer) }}",
        "{{ issuer|upper }}",
        "{{ range(3) }}",
        "{{ cycler }}",
        "{{ nobody }}",
    ],
)
def test_the_sandbox_alone_holds_too(tag: str) -> None:
    with pytest.raises(Exception, match=r"unsafe|undefined|not safely|No filter|attribute|callable"):
        write(said(tag), sample(KIND))


def test_what_comes_out_without_end_is_stopped() -> None:
    long = "{% for a in conclusions %}" * 9 + "x" * 5_000_000 + "{% endfor %}" * 9
    with pytest.raises(TooLong):
        write(said(long), sample(KIND))
