/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "ctl/cmd.h"
#include "wire/json.h"

enum {
    GLOSSARY_BYTES_MAX = 4 * 1024 * 1024,
    PATH_BYTES = 128,
};

static bool
room_path(char out[PATH_BYTES], const char *room, struct err *err)
{
    if (!id_valid(span_of(room)))
        return err_set(err, FAIL_BAD_INPUT, "'%.64s' is no room's id", room);
    snprintf(out, PATH_BYTES, "/conversations/%s/glossary", room);
    return true;
}

/* Indented, with a final line break, to the file or to standard output. */
static bool
write_json(const json_t *value, const char *path, struct err *err)
{
    FILE *f = path ? fopen(path, "we") : stdout;
    bool ok;

    if (!f)
        return err_set(err, FAIL_SYSTEM, "write %s: %m", path);
    ok = json_dumpf(value, f, JSON_INDENT(2) | JSON_ENCODE_ANY) == 0 &&
         fputc('\n', f) != EOF;
    ok = (path ? fclose(f) : fflush(f)) == 0 && ok;
    return ok || err_set(err, FAIL_SYSTEM, "write %s: %m", path ? path : "-");
}

static bool
get(struct client *c, const struct client_call *call, const char *path,
    struct err *err)
{
    struct buf answer = {0};
    bool ok = client_do(c, call, &answer, err);
    json_t *tree = ok ? json_read(buf_span(&answer), err) : NULL;
    const json_t *words = json_object_get(tree, "data");

    if (ok && !words)
        ok = err_set(err, FAIL_SYSTEM, "no glossary in the answer");
    ok = ok && write_json(words, path, err);
    json_decref(tree);
    buf_free(&answer);
    return ok;
}

bool
cmd_glossary_get(struct client *c, const struct opts *o, struct err *err)
{
    char path[PATH_BYTES];
    char *token = cmd_secret(o->token, o->token_file, "a session", err);
    struct client_call call = {.method = "GET",
        .base = span_of(o->gateway),
        .path = path,
        .token = token};
    bool ok = token && room_path(path, o->args[0], err) &&
              get(c, &call, o->args[1], err);

    free(token);
    return ok;
}

static bool
read_file(struct buf *b, const char *path, struct err *err)
{
    enum { CHUNK = 64 * 1024 };
    bool standard = strcmp(path, "-") == 0;
    FILE *f = standard ? stdin : fopen(path, "re");
    size_t n;

    if (!f)
        return err_set(err, FAIL_NOT_FOUND, "open %s: %m", path);
    while (b->len <= GLOSSARY_BYTES_MAX &&
           (n = fread(buf_reserve(b, CHUNK), 1, CHUNK, f)) > 0)
        b->len += n;
    if (!standard)
        fclose(f);
    if (b->len > GLOSSARY_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "%s is too large", path);
    return true;
}

/* What `get` wrote can be put back: only its terms count. */
static bool
read_terms(struct buf *ret, const char *path, struct err *err)
{
    struct buf file = {0};
    json_t *tree = NULL;
    const json_t *terms;
    bool ok = read_file(&file, path, err) &&
              (tree = json_read(buf_span(&file), err)) != NULL;

    terms = json_is_array(tree) ? tree : json_object_get(tree, "terms");
    if (ok && !json_is_array(terms))
        ok = err_set(err, FAIL_BAD_INPUT,
            "%s: {\"terms\":[{\"term\":...},...]} is needed", path);
    if (ok) {
        buf_addz(ret, "{\"terms\":");
        json_put(ret, terms);
        buf_addc(ret, '}');
    }
    json_decref(tree);
    buf_free(&file);
    return ok;
}

bool
cmd_glossary_put(struct client *c, const struct opts *o, struct err *err)
{
    char path[PATH_BYTES];
    struct buf body = {0}, answer = {0};
    char *token = cmd_secret(o->token, o->token_file, "a session", err);
    struct client_call call = {.method = "PUT",
        .base = span_of(o->gateway),
        .path = path,
        .token = token};
    bool ok = token && room_path(path, o->args[0], err) &&
              read_terms(&body, o->args[1], err);

    call.body = buf_span(&body);
    ok = ok && client_do(c, &call, &answer, err);
    if (ok)
        puts("the room's words are changed");
    buf_free(&body);
    buf_free(&answer);
    free(token);
    return ok;
}
