/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "wire/task.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
    return 0;
}
