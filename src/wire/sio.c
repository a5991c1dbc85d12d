/* SPDX-License-Identifier: ISC */
#include "wire/sio.h"

#include <stdint.h>
#include <string.h>

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
        buf_addn(b, ack_id);
}

enum { ESCAPE_LEN = 6 }; /* of "\uXXXX" */

/* The code unit of the escape at the beginning of s, or -1. */
static int
escape_unit(struct span s)
{
    int unit = 0;

    if (s.len < ESCAPE_LEN || s.p[0] != '\\' || s.p[1] != 'u')
        return -1;
    for (int i = 2; i < ESCAPE_LEN; i++) {
        int c = s.p[i] | 0x20; /* lower case; digits stay */
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

/* How many bytes at the beginning of s, which is an escape, are fine as they
 * are: 0 when it has to be replaced. */
static size_t
fine_escape_len(struct span s)
{
    int unit = escape_unit(s), next;

    if (unit < 0)
        return s.len < 2 ? s.len : 2; /* "\n" and the like */
    if (unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff))
        return 0;
    if (unit < 0xd800 || unit > 0xdbff)
        return ESCAPE_LEN;
    next = escape_unit((struct span){s.p + ESCAPE_LEN, s.len - ESCAPE_LEN});
    return next >= 0xdc00 && next <= 0xdfff ? 2 * ESCAPE_LEN : 0;
}

bool
sio_mend(struct span json, struct buf *ret)
{
    const char *at;
    bool mended = false;

    while (json.len && (at = memchr(json.p, '\\', json.len))) {
        struct span rest = {at, json.len - (size_t)(at - json.p)};
        size_t fine = fine_escape_len(rest), used = fine ? fine : ESCAPE_LEN;

        buf_add(ret, json.p, (size_t)(at - json.p) + fine);
        if (!fine) {
            buf_addz(ret, "\\ufffd");
            mended = true;
        }
        json = (struct span){rest.p + used, rest.len - used};
    }
    buf_adds(ret, json);
    return mended;
}
