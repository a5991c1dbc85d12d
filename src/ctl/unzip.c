/* SPDX-License-Identifier: ISC */
#include "ctl/unzip.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/buf.h"

enum { BLOCK = 256 * 1024 };

struct left {
    long long bytes, files;
};

static bool
failed(struct archive *a, struct err *err)
{
    return err_set(err, FAIL_BAD_INPUT, "unpack: %s", archive_error_string(a));
}

static bool
copy_data(
    struct archive *in, struct archive *out, struct left *left, struct err *err)
{
    const void *block;
    la_int64_t at;
    size_t n;
    int rc;

    while ((rc = archive_read_data_block(in, &block, &n, &at)) == ARCHIVE_OK) {
        left->bytes -= (long long)n;
        if (left->bytes < 0)
            return err_set(err, FAIL_TOO_LARGE,
                "the archive is larger than %lld GB unpacked",
                UNZIP_BYTES_MAX >> 30);
        if (archive_write_data_block(out, block, n, at) < ARCHIVE_OK)
            return failed(out, err);
    }
    return rc == ARCHIVE_EOF || failed(in, err);
}

/* Below dir, wherever the archive says; what is no file or folder is left out. */
static bool
take_entry(struct archive *in, struct archive *out, struct archive_entry *e,
    const char *dir, struct left *left, struct err *err)
{
    const char *name = archive_entry_pathname_utf8(e);
    struct buf b = {0};

    if (!name)
        name = archive_entry_pathname(e);
    if (!name || strstr(name, "..") || --left->files < 0)
        return err_set(err, FAIL_BAD_INPUT,
            "the archive has a file that points elsewhere, or too many");
    if (archive_entry_filetype(e) != AE_IFREG)
        return true;
    buf_addf(&b, "%s/%s", dir, name);
    buf_addc(&b, '\0');
    archive_entry_copy_pathname(e, b.p);
    archive_entry_set_perm(e, 0600);
    buf_free(&b);
    if (archive_write_header(out, e) < ARCHIVE_OK)
        return failed(out, err);
    return copy_data(in, out, left, err) &&
           (archive_write_finish_entry(out) >= ARCHIVE_OK || failed(out, err));
}

bool
unzip(const char *archive, const char *dir, struct err *err)
{
    struct archive *in = archive_read_new(), *out = archive_write_disk_new();
    struct left left = {UNZIP_BYTES_MAX, UNZIP_FILES_MAX};
    struct archive_entry *e;
    bool ok;
    int rc = ARCHIVE_OK;

    archive_read_support_format_zip(in);
    archive_read_support_format_tar(in);
    archive_read_support_filter_all(in);
    archive_write_disk_set_options(out, ARCHIVE_EXTRACT_SECURE_SYMLINKS);
    ok = archive_read_open_filename(in, archive, BLOCK) == ARCHIVE_OK ||
         failed(in, err);
    while (ok && (rc = archive_read_next_header(in, &e)) == ARCHIVE_OK)
        ok = take_entry(in, out, e, dir, &left, err);
    if (ok && rc != ARCHIVE_EOF)
        ok = failed(in, err);
    archive_read_free(in);
    archive_write_free(out);
    return ok;
}
