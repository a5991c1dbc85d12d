/* SPDX-License-Identifier: ISC */
#include "gateway/sync.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/actor.h"
#include "gateway/op.h"
#include "gateway/page.h"
#include "gateway/view.h"
#include "wire/json.h"

struct room_part {
    char *id;
    bool gone; /* the person may not read it */
    int64_t since;
    bool skipped; /* the answer is full: ask again */
    struct store_changes changes;
    struct page page;
    struct buf readers; /* marks that moved, each behind a comma */
};

struct sync {
    struct op op;
    struct gateway *g;
    struct user *user;
    char epoch[STORE_EPOCH_BYTES]; /* the client's, then the database's */
    char language[STORE_LANG_BYTES];
    bool wants_own;
    int64_t own_since;
    int rows;
    struct store_changes own;
    struct buf own_rooms, own_reads; /* ids, each behind a space */
    struct buf own_unread; /* of own_reads, each behind a comma */
    struct buf own_invitations; /* that changed, likewise */
    void (*done)(struct span data, const struct err *err, void *ctx);
    void *ctx;
    size_t n_rooms;
    struct room_part rooms[];
};

static bool
may_read(const struct room *r, const struct user *u)
{
    return actor_may(u, r, CHAT_MESSAGE_READ);
}

/* ---- on the reader thread ---- */

static void
message_row(const struct store_message *m, void *ctx)
{
    page_message(m, &((struct room_part *)ctx)->page);
}

static void
translation_row(const struct store_translation *t, void *ctx)
{
    page_translation(t, &((struct room_part *)ctx)->page);
}

static void
reader_row(const struct store_read *r, void *ctx)
{
    struct room_part *part = ctx;

    buf_addc(&part->readers, ',');
    view_reader(&part->readers, r);
}

/* So many rows would fit if all were as large. */
static int
fewer(int rows, size_t bytes)
{
    int fit = (int)((double)rows * PAGE_BYTES_MAX / (double)bytes);

    return fit < 1 ? 1 : fit < rows / 2 ? fit : rows / 2;
}

/* Fewer rows, until what they bring is small enough. */
static bool
read_room(
    struct sync *y, struct room_part *part, struct store *s, struct err *err)
{
    struct store_changes_to to = {
        message_row, translation_row, reader_row, part};
    struct store_reader reader = {.user_id = span_of(y->user->id)};
    size_t bytes = 0;

    if (y->language[0])
        reader.language = span_of(y->language);

    for (int rows = y->rows;; rows = fewer(rows, bytes)) {
        if (!store_room_changes(s, span_of(part->id), part->since, rows,
                &reader, &to, &part->changes, err))
            return false;
        bytes = part->page.bytes;
        if (bytes <= PAGE_BYTES_MAX || rows == 1)
            return true;
        page_free(&part->page);
        buf_reset(&part->readers);
    }
}

static void
own_row(struct span conversation_id, void *ctx)
{
    struct sync *y = ctx;

    buf_addc(&y->own_rooms, ' ');
    buf_adds(&y->own_rooms, conversation_id);
}

static void
own_read_row(struct span conversation_id, void *ctx)
{
    struct sync *y = ctx;

    buf_addc(&y->own_reads, ' ');
    buf_adds(&y->own_reads, conversation_id);
}

static void
own_invitation_row(const struct store_invitation *i, void *ctx)
{
    struct sync *y = ctx;

    buf_addc(&y->own_invitations, ',');
    view_invitation_change(&y->own_invitations, i);
}

/* Where the mark moved: as it is now.  Of a room that was left it is gone. */
static bool
read_unread(struct sync *y, struct store *s, struct err *err)
{
    struct span rest = buf_span(&y->own_reads), id;
    struct store_unread u;

    span_cut(&rest, ' ');
    while (rest.p) {
        id = span_cut(&rest, ' ');
        if (store_read_get(s, id, span_of(y->user->id), &u, err)) {
            buf_addc(&y->own_unread, ',');
            view_unread(&y->own_unread, id, &u);
        } else if (err->kind != FAIL_NOT_FOUND) {
            return false;
        }
    }
    return true;
}

static bool
read_own(struct sync *y, struct store *s, struct err *err)
{
    struct store_user_changes_to to = {
        own_row, own_read_row, own_invitation_row, y};

    return !y->wants_own || (store_user_changes(s, span_of(y->user->id),
                                 y->own_since, y->rows, &to, &y->own, err) &&
                                read_unread(y, s, err));
}

static bool
sync_run(struct store *s, struct store_job *job, struct err *err)
{
    struct sync *y = (struct sync *)job;
    char epoch[STORE_EPOCH_BYTES];
    size_t bytes = 0;
    bool known;

    store_epoch(s, epoch);
    known = strcmp(epoch, y->epoch) == 0;
    memcpy(y->epoch, epoch, sizeof(epoch));
    if (!known)
        y->own_since = -1;
    if (!read_own(y, s, err))
        return false;
    for (size_t i = 0; i < y->n_rooms; i++) {
        struct room_part *part = &y->rooms[i];
        if (!known)
            part->since = -1;
        part->skipped = bytes >= PAGE_BYTES_MAX;
        if (part->gone || part->skipped)
            continue;
        if (!read_room(y, part, s, err))
            return false;
        bytes += part->page.bytes;
    }
    return true;
}

/* ---- on the loop ---- */

