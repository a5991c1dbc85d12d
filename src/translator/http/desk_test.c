/* SPDX-License-Identifier: ISC */
#include "translator/http/desk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"

enum { HELD_MAX = 64, TEXTS = 8, LONG_MS = 60000 };

/* An engine that keeps requests until it is told to answer. */
struct holder {
    struct engine engine; /* must be first */
    size_t n;
    struct engine_request *held[HELD_MAX];
};

static size_t
holder_pairs(const struct engine *e, const struct engine_pair **ret)
{
    static const struct engine_pair pair = {"en", "es", 1};

    (void)e;
    *ret = &pair;
    return 1;
}

static bool
holder_submit(
    struct engine *e, size_t pair, struct engine_request *r, struct err *err)
{
    struct holder *h = (struct holder *)e;

    (void)pair;
    (void)err;
    h->held[h->n++] = r;
    return true;
}

/* Answer the oldest. */
static void
release(struct holder *h)
{
    struct engine_request *r = h->held[0];

    memmove(h->held, h->held + 1, --h->n * sizeof(*h->held));
    r->ok = memmem(r->text.p, r->text.len, "bad", 3) == NULL;
    r->confidence = 1;
    if (r->ok)
        r->translation = span_dup(r->text);
    else
        err_set(&r->err, FAIL_BAD_INPUT, "bad");
    r->done(r);
}

static void
holder_close(struct engine *e)
{
    struct holder *h = (struct holder *)e;

    while (h->n)
        release(h);
    free(h);
}

static const struct engine_ops holder_ops = {.name = "holder",
    .pairs = holder_pairs,
    .submit = holder_submit,
    .close = holder_close};

/* A desk with all that it needs. */
struct house {
    struct loop *loop;
    struct router *router;
    struct holder *engine;
    struct translate *translate;
    struct desk *desk;
};

static void
open_house(
    struct house *h, size_t in_flight_max, size_t waiting_max, int deadline_ms)
{
    struct translate_cfg none = {0};
    struct desk_cfg cfg;

    h->loop = loop_new(NULL);
    h->router = router_new();
    h->engine = xcalloc(1, sizeof(*h->engine));
    h->engine->engine.ops = &holder_ops;
    router_add(h->router, &h->engine->engine);
    h->translate = translate_new(&none, h->router, NULL);
    cfg = (struct desk_cfg){.translate = h->translate,
        .loop = h->loop,
        .in_flight_max = in_flight_max,
        .waiting_max = waiting_max,
        .deadline_ms = deadline_ms};
    h->desk = desk_new(&cfg);
}

static void
close_house(struct house *h)
{
    desk_close(h->desk);
    translate_stop(h->translate);
    router_free(h->router);
    translate_free(h->translate);
    loop_drain(h->loop);
    CHECK(desk_free(h->desk));
    loop_free(h->loop);
}

/* An order as its taker sees it; on the stack, so never freed. */
struct order {
    struct desk_order desk; /* must be first */
    struct desk_item items[TEXTS];
    char texts[TEXTS][32];
    int done, drops;
    enum fail why;
    struct loop *stop; /* to be stopped once it is dropped */
};

static void
on_done(struct desk_order *d, const struct err *err)
{
    struct order *o = (struct order *)d;

    CHECK(o->drops == 0);
    o->done++;
    o->why = err ? err->kind : FAIL_NONE;
}

static void
on_drop(struct desk_order *d)
{
    struct order *o = (struct order *)d;

    CHECK(o->done == 1);
    o->drops++;
    for (size_t i = 0; i < o->desk.n; i++)
        free(o->items[i].request.translation);
    if (o->stop)
        loop_stop(o->stop);
}

static bool
take(struct house *h, struct order *o, const char *name, size_t n)
{
    *o = (struct order){0};
    o->desk.items = o->items;
    o->desk.n = n;
    o->desk.done = on_done;
    o->desk.drop = on_drop;
    for (size_t i = 0; i < n; i++) {
        snprintf(
            o->texts[i], sizeof(o->texts[i]), "%s%c", name, (char)('a' + i));
        o->items[i].request.text = span_of(o->texts[i]);
        o->items[i].request.source = SPAN("en");
        o->items[i].request.target = SPAN("es");
    }
    return desk_take(h->desk, &o->desk, NULL);
}

static void
answer_one(struct house *h)
{
    release(h->engine);
    loop_drain(h->loop);
}

static void
only_so_many_texts_are_under_way(void)
{
    struct house h;
    struct order o;

    open_house(&h, 2, 100, LONG_MS);
    CHECK(take(&h, &o, "one", 5));
    for (int left = 5; left > 0; left--) {
        CHECK(h.engine->n == (left > 2 ? 2U : (size_t)left));
        CHECK(o.done == 0);
        answer_one(&h);
    }
    CHECK(o.done == 1 && o.drops == 1 && o.why == FAIL_NONE);
    CHECK(desk_stats(h.desk).waiting == 0 && desk_stats(h.desk).orders == 0);
    close_house(&h);
}

