/* SPDX-License-Identifier: ISC */
#include "base/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/tap.h"

/* A socket as systemd has one, abstract; its name in NOTIFY_SOCKET. */
static int
listen_as_systemd(void)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    char name[64];
    int n = snprintf(name, sizeof(name), "@meeshy-notify-%d", (int)getpid());

    memcpy(a.sun_path + 1, name + 1, (size_t)n - 1);
    CHECK(bind(fd, (const struct sockaddr *)&a,
              (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
                          (size_t)n)) == 0);
    setenv("NOTIFY_SOCKET", name, 1);
    return fd;
}

static void
systemd_hears_what_is_sent(void)
{
    int fd = listen_as_systemd();
    char got[64] = "";

    CHECK(notify_send("READY=1"));
    CHECK(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT) == 7);
    CHECK(strcmp(got, "READY=1") == 0);
    close(fd);
    CHECK(!notify_send("STOPPING=1")); /* it is gone: no harm */
}

static void
without_systemd_nothing_happens(void)
{
    unsetenv("NOTIFY_SOCKET");
    CHECK(!notify_send("READY=1"));
    setenv("NOTIFY_SOCKET", "relative", 1);
    CHECK(!notify_send("READY=1"));
}

static void
the_watchdog_waits_for_this_process_only(void)
{
    char pid[32];

    CHECK(notify_watchdog_ms() == 0);
    setenv("WATCHDOG_USEC", "30000000", 1);
    CHECK(notify_watchdog_ms() == 30000);
    setenv("WATCHDOG_PID", "1", 1);
    CHECK(notify_watchdog_ms() == 0);
    snprintf(pid, sizeof(pid), "%d", (int)getpid());
    setenv("WATCHDOG_PID", pid, 1);
    CHECK(notify_watchdog_ms() == 30000);
    setenv("WATCHDOG_USEC", "soon", 1);
    CHECK(notify_watchdog_ms() == 0);
}

int
main(void)
{
    RUN(systemd_hears_what_is_sent);
    RUN(without_systemd_nothing_happens);
    RUN(the_watchdog_waits_for_this_process_only);
    return tap_end();
}
