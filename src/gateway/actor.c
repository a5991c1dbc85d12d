/* SPDX-License-Identifier: ISC */
#include "gateway/actor.h"

#include "base/clock.h"

static enum chat_standing
standing_of(const struct user *u)
{
    if (!u)
        return CHAT_ANONYMOUS;
    if (u->visitor)
        return CHAT_VISITOR;
    if (u->admin)
        return CHAT_SERVER_ADMIN;
    return u->guest ? CHAT_GUEST : CHAT_ACCOUNT;
}

struct chat_actor
actor_of(const struct user *user, const struct room *room)
{
    struct chat_actor a = {.standing = standing_of(user), .role = CHAT_OUTSIDE};

    a.bot = user ? user->bot : 0;
    if (!user || !room)
        return a;
    a.role = hub_role(room, user);
    a.muted = hub_muted_until(room, user) > clock_wall_ms();
    a.room =
        (struct chat_room){room->archived, room->read_only, room->untranslated};
    return a;
}

bool
actor_may(const struct user *user, const struct room *room, enum chat_act act)
{
    struct chat_actor a = actor_of(user, room);

    return chat_may(&a, act, NULL);
}

bool
actor_take_turn(struct user *user, const struct room *room, struct err *err)
{
    return actor_may(user, room, CHAT_ROOM_HURRY) ||
           hub_slow_take(room, user, clock_mono_us()) ||
           err_set(err, FAIL_RATE,
               "one message in %d seconds: this conversation is slow",
               room->slow_s);
}
