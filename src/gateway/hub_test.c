/* SPDX-License-Identifier: ISC */
#include "gateway/hub.h"

#include <stdlib.h>
#include <string.h>

#include "base/tap.h"

/* The hub never looks inside a socket. */
static char sockets[8];
#define SOCK(i) ((struct sio_socket *)(void *)&sockets[i])

static struct room *
room_of_type(struct hub *h, const char *id, const char *type)
{
    struct store_conversation c = {.title = "t"};

    strcpy(c.type, type);
    strcpy(c.id, id);
    return hub_room_put(h, &c);
}

static struct room *
room(struct hub *h, const char *id)
{
    return room_of_type(h, id, "group");
}

static struct user *
user(struct hub *h, const char *id, const char *language)
{
    return hub_user_put(h, id, id, id, language, false);
}

static bool
wants(const struct room *r, const char *source, const char *language)
{
    struct span out[8];
    size_t n = hub_targets(r, span_of(source), out, 8);

    for (size_t i = 0; i < n; i++)
        if (span_eqz(out[i], language))
            return true;
    return false;
}

static void
targets_are_what_members_read_but_the_source(void)
{
    struct hub *h = hub_new();
    struct room *r = room(h, "r");
    struct user *fr = user(h, "u1", "fr"), *en = user(h, "u2", "en");

    hub_member_add(r, fr);
    hub_member_add(r, fr); /* twice is once */
    hub_member_add(r, en);
    CHECK(r->n_members == 2);
    CHECK(wants(r, "fr", "en") && !wants(r, "fr", "fr"));
    CHECK(wants(r, "es", "en") && wants(r, "es", "fr"));
    hub_set_language(en, SPAN("ca"));
    CHECK(wants(r, "fr", "ca") && !wants(r, "fr", "en"));
    hub_member_remove(r, en);
    CHECK(!wants(r, "fr", "ca") && r->n_members == 1);
    CHECK(!hub_is_member(r, en) && hub_is_member(r, fr));
    hub_free(h);
}

static void
the_public_room_forgets_who_stays_away(void)
{
    struct hub *h = hub_new();
    struct room *any = room_of_type(h, "any", "global"), *r = room(h, "r");
    struct user *fr = user(h, "u1", "fr"), *en = user(h, "u2", "en");
    struct client *c;

    hub_seen(fr, 100);
    hub_member_add(any, fr);
    hub_member_add(any, en);
    hub_member_add(r, en);
    /* Not seen yet: a member all the same, and a reader in a room. */
    CHECK(any->n_members == 2 && !wants(any, "fr", "en"));
    CHECK(wants(r, "fr", "en"));
    hub_seen(en, 100);
    CHECK(wants(any, "fr", "en"));
    hub_seen(en, 200); /* twice is once */

    CHECK(hub_forget_readers(h, 100) == 0);
    c = hub_client_enter(h, fr, SOCK(0));
    CHECK(hub_forget_readers(h, 300) == 1); /* fr has a socket */
    CHECK(wants(any, "es", "fr") && !wants(any, "es", "en"));
    CHECK(wants(r, "fr", "en"));
    hub_set_language(en, SPAN("ca"));
    CHECK(!wants(any, "es", "ca") && wants(r, "es", "ca"));
    hub_seen(en, 400);
    CHECK(wants(any, "es", "ca"));
    hub_client_leave(h, c);
    CHECK(hub_forget_readers(h, 300) == 1 && !wants(any, "es", "fr"));
    hub_free(h);
}

static void
a_user_is_present_with_every_socket_in_every_room(void)
{
    struct hub *h = hub_new();
    struct room *a = room(h, "a"), *b = room(h, "b");
    struct user *u = user(h, "u", "fr");
    struct client *first, *second;

    hub_member_add(a, u);
    first = hub_client_enter(h, u, SOCK(0));
    second = hub_client_enter(h, u, SOCK(1));
    hub_member_add(b, u); /* joined while connected */
    CHECK(a->n_present == 2 && b->n_present == 2 && h->n_clients == 2);
    hub_client_leave(h, first);
    CHECK(a->n_present == 1 && a->present[0].client == second);
    CHECK(b->n_present == 1 && b->present[0].client == second);
    hub_member_remove(a, u);
    CHECK(a->n_present == 0 && b->n_present == 1);
    hub_client_leave(h, second);
    CHECK(b->n_present == 0 && !u->clients && h->n_clients == 0);
    hub_free(h);
}

static void
seats_stay_right_when_others_leave_in_any_order(void)
{
    struct hub *h = hub_new();
    struct room *r = room(h, "r"), *s = room(h, "s");
    struct client *c[8];
    static const int order[] = {3, 0, 7, 1, 5, 2, 6, 4};

    for (int i = 0; i < 8; i++) {
        char id[2] = {(char)('a' + i)};
        struct user *u = user(h, id, "en");
        hub_member_add(r, u);
        hub_member_add(s, u);
        c[i] = hub_client_enter(h, u, SOCK(i));
    }
    for (int i = 0; i < 8; i++) {
        hub_client_part(c[order[i]], s);
        hub_client_leave(h, c[order[i]]);
        CHECK(r->n_present == (size_t)(7 - i) && s->n_present == r->n_present);
        for (size_t k = 0; k < r->n_present; k++)
            for (int gone = 0; gone <= i; gone++)
                CHECK(r->present[k].client != c[order[gone]]);
    }
    hub_free(h);
}

static void
a_client_outlives_its_socket_while_referred_to(void)
{
    struct hub *h = hub_new();
    struct client *c = hub_client_enter(h, user(h, "u", "en"), SOCK(0));

    hub_client_ref(c);
    hub_client_leave(h, c);
    CHECK(!c->sock && !c->user);
    hub_client_unref(c);
    hub_free(h);
}

int
main(void)
{
    RUN(targets_are_what_members_read_but_the_source);
    RUN(the_public_room_forgets_who_stays_away);
    RUN(a_user_is_present_with_every_socket_in_every_room);
    RUN(seats_stay_right_when_others_leave_in_any_order);
    RUN(a_client_outlives_its_socket_while_referred_to);
    return tap_end();
}
