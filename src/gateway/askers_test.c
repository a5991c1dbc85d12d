/* SPDX-License-Identifier: ISC */
#include "gateway/askers.h"

#include <stdio.h>

#include "base/tap.h"
#include "gateway/test_hub.h"

static char sockets[2]; /* never looked into */
static struct hub *hub;
static struct client *one, *two;
static struct askers *a;
static int told;

static void
tell(struct client *c, void *ctx)
{
    CHECK(ctx == &told && (c == one || c == two));
    told++;
}

/* How many are told of the message m in a language. */
static int
take(const char *language)
{
    told = 0;
    askers_take(a, SPAN("m"), span_of(language), tell, &told);
    return told;
}

static void
begin(void)
{
    struct user *u;

    hub = hub_new();
    u = test_user(hub, "u", "fr", 0);
    one = hub_client_enter(hub, u, (struct sio_socket *)(void *)&sockets[0]);
    two = hub_client_enter(hub, u, (struct sio_socket *)(void *)&sockets[1]);
    a = askers_new();
}

static void
end(void)
{
    hub_client_leave(hub, one);
    hub_client_leave(hub, two);
    askers_free(a);
    hub_free(hub);
}

static void
each_who_asked_is_told_once_and_of_nothing_else(void)
{
    begin();
    askers_add(a, SPAN("m"), SPAN("es"), one);
    askers_add(a, SPAN("m"), SPAN("es"), one);
    askers_add(a, SPAN("m"), SPAN("es"), two);
    askers_add(a, SPAN("m"), SPAN("de"), one);
    CHECK(take("fr") == 0);
    CHECK(take("es") == 2 && take("es") == 0);
    CHECK(take("de") == 1 && askers_len(a) == 0);
    end();
}

static void
who_has_gone_is_not_told(void)
{
    begin();
    askers_add(a, SPAN("m"), SPAN("es"), one);
    hub_client_leave(hub, one); /* the asker's reference keeps it */
    CHECK(take("es") == 0 && askers_len(a) == 0);
    one = hub_client_enter(hub, hub_user(hub, SPAN("u")),
        (struct sio_socket *)(void *)&sockets[0]);
    end();
}

static void
who_waits_longest_is_forgotten_first(void)
{
    char id[ID_BYTES];

    begin();
    askers_add(a, SPAN("m"), SPAN("es"), one);
    askers_add(a, SPAN("m"), SPAN("ca"), one);
    for (int i = 0; i < ASKERS_MAX - 1; i++) {
        snprintf(id, sizeof(id), "m%d", i);
        askers_add(a, span_of(id), SPAN("es"), two);
    }
    CHECK(askers_len(a) == ASKERS_MAX);
    CHECK(take("es") == 0 && take("ca") == 1);
    end();
}

int
main(void)
{
    RUN(each_who_asked_is_told_once_and_of_nothing_else);
    RUN(who_has_gone_is_not_told);
    RUN(who_waits_longest_is_forgotten_first);
    return tap_end();
}
