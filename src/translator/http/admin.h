/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_ADMIN_H
#define TRANSLATOR_ADMIN_H

#include "net/http.h"
#include "translator/translator.h"

/*
 * admin - changes to a running translator by HTTP, for meeshyctl:
 *
 *   POST /admin/pools            {"normal_workers":30,"any_pool_size":500,...}
 *   POST /admin/restart_workers
 *
 * Only from this machine, only with ADMIN_TOKEN as Bearer, and without one set
 * there is nothing here.  Both answer with the sizes that hold now.
 */

/* The handler of POST /admin/: replies to r. */
void admin_handle(struct http_req *r, struct translator *t);

/* May r change things?  False with err filled. */
bool admin_check(const struct http_req *r, const char *token, struct err *err);

/* What the above decides by, for tests. */
bool admin_is_local(const char *peer);
bool admin_may(struct span authorization, const char *token);
/* Change c as the body says; false with c unchanged. */
bool admin_read_sizes(struct span body, struct keeper_cfg *c, struct err *err);

#endif
