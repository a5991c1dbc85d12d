/* SPDX-License-Identifier: ISC */
#include "base/backoff.h"

int64_t
backoff_ms(int64_t first_ms, int64_t most_ms, int failures)
{
    int64_t ms = first_ms;

    for (; failures > 1 && ms < most_ms; failures--)
        ms = ms > most_ms / 2 ? most_ms : 2 * ms;
    return ms < most_ms ? ms : most_ms;
}
