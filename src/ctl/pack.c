/* SPDX-License-Identifier: ISC */
#include "ctl/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "ctl/seal.h"
#include "models/digest.h"

enum { CHUNK = 64 * 1024 };

struct pack {
    struct archive *archive;
    struct seal *seal;
    struct err err; /* of the seal */
    int64_t now_s;
};

/* The seal's own words, where it failed, else libarchive's. */
static bool
fail(const struct pack *p, const char *what, struct err *err)
{
    if (p->err.kind != FAIL_NONE)
        return err_set(err, p->err.kind, "%s", p->err.text);
    return err_set(
        err, FAIL_BAD_INPUT, "%s: %s", what, archive_error_string(p->archive));
}

/* ---- writing ---- */

static la_ssize_t
on_write(struct archive *a, void *ctx, const void *bytes, size_t n)
{
    struct pack *p = ctx;

    if (seal_write(p->seal, bytes, n, &p->err))
        return (la_ssize_t)n;
    archive_set_error(a, EIO, "%s", p->err.text);
    return -1;
}

struct pack *
pack_new(int fd, const char *secret, struct err *err)
{
    struct pack *p = xcalloc(1, sizeof(*p));
    bool ok;

    p->now_s = time(NULL);
    p->seal = seal_to(fd, secret, err);
    if (!p->seal) {
        free(p);
        return NULL;
    }
    p->archive = archive_write_new();
    ok = p->archive &&
         archive_write_add_filter_zstd(p->archive) == ARCHIVE_OK &&
         archive_write_set_format_pax_restricted(p->archive) == ARCHIVE_OK &&
         archive_write_set_bytes_in_last_block(p->archive, 1) == ARCHIVE_OK &&
         archive_write_open(p->archive, p, NULL, on_write, NULL) == ARCHIVE_OK;
    if (ok)
        return p;
    fail(p, "begin the archive", err);
    pack_free(p);
    return NULL;
}

static bool
begin_entry(struct pack *p, const char *name, int64_t bytes, struct err *err)
{
    struct archive_entry *e = archive_entry_new();
    bool ok;

    archive_entry_set_pathname(e, name);
    archive_entry_set_size(e, bytes);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0600);
    archive_entry_set_mtime(e, p->now_s, 0);
    ok = archive_write_header(p->archive, e) == ARCHIVE_OK;
    archive_entry_free(e);
    return ok || fail(p, name, err);
}

static bool
add_bytes(struct pack *p, const char *name, const void *bytes, size_t n,
    struct digest *d, struct err *err)
{
    digest_add(d, bytes, n);
    return archive_write_data(p->archive, bytes, n) == (la_ssize_t)n ||
           fail(p, name, err);
}

static void
note(struct inventory *inv, const char *name, struct digest *d)
{
    struct inventory_file *f = inventory_add(inv, name);

    f->bytes = d->bytes;
    digest_end(d, f->sha256);
}

bool
pack_bytes(struct pack *p, const char *name, struct span bytes,
    struct inventory *inv, struct err *err)
{
    struct digest d;

    digest_init(&d);
    if (!begin_entry(p, name, (int64_t)bytes.len, err) ||
        !add_bytes(p, name, bytes.p, bytes.len, &d, err))
        return false;
    note(inv, name, &d);
    return true;
}

/* As many bytes as the file had when it was opened. */
static bool
add_file(struct pack *p, const char *name, int fd, int64_t bytes,
    struct digest *d, struct err *err)
{
    char *chunk = xmalloc(CHUNK);
    bool ok = true;

    while (ok && bytes > 0) {
        ssize_t n = read(fd, chunk, bytes < CHUNK ? (size_t)bytes : CHUNK);

        if (n <= 0)
            ok = err_set(err, FAIL_SYSTEM, "%s became shorter meanwhile", name);
        else
            ok = add_bytes(p, name, chunk, (size_t)n, d, err);
        bytes -= n;
    }
    free(chunk);
    return ok;
}

bool
pack_file(struct pack *p, const char *name, const char *path,
    struct inventory *inv, struct err *err)
{
    uint64_t bytes;
    int fd = file_open(path, &bytes, err);
    struct digest d;
    bool ok;

    if (fd < 0)
        return false;
    digest_init(&d);
    ok = begin_entry(p, name, (int64_t)bytes, err) &&
         add_file(p, name, fd, (int64_t)bytes, &d, err);
    close(fd);
    if (ok)
        note(inv, name, &d);
    return ok;
}

