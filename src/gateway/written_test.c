/* SPDX-License-Identifier: ISC */
#include "gateway/written.h"

#include <string.h>

#include "base/tap.h"
#include "gateway/test_hub.h"
#include "text/lang.h"

static struct user *
person(struct hub *h, const char *id, const char *reads)
{
    return test_user(h, id, reads, 0);
}

/* A room of somebody and readers of English. */
static struct room *
house(struct hub *h, struct user *u)
{
    struct room *r = test_room(h, "room", "group");

    test_join(r, u);
    test_join(r, person(h, "reader", "en"));
    return r;
}

static bool
is_in(struct user *u, const struct room *r, const char *text, const char *code)
{
    const struct lang *l = written_in(u, r, span_of(text));

    if (l && strcmp(l->code, code) == 0)
        return true;
    printf("# \"%s\": %s\n", text, l ? l->code : "nothing");
    return false;
}

static void
a_clear_text_is_in_its_language_whatever_its_writer_reads(void)
{
    struct hub *h = hub_new();
    struct user *u = person(h, "u", "fr");
    struct room *r = house(h, u);

    CHECK(is_in(u, r, "No puedo venir mañana", "es"));
    CHECK(is_in(u, r, "I am already at the station", "en"));
    CHECK(is_in(u, r, "Я уже на вокзале, жду тебя", "ru"));
    CHECK(is_in(u, r, "On arrive à midi", "fr"));
    hub_free(h);
}

static void
what_says_nothing_is_in_what_its_writer_wrote_or_reads(void)
{
    struct hub *h = hub_new();
    struct user *u = person(h, "u", "fr");
    struct room *r = house(h, u);

    CHECK(is_in(u, r, "ok", "fr"));
    CHECK(is_in(u, r, "hahaha 😂", "fr"));
    CHECK(is_in(u, r, "no lo sé todavía, luego te digo", "es"));
    CHECK(is_in(u, r, "ok", "es"));
    CHECK(is_in(u, r, "no", "es"));
    hub_free(h);
}

static void
a_choice_is_told(void)
{
    struct hub *h = hub_new();
    struct user *u = person(h, "u", "fr");

    CHECK(written_by_choice(u) == NULL);
    hub_set_writing(u, SPAN("es"));
    CHECK(strcmp(written_by_choice(u)->code, "es") == 0);
    hub_free(h);
}

static void
an_unknown_language_has_none(void)
{
    struct hub *h = hub_new();
    struct user *u = person(h, "u", "qq");
    struct room *r = house(h, u);

    CHECK(written_in(u, r, SPAN("ok")) == NULL);
    hub_free(h);
}

int
main(void)
{
    RUN(a_clear_text_is_in_its_language_whatever_its_writer_reads);
    RUN(what_says_nothing_is_in_what_its_writer_wrote_or_reads);
    RUN(a_choice_is_told);
    RUN(an_unknown_language_has_none);
    return tap_end();
}
