/* SPDX-License-Identifier: ISC */
#include "translator/tasks/notices.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/tap.h"

static struct job *
job_of(const char *conversation, int number)
{
    enum task_frame kind;
    struct task *t = NULL;
    struct buf b = {0};

    buf_addf(&b,
        "{\"messageId\":\"%d\",\"conversationId\":\"%s\",\"text\":\"t\","
        "\"targetLanguages\":[\"en\"]}",
        number, conversation);
    CHECK(task_parse(buf_span(&b), &kind, &t, NULL));
    buf_free(&b);
    return job_new(t);
}

static void
push(struct notices *n, const char *conversation, int number, bool told)
{
    struct job *j = job_of(conversation, number);

    j->told = told;
    CHECK(notices_push(n, j, 0));
    job_unref(j);
}

/* The number of the next one, or -1. */
static int
pop(struct notices *n, int64_t now_us)
{
    struct job *j = notices_pop(n, now_us);
    int number = j ? atoi(j->task->message_id) : -1;

    if (j)
        job_unref(j);
    return number;
}

static int
count(struct notices *n, int64_t now_us)
{
    int i = 0;

    while (pop(n, now_us) >= 0)
        i++;
    return i;
}

static void
a_few_go_at_once_and_in_order(void)
{
    struct notices *n = notices_new();

    for (int i = 0; i < NOTICES_PER_SLICE; i++)
        push(n, "a", i, false);
    for (int i = 0; i < NOTICES_PER_SLICE; i++)
        CHECK(pop(n, 0) == i);
    CHECK(pop(n, 0) == -1 && notices_len(n) == 0);
    notices_free(n);
}

static void
many_go_in_slices(void)
{
    struct notices *n = notices_new();

    for (int i = 0; i < 3 * NOTICES_PER_SLICE; i++)
        push(n, "a", i, false);
    CHECK(count(n, 0) == NOTICES_PER_SLICE);
    CHECK(count(n, NOTICES_SLICE_US - 1) == 0);
    CHECK(count(n, NOTICES_SLICE_US) == NOTICES_PER_SLICE);
    CHECK(pop(n, 2 * NOTICES_SLICE_US) == 2 * NOTICES_PER_SLICE);
    CHECK(count(n, 2 * NOTICES_SLICE_US) == NOTICES_PER_SLICE - 1);
    notices_free(n);
}

static void
as_many_as_there_may_be_take_less_than_half_a_second(void)
{
    struct notices *n = notices_new();
    struct job *j = job_of("a", 0);
    int slices = 0;

    while (notices_push(n, j, 0))
        continue;
    CHECK(notices_len(n) == NOTICES_MAX);
    for (; notices_len(n) > 0; slices++)
        count(n, slices * NOTICES_SLICE_US);
    if (!CHECK(slices < 500000 / NOTICES_SLICE_US))
        printf("# %d slices\n", slices);
    job_unref(j);
    notices_free(n);
}

static void
a_room_with_many_delays_another_by_one(void)
{
    struct notices *n = notices_new();

    for (int i = 0; i < 100; i++)
        push(n, "flooded", i, false);
    push(n, "other", 1000, false);
    CHECK(pop(n, 0) == 0);
    CHECK(pop(n, 0) == 1000);
    CHECK(pop(n, 0) == 1);
    for (struct job *j; (j = notices_take(n));)
        job_unref(j);
    notices_free(n);
}

static void
what_was_told_meanwhile_goes_without_counting(void)
{
    struct notices *n = notices_new();

    for (int i = 0; i < 2 * NOTICES_PER_SLICE; i++)
        push(n, "a", i, i % 2 == 0);
    CHECK(pop(n, 0) == 1);
    CHECK(count(n, 0) == NOTICES_PER_SLICE - 1);
    CHECK(notices_len(n) == 0);
    notices_free(n);
}

int
main(void)
{
    RUN(a_few_go_at_once_and_in_order);
    RUN(many_go_in_slices);
    RUN(as_many_as_there_may_be_take_less_than_half_a_second);
    RUN(a_room_with_many_delays_another_by_one);
    RUN(what_was_told_meanwhile_goes_without_counting);
    return tap_end();
}
