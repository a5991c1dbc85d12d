/* SPDX-License-Identifier: ISC */
#include "exchange/slack.h"

#include "exchange/test_exchange.h"

static const char people[] =
    "[{\"id\":\"U1\",\"team_id\":\"T1\",\"name\":\"ann\",\"profile\":"
    "{\"real_name\":\"Ann Ames\",\"email\":\"ann@example.org\"},"
    "\"updated\":1500000000,\"locale\":\"fr-FR\"},"
    "{\"id\":\"U2\",\"team_id\":\"T1\",\"name\":\"bob\",\"profile\":"
    "{\"real_name\":\"Bob\"}},"
    "{\"id\":\"U3\",\"team_id\":\"T1\",\"name\":\"eve\",\"deleted\":true,"
    "\"profile\":{\"real_name\":\"Eve\"}}]";

static void
put_export(const struct fixture *f)
{
    file_put(f, "users.json", people);
    file_put(f, "channels.json",
        "[{\"id\":\"C1\",\"name\":\"kitchen\",\"created\":1500000000,"
        "\"creator\":\"U3\",\"is_archived\":false,\"members\":[\"U1\",\"U2\"],"
        "\"purpose\":{\"value\":\"What we eat\"}},"
        "{\"id\":\"C2\",\"name\":\"old\",\"is_archived\":true,"
        "\"creator\":\"U1\",\"members\":[]}]");
    file_put(f, "dms.json",
        "[{\"id\":\"D1\",\"created\":1500000000,\"members\":[\"U1\",\"U2\"]},"
        "{\"id\":\"D2\",\"members\":[\"U1\",\"U1\"]}]");
    file_put(f, "kitchen/2017-07-15.json",
        "[{\"type\":\"message\",\"user\":\"U2\",\"ts\":\"1500100100.000200\","
        "\"text\":\"Bonjour, qui vient d\xc3\xaener ce soir ?\","
        "\"thread_ts\":\"1500100100.000200\",\"reply_count\":1,"
        "\"reactions\":[{\"name\":\"+1\",\"users\":[\"U1\",\"U3\"]},"
        "{\"name\":\"our_own\",\"users\":[\"U1\"]}]},"
        "{\"type\":\"message\",\"subtype\":\"channel_join\",\"user\":\"U1\","
        "\"ts\":\"1500100150.000000\",\"text\":\"<@U1> has joined\"}]");
    file_put(f, "kitchen/2017-07-16.json",
        "[{\"type\":\"message\",\"user\":\"U1\",\"ts\":\"1500200000.123400\","
        "\"thread_ts\":\"1500100100.000200\",\"text\":\"I do, <@U2> :wave:\"},"
        "{\"type\":\"message\",\"subtype\":\"bot_message\",\"bot_id\":\"B7\","
        "\"username\":\"Build\",\"ts\":\"1500200001.000000\",\"text\":\"\","
        "\"attachments\":[{\"fallback\":\"The build is green\"}]},"
        "{\"type\":\"message\",\"user\":\"U1\",\"ts\":\"1500200002.000000\","
        "\"text\":\"\",\"files\":[{\"name\":\"menu.pdf\"}]}]");
    file_put(f, "D1/2017-07-17.json",
        "[{\"type\":\"message\",\"user\":\"U1\",\"ts\":\"1500300000.000000\","
        "\"text\":\"Just between us\"}]");
}

static bool
read_in(struct fixture *f, struct intake_counts *ret)
{
    struct intake *in = intake_new(f->s, SPAN("en"));
    bool ok = slack_read(in, f->dir, &err);

    *ret = intake_counts(in);
    intake_free(in);
    if (!ok)
        printf("# %s\n", err.text);
    return ok;
}

static void
an_export_becomes_people_rooms_and_messages(void)
{
    struct fixture f;
    struct intake_counts n;
    struct store_user ann;
    struct store_conversation c;
    struct said said;

    begin(&f);
    put_export(&f);
    CHECK(read_in(&f, &n));
    CHECK(n.people == 4 && n.rooms == 3 && n.messages == 5);
    CHECK(n.reactions == 2);
    said = said_in(f.s, "T1.C1");
    CHECK(strcmp(said.text,
              "Bob: Bonjour, qui vient d\xc3\xaener ce soir ? [fr]\n"
              "> Ann Ames: I do, @bob 👋 [en]\n"
              "Build: The build is green [en]\n"
              "Ann Ames: 📎 menu.pdf [en]\n") == 0);
    if (said.n)
        printf("# %s", said.text);
    CHECK(said.ms[0] == 1500100100000 && said.ms[1] == 1500200000123);
    said = said_in(f.s, "T1.D1");
    CHECK(strcmp(said.text, "Ann Ames: Just between us [en]\n") == 0);
    CHECK(store_user_by_name(f.s, SPAN("ann"), &ann, &err));
    CHECK(strcmp(ann.id, "T1.U1") == 0 && strcmp(ann.language, "fr") == 0);
    CHECK(strcmp(ann.email, "ann@example.org") == 0 && !ann.password_hash[0]);
    CHECK(!ann.guest && !ann.disabled);
    CHECK(store_user_by_name(f.s, SPAN("eve"), &ann, &err) && ann.disabled);
    CHECK(store_conversation_get(f.s, SPAN("T1.C1"), &c, &err));
    CHECK(strcmp(c.type, "public") == 0 && strcmp(c.title, "kitchen") == 0);
    CHECK(strcmp(c.description, "What we eat") == 0 && !c.archived);
    CHECK(strcmp(c.created_by, "T1.U1") == 0); /* eve is not in it */
    CHECK(store_conversation_get(f.s, SPAN("T1.C2"), &c, &err) && c.archived);
    end(&f);
}

