/* SPDX-License-Identifier: ISC */
#ifndef CHAT_CHAT_H
#define CHAT_CHAT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/*
 * chat - the rules of the chat: who may do what, and how large things may be.
 * Pure: no memory, no database, no clock; any thread.
 *
 * chat_may() is the only place in the gateway where a role decides something.
 * A new right is a new act here and a row in chat.c's table.
 */

/* What somebody is on this server. */
enum chat_standing {
    CHAT_ANONYMOUS, /* no session */
    CHAT_VISITOR, /* came by a link, to its room and no other */
    CHAT_GUEST, /* a session without a password */
    CHAT_ACCOUNT,
    CHAT_SERVER_ADMIN, /* counts as an admin of every room they are in */
};

/* What somebody is in one room; each may do what the ones before it may. */
enum chat_role {
    CHAT_BANNED,
    CHAT_OUTSIDE, /* never was, or is no longer, a member */
    CHAT_READER, /* reads, but does not write */
    CHAT_MEMBER,
    CHAT_MODERATOR,
    CHAT_ADMIN,
    CHAT_OWNER,
};

/* Their names in the database and for clients: "banned", "outside", "reader",
 * ...  An unknown name is CHAT_OUTSIDE, which may do nothing. */
const char *chat_role_name(enum chat_role role);
enum chat_role chat_role_parse(struct span name);

/* What a program's token may do, bits of a set; a person may do all. */
enum chat_scope {
    CHAT_SCOPE_READ = 1, /* what is said and who is there */
    CHAT_SCOPE_WRITE = 2, /* messages, reactions, typing */
    CHAT_SCOPE_MANAGE =
        4, /* rooms and their members, as far as the role goes */
    CHAT_SCOPE_HOOK = 8, /* only what a webhook does */
};

/* Everything that anybody can ask for. */
enum chat_act {
    CHAT_LOOK, /* at what is public: health, languages, the documents */
    CHAT_ENTER, /* make an account or sign in */
    CHAT_USE, /* one's own account and list of rooms */
    CHAT_UPGRADE, /* as a guest, get an account */
    CHAT_ACCOUNT_USE, /* what needs a password */
    CHAT_ADMINISTER, /* this server */
    CHAT_ROOM_MAKE,
    CHAT_ROOM_SEE, /* its name, its members */
    CHAT_ROOM_FOLLOW, /* get its events, or stop to */
    CHAT_ROOM_SIGNAL, /* typing */
    CHAT_ROOM_HURRY, /* write without regard to slow mode */
    CHAT_PERSON_FIND, /* accounts, by their names */
    CHAT_ROOM_FIND, /* public ones, and join them */
    CHAT_INVITATION_ACCEPT,
    CHAT_ROOM_LEAVE, /* for good */
    CHAT_ROOM_CHANGE, /* its title, its settings, whether it is archived */
    CHAT_ROOM_GIVE, /* to another owner */
    CHAT_MESSAGE_READ,
    CHAT_MESSAGE_SEND,
    CHAT_MESSAGE_EDIT,
    CHAT_MESSAGE_DELETE,
    CHAT_MESSAGE_TRANSLATE, /* ask for another language */
    CHAT_MESSAGE_SEE, /* one, and what people left at it */
    CHAT_MESSAGE_REVISIONS, /* what it said before */
    CHAT_MESSAGE_REACT,
    CHAT_MESSAGE_PIN,
    CHAT_MENTION_ALL, /* "@all" in a message */
    CHAT_MEMBER_ADD,
    CHAT_MEMBER_REMOVE,
    CHAT_MEMBER_RANK, /* change a role; see chat_may_rank */
    CHAT_MEMBER_MUTE,
    CHAT_MEMBER_BAN, /* and see who is */
    CHAT_REPORT_SEE, /* reported messages and proposed translations, and say
                        what became of it */
    CHAT_LINK_MAKE, /* invitations: make, see and revoke them */
    CHAT_GLOSSARY_SEE,
    CHAT_GLOSSARY_SET,
    CHAT_HOOK_MAKE, /* webhooks: make, see and remove them */
    CHAT_HOOK_POST, /* what a webhook says */
    CHAT_ACTS,
};

