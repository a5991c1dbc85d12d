/* SPDX-License-Identifier: ISC */
#include "text/names.h"

#include <string.h>

#include "text/names_data.h"
#include "text/uni.h"

enum {
    NAME_BYTES_MAX = 32,
    FAMILY_LETTERS_MIN = 3,
    FAMILY_NAMES_MAX = 2, /* behind a given one */
};

/* The entry that begins at byte i of the list: its name, without the mark. */
static struct span
entry_at(size_t i, bool *marked)
{
    const char *p = names_given + i;
    size_t n = strcspn(p, " ");

    *marked = p[n - 1] == '?';
    return (struct span){p, n - *marked};
}

static int
compare(struct span a, struct span b)
{
    int d = memcmp(a.p, b.p, a.len < b.len ? a.len : b.len);

    return d ? d : a.len < b.len ? -1 : a.len > b.len;
}

bool
names_known(struct span word, bool *ret_word)
{
    size_t low = 1, high = n_names_given;

    while (low < high) {
        size_t mid = (low + high) / 2;
        struct span entry;
        int d;

        while (names_given[mid - 1] != ' ')
            mid--;
        entry = entry_at(mid, ret_word);
        d = compare(word, entry);
        if (d == 0)
            return true;
        if (d < 0)
            high = mid;
        else
            low = mid + entry.len + *ret_word + 1;
    }
    return false;
}

static size_t
word_len(struct span s, size_t i)
{
    size_t end = i, n;

    while (uni_alpha(uni_at(s, end, &n)))
        end += n;
    return end - i;
}

/* A capital, and small letters behind it. */
static bool
is_capitalised(struct span word, size_t letters_min)
{
    size_t letters = 1, n, m;

    if (!uni_upper(uni_at(word, 0, &n)) || n == word.len)
        return false;
    for (; n < word.len; n += m, letters++)
        if (!uni_lower(uni_at(word, n, &m)))
            return false;
    return letters >= letters_min;
}

/* Do words of the same sentence stand before byte i? */
static bool
is_inside(struct span s, size_t i)
{
    int32_t c;

    while (
        i > 0 && (s.p[i - 1] == ' ' || s.p[i - 1] == '\'' || s.p[i - 1] == ','))
        i--;
    c = uni_before(s, i);
    return uni_word(c) || c == 0x2019;
}

static bool
is_listed(struct span word, const char *list)
{
    char padded[NAME_BYTES_MAX + 2];
    size_t len = 1, n;

    padded[0] = ' ';
    for (size_t i = 0; i < word.len; i += n) {
        int32_t c = uni_fold(uni_at(word, i, &n));

        if (c < 0 || len + UNI_BYTES_MAX + 1 > sizeof(padded))
            return false;
        len += uni_put(c, padded + len);
    }
    padded[len] = ' ';
    return memmem(list, strlen(list), padded, len + 1) != NULL;
}

/* What follows the name of somebody who does something. */
static bool
is_verb(struct span word, struct span lang)
{
    static const struct {
        const char *lang, *words;
    } verbs[] = {
        {"en",
            " is was has had will would can could should must says said "
            "told tells asked asks called calls wrote writes paid pays went "
            "goes came comes made makes got gets just already never always "
            "also doesn didn isn wasn won can hasn wouldn couldn left likes "
            "loves lives works wants needs knows thinks sent sends bought "
            "took gave lost found forgot broke met saw ate drank knew thought "
            "brought rose ran sat stood fell grew drove flew won began spoke "
            "slept felt kept held led built spent taught caught wore sold "
            "put read let hit and "},
        {"fr", " est a va était avait sera aura dit veut peut doit vient "
               "arrive ne n m s t l nous vous me te se et fait sait part pense "
               "habite travaille aime voulait pouvait venait disait y en "},
        {"es",
            " es está ha fue era tiene dice dijo quiere puede va viene no me "
            "te se le nos y hizo vive trabaja sabe llega llegó "},
        {"it",
            " è ha va era viene dice vuole può non mi ti si ci e sta deve fa "
            "sa arriva lavora vive "},
        {"pt", " é está foi tem vai vem disse quer pode não me te se nos e era "
               "mora trabalha sabe chega chegou "},
    };

    if (span_eqz(lang, "en") && word.len > 3 &&
        memcmp(word.p + word.len - 2, "ed", 2) == 0)
        return true;
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (span_eqz(lang, verbs[i].lang))
            return is_listed(word, verbs[i].words);
    return false;
}

