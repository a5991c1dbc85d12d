/* SPDX-License-Identifier: ISC */
#include "translator/tasks/flight.h"

#include <assert.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"

struct flight {
    struct map *by_task; /* struct job, with a reference */
    struct map *by_message; /* the first of a chain */
};

struct flight *
flight_new(void)
{
    struct flight *f = xcalloc(1, sizeof(*f));

    f->by_task = map_new();
    f->by_message = map_new();
    return f;
}

void
flight_free(struct flight *f)
{
    struct job *j;
    size_t pos = 0;

    if (!f)
        return;
    while ((j = map_next(f->by_task, &pos, NULL)))
        job_unref(j);
    map_free(f->by_task);
    map_free(f->by_message);
    free(f);
}

bool
flight_has(const struct flight *f, const char *task_id)
{
    return map_get(f->by_task, span_of(task_id)) != NULL;
}

/* A message is named by its conversation and its door, too: several gateways
 * may number theirs alike.  The ids have no byte 0 in them. */
static struct span
message_key(int door, const struct task *t, struct buf *b)
{
    buf_addc(b, (char)('0' + door));
    buf_addz(b, t->conversation_id);
    buf_addc(b, '\0');
    buf_addz(b, t->message_id);
    return buf_span(b);
}

struct job *
flight_of_message(const struct flight *f, int door, const struct task *t)
{
    struct buf key = {0};
    struct job *j = map_get(f->by_message, message_key(door, t, &key));

    buf_free(&key);
    return j;
}

void
flight_add(struct flight *f, struct job *j)
{
    struct buf key = {0};
    void *before = map_put(f->by_task, span_of(j->task->task_id), j);

    assert(!before);
    job_ref(j);
    j->next_of_message =
        map_put(f->by_message, message_key(j->door, j->task, &key), j);
    buf_free(&key);
}

void
flight_remove(struct flight *f, struct job *j)
{
    struct job *first = flight_of_message(f, j->door, j->task), **at = &first;
    struct buf key = {0};

    while (*at != j)
        at = &(*at)->next_of_message;
    *at = j->next_of_message;
    message_key(j->door, j->task, &key);
    if (first)
        map_put(f->by_message, buf_span(&key), first);
    else
        map_remove(f->by_message, buf_span(&key));
    buf_free(&key);
    map_remove(f->by_task, span_of(j->task->task_id));
    job_unref(j);
}

size_t
flight_len(const struct flight *f)
{
    return map_len(f->by_task);
}
