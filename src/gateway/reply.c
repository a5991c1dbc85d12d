/* SPDX-License-Identifier: ISC */
#include "gateway/reply.h"

#include "wire/json.h"

void
reply_ok(struct buf *b, struct span data)
{
    buf_addz(b, "{\"success\":true");
    if (data.p) {
        buf_addz(b, ",\"data\":");
        buf_adds(b, data);
    }
    buf_addc(b, '}');
}

void
reply_err(struct buf *b, const struct err *err)
{
    buf_addz(b, "{\"success\":false,");
    json_put_field(b, "error", span_of(err->text));
    json_add_field(b, "code", span_of(fail_code(err->kind)));
    buf_addc(b, '}');
}

void
reply_error_event(struct buf *b, const struct err *err)
{
    buf_addc(b, '{');
    json_put_field(b, "message", span_of(err->text));
    json_add_field(b, "code", span_of(fail_code(err->kind)));
    buf_addc(b, '}');
}
