/* SPDX-License-Identifier: ISC */
#include "translator/http/multipart.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool
is_word(struct span s, const char *want)
{
    return s.len == strlen(want) && strncasecmp(s.p, want, s.len) == 0;
}

/* Cut off what comes before the first of two characters, or all. */
static struct span
cut_before(struct span *s, char a, char b)
{
    struct span head = {s->p, 0};

    while (head.len < s->len && head.p[head.len] != a && head.p[head.len] != b)
        head.len++;
    s->p += head.len;
    s->len -= head.len;
    return head;
}

/* Cut the next parameter, `name=value` or `name="value"`, off a list of them
 * with semicolons.  What is quoted may hold any character but a quote. */
static bool
next_parameter(struct span *list, struct span *name, struct span *value)
{
    while (list->len > 0 && strchr("; \t", list->p[0])) {
        list->p++;
        list->len--;
    }
    if (list->len == 0)
        return false;
    *name = span_trim(cut_before(list, '=', ';'));
    *value = (struct span){list->p, 0};
    if (list->len == 0 || list->p[0] == ';')
        return true;
    list->p++; /* = */
    list->len--;
    if (list->len > 0 && list->p[0] == '"') {
        list->p++;
        list->len--;
        *value = cut_before(list, '"', '"');
    } else {
        *value = span_trim(cut_before(list, ';', ';'));
    }
    cut_before(list, ';', ';');
    return true;
}

/* Move m->rest behind the next delimiter; what was before it is returned, or,
 * when there is none, the body is broken and nothing left. */
static struct span
cut_part(struct multipart *m)
{
    const char *at = m->rest.len ? memmem(m->rest.p, m->rest.len, m->delimiter,
                                       m->delimiter_len)
                                 : NULL;
    struct span part = {m->rest.p, at ? (size_t)(at - m->rest.p) : 0};

    if (!at) {
        m->broken = true;
        m->rest = (struct span){NULL, 0};
        return m->rest;
    }
    m->rest.p += part.len + m->delimiter_len;
    m->rest.len -= part.len + m->delimiter_len;
    return part;
}

bool
multipart_open(struct multipart *m, struct span content_type, struct span body)
{
    struct span type = span_trim(span_cut(&content_type, ';'));
    struct span name, value, boundary = {NULL, 0}, start;

    *m = (struct multipart){.rest = body};
    if (!is_word(type, "multipart/form-data"))
        return false;
    while (content_type.p && next_parameter(&content_type, &name, &value))
        if (is_word(name, "boundary"))
            boundary = value;
    if (boundary.len == 0 || boundary.len > MULTIPART_BOUNDARY_LEN_MAX)
        return false;
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary.p, boundary.len);
    m->delimiter_len = 4 + boundary.len;
    /* Before the first one there may be nothing, not even a line break. */
    start = (struct span){m->delimiter + 2, m->delimiter_len - 2};
    if (span_starts(body, start)) {
        m->rest.p += start.len;
        m->rest.len -= start.len;
    } else {
        cut_part(m);
    }
    return true;
}

/* The next line, without its end; absent, and the body broken, at the end. */
static struct span
cut_line(struct multipart *m)
{
    const char *end =
        m->rest.len ? memmem(m->rest.p, m->rest.len, "\r\n", 2) : NULL;
    struct span line = {m->rest.p, end ? (size_t)(end - m->rest.p) : 0};

    if (!end) {
        m->broken = true;
        m->rest = (struct span){NULL, 0};
        return m->rest;
    }
    m->rest.p = end + 2;
    m->rest.len -= line.len + 2;
    return line;
}

/* The name in a part's head, whose empty line is behind us then; absent when
 * the part is a file or the body broken. */
static struct span
read_head(struct multipart *m)
{
    struct span found = {NULL, 0}, line;
    bool is_file = false;

    while ((line = cut_line(m)).len > 0) {
        struct span field = span_trim(span_cut(&line, ':')), name, value;
        if (!is_word(field, "content-disposition"))
            continue;
        while (line.p && next_parameter(&line, &name, &value)) {
            if (is_word(name, "name"))
                found = value;
            is_file |= is_word(name, "filename");
        }
    }
    return is_file || !line.p ? (struct span){NULL, 0} : found;
}

bool
multipart_next(
    struct multipart *m, struct span *ret_name, struct span *ret_value)
{
    while (m->rest.p && !span_starts(m->rest, SPAN("--"))) {
        if (!cut_line(m).p) /* what is left of the delimiter's */
            break;
        *ret_name = read_head(m);
        if (!m->rest.p)
            break;
        *ret_value = cut_part(m);
        if (!m->broken && ret_name->p)
            return true;
    }
    return false;
}
