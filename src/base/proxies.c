/* SPDX-License-Identifier: ISC */
#include "base/proxies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/network.h"

struct proxies {
    bool anybody;
    size_t n;
    struct network nets[PROXIES_MAX];
};

static bool
is_word(const char *text, const char *const words[4])
{
    for (int i = 0; i < 4; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

struct proxies *
proxies_new(const char *text, struct err *err)
{
    static const char *const yes[] = {"true", "1", "yes", "on"};
    static const char *const no[] = {"false", "0", "no", "off"};
    struct proxies *p = xcalloc(1, sizeof(*p));
    struct span rest = span_of(text);

    p->anybody = is_word(text, yes);
    if (p->anybody || is_word(text, no))
        return p;
    while (rest.p) {
        struct span one = span_trim(span_cut(&rest, ','));

        if (p->n < PROXIES_MAX && network_parse(one, &p->nets[p->n])) {
            p->n++;
            continue;
        }
        err_set(err, FAIL_BAD_INPUT,
            "must be true, false or at most %d addresses as 10.0.0.0/8, with "
            "commas: %.*s",
            PROXIES_MAX, SPAN_ARG(one));
        proxies_free(p);
        return NULL;
    }
    return p;
}

void
proxies_free(struct proxies *p)
{
    free(p);
}

static bool
is_trusted(const struct proxies *p, struct span s)
{
    struct network address;

    if (!network_parse_address(s, &address))
        return false;
    for (size_t i = 0; i < p->n; i++)
        if (network_has(&p->nets[i], &address))
            return true;
    return false;
}

/* The last word of a list with commas, which becomes shorter. */
static struct span
take_last(struct span *list)
{
    const char *comma = list->len ? memrchr(list->p, ',', list->len) : NULL;
    struct span last = *list;

    if (comma) {
        last.p = comma + 1;
        last.len = (size_t)(list->p + list->len - last.p);
        list->len = (size_t)(comma - list->p);
    } else {
        *list = (struct span){NULL, 0};
    }
    return span_trim(last);
}

/* Some write "192.0.2.1:4711" and "[2001:db8::1]:4711". */
static struct span
without_port(struct span s)
{
    const char *colon = s.len ? memchr(s.p, ':', s.len) : NULL;
    const char *bracket = s.len ? memchr(s.p, ']', s.len) : NULL;

    if (s.len && s.p[0] == '[' && bracket)
        return (struct span){s.p + 1, (size_t)(bracket - s.p) - 1};
    if (colon && !memchr(colon + 1, ':', s.len - (size_t)(colon + 1 - s.p)))
        return (struct span){s.p, (size_t)(colon - s.p)};
    return s;
}

bool
proxies_are_listed(const struct proxies *p)
{
    return p->n > 0;
}

bool
proxies_trust(const struct proxies *p, const char *peer)
{
    return p->anybody || is_trusted(p, span_of(peer));
}

void
proxies_client(const struct proxies *p, const char *peer, struct span forwarded,
    char ret[ADDRESS_BYTES])
{
    struct span client = span_of(peer);
    struct network unused;
    bool hop = p->anybody;

    while (forwarded.p && (hop || is_trusted(p, client))) {
        struct span before = without_port(take_last(&forwarded));

        if (!network_parse_address(before, &unused))
            break;
        client = before;
        hop = false;
    }
    snprintf(ret, ADDRESS_BYTES, "%.*s", SPAN_ARG(client));
}
