/* SPDX-License-Identifier: ISC */
#include "memory/slots.h"

#include <string.h>

#include "text/figures.h"
#include "text/uni.h"

static const char place = '#';

static size_t
count_places(struct span text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        n += text.p[i] == place;
    return n;
}

/* May another number stand in its place? */
static bool
is_free(const struct number *n)
{
    return (n->form == NUMBER_FIGURE || n->form == NUMBER_WORD ||
               n->form == NUMBER_CLOCK) &&
           n->value >= SLOTS_LEAST && !n->ordinal && !n->decade && !n->torn &&
           !n->weak;
}

bool
slots_take(
    struct span text, struct span lang, struct slots *ret, struct buf *out)
{
    struct number found[NUMBERS_MAX];
    size_t n, at = 0;

    *ret = (struct slots){.text = text, .lang = lang};
    if (count_places(text) > 0)
        return false;
    n = numbers_find(text, lang, found);
    for (size_t k = 0; k < n; k++) {
        if (!is_free(&found[k]))
            continue;
        if (ret->n == SLOTS_MAX)
            return false;
        ret->list[ret->n++] = found[k];
    }
    if (ret->n == 0)
        return false;
    for (size_t k = 0; k < ret->n; k++) {
        buf_add(out, text.p + at, ret->list[k].at - at);
        buf_addc(out, place);
        at = ret->list[k].at + ret->list[k].len;
    }
    buf_add(out, text.p + at, text.len - at);
    return true;
}

static void
put(const struct slots *s, const struct number *n, struct span to,
    struct buf *out)
{
    struct span bytes = {s->text.p + n->at, n->len};

    if (n->form == NUMBER_WORD)
        buf_addf(out, "%lld", n->value);
    else if (n->form == NUMBER_FIGURE || !n->spoken) {
        if (!figures_localise(s->text, bytes, s->lang, to, out))
            buf_adds(out, bytes);
    } else if (!numbers_write(n, to, out))
        buf_adds(out, bytes);
}

/* "à #h" is "à 8h", and "à 8h30" as it is. */
static bool
says_hours(struct span translation, size_t i)
{
    struct span rest = {translation.p + i, translation.len - i};
    size_t n;

    return rest.len > 0 && rest.p[0] == 'h' && !uni_word(uni_at(rest, 1, &n));
}

bool
slots_fill(const struct slots *s, struct span translation, struct span to,
    struct buf *out)
{
    size_t k = 0;

    if (count_places(translation) != s->n)
        return false;
    for (size_t i = 0; i < translation.len; i++) {
        if (translation.p[i] != place) {
            buf_addc(out, translation.p[i]);
            continue;
        }
        put(s, &s->list[k], to, out);
        i +=
            s->list[k++].form == NUMBER_CLOCK && says_hours(translation, i + 1);
    }
    return true;
}