/* "offset":N,"behind":N, of which the second is what more there is, or
 * "offset":N,"anew":true */
static void
put_changes(struct buf *b, const struct store_changes *c)
{
    buf_addf(b, "\"offset\":%lld,", (long long)c->offset);
    if (c->anew)
        buf_addz(b, "\"anew\":true");
    else
        buf_addf(b, "\"behind\":%lld", (long long)(c->end - c->offset));
}

/* ,"name":[...] of elements that are each behind a comma. */
static void
put_list(struct buf *b, const char *name, const struct buf *elements)
{
    struct span list = buf_span(elements);

    if (list.len)
        list = (struct span){list.p + 1, list.len - 1};
    buf_addf(b, ",\"%s\":[%.*s]", name, SPAN_ARG(list));
}

static void
put_room(struct buf *b, const struct sync *y, const struct room_part *part)
{
    const struct room *room = hub_room(y->g->hub, span_of(part->id));

    buf_addc(b, '{');
    json_put_field(b, "conversationId", span_of(part->id));
    buf_addc(b, ',');
    if (part->gone || !room || !may_read(room, y->user)) {
        buf_addz(b, "\"gone\":true}");
        return;
    }
    if (part->skipped) {
        buf_addf(b, "\"offset\":%lld,\"more\":true,\"messages\":[]}",
            (long long)part->since);
        return;
    }
    put_changes(b, &part->changes);
    if (!part->changes.anew) {
        buf_addz(b, ",\"messages\":");
        page_put(b, &part->page);
        put_list(b, "readers", &part->readers);
    }
    if (part->changes.self || part->changes.anew) {
        buf_addz(b, ",\"conversation\":");
        view_room(b, room);
    }
    buf_addc(b, '}');
}

/* The rooms among the ids that the person is in now, or is not. */
static void
put_own_rooms(struct buf *b, const struct sync *y, bool in)
{
    struct span rest = buf_span(&y->own_rooms), id;
    const char *comma = "";

    span_cut(&rest, ' ');
    while (rest.p) {
        const struct room *r;
        id = span_cut(&rest, ' ');
        r = hub_room(y->g->hub, id);
        if ((r && may_read(r, y->user)) != in)
            continue;
        buf_addz(b, comma);
        comma = ",";
        if (in)
            view_room_of(b, r, y->user);
        else
            json_put_str(b, id);
    }
}

static void
put_own(struct buf *b, const struct sync *y)
{
    buf_addz(b, ",\"own\":{");
    put_changes(b, &y->own);
    if (y->own.self || y->own.anew) {
        buf_addz(b, ",\"user\":");
        view_user(b, y->user);
    }
    if (!y->own.anew) {
        buf_addz(b, ",\"joined\":[");
        put_own_rooms(b, y, true);
        buf_addz(b, "],\"left\":[");
        put_own_rooms(b, y, false);
        buf_addc(b, ']');
        put_list(b, "read", &y->own_unread);
        put_list(b, "invitations", &y->own_invitations);
    }
    buf_addc(b, '}');
}

static void
answer(struct sync *y)
{
    struct buf b = {0};

    buf_addc(&b, '{');
    json_put_field(&b, "epoch", span_of(y->epoch));
    if (y->wants_own)
        put_own(&b, y);
    buf_addz(&b, ",\"rooms\":[");
    for (size_t i = 0; i < y->n_rooms; i++) {
        if (i)
            buf_addc(&b, ',');
        put_room(&b, y, &y->rooms[i]);
    }
    buf_addz(&b, "]}");
    y->done(buf_span(&b), NULL, y->ctx);
    buf_free(&b);
}

static void
sync_finish(struct op *op)
{
    struct sync *y = (struct sync *)op;

    if (op->job.ok)
        answer(y);
    else
        y->done((struct span){0}, &op->job.err, y->ctx);
    for (size_t i = 0; i < y->n_rooms; i++) {
        page_free(&y->rooms[i].page);
        buf_free(&y->rooms[i].readers);
        free(y->rooms[i].id);
    }
    buf_free(&y->own_rooms);
    buf_free(&y->own_reads);
    buf_free(&y->own_unread);
    buf_free(&y->own_invitations);
    free(y);
}

static void
copy(char *out, size_t size, struct span s)
{
    snprintf(out, size, "%.*s", SPAN_ARG(s));
}

void
sync_start(struct gateway *g, const struct sync_query *q)
{
    struct sync *y = xcalloc(1, sizeof(*y) + q->n_rooms * sizeof(y->rooms[0]));

    assert(q->n_rooms <= SYNC_ROOMS_MAX && q->rows > 0);
    y->op.job.run = sync_run;
    y->op.finish = sync_finish;
    y->g = g;
    y->user = q->user;
    copy(y->epoch, sizeof(y->epoch), q->epoch);
    copy(y->language, sizeof(y->language), q->language);
    y->wants_own = q->wants_own;
    y->own_since = q->own;
    y->rows = q->rows;
    y->done = q->done;
    y->ctx = q->ctx;
    y->n_rooms = q->n_rooms;
    for (size_t i = 0; i < q->n_rooms; i++) {
        struct room *r = hub_room(g->hub, q->rooms[i].conversation_id);
        y->rooms[i].gone = !r || !may_read(r, q->user);
        y->rooms[i].id = span_dup(q->rooms[i].conversation_id);
        y->rooms[i].since = q->rooms[i].offset;
    }
    op_read(g->writer, &y->op);
}
