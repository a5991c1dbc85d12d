/* SPDX-License-Identifier: ISC */
#include "gateway/audit.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/cmd.h"
#include "gateway/hub.h"

bool
audit_has_room(struct audit *a)
{
    int64_t second = clock_mono_ms() / 1000;

    if (second != a->second) {
        if (a->left_out)
            log_warn("audit left_out=%llu", (unsigned long long)a->left_out);
        *a = (struct audit){.second = second};
    }
    if (a->lines < AUDIT_LINES_PER_SECOND) {
        a->lines++;
        return true;
    }
    a->left_out++;
    return false;
}

/* Accounts, sessions and their passwords; who may what. */
static bool
is_about_rights(const struct cmd *cmd)
{
    static const char *const families[] = {
        "session.", "admin.", "member.", "link.", "bot.", "hook.", "outhook."};

    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (strncmp(cmd->name, families[i], strlen(families[i])) == 0)
            return true;
    return cmd->rate == CMD_ENTRIES || cmd->rate == CMD_LOGINS;
}

static bool
is_worth_a_line(const struct cmd *cmd, const struct err *err)
{
    if (!err)
        return is_about_rights(cmd);
    return is_about_rights(cmd) || err->kind == FAIL_UNAUTHORIZED ||
           err->kind == FAIL_FORBIDDEN || err->kind == FAIL_RATE;
}

void
audit_command(struct audit *a, const struct cmd_call *c, const struct err *err)
{
    char address[ADDRESS_BYTES] = "-";
    const char *user = c->user ? c->user->id : "-";

    if (!is_worth_a_line(c->cmd, err) || !audit_has_room(a))
        return;
    if (!c->client || c->client->sock) /* a socket may have gone meanwhile */
        c->door->address(c, address);
    if (err)
        log_warn("audit refused command=%s code=%s user=%s address=%s",
            c->cmd->name, fail_code(err->kind), user, address);
    else
        log_info("audit done command=%s user=%s address=%s", c->cmd->name, user,
            address);
}