/* Is the word that ends at byte end, at the start of a sentence, a name by what
 * follows? */
static bool
is_name_by_context(struct span text, size_t end, struct span lang)
{
    struct span next = {text.p + end, 0};
    bool word;

    if (end == text.len || strchr(",!?.;:", text.p[end]))
        return true;
    if (text.p[end] == '\'' || text.p[end] == '-')
        return end + 1 < text.len &&
               (text.p[end] == '-' || text.p[end + 1] == 's');
    if (text.p[end] != ' ')
        return false;
    next.p++;
    next.len = word_len(text, end + 1);
    return is_verb(next, lang) || names_known(next, &word);
}

/* How far a name that ends at byte end goes on: "Jean-Pierre", "Emma Stone",
 * "Sean O'Neill". */
static size_t
with_family(struct span text, size_t end)
{
    for (int k = 0; k < FAMILY_NAMES_MAX && end < text.len; k++) {
        struct span next = {text.p + end + 1, word_len(text, end + 1)};
        size_t prefix = 0, n;

        if (text.p[end] != ' ' && text.p[end] != '-')
            break;
        if (next.len == 1 && uni_upper(uni_at(next, 0, &n)) &&
            end + 2 < text.len && text.p[end + 2] == '\'') {
            prefix = 2;
            next = (struct span){text.p + end + 3, word_len(text, end + 3)};
        }
        if (!is_capitalised(next, FAMILY_LETTERS_MIN))
            break;
        end += 1 + prefix + next.len;
    }
    return end;
}

/* The word before byte i, when one space, or a full stop and one, is between
 * them; empty when there is none. */
static struct span
word_before(struct span text, size_t i)
{
    struct span none = {text.p, 0};
    size_t end = i, start;

    if (end == 0 || text.p[end - 1] != ' ')
        return none;
    end--;
    if (end > 0 && text.p[end - 1] == '.')
        end--;
    start = end;
    while (start > 0 && (unsigned char)text.p[start - 1] > ' ' &&
           text.p[start - 1] != '\'')
        start--;
    return (struct span){text.p + start, end - start};
}

/* Does a title stand before byte i: "Mrs. Green", "le docteur Petit"? */
static bool
is_titled(struct span text, size_t i)
{
    static const char titles[] =
        " mr mrs ms miss dr prof mister sir madam lady lord mme mlle monsieur "
        "madame mademoiselle docteur maître señor señora señorita sr sra srta "
        "don doña signor signora signorina sig dott dottor dottoressa senhor "
        "senhora dona doutor doutora herr frau doctor doctora professeur "
        "profesor profesora senyor senyora domnul doamna ";
    struct span title = word_before(text, i);

    return title.len > 0 && is_listed(title, titles);
}

static bool
is_name(struct span text, struct span word, struct span lang)
{
    size_t at = (size_t)(word.p - text.p);
    bool is_word;

    if (uni_word(uni_before(text, at)))
        return false;
    if (is_capitalised(word, FAMILY_LETTERS_MIN) && is_titled(text, at))
        return true;
    if (!is_capitalised(word, 2) || !names_known(word, &is_word))
        return false;
    if (is_word && span_eqz(lang, "de"))
        return false;
    return !is_word || is_inside(text, at) ||
           is_name_by_context(text, at + word.len, lang);
}

/* A capital behind a small letter, and not capitals alone behind the first:
 * "WeTransfer", "iPhone"; "hELLO" is a key held down. */
