/* SPDX-License-Identifier: ISC */
#ifndef BASE_TAP_H
#define BASE_TAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

/* The whole test framework: a test is a void function full of CHECKs, main
 * RUNs the tests and returns tap_end().  CHECK is legal in any thread. */
#define CHECK(cond) tap_check((cond), #cond, __FILE__, __LINE__)
#define RUN(test) (test(), tap_report(#test))

static atomic_int tap_bad; /* CHECKs failed in the running test */
static int tap_tests, tap_failed;

static inline bool
tap_check(bool ok, const char *expr, const char *file, int line)
{
    if (!ok) {
        printf("# %s:%d: %s\n", file, line, expr);
        tap_bad++;
    }
    return ok;
}

static inline void
tap_report(const char *test)
{
    bool bad = atomic_exchange(&tap_bad, 0) > 0;
    printf("%sok %d - %s\n", bad ? "not " : "", ++tap_tests, test);
    fflush(stdout);
    tap_failed += bad;
}

static inline int
tap_end(void)
{
    printf("1..%d\n", tap_tests);
    return tap_failed > 0;
}

#endif
