/* SPDX-License-Identifier: ISC */
#include "gateway/site.h"

#include <assert.h>
#include <errno.h>
#include <fts.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/map.h"
#include "base/mem.h"
#include "net/http.h"

#define HTML "text/html"

enum {
    HASH_BYTES = 12,
    NAME_HASH_LEN_MIN = 8,
    GZIP_FORMAT = 16, /* zlib: with the head of a .gz */
};

struct site {
    struct map *by_path;
    size_t bytes;
};

static const char *
type_of(const char *path)
{
    static const struct {
        const char *ending, *type;
    } types[] = {
        {".html", HTML "; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".txt", "text/plain; charset=utf-8"},
        {".map", "application/json"},
    };
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot && i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(dot, types[i].ending) == 0)
            return types[i].type;
    return "application/octet-stream";
}

/* "app-3F2A9C1B.js": such a name never gets another content. */
static bool
has_hashed_name(const char *path)
{
    const char *dash = strrchr(path, '-');
    size_t n = dash ? strcspn(dash + 1, ".") : 0;

    return n >= NAME_HASH_LEN_MIN && dash[1 + n] == '.' &&
           strspn(dash + 1, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "abcdefghijklmnopqrstuvwxyz") == n;
}

static void
fill_etag(struct site_file *f)
{
    unsigned char hash[crypto_generichash_BYTES_MIN];
    char hex[HASH_BYTES * 2 + 1];

    crypto_generichash(
        hash, sizeof(hash), (const unsigned char *)f->bytes, f->len, NULL, 0);
    sodium_bin2hex(hex, sizeof(hex), hash, HASH_BYTES);
    snprintf(f->etag, sizeof(f->etag), "\"%s\"", hex);
}

static bool
read_all(const char *path, size_t size, char *out, struct err *err)
{
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(out, 1, size, f) : 0;

    if (f)
        fclose(f);
    return n == size || err_set(err, FAIL_SYSTEM, "read %s: %m", path);
}

static bool
add_file(struct site *s, const char *root, const FTSENT *e, struct err *err)
{
    size_t len = (size_t)e->fts_statp->st_size;
    struct site_file *f;

    if (map_len(s->by_path) == SITE_FILES_MAX ||
        s->bytes + len > SITE_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "too much under %s", root);
    f = xcalloc(1, sizeof(*f));
    f->path = xstrdup(e->fts_path + strlen(root));
    f->type = type_of(f->path);
    f->immutable = has_hashed_name(f->path);
    f->bytes = xmalloc(len + 1);
    f->len = len;
    if (strcmp(f->path, "/index.html") == 0)
        f->path[1] = '\0';
    s->bytes += len;
    map_put(s->by_path, span_of(f->path), f);
    if (!read_all(e->fts_path, len, f->bytes, err))
        return false;
    fill_etag(f);
    return true;
}

/* Each file knows the compressed one beside it. */
static void
link_gzip(struct site *s)
{
    struct site_file *f;
    size_t pos = 0;

    while ((f = map_next(s->by_path, &pos, NULL)) != NULL) {
        struct buf path = {0};
        buf_addf(&path, "%s.gz", f->path[1] ? f->path : "/index.html");
        f->gzip = map_get(s->by_path, buf_span(&path));
        buf_free(&path);
    }
}

/* text with base before each address of an attribute. */
static void
put_below(struct buf *b, struct span text, const char *base)
{
    static const char address[] = "=\"/";
    const char *at;

    while ((at = memmem(text.p, text.len, address, strlen(address)))) {
        size_t n = (size_t)(at - text.p) + strlen("=\"");

        buf_add(b, text.p, n);
        buf_addz(b, base);
        text = (struct span){text.p + n, text.len - n};
    }
    buf_adds(b, text);
}

static void
gzip(struct buf *b, struct span text)
{
    z_stream z = {.next_in = (Bytef *)text.p, .avail_in = (uInt)text.len};
    int rc = deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED,
        MAX_WBITS + GZIP_FORMAT, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY);
    size_t room = rc == Z_OK ? deflateBound(&z, (uLong)text.len) : 0;

    assert(rc == Z_OK);
    *b = (struct buf){xmalloc(room), 0, room};
    z.next_out = (Bytef *)b->p;
    z.avail_out = (uInt)room;
    rc = deflate(&z, Z_FINISH);
    assert(rc == Z_STREAM_END);
    b->len = z.total_out;
    deflateEnd(&z);
}