/* How a room is set, as far as it decides something. */
struct chat_room {
    bool archived; /* nobody writes there */
    bool read_only; /* only moderators write */
    bool untranslated;
};

/* Who asks.  A zeroed actor is anonymous and may only look and enter. */
struct chat_actor {
    enum chat_standing standing;
    enum chat_role role; /* in the room that the act is about, if it is */
    bool author; /* of the message that the act is about */
    bool muted; /* there; moderators cannot be */
    unsigned bot; /* scopes of a program; 0: a person */
    struct chat_room room;
};

/* May the actor do this?  If not, err says why in words for the actor:
 * FAIL_UNAUTHORIZED to who has to sign in first, FAIL_FORBIDDEN to who has and
 * is not enough on this server; to who is outside of a room
 * either FAIL_FORBIDDEN or, where an answer would tell that the room or the
 * message exists, the FAIL_NOT_FOUND that one which does not exist gets. */
bool chat_may(
    const struct chat_actor *actor, enum chat_act act, struct err *err);

/* May the actor, who may do the act, do it to somebody whose role is from, so
 * that it is to afterwards?  Only to those below, and to no rank that is not
 * below: nobody puts out an owner or makes themselves one. */
bool chat_may_rank(const struct chat_actor *actor, enum chat_role from,
    enum chat_role to, struct err *err);

/* Is the act about a room, so that a role decides? */
bool chat_needs_room(enum chat_act act);

/* Who takes somebody into a room without asking: their wish. */
enum chat_added_by {
    CHAT_ADDED_BY_UNSAID,
    CHAT_ADDED_BY_EVERYBODY,
    CHAT_ADDED_BY_CONTACTS, /* who is in a room with them that is not public */
    CHAT_ADDED_BY_NOBODY,
};
/* "everybody", "contacts", "nobody"; "" and what is unknown is UNSAID. */
const char *chat_added_by_name(enum chat_added_by by);
enum chat_added_by chat_added_by_parse(struct span name);
/* May somebody, who is a contact or not, take them in at once? */
bool chat_may_add(enum chat_added_by wish, bool contact);

/* How large things may be.  Characters are code points. */
enum {
    CHAT_USERNAME_LEN_MIN = 2, /* registered names are ASCII */
    CHAT_USERNAME_LEN_MAX = 32,
    CHAT_NAME_CHARS_MAX = 40, /* shown names */
    CHAT_EMAIL_LEN_MAX = 254, /* RFC 5321 */
    CHAT_PASSWORD_LEN_MIN = 8,
    CHAT_PASSWORD_LEN_MAX = 256, /* bytes */
    CHAT_TITLE_CHARS_MAX = 80,
    CHAT_DESCRIPTION_CHARS_MAX = 500,
    CHAT_SLOW_S_MAX = 24 * 3600,
    CHAT_RETENTION_DAYS_MAX = 36500,
    CHAT_MUTE_S_MAX = 365 * 24 * 3600,
    CHAT_PAGE_DEFAULT = 50, /* rows of other lists than messages */
    CHAT_PAGE_MAX = 200,
    CHAT_PARTICIPANTS_MAX = 2000, /* named when a room is made */
    CHAT_INVITATIONS_OPEN_MAX = 50, /* that wait for one's answer */
    CHAT_INVITATIONS_PAIR_MAX = 3, /* of them, by the same person */
    CHAT_INVITATIONS_SENT_MAX = 100, /* not accepted, of the last days */
    CHAT_INVITATION_DAYS = 30, /* those, and how long a no holds */
    CHAT_MESSAGE_CHARS_MAX = 8000, /* a setting may say less */
    CHAT_CLIENT_ID_CHARS_MAX = 64,
    CHAT_HISTORY_DEFAULT = 20, /* messages in a page */
    CHAT_HISTORY_MAX = 200,
    CHAT_MENTIONS_MAX = 50, /* names in a message; more are text */
    CHAT_REACTORS_MAX = 1000, /* told of one message */
};

/* The largest whole number that JSON clients agree about. */
#define CHAT_SEQ_MAX (1LL << 53)

#endif
