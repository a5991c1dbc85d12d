/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CMD_TRIP_H
#define GATEWAY_CMD_TRIP_H

#include "base/buf.h"
#include "gateway/cmd.h"
#include "gateway/op.h"

/*
 * cmd_trip - the way of most commands: one trip to the store, then the answer.
 * It copies what the call knows on the loop, so that the work finds it on the
 * store thread, and answers with what the work wrote.  What an audited command
 * did is a row of the audit log, in the same transaction.
 */
struct cmd_trip {
    struct op op;
    struct cmd_call *call;
    /* On the store thread; false: err is the answer.  It checks what it checks
     * before it changes anything. */
    bool (*work)(struct cmd_trip *t, struct store *s, struct err *err);
    /* On the loop, after it went well and its events are applied; NULL: none.
     * May add to out. */
    void (*after)(struct cmd_trip *t);
    bool enters; /* the answer is room_id, which the caller has come into */
    struct chat_actor actor; /* when it was asked */
    char user_id[ID_BYTES], room_id[65]; /* "" when there is none */
    char language[STORE_LANG_BYTES]; /* what the caller reads */
    unsigned char session[STORE_TOKEN_HASH_BYTES]; /* the caller's */
    struct span text[CMD_ARGS_MAX]; /* of arguments that are text, or absent */
    int64_t now_ms;
    void *own; /* what else the work needs; freed with it */
    struct buf out; /* JSON of the answer; empty: none */
    int status; /* 0: the command's */
    char tail[];
};

/* Make one; the caller may set `after` and submits it. */
struct cmd_trip *cmd_trip_new(struct cmd_call *c,
    bool (*work)(struct cmd_trip *t, struct store *s, struct err *err));
void cmd_trip_write(struct cmd_trip *t);
/* The same of work that changes only the streams of its room and of
 * op.job.person, and may run twice (struct store_job). */
void cmd_trip_write_in_room(struct cmd_trip *t);
void cmd_trip_read(struct cmd_trip *t);
/* It is not made after all. */
void cmd_trip_refuse(struct cmd_trip *t, const struct err *err);

/* ---- for work ---- */

/* May the caller still do this to the user, who is m in the room, so that they
 * are `to`?  Asks the rows and not memory, which a change may be on its way to.
 * Who is no member is FAIL_NOT_FOUND; where strangers is true, they come as
 * CHAT_OUTSIDE. */
bool cmd_trip_may_rank(struct cmd_trip *t, struct store *s, struct span user_id,
    enum chat_role to, bool strangers, struct err *err);

/* Write a JSON list, one element for each row. */
void cmd_trip_open_list(struct cmd_trip *t, const char *before);
void cmd_trip_next(struct cmd_trip *t); /* its comma */
/* Its end, if all rows were read; returns that. */
bool cmd_trip_close_list(struct cmd_trip *t, bool read);

/* A page of a list of which one row more than fits is asked for, to tell whether
 * there are more. */
struct cmd_page {
    struct cmd_trip *trip;
    int limit;
    int n; /* rows so far, the surplus one too */
};

/* {"name":[ with at most `limit` rows, an argument of the command; returns how
 * many to ask the store for. */
int cmd_page_open(
    struct cmd_page *p, struct cmd_trip *t, const char *name, int limit_arg);
/* Before each row: its comma, or false where the row is the surplus one. */
bool cmd_page_next(struct cmd_page *p);
void cmd_page_close(struct cmd_page *p); /* ],"hasMore":...} */

#endif
