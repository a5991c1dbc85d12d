/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <assert.h>

/*
 * DESIGN.  Operations in a batch.  A database may answer an error by ending the
 * whole transaction; what follows in the batch would then commit one by one,
 * silently.  So every operation looks first whether its transaction still
 * lives, and a batch that lost it is doomed: it fails as a whole.  The same
 * fate meets a batch in which an OP_CHECKED operation broke off after its
 * first write.  A savepoint instead would undo only that operation, but costs:
 * SQLite copies every page that is touched, 1.3 to 2 us, a seventh of a whole
 * save; PostgreSQL waits for the answer.  And the only causes left, a full or
 * broken disk, are going to fail the commit anyway.
 */

static void
rollback(struct sql *s)
{
    s->driver->rollback(s);
    cache_clear(s);
}

static bool
begin(struct sql *s, const struct store_scope *scope, struct err *err)
{
    s->met = false;
    s->scoped = false;
    if (s->read_only)
        return err_set(err, FAIL_FORBIDDEN, "the store is open for reading");
    return s->driver->begin(s, scope, err);
}

static bool
commit(struct sql *s, struct err *err)
{
    if (s->driver->commit(s, err))
        return true;
    rollback(s);
    return false;
}

bool
sql_begin(struct store *store, const struct store_scope *scope, struct err *err)
{
    struct sql *s = sql_of(store);

    assert(!s->in_batch);
    s->doomed = false;
    s->in_batch = begin(s, scope, err);
    return s->in_batch;
}

bool
sql_again(const struct store *store)
{
    const struct sql *s = (const struct sql *)store;

    return s->met && !s->broken;
}

static void
doom(struct sql *s, const struct err *why)
{
    if (s->doomed)
        return;
    s->doomed = true;
    s->why = *why;
    s->why.kind = FAIL_SYSTEM; /* to the others in the batch */
}

/* Has the database rolled the batch back on its own? */
static void
check_alive(struct sql *s)
{
    static const struct err lost = {
        FAIL_SYSTEM, "database: the transaction was rolled back"};

    if (s->in_batch && !s->driver->alive(s))
        doom(s, &lost);
}

void
sql_rollback(struct store *store)
{
    struct sql *s = sql_of(store);

    s->in_batch = s->doomed = false;
    rollback(s);
}

bool
sql_commit(struct store *store, struct err *err)
{
    struct sql *s = sql_of(store);

    assert(s->in_batch);
    check_alive(s);
    if (s->doomed) {
        err_set(err, s->why.kind, "%s", s->why.text);
        sql_rollback(store);
        return false;
    }
    s->in_batch = false;
    return commit(s, err);
}

bool
op_begin(struct sql *s, enum op_kind kind, struct err *err)
{
    if (!s->in_batch) {
        s->op_saved = false;
        return begin(s, NULL, err);
    }
    assert(!s->scoped || kind == OP_SCOPED);
    check_alive(s);
    if (s->doomed)
        return err_set(err, s->why.kind, "%s", s->why.text);
    s->op_saved = kind == OP_SAVED;
    if (s->op_saved)
        return s->driver->save(s, err);
    s->op_mark = s->driver->mark(s);
    return true;
}

static void
undo(struct sql *s, const struct err *why)
{
    if (!s->op_saved) {
        if (s->driver->wrote_since(s, s->op_mark))
            doom(s, why);
        return;
    }
    cache_clear(s); /* the ends of streams were counted on */
    if (!s->driver->undo(s))
        doom(s, why);
}

bool
op_end(struct sql *s, bool ok, struct err *err)
{
    static const struct err unsaid = {
        FAIL_SYSTEM, "database: an operation broke off"};

    if (!s->in_batch) {
        if (ok)
            return commit(s, err);
        rollback(s);
        return false;
    }
    if (!ok)
        undo(s, err ? err : &unsaid);
    else if (s->op_saved)
        ok = s->driver->release(s, err);
    return ok;
}

bool
read_begin(struct sql *s, struct err *err)
{
    return s->in_batch || s->driver->read_begin(s, err);
}

void
read_end(struct sql *s)
{
    if (!s->in_batch)
        s->driver->read_end(s);
}
