/* SPDX-License-Identifier: ISC */
#include "exchange/original.h"

#include "exchange/test_exchange.h"

/* As mongoexport has it, an object a line. */
static void
put_dump(const struct fixture *f)
{
    file_put(f, "users.json",
        "{\"_id\":{\"$oid\":\"64a000000000000000000001\"},\"username\":\"zoe\","
        "\"email\":\"zoe@example.org\",\"firstName\":\"Zoe\",\"lastName\":"
        "\"Z\",\"systemLanguage\":\"es\",\"isActive\":true,\"createdAt\":"
        "{\"$date\":\"2024-01-31T12:00:00.000Z\"}}\n"
        "{\"_id\":{\"$oid\":\"64a000000000000000000002\"},\"username\":\"yan\","
        "\"displayName\":\"Yan\",\"isActive\":false}\n");
    file_put(f, "anonymous_participants.json",
        "[{\"id\":\"anon1\",\"username\":\"guest7\",\"firstName\":\"Gus\","
        "\"language\":\"de\"}]");
    file_put(f, "conversation_members.json",
        "[{\"conversationId\":\"c1\",\"userId\":\"64a000000000000000000002\","
        "\"role\":\"MEMBER\"},"
        "{\"conversationId\":\"c1\",\"userId\":\"64a000000000000000000001\","
        "\"role\":\"CREATOR\"},"
        "{\"conversationId\":\"c2\",\"userId\":\"64a000000000000000000001\"},"
        "{\"conversationId\":\"c2\",\"userId\":\"64a000000000000000000002\"},"
        "{\"conversationId\":\"any\",\"userId\":\"64a000000000000000000001\"}]");
    file_put(f, "conversations.json",
        "[{\"id\":\"any\",\"type\":\"global\",\"title\":\"Meeshy\"},"
        "{\"id\":\"c1\",\"type\":\"public\",\"title\":\"Mercado\","
        "\"isArchived\":true},"
        "{\"id\":\"c2\",\"type\":\"direct\"},"
        "{\"id\":\"c3\",\"type\":\"group\",\"title\":\"nobody\"}]");
    file_put(f, "messages.json",
        "{\"_id\":\"m1\",\"conversationId\":\"c1\",\"senderId\":{\"$oid\":"
        "\"64a000000000000000000001\"},\"content\":\"Hola\",\"originalLanguage"
        "\":\"es\",\"createdAt\":{\"$date\":1706702400000}}\n"
        "{\"_id\":\"m2\",\"conversationId\":\"c1\",\"anonymousSenderId\":"
        "\"anon1\",\"content\":\"Guten Tag\",\"originalLanguage\":\"de\","
        "\"replyToId\":\"m1\",\"createdAt\":\"2024-01-31T12:00:01.000Z\"}\n"
        "{\"_id\":\"m3\",\"conversationId\":\"c1\",\"senderId\":"
        "\"64a000000000000000000001\",\"content\":\"x\",\"isDeleted\":true}\n"
        "{\"_id\":\"m4\",\"conversationId\":\"any\",\"senderId\":"
        "\"64a000000000000000000001\",\"content\":\"Hola a todos\","
        "\"originalLanguage\":\"es\",\"replyToId\":\"m3\"}\n");
}

static bool
read_in(struct fixture *f, struct intake_counts *ret)
{
    struct intake *in = intake_new(f->s, SPAN("fr"));
    bool ok = original_read(in, f->dir, &err);

    *ret = intake_counts(in);
    intake_free(in);
    if (!ok)
        printf("# %s\n", err.text);
    return ok;
}

static void
a_dump_becomes_people_rooms_and_messages(void)
{
    struct fixture f;
    struct intake_counts n;
    struct store_user zoe;
    struct store_conversation c;
    struct store_unread unread;
    struct said said;

    begin(&f);
    put_dump(&f);
    CHECK(read_in(&f, &n));
    CHECK(n.people == 3 && n.rooms == 2 && n.messages == 3);
    said = said_in(f.s, "c1");
    CHECK(strcmp(said.text, "Zoe Z: Hola [es]\nre Gus: Guten Tag [de]\n") == 0);
    CHECK(said.ms[0] == 1706702400000 && said.ms[1] == 1706702401000);
    CHECK(strcmp(said_in(f.s, "any").text, "Zoe Z: Hola a todos [es]\n") == 0);
    CHECK(store_user_by_name(f.s, SPAN("zoe"), &zoe, &err));
    CHECK(strcmp(zoe.language, "es") == 0 && zoe.created_ms == 1706702400000);
    CHECK(store_user_by_name(f.s, SPAN("yan"), &zoe, &err) && zoe.disabled);
    CHECK(strcmp(zoe.language, "fr") == 0);
    CHECK(store_conversation_get(f.s, SPAN("c1"), &c, &err) && c.archived);
    CHECK(strcmp(c.created_by, "64a000000000000000000001") == 0);
    CHECK(store_read_get(
        f.s, SPAN("any"), SPAN("64a000000000000000000001"), &unread, &err));
    CHECK(unread.seq == 1);
    end(&f);
}

static void
done_again_it_adds_nothing(void)
{
    struct fixture f;
    struct intake_counts n;

    begin(&f);
    put_dump(&f);
    CHECK(read_in(&f, &n) && read_in(&f, &n));
    CHECK(n.people == 0 && n.rooms == 0 && n.messages == 0 && n.known == 3);
    end(&f);
}

static void
damage_is_told_with_its_place(void)
{
    struct fixture f;
    struct intake_counts n;

    begin(&f);
    put_dump(&f);
    file_put(&f, "messages.json",
        "{\"_id\":\"m1\",\"conversationId\":\"c1\",\"senderId\":"
        "\"nobody\",\"content\":\"Hola\"}\n");
    CHECK(!read_in(&f, &n) && strstr(err.text, "messages.json: the object 1"));
    file_put(&f, "messages.json", "{\"_id\":\"m1\",\n");
    CHECK(!read_in(&f, &n) && err.kind == FAIL_BAD_INPUT);
    CHECK(strstr(err.text, "messages.json: the object 1"));
    end(&f);
}

int
main(void)
{
    RUN(a_dump_becomes_people_rooms_and_messages);
    RUN(done_again_it_adds_nothing);
    RUN(damage_is_told_with_its_place);
    return tap_end();
}
