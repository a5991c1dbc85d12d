/* SPDX-License-Identifier: ISC */
#ifndef STORE_TEST_STORE_H
#define STORE_TEST_STORE_H

#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tap.h"
#include "store/store.h"
#include "store/test_pg.h"

/*
 * What the tests of this directory share: a database of their own, with alice
 * (en), bob (fr) and a group "room" of both.
 */
enum { TEST_PATH_BYTES = 96, TEST_URL_BYTES = 160, TEST_MS = 1700000000 };

static const struct store_options test_reader = {.read_only = true};

struct fixture {
    char dir[TEST_PATH_BYTES - 16];
    char path[TEST_PATH_BYTES], url[TEST_URL_BYTES];
    struct store *s;
};

static inline struct span
absent(void)
{
    return (struct span){NULL, 0};
}

static inline bool
test_user_add(
    struct store *s, const char *name, const char *language, struct err *err)
{
    struct store_user u = {.created_ms = TEST_MS};

    snprintf(u.id, sizeof(u.id), "%s", name);
    snprintf(u.username, sizeof(u.username), "%s", name);
    snprintf(u.display_name, sizeof(u.display_name), "The %s", name);
    snprintf(u.language, sizeof(u.language), "%s", language);
    return store_user_add(s, &u, err);
}

static inline bool
test_group_add(struct store *s, const char *id, struct err *err)
{
    struct store_conversation c = {
        .type = "group", .title = "Room", .created_by = "alice"};
    struct span members[] = {SPAN("bob"), SPAN("alice")};

    c.created_ms = TEST_MS + 1;
    snprintf(c.id, sizeof(c.id), "%s", id);
    return store_conversation_add(s, &c, members, 2, err);
}

/* The implementations, by URL: NULL is a file of SQLite's. */
static const char test_pg_scheme[] = "postgresql:";
static const char *const test_urls[] = {
    NULL, "sqlite::memory:", test_pg_scheme};
static const char *test_url; /* of the fixtures from now on */

static inline bool
test_on_pg(void)
{
    return test_url == test_pg_scheme;
}

/* Run the tests on every implementation; what main returns. */
static inline int
test_each_store(void (*tests)(void))
{
    for (size_t i = 0; i < sizeof(test_urls) / sizeof(test_urls[0]); i++) {
        test_url = test_urls[i];
        printf("# on %s\n", test_url ? test_url : "sqlite:FILE");
        if (!test_on_pg() || test_pg_start())
            tests();
        else
            printf("ok %d - on postgresql # SKIP no /usr/lib/postgresql\n",
                ++tap_tests);
    }
    return tap_end();
}

static inline struct fixture
fixture_new(void)
{
    struct fixture f = {.s = NULL};
    const char *tmp = getenv("TMPDIR");
    struct err err = {0};

    snprintf(f.dir, sizeof(f.dir), "%s/store_test.XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(f.dir))
        abort();
    snprintf(f.path, sizeof(f.path), "%s/db", f.dir);
    if (test_on_pg())
        test_pg_url(f.url, sizeof(f.url));
    else if (test_url)
        snprintf(f.url, sizeof(f.url), "%s", test_url);
    else
        snprintf(f.url, sizeof(f.url), "sqlite:%s", f.path);
    f.s = store_open(f.url, NULL, &err);
    if (!CHECK(f.s && err.kind == FAIL_NONE))
        printf("# %s\n", err.text);
    CHECK(test_user_add(f.s, "alice", "en", NULL));
    CHECK(test_user_add(f.s, "bob", "fr", NULL));
    CHECK(test_group_add(f.s, "room", NULL));
    return f;
}

/* Close and open, where the database outlives that. */
static inline void
fixture_reopen(struct fixture *f)
{
    struct err err = {0};

    if (strstr(f->url, ":memory:"))
        return;
    store_close(f->s);
    f->s = store_open(f->url, NULL, &err);
    if (!CHECK(f->s != NULL))
        printf("# %s\n", err.text);
}

static inline void
fixture_free(struct fixture *f)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".mark"};
    char path[TEST_PATH_BYTES + 8];

    store_close(f->s);
    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof(path), "%s%s", f->path, suffixes[i]);
        unlink(path);
    }
    rmdir(f->dir);
}

/* A number from the file, through a connection of its own; -1 on failure. */
static inline int64_t
test_ask(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    int64_t n = -1;

    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

/* ---- messages ---- */

struct added {
    bool ok, duplicate;
    char id[ID_BYTES];
    int64_t seq;
    struct err err;
};

static inline struct added
test_send(struct store *s, const char *conversation, const char *sender,
    const char *content, const char *client_id, const struct span *targets,
    size_t n_targets)
{
    struct added a = {.seq = -1};
    struct store_message m = {
        .conversation_id = span_of(conversation),
        .sender_id = span_of(sender),
        .client_message_id = span_of(client_id),
        .content = span_of(content),
        .language = SPAN("en"),
        .type = SPAN("text"),
        .created_ms = TEST_MS + 10,
    };
    char id[ID_BYTES];

    id_new(id);
    m.id = span_of(id);
    a.ok = store_message_add(
        s, &m, targets, n_targets, a.id, &a.seq, &a.duplicate, &a.err);
    return a;
}

/* A message to "room" by alice, for French and Spanish. */
static inline struct added
test_say(struct store *s, const char *content)
{
    static const struct span targets[] = {SPAN("fr"), SPAN("es")};
    struct added a = test_send(s, "room", "alice", content, NULL, targets, 2);

    CHECK(a.ok && !a.duplicate);
    return a;
}

static inline bool
test_settle(struct store *s, const char *id, int revision, const char *language,
    enum store_state state, const char *text)
{
    struct store_translation t = {
        .message_id = span_of(id),
        .revision = revision,
        .language = span_of(language),
        .state = state,
        .text = span_of(text),
        .reason = span_of(text),
        .doubt = SPAN("unsure"),
        .source = SPAN("en"),
        .model = SPAN("test"),
        .confidence = 0.5,
        .updated_ms = TEST_MS + 20,
    };
    bool settled = false;

    CHECK(store_translation_settle(s, &t, &settled, NULL));
    return settled;
}

/* Rows seen by a callback, as text: "a|b|c|". */
struct seen {
    char text[4000];
    int n;
};

static inline void
seen_add(struct seen *seen, const char *fmt, ...)
{
    size_t len = strlen(seen->text);
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(seen->text + len, sizeof(seen->text) - len, fmt, ap);
    va_end(ap);
    seen->n++;
}

static inline void
see_message(const struct store_message *m, void *ctx)
{
    seen_add(ctx, "%d:%.*s|", (int)m->seq, SPAN_ARG(m->content));
}

static inline void
see_translation(const struct store_translation *t, void *ctx)
{
    static const char *const state[] = {"queued", "ready", "failed", "skipped"};
    struct span text = t->state == STORE_READY ? t->text : t->reason;

    seen_add(ctx, "%.*s %s %.*s|", SPAN_ARG(t->language), state[t->state],
        SPAN_ARG(text));
}

/* The ledger of "room", all languages. */
static inline struct seen
test_ledger(struct store *s)
{
    struct seen seen = {.n = 0};

    CHECK(store_translations(
        s, SPAN("room"), 1, INT32_MAX, absent(), see_translation, &seen, NULL));
    return seen;
}

static inline int64_t
test_messages(struct store *s)
{
    struct store_totals t = {.messages = -1};

    CHECK(store_totals(s, &t, NULL));
    return t.messages;
}

#endif
