/* SPDX-License-Identifier: ISC */
#include "gateway/policy.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/auth.h"

struct policy {
    struct store_policy now;
    bool claimable;
    unsigned char claim[STORE_TOKEN_HASH_BYTES];
};

static const char *const registrations[] = {
    [STORE_OPEN] = "open",
    [STORE_BY_INVITATION] = "invitation",
    [STORE_CLOSED] = "closed",
};

/* The only token that is ever logged: it is worth nothing once used, and who
 * reads the log of this server may as well write to its database. */
static void
offer_claim(struct policy *p)
{
    char token[AUTH_TOKEN_BYTES];

    auth_new_token(token, p->claim);
    p->claimable = true;
    log_info("nobody is admin of this server: whoever has an account and "
             "claims it is admin_claim=%s",
        token);
}

struct policy *
policy_load(struct store *s, struct err *err)
{
    struct policy *p = xcalloc(1, sizeof(*p));
    bool has_admin = false;

    if (!store_policy_get(s, &p->now, err) ||
        !store_has_admin(s, &has_admin, err)) {
        free(p);
        return NULL;
    }
    if (!has_admin)
        offer_claim(p);
    return p;
}

void
policy_free(struct policy *p)
{
    free(p);
}

const struct store_policy *
policy_now(const struct policy *p)
{
    return &p->now;
}

void
policy_set(struct policy *p, const struct store_policy *now)
{
    p->now = *now;
}

bool
policy_check_claim(const struct policy *p, struct span token, struct err *err)
{
    unsigned char hash[STORE_TOKEN_HASH_BYTES];

    if (p->claimable && auth_hash(token, hash) &&
        sodium_memcmp(hash, p->claim, sizeof(hash)) == 0)
        return true;
    return err_set(err, FAIL_NOT_FOUND, "this link is not valid any more");
}

void
policy_claimed(struct policy *p)
{
    p->claimable = false;
}

bool
policy_is_unclaimed(const struct policy *p)
{
    return p->claimable;
}

bool
policy_lets_guest(const struct policy *p, bool invited, struct err *err)
{
    return invited || !p->now.no_guests ||
           err_set(err, FAIL_FORBIDDEN,
               "guests come by an invitation only, or make an account");
}

bool
policy_lets_register(const struct policy *p, bool invited, struct err *err)
{
    if (p->now.registration == STORE_CLOSED)
        return err_set(
            err, FAIL_FORBIDDEN, "nobody can make an account here any more");
    return invited || p->now.registration == STORE_OPEN ||
           err_set(err, FAIL_FORBIDDEN,
               "accounts are made by invitation: come by a link");
}

const char *
policy_registration_name(enum store_registration r)
{
    return registrations[r];
}

enum store_registration
policy_registration_parse(struct span name)
{
    for (int i = STORE_OPEN; i <= STORE_CLOSED; i++)
        if (span_eqz(name, registrations[i]))
            return (enum store_registration)i;
    return STORE_CLOSED;
}
