/* SPDX-License-Identifier: ISC */
#include "wire/json_impl.h"

/* jansson recurses while it parses, up to its own limit of 2048 levels and
 * without telling why it stopped.  Counting brackets outside of strings is
 * cheap and gives a smaller bound and a clear answer. */
static bool
is_too_deep(struct span text)
{
    bool in_string = false;
    int depth = 0;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (in_string)
            continue;
        else if ((c == '[' || c == '{') && ++depth > JSON_DEPTH_MAX)
            return true;
        else if (c == ']' || c == '}')
            depth--;
    }
    return false;
}

json_t *
json_read(struct span text, struct err *err)
{
    json_error_t why;
    json_t *value;

    if (!utf8_valid(text)) {
        err_set(err, FAIL_BAD_INPUT, "not valid UTF-8");
        return NULL;
    }
    value = json_scan(text);
    if (value)
        return value;
    if (is_too_deep(text)) {
        err_set(err, FAIL_BAD_INPUT, "JSON nested deeper than %d levels",
            JSON_DEPTH_MAX);
        return NULL;
    }
    value = json_loadb(text.len ? text.p : "", text.len, JSON_READ, &why);
    /* why.text quotes the input, which is not ours to repeat. */
    if (!value)
        err_set(err, FAIL_BAD_INPUT, "malformed JSON at byte %d", why.position);
    return value;
}

struct span
json_str(const json_t *v)
{
    struct span s = {json_string_value(v), json_string_length(v)};

    if (!s.p || memchr(s.p, '\0', s.len))
        return (struct span){NULL, 0};
    return s;
}

struct span
json_get_str(const json_t *obj, const char *key)
{
    return json_str(json_object_get(obj, key));
}

bool
json_get_int(const json_t *obj, const char *key, long long *ret)
{
    const json_t *v = json_object_get(obj, key);

    if (!json_is_integer(v))
        return false;
    *ret = json_integer_value(v);
    return true;
}

bool
json_get_num(const json_t *obj, const char *key, double *ret)
{
    const json_t *v = json_object_get(obj, key);

    if (!json_is_number(v))
        return false;
    *ret = json_number_value(v);
    return true;
}

bool
json_get_bool(const json_t *obj, const char *key, bool fallback)
{
    const json_t *v = json_object_get(obj, key);

    return json_is_boolean(v) ? json_is_true(v) : fallback;
}

static void
put_escaped(struct buf *b, unsigned char c)
{
    static const char shorthand[] = "\"\\\b\f\n\r\t";
    static const char letter[] = "\"\\bfnrt";
    const char *at = c ? strchr(shorthand, c) : NULL;

    if (at) {
        buf_addc(b, '\\');
        buf_addc(b, letter[at - shorthand]);
    } else {
        buf_addf(b, "\\u%04x", c);
    }
}

void
json_put_str(struct buf *b, struct span s)
{
    size_t done = 0; /* bytes before it are written */

    buf_reserve(b, s.len + 2);
    buf_addc(b, '"');
    for (size_t i = json_plain(s.p, s.len, true); i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        size_t len =
            c < 0x80 ? 1 : utf8_first((struct span){s.p + i, s.len - i});
        if (c >= 0x20 && c != '"' && c != '\\' && len > 0) {
            i += len - 1;
            continue;
        }
        buf_add(b, s.p + done, i - done);
        if (len > 0)
            put_escaped(b, c);
        else
            buf_addz(b, "\xef\xbf\xbd"); /* U+FFFD */
        done = i + 1;
    }
    buf_add(b, s.p + done, s.len - done);
    buf_addc(b, '"');
}

static void
put_key(struct buf *b, const char *key)
{
    json_put_str(b, span_of(key));
    buf_addc(b, ':');
}

void
json_put_field(struct buf *b, const char *key, struct span value)
{
    put_key(b, key);
    if (value.p)
        json_put_str(b, value);
    else
        buf_addz(b, "null");
}

static int
append(const char *bytes, size_t n, void *b)
{
    buf_add(b, bytes, n);
    return 0;
}

void
json_add_field(struct buf *b, const char *key, struct span value)
{
    buf_addc(b, ',');
    json_put_field(b, key, value);
}

static void
add_key(struct buf *b, const char *key)
{
    buf_addc(b, ',');
    put_key(b, key);
}

void
json_add_number(struct buf *b, const char *key, int64_t value)
{
    add_key(b, key);
    buf_addn(b, value);
}

void
json_add_bool(struct buf *b, const char *key, bool value)
{
    add_key(b, key);
    buf_addz(b, json_bool(value));
}

const char *
json_bool(bool on)
{
    return on ? "true" : "false";
}

void
json_put(struct buf *b, const json_t *value)
{
    json_dump_callback(value, append, b, JSON_COMPACT | JSON_ENCODE_ANY);
}
