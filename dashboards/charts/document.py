"""A paper: headings, paragraphs, lists, tables and figures; written as PDF and as .docx."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import cast

import matplotlib
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos
from PIL import Image

from alliances.experiments.output.page import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Picture,
    TableRows,
)

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
WIDTH, FIGURE = 16.0, 14.5  # centimetres of text on an A4 page, and of a figure
FACE = "Arial"
KEPT_ROWS = 9  # rows of a table that are not parted: a card


@dataclass
class Paper:
    """A paper.

    Attributes
    ----------
    title : str
        What it is called.
    blocks : list of Block
        What is in it, in order.
    """

    title: str
    blocks: list[Block] = field(default_factory=list)

    def write(self, folder: Path, name: str) -> list[Path]:
        """Write it as NAME.pdf and NAME.docx; returns both paths."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / f"{name}.pdf", folder / f"{name}.docx"]
        _as_pdf(self, paths[0])
        _as_docx(self, paths[1])
        return paths


def _as_docx(paper: Paper, path: Path) -> None:
    made = Document()
    made.core_properties.title = paper.title
    made.core_properties.author = "Unequal Alliances"
    made.core_properties.language = "en-GB"
    for section in made.sections:
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin = section.bottom_margin = Cm(2.0)
    _docx_styles(made)
    made.add_heading(paper.title, 0)
    for block in paper.blocks:
        match block:
            case Heading(text, level):
                made.add_heading(text, level)
            case Paragraph(text, strong, small):
                run = made.add_paragraph().add_run(text)
                run.bold = strong
                if small:
                    run.font.size = Pt(9)
            case Bullets(items, numbered):
                _docx_list(made, items, numbered)
            case TableRows(head, rows, widths):
                _docx_table(made, head, rows, widths)
            case Picture(text, where):
                made.add_picture(str(where), width=Cm(FIGURE))
                made.paragraphs[-1].paragraph_format.keep_with_next = True
                shape = made.inline_shapes[-1]._inline.docPr
                shape.set("descr", text)
                made.add_paragraph(text, "Caption")
    made.save(str(path))


def _docx_styles(made) -> None:  # type: ignore[no-untyped-def]
    """Set all text in one plain face that every office has, black on white."""
    for name in ("Normal", "Title", "Caption", *(f"Heading {level}" for level in (1, 2, 3))):
        font = made.styles[name].font
        font.name, font.color.rgb = FACE, RGBColor(0, 0, 0)
        faces = made.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            faces.attrib.pop(qn(f"w:{theme}"), None)
    made.styles["Normal"].font.size = Pt(10.5)
    made.styles["Normal"].paragraph_format.space_after = Pt(5)
    made.styles["Caption"].font.bold = False
    made.styles["Caption"].font.size = Pt(9)


def _docx_list(made, items, numbered) -> None:  # type: ignore[no-untyped-def]
    """Write a list; each numbered one begins with 1, where Word would go on with the last."""
    style = made.styles["List Number" if numbered else "List Bullet"]
    last = len(items) - 1
    for number, item in enumerate(items):
        paragraph = made.add_paragraph(item, style)
        paragraph.paragraph_format.keep_with_next = number < last
        if not numbered:
            continue
        if number == 0:
            numbering = made.part.numbering_part.element
            kind = numbering.num_having_numId(style.element.pPr.numPr.numId.val).abstractNumId
            own = numbering.add_num(kind.val)
            own.add_lvlOverride(ilvl=0).add_startOverride(1)
        numbers = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        numbers.get_or_add_ilvl().val = 0
        numbers.get_or_add_numId().val = own.numId


