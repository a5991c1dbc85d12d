/* SPDX-License-Identifier: ISC */
#ifndef STORE_SQL_DRIVER_H
#define STORE_SQL_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * driver - what a database does for the statements of this folder.  stmt.c and
 * batch.c call it, and say what each call means.
 */
struct sql;
struct store_scope;

/* A prepared statement: the start of the driver's own. */
struct stmt {
    const struct sql_driver *driver;
};

enum { SQL_ROW, SQL_DONE, SQL_FAILED }; /* of sql_step */

/* What is looked for by words: see search.c. */
struct search_terms {
    struct span text;
    int64_t sender; /* 0: of anybody */
    bool link, file;
    const int64_t *rooms; /* in any of them; none: in all */
    size_t n_rooms;
    int64_t from, to; /* numbers of texts: see search_index.c */
    int64_t language, user; /* of the reader */
    int limit;
};

/* A text to be found by its words. */
struct search_entry {
    int64_t message, conversation, sender;
    int64_t language; /* 0: the original */
    struct span text;
    bool link;
};

struct sql_driver {
    /* ---- statements ---- */
    struct stmt *(*prepare)(struct sql *s, const char *text, struct err *err);
    void (*finalize)(struct stmt *st);
    void (*bind_text)(struct stmt *st, int i, struct span v);
    void (*bind_blob)(struct stmt *st, int i, const void *p, size_t len);
    void (*bind_int)(struct stmt *st, int i, int64_t v);
    void (*bind_bool)(struct stmt *st, int i, bool v);
    void (*bind_double)(struct stmt *st, int i, double v);
    /* Of what was bound there only the type counts. */
    void (*bind_null)(struct stmt *st, int i);
    int (*step)(struct sql *s, struct stmt *st, struct err *err);
    bool (*run)(struct sql *s, struct stmt *st, struct err *err);
    bool (*change)(
        struct sql *s, struct stmt *st, int64_t *ret_n, struct err *err);
    bool (*insert)(
        struct sql *s, struct stmt *st, int64_t *ret_key, struct err *err);
    /* The next of the keys that messages of a batch with a scope may have; 0:
     * there is none, or the database gives them. */
    int64_t (*next_key)(struct sql *s);
    /* Run an INSERT that has to add its row: if it turns out later that it did
     * not, the transaction fails and is to run again (see sql_again). */
    bool (*run_new)(struct sql *s, struct stmt *st, struct err *err);
    void (*reset)(struct stmt *st);
    bool (*is_null)(struct stmt *st, int i);
    int64_t (*column_int)(struct stmt *st, int i);
    double (*column_double)(struct stmt *st, int i);
    struct span (*column_span)(struct stmt *st, int i);

    /* ---- transactions (batch.c calls them) ---- */
    /* Begins one that writes: alone, or (scope is not NULL) beside others
     * which do so in other rooms.  What others wrote is not in the caches. */
    bool (*begin)(
        struct sql *s, const struct store_scope *scope, struct err *err);
    /* Durable when true; else the transaction is still to be rolled back. */
    bool (*commit)(struct sql *s, struct err *err);
    void (*rollback)(struct sql *s); /* also where there is none */
    bool (*alive)(struct sql *s); /* has the database kept it? */
    bool (*save)(struct sql *s, struct err *err);
    bool (*undo)(struct sql *s); /* to the save, which is gone then */
    bool (*release)(struct sql *s, struct err *err);
    /* A moment of the transaction, and whether a row was written since. */
    int64_t (*mark)(struct sql *s);
    bool (*wrote_since)(struct sql *s, int64_t mark);
    bool (*read_begin)(struct sql *s, struct err *err);
    void (*read_end)(struct sql *s);

    /* ---- finding by words ---- */
    bool (*search_put)(struct sql *s, const struct search_entry *e, bool take,
        struct err *err);
    /* The keys of at most limit + 1 messages, newest first. */
    bool (*search_find)(struct sql *s, const struct search_terms *t,
        int64_t *keys, int *ret_n, struct err *err);

    /* ---- copying (copy.c) ---- */
    /* Nobody else works with the database for as long as the handle is open,
     * and its statements may take any time; FAIL_BUSY: somebody does. */
    bool (*alone)(struct sql *s, struct err *err);
    /* Asks for every column of every table: table, column, type, and the place
     * in the primary key from 1 on, or 0; by table and column. */
    const char *columns;
    /* In a transaction: what rows refer to is looked at from end on, for all of
     * them together (or when it commits). */
    bool (*fill_begin)(struct sql *s, struct err *err);
    bool (*fill_end)(struct sql *s, struct err *err);
    /* Has all that was run happened? */
    bool (*settle)(struct sql *s, struct err *err);

    bool log_fresh; /* see log.c */
    bool keys_with_holes; /* of messages; they may also come out of order */
    /* Names and addresses are the same whatever their capital ASCII letters:
     * the columns compare so, or statements have to (see sql_names). */
    bool names_fold;
};

#endif
