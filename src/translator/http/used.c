/* SPDX-License-Identifier: ISC */
#include "translator/http/used.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "wire/json.h"

enum { FILE_MODE = 0600, PATH_BYTES = 4096 };

void
used_format(struct buf *out, const struct keys *k, int64_t day)
{
    const char *comma = "";

    buf_addf(out, "{\"day\":%lld,\"keys\":{", (long long)day);
    for (size_t i = 0; i < keys_len(k); i++) {
        const struct key *key = keys_at(k, i);
        if (key->day != day || key->requests == 0)
            continue;
        buf_addz(out, comma);
        json_put_str(out, span_of(key->name));
        buf_addf(out, ":{\"requests\":%lld,\"characters\":%lld}", key->requests,
            key->chars);
        comma = ",";
    }
    buf_addz(out, "}}\n");
}

static long long
count_of(const json_t *o, const char *name)
{
    long long n = json_integer_value(json_object_get(o, name));

    return n > 0 ? n : 0;
}

bool
used_parse(struct keys *k, struct span json, struct err *err)
{
    json_t *o = json_read(json, err);
    const json_t *day = json_object_get(o, "day");
    const json_t *used = json_object_get(o, "keys");

    if (o && (!json_is_integer(day) || !json_is_object(used))) {
        json_decref(o);
        return err_set(err, FAIL_BAD_INPUT, "not what was written here");
    }
    for (size_t i = 0; o && i < keys_len(k); i++) {
        struct key *key = keys_at(k, i);
        const json_t *row = json_object_get(used, key->name);
        if (!row)
            continue;
        key->day = json_integer_value(day);
        key->requests = count_of(row, "requests");
        key->chars = count_of(row, "characters");
    }
    json_decref(o);
    return o != NULL;
}

static bool
write_all(int fd, struct span text)
{
    while (text.len > 0) {
        ssize_t n = write(fd, text.p, text.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        text.p += n;
        text.len -= (size_t)n;
    }
    return true;
}

bool
used_save(const struct keys *k, int64_t day, const char *path, struct err *err)
{
    struct buf text = {0};
    char fresh[PATH_BYTES];
    bool ok = false;
    int fd;

    used_format(&text, k, day);
    snprintf(fresh, sizeof(fresh), "%s.new", path);
    fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
    if (fd >= 0) {
        ok = write_all(fd, buf_span(&text));
        ok = close(fd) == 0 && ok && rename(fresh, path) == 0;
    }
    buf_free(&text);
    return ok || err_set(err, FAIL_SYSTEM, "cannot write %s: %m", path);
}

bool
used_load(struct keys *k, const char *path, struct err *err)
{
    FILE *f = fopen(path, "re");
    char *text;
    size_t len;
    bool ok;

    if (!f)
        return errno == ENOENT ||
               err_set(err, FAIL_SYSTEM, "cannot open %s: %m", path);
    text = xmalloc(USED_FILE_BYTES_MAX);
    len = fread(text, 1, USED_FILE_BYTES_MAX, f);
    fclose(f);
    ok = used_parse(k, (struct span){text, len}, err);
    free(text);
    return ok;
}
