/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/page.h"
#include "text/lang.h"

/* ---- message.pin, message.unpin ---- */

enum pin_arg { PIN_MESSAGE, PIN_CONVERSATION };

static bool
pin_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    bool changed;

    return store_pin_set(
        s, t->text[PIN_MESSAGE], true, t->now_ms, &changed, err);
}

static bool
unpin_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    bool changed;

    return store_pin_set(
        s, t->text[PIN_MESSAGE], false, t->now_ms, &changed, err);
}

static void
pin(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, pin_work));
}

static void
unpin(struct cmd_call *c)
{
    cmd_trip_write(cmd_trip_new(c, unpin_work));
}

#define PIN_ARGS                                                               \
    {                                                                          \
        [PIN_MESSAGE] = {"messageId", CMD_ID, .required = true},               \
        [PIN_CONVERSATION] = {"conversationId", CMD_ID,                        \
            .help = "if given, the one that the message is in"},               \
    }

const struct cmd cmd_message_pin = {
    .name = "message.pin",
    .summary = "Pin a message to its conversation",
    .events = {"message:pin"},
    .routes = {{HTTP_PUT, "/messages/:messageId/pin"}},
    .args = PIN_ARGS,
    .act = CHAT_MESSAGE_PIN,
    .subject = CMD_MESSAGE,
    .rate = CMD_WRITES,
    .run = pin,
};

const struct cmd cmd_message_unpin = {
    .name = "message.unpin",
    .summary = "Take the pin off a message",
    .events = {"message:unpin"},
    .routes = {{HTTP_DELETE, "/messages/:messageId/pin"}},
    .args = PIN_ARGS,
    .act = CHAT_MESSAGE_PIN,
    .subject = CMD_MESSAGE,
    .rate = CMD_WRITES,
    .run = unpin,
};

/* ---- message.pins ---- */

enum pins_arg { PINS_CONVERSATION, PINS_LANGUAGE };

/* The translations of one message at a time: those between are of no use. */
static bool
read_pins(struct cmd_trip *t, struct store *s, struct page *p, struct err *err)
{
    const struct lang *chosen = cmd_language(t->call, PINS_LANGUAGE);
    struct span room = span_of(t->room_id);
    struct store_reader reader = {
        span_of(t->user_id), span_of(chosen ? chosen->code : t->language)};

    if (!store_pins(s, room, &reader, page_message, p, err))
        return false;
    for (size_t i = 0; i < p->n; i++) {
        int64_t seq = p->rows[i].seq;
        if (!store_translations(
                s, room, seq, seq, reader.language, page_translation, p, err))
            return false;
    }
    return true;
}

static bool
pins_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct page page = {0};
    bool ok = read_pins(t, s, &page, err);

    if (ok) {
        buf_addz(&t->out, "{\"messages\":");
        page_put(&t->out, &page);
        buf_addz(&t->out, ",\"hasMore\":false}");
    }
    page_free(&page);
    return ok;
}

static void
pins(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, pins_work));
}

const struct cmd cmd_message_pins = {
    .name = "message.pins",
    .summary = "The pinned messages of a conversation, at most 50",
    .events = {"message:pins"},
    .routes = {{HTTP_GET, "/conversations/:conversationId/pins"}},
    .args =
        {
            [PINS_CONVERSATION] = {"conversationId", CMD_ID, .required = true},
            [PINS_LANGUAGE] = {"language", CMD_LANGUAGE,
                .help = "of the translations; otherwise what one reads"},
        },
    .act = CHAT_MESSAGE_READ,
    .subject = CMD_ROOM,
    .rate = CMD_ASKS,
    .reply = "MessagePage",
    .run = pins,
};
