/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ctl/cmd.h"
#include "ctl/scratch.h"
#include "ctl/unzip.h"
#include "exchange/intake.h"
#include "exchange/original.h"
#include "exchange/slack.h"
#include "exchange/transcript.h"
#include "store/claim.h"

/* ---- in ---- */

typedef bool read_fn(struct intake *in, const char *dir, struct err *err);

static void
report(const struct intake_counts *n)
{
    printf("people %" PRId64 ", rooms %" PRId64 ", messages %" PRId64
           ", reactions %" PRId64 "\n",
        n->people, n->rooms, n->messages, n->reactions);
    if (n->known)
        printf("here already: messages %" PRId64 "\n", n->known);
    if (n->renamed)
        printf("had to take another name: people %" PRId64 "\n", n->renamed);
    if (n->skipped)
        printf("not shown (joins and leaves, empty ones, emoji of their own): "
               "%" PRId64 "\n",
            n->skipped);
    if (n->people)
        fprintf(stderr,
            "nobody of them has a password yet: an admin makes each a link "
            "for a new one (Administration, People).\n");
}

static bool
take_in(struct store *s, read_fn *read, const struct opts *o, const char *dir,
    struct err *err)
{
    struct intake *in = intake_new(s, span_of(o->language));
    bool ok = read(in, dir, err);
    struct intake_counts n = intake_counts(in);

    intake_free(in);
    if (ok)
        report(&n);
    return ok;
}

static bool
take_folder(
    read_fn *read, const struct opts *o, const char *dir, struct err *err)
{
    struct claim *claim = claim_take(o->database, err);
    struct store *s = claim ? store_open(o->database, NULL, err) : NULL;
    bool ok = s && take_in(s, read, o, dir, err);

    store_close(s);
    claim_drop(claim);
    return ok;
}

/* A folder, or an archive of one. */
static bool
take(read_fn *read, const struct opts *o, struct err *err)
{
    const char *from = o->args[0];
    struct stat st;
    char *dir;
    bool ok;

    if (stat(from, &st) != 0)
        return err_set(err, FAIL_NOT_FOUND, "%s: %m", from);
    if (S_ISDIR(st.st_mode))
        return take_folder(read, o, from, err);
    dir = scratch_make(from, err);
    ok = dir && unzip(from, dir, err) && take_folder(read, o, dir, err);
    scratch_remove(dir);
    return ok;
}

bool
cmd_import_slack(struct client *c, const struct opts *o, struct err *err)
{
    (void)c;
    return take(slack_read, o, err);
}

bool
cmd_import_meeshy(struct client *c, const struct opts *o, struct err *err)
{
    (void)c;
    return take(original_read, o, err);
}

/* ---- out ---- */

static bool
ends(const char *name, const char *ending)
{
    size_t n = strlen(name), k = strlen(ending);

    return n > k && strcmp(name + n - k, ending) == 0;
}

bool
cmd_export(struct client *c, const struct opts *o, struct err *err)
{
    static const struct store_options reading = {.read_only = true};
    const char *path = o->args[1];
    bool html = ends(path, ".html");
    struct store *s;
    int64_t n = 0;
    FILE *to;
    bool ok;

    (void)c;
    if (!html && !ends(path, ".jsonl"))
        return err_set(err, FAIL_BAD_INPUT,
            "the file ends in .jsonl, for programs, or in .html, to read");
    if (!(s = store_open(o->database, &reading, err)))
        return false;
    to = fopen(path, "wxe");
    ok = (to || err_set(err, FAIL_SYSTEM, "make %s: %m", path)) &&
         transcript_write(s, span_of(o->args[0]),
             html ? TRANSCRIPT_HTML : TRANSCRIPT_JSONL, to, &n, err);
    store_close(s);
    if (to && fclose(to) != 0 && ok)
        ok = err_set(err, FAIL_SYSTEM, "write %s: %m", path);
    if (to && !ok)
        remove(path);
    if (ok)
        printf("%" PRId64 " messages\n", n);
    return ok;
}