def _docx_table(made, head, rows, widths) -> None:  # type: ignore[no-untyped-def]
    table = made.add_table(rows=1, cols=len(head), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for row in rows:
        added = table.add_row()
        for cell, text in zip(added.cells, row, strict=True):
            cell.text = text
    kept = len(rows) if len(rows) <= KEPT_ROWS else 1
    for number, row in enumerate(table.rows):
        _keep(row, together=number < kept)
    table.autofit = False
    for column, share in zip(table.columns, _shares(head, widths), strict=True):
        column.width = Cm(WIDTH * share)
        for cell in column.cells:
            cell.width = Cm(WIDTH * share)
    made.add_paragraph().paragraph_format.space_after = Pt(0)


def _keep(row, *, together) -> None:  # type: ignore[no-untyped-def]
    """Let no page break go through a row, nor between it and the next if both belong together."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = together


def _shares(head: tuple[str, ...], widths: tuple[float, ...]) -> list[float]:
    given = widths or (1.0,) * len(head)
    return [width / sum(given) for width in given]


class _Pdf(FPDF):
    """A4 pages with page numbers."""

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("paper", size=9)
        self.cell(0, 8, f"{self.title} - {self.page_no()}", align="C")


SIZES = {1: 18.0, 2: 14.0, 3: 12.0}
HEAD = 14.0  # millimetres that a heading takes
SMALL = 9.0  # points of the words below a figure
MOST = 120.0  # what is higher than this may be parted
LINE, CELL = 6.0, 5.2  # height of a line of text, and of one in a table
PADDING = 2.0  # above and below the text of a row, together


def _with_heads(pdf: FPDF, blocks: Sequence[Block]) -> float:
    """Return how many millimetres headings and what follows them take."""
    heads = list(takewhile(lambda block: isinstance(block, Heading), blocks))
    return HEAD * len(heads) + sum(_height(pdf, block) for block in blocks[len(heads) :][:1])


def _height(pdf: FPDF, block: Block) -> float:
    """Return how many millimetres of a block have to stand on one page."""
    match block:
        case Bullets(items, _):
            pdf.set_font("paper", size=11)
            high = sum(_lines(pdf, item, pdf.epw - 8) for item in items) * LINE
        case TableRows(head, rows, widths):
            pdf.set_font("paper", size=9.5)
            shares = _shares(head, widths)
            high = sum(
                PADDING
                + CELL
                * max(
                    _lines(pdf, text, pdf.epw * share - 2 * PADDING)
                    for text, share in zip(row, shares, strict=True)
                )
                for row in (head, *rows)
            )
        case Picture(text, where):
            pdf.set_font("paper", size=SMALL)
            with Image.open(where) as picture:
                high = FIGURE * 10 * picture.height / picture.width
            high += _lines(pdf, text, pdf.epw) * SMALL / 2 + PADDING
        case Paragraph(text, _, _):
            pdf.set_font("paper", size=11)
            high = _lines(pdf, text, pdf.epw) * LINE
        case _:
            high = LINE
    return high if high <= MOST else 2 * LINE


def _lines(pdf: FPDF, text: str, width: float) -> int:
    found = pdf.multi_cell(width, LINE, text, dry_run=True, output=MethodReturnValue.LINES)
    return len(cast(list[str], found))


def _as_pdf(paper: Paper, path: Path) -> None:
    pdf = _Pdf(format="A4")
    pdf.set_title(paper.title)
    pdf.set_author("Unequal Alliances")
    pdf.set_lang("en-GB")
    pdf.add_font("paper", "", FONTS / "DejaVuSans.ttf")
    pdf.add_font("paper", "B", FONTS / "DejaVuSans-Bold.ttf")
    pdf.set_margins(25, 20, 25)
    pdf.set_auto_page_break(auto=True, margin=20)
    pdf.add_page()
    _pdf_text(pdf, paper.title, 22.0, "B", after=4.0)
    for number, block in enumerate(paper.blocks):
        match block:
            case Heading(text, level):
                pdf.ln(3)
                if pdf.will_page_break(_with_heads(pdf, paper.blocks[number:])):
                    pdf.add_page()
                pdf.start_section(text, level=max(0, level - 1), strict=False)
                _pdf_text(pdf, text, SIZES.get(level, 11.0), "B", after=1.5)
            case Paragraph(text, strong, small):
                _pdf_text(pdf, text, 9.0 if small else 11.0, "B" if strong else "", after=2.0)
            case Bullets(items, numbered):
                if pdf.will_page_break(_height(pdf, block)):
                    pdf.add_page()
                for k, item in enumerate(items, 1):
                    mark = f"{k}." if numbered else "•"
                    pdf.set_font("paper", size=11)
                    pdf.cell(8, LINE, mark)
                    pdf.multi_cell(0, LINE, item, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
                pdf.ln(2)
            case TableRows(head, rows, widths):
                if pdf.will_page_break(_height(pdf, block)):
                    pdf.add_page()
                pdf.set_font("paper", size=9.5)
                shares = [round(1000 * share) for share in _shares(head, widths)]
                with pdf.table(
                    col_widths=tuple(shares),
                    text_align="LEFT",
                    line_height=CELL,
                    padding=PADDING / 2,
                ) as table:
                    for row in (head, *rows):
                        table.row(row)
                pdf.ln(6)
            case Picture(text, where):
                if pdf.will_page_break(_height(pdf, block)):
                    pdf.add_page()
                pdf.image(str(where), w=FIGURE * 10, alt_text=text)
                _pdf_text(pdf, text, SMALL, "", after=3.0)
    pdf.output(str(path))


def _pdf_text(pdf: FPDF, text: str, size: float, style: str, after: float) -> None:
    pdf.set_font("paper", style, size)
    pdf.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
    pdf.ln(after)
