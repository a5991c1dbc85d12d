/* SPDX-License-Identifier: ISC */
#include "store/claim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/tap.h"

static void
a_database_belongs_to_one_at_a_time(void)
{
    char dir[] = "/tmp/claim_test.XXXXXX", url[64], lock[64];
    struct claim *one, *two;
    struct err err = {0};

    CHECK(mkdtemp(dir) != NULL);
    snprintf(url, sizeof(url), "sqlite:%s/a.db", dir);
    snprintf(lock, sizeof(lock), "%s/a.db.lock", dir);
    one = claim_take(url, &err);
    two = claim_take(url, &err);
    CHECK(one && !two && err.kind == FAIL_BUSY && strstr(err.text, "a.db"));
    claim_drop(one);
    two = claim_take(url, &err);
    CHECK(two != NULL);
    claim_drop(two);
    unlink(lock);
    rmdir(dir);
}

static void
what_is_only_in_memory_needs_no_claim(void)
{
    struct claim *one = claim_take("sqlite::memory:", NULL);
    struct claim *two = claim_take("sqlite::memory:", NULL);

    CHECK(one && two);
    claim_drop(one);
    claim_drop(two);
}

static void
a_folder_that_is_not_there_is_said(void)
{
    struct err err = {0};

    CHECK(!claim_take("sqlite:/nowhere/at/all.db", &err));
    CHECK(err.kind == FAIL_SYSTEM && strstr(err.text, "/nowhere/at/all.db"));
}

int
main(void)
{
    RUN(a_database_belongs_to_one_at_a_time);
    RUN(what_is_only_in_memory_needs_no_claim);
    RUN(a_folder_that_is_not_there_is_said);
    return tap_end();
}
