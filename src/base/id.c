/* SPDX-License-Identifier: ISC */
#include "base/id.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/clock.h"

enum { NAME_LEN_MAX = 64 };

/* The last identifier made.  Within a millisecond, or while the clock is
 * behind, the random part counts up: order holds, and 2^79 steps of room on
 * average is enough for any millisecond. */
static struct {
    pthread_mutex_t lock;
    int64_t ms;
    uint16_t hi;
    uint64_t lo;
} last = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void
fill_random(void *p, size_t n)
{
    if (getrandom(p, n, 0) != (ssize_t)n)
        abort();
}

static void
encode(char out[ID_BYTES], uint64_t ms, uint16_t hi, uint64_t lo)
{
    static const char digit[] = "0123456789abcdefghjkmnpqrstvwxyz";
    /* 128 bits, most significant first, in 26 digits of 5 bits (the first
     * digit holds 3). */
    unsigned __int128 v = (unsigned __int128)(ms << 16 | hi) << 64 | lo;

    for (int i = ID_LEN - 1; i >= 0; i--) {
        out[i] = digit[(unsigned)(v & 31)];
        v >>= 5;
    }
    out[ID_LEN] = '\0';
}

void
id_new(char out[ID_BYTES])
{
    int64_t now = clock_wall_ms();
    uint64_t random[2];

    pthread_mutex_lock(&last.lock);
    if (now > last.ms) {
        last.ms = now;
        fill_random(random, sizeof(random));
        last.lo = random[0];
        last.hi = random[1] & 0x7fff; /* leave room to count up */
    } else if (++last.lo == 0 && ++last.hi == 0) {
        last.ms++;
    }
    encode(out, (uint64_t)last.ms, last.hi, last.lo);
    pthread_mutex_unlock(&last.lock);
}

bool
id_valid(struct span s)
{
    if (s.len == 0 || s.len > NAME_LEN_MAX)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'))
            return false;
    }
    return true;
}
