/* SPDX-License-Identifier: ISC */
#include "translator/http/ask.h"

#include <string.h>

#include "base/tap.h"

#define FORM SPAN("application/x-www-form-urlencoded")
#define JSON SPAN("application/json; charset=utf-8")
static const struct ask_limits limits = {.chars = 20, .texts = 3};
static const struct span none = {NULL, 0};

static enum fail
why(enum ask_kind kind, struct span type, const char *body)
{
    struct err err = {0};
    struct ask a;
    bool ok = ask_read(&a, kind, type, span_of(body), &limits, &err);

    ask_fini(&a);
    if (!ok && !CHECK(err.text[0]))
        return FAIL_NONE;
    return ok ? FAIL_NONE : err.kind;
}

static void
a_text_in_json_is_read_with_its_options(void)
{
    struct ask a;

    CHECK(ask_read(&a, ASK_TRANSLATE, JSON,
        SPAN("{\"q\":\"h\\u00e9\",\"source\":\"auto\",\"target\":\"es\","
             "\"format\":\"html\",\"alternatives\":2,\"api_key\":\"k\"}"),
        &limits, NULL));
    CHECK(a.n == 1 && !a.many && !a.seeds && a.html && a.alternatives);
    CHECK(span_eqz(a.texts[0].text, "hé") && a.chars == 2);
    CHECK(span_eqz(a.texts[0].source, "auto"));
    CHECK(span_eqz(a.texts[0].target, "es") && span_eqz(a.key, "k"));
    ask_fini(&a);
}

static void
an_array_in_json_is_many_texts_of_one_pair(void)
{
    struct ask a;

    CHECK(ask_read(&a, ASK_TRANSLATE, none,
        SPAN("{\"q\":[\"a\",\"\",\"c\"],\"source\":\"en\",\"target\":\"es\","
             "\"alternatives\":0,\"api_key\":null}"),
        &limits, NULL));
    CHECK(a.n == 3 && a.many && !a.html && !a.alternatives && !a.key.p);
    CHECK(a.texts[1].text.p && a.texts[1].text.len == 0);
    CHECK(span_eqz(a.texts[2].source, "en"));
    ask_fini(&a);
}

static void
a_form_is_decoded(void)
{
    struct ask a;

    CHECK(ask_read(&a, ASK_TRANSLATE, FORM,
        SPAN("q=a+b%26c%0D%0Ad%C3%A9%zz&source=en&target=es&x=y&api_key=k%2B"),
        &limits, NULL));
    CHECK(a.n == 1 && !a.many);
    CHECK(span_eqz(a.texts[0].text, "a b&c\ndé%zz"));
    CHECK(span_eqz(a.key, "k+") && span_eqz(a.texts[0].target, "es"));
    ask_fini(&a);

    CHECK(ask_read(&a, ASK_TRANSLATE, FORM, SPAN("q=a&target=es&q=b&source=en"),
        &limits, NULL));
    CHECK(a.n == 2 && a.many && span_eqz(a.texts[1].text, "b"));
    CHECK(span_eqz(a.texts[1].source, "en"));
    ask_fini(&a);

    /* curl -d '{...}' says that it is a form. */
    CHECK(ask_read(&a, ASK_TRANSLATE, FORM,
        SPAN("{\"q\":\"a\",\"source\":\"en\",\"target\":\"es\"}"), &limits,
        NULL));
    ask_fini(&a);
}

#define PART(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"

