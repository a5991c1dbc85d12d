/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_CMD_DOC_H
#define GATEWAY_CMD_DOC_H

#include "base/buf.h"

/*
 * cmd_doc - the table of commands for programs and for people.  Each appends a
 * whole document.
 */
void cmd_doc_openapi(struct buf *b); /* OpenAPI 3.1: what REST has */
void cmd_doc_asyncapi(struct buf *b); /* AsyncAPI 3.0: what Socket.IO has */
void cmd_doc_page(struct buf *b); /* docs/reference.md */

#endif
