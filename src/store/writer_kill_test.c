/* SPDX-License-Identifier: ISC */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "store/test_store.h"
#include "store/writer.h"

/*
 * A child saves as fast as it can and reports, over a pipe, each message whose
 * save was answered.  It is killed in the middle, twenty times, on the same
 * file.  Every message reported must be there afterwards.
 */
enum { KILLS = 20, IN_FLIGHT = 64, DEADLINE_MS = 20000 };

struct save {
    struct store_job job;
    struct writer *w;
    int fd;
    struct added added;
};

static bool
run_save(struct store *s, struct store_job *job, struct err *err)
{
    struct save *save = (struct save *)job;
    static const struct span targets[] = {SPAN("fr"), SPAN("es")};
    char client_id[ID_BYTES];

    id_new(client_id);
    save->added = test_send(
        s, "room", "alice", "some text to save", client_id, targets, 2);
    *err = save->added.err;
    return save->added.ok;
}

/* Report, and save the next one. */
static void
report(struct store_job *job)
{
    struct save *save = (struct save *)job;

    if (!job->ok || write(save->fd, save->added.id, ID_LEN) != ID_LEN ||
        !writer_write(save->w, job, NULL))
        _exit(1);
}

static void
child(const char *url, int fd)
{
    static struct save saves[IN_FLIGHT];
    struct writer_cfg cfg = {.url = url};
    struct writer *w = writer_start(&cfg, NULL);

    for (int i = 0; w && i < IN_FLIGHT; i++) {
        saves[i] = (struct save){
            .job = {.run = run_save, .done = report}, .w = w, .fd = fd};
        if (!writer_write(w, &saves[i].job, NULL))
            _exit(1);
    }
    for (;;)
        pause();
}

struct id_list {
    char (*ids)[ID_LEN];
    int n, cap;
};

/* Read what is reported, up to n messages or the end; returns how many. */
static int
read_reports(int fd, int n, struct id_list *list)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int got = 0;

    while (got < n && poll(&p, 1, DEADLINE_MS) == 1) {
        if (list->n == list->cap) {
            list->cap = list->cap ? list->cap * 2 : 1024;
            list->ids =
                realloc(list->ids, (size_t)list->cap * sizeof(*list->ids));
            if (!list->ids)
                abort();
        }
        /* Reports are smaller than PIPE_BUF, so they come whole. */
        if (read(fd, list->ids[list->n], ID_LEN) != ID_LEN)
            break;
        list->n++;
        got++;
    }
    return got;
}

/* One life of the child: it is killed after it has reported n messages. */
static void
live_and_die(const char *url, int n, struct id_list *list)
{
    int fds[2], status = 0;
    pid_t pid;

    if (pipe(fds) != 0 || (pid = fork()) < 0)
        abort();
    if (pid == 0) {
        close(fds[0]);
        child(url, fds[1]);
    }
    close(fds[1]);
    CHECK(read_reports(fds[0], n, list) == n);
    CHECK(kill(pid, SIGKILL) == 0);
    read_reports(fds[0], INT32_MAX, list); /* what it still had said */
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    close(fds[0]);
}

static void
see_nothing(const struct store_message *m, void *ctx)
{
    (void)m;
    (void)ctx;
}

static int
count_missing(struct store *s, const struct id_list *list)
{
    int missing = 0;

    for (int i = 0; i < list->n; i++)
        missing += !store_message_get(s, (struct span){list->ids[i], ID_LEN},
            NULL, see_nothing, NULL, NULL);
    return missing;
}

static void
no_answered_save_is_lost_when_the_process_is_killed(void)
{
    struct fixture f = fixture_new();
    struct id_list list = {0};
    struct store_totals t;

    store_close(f.s);
    f.s = NULL;
    for (int i = 0; i < KILLS; i++)
        live_and_die(f.url, 1 + i * 37, &list);
    f.s = store_open(f.url, NULL, NULL);
    CHECK(f.s && count_missing(f.s, &list) == 0);
    CHECK(store_totals(f.s, &t, NULL));
    printf("# %d saves answered, %lld in the file\n", list.n,
        (long long)t.messages);
    CHECK(t.messages >= list.n && t.translations_queued == 2 * t.messages);
    CHECK(test_ask(f.path, "SELECT count(*) FROM pragma_integrity_check "
                           "WHERE integrity_check = 'ok'") == 1);
    CHECK(test_ask(f.path, "SELECT max(seq) = count(*) FROM messages") == 1);
    free(list.ids);
    fixture_free(&f);
}

int
main(void)
{
    RUN(no_answered_save_is_lost_when_the_process_is_killed);
    return tap_end();
}
