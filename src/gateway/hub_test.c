/* SPDX-License-Identifier: ISC */
#include "gateway/hub.h"

#include <string.h>

#include "base/tap.h"
#include "gateway/test_hub.h"

/* The hub never looks inside a socket. */
static char sockets[8];
#define SOCK(i) ((struct sio_socket *)(void *)&sockets[i])

static struct room *
room(struct hub *h, const char *id)
{
    return test_room(h, id, "group");
}

static struct user *
user(struct hub *h, const char *id, const char *language)
{
    return test_user(h, id, language, 0);
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

    test_join(r, fr);
    test_join(r, en);
    CHECK(r->n_members == 2);
    CHECK(wants(r, "fr", "en") && !wants(r, "fr", "fr"));
    CHECK(wants(r, "es", "en") && wants(r, "es", "fr"));
    hub_count_readers(r, "en", -1);
    hub_count_readers(r, "ca", 1);
    CHECK(wants(r, "fr", "ca") && !wants(r, "fr", "en"));
    hub_count_members(r, "ca", -1);
    CHECK(!wants(r, "fr", "ca") && r->n_members == 1);
    hub_free(h);
}

static void
adding_again_changes_the_role(void)
{
    struct hub *h = hub_new();
    struct room *r = room(h, "r");
    struct user *u = user(h, "u", "fr");

    CHECK(hub_role(r, u) == CHAT_OUTSIDE);
    hub_member_add(r, u, CHAT_MEMBER);
    CHECK(hub_role(r, u) == CHAT_MEMBER);
    hub_member_add(r, u, CHAT_ADMIN);
    CHECK(hub_role(r, u) == CHAT_ADMIN && u->n_rooms == 1);
    hub_member_remove(h, r, u);
    CHECK(hub_role(r, u) == CHAT_OUTSIDE && u->n_rooms == 0);
    hub_free(h);
}

static void
the_public_room_forgets_who_stays_away(void)
{
    struct hub *h = hub_new();
    struct room *any = test_room(h, "any", "global");
    struct store_readers fr_1 = {"fr", 1};
    struct user *fr, *en;
    struct client *c;

    h->any = any;
    hub_recount(h, 100, INT64_MAX, &fr_1, 1);
    fr = test_user(h, "u1", "fr", 150); /* the one that was counted */
    en = test_user(h, "u2", "en", 50); /* long away */
    CHECK(wants(any, "es", "fr") && !wants(any, "es", "en"));
    hub_seen(h, fr);
    hub_seen(h, en);
    hub_seen(h, en); /* twice is once */
    CHECK(wants(any, "es", "en"));
    hub_set_language(h, en, SPAN("ca"));
    CHECK(wants(any, "es", "ca") && !wants(any, "es", "en"));
    hub_set_language(h, en, SPAN("en"));

    c = hub_client_enter(h, fr, SOCK(0));
    hub_recount(h, 300, INT64_MAX, NULL, 0); /* fr has a socket */
    CHECK(wants(any, "es", "fr") && !wants(any, "es", "en"));
    hub_client_leave(h, c);
    hub_recount(h, 300, INT64_MAX, NULL, 0);
    CHECK(!wants(any, "es", "fr"));
    hub_free(h);
}

static void
a_guest_counts_while_they_are_here_unless_there_are_enough(void)
{
    struct hub *h = hub_new();
    struct store_person p = {
        .user = {.id = "g", .language = "fr", .guest = true}, .seen_ms = 150};
    struct user *g;

    h->any = test_room(h, "any", "global");
    hub_recount(h, 100, INT64_MAX, NULL, 0);
    g = hub_user_put(h, &p);
    hub_recount(h, 100, INT64_MAX, NULL, 0);
    CHECK(!wants(h->any, "es", "fr"));
    g->uncounted = true;
    hub_client_enter(h, g, SOCK(0));
    hub_recount(h, 100, INT64_MAX, NULL, 0);
    CHECK(!wants(h->any, "es", "fr"));
    g->uncounted = false;
    hub_seen(h, g);
    CHECK(wants(h->any, "es", "fr"));
    hub_client_leave(h, g->clients);
    hub_recount(h, 100, INT64_MAX, NULL, 0);
    CHECK(!wants(h->any, "es", "fr"));
    hub_free(h);
}

/* Who was counted at the start and comes back is one reader, not two. */
static void
a_guest_who_comes_back_after_a_restart_counts_once(void)
{
    struct hub *h = hub_new();
    struct store_readers fr_1 = {"fr", 1};
    struct store_person p = {
        .user = {.id = "g", .language = "fr", .guest = true}, .seen_ms = 150};
    struct store_person other = {
        .user = {.id = "o", .language = "de", .guest = true}, .seen_ms = 150};
    struct client *back, *came;
    struct user *g;

    h->any = test_room(h, "any", "global");
    hub_recount(h, 100, 100, &fr_1, 1);
    g = hub_user_put(h, &p);
    back = hub_client_enter(h, g, SOCK(0));
    hub_seen(h, g);
    CHECK(h->any->n_readers == 1 && h->any->readers[0].n == 1);
    g = hub_user_put(h, &other); /* not among the languages that were */
    came = hub_client_enter(h, g, SOCK(1));
    hub_seen(h, g);
    CHECK(h->any->n_readers == 2 && wants(h->any, "es", "de"));
    hub_recount(h, 100, INT64_MAX, NULL, 0);
    CHECK(h->any->n_readers == 2 && h->any->readers[0].n == 1);
    hub_client_leave(h, back);
    hub_client_leave(h, came);
    hub_free(h);
}

