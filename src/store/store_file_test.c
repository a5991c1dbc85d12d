/* SPDX-License-Identifier: ISC */
#include "store/file.h"

#include "store/test_store.h"

#define SHA(c)                                                                 \
    "111111111111111111111111111111111111111111111111111111111111111" c

/* thumb: of its small copy; NULL: there is none. */
static bool
send_picture(struct store *s, const char *id, const char *owner,
    const char *sha, const char *thumb, int64_t bytes, struct err *err)
{
    struct store_file f = {.id = span_of(id),
        .sha256 = span_of(sha),
        .name = SPAN("a cat.png"),
        .type = SPAN("image/png"),
        .bytes = bytes,
        .duration_ms = 7,
        .width = thumb ? 800 : 0,
        .height = thumb ? 600 : 0,
        .thumb_sha256 = span_of(thumb),
        .thumb_bytes = thumb ? 5 : 0};

    return store_file_add(
        s, &f, span_of(owner), 1000, TEST_MS, NULL, NULL, err);
}

static bool
send_file(struct store *s, const char *id, const char *owner, const char *sha,
    int64_t bytes, struct err *err)
{
    return send_picture(s, id, owner, sha, NULL, bytes, err);
}

/* A message of alice's with these files, or one that repeats another. */
static bool
say_with(struct store *s, const struct span *files, size_t n, const char *of,
    char ret_id[ID_BYTES], struct err *err)
{
    struct store_message m = {.conversation_id = SPAN("room"),
        .sender_id = SPAN("alice"),
        .content = SPAN("look"),
        .language = SPAN("en"),
        .type = SPAN("file"),
        .created_ms = TEST_MS + 10,
        .file_ids = files,
        .n_files = n,
        .forward_of = span_of(of)};
    char id[ID_BYTES];
    bool duplicate;
    int64_t seq;

    id_new(id);
    m.id = span_of(id);
    return store_message_add(s, &m, NULL, 0, ret_id, &seq, &duplicate, err);
}

static void
see_files(const struct store_message *m, void *ctx)
{
    struct span rest = m->files;
    struct store_file f;

    while (store_file_next(&rest, &f))
        seen_add(ctx, "%.*s %.*s %d %d %.*s %.*s|", SPAN_ARG(f.id), 1,
            f.sha256.p + 63, (int)f.bytes, (int)f.duration_ms, SPAN_ARG(f.type),
            SPAN_ARG(f.name));
}

static bool
has_files(struct store *s, const char *id, const char *expected)
{
    struct seen seen = {.n = 0};

    CHECK(store_message_get(s, span_of(id), NULL, see_files, &seen, NULL));
    if (strcmp(seen.text, expected) != 0)
        printf("# %s\n", seen.text);
    return strcmp(seen.text, expected) == 0;
}

static void
see_file(const struct store_file *f, void *ctx)
{
    seen_add(ctx, "%.*s", SPAN_ARG(f->name));
}

static bool
reads(struct store *s, const char *message, const char *file, struct err *err)
{
    struct seen seen = {.n = 0};

    return store_file_get(
               s, span_of(message), span_of(file), see_file, &seen, err) &&
           strcmp(seen.text, "a cat.png") == 0;
}

static void
see_gone(struct span sha256, void *ctx)
{
    seen_add(ctx, "%.*s", 1, sha256.p + 63);
}

/* The contents that a sweep deletes, by their last digit. */
static bool
sweeps(struct store *s, int64_t before_ms, const char *expected)
{
    struct seen seen = {.n = 0};
    bool more = true;

    while (more)
        CHECK(store_files_sweep(s, before_ms, 2, see_gone, &seen, &more, NULL));
    if (strcmp(seen.text, expected) != 0)
        printf("# swept %s\n", seen.text);
    return strcmp(seen.text, expected) == 0;
}

