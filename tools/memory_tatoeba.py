#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""memory_tatoeba.py CORPORA OUT: tables of everyday sentences for the translation memory.

Reads Tatoeba's sentence pairs from CORPORA (tatoeba-en-XX.train.tsv.xz, more/tatoeba2-en-XX.train.tsv.xz and, to know
what chats are like, more/*-en.mono.txt.xz) and writes OUT/tatoeba.tsv, a row for each English sentence with what it is in
every language, and OUT/tatoeba-en-XX.tsv, further sentences of XX that English understands.  The same input gives the same
output to the byte.  src/memory/table.h has the format.

A pair is left out when in doubt: other figures, number words, a negation on one side only, a question that is none, other
persons, lengths that do not fit, words that hardly ever translate each other.  Of several translations the one whose words
agree best is taken, informal and unmarked before others.
"""
import collections
import glob
import lzma
import math
import os
import re
import sys

LANGUAGES = "fr es de it pt nl pl ro sv ru uk tr".split()
ROWS_MAX = 8000  # of a language
WORDS_MAX = 7  # of the English sentence
DICE_PAIRS_MAX = 60000
OTHERS_MAX = 3  # alternatives of one sentence
SCORE_MIN = 0.24  # agreement of words, 0..1

# English words that make a sentence no chat line of anybody else.
STRANGE = set("tom tom's toms mary mary's john bill jim jack jane boston australia ken bob alice taro kyoto emily".split())
NUMBER_WORDS = set("""two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million half third quarter dozen
twice second seconds""".split())

NEGATORS = {
    "en": r"\b(not|no|never|nothing|nobody|none|neither|nor|nowhere|without|cannot|hardly|unless|un\w+able)\b|n't\b",
    "fr": r"\b(ne|pas|non|jamais|rien|personne|aucune?|ni|sans|nulle? part)\b|\bn'",
    "es": r"\b(no|nunca|nada|nadie|ning[uú]n\w*|ni|tampoco|sin|jamás)\b",
    "de": r"\b(nicht|nein|nie|niemals|nichts|niemand\w*|kein\w*|weder|ohne|nirgend\w*)\b",
    "it": r"\b(non|no|mai|niente|nulla|nessun\w*|né|neanche|nemmeno|neppure|senza)\b",
    "pt": r"\b(não|nao|nunca|nada|ninguém|nenhum\w*|nem|sem|jamais|tampouco)\b",
    "nl": r"\b(niet\w*|nee|nooit|niks|niemand|geen|noch|zonder|nergens)\b",
    "pl": r"\b(nie|nigdy|nic|niczego|nikt|nikogo|żad\w*|ani|bez|nigdzie|niczym|nikomu)\b",
    "ro": r"\b(nu|niciodată|nimic|nimeni|nici\w*|niciun\w*|fără)\b|\bn-",
    "sv": r"\b(inte|ej|nej|aldrig|inget|ingen|inga|ingenting|utan|varken|ingenstans)\b",
    "ru": r"\b(не|нет|никогда|ничего|никто|никого|ни|без|нельзя|нигде|никому|ничто|никак\w*)\b",
    "uk": r"\b(не|ні|немає|нема|ніколи|нічого|ніхто|нікого|без|ніде|нікому|ніщо|жод\w*)\b",
    "tr": r"(m[ıiuü]yor|m[ae]z\b|m[ae]d|değil|\bhayır\b|\byok\b|hiç|m[ae]m\b|\w+m[ae]y?(?:acak|ecek)|asla|\w+m[ae]$|\w+m[ae]y[ıi]n)",
}

# Words of somebody whom one does not know well, or of several.
FORMAL = {
    "fr": r"\b(vous|votre|vos)\b|-vous\b|^\w+ez\b",
    "es": r"\b(usted|ustedes|vosotr[oa]s|vuestr\w+|os)\b|\w+[áé]is\b",
    "de": r"\b(Sie|Ihnen|Ihr|Ihre\w*|ihr|euch|eure?\w*)\b",
    "it": r"\b(voi|vostr\w+|vi|lei|la sua)\b|\w+[aei]te\b",
    "pt": r"\b(vós|vosso\w*|vossa\w*|senhora?|tu|te|teu|tua|ti|vocês)\b",
    "nl": r"\b(u|uw|jullie)\b",
    "pl": r"\b(pan\w*|wy|wam|was|wasz\w*|państw\w*)\b|\w+cie\b",
    "ro": r"\b(dumneavoastră|voi|vă|vostr\w+)\b|\w+ți\b",
    "sv": r"\b(ni|er|era|ert)\b",
    "ru": r"\b(вы|вас|вам|вами|ваш\w*)\b|\w+те\b",
    "uk": r"\b(ви|вас|вам|вами|ваш\w*)\b|\w+те\b",
    "tr": r"\b(siz\w*)\b|s[ıiuü]n[ıiuü]z\b|n[ıiuü]z\b",
}
# Verbs in the third person: to somebody who is "you" in English they are formal.
THIRD = {
    "it": r"\b(vuole|può|ha|è|sta|va|deve|sa|fa|vede|viene|\w+rà|\w+rebbe|la|l['’]ha)\b",
    "es": r"\b(quiere|puede|tiene|está|es|va|debe|sabe|hace|ve|viene|quisiera|necesita|vive|habla|ha|le)\b",
}
# The subject where the language does without it, and tenses of books: nobody speaks so.
STIFF = {
    "fr": r"\w(âmes|îmes|ûmes|âtes|îtes|ûtes|èrent|irent|urent)\b|-(tu|vous|ils?|elles?|je|nous|on)\b|\bquiconque\b",
    "it": r"\b(io|noi)\b", "es": r"\b(yo|nosotr[oa]s)\b", "pt": r"\bnós\b", "pl": r"\b(ja|my)\b", "ro": r"\b(eu|noi)\b",
    "tr": r"\b(ben|biz)\b",
}
# Where a verb alone does not say who: the pronouns that do.
PERSONS = {
    "es": {"he": r"\bél\b", "she": r"\bella\b", "they": r"\bell[oa]s\b"},
    "it": {"he": r"\b(lui|egli)\b", "she": r"\b(lei|ella)\b", "they": r"\b(loro|essi)\b", "you": r"\b(tu|voi|ti|vi)\b"},
    "pt": {"he": r"\bele\b", "she": r"\bela\b", "they": r"\bel[ea]s\b", "you": r"\b(você|vocês|tu|te)\b"},
    "ro": {"he": r"\bel\b", "she": r"\bea\b", "they": r"\bei|ele\b", "you": ""},
    "pl": {"he": r"\bon\b", "she": r"\bona\b", "they": r"\bon[ie]\b", "you": ""},
    "tr": {"he": r"(?!)", "she": r"(?!)", "they": r"\bonlar\b", "you": ""},
    "uk": {"he": "він", "she": "вона"}, "ru": {"he": "он", "she": "она"},
}
HE_SHE = {
    "fr": (r"\b(il|lui)\b", r"\belle\b"), "de": (r"\b(er|ihm|ihn|sein\w*)\b", r"\b(sie|ihr\w*)\b"),
    "es": (r"\bél\b", r"\bella\b"), "it": (r"\b(lui|egli)\b", r"\blei\b"), "pt": (r"\bele\b", r"\bela\b"),
    "nl": (r"\b(hij|hem|zijn)\b", r"\b(zij|ze|haar)\b"), "sv": (r"\b(han|honom|hans)\b", r"\b(hon|henne|hennes)\b"),
    "ru": (r"\b(он|его|ему)\b", r"\b(она|её|ее|ей)\b"), "uk": (r"\b(він|його|йому)\b", r"\b(вона|її|їй)\b"),
    "pl": (r"\b(on|jego|jemu|mu)\b", r"\b(ona|jej)\b"), "ro": (r"\b(el|lui)\b", r"\bea\b"),
}
QUESTION = "?"
FINAL = ".!?… "
TRANSLATED_TAG = re.compile(r"[<>{}\[\]|\t\"“”„«»()*_=#@/\\:;]|https?|\.\.\.|…|--")


def words(text):
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text.lower().replace("’", "'"))


def key(text):
    """As src/text/phrase.c folds, near enough to tell what is the same."""
    text = re.sub(r"['’`´]", "", text.lower())
    return re.sub(r"[\s\-,;]+", " ", text.strip(FINAL + "¿¡")).strip()


def asks(text):
    return text.rstrip(" !").endswith(tuple(QUESTION))


def bare(text):
    """Without its final marks; a question keeps one."""
    core = text.strip().rstrip(FINAL)
    return core + "?" if asks(text) else core


# ---- reading ----


def lines(path):
    with lzma.open(path, "rt", encoding="utf-8") as f:
        for line in f:
            yield line.rstrip("\n")


def read_pairs(corpora, lang):
    count = collections.Counter()
    for path in (f"{corpora}/tatoeba-en-{lang}.train.tsv.xz", f"{corpora}/more/tatoeba2-en-{lang}.train.tsv.xz"):
        if os.path.exists(path):
            for line in lines(path):
                cells = line.split("\t")
                if len(cells) == 2:
                    count[cells[0].strip(), cells[1].strip()] += 1
    return count


def read_chat(corpora):
    """How often chats say a word, as a log probability."""
    count = collections.Counter()
    for path in sorted(glob.glob(f"{corpora}/more/*-en.mono.txt.xz")):
        if "commonvoice" not in path:
            for line in lines(path):
                count.update(words(line))
    total = sum(count.values())
    return collections.defaultdict(lambda: math.log(0.2 / total), {w: math.log(n / total) for w, n in count.items()})


# ---- judging ----


def is_doubtful(en, other, lang):
    low = other.lower()
    en_words = words(en)
    if not 0 < len(en_words) <= WORDS_MAX or STRANGE & set(en_words) or NUMBER_WORDS & set(en_words):
        return True
    if TRANSLATED_TAG.search(en) or TRANSLATED_TAG.search(other) or re.search(r"\d", en + other):
        return True
    if re.search(r"[.!?]\s*\S", en.rstrip(FINAL)) or re.search(r"[.!?]\s*\S", other.rstrip(FINAL).lstrip("¿¡")):
        return True  # more than one sentence
    if asks(en) != asks(other):
        return True
    if bool(re.search(NEGATORS["en"], en.lower())) != bool(re.search(NEGATORS[lang], low)):
        return True
    if not 0.4 < len(other) / len(en) < 2.2:
        return True
    if lang in HE_SHE:
        he, she = (bool(re.search(p, low)) for p in HE_SHE[lang])
        if ("she" in en_words and he and not she) or ("he" in en_words and she and not he and lang != "de"):
            return True
    return bool(re.search(r"[a-z]{3}", low)) if lang in {"ru", "uk"} else False


def dice(pairs, lang):
    """How well words of both languages go together, from pairs of everywhere in the corpus."""
    both, left, right = collections.Counter(), collections.Counter(), collections.Counter()
    ordered = sorted(pairs)
    for en, other in ordered[::max(1, len(ordered) // DICE_PAIRS_MAX)]:
        a, b = set(words(en)), set(words(other))
        left.update(a)
        right.update(b)
        both.update((x, y) for x in a for y in b)
    return {p: 2 * n / (left[p[0]] + right[p[1]]) for p, n in both.items() if n > 1}


def agreement(en, other, lang, table):
    a, b = words(en), words(other)
    if not a or not b:
        return 0
    there = sum(max(table.get((x, y), 0) for y in b) for x in a) / len(a)
    back = sum(max(table.get((x, y), 0) for x in a) for y in b) / len(b)
    return (there + back) / 2


def manner(en, other, lang):
    """How far it is from what a friend would write, in units of agreement."""
    malus = 0.0
    if lang in THIRD and not is_joinable(en) and re.search(THIRD[lang], other.lower()):
        malus += 0.25
    if lang in FORMAL and re.search(FORMAL[lang], other if lang == "de" else other.lower()):
        malus += 0.25
    if lang in STIFF and re.search(STIFF[lang], other.lower()):
        malus += 0.1
    return malus + 0.002 * len(other)


def says_who(en, other, lang):
    """May the sentence of the other language be said to mean the English one?"""
    first = words(en)[:1]
    subject = first[0].split("'")[0] if first else ""
    who = [w.split("'")[0] for w in words(en)]
    for person, pattern in PERSONS.get(lang, {}).items():
        needed = person in who if person in ("he", "she", "they") else subject == person
        if needed and pattern and not re.search(pattern, other.lower()):
            if person in ("he", "she", "they"):
                return False
    if {"his", "her", "him", "hers"} & set(who) and lang in {"es", "pt", "tr"}:
        return False
    return True


# ---- capitals ----


def casing(texts, lang):
    """Words by how they are written where no sentence begins."""
    small, capital = collections.Counter(), collections.Counter()
    for text in texts:
        for w in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text)[1:]:
            (small if w[0].islower() else capital)[w.lower()] += 1
    return small, capital


def as_inside(text, case, lang):
    """With a small letter in front, unless the word always has a capital."""
    m = re.match(r"[¿¡'’]*([^\W\d_]+(?:['’][^\W\d_]+)*)", text)
    if not m or not m.group(1)[0].isupper():
        return text
    w, (small, capital) = m.group(1), case
    if lang == "en" and (w == "I" or w.startswith(("I'", "I’"))):
        return text
    if capital[w.lower()] > small[w.lower()] or (lang == "de" and not small[w.lower()]):
        return text
    i = m.start(1)
    return text[:i] + text[i].lower() + text[i + 1:]


# ---- choosing ----


class Side:
    """One language beside English."""

    def __init__(self, corpora, lang, english):
        pairs = read_pairs(corpora, lang)
        table = dice(pairs, lang)
        self.case = casing((other for _, other in pairs), lang)
        self.lang = lang
        self.translations = collections.defaultdict(dict)  # English key to {text: worth}
        meanings = collections.defaultdict(dict)
        for (en, other), n in sorted(pairs.items()):
            k = key(en) + "?" * asks(en)
            if not english.knows(en) or is_doubtful(en, other, lang):
                continue
            sure = agreement(en, other, lang, table)
            if sure < SCORE_MIN:
                continue
            text = bare(other)
            self.translations[k][text] = max(
                self.translations[k].get(text, -9), sure + 0.05 * math.log(n) - manner(en, other, lang))
            back = key(text) + "?" * asks(text)
            if says_who(en, other, lang):
                meanings[back][k] = max(meanings[back].get(k, -9), sure + english.worth[k] * 0.02)
            else:
                meanings[back].setdefault("", 9)  # it says too little
            english.add(k, en)
        self.meaning = {}
        for back, ks in meanings.items():
            if "" not in ks:
                self.meaning[back] = max(sorted(ks), key=lambda k: ks[k])

    def alternatives(self, k):
        """The best first, each with whether it means k."""
        ranked = sorted(self.translations[k].items(), key=lambda x: (-x[1], x[0]))
        seen, ret = set(), []
        for text, _ in ranked:
            back = key(text) + "?" * asks(text)
            if back not in seen:
                seen.add(back)
                ret.append((as_inside(text, self.case, self.lang), self.meaning.get(back) == k))
        return ret


class English:
    def __init__(self, corpora):
        self.chat = read_chat(corpora)
        self.worth, self.text = {}, {}
        self.case = None

    def knows(self, en):
        """Would somebody write this in a chat?  Also notes how likely."""
        k, ws = key(en) + "?" * asks(en), words(en)
        if k not in self.worth:
            rarest = min((self.chat[w] for w in ws), default=-99)
            self.worth[k] = sum(self.chat[w] for w in ws) / max(1, len(ws)) + 0.3 * rarest - 0.35 * len(ws)
        return self.worth[k] > -13

    def add(self, k, en):
        text = bare(en)
        if k not in self.text or text < self.text[k]:
            self.text[k] = text


def is_joinable(k):
    """Does a sentence say the same whoever is spoken to, so that others than English may meet in it?"""
    return not {"you", "your", "yours", "yourself", "youre", "youve", "youll", "youd"} & set(words(k))


def write(path, head, rows):
    with open(path, "w", encoding="utf-8") as f:
        f.write("# From Tatoeba (tatoeba.org), CC BY 2.0 FR, by tools/memory_tatoeba.py.\n")
        f.write("\t".join(head) + "\n")
        for row in rows:
            f.write("\t".join(row).rstrip("\t") + "\n")


def cell(alternatives):
    return "|".join(text if means else ">" + text for text, means in alternatives)


def main():
    corpora, out = sys.argv[1:3]
    english = English(corpora)
    sides = []
    for lang in LANGUAGES:
        sides.append(Side(corpora, lang, english))
        print(lang, len(sides[-1].translations), flush=True)
    case = casing((t for t in english.text.values()), "en")
    text = {k: as_inside(t, case, "en") for k, t in english.text.items()}
    chosen, further = collections.defaultdict(dict), {}
    for side in sides:
        best = sorted(side.translations, key=lambda k: (-english.worth[k], k))[:ROWS_MAX]
        further[side.lang] = []
        for k in sorted(best):
            first, *others = side.alternatives(k)
            understood = [a for a in others if a[1]][:OTHERS_MAX]
            chosen[k][side.lang] = [first]
            if is_joinable(k):
                chosen[k][side.lang] += understood
            elif understood:
                further[side.lang].append((">" + text[k], cell(understood)))
    write(f"{out}/tatoeba.tsv", ["en", *LANGUAGES],
          ([text[k], *(cell(chosen[k].get(lang, [])) for lang in LANGUAGES)] for k in sorted(chosen)))
    for lang, rows in further.items():
        write(f"{out}/tatoeba-en-{lang}.tsv", ["en", lang], rows)


main()
