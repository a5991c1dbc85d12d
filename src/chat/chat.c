/* SPDX-License-Identifier: ISC */
#include "chat/chat.h"

#include <assert.h>

enum { NEVER = CHAT_OWNER + 1 }; /* a role that nobody has */

static const char only_admins[] =
    "only an admin of the conversation may do this";
static const char only_moderators[] =
    "only a moderator of the conversation may do this";

/* The least standing and the least role for an act; `own` is the least role
 * for what concerns a message of one's own.  A zero role asks for none. */
static const struct rule {
    enum chat_standing standing;
    int role, own;
    enum fail outside; /* what somebody outside is told */
    const char *inside; /* what a member with too low a role is told */
} rules[CHAT_ACTS] = {
    [CHAT_LOOK] = {CHAT_ANONYMOUS, 0, 0, 0, NULL},
    [CHAT_ENTER] = {CHAT_ANONYMOUS, 0, 0, 0, NULL},
    [CHAT_USE] = {CHAT_VISITOR, 0, 0, 0, NULL},
    [CHAT_UPGRADE] = {CHAT_VISITOR, 0, 0, 0, NULL},
    [CHAT_ACCOUNT_USE] = {CHAT_ACCOUNT, 0, 0, 0, NULL},
    [CHAT_ADMINISTER] = {CHAT_SERVER_ADMIN, 0, 0, 0, NULL},
    [CHAT_ROOM_MAKE] = {CHAT_GUEST, 0, 0, 0, NULL},
    [CHAT_ROOM_SEE] = {CHAT_VISITOR, CHAT_READER, CHAT_READER, FAIL_NOT_FOUND,
        NULL},
    [CHAT_ROOM_FOLLOW] = {CHAT_VISITOR, CHAT_READER, CHAT_READER,
        FAIL_FORBIDDEN, NULL},
    [CHAT_ROOM_SIGNAL] = {CHAT_VISITOR, CHAT_MEMBER, CHAT_MEMBER,
        FAIL_FORBIDDEN, "you may only read in this conversation"},
    [CHAT_ROOM_HURRY] = {CHAT_GUEST, CHAT_MODERATOR, CHAT_MODERATOR,
        FAIL_NOT_FOUND, only_moderators},
    [CHAT_PERSON_FIND] = {CHAT_GUEST, 0, 0, 0, NULL},
    [CHAT_ROOM_FIND] = {CHAT_GUEST, 0, 0, 0, NULL},
    [CHAT_INVITATION_ACCEPT] = {CHAT_GUEST, 0, 0, 0, NULL},
    [CHAT_ROOM_LEAVE] = {CHAT_VISITOR, CHAT_READER, CHAT_READER, FAIL_NOT_FOUND,
        NULL},
    [CHAT_ROOM_CHANGE] = {CHAT_GUEST, CHAT_ADMIN, CHAT_ADMIN, FAIL_NOT_FOUND,
        only_admins},
    [CHAT_ROOM_GIVE] = {CHAT_GUEST, CHAT_OWNER, CHAT_OWNER, FAIL_NOT_FOUND,
        "only the owner of the conversation may do this"},
    [CHAT_MESSAGE_READ] = {CHAT_VISITOR, CHAT_READER, CHAT_READER,
        FAIL_NOT_FOUND, NULL},
    [CHAT_MESSAGE_SEND] = {CHAT_VISITOR, CHAT_MEMBER, CHAT_MEMBER,
        FAIL_FORBIDDEN, "you may only read in this conversation"},
    [CHAT_MESSAGE_EDIT] = {CHAT_VISITOR, NEVER, CHAT_MEMBER, FAIL_NOT_FOUND,
        "not your message"},
    [CHAT_MESSAGE_DELETE] = {CHAT_VISITOR, CHAT_MODERATOR, CHAT_READER,
        FAIL_NOT_FOUND, "not your message"},
    [CHAT_MESSAGE_TRANSLATE] = {CHAT_VISITOR, CHAT_READER, CHAT_READER,
        FAIL_NOT_FOUND, NULL},
    [CHAT_MESSAGE_SEE] = {CHAT_VISITOR, CHAT_READER, CHAT_READER,
        FAIL_NOT_FOUND, NULL},
    [CHAT_MESSAGE_REVISIONS] = {CHAT_VISITOR, CHAT_MODERATOR, CHAT_READER,
        FAIL_NOT_FOUND, "not your message"},
    [CHAT_MESSAGE_REACT] = {CHAT_VISITOR, CHAT_MEMBER, CHAT_MEMBER,
        FAIL_NOT_FOUND, "you may only read in this conversation"},
    [CHAT_MESSAGE_PIN] = {CHAT_VISITOR, CHAT_MODERATOR, CHAT_MODERATOR,
        FAIL_NOT_FOUND, "only a moderator of the conversation may do this"},
    [CHAT_MENTION_ALL] = {CHAT_GUEST, CHAT_MODERATOR, CHAT_MODERATOR,
        FAIL_NOT_FOUND, "only a moderator of the conversation may do this"},
    [CHAT_MEMBER_ADD] = {CHAT_GUEST, CHAT_MEMBER, CHAT_MEMBER, FAIL_NOT_FOUND,
        "you may only read in this conversation"},
    [CHAT_MEMBER_REMOVE] = {CHAT_GUEST, CHAT_MODERATOR, CHAT_MODERATOR,
        FAIL_NOT_FOUND, only_moderators},
    [CHAT_MEMBER_RANK] = {CHAT_GUEST, CHAT_ADMIN, CHAT_ADMIN, FAIL_NOT_FOUND,
        only_admins},
    [CHAT_MEMBER_MUTE] = {CHAT_GUEST, CHAT_MODERATOR, CHAT_MODERATOR,
        FAIL_NOT_FOUND, only_moderators},
    [CHAT_MEMBER_BAN] = {CHAT_GUEST, CHAT_MODERATOR, CHAT_MODERATOR,
        FAIL_NOT_FOUND, only_moderators},
    [CHAT_REPORT_SEE] = {CHAT_GUEST, CHAT_MODERATOR, CHAT_MODERATOR,
        FAIL_NOT_FOUND, only_moderators},
    [CHAT_LINK_MAKE] = {CHAT_GUEST, CHAT_MODERATOR, CHAT_MODERATOR,
        FAIL_NOT_FOUND, only_moderators},
    [CHAT_GLOSSARY_SEE] = {CHAT_VISITOR, CHAT_READER, CHAT_READER,
        FAIL_NOT_FOUND, NULL},
    [CHAT_GLOSSARY_SET] = {CHAT_GUEST, CHAT_ADMIN, CHAT_ADMIN, FAIL_NOT_FOUND,
        only_admins},
    [CHAT_HOOK_MAKE] = {CHAT_GUEST, CHAT_ADMIN, CHAT_ADMIN, FAIL_NOT_FOUND,
        only_admins},
    [CHAT_HOOK_POST] = {CHAT_GUEST, CHAT_MEMBER, CHAT_MEMBER, FAIL_FORBIDDEN,
        "you may only read in this conversation"},
};

