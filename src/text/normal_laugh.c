/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/normal_parts.h"
#include "text/uni.h"

/*
 * Laughter, and what else is said by the way.  "jajaja", "mdr" and "btw" are no
 * part of the sentence: no engine sees them, and the target language has its own.
 */
enum laugh {
    LAUGH_NONE,
    LAUGH_HA, /* written as it sounds: as long as it was */
    LAUGH_HE,
    LAUGH_LOL,
    LAUGH_LMAO,
    LAUGH_BTW,
    LAUGH_OMG,
    LAUGHS,
};

enum { SYLLABLES_MIN = 2, SYLLABLES_MAX = 6 };

/* How a language writes each; HA and HE are one syllable. */
static const struct {
    char lang[4];
    const char *laugh[LAUGHS];
} written[] = {
    {"en", {"", "ha", "he", "lol", "lmao", "btw", "omg"}},
    {"fr", {"", "ha", "hé", "mdr", "ptdr", "au fait", "omg"}},
    {"es", {"", "ja", "je", "jaja", "jajaja", "por cierto", "omg"}},
    {"ca", {"", "ja", "je", "jaja", "jajaja", "per cert", "omg"}},
    {"gl", {"", "ja", "je", "jaja", "jajaja", "por certo", "omg"}},
    {"eu", {"", "ja", "je", "jaja", "jajaja", "bide batez", "omg"}},
    {"ast", {"", "ja", "je", "jaja", "jajaja", "por ciertu", "omg"}},
    {"pt", {"", "ha", "he", "kkk", "kkkkk", "aliás", "omg"}},
    {"de", {"", "ha", "he", "lol", "lmao", "übrigens", "omg"}},
    {"nl", {"", "ha", "he", "lol", "lmao", "trouwens", "omg"}},
    {"it", {"", "ah", "eh", "ahah", "ahahah", "comunque", "omg"}},
    {"ru", {"", "ха", "хе", "лол", "ахахах", "кстати", "боже"}},
    {"uk", {"", "ха", "хе", "лол", "ахахах", "до речі", "боже"}},
    {"bg", {"", "ха", "хе", "хаха", "хахаха", "между другото", "боже"}},
    {"sr", {"", "ха", "хе", "лол", "хахаха", "узгред", "боже"}},
    {"mk", {"", "ха", "хе", "лол", "хахаха", "патем", "боже"}},
    {"el", {"", "χα", "χε", "λολ", "χαχαχα", "παρεμπιπτόντως", "ωχ"}},
    {"ar", {"", "ه", "ه", "ههه", "ههههه", "بالمناسبة", "يا إلهي"}},
    {"fa", {"", "ه", "ه", "ههه", "ههههه", "راستی", "وای"}},
    {"he", {"", "ח", "ח", "חחח", "חחחחח", "דרך אגב", "אוי"}},
    {"ja", {"", "w", "w", "www", "wwww", "ところで", "えっ"}},
    {"zh", {"", "哈", "嘿", "哈哈", "哈哈哈", "对了", "天啊"}},
    {"ko", {"", "ㅋ", "ㅎ", "ㅋㅋ", "ㅋㅋㅋㅋ", "그런데", "헐"}},
    {"", {"", "ha", "he", "lol", "lmao", "btw", "omg"}}, /* all others */
};

/* Whole words, each between spaces, with letters in a row written once; and in which languages they laugh. */
static const struct {
    const char *langs; /* NULL: all */
    enum laugh laugh;
    const char *words;
} known[] = {
    {NULL, LAUGH_LOL, " lol lolol lolilol lul lulz lolz "},
    {NULL, LAUGH_LMAO, " lmao lmfao rofl roflmao "},
    {NULL, LAUGH_BTW, " btw "},
    {NULL, LAUGH_OMG, " omg omfg "},
    {" fr ", LAUGH_LOL, " mdr "},
    {" fr ", LAUGH_LMAO, " ptdr xptdr "},
    {" pt ", LAUGH_HE, " rs rsrs rsrsrs rsrsrsrs "},
    {" tr ", LAUGH_LOL, " sjsj sjsjsj jsjs "},
    {" ru uk bg ", LAUGH_LOL, " лол ржу ржунимагу "},
    {" pl ", LAUGH_LOL, " xd "},
};

