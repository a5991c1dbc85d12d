/* SPDX-License-Identifier: ISC */
#ifndef TEXT_NORMAL_TABLE_H
#define TEXT_NORMAL_TABLE_H

#include <stddef.h>

/* What normal/tables.py makes of the files in normal/: the rules of a language,
 * sorted by what is typed; of several for the same, the first that applies. */
struct normal_rule {
    const char *typed; /* small letters, single spaces */
    const char *meant;
    const char *when; /* conditions, see normal/README; "" always */
};

struct normal_rules {
    const char *lang;
    const struct normal_rule *rules;
    size_t n;
};

extern const struct normal_rules normal_tables[];
extern const size_t normal_tables_n;

#endif
