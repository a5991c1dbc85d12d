/* SPDX-License-Identifier: ISC */
#include "exchange/slack_text.h"

#include <string.h>

enum { EMOJI_NAME_MAX = 40 };

struct reading {
    struct buf *out;
    slack_name_fn *name;
    void *ctx;
    bool code; /* between backticks, where ":" is a colon */
};

static bool
is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c && strchr("_+-'", c));
}

/* ":wave:" or ":wave::skin-tone-2:" at the start of s, whose first is a colon;
 * returns how long it is, 0 for what is none. */
static size_t
put_emoji(struct reading *r, struct span s)
{
    static const struct span tone = {":skin-tone-", 11};
    struct span name = {s.p + 1, 0}, emoji, rest;
    size_t n;

    while (name.len < s.len - 1 && name.len < EMOJI_NAME_MAX &&
           is_name_char(name.p[name.len]))
        name.len++;
    n = name.len + 1;
    if (n >= s.len || s.p[n] != ':')
        return 0;
    n++;
    emoji = slack_emoji(name);
    buf_adds(r->out, emoji);
    rest = (struct span){s.p + n, s.len - n};
    if (span_starts(rest, tone) && rest.len >= tone.len + 2 &&
        rest.p[tone.len + 1] == ':')
        n += tone.len + 2;
    return emoji.len ? n : 0;
}

/* "&amp;" and its like at the start of s; returns how long it is. */
static size_t
put_entity(struct reading *r, struct span s)
{
    static const struct {
        struct span name;
        char c;
    } entities[] = {
        {{"&amp;", 5}, '&'}, {{"&lt;", 4}, '<'}, {{"&gt;", 4}, '>'}};

    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
        if (span_starts(s, entities[i].name)) {
            buf_addc(r->out, entities[i].c);
            return entities[i].name.len;
        }
    return 0;
}

/* Text without further brackets in it. */
static void
put_plain(struct reading *r, struct span s)
{
    while (s.len) {
        size_t n = 0;

        if (*s.p == '`')
            r->code = !r->code;
        else if (*s.p == '&')
            n = put_entity(r, s);
        else if (*s.p == ':' && !r->code)
            n = put_emoji(r, s);
        if (!n) {
            buf_addc(r->out, *s.p);
            n = 1;
        }
        s.p += n;
        s.len -= n;
    }
}

static void
put_link(struct reading *r, struct span target, struct span label)
{
    struct span shown = target;

    if (span_starts(shown, SPAN("mailto:")))
        span_cut(&shown, ':');
    if (!label.len || span_eq(label, shown) ||
        (label.len < shown.len &&
            memcmp(shown.p + shown.len - label.len, label.p, label.len) == 0)) {
        put_plain(r, shown);
        return;
    }
    put_plain(r, label);
    buf_addz(r->out, " (");
    put_plain(r, shown);
    buf_addc(r->out, ')');
}

/* "@U024BE7LH", "!here", "#C024BE7LR|general" or a link: what was between < and
 * >. */
static void
put_bracket(struct reading *r, struct span inside)
{
    struct span label = inside, target = span_cut(&label, '|'), name;
    char kind = target.len ? *target.p : '\0';

    if (kind && strchr("@#!", kind)) {
        target.p++;
        target.len--;
    }
    switch (kind) {
    case '@':
        name = r->name(target, r->ctx);
        buf_addc(r->out, '@');
        buf_adds(r->out, name.len ? name : label.len ? label : target);
        break;
    case '#':
        buf_addc(r->out, '#');
        buf_adds(r->out, label.len ? label : target);
        break;
    case '!':
        if (span_eqz(target, "here") || span_eqz(target, "channel") ||
            span_eqz(target, "everyone"))
            buf_addz(r->out, "@all");
        else
            put_plain(r, label.len ? label : target);
        break;
    default:
        put_link(r, target, label);
    }
}

void
slack_text(struct span raw, slack_name_fn *name, void *ctx, struct buf *out)
{
    struct reading r = {.out = out, .name = name, .ctx = ctx};

    while (raw.len) {
        struct span plain = span_cut(&raw, '<');
        struct span rest = raw, inside = span_cut(&rest, '>');

        put_plain(&r, plain);
        if (!raw.p)
            return;
        if (!rest.p) { /* it is not closed */
            buf_addc(out, '<');
            continue;
        }
        put_bracket(&r, inside);
        raw = rest;
    }
}
