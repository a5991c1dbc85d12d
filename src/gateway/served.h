/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_SERVED_H
#define GATEWAY_SERVED_H

#include "base/buf.h"
#include "base/span.h"

/*
 * served - which languages the translators serve, and how well, for those who
 * choose one.  Loop thread only.
 */
struct gateway;

/* A JSON list of what one may choose to read: the languages that translators
 * write, or those of the configuration until one has spoken.  Each with what
 * it becomes ("targets") and how good that is ("quality"). */
void served_put_list(struct buf *b, const struct gateway *g);

/* Append to an open JSON object what who reads language gets: "readsFrom", the
 * languages that are translated for them, each with its class; and where there
 * is none, "warning", a sentence for people.  Nothing while no translator says
 * what it can. */
void served_put_reader(
    struct buf *b, const struct gateway *g, struct span language);

#endif
