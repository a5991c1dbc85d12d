/* SPDX-License-Identifier: ISC */
#include "wire/json_impl.h"

#include "base/tap.h"

static bool
refuses(struct span text)
{
    struct err err = {0};
    json_t *v = json_read(text, &err);

    json_decref(v);
    return !v && err.kind == FAIL_BAD_INPUT && err.text[0];
}

static void
lookups_miss_politely(void)
{
    json_t *obj = json_read(
        SPAN("{\"s\":\"é\",\"i\":-7,\"r\":2.5,\"t\":true,\"n\":null}"), NULL);
    long long i = 1;
    json_t *nul;
    double d = 1;

    CHECK(span_eqz(json_get_str(obj, "s"), "é"));
    CHECK(json_get_str(obj, "i").p == NULL);
    CHECK(json_get_str(obj, "none").p == NULL);
    CHECK(json_get_int(obj, "i", &i) && i == -7);
    CHECK(!json_get_int(obj, "r", &i) && i == -7);
    CHECK(json_get_num(obj, "i", &d) && d < -6.9 && d > -7.1);
    CHECK(json_get_num(obj, "r", &d) && d > 2.4 && d < 2.6);
    CHECK(!json_get_num(obj, "s", &d));
    CHECK(json_get_bool(obj, "t", false));
    CHECK(json_get_bool(obj, "n", true));
    CHECK(json_get_str(NULL, "s").p == NULL);
    nul = json_read(SPAN("{\"s\":\"a\\u0000b\"}"), NULL);
    CHECK(nul && json_get_str(nul, "s").p == NULL); /* legal, no text of ours */
    json_decref(nul);
    json_decref(obj);
}

static void
bad_input_is_refused_with_a_reason(void)
{
    CHECK(refuses(SPAN("")));
    CHECK(refuses((struct span){NULL, 0}));
    CHECK(refuses(SPAN("{\"a\":1,}")));
    CHECK(refuses(SPAN("{\"a\":1} x")));
    CHECK(refuses(SPAN("{\"a\":1,\"a\":2}")));
    CHECK(refuses(SPAN("\"\xff\"")));
    CHECK(refuses(SPAN("\"\xed\xa0\x80\""))); /* a surrogate */
    CHECK(refuses(SPAN("\"\\ud800\""))); /* half of a pair */
    CHECK(refuses(SPAN("{\"a\0b\":1}")));
}

