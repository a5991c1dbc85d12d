/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CMD_H
#define GATEWAY_CMD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/err.h"
#include "base/span.h"
#include "chat/chat.h"
#include "net/http.h"

/*
 * cmd - commands as data.  What a client can ask for is one `struct cmd`, in a
 * file of its own or with its sisters, and a line in cmd_table.c.  From the
 * row come the REST route and the Socket.IO event, the checks of arguments,
 * rights and rates, /openapi.json, /asyncapi.json, docs/reference.md and the
 * test of permissions.
 *
 * A call goes the same way whichever door it comes through:
 *
 *     cmd_http.c ┐
 *     cmd_sio.c  ┴─▶ arguments ─▶ rate ─▶ subject ─▶ chat_may() ─▶ run ─▶ answer
 *
 * Loop thread only.
 */
struct client;
struct cmd_call;
struct gateway;
struct lang;
struct message_found;
struct op;
struct room;
struct user;

enum {
    CMD_ARGS_MAX = 8,
    CMD_NAMES_MAX = 2,
    CMD_ROUTES_MAX = 3,
};

enum cmd_kind {
    CMD_NONE, /* ends the arguments */
    CMD_ID, /* id_valid: text */
    CMD_LINE, /* of min to max characters, without NUL: a name */
    CMD_TEXT, /* the same; a longer one is FAIL_TOO_LARGE */
    CMD_SECRET, /* of min to max bytes; never shown */
    CMD_WORD, /* text; one of words */
    CMD_NUMBER, /* whole, from min to max */
    CMD_PLACE, /* in a conversation: a sequence number, from min to max, or
                  the id of a message there: text */
    CMD_EMOJI, /* one, and nothing else: text, as emoji_read reads it */
    CMD_TIME, /* a stamp as clock_parse reads it, or milliseconds since 1970:
                 number */
    CMD_FLAG,
    CMD_LANGUAGE, /* one that we know by name: language */
    CMD_LANGUAGE_AUTO, /* or "auto", which gives NULL */
    CMD_LANGUAGE_ANY, /* whoever names one that we do not know names none */
    CMD_IDS, /* JSON list of at most max ids: list */
    CMD_OBJECTS, /* JSON list of at most max objects: list */
};

struct cmd_arg {
    const char *name;
    enum cmd_kind kind;
    bool required;
    long long min, max;
    const char *alias; /* the original's name for it, or NULL */
    const char *const *words; /* NULL ends them */
    const char *help;
};

/* The value of an argument.  Spans and lists stay until run returns, and of a
 * command about a message until the answer. */
struct cmd_value {
    bool given;
    bool by_id; /* a CMD_PLACE that is text */
    union {
        struct span text;
        long long number;
        bool flag;
        const struct lang *language;
        const json_t *list;
    };
};

/* How often.  Limits are in cmd_rate.c. */
enum cmd_rate {
    CMD_UNLIMITED,
    /* Of a connection, or by REST of a user: */
    CMD_WRITES,
    CMD_SIGNALS, /* over the limit they are dropped, not refused */
    CMD_ASKS,
    CMD_PREVIEWS,
    CMD_HOOKS, /* of an address first, whose they are is seen later */
    CMD_INVITES, /* beside a call's own: one for each person taken in */
    /* Of an address: */
    CMD_ENTRIES,
    CMD_LOGINS,
    CMD_ROOMS,
    CMD_RATES,
};

/* What a command is about; its first argument is the id.  Found, and the
 * caller's right to it checked, before run is called. */
enum cmd_subject {
    CMD_NOTHING,
    CMD_ROOM, /* call->room */
    CMD_MESSAGE, /* call->message and call->room; if the second argument is
                    given, it must be that room's id */
};

struct cmd_route {
    enum http_method method;
    const char *pattern; /* its ":name"s are arguments */
};