static void
a_message_has_the_files_that_its_writer_sent(void)
{
    static const struct span two[] = {SPAN("f2"), SPAN("f1")};
    static const struct span others[] = {SPAN("f3")};
    struct fixture f = fixture_new();
    struct store_event *events;
    struct seen told = {.n = 0};
    char id[ID_BYTES], other[ID_BYTES];
    struct err err = {0};

    CHECK(send_file(f.s, "f1", "alice", SHA("a"), 10, NULL));
    CHECK(send_file(f.s, "f2", "alice", SHA("b"), 20, NULL));
    CHECK(send_file(f.s, "f3", "bob", SHA("c"), 30, NULL));
    store_events_free(store_take_events(f.s));
    CHECK(say_with(f.s, two, 2, NULL, id, NULL));
    events = store_take_events(f.s);
    if (CHECK(events && events->kind == STORE_MESSAGE_NEW))
        see_files(&events->message, &told);
    store_events_free(events);
    CHECK(strcmp(told.text, "f2 b 20 7 image/png a cat.png|"
                            "f1 a 10 7 image/png a cat.png|") == 0);
    CHECK(has_files(f.s, id, told.text));
    CHECK(!say_with(f.s, others, 1, NULL, other, &err));
    CHECK(err.kind == FAIL_NOT_FOUND);
    CHECK(reads(f.s, id, "f1", NULL));
    CHECK(!reads(f.s, id, "f3", &err) && err.kind == FAIL_NOT_FOUND);
    CHECK(say_with(f.s, two, 1, NULL, other, NULL)); /* once more */
    CHECK(!reads(f.s, other, "f1", &err) && err.kind == FAIL_NOT_FOUND);
    fixture_reopen(&f);
    fixture_free(&f);
}

static void
nobody_has_more_than_they_may(void)
{
    struct fixture f = fixture_new();
    struct err err = {0};
    int64_t bytes = 0;

    CHECK(send_file(f.s, "f1", "alice", SHA("a"), 600, NULL));
    CHECK(!send_file(f.s, "f2", "alice", SHA("b"), 401, &err));
    CHECK(err.kind == FAIL_TOO_LARGE);
    CHECK(send_file(f.s, "f2", "alice", SHA("a"), 400, NULL));
    CHECK(send_file(f.s, "f3", "bob", SHA("c"), 900, NULL));
    CHECK(store_files_bytes(f.s, SPAN("alice"), &bytes, NULL) && bytes == 1000);
    CHECK(store_files_bytes(f.s, absent(), &bytes, NULL));
    CHECK(bytes == 600 + 400 + 900); /* sizes of "a" differ here only */
    CHECK(!send_file(f.s, "f4", "bob", SHA("c"), 0, &err));
    CHECK(err.kind == FAIL_BAD_INPUT);
    fixture_free(&f);
}

static void
a_content_goes_with_the_last_that_names_it(void)
{
    static const struct span one[] = {SPAN("f1")}, two[] = {SPAN("f2")};
    struct fixture f = fixture_new();
    char first[ID_BYTES], repeated[ID_BYTES], same[ID_BYTES];
    struct err err = {0};

    CHECK(send_file(f.s, "f1", "alice", SHA("a"), 10, NULL));
    CHECK(send_file(f.s, "f2", "alice", SHA("a"), 10, NULL));
    CHECK(say_with(f.s, one, 1, NULL, first, NULL));
    CHECK(say_with(f.s, NULL, 0, first, repeated, NULL));
    CHECK(say_with(f.s, two, 1, NULL, same, NULL));
    CHECK(has_files(f.s, repeated, "f1 a 10 7 image/png a cat.png|"));
    CHECK(store_message_delete(
        f.s, span_of(first), SPAN("alice"), TEST_MS, NULL));
    CHECK(has_files(f.s, first, ""));
    CHECK(!reads(f.s, first, "f1", &err) && err.kind == FAIL_NOT_FOUND);
    CHECK(sweeps(f.s, 1, ""));
    CHECK(reads(f.s, repeated, "f1", NULL));
    CHECK(store_message_delete(
        f.s, span_of(repeated), SPAN("alice"), TEST_MS, NULL));
    CHECK(sweeps(f.s, 1, "")); /* f2 has the same content */
    CHECK(reads(f.s, same, "f2", NULL));
    CHECK(
        store_message_delete(f.s, span_of(same), SPAN("alice"), TEST_MS, NULL));
    CHECK(sweeps(f.s, 1, "a"));
    CHECK(sweeps(f.s, 1, ""));
    fixture_free(&f);
}

static void
see_size(const struct store_file *f, void *ctx)
{
    seen_add(ctx, "%dx%d %.*s %d", f->width, f->height, 1,
        f->thumb_sha256.p + 63, (int)f->thumb_bytes);
}

static void
see_sizes(const struct store_message *m, void *ctx)
{
    struct span rest = m->files;
    struct store_file f;

    while (store_file_next(&rest, &f))
        seen_add(ctx, "%dx%d %d|", f.width, f.height, (int)f.thumb_bytes);
}

