/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "store/sqlite/sqlite.h"

/*
 * DESIGN.  A commit that makes the log's file longer changes the file system,
 * too, and costs the processor twice what one costs that writes where the file
 * is already (120 and 200 us for three pages).  So the file is made longer before
 * it is needed, with zeros: for SQLite the log ends there, as it does before what
 * an earlier round has left in the file.  Only whoever may write to the log may do
 * this, since it is at the file's end that another program would write.
 */
enum {
    FRAME_HEAD_BYTES = 24,
    LOG_HEAD_BYTES = 32,
    STEP_BYTES = 1024 * 1024,
    LEFT_BYTES_MIN = STEP_BYTES / 2,
    ROOM_BYTES_MAX =
        16 * 1024 * 1024, /* then the log is moved, and begins anew */
};

int64_t
room_used(const struct sqlite *s)
{
    return LOG_HEAD_BYTES + s->log_frames * (s->page_bytes + FRAME_HEAD_BYTES);
}

/* How long the file is afterwards; without space for more it stays as it is. */
static int64_t
make_longer(const char *path, int64_t wanted)
{
    static char zeros[STEP_BYTES]; /* not constant, so not in the program */
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int64_t end;
    ssize_t n = 0;

    if (fd < 0)
        return 0;
    end = lseek(fd, 0, SEEK_END);
    while (end >= LOG_HEAD_BYTES && end < wanted && n >= 0) {
        n = pwrite(fd, zeros, sizeof(zeros), end);
        end += n > 0 ? n : 0;
        if (n < (ssize_t)sizeof(zeros))
            break;
    }
    close(fd);
    return end;
}

void
room_make(struct sqlite *s)
{
    int64_t used = room_used(s);
    char path[PATH_MAX];

    if (s->log_frames == 0 || used + LEFT_BYTES_MIN <= s->log_room ||
        used >= ROOM_BYTES_MAX ||
        snprintf(path, sizeof(path), "%s-wal", s->path) >= (int)sizeof(path) ||
        !sqlite_exec(s, "BEGIN IMMEDIATE", NULL))
        return;
    s->log_room = make_longer(path, used + LEFT_BYTES_MIN);
    sqlite_exec(s, "ROLLBACK", NULL);
    if (s->log_room <
        used + LEFT_BYTES_MIN) /* no space: not with each commit */
        s->log_room = used + STEP_BYTES;
}
