/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_SITE_H
#define GATEWAY_SITE_H

#include "base/err.h"
#include "base/span.h"

/*
 * site - the web client's files, read into memory at start.  Only what was
 * read can be served, so no path in a request ever reaches the file system.
 */
enum {
    SITE_FILES_MAX = 256,
    SITE_BYTES_MAX = 32 * 1024 * 1024,
};

#define SITE_SIGNED_IN "/signed-in" /* where a provider sends people back to */

struct site;

struct site_file {
    char *path; /* "/app.js"; "/" for index.html */
    const char *type;
    char etag[32]; /* with its quotes */
    bool immutable; /* its name holds a hash of its content */
    char *bytes;
    size_t len;
    struct site_file *gzip; /* the same, compressed; or NULL */
};

/* Load a folder and its sub-folders.  A missing folder is an empty site.  What
 * lies beside a file as FILE.gz is sent to who understands it.  base is "", or
 * where a site of others has ours, as "/chat": in HTML, each attribute that is an
 * address ("/...) is made one below it. */
struct site *site_load(const char *root, const char *base, struct err *err);
void site_free(struct site *s);

/* Answer with the file at the request's path, with index.html where the path
 * names a place in the page (/room/ID, /join/TOKEN, SITE_SIGNED_IN), or 404. */
struct http_req;
void site_serve(const struct site *s, struct http_req *r);

/* The file at a path, or NULL; borrowed. */
const struct site_file *site_find(const struct site *s, struct span path);

#endif