static bool
is_coined(struct span text, struct span word)
{
    bool small = false, inner = false, ret = false;
    size_t n, m;

    if (uni_word(uni_before(text, (size_t)(word.p - text.p))) ||
        uni_word(uni_at(text, (size_t)(word.p - text.p) + word.len, &m)))
        return false;
    for (size_t i = 0; i < word.len; i += n) {
        int32_t c = uni_at(word, i, &n);

        ret |= small && uni_upper(c);
        small = uni_lower(c);
        inner |= i > 0 && small;
    }
    return ret && inner;
}

size_t
names_find(struct span text, struct span lang, struct span ret[NAMES_MAX])
{
    size_t count = 0, n;

    for (size_t i = 0; i < text.len && count < NAMES_MAX; i += n) {
        struct span word = {text.p + i, word_len(text, i)};

        uni_at(text, i, &n);
        if (word.len == 0)
            continue;
        n = word.len;
        if (!is_name(text, word, lang) && !is_coined(text, word))
            continue;
        if (!span_eqz(lang, "de") && !is_coined(text, word))
            n = with_family(text, i + n) - i;
        ret[count++] = (struct span){text.p + i, n};
    }
    return count;
}

bool
names_in_apposition(struct span text, struct span name, struct span lang)
{
    static const struct {
        const char *lang, *words;
    } people[] = {
        {"ca", " oncle tia tieta germà germana cosí cosina amic amiga fill "
               "filla marit dona veí veïna company companya "},
        {"de", " onkel tante bruder schwester cousin cousine freund freundin "
               "sohn tochter mann frau chef kollege kollegin nachbar "},
        {"en", " uncle aunt auntie brother sister cousin friend colleague "
               "neighbour neighbor son daughter husband wife boyfriend "
               "girlfriend nephew niece teacher boss roommate flatmate "},
        {"es", " tío tía hermano hermana primo prima amigo amiga hijo hija "
               "marido mujer esposa novio novia vecino vecina sobrino sobrina "
               "compañero compañera jefe jefa "},
        {"fr", " oncle tante tonton tata frère soeur sœur cousin cousine ami "
               "amie copain copine collègue voisin voisine fils fille mari "
               "femme neveu nièce prof chef patron patronne "},
        {"gl", " tío tía irmán irmá curmán curmá amigo amiga fillo filla "
               "veciño veciña "},
        {"it", " zio zia fratello sorella cugino cugina amico amica figlio "
               "figlia marito moglie vicino vicina collega nipote capo "},
        {"pt", " tio tia irmão irmã primo prima amigo amiga filho filha marido "
               "mulher esposa namorado namorada vizinho vizinha sobrinho "
               "sobrinha colega chefe "},
        {"ro", " unchiul mătușa fratele sora vărul verișoara prietenul "
               "prietena fiul fiica "},
    };
    struct span noun = word_before(text, (size_t)(name.p - text.p));

    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++)
        if (span_eqz(lang, people[i].lang))
            return noun.len > 0 && is_listed(noun, people[i].words);
    return false;
}

static size_t
occurrences(struct span s, struct span word)
{
    size_t count = 0, n;

    for (size_t i = 0; i + word.len <= s.len; i++) {
        size_t end = i + word.len;

        if (memcmp(s.p + i, word.p, word.len) != 0 ||
            uni_word(uni_before(s, i)))
            continue;
        end += end < s.len && s.p[end] == 's'; /* German's "Toms" */
        count += !uni_word(uni_at(s, end, &n));
    }
    return count;
}

bool
names_kept(const struct span *list, size_t n, struct span translation)
{
    for (size_t i = 0; i < n; i++) {
        size_t wanted = 0;

        for (size_t k = 0; k < n; k++)
            wanted += span_eq(list[k], list[i]);
        if (occurrences(translation, list[i]) < wanted)
            return false;
    }
    return true;
}
