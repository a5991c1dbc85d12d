/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/doc_parts.h"
#include "text/uni.h"

enum { ITEM_WORDS_MAX = 4, ITEM_EMOJI_MIN = 2 };

static bool
is_text(const struct part *p)
{
    return p->kind == SCAN_NONE;
}

/* Is the word of a sentence rather than of a list of things? */
static bool
is_function_word(struct span word)
{
    static const char words[] =
        " i you we they he she it je tu il elle on nous vous yo ich eu io and "
        "or et ou y o e und oder the my your a an le la les el il de of to is "
        "are am this that so but mais pero ma ";
    char padded[16];

    if (word.len + 2 > sizeof(padded))
        return false;
    padded[0] = ' ';
    for (size_t i = 0; i < word.len; i++)
        padded[i + 1] = (char)(word.p[i] | 0x20);
    padded[word.len + 1] = ' ';
    return memmem(words, sizeof(words), padded, word.len + 2) != NULL;
}

/* Few words, and no sentence: "milk", "new shoes". */
static bool
is_item(struct span text)
{
    struct span rest = span_trim(text), word = {NULL, 0};
    int words = 0;

    while (rest.len > 0) {
        word = span_cut(&rest, ' ');
        if (words++ == 0 && is_function_word(word))
            return false;
    }
    return words <= ITEM_WORDS_MAX && !is_function_word(word) &&
           !(word.len > 0 && strchr(".!?", word.p[word.len - 1]));
}

bool
doc_emoji_divide(const struct parts *line)
{
    size_t between = 0, items = 0;
    bool pending = false;

    for (size_t k = 0; k < line->n; k++) {
        const struct part *part = &line->list[k];

        if (part->kind == SCAN_EMOJI) {
            pending = true;
        } else if (is_text(part) && uni_has_alpha(part->bytes)) {
            if (!is_item(part->bytes))
                return false;
            between += pending;
            pending = false;
            items++;
        } else if (!is_text(part) && part->role != ROLE_GAP) {
            return false;
        }
    }
    return items > 1 && between >= ITEM_EMOJI_MIN;
}
