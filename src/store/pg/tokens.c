/* SPDX-License-Identifier: ISC */
#include "store/pg/tokens.h"

#include <pthread.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "store/sql/words.h"

/* One tokenizer for the process, with a buffer of its own: one at a time. */
static struct {
    pthread_mutex_t mutex;
    sqlite3 *db; /* in memory: it holds the table of tokenizers */
    fts5_tokenizer with;
    Fts5Tokenizer *it; /* NULL: there is none */
} shared = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static fts5_api *
find_api(sqlite3 *db)
{
    fts5_api *api = NULL;
    sqlite3_stmt *st = NULL;

    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &st, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(st, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(st);
    }
    sqlite3_finalize(st);
    return api;
}

/* It lives as long as the process. */
static void
make(void)
{
    static const char *args[] = {"remove_diacritics", "2"};
    void *ctx;
    fts5_api *api;

    if (sqlite3_open(":memory:", &shared.db) != SQLITE_OK ||
        !(api = find_api(shared.db)) ||
        api->xFindTokenizer(api, "unicode61", &ctx, &shared.with) !=
            SQLITE_OK ||
        shared.with.xCreate(ctx, args, 2, &shared.it) != SQLITE_OK)
        shared.it = NULL;
}

struct sink {
    void (*token)(struct span token, void *ctx);
    void *ctx;
};

static int
on_token(void *ctx, int flags, const char *p, int len, int from, int to)
{
    struct sink *sink = ctx;

    (void)flags;
    (void)from;
    (void)to;
    sink->token((struct span){p, (size_t)len}, sink->ctx);
    return SQLITE_OK;
}

bool
tokens_each(struct span text, void (*token)(struct span token, void *ctx),
    void *ctx, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct sink sink = {token, ctx};
    struct buf split = {0};
    int rc;

    pthread_once(&once, make);
    if (!shared.it)
        return err_set(err, FAIL_SYSTEM, "SQLite here has no tokenizer");
    words_split(&split, text);
    pthread_mutex_lock(&shared.mutex);
    rc = shared.with.xTokenize(shared.it, &sink, FTS5_TOKENIZE_DOCUMENT,
        split.p, (int)split.len, on_token);
    pthread_mutex_unlock(&shared.mutex);
    buf_free(&split);
    return rc == SQLITE_OK || err_set(err, FAIL_SYSTEM, "a text has no words");
}
