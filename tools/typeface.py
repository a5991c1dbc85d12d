#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""Cuts the page's Latin typeface in two: what its own languages need, the rest.

tools/typeface.py, by hand after a new version of the npm package; it writes
web/src/font/*.woff2.  Needs Debian's python3-fonttools and python3-brotli.
The ranges stand once more in web/src/css/font.css.
"""

from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent / "web"
FILES = ROOT / "node_modules/@fontsource-variable/manrope/files"
SOURCE = FILES / "manrope-latin-wght-normal.woff2"
WEIGHTS = (400, 750)  # what the page wears
FEATURES = ["kern", "tnum"]
ACCENTS = "ÀÇÈÉÊÁÍÓÚÑÄÖÜßàâçèéêëîïôùûœáíóúñäöüãõìòªº"
MARKS = "\u00a0¡¿«»·–—‘’“”•…€"
COMMON = {*range(0x20, 0x7F), *map(ord, ACCENTS + MARKS)}


def cut(name, wanted):
    whole = BytesIO()
    instantiateVariableFont(TTFont(SOURCE), {"wght": WEIGHTS}).save(whole)
    whole.seek(0)
    font = TTFont(whole)
    options = Options(layout_features=FEATURES, flavor="woff2", hinting=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(ROOT / "src/font" / f"{name}.woff2")


def main():
    every = {c for c in TTFont(SOURCE).getBestCmap() if c >= 0x20}
    cut("manrope-common", COMMON & every)
    cut("manrope-rest", every - COMMON)


if __name__ == "__main__":
    main()