/* The scope that a program needs for an act; none: no program may. */
static const unsigned scopes[CHAT_ACTS] = {
    [CHAT_LOOK] = CHAT_SCOPE_READ | CHAT_SCOPE_WRITE | CHAT_SCOPE_MANAGE,
    [CHAT_USE] = CHAT_SCOPE_READ,
    [CHAT_ROOM_MAKE] = CHAT_SCOPE_MANAGE,
    [CHAT_ROOM_SEE] = CHAT_SCOPE_READ,
    [CHAT_ROOM_FOLLOW] = CHAT_SCOPE_READ,
    [CHAT_ROOM_SIGNAL] = CHAT_SCOPE_WRITE,
    [CHAT_ROOM_HURRY] = CHAT_SCOPE_WRITE,
    [CHAT_PERSON_FIND] = CHAT_SCOPE_READ,
    [CHAT_ROOM_FIND] = CHAT_SCOPE_MANAGE,
    [CHAT_ROOM_LEAVE] = CHAT_SCOPE_MANAGE,
    [CHAT_ROOM_CHANGE] = CHAT_SCOPE_MANAGE,
    [CHAT_MESSAGE_READ] = CHAT_SCOPE_READ,
    [CHAT_MESSAGE_SEND] = CHAT_SCOPE_WRITE,
    [CHAT_MESSAGE_EDIT] = CHAT_SCOPE_WRITE,
    [CHAT_MESSAGE_DELETE] = CHAT_SCOPE_WRITE,
    [CHAT_MESSAGE_TRANSLATE] = CHAT_SCOPE_READ,
    [CHAT_MESSAGE_SEE] = CHAT_SCOPE_READ,
    [CHAT_MESSAGE_REVISIONS] = CHAT_SCOPE_READ,
    [CHAT_MESSAGE_REACT] = CHAT_SCOPE_WRITE,
    [CHAT_MESSAGE_PIN] = CHAT_SCOPE_MANAGE,
    [CHAT_MENTION_ALL] = CHAT_SCOPE_WRITE,
    [CHAT_MEMBER_ADD] = CHAT_SCOPE_MANAGE,
    [CHAT_MEMBER_REMOVE] = CHAT_SCOPE_MANAGE,
    [CHAT_MEMBER_RANK] = CHAT_SCOPE_MANAGE,
    [CHAT_MEMBER_MUTE] = CHAT_SCOPE_MANAGE,
    [CHAT_MEMBER_BAN] = CHAT_SCOPE_MANAGE,
    [CHAT_REPORT_SEE] = CHAT_SCOPE_MANAGE,
    [CHAT_LINK_MAKE] = CHAT_SCOPE_MANAGE,
    [CHAT_GLOSSARY_SEE] = CHAT_SCOPE_READ,
    [CHAT_GLOSSARY_SET] = CHAT_SCOPE_MANAGE,
    [CHAT_HOOK_POST] = CHAT_SCOPE_HOOK,
};

