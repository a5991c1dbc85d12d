/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_PAGE_H
#define GATEWAY_PAGE_H

#include "base/buf.h"
#include "store/store.h"

/*
 * page - messages with their translations, made into JSON on the thread that
 * reads them.  Zeroed memory is an empty page; page_free makes it one again.
 * A page belongs to one thread at a time.
 */
enum {
    /* A page ends early that grows larger: long messages with translations into
     * every language would be a hundred times that.  The loop writes a page in
     * one piece, and a socket has so much unread at most (OUT_BYTES_MAX). */
    PAGE_BYTES_MAX = 512 * 1024,
};

struct page {
    struct page_row {
        char id[ID_BYTES], room_id[65];
        int64_t seq;
        struct buf json; /* open: its translations follow */
        size_t n_translations;
        bool dropped;
    } * rows;
    size_t n, cap;
    size_t at; /* where the last translation went */
    size_t bytes; /* of the rows that are not dropped */
};

/* Rows of the store; ctx is the page.  Translations come after all messages,
 * in the order of their messages; those of others are ignored. */
void page_message(const struct store_message *m, void *ctx);
void page_translation(const struct store_translation *t, void *ctx);

/* Leave a row out, with the translations that are still to come. */
void page_drop(struct page *p, size_t i);

/* Append the list. */
void page_put(struct buf *b, const struct page *p);
void page_free(struct page *p);

#endif