static void
nesting_is_bounded_and_brackets_in_strings_do_not_count(void)
{
    enum { N = 100000 };
    static char deep[N];
    struct span text = {deep, N};
    json_t *v;

    memset(deep, '[', N);
    CHECK(refuses(text));

    deep[0] = deep[N - 1] = '"';
    v = json_read(text, NULL);
    CHECK(json_string_length(v) == N - 2);
    json_decref(v);

    memset(deep, '[', JSON_DEPTH_MAX + 1);
    memset(deep + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    CHECK(refuses((struct span){deep, 2 * JSON_DEPTH_MAX + 2}));
    memset(deep, '[', JSON_DEPTH_MAX);
    memset(deep + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    v = json_read((struct span){deep, 2 * JSON_DEPTH_MAX}, NULL);
    CHECK(v != NULL);
    json_decref(v);
    v = json_read(SPAN("\"\\\"[[\""), NULL);
    CHECK(span_eqz((struct span){json_string_value(v), 3}, "\"[["));
    json_decref(v);
}

static void
what_is_written_reads_back_the_same(void)
{
    struct span nasty =
        SPAN("\x01\x1f\x7f \"q\" \\ / \b\f\n\r\t é 😀 </script>");
    struct buf b = {0}, again = {0};
    json_t *obj;

    buf_addc(&b, '{');
    json_put_field(&b, "k\"", nasty);
    buf_addc(&b, ',');
    json_put_field(&b, "none", (struct span){NULL, 0});
    buf_addc(&b, ',');
    json_put_field(&b, "empty", SPAN(""));
    buf_addc(&b, '}');
    obj = json_read(buf_span(&b), NULL);
    CHECK(span_eq(json_get_str(obj, "k\""), nasty));
    CHECK(json_is_null(json_object_get(obj, "none")));
    CHECK(json_get_str(obj, "empty").p != NULL);
    json_decref(obj);

    obj =
        json_read(SPAN("[1, {\"a\" : [true, null, \"\\u00e9\"]}, -2.5]"), NULL);
    json_put(&again, obj);
    CHECK(span_eqz(buf_span(&again), "[1,{\"a\":[true,null,\"é\"]},-2.5]"));
    json_decref(obj);
    buf_free(&b);
    buf_free(&again);
}

/* 'y': scanned, to the same tree as jansson's; 'n': left to jansson; otherwise
 * something is wrong. */
static char
scanned(const char *text)
{
    json_t *ours = json_scan(span_of(text));
    json_t *theirs = json_loadb(text, strlen(text), JSON_READ, NULL);
    bool equal = theirs && json_equal(ours, theirs);
    char answer = !ours ? 'n' : equal ? 'y' : '!';

    json_decref(ours);
    json_decref(theirs);
    return answer;
}

static void
plain_json_is_scanned_and_what_is_odd_is_janssons(void)
{
    static const char *const plain[] = {"{}", "[]", " [ 1 , -20 , 0, -0 ] ",
        "[\"message:send\",{\"conversationId\":\"01k\",\"content\":"
        "\"a text of some length, caf\u00e9 \U0001f600\",\"n\":7}]",
        "{\"a\":{\"b\":[true,false,null]},\"c\":\"\"}", "\"12345678\"",
        "\"1234567\"", "123456789012345678", "-999999999999999999", "true",
        "0.5", "-0.0", "123456789012345678.123456789012345678",
        "[0.1,0.7,1.5]"};
    static const char *const odd[] = {"", " ", "{", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{\"a\":1,\"a\":2}", "{1:2}", "[1,]",
        "[1 2]", "]", "tru", "truex", "\"a", "\"a\\n\"", "\"1234567\\\"\"",
        "\"a\x01\"", "\"12345678\x1f\"", "01", "-", "-01", "1e3", "+1",
        "1234567890123456789", "1 2", "1.", ".5", "-.5", "1.5e1", "00.5",
        "0.1234567890123456789", "{} {}", "\x7f"};
    size_t n_plain = sizeof(plain) / sizeof(plain[0]);

    for (size_t i = 0; i < n_plain; i++)
        if (!CHECK(scanned(plain[i]) == 'y'))
            printf("# %s\n", plain[i]);
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
        if (!CHECK(scanned(odd[i]) == 'n'))
            printf("# %s\n", odd[i]);
}

static void
a_backslash_or_quote_is_found_at_every_place(void)
{
    static const char bad[] = {'"', '\\', '\n', '\x1f', '\0'};
    char text[24];

    for (size_t k = 0; k < sizeof(bad); k++)
        for (size_t i = 0; i < sizeof(text); i++) {
            memset(text, '\xc3', sizeof(text));
            text[i] = bad[k];
            CHECK(json_plain(text, sizeof(text), false) == i / 8 * 8);
            memset(text, '!', sizeof(text));
            text[i] = bad[k];
            CHECK(json_plain(text, sizeof(text), true) == i / 8 * 8);
            text[i] = '\x80';
            CHECK(json_plain(text, sizeof(text), true) == i / 8 * 8);
        }
    memset(text, '\x20', sizeof(text));
    CHECK(json_plain(text, sizeof(text), true) == sizeof(text));
}

/* One bad byte, and every browser that gets it ends its connection. */
static void
what_is_written_is_utf_8_whatever_it_was(void)
{
    struct buf b = {0};

    json_put_str(&b, SPAN("caf\xc3\xa9 \xf0\x9f\x98 \xff\xed\xa0\x80."));
    CHECK(utf8_valid(buf_span(&b)));
    CHECK(span_eqz(buf_span(&b),
        "\"caf\u00e9 \ufffd\ufffd\ufffd \ufffd\ufffd\ufffd\ufffd.\""));
    buf_free(&b);
}

int
main(void)
{
    RUN(lookups_miss_politely);
    RUN(bad_input_is_refused_with_a_reason);
    RUN(nesting_is_bounded_and_brackets_in_strings_do_not_count);
    RUN(what_is_written_reads_back_the_same);
    RUN(plain_json_is_scanned_and_what_is_odd_is_janssons);
    RUN(a_backslash_or_quote_is_found_at_every_place);
    RUN(what_is_written_is_utf_8_whatever_it_was);
    return tap_end();
}