struct cmd {
    const char *name; /* "message.send" */
    const char *summary; /* one line for people */
    const char *events[CMD_NAMES_MAX]; /* of Socket.IO: ours, then aliases */
    struct cmd_route routes[CMD_ROUTES_MAX]; /* ours, then aliases */
    struct cmd_arg args[CMD_ARGS_MAX];
    enum chat_act act;
    enum cmd_subject subject;
    enum cmd_rate rate;
    size_t body_bytes_max; /* by REST; 0: the usual */
    bool streams; /* by REST only: the body is what it is about, and comes in
                     pieces (http_body_take); arguments are in the query */
    bool audited; /* a deed of somebody with power; see cmd_trip.h */
    const char *reply; /* schema of the answer's data in schemas.json; NULL:
                          there is none */
    int status; /* of a good answer by REST; 0: 200 */
    const char *bare; /* the answer's media type; NULL: JSON in an envelope,
                         {"success":true,"data":...} */
    void (*run)(struct cmd_call *c);
};

/* An answer, the same for both doors. */
struct cmd_reply {
    int status; /* HTTP's */
    struct span data; /* JSON, unless the command says other; {NULL,0}: none */
    /* Socket.IO only: an event to this client alone, behind the answer. */
    const char *event;
    struct span payload;
};

/* The two ways in. */
struct cmd_door {
    void (*reply)(struct cmd_call *c, const struct cmd_reply *r);
    void (*refuse)(struct cmd_call *c, const struct err *err);
    void (*address)(const struct cmd_call *c, char ret[ADDRESS_BYTES]);
    void (*free)(struct cmd_call *c);
};

/* A call.  Its run calls cmd_reply, cmd_done or cmd_refuse exactly once, at
 * once or later on the loop, which ends the call. */
struct cmd_call {
    const struct cmd *cmd;
    const struct cmd_door *door;
    struct gateway *g;
    struct user *user; /* a reference; NULL: nobody */
    struct client *client; /* NULL: by REST.  Its socket may go meanwhile */
    struct room *room; /* see cmd_subject; a reference.  NULL where the user is
                          in none of that id: their rooms are in the hub */
    const struct message_found *message; /* until run returns */
    bool caught_up; /* what they did at other gateways is known (cmd_enter) */
    struct span token; /* by REST: the session's */
    int64_t begun_us; /* clock_mono_us */
    const json_t *body; /* the object with arguments, or NULL; as they stay */
    struct cmd_value arg[CMD_ARGS_MAX]; /* in the order of cmd->args */
};

/* Answer, and end the call. */
void cmd_reply(struct cmd_call *c, const struct cmd_reply *r);
void cmd_refuse(struct cmd_call *c, const struct err *err);
/* The handler has answered at the door itself (cmd_http_req). */
void cmd_answered(struct cmd_call *c);
/* With cmd->status and data, or without data. */
void cmd_data(struct cmd_call *c, struct span data);
void cmd_done(struct cmd_call *c);
/* For operations that only succeed or fail: err NULL is success. */
void cmd_ended(const struct err *err, void *call);

/* A text argument; {NULL,0} when it was not given. */
struct span cmd_text(const struct cmd_call *c, int i);
/* A number, or the fallback. */
long long cmd_number(const struct cmd_call *c, int i, long long fallback);
/* A language, or NULL. */
const struct lang *cmd_language(const struct cmd_call *c, int i);

/* May the caller also do this, in the room that the command is about? */
bool cmd_may(const struct cmd_call *c, enum chat_act act);

/* Go on when it is known here that the caller is in this room, where they may
 * have come into it at another gateway, or were found in the database. */
void cmd_enter(const struct cmd_call *c, struct span room_id,
    void (*then)(void *ctx), void *ctx);

/* Make a trip to the store (op.h), to write or to read. */
void cmd_write(const struct cmd_call *c, struct op *op);
void cmd_read(const struct cmd_call *c, struct op *op);

/* ---- for the doors ---- */

/* Go on with a call whose arguments are read and whose user is known. */
void cmd_start(struct cmd_call *c);

#endif
