/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "wire/task_fields.h"

enum { DIGITS_MAX = 18 }; /* of a number that surely fits */

const struct span task_field_names[TASK_N_FIELDS] = {
    [TASK_TYPE] = SPAN("type"),
    [TASK_ID] = SPAN("taskId"),
    [TASK_MESSAGE_ID] = SPAN("messageId"),
    [TASK_TEXT] = SPAN("text"),
    [TASK_SOURCE] = SPAN("sourceLanguage"),
    [TASK_TARGETS] = SPAN("targetLanguages"),
    [TASK_CONVERSATION_ID] = SPAN("conversationId"),
    [TASK_SENDER_ID] = SPAN("senderId"),
    [TASK_REPLY_TO] = SPAN("replyTo"),
    [TASK_MODEL_TYPE] = SPAN("modelType"),
    [TASK_REVISION] = SPAN("revision"),
    [TASK_TIMESTAMP] = SPAN("timestamp"),
};

struct scan {
    const char *p, *end;
};

static void
skip_space(struct scan *s)
{
    while (s->p < s->end &&
           (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t'))
        s->p++;
}

/* Skip white space, then c. */
static bool
take(struct scan *s, char c)
{
    skip_space(s);
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

static bool
take_word(struct scan *s, struct span word)
{
    if (!span_starts((struct span){s->p, (size_t)(s->end - s->p)}, word))
        return false;
    s->p += word.len;
    return true;
}

/* A string with what is between its quotes as it stands there, and whether an
 * escape is among it. */
static bool
take_raw(struct scan *s, struct span *ret, bool *ret_escaped)
{
    *ret_escaped = false;
    if (!take(s, '"'))
        return false;
    ret->p = s->p;
    for (; s->p < s->end; s->p++) {
        unsigned char c = (unsigned char)*s->p;
        if (c == '"') {
            ret->len = (size_t)(s->p++ - ret->p);
            return true;
        }
        if (c == '\\') {
            *ret_escaped = true;
            c = (unsigned char)(++s->p < s->end ? *s->p : '\0');
        }
        if (c < 0x20)
            return false;
    }
    return false;
}

static bool
take_plain(struct scan *s, struct span *ret)
{
    bool escaped;

    return take_raw(s, ret, &escaped) && !escaped;
}

/* Append what raw says; false for escapes of more than one letter. */
static bool
unescape(struct span raw, struct buf *b)
{
    static const char letter[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
    const char *p = raw.p, *end = raw.p + raw.len, *next, *at;

    while ((next = memchr(p, '\\', (size_t)(end - p)))) {
        buf_add(b, p, (size_t)(next - p));
        at = memchr(letter, next[1], sizeof(letter) - 1);
        if (!at)
            return false;
        buf_addc(b, meaning[at - letter]);
        p = next + 2;
    }
    buf_add(b, p, (size_t)(end - p));
    return true;
}

static bool
take_text(struct scan *s, struct task_field *f, struct buf *room)
{
    bool escaped;

    f->kind = TASK_FIELD_STR;
    if (!take_raw(s, &f->str, &escaped))
        return false;
    if (!escaped)
        return true;
    if (!unescape(f->str, room))
        return false;
    f->str = buf_span(room);
    return true;
}

static bool
take_int(struct scan *s, struct task_field *f)
{
    const char *begin;
    bool minus = *s->p == '-';

    s->p += minus;
    for (begin = s->p; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++)
        f->number = s->p - begin < DIGITS_MAX ? f->number * 10 + (*s->p - '0')
                                              : f->number;
    if (s->p == begin || s->p - begin > DIGITS_MAX ||
        (*begin == '0' && s->p - begin > 1))
        return false;
    f->kind = TASK_FIELD_INT;
    f->number = minus ? -f->number : f->number;
    /* A fraction or an exponent is no comma and no bracket: it fails there. */
    return true;
}

static bool
take_targets(struct scan *s, struct task_fields *ret, struct span room[])
{
    ret->targets = room;
    ret->field[TASK_TARGETS].kind = TASK_FIELD_OTHER;
    if (!take(s, '['))
        return false;
    do
        if (ret->n_targets == TASK_LANGUAGES_MAX ||
            !take_plain(s, &room[ret->n_targets++]))
            return false;
    while (take(s, ','));
    return take(s, ']');
}

static bool
take_value(struct scan *s, enum task_field_name name, struct task_fields *ret,
    struct task_scan_room *room)
{
    struct task_field *f = &ret->field[name];

    skip_space(s);
    if (s->p == s->end)
        return false;
    if (name == TASK_TARGETS)
        return take_targets(s, ret, room->targets);
    if (*s->p == 'n')
        return take_word(s, SPAN("null"));
    if (*s->p != '"')
        return take_int(s, f);
    if (name == TASK_TEXT)
        return take_text(s, f, &room->text);
    f->kind = TASK_FIELD_STR;
    return take_plain(s, &f->str);
}

/* A field of ours that has not been there yet. */
static bool
take_name(struct scan *s, unsigned *seen, enum task_field_name *ret)
{
    struct span name;
    unsigned i = 0;

    if (!take_plain(s, &name) || !take(s, ':'))
        return false;
    while (i < TASK_N_FIELDS && !span_eq(name, task_field_names[i]))
        i++;
    if (i == TASK_N_FIELDS || (*seen & 1u << i))
        return false;
    *seen |= 1u << i;
    *ret = (enum task_field_name)i;
    return true;
}

bool
task_scan(
    struct span frame, struct task_fields *ret, struct task_scan_room *room)
{
    struct scan s = {frame.p, frame.p + frame.len};
    enum task_field_name name;
    unsigned seen = 0;

    *ret = (struct task_fields){0};
    if (!take(&s, '{'))
        return false;
    do
        if (!take_name(&s, &seen, &name) || !take_value(&s, name, ret, room))
            return false;
    while (take(&s, ','));
    if (!take(&s, '}'))
        return false;
    skip_space(&s);
    return s.p == s.end;
}
