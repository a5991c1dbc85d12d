/* SPDX-License-Identifier: ISC */
#include "models/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "models/registry.h"

enum {
    TAG_BYTES_MAX = 2048, /* of what a server calls a version of a file */
    STATUS_OK = 200,
    STATUS_PARTIAL = 206,
    STATUS_RANGE = 416, /* there is nothing from there on */
    STATUS_MANY = 429,
    STATUS_BROKEN = 500,
    POLL_MS = 100, /* between two looks at cancel */
};

struct fetch {
    struct fetch_cfg cfg;
    CURL *curl;
};

/* One request. */
struct call {
    struct fetch *f;
    const char *url;
    uint64_t max;
    struct buf *mem; /* the body's place: this, or fd */
    int fd;
    uint64_t have; /* in the place: before, and then with the body */
    uint64_t asked; /* Range from here; 0: the whole */
    uint64_t first; /* byte that the server says it begins with */
    bool begun; /* the first byte of the body was seen */
    long status; /* of the answer at hand, also of a redirect */
    char tag[TAG_BYTES_MAX]; /* strong ETag or Last-Modified; empty: none */
    struct err *err;
    bool told; /* err says why it ended: no use trying again */
};

/* ---- starting and ending ---- */

static int
or_default(int given, int usual)
{
    return given ? given : usual;
}

struct fetch *
fetch_new(const struct fetch_cfg *cfg, struct err *err)
{
    struct fetch *f = xcalloc(1, sizeof(*f));

    f->cfg = *cfg;
    f->cfg.tries = or_default(cfg->tries, FETCH_TRIES);
    f->cfg.pause_ms = or_default(cfg->pause_ms, FETCH_PAUSE_MS);
    f->cfg.connect_ms = or_default(cfg->connect_ms, FETCH_CONNECT_MS);
    f->cfg.slow_s = or_default(cfg->slow_s, FETCH_SLOW_S);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        f->curl = curl_easy_init();
    if (f->curl)
        return f;
    err_set(err, FAIL_SYSTEM, "libcurl does not start");
    fetch_free(f);
    return NULL;
}

void
fetch_free(struct fetch *f)
{
    if (!f)
        return;
    if (f->curl)
        curl_easy_cleanup(f->curl);
    curl_global_cleanup();
    free(f);
}

static bool
is_cancelled(const struct fetch *f)
{
    return f->cfg.cancel && atomic_load(f->cfg.cancel);
}

static bool
give_up(struct call *c, enum fail kind, const char *why)
{
    c->told = true;
    return err_set(c->err, kind, "%s", why);
}

/* ---- what libcurl calls ---- */

/* The last hop decides: it must be encrypted, or not leave the machine. */
static int
on_connected(void *ctx, char *peer, char *from, int peer_port, int from_port)
{
    struct call *c = ctx;
    char *scheme = NULL;

    (void)from;
    (void)peer_port;
    (void)from_port;
    curl_easy_getinfo(c->f->curl, CURLINFO_SCHEME, &scheme);
    if (!scheme || strcasecmp(scheme, "http") != 0 ||
        strncmp(peer, "127.", 4) == 0 || strcmp(peer, "::1") == 0)
        return CURL_PREREQFUNC_OK;
    give_up(c, FAIL_FORBIDDEN, "only https may leave this machine");
    return CURL_PREREQFUNC_ABORT;
}

static int
on_progress(void *ctx, curl_off_t total, curl_off_t now, curl_off_t up_total,
    curl_off_t up_now)
{
    struct call *c = ctx;
    const struct fetch_cfg *cfg = &c->f->cfg;

    (void)up_total;
    (void)up_now;
    if (is_cancelled(c->f)) {
        give_up(c, FAIL_BUSY, "it was stopped");
        return 1;
    }
    if (cfg->on_progress && c->begun)
        cfg->on_progress(cfg->ctx, c->have,
            total > 0 ? c->have - (uint64_t)now + (uint64_t)total : 0);
    return 0;
}

static bool
header_is(struct span *line, const char *name)
{
    size_t n = strlen(name);

    if (line->len <= n || strncasecmp(line->p, name, n) != 0 ||
        line->p[n] != ':')
        return false;
    *line = span_trim((struct span){line->p + n + 1, line->len - n - 1});
    return true;
}

static void
set_tag(struct call *c, struct span value)
{
    if (value.len == 0 || value.len >= sizeof(c->tag))
        return;
    for (size_t i = 0; i < value.len; i++)
        if (value.p[i] < ' ' || value.p[i] > '~')
            return;
    memcpy(c->tag, value.p, value.len);
    c->tag[value.len] = '\0';
}

/* "bytes 100-199/200": which byte comes first. */
static void
set_first(struct call *c, struct span value)
{
    long long n;

    if (!span_starts(value, SPAN("bytes ")))
        return;
    value = (struct span){value.p + 6, value.len - 6};
    if (span_int(span_cut(&value, '-'), 0, INT64_MAX, &n))
        c->first = (uint64_t)n;
}

