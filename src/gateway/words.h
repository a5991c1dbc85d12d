/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_WORDS_H
#define GATEWAY_WORDS_H

#include "gateway/hub.h"
#include "wire/glossary.h"

/*
 * words - the glossaries: one of the workspace, read from a file at start, and
 * one of each room, kept in the database.  A room's tasks carry both, merged,
 * under a version that names both.  Loop thread only.
 */
struct gateway;

/* The workspace's glossary; path "" is none.  NULL with err filled when the
 * file is not one. */
const struct glossary *words_load(const char *path, struct err *err);

/* May a room have this glossary?  With the workspace's terms it has to fit into
 * a task beside the longest text (FAIL_TOO_LARGE with the sum), and what it
 * makes of a term may not look like an engine's mark of something that it did
 * not know (text/gate.h): such translations are refused. */
bool words_check(const struct glossary *workspace, const struct glossary *own,
    struct err *err);

/* Give a room its own glossary: json as it was stored under version. */
bool words_set_room(const struct glossary *workspace, struct room *room,
    int64_t version, struct span json, struct err *err);

#endif
