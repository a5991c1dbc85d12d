/* SPDX-License-Identifier: ISC */
#include "wire/sio.h"

#include <stdint.h>

enum { DIGITS_MAX = 18 }; /* so that any number read here fits int64_t */

/* Take a run of digits off *s.  False when there is none or it is too long. */
static bool
take_number(struct span *s, int64_t *ret)
{
    int64_t value = 0;
    size_t n = 0;

    while (n < s->len && s->p[n] >= '0' && s->p[n] <= '9') {
        if (n == DIGITS_MAX)
            return false;
        value = value * 10 + (s->p[n++] - '0');
    }
    s->p += n;
    s->len -= n;
    *ret = value;
    return n > 0;
}

static bool
starts_digit(struct span s)
{
    return s.len > 0 && s.p[0] >= '0' && s.p[0] <= '9';
}

static bool
take_attachments(struct span *s, struct sio_packet *ret, struct err *err)
{
    int64_t n;

    if (!take_number(s, &n) || s->len == 0 || s->p[0] != '-')
        return err_set(err, FAIL_BAD_INPUT, "bad number of attachments");
    if (n > SIO_ATTACHMENTS_MAX)
        return err_set(err, FAIL_TOO_LARGE, "too many attachments");
    ret->attachments = (int)n;
    s->p++;
    s->len--;
    return true;
}

bool
sio_parse(struct span text, struct sio_packet *ret, struct err *err)
{
    struct span rest = text;
    bool binary;

    if (text.len == 0 || text.p[0] < '0' || text.p[0] > '6')
        return err_set(err, FAIL_BAD_INPUT, "unknown packet type");
    *ret = (struct sio_packet){.type = (enum sio_type)(text.p[0] - '0'),
        .nsp = SPAN("/"),
        .ack_id = -1};
    rest.p++;
    rest.len--;
    binary = ret->type == SIO_BINARY_EVENT || ret->type == SIO_BINARY_ACK;
    if (binary && !take_attachments(&rest, ret, err))
        return false;
    if (rest.len > 0 && rest.p[0] == '/') {
        ret->nsp = span_cut(&rest, ',');
        if (ret->nsp.len > SIO_NAMESPACE_LEN_MAX)
            return err_set(err, FAIL_TOO_LARGE, "namespace too long");
    }
    if (starts_digit(rest) && !take_number(&rest, &ret->ack_id))
        return err_set(err, FAIL_BAD_INPUT, "bad ack id");
    if (rest.len > 0)
        ret->payload = rest;
    if ((ret->type == SIO_ACK || ret->type == SIO_BINARY_ACK) &&
        ret->ack_id < 0)
        return err_set(err, FAIL_BAD_INPUT, "ack without id");
    return true;
}

void
sio_put_head(struct buf *b, enum sio_type type, int attachments,
    struct span nsp, int64_t ack_id)
{
    buf_addc(b, (char)('0' + (int)type));
    if (attachments > 0)
        buf_addf(b, "%d-", attachments);
    if (!span_eqz(nsp, "/")) {
        buf_adds(b, nsp);
        buf_addc(b, ',');
    }
    if (ack_id >= 0)
        buf_addf(b, "%lld", (long long)ack_id);
}
