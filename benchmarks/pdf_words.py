"""Words with boxes from PDF: parsers.pdf beside pdfplumber, CPU time of one process, the best of several rounds, interleaved.

    .venv/bin/python benchmarks/pdf_words.py [FOLDER]

FOLDER: with PDF files; without one 20 generated pages of order lines. Prints pages per CPU second, the ratio (reach: >= 12), and
how far the words agree (median of the share of words that both found).
"""

import logging
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pdfplumber
import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from parsers import pdf  # the folder is no package of the wheel

ROUNDS = 3
MOST_FILES = 120


def by_pdfium(content: Path) -> list[str]:
    """All words of a file by parsers.pdf."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [word.text for page in document for word in pdf.words(page)]
    finally:
        document.close()


def by_pdfplumber(content: Path) -> list[str]:
    """All words of a file by pdfplumber."""
    with pdfplumber.open(content) as document:
        return [word["text"] for page in document.pages for word in page.extract_words()]


def generate(target: Path) -> None:
    """Twenty pages of sixty order lines."""
    canvas = Canvas(str(target), pagesize=A4)
    for page in range(20):
        canvas.setFont("Helvetica", 8)
        for line in range(60):
            number = 60 * page + line
            cells = (str(number), f"OF-{number}", f"Oil filter for engine {number}, spin-on", "24 pcs", "1,234.50")
            for x, text in zip((40, 80, 150, 350, 450), cells, strict=True):
                canvas.drawString(x, 800 - 12 * line, text)
        canvas.showPage()
    canvas.save()


def main() -> None:
    """Measure and print."""
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    with TemporaryDirectory() as folder:
        generate(Path(folder) / "orders.pdf")
        measure(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder))


def measure(folder: Path) -> None:
    """Print the figures for the files of a folder."""
    files = sorted(folder.glob("*.pdf"))[:MOST_FILES]
    pages = sum(len(pypdfium2.PdfDocument(file)) for file in files)
    best = {"pdfium": float("inf"), "pdfplumber": float("inf")}
    found: dict[str, list[list[str]]] = {}
    for _ in range(ROUNDS):
        for name, read in (("pdfium", by_pdfium), ("pdfplumber", by_pdfplumber)):
            started = time.process_time()
            found[name] = [read(file) for file in files]
            best[name] = min(best[name], time.process_time() - started)
    shares = [len(set(ours) & set(theirs)) / max(1, len(set(ours) | set(theirs))) for ours, theirs in zip(*found.values(), strict=True)]
    for name, seconds in best.items():
        print(f"{name:12} {pages / seconds:8.0f} pages per CPU second, {sum(map(len, found[name]))} words")
    print(f"ratio        {best['pdfplumber'] / best['pdfium']:8.1f}")
    print(f"agreement    {statistics.median(shares):8.3f} of the words, median over {len(files)} files")


if __name__ == "__main__":
    main()