static void
a_form_may_come_in_parts(void)
{
    const struct span type =
        SPAN("multipart/form-data; charset=utf-8; boundary=\"a b\"");
    struct err err;
    struct ask a;

    CHECK(ask_read(&a, ASK_TRANSLATE, type,
        SPAN("--a b\r\n" PART(
            "q") "a%26\r\n--b+\r\nd\xc3\xa9\r\n--a b\r\n"
                 "content-type: text/plain\r\n" PART(
                     "source") "en\r\n--a b\r\n"
                               "Content-Disposition: form-data; name=q; filename=x\r\n\r\nfile"
                               "\r\n--a b  \r\n" PART("target") "es\r\n--a b\r\n" PART(
                                   "format") "\r\n--a b--\r\nepilogue"),
        &limits, &err));
    CHECK(a.n == 1 && !a.many && !a.html);
    CHECK(span_eqz(a.texts[0].text, "a%26\n--b+\nd\xc3\xa9"));
    CHECK(span_eqz(a.texts[0].source, "en"));
    CHECK(span_eqz(a.texts[0].target, "es"));
    ask_fini(&a);

    CHECK(ask_read(&a, ASK_DETECT, type,
        SPAN("preamble\r\n--a b\r\n" PART("q") "a\r\n--a b\r\n" PART(
            "q") "b\r\n--a b--"),
        &limits, NULL));
    CHECK(a.n == 2 && a.many && span_eqz(a.texts[1].text, "b"));
    ask_fini(&a);

    CHECK(!ask_read(&a, ASK_DETECT, type,
        SPAN("--a b\r\n" PART("q") "a\r\n--a b\r\n" PART("q") "cut"), &limits,
        &err));
    CHECK(strstr(err.text, "broken form"));
    ask_fini(&a);
    CHECK(!ask_read(&a, ASK_DETECT, type, SPAN("--b\r\n"), &limits, &err));
    ask_fini(&a);
}

static void
the_originals_shape_is_read_too(void)
{
    struct ask a;

    CHECK(ask_read(&a, ASK_TRANSLATE, JSON,
        SPAN("{\"text\":\"a\",\"target_language\":\"es\","
             "\"model_type\":\"basic\"}"),
        &limits, NULL));
    CHECK(a.seeds && !a.many && span_eqz(a.texts[0].source, "auto"));
    ask_fini(&a);
    CHECK(ask_read(&a, ASK_BATCH, JSON,
        SPAN("[{\"text\":\"a\",\"target_language\":\"es\"},{\"text\":\"b\","
             "\"source_language\":\"fr\",\"target_language\":\"en\"}]"),
        &limits, NULL));
    CHECK(a.seeds && a.many && a.n == 2);
    CHECK(span_eqz(a.texts[1].source, "fr"));
    CHECK(span_eqz(a.texts[1].target, "en"));
    ask_fini(&a);
}