static void
nobody_has_years_of_unread_messages(void)
{
    struct fixture f;
    struct intake_counts n;
    struct store_unread unread;

    begin(&f);
    put_export(&f);
    CHECK(read_in(&f, &n));
    CHECK(store_read_get(f.s, SPAN("T1.C1"), SPAN("T1.U1"), &unread, &err));
    CHECK(unread.unread == 0 && unread.seq == 4);
    CHECK(store_read_get(f.s, SPAN("T1.D1"), SPAN("T1.U2"), &unread, &err));
    CHECK(unread.unread == 0);
    end(&f);
}

static void
a_later_export_adds_what_is_new(void)
{
    struct fixture f;
    struct intake_counts n;
    struct store_unread unread;

    begin(&f);
    put_export(&f);
    CHECK(read_in(&f, &n) && read_in(&f, &n));
    CHECK(n.people == 0 && n.rooms == 0 && n.messages == 0 && n.reactions == 0);
    CHECK(n.known == 5);
    file_put(&f, "kitchen/2017-07-18.json",
        "[{\"type\":\"message\",\"user\":\"U1\",\"ts\":\"1500400000.000000\","
        "\"thread_ts\":\"1500100100.000200\",\"text\":\"And dessert?\"}]");
    CHECK(read_in(&f, &n) && n.messages == 1 && n.known == 5);
    CHECK(
        strstr(said_in(f.s, "T1.C1").text, "> Ann Ames: And dessert? [en]\n"));
    CHECK(store_read_get(f.s, SPAN("T1.C1"), SPAN("T1.U2"), &unread, &err));
    CHECK(unread.unread == 1); /* that one really is */
    end(&f);
}

/* The same address or name is not the same person: else who registers in time
 * reads what somebody said elsewhere. */
static void
nobody_becomes_somebody_who_is_here(void)
{
    struct store_user here = {.id = "mallory",
        .username = "ann",
        .display_name = "Ann",
        .email = "ann@example.org",
        .password_hash = "x",
        .language = "en",
        .created_ms = 1};
    struct fixture f;
    struct intake_counts n;
    struct store_user ann;
    struct store_member m;

    begin(&f);
    put_export(&f);
    CHECK(store_user_add(f.s, &here, &err));
    CHECK(read_in(&f, &n) && n.renamed == 1);
    CHECK(store_user_by_id(f.s, SPAN("T1.U1"), &ann, &err));
    CHECK(strcmp(ann.username, "ann-2") == 0 && !ann.email[0]);
    CHECK(!store_member_get(f.s, SPAN("T1.C1"), SPAN("mallory"), &m, &err));
    CHECK(strstr(said_in(f.s, "T1.C1").text, "Ann Ames: I do"));
    end(&f);
}

static void
what_is_no_export_is_refused_with_its_place(void)
{
    struct fixture f;
    struct intake_counts n;

    begin(&f);
    CHECK(!read_in(&f, &n) && err.kind == FAIL_BAD_INPUT);
    CHECK(strstr(err.text, "users.json"));
    file_put(&f, "users.json", "[{\"id\":\"U1\",\"name\":\"a\"}, 7");
    CHECK(!read_in(&f, &n) && err.kind == FAIL_BAD_INPUT);
    put_export(&f);
    file_put(&f, "kitchen/2017-07-19.json", "{\"a\":");
    CHECK(!read_in(&f, &n) && strstr(err.text, "2017-07-19.json"));
    file_put(&f, "channels.json", "[{\"id\":\"C1\",\"name\":\"../etc\"}]");
    CHECK(!read_in(&f, &n) && err.kind == FAIL_BAD_INPUT);
    file_put(&f, "channels.json", "[{\"id\":\"C 1\",\"name\":\"etc\"}]");
    CHECK(!read_in(&f, &n) && err.kind == FAIL_BAD_INPUT);
    end(&f);
}

int
main(void)
{
    RUN(an_export_becomes_people_rooms_and_messages);
    RUN(nobody_has_years_of_unread_messages);
    RUN(a_later_export_adds_what_is_new);
    RUN(nobody_becomes_somebody_who_is_here);
    RUN(what_is_no_export_is_refused_with_its_place);
    return tap_end();
}
