/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_FILES_H
#define GATEWAY_FILES_H

#include "net/loop.h"
#include "store/store.h"

/*
 * files - what people send besides text, on disk, each content once:
 *
 *     FOLDER/new/ID          arriving
 *     FOLDER/ab/ab12cd...    there, called by its SHA-256
 *
 * A thread of its own does what takes a disk.  Names in FOLDER/ab appear and go
 * in transactions of the database (store/file.h), on the thread that writes;
 * what a crash leaves behind is found at the next start.
 */
struct files;
struct gateway;
struct store_event;

enum {
    FILES_JOBS_MAX = 2048, /* that wait; who sends bounds theirs */
    FILES_PATH_BYTES = 512,
    FILES_FOLDER_BYTES_MAX = 400,
};

/* A piece of work for the thread. */
struct file_job {
    struct loop_msg msg;
    void (*work)(struct file_job *job); /* there */
    void (*done)(struct file_job *job); /* on the loop; takes it */
};

/* Makes the folder, and begins to look for what is left behind there once the
 * loop runs. */
struct files *files_start(struct gateway *g, struct err *err);
/* Finishes what was submitted, whose done is posted to the loop.  NULL is
 * fine. */
void files_stop(struct files *f);
/* When the loop runs no more.  NULL is fine. */
void files_free(struct files *f);

/* FAIL_BUSY when too much waits, or the gateway stops.  Jobs are done one after
 * the other, in this order. */
bool files_submit(struct files *f, struct file_job *job, struct err *err);

/* Where one arrives, and where it is then; any thread. */
void files_path_new(
    const struct files *f, const char *id, char ret[FILES_PATH_BYTES]);
void files_path(
    const struct files *f, struct span sha256, char ret[FILES_PATH_BYTES]);

/* Move what arrived as id to its name, unless the same is there already; on
 * disk when true.  The thread that writes the database. */
bool files_place(
    const struct files *f, const char *id, struct span sha256, struct err *err);

/* What a person may have sent, pictures of rooms and people too; a guest a
 * part of it. */
int64_t files_person_max(const struct files *f, bool guest);
/* Is there room for so many bytes more? */
bool files_room(const struct files *f, int64_t bytes, struct err *err);
void files_count(struct files *f, int64_t bytes); /* they are there now */

/* A message was deleted: look soon for what went with it. */
void files_note(struct files *f, const struct store_event *e);

/* Bytes on disk, as of the last count, and how many come and leave now. */
struct files_stats {
    int64_t bytes;
    int uploads, downloads;
};
struct files_stats files_stats(const struct files *f);
/* One more of them, unless there are enough; and one less. */
bool files_begin(struct files *f, bool upload, struct err *err);
void files_end(struct files *f, bool upload);

#endif
