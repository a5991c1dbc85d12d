/* SPDX-License-Identifier: ISC */
#include "wire/json_impl.h"

#include <stdlib.h>

/*
 * DESIGN.  Nearly all that clients send is small objects of plain texts and
 * whole numbers, and jansson reads them byte by byte through four functions:
 * that was a quarter of what a message cost the gateway.  This reads such text
 * into the same tree.  Whatever is not so simple, a string with a backslash, an
 * exponent, a mistake, is left to jansson as a whole; so there is one grammar
 * and one place that refuses.  fuzz_json compares the two.
 */
enum { DIGITS_MAX = 18 }; /* of a number that fits surely */

struct scan {
    const char *at, *end;
    int depth;
};

static json_t *value(struct scan *s);

static void
skip_space(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' ||
                                 *s->at == '\n' || *s->at == '\r'))
        s->at++;
}

/* Is c next, after white space?  Then it is taken. */
static bool
take(struct scan *s, char c)
{
    skip_space(s);
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

/* Behind a quote, to the next one. */
static bool
text(struct scan *s, struct span *ret)
{
    const char *p = s->at;

    p += json_plain(p, (size_t)(s->end - p), false);
    while (p < s->end && (unsigned char)*p >= 0x20 && *p != '"' && *p != '\\')
        p++;
    if (p == s->end || *p != '"')
        return false;
    *ret = (struct span){s->at, (size_t)(p - s->at)};
    s->at = p + 1;
    return true;
}

static json_t *
string(struct scan *s)
{
    struct span v;

    return text(s, &v) ? json_stringn_nocheck(v.p, v.len) : NULL;
}

static bool
is_digit(const struct scan *s)
{
    return s->at < s->end && *s->at >= '0' && *s->at <= '9';
}

/* Digits at s->at, and how many; the number that they are. */
static size_t
digits(struct scan *s, json_int_t *n)
{
    const char *first = s->at;

    for (*n = 0; is_digit(s) && s->at - first < DIGITS_MAX; s->at++)
        *n = *n * 10 + (*s->at - '0');
    return is_digit(s) ? 0 : (size_t)(s->at - first); /* 0: too many, too */
}

/* s->at is at its minus or first digit. */
static json_t *
number(struct scan *s)
{
    char real[2 * DIGITS_MAX + 3]; /* as strtod wants it */
    const char *start = s->at, *first = s->at + (*s->at == '-');
    json_int_t n, fraction;
    size_t len;

    s->at = first;
    len = digits(s, &n);
    if (!len || (*first == '0' && len > 1))
        return NULL;
    len = 0;
    if (s->at < s->end && *s->at == '.') {
        s->at++;
        if (!digits(s, &fraction))
            return NULL;
        len = (size_t)(s->at - start);
    }
    if (s->at < s->end && (*s->at == 'e' || *s->at == 'E'))
        return NULL;
    if (!len)
        return json_integer(first > start ? -n : n);
    memcpy(real, start, len);
    real[len] = '\0';
    return json_real(strtod(real, NULL));
}

static json_t *
word(struct scan *s, struct span name, json_t *v)
{
    struct span rest = {s->at, (size_t)(s->end - s->at)};

    if (!span_starts(rest, name))
        return NULL;
    s->at += name.len;
    return v;
}

/* Behind a "[". */
static json_t *
array(struct scan *s)
{
    json_t *list = json_array(), *v;

    if (take(s, ']'))
        return list;
    do {
        v = value(s);
        if (!v || json_array_append_new(list, v))
            break;
    } while (take(s, ','));
    if (v && take(s, ']'))
        return list;
    json_decref(list);
    return NULL;
}

/* One field; false also for a name that was there before. */
static bool
field(struct scan *s, json_t *obj)
{
    size_t n = json_object_size(obj);
    struct span name;
    json_t *v;

    if (!take(s, '"') || !text(s, &name) || !take(s, ':') || !(v = value(s)))
        return false;
    return !json_object_setn_new_nocheck(obj, name.p, name.len, v) &&
           json_object_size(obj) == n + 1;
}

/* Behind a "{". */
static json_t *
object(struct scan *s)
{
    json_t *obj = json_object();
    bool good;

    if (take(s, '}'))
        return obj;
    do
        good = field(s, obj);
    while (good && take(s, ','));
    if (good && take(s, '}'))
        return obj;
    json_decref(obj);
    return NULL;
}

static json_t *
nested(struct scan *s, json_t *(*read)(struct scan *s))
{
    json_t *v = NULL;

    s->at++;
    if (++s->depth <= JSON_DEPTH_MAX)
        v = read(s);
    s->depth--;
    return v;
}

static json_t *
value(struct scan *s)
{
    skip_space(s);
    if (s->at == s->end)
        return NULL;
    switch (*s->at) {
    case '{':
        return nested(s, object);
    case '[':
        return nested(s, array);
    case '"':
        s->at++;
        return string(s);
    case 't':
        return word(s, SPAN("true"), json_true());
    case 'f':
        return word(s, SPAN("false"), json_false());
    case 'n':
        return word(s, SPAN("null"), json_null());
    default:
        return *s->at == '-' || is_digit(s) ? number(s) : NULL;
    }
}

json_t *
json_scan(struct span text)
{
    struct scan s = {.at = text.p, .end = text.p + text.len};
    json_t *v = text.len ? value(&s) : NULL;

    skip_space(&s);
    if (v && s.at < s.end) {
        json_decref(v);
        v = NULL;
    }
    return v;
}
