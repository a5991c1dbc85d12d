/* SPDX-License-Identifier: ISC */
#include "store/test_store.h"

/* Rooms and people as memory needs them. */

static void
see_room(const struct store_room *r, void *ctx)
{
    struct seen *seen = ctx;

    seen_add(seen, "%s %s %d@%d:", r->conversation.id, r->conversation.title,
        (int)r->n_members, (int)r->offset);
    for (size_t i = 0; i < r->n_readers; i++)
        seen_add(seen, " %s=%d", r->readers[i].language, (int)r->readers[i].n);
}

static struct seen
look(struct store *s, const char *id)
{
    struct seen seen = {.n = 0};

    CHECK(store_room_get(s, span_of(id), see_room, &seen, NULL));
    return seen;
}

static void
a_room_counts_its_members_by_what_they_read(void)
{
    struct fixture f = fixture_new();
    struct err err;

    CHECK(!strcmp(look(f.s, "room").text, "room Room 2@0: en=1 fr=1") ||
          !strcmp(look(f.s, "room").text, "room Room 2@0: fr=1 en=1"));
    CHECK(test_user_add(f.s, "carla", "fr", NULL));
    CHECK(store_member_add(f.s, SPAN("room"), SPAN("carla"), TEST_MS, NULL));
    CHECK(!strcmp(look(f.s, "room").text, "room Room 3@1: fr=2 en=1"));
    CHECK(
        store_user_set_language(f.s, SPAN("alice"), SPAN("fr"), TEST_MS, NULL));
    CHECK(!strcmp(look(f.s, "room").text, "room Room 3@2: fr=3"));
    CHECK(store_member_remove(f.s, SPAN("room"), SPAN("bob"), TEST_MS, NULL));
    CHECK(!strcmp(look(f.s, "room").text, "room Room 2@3: fr=2"));
    test_say(f.s, "a");
    CHECK(!strcmp(look(f.s, "room").text, "room Room 2@4: fr=2"));
    CHECK(!store_room_get(f.s, SPAN("nowhere"), see_room, NULL, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

/* Each of a language of its own. */
static void
add_guest(struct store *s, int i)
{
    struct store_user u = {.guest = true, .created_ms = TEST_MS};

    snprintf(u.id, sizeof(u.id), "guest%d", i);
    snprintf(u.username, sizeof(u.username), "guest%d", i);
    snprintf(u.language, sizeof(u.language), "x%c", 'a' + i);
    CHECK(store_user_add(s, &u, NULL));
}

static void
everybody_is_in_the_public_room_and_recent_ones_read_it(void)
{
    struct fixture f = fixture_new();
    struct store_readers readers[STORE_LANGUAGES_MAX];
    size_t n;

    CHECK(!strcmp(look(f.s, STORE_ANY).text, "any any 2@0:"));
    CHECK(
        store_recent_readers(f.s, TEST_MS + 1, INT64_MAX, readers, &n, NULL) &&
        n == 0);
    CHECK(store_user_seen(f.s, SPAN("bob"), TEST_MS + 5, NULL));
    CHECK(
        store_recent_readers(f.s, TEST_MS + 5, INT64_MAX, readers, &n, NULL) &&
        n == 1);
    CHECK(!strcmp(readers[0].language, "fr") && readers[0].n == 1);
    CHECK(store_recent_readers(f.s, TEST_MS, INT64_MAX, readers, &n, NULL) &&
          n == 2);
    CHECK(store_user_add(f.s,
        &(struct store_user){.id = "g",
            .username = "g",
            .language = "de",
            .guest = true,
            .created_ms = TEST_MS},
        NULL)); /* counts when asked for */
    CHECK(store_recent_readers(f.s, TEST_MS, INT64_MAX, readers, &n, NULL) &&
          n == 2);
    CHECK(store_recent_readers(f.s, TEST_MS, TEST_MS, readers, &n, NULL) &&
          n == 3);
    for (int i = 0; i < 2 * STORE_GUEST_LANGUAGES_MAX; i++)
        add_guest(f.s, i);
    CHECK(store_recent_readers(f.s, TEST_MS, TEST_MS, readers, &n, NULL) &&
          n == 2 + STORE_GUEST_LANGUAGES_MAX);
    fixture_free(&f);
}

static void
see_membership(const struct store_seat *seat, void *ctx)
{
    seen_add(ctx, "%.*s=%.*s|", SPAN_ARG(seat->conversation_id),
        SPAN_ARG(seat->role));
}

static void
a_person_comes_with_their_rooms_and_the_end_of_their_stream(void)
{
    struct fixture f = fixture_new();
    struct seen seen = {.n = 0};
    struct store_person p;
    struct err err;

    CHECK(store_person_get(f.s, SPAN("bob"), &p, see_membership, &seen, NULL));
    CHECK(!strcmp(seen.text, "any=member|room=member|"));
    CHECK(!strcmp(p.user.id, "bob") && !strcmp(p.user.language, "fr"));
    CHECK(p.seen_ms == TEST_MS && p.offset == 2);
    CHECK(store_member_remove(f.s, SPAN("room"), SPAN("bob"), TEST_MS, NULL));
    seen = (struct seen){.n = 0};
    CHECK(store_person_get(f.s, SPAN("bob"), &p, see_membership, &seen, NULL));
    CHECK(!strcmp(seen.text, "any=member|") && p.offset == 3);
    CHECK(!store_person_get(
        f.s, SPAN("nobody"), &p, see_membership, &seen, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    fixture_free(&f);
}

static void
events_say_what_who_comes_leaves_or_changes_reads(void)
{
    struct fixture f = fixture_new();
    struct seen seen = {.n = 0};
    struct store_event *first;

    store_events_free(store_take_events(f.s));
    CHECK(test_user_add(f.s, "carla", "ca", NULL));
    CHECK(store_member_add(f.s, SPAN("room"), SPAN("carla"), TEST_MS, NULL));
    CHECK(
        store_user_set_language(f.s, SPAN("carla"), SPAN("es"), TEST_MS, NULL));
    CHECK(store_member_remove(f.s, SPAN("room"), SPAN("carla"), TEST_MS, NULL));
    first = store_take_events(f.s);
    for (struct store_event *e = first; e; e = e->next)
        seen_add(&seen, "%s %d %.*s %s%s%s|", e->own_stream ? "own" : "room",
            (int)e->kind, SPAN_ARG(e->conversation_id),
            e->kind == STORE_USER_CHANGED ? e->was : "",
            e->kind == STORE_USER_CHANGED ? ">" : "", e->language);
    store_events_free(first);
    CHECK(!strcmp(seen.text,
        "own 5 any ca|own 5 room ca|room 5 room ca|"
        "own 8  ca>es|room 8 room ca>es|own 6 room es|room 6 room es|"));
    fixture_free(&f);
}

static void
each(void)
{
    RUN(a_room_counts_its_members_by_what_they_read);
    RUN(everybody_is_in_the_public_room_and_recent_ones_read_it);
    RUN(a_person_comes_with_their_rooms_and_the_end_of_their_stream);
    RUN(events_say_what_who_comes_leaves_or_changes_reads);
}

int
main(void)
{
    return test_each_store(each);
}
