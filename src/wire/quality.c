/* SPDX-License-Identifier: ISC */
#include "wire/quality.h"

static const char *const names[] = {
    [QUALITY_NONE] = "none",
    [QUALITY_ROUGH] = "rough",
    [QUALITY_SURE] = "sure",
};
enum { N_NAMES = sizeof(names) / sizeof(names[0]) };

const char *
quality_name(enum quality q)
{
    return names[q];
}

enum quality
quality_find(struct span name)
{
    for (int i = 0; i < N_NAMES; i++) {
        if (span_eqz(name, names[i]))
            return (enum quality)i;
    }
    return QUALITY_NONE;
}