bool
pack_end(struct pack *p, const struct inventory *inv, struct err *err)
{
    struct inventory itself = {0};
    struct buf b = {0};
    bool ok;

    inventory_put(inv, &b);
    ok = pack_bytes(p, INVENTORY_NAME, buf_span(&b), &itself, err);
    inventory_free(&itself);
    buf_free(&b);
    if (ok && archive_write_close(p->archive) != ARCHIVE_OK)
        ok = fail(p, "end the archive", err);
    return ok && seal_end(p->seal, err);
}

void
pack_free(struct pack *p)
{
    if (!p)
        return;
    archive_free(p->archive);
    seal_free(p->seal);
    free(p);
}

/* ---- reading ---- */

static la_ssize_t
on_read(struct archive *a, void *ctx, const void **bytes)
{
    struct pack *p = ctx;
    ssize_t n = seal_read(p->seal, bytes, &p->err);

    if (n < 0)
        archive_set_error(a, EIO, "%s", p->err.text);
    return n;
}

static bool
copy_out(struct pack *p, const char *name, int fd, struct err *err)
{
    const void *bytes;
    la_int64_t at, end = 0;
    size_t n;
    int rc;

    while ((rc = archive_read_data_block(p->archive, &bytes, &n, &at)) ==
           ARCHIVE_OK) {
        if (at != end || write(fd, bytes, n) != (ssize_t)n)
            return err_set(err, FAIL_SYSTEM, "write %s: %m", name);
        end = at + (la_int64_t)n;
    }
    if (rc != ARCHIVE_EOF)
        return fail(p, name, err);
    return fsync(fd) == 0 || err_set(err, FAIL_SYSTEM, "sync %s: %m", name);
}

static bool
make_folder(int dir, const char *name, struct err *err)
{
    const char *slash = strchr(name, '/');
    char *folder;
    bool ok;

    if (!slash)
        return true;
    folder = xstrndup(name, (size_t)(slash - name));
    ok = mkdirat(dir, folder, 0700) == 0 || errno == EEXIST ||
         err_set(err, FAIL_SYSTEM, "make %s: %m", folder);
    free(folder);
    return ok;
}

static bool
extract_entry(struct pack *p, int dir, struct archive_entry *e, struct err *err)
{
    const char *name = archive_entry_pathname(e);
    bool ok;
    int fd;

    if (!name || !inventory_may(span_of(name)) ||
        archive_entry_filetype(e) != AE_IFREG)
        return err_set(err, FAIL_BAD_INPUT, "this is no backup of a Meeshy");
    if (!make_folder(dir, name, err))
        return false;
    fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, FAIL_SYSTEM, "create %s: %m", name);
    ok = copy_out(p, name, fd, err);
    close(fd);
    return ok;
}

static bool
extract_all(struct pack *p, int dir, struct err *err)
{
    struct archive_entry *e;
    int rc = ARCHIVE_OK, n = 0;

    archive_read_support_filter_zstd(p->archive);
    archive_read_support_format_tar(p->archive);
    if (archive_read_open(p->archive, p, NULL, on_read, NULL) != ARCHIVE_OK)
        return fail(p, "this is no backup of a Meeshy", err);
    while ((rc = archive_read_next_header(p->archive, &e)) == ARCHIVE_OK) {
        if (++n > INVENTORY_FILES_MAX)
            return err_set(err, FAIL_TOO_LARGE, "there are too many files");
        if (!extract_entry(p, dir, e, err))
            return false;
    }
    return rc == ARCHIVE_EOF || fail(p, "read the backup", err);
}

static bool
read_inventory(int dir, struct inventory *ret, struct err *err)
{
    int fd = openat(dir, INVENTORY_NAME, O_RDONLY | O_CLOEXEC);
    struct buf b = {0};
    bool ok;

    if (fd < 0)
        return err_set(
            err, FAIL_BAD_INPUT, "the backup is not whole: no manifest in it");
    ok = file_read_all(fd, INVENTORY_NAME, INVENTORY_BYTES_MAX, &b, NULL)
             ? inventory_read(buf_span(&b), ret, err)
             : err_set(err, FAIL_BAD_INPUT, "the manifest is damaged");
    close(fd);
    buf_free(&b);
    return ok;
}

bool
pack_extract(int fd, const char *secret, const char *dir, struct inventory *ret,
    struct err *err)
{
    int to = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct pack p = {0};
    bool ok;

    *ret = (struct inventory){0};
    if (to < 0)
        return err_set(err, FAIL_SYSTEM, "open %s: %m", dir);
    p.seal = seal_from(fd, secret, err);
    p.archive = p.seal ? archive_read_new() : NULL;
    ok = p.archive && extract_all(&p, to, err) &&
         read_inventory(to, ret, err) && inventory_check(ret, dir, err);
    archive_free(p.archive);
    seal_free(p.seal);
    close(to);
    return ok;
}