/* Give f the bytes of b, which is empty after. */
static void
exchange(struct site *s, struct site_file *f, struct buf *b)
{
    s->bytes += b->len - f->len;
    free(f->bytes);
    f->bytes = b->p;
    f->len = b->len;
    *b = (struct buf){0};
    fill_etag(f);
}

/* Pages name their files, and themselves, from the root of the site. */
static void
move_pages(struct site *s, const char *base)
{
    struct site_file *f;
    size_t pos = 0;

    while (*base && (f = map_next(s->by_path, &pos, NULL)) != NULL) {
        struct buf moved = {0}, packed = {0};

        if (strncmp(f->type, HTML, strlen(HTML)) != 0)
            continue;
        put_below(&moved, (struct span){f->bytes, f->len}, base);
        if (f->gzip) {
            gzip(&packed, buf_span(&moved));
            exchange(s, f->gzip, &packed);
        }
        exchange(s, f, &moved);
    }
}

struct site *
site_load(const char *root, const char *base, struct err *err)
{
    struct site *s = xcalloc(1, sizeof(*s));
    char *dir = xstrdup(root);
    char *const paths[] = {dir, NULL};
    FTS *tree;
    FTSENT *e;
    bool ok = true;

    while (strlen(dir) > 1 && dir[strlen(dir) - 1] == '/')
        dir[strlen(dir) - 1] = '\0';
    s->by_path = map_new();
    tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    while (ok && tree && (e = fts_read(tree)) != NULL)
        if (e->fts_info == FTS_F)
            ok = add_file(s, dir, e, err);
    if (tree)
        fts_close(tree);
    free(dir);
    link_gzip(s);
    move_pages(s, base);
    if (map_len(s->by_path) == 0)
        log_warn("no web client found under %s", root);
    if (ok)
        return s;
    site_free(s);
    return NULL;
}

void
site_free(struct site *s)
{
    struct site_file *f;
    size_t pos = 0;

    if (!s)
        return;
    while ((f = map_next(s->by_path, &pos, NULL)) != NULL) {
        free(f->path);
        free(f->bytes);
        free(f);
    }
    map_free(s->by_path);
    free(s);
}

const struct site_file *
site_find(const struct site *s, struct span path)
{
    return map_get(s->by_path, path);
}

/* Places in the page are one file, and the dashboard is another. */
static struct span
page_of(struct span path)
{
    if (span_starts(path, SPAN("/room/")) ||
        span_starts(path, SPAN("/join/")) || span_eqz(path, SITE_SIGNED_IN))
        return SPAN("/");
    return span_eqz(path, "/admin") ? SPAN("/admin.html") : path;
}

/* "q=0", "q=0.0" and the like: anything but this. */
static bool
is_refused(struct span weight)
{
    if (!span_starts(weight, SPAN("q=0")))
        return false;
    for (size_t i = 3; i < weight.len; i++)
        if (weight.p[i] != '.' && weight.p[i] != '0')
            return false;
    return true;
}

/* Does an Accept-Encoding (RFC 9110 12.5.3) name gzip? */
static bool
takes_gzip(struct span accept)
{
    while (accept.p) {
        struct span one = span_trim(span_cut(&accept, ','));
        struct span coding = span_trim(span_cut(&one, ';'));

        if (span_eqz(coding, "gzip"))
            return !is_refused(span_trim(one));
    }
    return false;
}

void
site_serve(const struct site *s, struct http_req *r)
{
    static const char security[] =
        "Content-Security-Policy: default-src 'none'; script-src 'self'; "
        "style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self'; "
        "font-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
        "Referrer-Policy: no-referrer\r\n";
    struct span path = http_req_path(r);
    const struct site_file *f = site_find(s, page_of(path));
    const char *type = f ? f->type : NULL, *coding = "";
    char headers[768];
    struct err err;

    if (!f) {
        err_set(&err, FAIL_NOT_FOUND, "nothing here");
        http_reply_err(r, &err);
        return;
    }
    snprintf(headers, sizeof(headers), "Cache-Control: %s\r\n",
        f->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (f->gzip && takes_gzip(http_req_header(r, "accept-encoding"))) {
        f = f->gzip;
        coding = "Content-Encoding: gzip\r\n";
    }
    snprintf(headers + strlen(headers), sizeof(headers) - strlen(headers),
        "ETag: %s\r\nVary: Accept-Encoding\r\n%s%s", f->etag, coding, security);
    if (http_req_knows(r, f->etag))
        http_reply(r, 304, type, SPAN(""), headers);
    else
        http_reply(r, 200, type, (struct span){f->bytes, f->len}, headers);
}
