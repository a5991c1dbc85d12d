/* SPDX-License-Identifier: ISC */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

int
file_open(const char *path, uint64_t *ret_bytes, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;

    if (fd < 0) {
        err_set(err, errno == ENOENT ? FAIL_NOT_FOUND : FAIL_SYSTEM,
            "open %s: %m", path);
        return -1;
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        err_set(err, FAIL_BAD_INPUT, "%s is no regular file", path);
        close(fd);
        return -1;
    }
    *ret_bytes = (uint64_t)st.st_size;
    return fd;
}

bool
file_read_all(
    int fd, const char *name, size_t max, struct buf *ret, struct err *err)
{
    size_t before = ret->len;
    ssize_t n;

    do {
        n = read(fd, buf_reserve(ret, CHUNK), CHUNK);
        ret->len += n > 0 ? (size_t)n : 0;
        if (ret->len - before > max)
            return err_set(err, FAIL_TOO_LARGE, "%s is too large", name);
    } while (n > 0 || (n < 0 && errno == EINTR));
    return n == 0 || err_set(err, FAIL_SYSTEM, "read %s: %m", name);
}

bool
file_read(const char *path, size_t max, struct buf *ret, struct err *err)
{
    uint64_t bytes;
    int fd = file_open(path, &bytes, err);
    bool ok;

    if (fd < 0)
        return false;
    ok = file_read_all(fd, path, max, ret, err);
    close(fd);
    return ok;
}

void *
file_map(const char *path, uint64_t max, size_t *ret_bytes, struct err *err)
{
    uint64_t bytes;
    int fd = file_open(path, &bytes, err);
    void *map;

    if (fd < 0)
        return NULL;
    if (bytes == 0 || bytes > max) {
        close(fd);
        err_set(err, bytes == 0 ? FAIL_BAD_INPUT : FAIL_TOO_LARGE,
            "%s has %" PRIu64 " bytes", path, bytes);
        return NULL;
    }
    map = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (map == MAP_FAILED) {
        err_set(err, FAIL_SYSTEM, "map %s: %m", path);
        return NULL;
    }
    *ret_bytes = bytes;
    return map;
}
