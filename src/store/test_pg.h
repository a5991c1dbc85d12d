/* SPDX-License-Identifier: ISC */
#ifndef STORE_TEST_PG_H
#define STORE_TEST_PG_H

#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.h"

/*
 * A PostgreSQL server of the test's own: in a temporary directory, on a unix
 * socket there, ended with the test.  It refuses to run as root, so root starts
 * it as "nobody".
 */
enum { TEST_PG_NOBODY = 65534, TEST_PG_PATH_BYTES = 96, TEST_PG_TRIES = 400 };

struct test_pg {
    char dir[TEST_PG_PATH_BYTES - 32]; /* of the data and the socket */
    char bin[TEST_PG_PATH_BYTES];
    pid_t pid; /* 0: it is not running */
};
static struct test_pg test_pg;

static inline void
test_pg_child(const char *const argv[])
{
    int null = open("/dev/null", O_RDWR);

    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    if (geteuid() == 0 && (setgroups(0, NULL) || setgid(TEST_PG_NOBODY) ||
                              setuid(TEST_PG_NOBODY)))
        _exit(1);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (chdir("/") == 0)
        execv(argv[0], (char *const *)argv);
    _exit(127);
}

static inline pid_t
test_pg_fork(const char *const argv[])
{
    pid_t pid = fork();

    if (pid == 0)
        test_pg_child(argv);
    return pid;
}

/* Where a server is: the newest of Debian's. */
static inline bool
test_pg_find(void)
{
    glob_t found;
    bool any = glob("/usr/lib/postgresql/*/bin", 0, NULL, &found) == 0;

    if (any)
        snprintf(test_pg.bin, sizeof(test_pg.bin), "%s",
            found.gl_pathv[found.gl_pathc - 1]);
    globfree(&found);
    return any;
}

static inline bool
test_pg_init(void)
{
    char program[TEST_PG_PATH_BYTES + 16], data[TEST_PG_PATH_BYTES];
    const char *argv[] = {program, "-D", data, "--no-sync", "--auth=trust",
        "--username=meeshy", "--locale=C", "--encoding=UTF8", NULL};
    int status = -1;

    snprintf(program, sizeof(program), "%s/initdb", test_pg.bin);
    snprintf(data, sizeof(data), "%s/data", test_pg.dir);
    waitpid(test_pg_fork(argv), &status, 0);
    return status == 0;
}

/* Start it (again); true when its socket is there. */
static inline bool
test_pg_run(void)
{
    char program[TEST_PG_PATH_BYTES + 16], data[TEST_PG_PATH_BYTES];
    char socket[TEST_PG_PATH_BYTES], pid_file[TEST_PG_PATH_BYTES + 16];
    const char *argv[] = {program, "-D", data, "-k", test_pg.dir, "-c",
        "listen_addresses=", "-c", "fsync=off", NULL};
    char line[64] = "";

    snprintf(program, sizeof(program), "%s/postgres", test_pg.bin);
    snprintf(data, sizeof(data), "%s/data", test_pg.dir);
    snprintf(socket, sizeof(socket), "%s/.s.PGSQL.5432", test_pg.dir);
    snprintf(pid_file, sizeof(pid_file), "%s/postmaster.pid", data);
    test_pg.pid = test_pg_fork(argv);
    /* Its last line says "ready" when it takes connections. */
    for (int i = 0; i < TEST_PG_TRIES; i++) {
        FILE *f = fopen(pid_file, "r");
        while (f && fgets(line, sizeof(line), f))
            if (strncmp(line, "ready", 5) == 0) {
                fclose(f);
                return true;
            }
        if (f)
            fclose(f);
        usleep(25 * 1000);
    }
    return false;
}

/* SIGINT: as if an admin restarted it; SIGQUIT: as if it crashed. */
static inline void
test_pg_stop(int how)
{
    if (test_pg.pid <= 0)
        return;
    kill(test_pg.pid, how);
    waitpid(test_pg.pid, NULL, 0);
    test_pg.pid = 0;
}

static inline void
test_pg_end(void)
{
    char command[TEST_PG_PATH_BYTES + 16];

    test_pg_stop(SIGQUIT);
    snprintf(command, sizeof(command), "rm -rf '%s'", test_pg.dir);
    if (test_pg.dir[0] && system(command) != 0)
        printf("# %s stays\n", test_pg.dir);
}

/* False where there is no server to be had. */
static inline bool
test_pg_start(void)
{
    if (test_pg.pid > 0)
        return true;
    if (!test_pg_find())
        return false;
    snprintf(test_pg.dir, sizeof(test_pg.dir), "/tmp/meeshy-pg.XXXXXX");
    if (!mkdtemp(test_pg.dir))
        abort();
    atexit(test_pg_end);
    if (geteuid() == 0 &&
        chown(test_pg.dir, TEST_PG_NOBODY, TEST_PG_NOBODY) != 0)
        abort();
    if (!test_pg_init() || !test_pg_run())
        abort();
    return true;
}

/* Run a statement in the database template1, where nobody else is. */
static inline bool
test_pg_run_sql(const char *sql, bool say_why)
{
    char conninfo[TEST_PG_PATH_BYTES + 48];
    PGresult *r;
    PGconn *c;
    bool ok;

    snprintf(conninfo, sizeof(conninfo), "host=%s user=meeshy dbname=template1",
        test_pg.dir);
    c = PQconnectdb(conninfo);
    r = PQexec(c, sql);
    ok = PQresultStatus(r) == PGRES_COMMAND_OK;
    if (!ok && say_why)
        printf("# %s\n", PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
    return ok;
}

static inline bool
test_pg_exec(const char *sql)
{
    return test_pg_run_sql(sql, true);
}

/* A database that no other test has: a copy of "postgres", which the first makes
 * ready with store_open. */
static inline void
test_pg_url(char *ret, size_t ret_bytes)
{
    static int n;
    char sql[80];

    snprintf(
        ret, ret_bytes, "postgresql://meeshy@/postgres?host=%s", test_pg.dir);
    if (n == 0)
        store_close(store_open(ret, NULL, NULL));
    snprintf(sql, sizeof(sql), "CREATE DATABASE t%d TEMPLATE postgres", ++n);
    if (!test_pg_exec(sql))
        abort();
    snprintf(
        ret, ret_bytes, "postgresql://meeshy@/t%d?host=%s", n, test_pg.dir);
}

#endif
