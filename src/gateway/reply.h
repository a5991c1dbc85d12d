/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_REPLY_H
#define GATEWAY_REPLY_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* The envelope of acks and REST answers, appended as JSON text. */
void reply_ok(struct buf *b, struct span data); /* data: JSON or {NULL,0} */
void reply_err(struct buf *b, const struct err *err);
/* {"message":...,"code":...}: the event "error". */
void reply_error_event(struct buf *b, const struct err *err);

#endif