static size_t
on_header(char *p, size_t size, size_t n, void *ctx)
{
    struct call *c = ctx;
    struct span line = {p, size * n};

    if (span_starts(line, SPAN("HTTP/"))) { /* a new answer begins */
        c->tag[0] = '\0';
        c->first = UINT64_MAX;
    } else if (header_is(&line, "ETag")) {
        if (!span_starts(line, SPAN("W/")))
            set_tag(c, line);
    } else if (header_is(&line, "Last-Modified")) {
        if (!c->tag[0])
            set_tag(c, line);
    } else if (header_is(&line, "Content-Range")) {
        set_first(c, line);
    }
    return size * n;
}

/* The leftovers of before are not the beginning of what comes. */
static bool
start_over(struct call *c)
{
    if (c->have == 0)
        return true;
    c->have = 0;
    c->asked = 0;
    if (c->mem) {
        buf_reset(c->mem);
        return true;
    }
    if (ftruncate(c->fd, 0) == 0 && lseek(c->fd, 0, SEEK_SET) == 0)
        return true;
    c->told = true;
    return err_set(c->err, FAIL_SYSTEM, "write: %m");
}

/* Beside the file: the URL and the server's word for this version. */
static void
save_tag(const char *path, const char *url, const char *tag)
{
    struct buf name = {0};
    char *file;
    FILE *f;

    buf_addf(&name, "%s.tag", path);
    file = buf_take(&name);
    f = tag[0] ? fopen(file, "we") : NULL;
    if (f)
        fprintf(f, "%s\n%s\n", url, tag);
    if (!f || fclose(f) != 0)
        unlink(file); /* then the leftovers are no use: that is all */
    free(file);
}

static bool
begin(struct call *c, const char *path)
{
    c->begun = true;
    if (c->asked > 0 && (c->status != STATUS_PARTIAL || c->first != c->asked) &&
        !start_over(c))
        return false;
    if (path)
        save_tag(path, c->url, c->tag);
    return true;
}

static bool
store(struct call *c, const char *p, size_t n)
{
    if (c->mem) {
        buf_add(c->mem, p, n);
        return true;
    }
    while (n > 0) {
        ssize_t done = write(c->fd, p, n);
        if (done < 0) {
            c->told = true;
            return err_set(c->err, FAIL_SYSTEM, "write: %m");
        }
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* The place, with its path for the tag, behind one pointer for libcurl. */
struct sink {
    struct call *call;
    const char *path; /* NULL: memory */
};

static size_t
on_body(char *p, size_t size, size_t n, void *ctx)
{
    struct sink *sink = ctx;
    struct call *c = sink->call;
    size_t len = size * n;

    if (!c->begun) {
        curl_easy_getinfo(c->f->curl, CURLINFO_RESPONSE_CODE, &c->status);
        if (c->status >= 300) /* its text is not for us */
            return len;
        if (!begin(c, sink->path))
            return 0;
    }
    if (c->have + len > c->max) {
        give_up(c, FAIL_TOO_LARGE, "it is larger than it may be");
        return 0;
    }
    if (!store(c, p, len))
        return 0;
    c->have += len;
    return len;
}

/* ---- one request ---- */

static struct curl_slist *
set_range(struct call *c, const char *tag, char range[32])
{
    struct buf b = {0};
    struct curl_slist *list = NULL;
    char *line;

    if (c->asked == 0)
        return NULL;
    snprintf(range, 32, "%" PRIu64 "-", c->asked);
    curl_easy_setopt(c->f->curl, CURLOPT_RANGE, range);
    if (!tag[0])
        return NULL;
    buf_addf(&b, "If-Range: %s", tag);
    line = buf_take(&b);
    list = curl_slist_append(NULL, line);
    free(line);
    return list;
}

static void
set_limits(CURL *curl, const struct fetch_cfg *cfg, const char *url)
{
    bool plain = strncmp(url, "http:", 5) == 0;
    bool disk = strncmp(url, "file:", 5) == 0;
    const char *protocols = disk ? "file" : plain ? "http,https" : "https";

    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(
        curl, CURLOPT_REDIR_PROTOCOLS_STR, plain ? "http,https" : "https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, disk ? 0L : 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)FETCH_REDIRECTS_MAX);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)cfg->connect_ms);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)FETCH_SLOW_BYTES);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)cfg->slow_s);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)FETCH_TOTAL_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "meeshy/" MEESHY_VERSION);
    if (plain)
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
}

static CURLcode
perform(struct call *c, const char *tag, const char *path)
{
    CURL *curl = c->f->curl;
    struct sink sink = {c, path};
    struct curl_slist *list;
    char range[32];
    CURLcode rc;

    curl_easy_reset(curl);
    set_limits(curl, &c->f->cfg, c->url);
    list = set_range(c, tag, range);
    curl_easy_setopt(curl, CURLOPT_URL, c->url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, on_connected);
    curl_easy_setopt(curl, CURLOPT_PREREQDATA, c);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, c);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &sink);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, c);
    c->begun = false;
    c->first = UINT64_MAX;
    rc = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &c->status);
    curl_slist_free_all(list);
    return rc;
}

enum outcome { DONE, AGAIN, FAILED };

