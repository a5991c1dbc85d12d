/* SPDX-License-Identifier: ISC */
#include "translator/http/peers.h"

#include <stdlib.h>
#include <string.h>

#include "base/tap.h"

static const char *const *arguments; /* name, value, ..., NULL */

static struct span
query(const void *ctx, const char *name)
{
    (void)ctx;
    for (size_t i = 0; arguments && arguments[i]; i += 2)
        if (strcmp(arguments[i], name) == 0)
            return span_of(arguments[i + 1]);
    return (struct span){NULL, 0};
}

static bool
becomes(enum peer peer, const char *type, const char *body, const char *want)
{
    struct peer_request r = {.peer = peer,
        .content_type = span_of(type),
        .body = span_of(body),
        .query = query};
    struct buf b = {0};
    struct err err;
    bool ok = peer_read(&r, &b, &err) && span_eqz(buf_span(&b), want);

    if (!ok)
        printf("# %.*s\n", SPAN_ARG(buf_span(&b)));
    buf_free(&b);
    return ok;
}

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

static void
apy_asks_with_a_pair(void)
{
    static const char *const args[] = {"langpair", "en|es", "q", "Hi", NULL};

    arguments = args;
    CHECK(becomes(PEER_APY, NULL, "",
        "{\"q\":\"Hi\",\"source\":\"en\",\"target\":\"es\","
        "\"format\":\"text\"}"));
    arguments = NULL;
    CHECK(becomes(PEER_APY, FORM, "langpair=en%7Ces&q=a+%22b%22",
        "{\"q\":\"a \\\"b\\\"\",\"source\":\"en\",\"target\":\"es\","
        "\"format\":\"text\"}"));
}

static void
deepl_asks_with_capitals_and_lists(void)
{
    CHECK(becomes(PEER_DEEPL, JSON,
        "{\"text\":[\"Hi\"],\"target_lang\":\"PT-BR\"}",
        "{\"q\":[\"Hi\"],\"source\":\"auto\",\"target\":\"pt-BR\","
        "\"format\":\"text\"}"));
    CHECK(becomes(PEER_DEEPL, FORM,
        "auth_key=k&text=one&text=two&source_lang=EN&target_lang=DE"
        "&tag_handling=html",
        "{\"q\":[\"one\",\"two\"],\"source\":\"en\",\"target\":\"de\","
        "\"format\":\"html\",\"api_key\":\"k\"}"));
}

static void
google_asks_by_query_or_body(void)
{
    static const char *const args[] = {
        "key", "k", "q", "Hi", "target", "fr", NULL};

    arguments = args;
    CHECK(becomes(PEER_GOOGLE, NULL, "",
        "{\"q\":\"Hi\",\"source\":\"auto\",\"target\":\"fr\","
        "\"format\":\"text\",\"api_key\":\"k\"}"));
    CHECK(becomes(PEER_GOOGLE, JSON,
        "{\"q\":[\"a\",\"b\"],\"target\":\"fr\",\"format\":\"html\"}",
        "{\"q\":[\"a\",\"b\"],\"source\":\"auto\",\"target\":\"fr\","
        "\"format\":\"html\",\"api_key\":\"k\"}"));
    arguments = NULL;
}

static void
libre_may_ask_by_query(void)
{
    static const char *const args[] = {
        "q", "Hi", "source", "en", "target", "fr", "api_key", "k", NULL};

    arguments = args;
    CHECK(becomes(PEER_LIBRE, NULL, "",
        "{\"q\":\"Hi\",\"source\":\"en\",\"target\":\"fr\","
        "\"format\":\"text\",\"api_key\":\"k\"}"));
    arguments = NULL;
}

static void
answers_are_theirs(void)
{
    struct peer_text t[] = {{SPAN("\"a\""), "en"}, {SPAN("\"b\""), ""}};
    struct buf b = {0};

    peer_answer(PEER_APY, &b, t, 1);
    CHECK(span_eqz(buf_span(&b),
        "{\"responseData\":{\"translatedText\":\"a\"},"
        "\"responseDetails\":null,\"responseStatus\":200}"));
    buf_reset(&b);
    peer_answer(PEER_DEEPL, &b, t, 1);
    CHECK(span_eqz(buf_span(&b),
        "{\"translations\":[{\"detected_source_language\":\"EN\","
        "\"text\":\"a\"}]}"));
    buf_reset(&b);
    peer_answer(PEER_GOOGLE, &b, t, 2);
    CHECK(span_eqz(buf_span(&b),
        "{\"data\":{\"translations\":[{\"translatedText\":\"a\","
        "\"detectedSourceLanguage\":\"en\"},{\"translatedText\":\"b\"}]}}"));
    buf_free(&b);
}

int
main(void)
{
    RUN(apy_asks_with_a_pair);
    RUN(deepl_asks_with_capitals_and_lists);
    RUN(google_asks_by_query_or_body);
    RUN(libre_may_ask_by_query);
    RUN(answers_are_theirs);
    return tap_end();
}
