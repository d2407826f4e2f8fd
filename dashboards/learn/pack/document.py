"""A paper: headings, paragraphs, lists, tables and figures; written as PDF and as .docx."""

from dataclasses import dataclass, field
from pathlib import Path

import matplotlib
from docx import Document
from docx.shared import Cm, Pt
from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
WIDTH = 16.0  # centimetres of text on an A4 page


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title of the paper."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; strong ones stand out."""

    text: str
    strong: bool = False
    small: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list, numbered or not."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Rows:
    """A table with a row of headings."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A picture with what it shows in words."""

    path: Path
    text: str


@dataclass(frozen=True)
class Break:
    """The next page."""


Block = Heading | Paragraph | Bullets | Rows | Figure | Break


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
    made.styles["Normal"].font.size = Pt(11.5)
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
                for item in items:
                    made.add_paragraph(item, "List Number" if numbered else "List Bullet")
            case Rows(head, rows, widths):
                _docx_table(made, head, rows, widths)
            case Figure(where, text):
                made.add_picture(str(where), width=Cm(WIDTH))
                shape = made.inline_shapes[-1]._inline.docPr
                shape.set("descr", text)
                made.add_paragraph(text, "Caption")
            case Break():
                made.add_page_break()
    made.save(str(path))


def _docx_table(made, head, rows, widths) -> None:  # type: ignore[no-untyped-def]
    table = made.add_table(rows=1, cols=len(head), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    for column, share in zip(table.columns, _shares(head, widths), strict=True):
        for cell in column.cells:
            cell.width = Cm(WIDTH * share)
    made.add_paragraph()


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
    for block in paper.blocks:
        match block:
            case Heading(text, level):
                pdf.ln(3)
                if pdf.will_page_break(25):
                    pdf.add_page()
                pdf.start_section(text, level=max(0, level - 1), strict=False)
                _pdf_text(pdf, text, SIZES.get(level, 11.0), "B", after=1.5)
            case Paragraph(text, strong, small):
                _pdf_text(pdf, text, 9.0 if small else 11.0, "B" if strong else "", after=2.0)
            case Bullets(items, numbered):
                for number, item in enumerate(items, 1):
                    mark = f"{number}." if numbered else "•"
                    pdf.set_font("paper", size=11)
                    pdf.cell(8, 6, mark)
                    pdf.multi_cell(0, 6, item, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
                pdf.ln(2)
            case Rows(head, rows, widths):
                pdf.set_font("paper", size=9.5)
                shares = [round(1000 * share) for share in _shares(head, widths)]
                with pdf.table(
                    col_widths=tuple(shares), text_align="LEFT", line_height=5.2, padding=1
                ) as table:
                    for row in (head, *rows):
                        table.row(row)
                pdf.ln(3)
            case Figure(where, text):
                if pdf.will_page_break(85):
                    pdf.add_page()
                pdf.image(str(where), w=WIDTH * 10, alt_text=text)
                _pdf_text(pdf, text, 9.0, "", after=3.0)
            case Break():
                pdf.add_page()
    pdf.output(str(path))


def _pdf_text(pdf: FPDF, text: str, size: float, style: str, after: float) -> None:
    pdf.set_font("paper", style, size)
    pdf.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
    pdf.ln(after)
