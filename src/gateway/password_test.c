/* SPDX-License-Identifier: ISC */
#include "gateway/password.h"

#include <sodium.h>
#include <string.h>

#include "base/tap.h"

struct probe {
    struct password_job job;
    struct loop *loop;
};

static void
stop(struct password_job *job)
{
    loop_stop(((struct probe *)job)->loop);
}

static bool
ask(struct password *p, struct probe *probe, const char *text, bool verify)
{
    struct err err;

    probe->job.verify = verify;
    probe->job.done = stop;
    probe->job.len = strlen(text);
    strcpy(probe->job.text, text);
    CHECK(password_submit(p, &probe->job, &err));
    loop_run(probe->loop, false);
    return probe->job.ok;
}

static void
a_hash_verifies_its_password_only_and_text_is_wiped(void)
{
    struct err err;
    struct probe probe = {.loop = loop_new(&err)};
    struct password *p = password_start(probe.loop);

    CHECK(ask(p, &probe, "correct horse", false));
    CHECK(strncmp(probe.job.hash, "$argon2id$", 10) == 0);
    CHECK(probe.job.text[0] == '\0');
    CHECK(ask(p, &probe, "correct horse", true));
    CHECK(!ask(p, &probe, "correct horsf", true));
    password_stop(p);
    loop_free(probe.loop);
}

static void
a_stopped_service_is_busy(void)
{
    struct password_job job = {0};
    struct err err;

    CHECK(!password_submit(NULL, &job, &err) && err.kind == FAIL_BUSY);
}

int
main(void)
{
    if (sodium_init() < 0)
        return 1;
    RUN(a_hash_verifies_its_password_only_and_text_is_wiped);
    RUN(a_stopped_service_is_busy);
    return tap_end();
}