static void
orders_take_turns(void)
{
    struct house h;
    struct order large, small;

    open_house(&h, 1, 100, LONG_MS);
    CHECK(take(&h, &large, "large", 6) && take(&h, &small, "small", 1));
    for (int i = 0; i < 3; i++)
        answer_one(&h);
    CHECK(small.done == 1 && large.done == 0);
    for (int i = 0; i < 4; i++)
        answer_one(&h);
    CHECK(large.done == 1 && large.drops == 1);
    close_house(&h);
}

static void
count_task(struct translate_request *r)
{
    *(bool *)r->user = true;
    free(r->translation);
}

/* A flood over HTTP is worked off by the window: what others ask for, as the
 * pools' workers do, comes behind that many texts and not behind all. */
static void
a_flood_leaves_others_their_place(void)
{
    struct house h;
    struct order flood[20];
    bool done = false;
    struct translate_request task = {.text = SPAN("task"),
        .source = SPAN("en"),
        .target = SPAN("es"),
        .done = count_task,
        .user = &done};
    uint64_t before;

    open_house(&h, 4, 1000, LONG_MS);
    for (int i = 0; i < 20; i++)
        CHECK(take(&h, &flood[i], "flood", TEXTS));
    answer_one(&h);
    before = translate_stats(h.translate).ok;
    translate_submit(h.translate, &task);
    for (int i = 0; !done && i < 100; i++)
        answer_one(&h);
    CHECK(done && translate_stats(h.translate).ok - before == 5);
    CHECK(flood[19].done == 0);
    while (h.engine->n)
        answer_one(&h);
    CHECK(flood[19].done == 1);
    close_house(&h);
}

static void
too_much_is_refused(void)
{
    struct house h;
    struct order a, b, c;
    struct err err = {0};

    open_house(&h, 1, 4, LONG_MS);
    CHECK(!take(&h, &a, "never", 5)); /* more than may ever wait */
    CHECK(!desk_take(h.desk, &a.desk, &err) && err.kind == FAIL_TOO_LARGE);
    CHECK(take(&h, &a, "first", 4)); /* one goes, three wait */
    CHECK(take(&h, &b, "second", 1));
    CHECK(!take(&h, &c, "third", 1));
    CHECK(!desk_take(h.desk, &c.desk, &err) && err.kind == FAIL_BUSY);
    CHECK(desk_stats(h.desk).refused == 2 && c.done == 0);
    answer_one(&h);
    CHECK(take(&h, &c, "third", 1));
    while (h.engine->n)
        answer_one(&h);
    CHECK(a.drops == 1 && b.drops == 1 && c.drops == 1);
    close_house(&h);
}

static void
a_failure_concerns_its_text_alone(void)
{
    struct house h;
    struct order o;

    open_house(&h, 2, 100, LONG_MS);
    CHECK(take(&h, &o, "bad", 3));
    answer_one(&h);
    CHECK(o.done == 0);
    while (h.engine->n)
        answer_one(&h);
    CHECK(o.done == 1 && o.why == FAIL_NONE && o.drops == 1);
    for (int i = 0; i < 3; i++)
        CHECK(o.items[i].request.outcome == TRANSLATE_FAILED);
    close_house(&h);
}

static void
what_is_done_at_once_is_answered_at_once(void)
{
    struct house h;
    struct order o;

    open_house(&h, 1, 100, LONG_MS);
    CHECK(take(&h, &o, "https://example.org/", 3)); /* no words to speak of */
    CHECK(h.engine->n == 0 && o.done == 1 && o.drops == 1);
    for (int i = 0; i < 3; i++)
        CHECK(o.items[i].request.outcome == TRANSLATE_SKIPPED);
    close_house(&h);
}

static void
a_late_order_is_answered_and_dropped_when_all_is_back(void)
{
    struct house h;
    struct order o;

    open_house(&h, 2, 100, 20);
    CHECK(take(&h, &o, "late", 3));
    o.stop = h.loop;
    loop_run(h.loop, false);
    CHECK(o.done == 1 && o.why != FAIL_NONE && o.drops == 1);
    CHECK(desk_stats(h.desk).in_flight == 0);
    close_house(&h);
}

static void
closing_answers_what_is_open(void)
{
    struct house h;
    struct order o, other;

    open_house(&h, 1, 100, LONG_MS);
    CHECK(take(&h, &o, "open", 3));
    desk_close(h.desk);
    CHECK(o.done == 1 && o.why == FAIL_BUSY && o.drops == 0);
    CHECK(!take(&h, &other, "after", 1));
    CHECK(!desk_free(h.desk)); /* one is still under way */
    close_house(&h);
    CHECK(o.drops == 1);
}

int
main(void)
{
    RUN(only_so_many_texts_are_under_way);
    RUN(orders_take_turns);
    RUN(a_flood_leaves_others_their_place);
    RUN(too_much_is_refused);
    RUN(a_failure_concerns_its_text_alone);
    RUN(what_is_done_at_once_is_answered_at_once);
    RUN(a_late_order_is_answered_and_dropped_when_all_is_back);
    RUN(closing_answers_what_is_open);
    return tap_end();
}