/* Letters that laugh when the word has nothing else, and at least so many. */
static const struct {
    const char *langs;
    enum laugh laugh;
    const char *letter;
    size_t min;
} rows[] = {
    {" pt gl ", LAUGH_HA, "k", 3},
    {" ja ", LAUGH_HA, "w", 2},
    {" ja ", LAUGH_HA, "笑", 1},
    {" ko ", LAUGH_HA, "ㅋ", 2},
    {" ko ", LAUGH_HE, "ㅎ", 2},
    {" zh ", LAUGH_HA, "哈", 2},
    {" zh ", LAUGH_HE, "呵", 2},
    {" zh ", LAUGH_HE, "嘿", 2},
    {" ar fa ur ", LAUGH_HA, "ه", 3},
    {" fa ", LAUGH_HA, "خ", 3},
    {" he ", LAUGH_HA, "ח", 3},
};

/* A consonant and vowels that laugh when they take turns. */
static const struct {
    const char *langs;
    const char *consonant, *vowels;
} turns[] = {
    {NULL, "h", "aeioéè"},
    {" es ca gl eu ast ", "j", "aeio"},
    {" ru uk bg sr mk be ", "х", "аеиіо"},
    {" el ", "χ", "αεηι"},
};

static bool
applies(const char *langs, struct span lang)
{
    return !langs || lang.len == 0 || word_among(lang, langs);
}

/* How many of the letters of word, all of which are letter, or 0. */
static size_t
row_of(struct span word, const char *letter)
{
    size_t count = 0, n;

    for (size_t i = 0; i < word.len; i += n, count++) {
        struct span rest = {word.p + i, word.len - i};

        n = uni_match(rest, span_of(letter));
        if (n == 0)
            return 0;
    }
    return count;
}

static bool
is_one_of(int32_t c, const char *letters)
{
    struct span s = span_of(letters);
    size_t n;

    for (size_t i = 0; i < s.len; i += n) {
        if (uni_at(s, i, &n) == c)
            return true;
    }
    return false;
}

/* A word where a consonant and one vowel take turns. */
struct turns {
    size_t consonants, vowels;
    int32_t vowel; /* 0: it is another word */
    bool vowel_first;
};

static struct turns
count_turns(struct span word, const char *consonant, const char *vowels)
{
    struct turns ret = {0};
    int32_t last = 0;
    size_t n;

    for (size_t i = 0; i < word.len; i += n) {
        int32_t c = uni_fold(uni_at(word, i, &n));
        bool vowel = is_one_of(c, vowels);

        if ((!vowel && !is_one_of(c, consonant)) ||
            (vowel && ret.vowel && c != ret.vowel))
            return (struct turns){0};
        ret.consonants += !vowel && c != last;
        ret.vowels += vowel && c != last;
        ret.vowel = vowel ? c : ret.vowel;
        ret.vowel_first |= i == 0 && vowel;
        last = c;
    }
    return ret;
}

/* "aha", "oho" are surprise, "uh uh" is no, and "oh oh" is trouble. */
static bool
is_laugh(const struct turns *t)
{
    if (t->vowel == 0 || t->consonants == 0)
        return false;
    return t->vowel_first ? is_one_of(t->vowel, "aeаα") &&
                                (t->consonants > 1 || t->vowels == 1)
                          : true;
}

