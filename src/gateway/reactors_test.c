/* SPDX-License-Identifier: ISC */
#include "gateway/reactors.h"

#include <stdio.h>

#include "base/tap.h"

enum { MANY = 1000 };

static bool
puts_as(struct span reactions, uint32_t own, const char *expected)
{
    struct buf b = {0};
    bool ok;

    reactors_put(&b, reactions, own);
    ok = span_eqz(buf_span(&b), expected);
    buf_free(&b);
    return ok;
}

static void
each_has_what_they_left(void)
{
    struct store_event e = {.message = {.reactions = SPAN("👍 3 0 🎉 1 0")},
        .reactors = SPAN("👍 ann\n👍 bob\n👍 cai\n🎉 bob\n")};
    struct reactors *r = reactors_new(&e);

    CHECK(reactors_own(r, "ann") == 1);
    CHECK(reactors_own(r, "bob") == 3);
    CHECK(reactors_own(r, "dan") == 0);
    CHECK(puts_as(e.message.reactions, 3, "👍 3 1 🎉 1 1"));
    CHECK(puts_as(e.message.reactions, 2, "👍 3 0 🎉 1 1"));
    CHECK(puts_as(e.message.reactions, 0, "👍 3 0 🎉 1 0"));
    reactors_free(r);
}

static void
what_was_taken_back_meanwhile_is_nobodys(void)
{
    struct store_event e = {.message = {.reactions = SPAN("🎉 1 0")},
        .reactors = SPAN("👍 ann\n🎉 bob\n")};
    struct reactors *r = reactors_new(&e);

    CHECK(reactors_own(r, "ann") == 0);
    CHECK(reactors_own(r, "bob") == 1);
    reactors_free(r);
}

static void
a_message_without_any_has_nobodys(void)
{
    struct store_event e = {0};
    struct reactors *r = reactors_new(&e);

    CHECK(reactors_own(r, "ann") == 0);
    CHECK(puts_as(e.message.reactions, 0, ""));
    reactors_free(r);
}

static void
as_many_as_are_told_of_are_all_found(void)
{
    struct store_event e = {.message = {.reactions = SPAN("👍 1000 0")}};
    struct buf b = {0};
    struct reactors *r;
    char id[16];
    int found = 0;

    for (int i = 0; i < MANY; i++)
        buf_addf(&b, "👍 user-%d\n", i);
    e.reactors = buf_span(&b);
    r = reactors_new(&e);
    buf_free(&b); /* it borrows nothing */
    for (int i = 0; i < 2 * MANY; i++) {
        snprintf(id, sizeof(id), "user-%d", i);
        found += reactors_own(r, id) == (i < MANY ? 1 : 0);
    }
    CHECK(found == 2 * MANY);
    reactors_free(r);
}

int
main(void)
{
    RUN(each_has_what_they_left);
    RUN(what_was_taken_back_meanwhile_is_nobodys);
    RUN(a_message_without_any_has_nobodys);
    RUN(as_many_as_are_told_of_are_all_found);
    return tap_end();
}
