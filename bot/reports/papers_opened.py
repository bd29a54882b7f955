"""A Word file that somebody sent, opened with care: only what a paper is made of, and nothing that reaches outside.

A .docx is a zip of XML. Before any library for Word sees it, every part is bounded, known by its name, and parsed
without entities; macros, embedded objects, links and fields that fetch something are refused with a sentence.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from bot.errors import BadInput
from bot.packed import DAMAGED

MOST_BYTES = 3_000_000
"""Of the file; ours have some 40,000, a coat of arms some 200,000 more."""
MOST_UNPACKED = 12_000_000
MOST_PARTS = 120
MOST_XML = 600_000
"""Bytes of one part in XML; ours have some 30,000. The worst that fits takes two seconds to look through."""
PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/\w+\.(xml|jpeg|png|emf|wmf)"
    r"|docMetadata/\w+\.xml|customXml/(_rels/)?\w+\.(xml|xml\.rels)|word/(_rels/|theme/|theme/_rels/)?\w+\.(xml|xml\.rels)"
    r"|word/media/[\w-]+\.(png|jpe?g|gif|bmp|tiff?|emf|wmf)|word/fonts/\w+\.odttf"
)
"""What a document of text, tables and pictures is made of."""
FIELDS = re.compile(r"(\s*(PAGE|NUMPAGES|SECTIONPAGES)(\s*\\\*\s*(MERGEFORMAT|ARABIC))?\s*)*", re.IGNORECASE)
"""Word's own fields that may stand in a template: the numbers of pages."""
REACHING = {"mailMerge", "altChunk", "subDoc", "object", "control", "attachedTemplate", "movie"}
"""Elements that bring in something that is not in the document."""
MARKS = re.compile(r"\{[{%#]")

Part = Any
"""The root of a part in XML."""


def parts_of(content: bytes) -> Mapping[str, Part]:
    """The parts of a .docx in XML, by name. BadInput says in a sentence what is wrong with the file."""
    if len(content) > MOST_BYTES:
        raise BadInput("paper_file_too_big", most=MOST_BYTES // 1_000_000)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            infos = [info for info in packed.infolist() if not info.is_dir()]
            _check_names(infos)
            found = {
                i.filename: _parse(packed.read(i)) for i in infos if i.filename.endswith((".xml", ".rels"))
            }
    except zipfile.LargeZipFile:
        raise BadInput("paper_file_too_big", most=MOST_BYTES // 1_000_000) from None
    except DAMAGED:
        raise BadInput("paper_file_damaged") from None
    for name, root in found.items():
        _check_part(name, root)
    return found


def _check_names(infos: list[zipfile.ZipInfo]) -> None:
    """What is packed, before any of it is unpacked."""
    names = [info.filename for info in infos]
    if strange := next((name for name in names if not PARTS.fullmatch(name)), None):
        raise BadInput("paper_file_part", part=strange[:80])
    unpacked = sum(info.file_size for info in infos)
    in_xml = max((i.file_size for i in infos if i.filename.endswith((".xml", ".rels"))), default=0)
    if len(names) > MOST_PARTS or unpacked > MOST_UNPACKED or in_xml > MOST_XML:
        raise BadInput("paper_file_too_big", most=MOST_BYTES // 1_000_000)
    if len(names) != len({name.lower() for name in names}) or "word/document.xml" not in names:
        raise BadInput("paper_file_damaged")


def _parse(content: bytes) -> Part:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise BadInput("paper_file_damaged") from None
    if root.getroottree().docinfo.doctype:
        raise BadInput("paper_file_damaged")
    return root


def _check_part(name: str, root: Part) -> None:
    if name.endswith(".rels"):
        _check_links(root)
    elif name == "[Content_Types].xml":
        if any("macro" in value.lower() for each in root.iter() for value in each.attrib.values()):
            raise BadInput("paper_file_part", part="macro")
    elif name.startswith("word/"):
        _check_reach(root)
        _check_fields(root)
    elif any(MARKS.search(text) for text in root.itertext()):
        raise BadInput("paper_tag_place", text=name)


def _check_links(root: Part) -> None:
    """Relationships lead to parts of the same document."""
    for each in root.iter("{*}Relationship"):
        target = each.get("Target", "")
        if each.get("TargetMode", "Internal") != "Internal" or re.search(r":|\\|^//", target):
            raise BadInput("paper_file_link", link=target[:80])


def _check_reach(root: Part) -> None:
    for each in elements(root):
        if etree.QName(each).localname in REACHING:
            raise BadInput("paper_file_part", part=etree.QName(each).localname)
        for attribute, value in each.attrib.items():
            if etree.QName(attribute).localname in ("src", "href"):
                raise BadInput("paper_file_link", link=value[:80])


def _check_fields(root: Part) -> None:
    """Word's fields count pages; any other might fetch something when the paper is opened."""
    codes = ["".join(each.itertext()) for each in root.iter("{*}instrText", "{*}delInstrText")]
    simple = [value for each in root.iter("{*}fldSimple") for value in each.attrib.values()]
    for code in ("".join(codes), *simple):
        if not FIELDS.fullmatch(code) and code not in ("0", "1", "true", "false"):
            raise BadInput("paper_field_code", code=code.strip()[:80])


def elements(root: Part) -> Iterator[Part]:
    """Its elements, without comments and instructions."""
    return (each for each in root.iter() if isinstance(each.tag, str))