static void
what_is_missing_or_wrong_is_refused(void)
{
    static const char *const bad[] = {"", "{", "[]", "17", "\"q\"", "{}",
        "{\"q\":\"\",\"source\":\"en\",\"target\":\"es\"}",
        "{\"q\":[],\"source\":\"en\",\"target\":\"es\"}",
        "{\"q\":null,\"source\":\"en\",\"target\":\"es\"}",
        "{\"q\":5,\"source\":\"en\",\"target\":\"es\"}",
        "{\"q\":[\"a\",{}],\"source\":\"en\",\"target\":\"es\"}",
        "{\"q\":\"a\\u0000b\",\"source\":\"en\",\"target\":\"es\"}",
        "{\"q\":\"a\",\"target\":\"es\"}", "{\"q\":\"a\",\"source\":\"en\"}",
        "{\"q\":\"a\",\"source\":7,\"target\":\"es\"}",
        "{\"q\":\"a\",\"source\":\"en\",\"target\":\"es\",\"format\":\"pdf\"}",
        "{\"q\":\"a\",\"source\":\"en\",\"target\":\"es\","
        "\"alternatives\":-1}",
        "{\"q\":\"a\",\"source\":\"en\",\"target\":\"es\","
        "\"alternatives\":\"x\"}",
        "{\"q\":\"a\",\"source\":\"en\",\"target\":\"es\",\"api_key\":[]}",
        "{\"q\":\"a\",\"q\":\"b\",\"source\":\"en\",\"target\":\"es\"}",
        "{\"text\":\"\",\"target_language\":\"es\"}",
        "{\"text\":\"a\",\"target_language\":\"\"}", "{\"text\":\"a\"}",
        "{\"text\":\"a\",\"target_language\":\"es\",\"model_type\":3}"};
    static const char *const bad_forms[] = {"", "q=", "source=en&target=es",
        "q=a&target=es", "q=a&source=en", "q=%ff&source=en&target=es",
        "q=%00&source=en&target=es", "q=a&source=e%00&target=es",
        "q=a&source=en&target=es&alternatives=1x"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (!CHECK(why(ASK_TRANSLATE, JSON, bad[i]) == FAIL_BAD_INPUT))
            printf("# %s\n", bad[i]);
    for (size_t i = 0; i < sizeof(bad_forms) / sizeof(bad_forms[0]); i++)
        if (!CHECK(why(ASK_TRANSLATE, FORM, bad_forms[i]) == FAIL_BAD_INPUT))
            printf("# %s\n", bad_forms[i]);
    CHECK(why(ASK_BATCH, JSON, "{}") == FAIL_BAD_INPUT);
    CHECK(why(ASK_BATCH, JSON, "[]") == FAIL_BAD_INPUT);
    CHECK(why(ASK_BATCH, JSON, "[5]") == FAIL_BAD_INPUT);
    CHECK(why(ASK_BATCH, FORM, "q=a") == FAIL_BAD_INPUT);
    CHECK(why(ASK_TRANSLATE, SPAN("multipart/form-data; boundary=x"), "--x") ==
          FAIL_BAD_INPUT);
    CHECK(!ask_is_foreign(SPAN("multipart/form-data; boundary=x")));
    CHECK(ask_is_foreign(SPAN("multipart/form-data"))); /* no boundary */
    CHECK(ask_is_foreign(SPAN("multipart/mixed; boundary=x")));
    CHECK(!ask_is_foreign(SPAN("application/vnd.api+JSON")));
    CHECK(!ask_is_foreign(none));
}

static void
limits_count_characters_and_texts(void)
{
    char many[1024] = "[";

    CHECK(why(ASK_DETECT, JSON, "{\"q\":\"éééééééééééééééééééé\"}") ==
          FAIL_NONE); /* 20 characters, 40 bytes */
    CHECK(why(ASK_DETECT, JSON, "{\"q\":\"ééééééééééééééééééééé\"}") ==
          FAIL_TOO_LARGE);
    CHECK(why(ASK_DETECT, JSON, "{\"q\":[\"a\",\"b\",\"c\"]}") == FAIL_NONE);
    CHECK(why(ASK_DETECT, JSON, "{\"q\":[\"a\",\"b\",\"c\",\"d\"]}") ==
          FAIL_TOO_LARGE);
    CHECK(why(ASK_DETECT, FORM, "q=a&q=b&q=c&q=d") == FAIL_TOO_LARGE);
    CHECK(why(ASK_DETECT, FORM, "q=aaaaaaaaaaaaaaaaaaaaa") == FAIL_TOO_LARGE);
    for (int i = 0; i < ASK_SEEDS_BATCH_MAX; i++)
        strcat(many, "{\"text\":\"a\",\"target_language\":\"es\"},");
    many[strlen(many) - 1] = ']';
    CHECK(why(ASK_BATCH, JSON, many) == FAIL_NONE);
    many[strlen(many) - 1] = ',';
    strcat(many, "{\"text\":\"a\",\"target_language\":\"es\"}]");
    CHECK(why(ASK_BATCH, JSON, many) == FAIL_TOO_LARGE);
}

int
main(void)
{
    RUN(a_text_in_json_is_read_with_its_options);
    RUN(an_array_in_json_is_many_texts_of_one_pair);
    RUN(a_form_is_decoded);
    RUN(a_form_may_come_in_parts);
    RUN(the_originals_shape_is_read_too);
    RUN(what_is_missing_or_wrong_is_refused);
    RUN(limits_count_characters_and_texts);
    return tap_end();
}
