/* SPDX-License-Identifier: ISC */
#include "engine/heir.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "engine/apertium_format.h"
#include "engine/apertium_mode.h"

enum { PROBE_ANSWER_BYTES_MAX = 4096 };

bool
chain_start_mode(struct chain *c, const char *mode_path, struct err *err)
{
    struct apertium_mode mode;
    bool ok;

    if (!apertium_mode_load(mode_path, &mode, err))
        return false;
    ok = chain_start(c, mode.argv, mode.n, err);
    apertium_mode_free(&mode);
    return ok;
}

void
heir_probe(struct buf *out)
{
    apertium_format(SPAN("x"), HEIR_PROBE_ID, out);
    buf_addc(out, '\0');
}

bool
heir_start(
    struct heir *h, const char *mode_path, int64_t now_ms, struct err *err)
{
    struct buf probe = {0};
    bool ok = chain_start_mode(&h->chain, mode_path, err);

    h->started_ms = now_ms;
    heir_probe(&probe);
    /* A new pipe takes these few bytes whole. */
    if (ok && write(h->chain.in, probe.p, probe.len) != (ssize_t)probe.len) {
        ok = err_set(err, FAIL_SYSTEM, "the first program is gone");
        heir_kill(h);
    }
    buf_free(&probe);
    return ok;
}

enum heir_state
heir_look(struct heir *h, int64_t now_ms)
{
    ssize_t n;

    do {
        n = read(h->chain.out, buf_reserve(&h->in, PROBE_ANSWER_BYTES_MAX),
            PROBE_ANSWER_BYTES_MAX);
        h->in.len += n > 0 ? (size_t)n : 0;
    } while (n < 0 && errno == EINTR);
    if (n == 0 || (n < 0 && errno != EAGAIN) ||
        h->in.len > PROBE_ANSWER_BYTES_MAX ||
        now_ms - h->started_ms >= HEIR_LOAD_MS_MAX)
        return HEIR_FAILED;
    if (h->in.len > 0 && h->in.p[h->in.len - 1] == '\0') {
        struct buf text = {0};
        bool ok = apertium_unformat(
            (struct span){h->in.p, h->in.len - 1}, HEIR_PROBE_ID, &text);

        buf_free(&text);
        return ok ? HEIR_READY : HEIR_FAILED;
    }
    return HEIR_LOADING;
}

struct chain
heir_take(struct heir *h)
{
    struct chain chain = h->chain;

    buf_free(&h->in);
    *h = (struct heir){0};
    return chain;
}

void
heir_kill(struct heir *h)
{
    struct chain chain = heir_take(h);

    chain_kill(&chain);
}