static enum laugh
by_sound(struct span word, struct span lang, size_t *count)
{
    for (size_t k = 0; k < sizeof(turns) / sizeof(turns[0]); k++) {
        struct turns t = {0};

        if (applies(turns[k].langs, lang))
            t = count_turns(word, turns[k].consonant, turns[k].vowels);
        *count = t.vowels < t.consonants ? t.vowels : t.consonants;
        if (is_laugh(&t))
            return is_one_of(t.vowel, "aoаоα") ? LAUGH_HA : LAUGH_HE;
    }
    return LAUGH_NONE;
}

/* The word with its letters in a row written once: "mdrrr" is "mdr". */
static struct span
undrawn(struct span word, char ret[WORD_KEY_BYTES])
{
    size_t len = 0, n;
    int32_t last = UNI_NONE;

    for (size_t i = 0; i < word.len; i += n) {
        int32_t c = uni_fold(uni_at(word, i, &n));

        if (len + UNI_BYTES_MAX > WORD_KEY_BYTES)
            return (struct span){ret, 0};
        if (c != last && c > 0)
            len += uni_put(c, ret + len);
        last = c;
    }
    return (struct span){ret, len};
}

/* What the word laughs, and how many syllables; one is not yet laughter. */
static enum laugh
laugh_of(struct span word, struct span lang, size_t *count)
{
    char bytes[WORD_KEY_BYTES];
    struct span once = undrawn(word, bytes);
    size_t n;

    *count = SYLLABLES_MIN;
    for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++) {
        if (applies(known[k].langs, lang) && word_among(once, known[k].words))
            return known[k].laugh;
    }
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        n = applies(rows[k].langs, lang) && lang.len > 0
                ? row_of(word, rows[k].letter)
                : 0;
        if (n >= rows[k].min) {
            *count = n > SYLLABLES_MIN ? n : SYLLABLES_MIN;
            return rows[k].laugh;
        }
    }
    return by_sound(word, lang, count);
}

size_t
laugh_len(const struct sentence *s, size_t i)
{
    struct span first = sentence_word(s, i);
    size_t count, len = 1;
    enum laugh laugh = laugh_of(first, s->lang, &count);

    if (laugh == LAUGH_NONE || count >= SYLLABLES_MIN)
        return laugh != LAUGH_NONE;
    if (word_is(first, "hi"))
        return 0; /* a greeting, however often */
    while (i + len < s->n && sentence_joined(s, i + len) &&
           uni_match(sentence_word(s, i + len), first) == first.len &&
           s->words[i + len].len == first.len)
        len++;
    return len >= SYLLABLES_MIN ? len : 0;
}

static const char *
written_in(struct span lang, enum laugh laugh)
{
    size_t k = 0;

    while (written[k].lang[0] && !span_eqz(lang, written[k].lang))
        k++;
    return written[k].laugh[laugh];
}

/* The laughing words may be several: "ha ha ha". */
void
laugh_put(
    struct span laugh, struct span lang, struct span target, struct buf *out)
{
    struct sentence s;
    size_t count = 0, n = 0;
    enum laugh kind = LAUGH_NONE;
    struct buf b = {0};

    sentence_read(&s, laugh, lang);
    for (size_t i = 0; i < s.n; i++) {
        kind = laugh_of(sentence_word(&s, i), lang, &n);
        count += n;
    }
    if (count > SYLLABLES_MAX)
        count = SYLLABLES_MAX;
    if (kind != LAUGH_HA && kind != LAUGH_HE)
        count = 1;
    for (size_t i = 0; i < count; i++)
        buf_addz(&b, written_in(target, kind));
    switch (s.n > 0 ? word_letters(sentence_word(&s, 0)) : LETTERS_NONE) {
    case LETTERS_CAPITAL:
        sentence_add_capitals(out, buf_span(&b), target);
        break;
    case LETTERS_FIRST:
        sentence_add_capitalised(out, buf_span(&b));
        break;
    case LETTERS_NONE:
    case LETTERS_SMALL:
    case LETTERS_MIXED:
        buf_adds(out, buf_span(&b));
        break;
    }
    sentence_fini(&s);
    buf_free(&b);
}
