/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CMD_DOC_IMPL_H
#define GATEWAY_CMD_DOC_IMPL_H

#include "gateway/cmd.h"

/* What the documents share. */

/* schemas.json: the shapes of what is answered and told. */
extern const char schemas_json[];
extern const size_t schemas_json_len;

/* What the gateway tells of its own accord. */
struct cmd_event {
    const char *name, *schema, *summary;
};
extern const struct cmd_event cmd_events[];
extern const size_t cmd_events_len;

/* The JSON schema of an argument. */
json_t *cmd_doc_schema(const struct cmd_arg *a);
/* {"$ref":"#/components/KIND/NAME"} */
json_t *cmd_doc_ref(const char *kind, const char *name);
/* An object with the arguments that are not in skip, a bit for each. */
json_t *cmd_doc_object(const struct cmd *cmd, unsigned skip);
json_t *cmd_doc_schemas(void);
/* {"success":true,"data":...} or, when the command answers bare, the data. */
json_t *cmd_doc_envelope(const struct cmd *cmd);
/* "message", of "message.send". */
struct span cmd_doc_family(const struct cmd *cmd);

#endif
