/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_TEST_HUB_H
#define GATEWAY_TEST_HUB_H

#include <stdio.h>

#include "gateway/hub.h"

/* What the tests of this directory share: people and rooms as if they had been
 * read.  The hub keeps them as long as the test does. */

static inline struct user *
test_user(struct hub *h, const char *id, const char *language, int64_t seen_ms)
{
    struct store_person p = {.seen_ms = seen_ms};

    snprintf(p.user.id, sizeof(p.user.id), "%s", id);
    snprintf(p.user.username, sizeof(p.user.username), "%s", id);
    snprintf(p.user.display_name, sizeof(p.user.display_name), "%s", id);
    snprintf(p.user.language, sizeof(p.user.language), "%s", language);
    return hub_user_put(h, &p);
}

static inline struct room *
test_room(struct hub *h, const char *id, const char *type)
{
    struct store_room r = {.conversation = {.title = "t"}};

    snprintf(r.conversation.id, sizeof(r.conversation.id), "%s", id);
    snprintf(r.conversation.type, sizeof(r.conversation.type), "%s", type);
    return hub_room_put(h, &r);
}

/* As the events of somebody who comes to a room, one after the other. */
static inline void
test_join(struct room *r, struct user *u)
{
    hub_member_add(r, u, CHAT_MEMBER);
    hub_count_members(r, u->language, 1);
}

#endif
