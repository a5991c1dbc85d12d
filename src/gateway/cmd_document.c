/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_doc.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"

static void
answer(struct cmd_call *c, struct buf *kept, void (*write)(struct buf *b))
{
    if (!kept->len)
        write(kept);
    cmd_data(c, buf_span(kept));
}

static void
openapi(struct cmd_call *c)
{
    answer(c, &c->g->documents.openapi, cmd_doc_openapi);
}

const struct cmd cmd_openapi = {
    .name = "server.openapi",
    .summary = "The REST interface, as OpenAPI 3.1",
    .routes = {{HTTP_GET, "/openapi.json"}},
    .act = CHAT_LOOK,
    .bare = "application/json",
    .run = openapi,
};

static void
asyncapi(struct cmd_call *c)
{
    answer(c, &c->g->documents.asyncapi, cmd_doc_asyncapi);
}

const struct cmd cmd_asyncapi = {
    .name = "server.asyncapi",
    .summary = "The Socket.IO interface, as AsyncAPI 3.0",
    .routes = {{HTTP_GET, "/asyncapi.json"}},
    .act = CHAT_LOOK,
    .bare = "application/json",
    .run = asyncapi,
};
