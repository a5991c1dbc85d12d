/* SPDX-License-Identifier: ISC */
#ifndef CTL_BACKUP_H
#define CTL_BACKUP_H

#include "ctl/inventory.h"

/*
 * backup - one file (pack.h) with the database, as it was at one moment, and
 * with what an operator made: glossary, API keys, tables of translations,
 * measured ways, the list of models; and with the files that people sent, as far
 * as the database names them.  Models themselves are not in it: they are
 * large and can be fetched again.
 *
 *     meeshy.db  glossary.json  keys  ways.tsv  memory/NAME.tsv
 *     models/NAME.json  files/SHA256  manifest.json
 */

/* Where these live.  All but the database may be NULL or "": there is none. */
struct backup_places {
    const char *database; /* sqlite:PATH or PATH */
    const char *glossary, *keys; /* files */
    const char *memory, *models; /* folders */
    const char *files; /* the folder that files are in (gateway/files.h) */
};

/* The path of the database. */
const char *backup_database(const struct backup_places *p);

/* Write a backup to the new file to, or to standard output when it is "-".
 * Nothing is ever overwritten; one that fails leaves nothing behind.  secret
 * NULL: not encrypted.  ret is freed by inventory_free either way. */
bool backup_make(const struct backup_places *from, const char *to,
    const char *secret, struct inventory *ret, struct err *err);

#endif
