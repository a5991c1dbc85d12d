/* SPDX-License-Identifier: ISC */
#ifndef WIRE_TASK_FIELDS_H
#define WIRE_TASK_FIELDS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "wire/json.h"
#include "wire/task.h"

/*
 * task_fields - a frame's fields, not yet judged: what task_parse and its two
 * readers, jansson and task_scan, have between them.
 */
enum task_field_kind {
    TASK_FIELD_MISSING, /* or null */
    TASK_FIELD_STR,
    TASK_FIELD_INT,
    TASK_FIELD_REAL,
    TASK_FIELD_OTHER, /* and strings with a NUL, which no text of ours has */
};

struct task_field {
    enum task_field_kind kind;
    struct span str; /* {NULL, 0} unless TASK_FIELD_STR */
    long long number; /* TASK_FIELD_INT; of a TASK_FIELD_REAL the integer */
};

enum task_field_name {
    TASK_TYPE,
    TASK_ID,
    TASK_MESSAGE_ID,
    TASK_TEXT,
    TASK_SOURCE,
    TASK_TARGETS, /* its value is in targets */
    TASK_CONVERSATION_ID,
    TASK_SENDER_ID,
    TASK_REPLY_TO,
    TASK_MODEL_TYPE,
    TASK_REVISION,
    TASK_TIMESTAMP,
    TASK_N_FIELDS,
};

/* By enum task_field_name. */
extern const struct span task_field_names[TASK_N_FIELDS];

struct task_fields {
    struct task_field field[TASK_N_FIELDS];
    size_t n_targets;
    const struct span *targets; /* {NULL, 0}: not a string */
    const json_t *glossary; /* NULL: none */
};

/* What task_scan's fields borrow from besides the frame. */
struct task_scan_room {
    struct span targets[TASK_LANGUAGES_MAX];
    struct buf text;
};

/* Read a frame of valid UTF-8 in one pass and without a tree, which is ten
 * times as fast.  False for whatever is not a flat object of the fields above
 * as gateways write them: then nothing is known, and jansson has to say.  room
 * is zeroed before; the caller frees room->text in either case. */
bool task_scan(
    struct span frame, struct task_fields *ret, struct task_scan_room *room);

#endif