static void
a_bot_reads_nothing_however_often_readers_are_counted(void)
{
    struct hub *h = hub_new();
    struct store_person p = {
        .user = {.id = "b", .language = "fr", .bot = CHAT_SCOPE_READ},
        .seen_ms = 150};
    struct user *bot;

    h->any = test_room(h, "any", "global");
    hub_recount(h, 100, INT64_MAX, NULL, 0);
    bot = hub_user_put(h, &p);
    hub_client_enter(h, bot, SOCK(0));
    hub_recount(h, 100, INT64_MAX, NULL, 0);
    CHECK(!wants(h->any, "es", "fr"));
    hub_client_leave(h, bot->clients);
    hub_free(h);
}

static void
who_is_here_is_read_for_though_the_count_is_a_moment_old(void)
{
    struct hub *h = hub_new();
    struct store_readers fr_1 = {"fr", 1};

    h->any = test_room(h, "any", "global");
    h->since_ms = 100;
    hub_set_language(h, test_user(h, "u", "fr", 150), SPAN("ca"));
    hub_recount(h, 100, INT64_MAX, &fr_1, 1); /* from before the change */
    CHECK(wants(h->any, "es", "ca"));
    hub_free(h);
}

static void
a_room_goes_with_the_last_who_is_in_it(void)
{
    struct hub *h = hub_new();
    struct room *r = room(h, "r");
    struct user *one = user(h, "u1", "fr"), *two = user(h, "u2", "en");

    hub_member_add(r, one, CHAT_MEMBER);
    hub_member_add(r, two, CHAT_MEMBER);
    hub_room_unref(h, r);
    hub_user_drop(h, one);
    CHECK(!hub_user(h, SPAN("u1")) && hub_room(h, SPAN("r")) == r);
    hub_user_unref(h, one);
    CHECK(hub_room(h, SPAN("r")) == r);
    hub_user_unref(h, two); /* stays, in case they come back */
    CHECK(hub_user(h, SPAN("u2")) == two && hub_room(h, SPAN("r")) == r);
    hub_user_drop(h, two);
    CHECK(!hub_user(h, SPAN("u2")) && !hub_room(h, SPAN("r")));
    CHECK(h->n_idle == 0 && h->n_idle_seats == 0);
    hub_free(h);
}

static void
of_those_nobody_refers_to_the_last_used_stay(void)
{
    struct hub *h = hub_new();
    struct user *first = user(h, "first", "fr"), *u;
    char id[ID_BYTES];

    hub_user_unref(h, first);
    for (int i = 0; i < HUB_IDLE_USERS_MAX; i++) {
        snprintf(id, sizeof(id), "u%d", i);
        u = user(h, id, "fr");
        hub_user_ref(h, first); /* used between: not the oldest */
        hub_user_unref(h, first);
        hub_user_unref(h, u);
    }
    CHECK(h->n_idle == HUB_IDLE_USERS_MAX);
    CHECK(map_len(h->users) == HUB_IDLE_USERS_MAX);
    CHECK(hub_user(h, SPAN("first")) == first && !hub_user(h, SPAN("u0")));
    hub_free(h);
}

static void
those_in_many_rooms_go_sooner(void)
{
    struct hub *h = hub_new();
    struct room *r[3] = {room(h, "a"), room(h, "b"), room(h, "c")};
    char id[ID_BYTES];

    for (int i = 0; i < HUB_IDLE_SEATS_MAX / 3 + 10; i++) {
        struct user *u;
        snprintf(id, sizeof(id), "u%d", i);
        u = user(h, id, "fr");
        for (int k = 0; k < 3; k++)
            hub_member_add(r[k], u, CHAT_MEMBER);
        hub_user_unref(h, u);
        CHECK(h->n_idle_seats <= HUB_IDLE_SEATS_MAX);
        CHECK(h->n_idle_seats == 3 * h->n_idle);
    }
    hub_free(h);
}

static void
a_user_is_present_with_every_socket_in_every_room(void)
{
    struct hub *h = hub_new();
    struct room *a = room(h, "a"), *b = room(h, "b");
    struct user *u = user(h, "u", "fr");
    struct client *first, *second;

    hub_member_add(a, u, CHAT_MEMBER);
    first = hub_client_enter(h, u, SOCK(0));
    second = hub_client_enter(h, u, SOCK(1));
    hub_member_add(b, u, CHAT_MEMBER); /* joined while connected */
    CHECK(a->n_present == 2 && b->n_present == 2 && h->n_clients == 2);
    hub_client_leave(h, first);
    CHECK(a->n_present == 1 && a->present[0].client == second);
    CHECK(b->n_present == 1 && b->present[0].client == second);
    hub_member_remove(h, a, u);
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
        hub_member_add(r, u, CHAT_MEMBER);
        hub_member_add(s, u, CHAT_MEMBER);
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
    RUN(adding_again_changes_the_role);
    RUN(the_public_room_forgets_who_stays_away);
    RUN(a_guest_counts_while_they_are_here_unless_there_are_enough);
    RUN(a_guest_who_comes_back_after_a_restart_counts_once);
    RUN(a_bot_reads_nothing_however_often_readers_are_counted);
    RUN(who_is_here_is_read_for_though_the_count_is_a_moment_old);
    RUN(a_room_goes_with_the_last_who_is_in_it);
    RUN(of_those_nobody_refers_to_the_last_used_stay);
    RUN(those_in_many_rooms_go_sooner);
    RUN(a_user_is_present_with_every_socket_in_every_room);
    RUN(seats_stay_right_when_others_leave_in_any_order);
    RUN(a_client_outlives_its_socket_while_referred_to);
    return tap_end();
}
