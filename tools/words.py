#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""words.py [--rare] LANG FILE...: the common words of a language and how they are written, for src/text/words/LANG.txt.

A FILE holds sentences, or pairs of an English one and one in LANG with a tab between; it may be packed (.xz).  A line
of the output is a word without capitals, accents and apostrophes; where it is always written with some, a tab and how,
where that differs, a tab and "?"; in French, behind another tab, "v" when it stands between "ne" and "pas".

With --rare the other words, for src/text/words/LANG.rare.txt: a word a line, none that is always a name.  What is common
in another language (the lists that are there) may be a quotation, so it must have been seen oftener.
"""

import collections
import lzma
import pathlib
import re
import sys
import unicodedata

MIN, MOST, SURE, PLAIN = 3, 14000, 0.96, 0.02  # seen; words; of one form; without its accents
MIN_RARE, MIN_FOREIGN = 2, 4  # seen: a rare word; one that is common in another language
LISTS = pathlib.Path(__file__).parent.parent / "src/text/words"
SHORT = ("AI", "CD", "DJ", "OK", "TB", "TV")  # of two letters, and nothing else
PARTS = ("fr", "it", "ca")  # where "l'eau" is two words
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
ODD = str.maketrans({"ß": "ss", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "œ": "oe", "æ": "ae"})
PRONOUNS = r"(?:(?:me|te|se|le|la|les|lui|leur|nous|vous|y|en) |[mtsl]'|[lmts]'en |y )*"
NE = re.compile(rf"\b(?:ne |n'){PRONOUNS}([^\W\d_]+)(?:-[a-z]+)? (?:vraiment |encore |toujours |même |donc )?"
                r"(?:pas|plus|jamais|rien|personne|aucune?|guère)\b")
SUBJECT = re.compile(rf"\b(?:je |j'|tu |il |elle |on |ils |elles |qui |ça |c')(?:ne |n')?{PRONOUNS}([^\W\d_]+)")
PLURAL = re.compile(rf"\b(?:nous|vous) (?:ne |n')?{PRONOUNS}([^\W\d_]+(?:ons|ez|tes|mes))\b")


ENGLISH_ENDINGS = ("n't", "'ll", "'ve", "'re", "'d", "'m", "'s", "o'clock")


def key(word):
    plain = unicodedata.normalize("NFD", word.lower().translate(ODD))
    return "".join(c for c in plain if not unicodedata.combining(c) and c != "'")


def lines(path, column):
    with (lzma.open if path.endswith(".xz") else open)(path, "rt", encoding="utf-8") as f:
        for line in f:
            columns = line.rstrip("\n").split("\t")
            text = columns[column] if len(columns) > column else columns[0]
            if text.upper() != text:
                yield text.replace("’", "'")


def words_of(line, parts):
    """Words, and whether their case says nothing: a sentence begins with them."""
    for i, m in enumerate(WORD.finditer(line)):
        before = line[: m.start()].rstrip(" \"'«“¿¡(-–—")
        first = i == 0 or before[-1:] in ".!?:…"
        for part in m.group().split("'") if parts else [m.group()]:
            yield part, first and not (len(part) > 1 and part.isupper())
            first = False


def form_of(spelled, cased, plain):
    """How a word is always written: None where that differs, or too little was seen to say so."""
    best, n = spelled.most_common(1)[0]
    total = spelled.total()
    if n < SURE * total or (best != plain and spelled[plain] > PLAIN * total):
        return None
    if "'" in best and (total < 10 or not best.endswith(ENGLISH_ENDINGS)):
        return None
    if best != plain and total < (25 if len(best) > 2 and key(best[-1]) != best[-1] else 5):
        return None  # of "habla" and "habló" one may have been seen by chance
    same = collections.Counter({form: k for form, k in cased.items() if form.lower() == best})
    if not same:
        return best
    form, k = same.most_common(1)[0]
    if form.isupper() and len(form) > 1:
        # Two letters may be a word of other languages: "la", "un".
        return form if k > 0.5 * same.total() and (len(form) > 2 or form in SHORT) else best
    return form if k >= 0.97 * same.total() and k >= 6 else best


def common_elsewhere(lang):
    """The words of the lists of other languages."""
    files = [f for f in LISTS.glob("??.txt") if f.stem != lang]
    return {line.split("\t")[0] for f in files for line in f.read_text(encoding="utf-8").splitlines()}


def rare_words(lang, spelled, cased, known):
    other = common_elsewhere(lang)
    for k in sorted(spelled.keys() - known, key=str.encode):
        small = sum(n for form, n in cased[k].items() if form.islower())
        seen = small >= MIN_FOREIGN if k in other else small > 0 and spelled[k].total() >= MIN_RARE
        if seen and 1 < len(k.encode()) <= 24:
            yield k


def main():
    rare = sys.argv[1] == "--rare"
    lang, files = sys.argv[1 + rare], sys.argv[2 + rare :]
    spelled, cased = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    negated, finite = collections.Counter(), set()
    for path in files:
        for line in lines(path, 0 if lang == "en" else 1):
            for word, unclear in words_of(line, lang in PARTS):
                spelled[key(word)][word.lower()] += 1
                if not unclear:
                    cased[key(word)][word] += 1
            if lang == "fr":
                negated.update(NE.findall(line.lower()))
                finite.update(SUBJECT.findall(line.lower()) + PLURAL.findall(line.lower()))
    verbs = {key(v) for v in negated if v in finite and v not in ("plus", "avoir", "être", "pas")}
    common = sorted(spelled, key=lambda k: (-spelled[k].total(), k))[:MOST]
    if rare:
        print("\n".join(rare_words(lang, spelled, cased, {k for k in common if spelled[k].total() >= MIN})))
        return
    for k in sorted(verbs | {k for k in common if spelled[k].total() >= MIN}, key=str.encode):
        if 0 < len(k.encode()) <= 24:
            form = form_of(spelled[k], cased[k], k) or ""
            rest = ["" if form == k else form or "?", "v" if k in verbs else ""]
            print("\t".join([k] + rest).rstrip("\t"))


main()