static const char *const role_names[] = {
    [CHAT_BANNED] = "banned",
    [CHAT_OUTSIDE] = "outside",
    [CHAT_READER] = "reader",
    [CHAT_MEMBER] = "member",
    [CHAT_MODERATOR] = "moderator",
    [CHAT_ADMIN] = "admin",
    [CHAT_OWNER] = "owner",
};

const char *
chat_role_name(enum chat_role role)
{
    return role_names[role];
}

enum chat_role
chat_role_parse(struct span name)
{
    for (int role = CHAT_BANNED; role <= CHAT_OWNER; role++)
        if (span_eqz(name, role_names[role]))
            return (enum chat_role)role;
    return CHAT_OUTSIDE;
}

static const char *const added_by_names[] = {
    [CHAT_ADDED_BY_UNSAID] = "",
    [CHAT_ADDED_BY_EVERYBODY] = "everybody",
    [CHAT_ADDED_BY_CONTACTS] = "contacts",
    [CHAT_ADDED_BY_NOBODY] = "nobody",
};

const char *
chat_added_by_name(enum chat_added_by by)
{
    return added_by_names[by];
}

enum chat_added_by
chat_added_by_parse(struct span name)
{
    for (int by = CHAT_ADDED_BY_EVERYBODY; by <= CHAT_ADDED_BY_NOBODY; by++)
        if (span_eqz(name, added_by_names[by]))
            return (enum chat_added_by)by;
    return CHAT_ADDED_BY_UNSAID;
}

bool
chat_may_add(enum chat_added_by wish, bool contact)
{
    return wish == CHAT_ADDED_BY_EVERYBODY ||
           (wish == CHAT_ADDED_BY_CONTACTS && contact);
}

