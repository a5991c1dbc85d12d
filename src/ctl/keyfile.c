/* SPDX-License-Identifier: ISC */
#include "ctl/keyfile.h"

#include <ctype.h>
#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "ctl/scratch.h"

enum { RANDOM_BYTES = 24, HASH_BYTES = 32 };

/* What is in the file; nothing when it is not there and need not be. */
static bool
read_keys(const char *path, bool must, struct buf *ret, struct err *err)
{
    struct err why;

    if (file_read(path, KEYFILE_BYTES_MAX, ret, &why))
        return true;
    return (!must && why.kind == FAIL_NOT_FOUND) ||
           err_set(err, why.kind, "%s", why.text);
}

/* With the mode and the owner of what was there; a new file that root makes
 * belongs to whom its folder belongs to. */
static bool
adopt(int fd, const char *path)
{
    struct stat st;
    char *copy;
    bool ok;

    if (stat(path, &st) == 0)
        return fchmod(fd, st.st_mode & 0777) == 0 &&
               (geteuid() != 0 || fchown(fd, st.st_uid, st.st_gid) == 0);
    copy = xstrdup(path);
    ok = geteuid() != 0 || (stat(dirname(copy), &st) == 0 &&
                               fchown(fd, st.st_uid, st.st_gid) == 0);
    free(copy);
    return ok;
}

static bool
write_part(
    const char *part, const char *path, struct span text, struct err *err)
{
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && adopt(fd, path) &&
              write(fd, text.p, text.len) == (ssize_t)text.len &&
              fsync(fd) == 0;

    if (!ok)
        err_set(err, FAIL_SYSTEM, "write %s: %m", part);
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool
replace(const char *path, struct span text, struct err *err)
{
    struct buf b = {0};
    char *part;
    bool ok;

    buf_addf(&b, "%s.part", path);
    part = buf_take(&b);
    ok = write_part(part, path, text, err) &&
         (rename(part, path) == 0 ||
             err_set(err, FAIL_SYSTEM, "rename %s: %m", part)) &&
         scratch_sync_folder_of(path, err);
    if (!ok)
        unlink(part);
    free(part);
    return ok;
}

static struct span
name_of(struct span line)
{
    size_t n = 0;

    line = span_trim(line);
    while (n < line.len && !isspace((unsigned char)line.p[n]))
        n++;
    return n && line.p[0] != '#' ? (struct span){line.p, n}
                                 : (struct span){NULL, 0};
}

static bool
has_name(struct span text, const char *name)
{
    while (text.p)
        if (span_eqz(name_of(span_cut(&text, '\n')), name))
            return true;
    return false;
}

static bool
check_name(const char *name, struct err *err)
{
    size_t n = strlen(name);

    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)name[i]) && !strchr("._-@", name[i]))
            n = 0;
    return (n > 0 && n <= KEYFILE_NAME_LEN_MAX) ||
           err_set(err, FAIL_BAD_INPUT,
               "a name has 1 to %d letters, digits and . _ - @",
               KEYFILE_NAME_LEN_MAX);
}

static void
make_key(char secret[KEYFILE_SECRET_BYTES], char hex[2 * HASH_BYTES + 1])
{
    unsigned char bytes[RANDOM_BYTES], hash[HASH_BYTES];

    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2base64(secret, KEYFILE_SECRET_BYTES, bytes, sizeof(bytes),
        sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    crypto_generichash(hash, sizeof(hash), (const unsigned char *)secret,
        strlen(secret), NULL, 0);
    sodium_bin2hex(hex, 2 * HASH_BYTES + 1, hash, sizeof(hash));
    sodium_memzero(bytes, sizeof(bytes));
}

bool
keyfile_add(const char *path, const char *name,
    const struct keyfile_limits *limits, char ret[KEYFILE_SECRET_BYTES],
    struct err *err)
{
    char hex[2 * HASH_BYTES + 1];
    struct buf text = {0};
    bool ok = check_name(name, err) && read_keys(path, false, &text, err);

    if (ok && sodium_init() < 0)
        ok = err_set(err, FAIL_SYSTEM, "no random numbers");
    if (ok && has_name(buf_span(&text), name))
        ok = err_set(err, FAIL_CONFLICT, "%s has a key already", name);
    if (ok) {
        make_key(ret, hex);
        if (text.len && text.p[text.len - 1] != '\n')
            buf_addc(&text, '\n');
        buf_addf(&text, "%s %s %d %d %d\n", name, hex,
            limits->requests_per_minute, limits->requests_per_day,
            limits->characters_per_day);
        ok = replace(path, buf_span(&text), err);
    }
    buf_free(&text);
    return ok;
}

bool
keyfile_revoke(const char *path, const char *name, struct err *err)
{
    struct buf text = {0}, kept = {0};
    bool ok = read_keys(path, true, &text, err);
    struct span rest = buf_span(&text);

    if (ok && !has_name(rest, name))
        ok = err_set(err, FAIL_NOT_FOUND, "%s has no key", name);
    while (ok && rest.p && rest.len) {
        struct span line = span_cut(&rest, '\n');

        if (span_eqz(name_of(line), name))
            continue;
        buf_adds(&kept, line);
        buf_addc(&kept, '\n');
    }
    ok = ok && replace(path, buf_span(&kept), err);
    buf_free(&kept);
    buf_free(&text);
    return ok;
}

bool
keyfile_list(const char *path, FILE *to, struct err *err)
{
    struct buf text = {0};
    bool ok = read_keys(path, true, &text, err);
    struct span rest = buf_span(&text);

    if (ok)
        fprintf(to, "%-32s %s\n", "name",
            "requests a minute, a day, characters a day; 0: no limit");
    while (ok && rest.p) {
        struct span line = span_trim(span_cut(&rest, '\n'));
        struct span name = name_of(line);
        struct span limits = {line.p + name.len, line.len - name.len};

        limits = span_trim(limits);
        span_cut(&limits, ' '); /* the hash is of no use to anybody */
        if (name.p)
            fprintf(to, "%-32.*s %.*s\n", SPAN_ARG(name),
                SPAN_ARG(span_trim(limits)));
    }
    buf_free(&text);
    return ok;
}
