/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "wire/task.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Frames as gateways write them are read in one pass, all others by jansson;
 * a field that nobody knows makes a frame one of the others, and nothing else
 * may change. */
static void
compare_readers(struct span frame)
{
    const char *bracket = memchr(frame.p, '{', frame.len);
    struct span rest = {NULL, 0};
    struct task *one, *tree;
    enum task_frame kind_one, kind_tree;
    struct buf b = {0};
    bool ok;

    if (bracket)
        rest = span_trim((struct span){
            bracket + 1, (size_t)(frame.p + frame.len - bracket) - 1});
    if (rest.len == 0 || rest.p[0] == '}' || /* a comma would break it */
        frame.len + 10 > TASK_FRAME_BYTES_MAX ||
        memchr(frame.p, '~', frame.len))
        return;
    buf_add(&b, frame.p, (size_t)(bracket + 1 - frame.p));
    buf_addz(&b, "\"~\":0,");
    buf_add(&b, bracket + 1, (size_t)(frame.p + frame.len - bracket) - 1);
    ok = task_parse(frame, &kind_one, &one, NULL);
    if (task_parse(buf_span(&b), &kind_tree, &tree, NULL) != ok)
        assert(!"only one of the two readers understands it");
    if (kind_one != kind_tree || !one != !tree)
        assert(!"the two readers disagree about the kind");
    if (one && tree) {
        assert(is_same(one->message_id, tree->message_id));
        assert(is_same(one->conversation_id, tree->conversation_id));
        assert(is_same(one->text, tree->text));
        assert(is_same(one->source, tree->source));
        assert(is_same(one->model_type, tree->model_type));
        assert(one->revision == tree->revision);
        assert(one->timestamp_ms == tree->timestamp_ms);
        assert(one->n_targets == tree->n_targets);
        for (int i = 0; i < one->n_targets; i++)
            assert(is_same(one->targets[i], tree->targets[i]));
    }
    task_free(one);
    task_free(tree);
    buf_free(&b);
}

/* A task that was understood survives formatting and parsing. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span frame = {(const char *)data, size};
    struct task *task, *again;
    enum task_frame kind;
    struct buf b = {0};

    if (task_parse(frame, &kind, &task, NULL) && kind == TASK_FRAME_TASK) {
        task_format(&b, task);
        if (!task_parse(buf_span(&b), &kind, &again, NULL))
            assert(!"a task could be parsed once but not twice");
        assert(strcmp(task->text, again->text) == 0);
        assert(task->n_targets == again->n_targets);
        task_free(again);
        buf_free(&b);
    }
    task_free(task);
    compare_readers(frame);
    return 0;
}