static bool
refuse_outsider(enum chat_act act, enum fail how, struct err *err)
{
    bool message = act >= CHAT_MESSAGE_EDIT && act <= CHAT_MESSAGE_PIN;

    if (how == FAIL_FORBIDDEN)
        return err_set(err, how, "you are not in this conversation");
    return err_set(
        err, how, message ? "no such message" : "no such conversation");
}

static bool
refuse_standing(
    const struct chat_actor *actor, const struct rule *rule, struct err *err)
{
    if (actor->standing == CHAT_ANONYMOUS)
        return err_set(err, FAIL_UNAUTHORIZED, "sign in first");
    return err_set(err, FAIL_FORBIDDEN, "%s",
        rule->standing == CHAT_SERVER_ADMIN
            ? "only an admin of this server may do this"
            : "make an account first");
}

static int
role_of(const struct chat_actor *actor)
{
    if (actor->standing == CHAT_SERVER_ADMIN && actor->role >= CHAT_READER &&
        actor->role < CHAT_ADMIN)
        return CHAT_ADMIN;
    return (int)actor->role;
}

static bool
is_writing(enum chat_act act)
{
    return act == CHAT_MESSAGE_SEND || act == CHAT_MESSAGE_EDIT ||
           act == CHAT_HOOK_POST || act == CHAT_ROOM_SIGNAL;
}

/* What a role allows may be off for a time. */
static bool
is_open(const struct chat_actor *actor, enum chat_act act, struct err *err)
{
    bool low = role_of(actor) < CHAT_MODERATOR;

    if (act == CHAT_ROOM_LEAVE && actor->role == CHAT_OWNER)
        return err_set(err, FAIL_CONFLICT,
            "give the conversation to another owner, then leave");
    if (act == CHAT_MESSAGE_TRANSLATE && actor->room.untranslated)
        return err_set(
            err, FAIL_FORBIDDEN, "translation is off in this conversation");
    if (!is_writing(act))
        return true;
    if (actor->room.archived)
        return err_set(err, FAIL_FORBIDDEN, "this conversation is archived");
    if (actor->room.read_only && low)
        return err_set(
            err, FAIL_FORBIDDEN, "only moderators write in this conversation");
    return !actor->muted || !low ||
           err_set(err, FAIL_FORBIDDEN, "you are muted in this conversation");
}

/* Is it an act for what asks: a person, or a program with that scope? */
static bool
is_in_scope(const struct chat_actor *actor, enum chat_act act, struct err *err)
{
    if (actor->bot ? (scopes[act] & actor->bot) != 0 : act != CHAT_HOOK_POST)
        return true;
    return err_set(err, FAIL_FORBIDDEN, "this token is not for that");
}

bool
chat_may(const struct chat_actor *actor, enum chat_act act, struct err *err)
{
    const struct rule *rule = &rules[act];
    int role = role_of(actor);

    if (actor->standing < rule->standing)
        return refuse_standing(actor, rule, err);
    if (!is_in_scope(actor, act, err))
        return false;
    if (act == CHAT_UPGRADE && actor->standing >= CHAT_ACCOUNT)
        return err_set(err, FAIL_CONFLICT, "you have an account already");
    if (rule->role == 0)
        return true;
    if (role >= (actor->author ? rule->own : rule->role))
        return is_open(actor, act, err);
    if (role < CHAT_READER)
        return refuse_outsider(act, rule->outside, err);
    assert(rule->inside);
    return err_set(err, FAIL_FORBIDDEN, "%s", rule->inside);
}

bool
chat_may_rank(const struct chat_actor *actor, enum chat_role from,
    enum chat_role to, struct err *err)
{
    int role = role_of(actor);

    if ((int)from < role && (int)to < role)
        return true;
    return err_set(
        err, FAIL_FORBIDDEN, "only somebody of a higher role may do this");
}

bool
chat_needs_room(enum chat_act act)
{
    return rules[act].role != 0;
}
