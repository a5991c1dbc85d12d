/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/store.h"

/*
 * store_fill FILE USERS ROOMS: a database with many people who are not here, for
 * bench/start.mjs.  Each room is of MEMBERS people; one in ten came lately.
 */
enum { MEMBERS = 5, BATCH = 5000, RECENT_OF = 10 };

static const char *const languages[] = {"en", "fr", "es", "pt", "ca"};
enum { LANGUAGES = sizeof(languages) / sizeof(languages[0]) };

static void
fail(const struct err *err)
{
    fprintf(stderr, "store_fill: %s\n", err->text);
    exit(1);
}

static bool
add_user(struct store *s, long i, int64_t now_ms, struct err *err)
{
    bool recent = i % RECENT_OF == 0;
    struct store_user u = {
        .guest = true, .created_ms = recent ? now_ms : 1600000000000};

    snprintf(u.id, sizeof(u.id), "u%ld", i);
    snprintf(u.username, sizeof(u.username), "Somebody-%ld", i);
    snprintf(u.display_name, sizeof(u.display_name), "Somebody");
    snprintf(
        u.language, sizeof(u.language), "%s", languages[(i / 7) % LANGUAGES]);
    return store_user_add(s, &u, err);
}

static bool
add_room(struct store *s, long i, long users, int64_t now_ms, struct err *err)
{
    struct store_conversation c = {.type = "group", .created_ms = now_ms};
    char ids[MEMBERS][ID_BYTES];
    struct span members[MEMBERS];

    snprintf(c.id, sizeof(c.id), "r%ld", i);
    snprintf(c.title, sizeof(c.title), "Room %ld", i);
    for (int k = 0; k < MEMBERS; k++) {
        snprintf(ids[k], ID_BYTES, "u%ld", (i * MEMBERS + k) % users);
        members[k] = span_of(ids[k]);
    }
    snprintf(c.created_by, sizeof(c.created_by), "%s", ids[0]);
    return store_conversation_add(s, &c, members, MEMBERS, err);
}

int
main(int argc, char **argv)
{
    long users = argc == 4 ? strtol(argv[2], NULL, 10) : 0;
    long rooms = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
    int64_t now_ms = clock_wall_ms();
    struct store *s;
    struct err err;
    char url[4096];

    if (users < MEMBERS || rooms < 0) {
        fprintf(stderr, "usage: store_fill FILE USERS ROOMS\n");
        return 2;
    }
    snprintf(url, sizeof(url), "sqlite:%s", argv[1]);
    s = store_open(url, NULL, &err);
    if (!s)
        fail(&err);
    for (long i = 0; i < users + rooms; i++) {
        if (i % BATCH == 0 && !store_begin(s, &err))
            fail(&err);
        if (!(i < users ? add_user(s, i, now_ms, &err)
                        : add_room(s, i - users, users, now_ms, &err)))
            fail(&err);
        store_events_free(store_take_events(s));
        if (i % BATCH == BATCH - 1 || i + 1 == users + rooms) {
            if (!store_commit(s, &err))
                fail(&err);
            store_tend(s, false);
        }
    }
    store_tend(s, true);
    store_close(s);
    return 0;
}
