/* SPDX-License-Identifier: ISC */
#include "gateway/invite.h"

#include <stdio.h>

#include "gateway/gateway.h"

#define DAY_MS (24 * 3600 * 1000LL)

struct inviter
invite_by(
    const struct gateway *g, const char *user_id, bool admin, int64_t now_ms)
{
    struct inviter by = {.admin = admin,
        .usual = chat_added_by_parse(span_of(g->cfg->added_by)),
        .now_ms = now_ms};

    snprintf(by.id, sizeof(by.id), "%s", user_id);
    return by;
}

static int64_t
again_ms(const struct inviter *by)
{
    return by->now_ms - CHAT_INVITATION_DAYS * DAY_MS;
}

static bool
check_waiting(const struct inviter *by, const struct store_acquaintance *a,
    struct err *err)
{
    if (a->n_asked + by->n >= CHAT_INVITATIONS_SENT_MAX)
        return err_set(err, FAIL_BUSY,
            "too many of your invitations are not accepted yet");
    return (a->n_open < CHAT_INVITATIONS_OPEN_MAX &&
               a->n_of_asker < CHAT_INVITATIONS_PAIR_MAX) ||
           err_set(err, FAIL_BUSY,
               "this person has other invitations to answer first");
}

bool
invite_look(struct inviter *by, struct store *s, struct span room_id,
    struct span user_id, bool *ret_ask, struct err *err)
{
    struct store_acquaintance a;
    enum chat_added_by wish;

    if (!store_acquaintance_get(
            s, span_of(by->id), user_id, room_id, again_ms(by), &a, err))
        return false;
    if (a.blocked)
        return err_set(
            err, FAIL_FORBIDDEN, "you cannot take this person into a group");
    wish = chat_added_by_parse(span_of(a.added_by));
    *ret_ask = !by->admin && !a.bot &&
               !chat_may_add(wish ? wish : by->usual, a.contact);
    if (!*ret_ask || a.asked)
        return true;
    if (!check_waiting(by, &a, err))
        return false;
    by->n++;
    return true;
}

bool
invite_ask(const struct inviter *by, struct store *s, struct span room_id,
    struct span user_id, bool *ret_asked, struct err *err)
{
    struct store_asking asking = {
        room_id, user_id, span_of(by->id), by->now_ms, again_ms(by)};

    return store_invitation_add(s, &asking, ret_asked, err);
}
