/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "base/tap.h"
#include "gateway/cmd_table.h"
#include "net/http.h"

/* Every command for every kind of caller, against test/permissions.tsv, which
 * was written by hand. */
enum { ACTORS = 11, LINE_BYTES = 400 };

#define AS(s, r, a)                                                            \
    {                                                                          \
        .standing = (s), .role = (r), .author = (a)                            \
    }

static const struct actor {
    const char *name;
    struct chat_actor who;
} actors[ACTORS] = {
    {"anonymous", AS(CHAT_ANONYMOUS, CHAT_OUTSIDE, false)},
    {"outsider", AS(CHAT_GUEST, CHAT_OUTSIDE, false)},
    {"ex-member",
        AS(CHAT_ACCOUNT, CHAT_OUTSIDE, true)}, /* with messages there */
    {"banned", AS(CHAT_ACCOUNT, CHAT_BANNED, true)},
    {"reader", AS(CHAT_ACCOUNT, CHAT_READER, false)},
    {"member", AS(CHAT_GUEST, CHAT_MEMBER, false)},
    {"author", AS(CHAT_GUEST, CHAT_MEMBER, true)},
    {"moderator", AS(CHAT_ACCOUNT, CHAT_MODERATOR, false)},
    {"admin", AS(CHAT_ACCOUNT, CHAT_ADMIN, false)},
    {"owner", AS(CHAT_ACCOUNT, CHAT_OWNER, false)},
    {"server-admin", AS(CHAT_SERVER_ADMIN, CHAT_MEMBER, false)},
};

static const struct cmd *
find(struct span name)
{
    for (size_t i = 0; i < cmd_table_len; i++)
        if (span_eqz(name, cmd_table[i]->name))
            return cmd_table[i];
    return NULL;
}

static void
check_cell(const struct cmd *cmd, const struct actor *actor, struct span want)
{
    struct err err;
    char got[8] = "yes";

    if (!chat_may(&actor->who, cmd->act, &err))
        snprintf(got, sizeof(got), "%d", http_status_of(err.kind));
    if (!CHECK(span_eqz(want, got)))
        printf("# %s by %s: the page says %.*s, the table %s\n", cmd->name,
            actor->name, SPAN_ARG(want), got);
}

static void
check_names(struct span line)
{
    span_cut(&line, '\t');
    for (int i = 0; i < ACTORS; i++)
        CHECK(span_eqz(span_cut(&line, '\t'), actors[i].name));
    CHECK(!line.p);
}

/* Returns whether the line is about a command. */
static bool
check_line(struct span line)
{
    struct span rest = line, name = span_cut(&rest, '\t');
    const struct cmd *cmd = find(name);

    if (line.len == 0 || line.p[0] == '#')
        return false;
    if (span_eqz(name, "command")) {
        check_names(line);
        return false;
    }
    if (!CHECK(cmd)) {
        printf("# there is no command %.*s\n", SPAN_ARG(name));
        return false;
    }
    for (int i = 0; i < ACTORS; i++)
        check_cell(cmd, &actors[i], span_cut(&rest, '\t'));
    CHECK(!rest.p);
    return true;
}

static void
every_command_is_allowed_to_those_the_page_names_and_to_no_other(void)
{
    FILE *f = fopen(PERMISSIONS, "r");
    char line[LINE_BYTES];
    size_t n = 0;

    if (!CHECK(f))
        return;
    while (fgets(line, sizeof(line), f)) {
        line[strcspn(line, "\n")] = '\0';
        n += check_line(span_of(line));
    }
    fclose(f);
    CHECK(n == cmd_table_len);
}

int
main(void)
{
    RUN(every_command_is_allowed_to_those_the_page_names_and_to_no_other);
    return tap_end();
}
