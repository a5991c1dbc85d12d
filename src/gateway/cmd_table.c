/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_table.h"

#include "gateway/cmds.h"

/* In the order of the reference. */
const struct cmd *const cmd_table[] = {
    &cmd_session_guest,
    &cmd_session_register,
    &cmd_session_login,
    &cmd_session_begin,
    &cmd_session_oidc,
    &cmd_session_logout,
    &cmd_session_upgrade,
    &cmd_session_password,
    &cmd_session_reset,
    &cmd_session_list,
    &cmd_session_revoke,
    &cmd_block_add,
    &cmd_block_remove,
    &cmd_block_list,
    &cmd_bot_add,
    &cmd_bot_list,
    &cmd_bot_token,
    &cmd_bot_remove,
    &cmd_user_me,
    &cmd_user_find,
    &cmd_user_confirm,
    &cmd_user_set,
    &cmd_user_export,
    &cmd_user_delete,
    &cmd_conversation_list,
    &cmd_conversation_add,
    &cmd_conversation_public, /* before what takes its path for an id */
    &cmd_conversation_get,
    &cmd_conversation_set,
    &cmd_conversation_give,
    &cmd_conversation_audit,
    &cmd_conversation_join,
    &cmd_conversation_leave,
    &cmd_conversation_read,
    &cmd_conversation_readers,
    &cmd_reads_get,
    &cmd_reads_set,
    &cmd_typing_start,
    &cmd_typing_stop,
    &cmd_member_add,
    &cmd_member_remove,
    &cmd_member_join,
    &cmd_member_leave,
    &cmd_member_list,
    &cmd_member_role,
    &cmd_member_mute,
    &cmd_member_ban,
    &cmd_member_unban,
    &cmd_member_bans,
    &cmd_invitation_list,
    &cmd_invitation_accept,
    &cmd_invitation_decline,
    &cmd_invitation_sent,
    &cmd_invitation_withdraw,
    &cmd_consent_get,
    &cmd_consent_set,
    &cmd_report_add,
    &cmd_report_list,
    &cmd_report_resolve,
    &cmd_link_add,
    &cmd_link_list,
    &cmd_link_revoke,
    &cmd_link_info,
    &cmd_link_join,
    &cmd_hook_add,
    &cmd_hook_list,
    &cmd_hook_remove,
    &cmd_hook_post,
    &cmd_outhook_add,
    &cmd_outhook_list,
    &cmd_outhook_enable,
    &cmd_outhook_remove,
    &cmd_message_list,
    &cmd_message_send,
    &cmd_file_add,
    &cmd_file_get,
    &cmd_message_edit,
    &cmd_message_delete,
    &cmd_reaction_add,
    &cmd_reaction_remove,
    &cmd_reaction_list,
    &cmd_message_pin,
    &cmd_message_unpin,
    &cmd_message_pins,
    &cmd_message_thread,
    &cmd_message_forward,
    &cmd_message_revisions,
    &cmd_message_search,
    &cmd_translation_request,
    &cmd_translation_preview,
    &cmd_correction_add,
    &cmd_correction_list,
    &cmd_correction_resolve,
    &cmd_sync,
    &cmd_glossary_get,
    &cmd_glossary_set,
    &cmd_admin_claim,
    &cmd_policy_set,
    &cmd_address_ban,
    &cmd_address_unban,
    &cmd_address_bans,
    &cmd_admin_users,
    &cmd_admin_disable,
    &cmd_admin_grant,
    &cmd_admin_reset,
    &cmd_admin_audit,
    &cmd_admin_status,
    &cmd_admin_backlog,
    &cmd_admin_drain,
    &cmd_admin_rooms,
    &cmd_admin_translators,
    &cmd_admin_pools,
    &cmd_admin_restart,
    &cmd_model_list,
    &cmd_model_available, /* before what takes it for a name */
    &cmd_model_pull,
    &cmd_model_remove,
    &cmd_policy_get,
    &cmd_languages,
    &cmd_health,
    &cmd_live,
    &cmd_ready,
    &cmd_stats,
    &cmd_metrics,
    &cmd_openapi,
    &cmd_asyncapi,
};
const size_t cmd_table_len = sizeof(cmd_table) / sizeof(cmd_table[0]);

int
cmd_n_args(const struct cmd *cmd)
{
    int n = 0;

    while (n < CMD_ARGS_MAX && cmd->args[n].kind != CMD_NONE)
        n++;
    return n;
}

int
cmd_find_arg(const struct cmd *cmd, struct span name)
{
    for (int i = 0; i < cmd_n_args(cmd); i++)
        if (span_eqz(name, cmd->args[i].name))
            return i;
    return -1;
}