static enum outcome
judge(struct call *c, CURLcode rc)
{
    if (c->told)
        return FAILED;
    if (c->status == STATUS_RANGE && c->asked > 0) {
        /* All of it was there already, or it is another file by now. */
        return start_over(c) ? AGAIN : FAILED;
    }
    /* After a redirect that failed, libcurl knows why. */
    if (c->status >= 400 || (c->status >= 300 && rc == CURLE_OK)) {
        err_set(c->err, c->status == 404 ? FAIL_NOT_FOUND : FAIL_SYSTEM,
            "the server answers %ld", c->status);
        return c->status >= STATUS_BROKEN || c->status == STATUS_MANY ? AGAIN
                                                                      : FAILED;
    }
    if (rc == CURLE_OK)
        return DONE;
    err_set(c->err, FAIL_SYSTEM, "%s", curl_easy_strerror(rc));
    switch ((int)rc) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_TOO_MANY_REDIRECTS:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_FILE_COULDNT_READ_FILE:
        return FAILED;
    default:
        return AGAIN;
    }
}

/* False when it was cancelled meanwhile. */
static bool
pause_for(struct call *c, int ms)
{
    for (; ms > 0 && !is_cancelled(c->f); ms -= POLL_MS)
        poll(NULL, 0, ms < POLL_MS ? ms : POLL_MS);
    return !is_cancelled(c->f) || give_up(c, FAIL_BUSY, "it was stopped");
}

/* tag: what the leftovers are of; changes with the server's. */
static bool
try_often(struct call *c, char *tag, const char *path)
{
    const struct fetch_cfg *cfg = &c->f->cfg;
    int pause_ms = cfg->pause_ms;

    for (int i = 0; i < cfg->tries; i++) {
        CURLcode rc;

        if (i > 0 && !pause_for(c, pause_ms))
            return false;
        pause_ms *= i > 0 ? 2 : 1;
        c->asked = tag[0] ? c->have : 0;
        if (c->asked == 0 && !start_over(c))
            return false;
        rc = perform(c, tag, path);
        if (c->begun)
            memcpy(tag, c->tag, TAG_BYTES_MAX);
        switch (judge(c, rc)) {
        case DONE:
            return true;
        case FAILED:
            return false;
        case AGAIN:
            break;
        }
    }
    return false;
}

bool
fetch_bytes(struct fetch *f, const char *url, size_t max, struct buf *ret,
    struct err *err)
{
    struct err own = {0};
    char tag[TAG_BYTES_MAX] = "";
    struct buf body = {0};
    struct call c = {
        .f = f, .url = url, .max = max, .mem = &body, .fd = -1, .err = &own};
    bool ok;

    if (!registry_url_valid(span_of(url)))
        return err_set(
            err, FAIL_BAD_INPUT, "no URL that we may use: %.100s", url);
    ok = try_often(&c, tag, NULL);
    if (ok)
        buf_adds(ret, buf_span(&body));
    else
        err_set(err, own.kind, "%.120s: %.70s", url, own.text);
    buf_free(&body);
    return ok;
}

/* The tag of the leftovers at path, when they are of url. */
static void
load_tag(const char *path, const char *url, char tag[TAG_BYTES_MAX])
{
    char text[TAG_BYTES_MAX + REGISTRY_URL_LEN_MAX + REGISTRY_PATH_LEN_MAX];
    struct buf name = {0};
    struct span rest;
    char *file;
    FILE *f;
    size_t n;

    tag[0] = '\0';
    buf_addf(&name, "%s.tag", path);
    file = buf_take(&name);
    f = fopen(file, "re");
    n = f ? fread(text, 1, sizeof(text), f) : 0;
    if (f)
        fclose(f);
    free(file);
    rest = (struct span){text, n};
    if (n > 0 && text[n - 1] == '\n' && span_eqz(span_cut(&rest, '\n'), url)) {
        rest = span_trim(rest);
        if (rest.len < TAG_BYTES_MAX && !memchr(rest.p, '\n', rest.len)) {
            memcpy(tag, rest.p, rest.len);
            tag[rest.len] = '\0';
        }
    }
}

bool
fetch_file(struct fetch *f, const char *url, const char *path, uint64_t max,
    struct err *err)
{
    struct err own = {0};
    char tag[TAG_BYTES_MAX];
    struct call c = {.f = f, .url = url, .max = max, .err = &own};
    struct stat st;
    bool ok;

    if (strlen(url) > REGISTRY_URL_LEN_MAX + REGISTRY_PATH_LEN_MAX)
        return err_set(err, FAIL_TOO_LARGE, "the URL is too long");
    c.fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (c.fd < 0)
        return err_set(err, FAIL_SYSTEM, "open %s: %m", path);
    load_tag(path, url, tag);
    c.have = fstat(c.fd, &st) == 0 ? (uint64_t)st.st_size : 0;
    if (!tag[0] || c.have > max)
        ok = start_over(&c);
    else
        ok = lseek(c.fd, 0, SEEK_END) >= 0;
    ok = ok && try_often(&c, tag, path);
    if (!ok)
        err_set(err, own.kind, "%.120s: %.70s", url, own.text);
    close(c.fd);
    return ok;
}
