/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_table.h"

#include <string.h>

#include "base/tap.h"

/* Every row can be used: what the doors rely on without asking. */

static void
every_row_has_a_name_a_summary_a_way_in_and_a_handler(void)
{
    for (size_t i = 0; i < cmd_table_len; i++) {
        const struct cmd *cmd = cmd_table[i];
        CHECK(cmd->name && strchr(cmd->name, '.'));
        CHECK(cmd->summary && cmd->summary[0] >= 'A' && cmd->summary[0] <= 'Z');
        CHECK(cmd->events[0] || cmd->routes[0].pattern);
        CHECK(cmd->run);
    }
}

static void
no_name_event_or_route_means_two_commands(void)
{
    for (size_t i = 0; i < cmd_table_len; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct cmd *a = cmd_table[i], *b = cmd_table[k];
            CHECK(strcmp(a->name, b->name) != 0);
            for (int e = 0; e < CMD_NAMES_MAX * CMD_NAMES_MAX; e++) {
                const char *x = a->events[e / CMD_NAMES_MAX];
                const char *y = b->events[e % CMD_NAMES_MAX];
                CHECK(!x || !y || strcmp(x, y) != 0);
            }
            for (int r = 0; r < CMD_ROUTES_MAX * CMD_ROUTES_MAX; r++) {
                const struct cmd_route *x = &a->routes[r / CMD_ROUTES_MAX];
                const struct cmd_route *y = &b->routes[r % CMD_ROUTES_MAX];
                CHECK(!x->pattern || !y->pattern || x->method != y->method ||
                      strcmp(x->pattern, y->pattern) != 0);
            }
        }
    }
}

static void
arguments_have_what_their_kinds_need(void)
{
    for (size_t i = 0; i < cmd_table_len; i++) {
        for (int k = 0; k < cmd_n_args(cmd_table[i]); k++) {
            const struct cmd_arg *a = &cmd_table[i]->args[k];
            bool sized = a->kind == CMD_LINE || a->kind == CMD_TEXT ||
                         a->kind == CMD_SECRET || a->kind == CMD_NUMBER ||
                         a->kind == CMD_IDS || a->kind == CMD_OBJECTS;
            CHECK(!sized || a->max > a->min);
            CHECK((a->kind == CMD_WORD) == (a->words != NULL));
            CHECK(cmd_find_arg(cmd_table[i], span_of(a->name)) == k);
        }
    }
}

static void
a_path_names_arguments(void)
{
    for (size_t i = 0; i < cmd_table_len; i++) {
        for (int k = 0; k < CMD_ROUTES_MAX; k++) {
            struct span rest = span_of(cmd_table[i]->routes[k].pattern);
            while (rest.p) {
                struct span part = span_cut(&rest, '/');
                struct span name = {part.p + 1, part.len - 1};
                CHECK(part.len == 0 || part.p[0] != ':' ||
                      cmd_find_arg(cmd_table[i], name) >= 0);
            }
        }
    }
}

/* What is decided by a role has a subject, whose id comes first. */
static void
an_act_in_a_room_has_a_subject(void)
{
    for (size_t i = 0; i < cmd_table_len; i++) {
        const struct cmd *cmd = cmd_table[i];
        CHECK(chat_needs_room(cmd->act) == (cmd->subject != CMD_NOTHING));
        if (cmd->subject == CMD_NOTHING)
            continue;
        CHECK(cmd->args[0].kind == CMD_ID && cmd->args[0].required);
        if (cmd->subject == CMD_MESSAGE)
            CHECK(cmd->args[1].kind == CMD_ID && !cmd->args[1].required);
    }
}

/* cmd_rate.c asks for the user or the connection of these. */
static void
who_may_be_nobody_has_a_limit_by_address(void)
{
    struct chat_actor nobody = {0};

    for (size_t i = 0; i < cmd_table_len; i++) {
        enum cmd_rate rate = cmd_table[i]->rate;
        bool by_caller =
            rate == CMD_WRITES || rate == CMD_SIGNALS || rate == CMD_ASKS;
        CHECK(!by_caller || !chat_may(&nobody, cmd_table[i]->act, NULL));
    }
}

int
main(void)
{
    RUN(every_row_has_a_name_a_summary_a_way_in_and_a_handler);
    RUN(no_name_event_or_route_means_two_commands);
    RUN(arguments_have_what_their_kinds_need);
    RUN(a_path_names_arguments);
    RUN(an_act_in_a_room_has_a_subject);
    RUN(who_may_be_nobody_has_a_limit_by_address);
    return tap_end();
}
