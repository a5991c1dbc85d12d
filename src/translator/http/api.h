/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_API_H
#define TRANSLATOR_API_H

#include "base/buf.h"
#include "net/loop.h"
#include "translator/translator.h"

/*
 * api - the translator by HTTP: translations in the shape of LibreTranslate
 * and in the original project's, what languages there are, and how the
 * translator does.  openapi.json describes all of it.
 *
 * Loop thread only.  Life cycle: api_open, api_close, the end of everything
 * that translates, loop_drain, api_free.
 */
struct api;

enum {
    API_BODY_BYTES_MAX = 512 * 1024,
    API_CONNECTIONS_MAX = 512,
    API_HEADER_TIMEOUT_MS = 10000,
    API_BODY_TIMEOUT_MS = 30000,
    API_FRONT_SILENT_MS = 5000, /* a front that has not ticked so long hangs */
};

/* t is borrowed and running, the loop until api_free. */
struct api *api_open(struct loop *l, struct translator *t, struct err *err);
int api_port(const struct api *a);

/* Take over from c what may change while running: limits and API keys, whose
 * file is read again.  Borrows c for the call.  False with nothing changed. */
bool api_apply(struct api *a, const struct conf *c, struct err *err);

/* Answer what is open and listen no more.  NULL is fine. */
void api_close(struct api *a);

/* Close and free.  False when texts are still under way, which is so after a
 * worker or engine hung: then neither a nor the loop may go.  NULL is fine. */
bool api_free(struct api *a);

#endif