static void
a_small_copy_is_there_as_long_as_its_picture(void)
{
    static const struct span two[] = {SPAN("f1"), SPAN("f2")};
    struct fixture f = fixture_new();
    struct seen one = {.n = 0}, all = {.n = 0};
    char id[ID_BYTES];
    int64_t bytes = 0;

    CHECK(send_picture(f.s, "f1", "alice", SHA("a"), SHA("b"), 10, NULL));
    CHECK(send_picture(f.s, "f2", "alice", SHA("c"), SHA("b"), 20, NULL));
    CHECK(say_with(f.s, two, 2, NULL, id, NULL));
    CHECK(store_files_bytes(f.s, SPAN("alice"), &bytes, NULL) && bytes == 30);
    CHECK(store_files_bytes(f.s, absent(), &bytes, NULL) && bytes == 35);
    CHECK(store_file_get(f.s, span_of(id), SPAN("f1"), see_size, &one, NULL));
    CHECK(strcmp(one.text, "800x600 b 5") == 0);
    CHECK(store_message_get(f.s, span_of(id), NULL, see_sizes, &all, NULL));
    CHECK(strcmp(all.text, "800x600 5|800x600 5|") == 0);
    CHECK(store_file_found(f.s, SPAN(SHA("b")), NULL));
    CHECK(sweeps(f.s, 1, ""));
    /* Somebody sends the small copy itself. */
    CHECK(send_file(f.s, "f3", "bob", SHA("b"), 5, NULL));
    CHECK(store_message_delete(f.s, span_of(id), SPAN("alice"), TEST_MS, NULL));
    CHECK(sweeps(f.s, 1, "ac"));
    CHECK(sweeps(f.s, TEST_MS + 1, "b"));
    fixture_free(&f);
}

static void
what_is_never_said_goes_after_a_while(void)
{
    static const struct span one[] = {SPAN("f1")};
    struct fixture f = fixture_new();
    char id[ID_BYTES];

    CHECK(send_file(f.s, "f1", "alice", SHA("a"), 10, NULL));
    CHECK(send_file(f.s, "f2", "alice", SHA("b"), 10, NULL));
    CHECK(send_file(f.s, "f3", "bob", SHA("c"), 10, NULL));
    CHECK(send_file(f.s, "f4", "bob", SHA("d"), 10, NULL));
    CHECK(say_with(f.s, one, 1, NULL, id, NULL));
    CHECK(sweeps(f.s, TEST_MS, ""));
    CHECK(sweeps(f.s, TEST_MS + 1, "bcd"));
    CHECK(reads(f.s, id, "f1", NULL));
    CHECK(store_file_found(f.s, SPAN(SHA("a")), NULL));
    CHECK(store_file_found(f.s, SPAN(SHA("e")), NULL));
    CHECK(store_file_found(f.s, SPAN(SHA("e")), NULL));
    CHECK(sweeps(f.s, TEST_MS, "e"));
    fixture_free(&f);
}

static bool
refuse(void *ctx, struct err *err)
{
    ++*(int *)ctx;
    return err_set(err, FAIL_SYSTEM, "no disk");
}

static void
a_file_whose_bytes_have_no_place_is_not_there(void)
{
    struct store_file f = {.id = SPAN("f1"),
        .sha256 = SPAN(SHA("a")),
        .name = SPAN("a"),
        .type = SPAN("image/png"),
        .bytes = 1};
    struct fixture x = fixture_new();
    struct err err = {0};
    int64_t bytes = -1;
    int asked = 0;

    CHECK(store_file_found(x.s, SPAN(SHA("a")), NULL));
    CHECK(!store_file_add(
        x.s, &f, SPAN("alice"), 1000, TEST_MS, refuse, &asked, &err));
    CHECK(asked == 1 && err.kind == FAIL_SYSTEM);
    CHECK(store_files_bytes(x.s, SPAN("alice"), &bytes, NULL) && bytes == 0);
    CHECK(sweeps(x.s, 1, "a")); /* still garbage */
    fixture_free(&x);
}

static void
tests(void)
{
    RUN(a_message_has_the_files_that_its_writer_sent);
    RUN(nobody_has_more_than_they_may);
    RUN(a_content_goes_with_the_last_that_names_it);
    RUN(a_small_copy_is_there_as_long_as_its_picture);
    RUN(what_is_never_said_goes_after_a_while);
    RUN(a_file_whose_bytes_have_no_place_is_not_there);
}

int
main(void)
{
    return test_each_store(tests);
}
