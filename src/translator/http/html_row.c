/* SPDX-License-Identifier: ISC */
#include "translator/http/html_row.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum { DEPTH_MAX = 32 }; /* of elements whose end is waited for */

void
html_row_add(struct html_row *r, struct html_token t)
{
    if (r->n == r->cap) {
        r->cap = r->cap ? 2 * r->cap : 16;
        r->tokens = xrealloc(r->tokens, r->cap * sizeof(*r->tokens));
        r->partners = xrealloc(r->partners, r->cap * sizeof(*r->partners));
    }
    r->tokens[r->n++] = t;
}

/* The name of a tag, without "<" or "</". */
static struct span
tag_name(struct span tag)
{
    struct span name = {tag.p + 1 + (tag.p[1] == '/'), 0};

    while (name.p + name.len < tag.p + tag.len &&
           !strchr(" \t\r\n\f/<>", name.p[name.len]))
        name.len++;
    return name;
}

/* An end belongs to the last beginning with its name; those in between stay
 * alone. */
void
html_row_pair(struct html_row *r)
{
    size_t open[DEPTH_MAX], depth = 0, k;

    for (size_t i = 0; i < r->n; i++) {
        struct span tag = r->tokens[i].bytes, name;

        r->partners[i] = (size_t)HTML_ALONE;
        if (r->tokens[i].kind == HTML_TEXT || r->tokens[i].kind == HTML_KEPT ||
            tag.len < 3 || tag.p[1] == '!')
            continue;
        if (tag.p[1] != '/') {
            if (depth < DEPTH_MAX)
                open[depth++] = i;
            continue;
        }
        name = tag_name(tag);
        for (k = depth; k > 0; k--) {
            struct span other = tag_name(r->tokens[open[k - 1]].bytes);

            if (other.len == name.len &&
                strncasecmp(other.p, name.p, name.len) == 0)
                break;
        }
        if (k == 0)
            continue;
        depth = k - 1;
        r->partners[i] = open[depth];
        r->partners[open[depth]] = i;
    }
}

void
html_row_fini(struct html_row *r)
{
    free(r->tokens);
    free(r->partners);
}
