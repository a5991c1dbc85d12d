/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "ctl/cmd.h"
#include "ctl/look.h"
#include "ctl/screen.h"
#include "ctl/term.h"

enum {
    FIRST_LOOK_MS = 1000, /* between the first two looks */
    CLOCK_BYTES = 16,
};

static void
put_head(struct buf *b, const char *hint)
{
    char text[CLOCK_BYTES];
    time_t now = time(NULL);
    struct tm tm;

    localtime_r(&now, &tm);
    strftime(text, sizeof(text), "%H:%M:%S", &tm);
    buf_addf(b, "Meeshy  %s%s\n\n", text, hint);
}

/* Wait, and say whether the user wants to go on. */
static bool
rest(int64_t until_us)
{
    for (;;) {
        int64_t left_us = until_us - clock_mono_us();
        int key = left_us > 0 ? term_key((int)(left_us / 1000) + 1) : 0;

        if (key < 0 || key == 'q' || key == 'Q' || key == '\003')
            return false;
        if (key == 0) /* the time is up, or the size changed */
            return true;
    }
}

static void
live(struct client *c, const struct opts *o)
{
    struct screen screen = {.colour = true, .gateway = o->gateway};
    struct sample before, now;
    struct buf b = {0};
    int64_t wait_us = FIRST_LOOK_MS * 1000ll;
    int shown = 0, lines;

    look_all(c, o, &now);
    before = now;
    do {
        int64_t due_us = now.mono_us + wait_us;

        term_size(&screen.columns, &lines);
        buf_reset(&b);
        put_head(&b, "   q quits");
        screen_draw(&b, &screen, &before, &now);
        term_show(buf_span(&b));
        if (!rest(due_us))
            break;
        if (clock_mono_us() < due_us)
            continue; /* only drawn again, in the new size */
        before = now;
        look_all(c, o, &now);
        wait_us = o->interval_s * 1000000ll;
        shown++;
    } while (o->count == 0 || shown <= o->count);
    buf_free(&b);
}

/* Nobody presses keys here, and SIGINT simply ends us. */
static bool
report(struct client *c, const struct opts *o)
{
    struct screen screen = {.gateway = o->gateway};
    struct sample before, now;
    struct buf b = {0};

    look_all(c, o, &now);
    usleep(FIRST_LOOK_MS * 1000);
    for (int i = 0; o->count == 0 || i < o->count; i++) {
        if (i > 0)
            sleep((unsigned)o->interval_s);
        before = now;
        look_all(c, o, &now);
        buf_reset(&b);
        if (i > 0)
            buf_addc(&b, '\n');
        put_head(&b, "");
        screen_draw(&b, &screen, &before, &now);
        fwrite(b.p, 1, b.len, stdout);
        if (fflush(stdout) != 0)
            break; /* nobody reads any more */
    }
    buf_free(&b);
    return sample_healthy(&now);
}

bool
cmd_top(struct client *c, const struct opts *o, struct err *err)
{
    if (!o->plain && term_open()) {
        live(c, o);
        term_close();
        return true;
    }
    if (!report(c, o))
        return err_set(err, FAIL_SYSTEM, "not everything is well");
    return true;
}
