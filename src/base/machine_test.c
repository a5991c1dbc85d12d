/* SPDX-License-Identifier: ISC */
#include "base/machine.h"

#include <sys/resource.h>

#include "base/tap.h"

static void
a_limit_of_address_space_is_memory(void)
{
    struct rlimit limit;
    size_t all = machine_memory(), some = (size_t)600 << 20;

    CHECK(all > (size_t)64 << 20);
    CHECK(getrlimit(RLIMIT_AS, &limit) == 0);
    limit.rlim_cur = some;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    /* Their shadow alone is more than any limit. */
    return;
#endif
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
    CHECK(machine_memory() <= some && machine_memory() <= all);
}

int
main(void)
{
    RUN(a_limit_of_address_space_is_memory);
    return tap_end();
}
