/* SPDX-License-Identifier: ISC */
#include "base/notify.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/span.h"

enum { US_PER_MS = 1000, WATCHDOG_US_MAX = 1000 * 1000 * 1000 };

bool
notify_send(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t len = path ? strlen(path) : 0;
    ssize_t sent = -1;
    int fd;

    if (len < 2 || len > sizeof(to.sun_path) || !strchr("/@", path[0]))
        return false;
    memcpy(to.sun_path, path, len);
    if (path[0] == '@')
        to.sun_path[0] = '\0'; /* an abstract one */
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT,
            (const struct sockaddr *)&to,
            (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
        close(fd);
    }
    return sent >= 0;
}

int
notify_watchdog_ms(void)
{
    struct span wait = span_of(getenv("WATCHDOG_USEC"));
    struct span pid = span_of(getenv("WATCHDOG_PID"));
    long long us, whose;

    if (!span_int(wait, US_PER_MS, WATCHDOG_US_MAX, &us))
        return 0;
    if (pid.p && (!span_int(pid, 1, INT32_MAX, &whose) || whose != getpid()))
        return 0;
    return (int)(us / US_PER_MS);
}
