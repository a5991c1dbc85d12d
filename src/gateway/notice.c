/* SPDX-License-Identifier: ISC */
#include "gateway/notice.h"

#include <string.h>

static const char *const verbs[] = {
    [NOTICE_ROOM] = "room",
    [NOTICE_PERSON] = "person",
    [NOTICE_SIGNAL] = "signal",
    [NOTICE_ENDED] = "ended",
    [NOTICE_ANEW] = "anew",
    [NOTICE_READERS] = "readers",
    [NOTICE_SPENT] = "spent",
};
enum { N_VERBS = sizeof(verbs) / sizeof(verbs[0]) };

/* ---- writing ---- */

/* May it be one word of a line? */
static bool
is_word(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] <= ' ')
            return false;
    return s.len > 0;
}

void
notice_head_put(struct buf *b, const struct notice_head *h)
{
    buf_addf(b, "meeshy 1 %.*s %lld %lld\n", SPAN_ARG(h->gateway),
        (long long)h->number, (long long)h->wall_ms);
}

static bool
can_say(const struct notice *n)
{
    switch (n->kind) {
    case NOTICE_ROOM:
    case NOTICE_PERSON:
        return is_word(n->id) && n->offset >= 0;
    case NOTICE_SIGNAL:
        return is_word(n->id) && is_word(n->event) &&
               n->payload.len <= NOTICE_PAYLOAD_BYTES_MAX &&
               !memchr(n->payload.p, '\n', n->payload.len);
    case NOTICE_ENDED:
        return is_word(n->id) && (!n->hash.p || is_word(n->hash)) &&
               (!n->except.p || is_word(n->except));
    case NOTICE_ANEW:
        return is_word(n->what);
    case NOTICE_READERS:
        return n->what.len == 0 || is_word(n->what);
    case NOTICE_SPENT:
        return is_word(n->what) && is_word(n->id) && n->offset > 0;
    }
    return false;
}

static void
put(struct buf *b, const struct notice *n)
{
    struct span all = SPAN("all"), none = SPAN("-");

    buf_addz(b, verbs[n->kind]);
    buf_addc(b, ' ');
    switch (n->kind) {
    case NOTICE_ROOM:
    case NOTICE_PERSON:
        buf_addf(b, "%.*s %lld", SPAN_ARG(n->id), (long long)n->offset);
        break;
    case NOTICE_SIGNAL:
        buf_addf(b, "%.*s %.*s ", SPAN_ARG(n->id), SPAN_ARG(n->event));
        buf_adds(b, n->payload);
        break;
    case NOTICE_ENDED:
        buf_adds(b, n->id);
        buf_addc(b, ' ');
        buf_adds(b, n->hash.p ? n->hash : all);
        buf_addc(b, ' ');
        buf_adds(b, n->except.p ? n->except : none);
        break;
    case NOTICE_ANEW:
    case NOTICE_READERS:
        buf_adds(b, n->what);
        break;
    case NOTICE_SPENT:
        buf_addf(b, "%.*s %.*s %lld", SPAN_ARG(n->what), SPAN_ARG(n->id),
            (long long)n->offset);
        break;
    }
    buf_addc(b, '\n');
}

bool
notice_put(struct buf *b, const struct notice *n)
{
    size_t before = b->len;

    if (!can_say(n))
        return false;
    put(b, n);
    if (b->len <= NOTICE_FRAME_BYTES_MAX)
        return true;
    b->len = before;
    return false;
}

/* ---- reading ---- */

bool
notice_head_take(struct span *frame, struct notice_head *ret)
{
    struct span line = span_cut(frame, '\n');
    struct span ours = span_cut(&line, ' '), version = span_cut(&line, ' ');
    struct span number;
    long long n, ms;

    ret->gateway = span_cut(&line, ' ');
    number = span_cut(&line, ' ');
    if (!span_eqz(ours, "meeshy") || !span_eqz(version, "1") ||
        ret->gateway.len == 0 || ret->gateway.len >= ID_BYTES ||
        !span_int(number, 1, INT64_MAX, &n) ||
        !span_int(line, 0, INT64_MAX, &ms))
        return false;
    ret->number = n;
    ret->wall_ms = ms;
    return true;
}

static bool
parse(struct span line, struct notice *ret)
{
    struct span verb = span_cut(&line, ' ');
    int kind = 0;
    long long n;

    while (kind < N_VERBS && !span_eqz(verb, verbs[kind]))
        kind++;
    if (kind == N_VERBS)
        return false;
    *ret = (struct notice){.kind = (enum notice_kind)kind};
    switch (ret->kind) {
    case NOTICE_ROOM:
    case NOTICE_PERSON:
        ret->id = span_cut(&line, ' ');
        if (!ret->id.len || !span_int(line, 0, INT64_MAX, &n))
            return false;
        ret->offset = n;
        return true;
    case NOTICE_SIGNAL:
        ret->id = span_cut(&line, ' ');
        ret->event = span_cut(&line, ' ');
        ret->payload = line;
        return ret->id.len && ret->event.len && line.len > 0;
    case NOTICE_ENDED:
        ret->id = span_cut(&line, ' ');
        ret->hash = span_cut(&line, ' ');
        ret->except = line;
        if (!ret->id.len || !ret->hash.len || !ret->except.len)
            return false;
        if (span_eqz(ret->hash, "all"))
            ret->hash = (struct span){NULL, 0};
        if (span_eqz(ret->except, "-"))
            ret->except = (struct span){NULL, 0};
        return true;
    case NOTICE_ANEW:
        ret->what = line;
        return line.len > 0;
    case NOTICE_READERS:
        ret->what = line.p ? line : SPAN("");
        return true;
    case NOTICE_SPENT:
        ret->what = span_cut(&line, ' ');
        ret->id = span_cut(&line, ' ');
        if (!ret->what.len || !ret->id.len || !span_int(line, 1, INT32_MAX, &n))
            return false;
        ret->offset = n;
        return true;
    }
    return false;
}

bool
notice_take(struct span *frame, struct notice *ret)
{
    while (frame->p && frame->len > 0)
        if (parse(span_cut(frame, '\n'), ret))
            return true;
    return false;
}
