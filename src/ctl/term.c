/* SPDX-License-Identifier: ISC */
#include "ctl/term.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"

enum { COLUMNS_DEFAULT = 80, LINES_DEFAULT = 24 };

/* The process has one terminal and one set of signals. */
static struct termios saved;
static volatile sig_atomic_t is_open, ended;

static void
on_end(int signal)
{
    (void)signal;
    ended = 1;
}

static void
on_resize(int signal)
{
    (void)signal; /* ends the wait for a key */
}

static void
put(struct span text)
{
    while (text.len > 0) {
        ssize_t n = write(STDOUT_FILENO, text.p, text.len);

        if (n < 0 && errno != EINTR)
            return;
        if (n > 0) {
            text.p += n;
            text.len -= (size_t)n;
        }
    }
}

bool
term_open(void)
{
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction end = {.sa_handler = on_end};
    struct sigaction resize = {.sa_handler = on_resize};
    struct termios raw;

    if (!isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &saved) < 0)
        return false;
    for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
        sigaction(ending[i], &end, NULL);
    sigaction(SIGWINCH, &resize, NULL);
    raw = saved;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    is_open = 1;
    put(SPAN("\033[?1049h\033[?25l")); /* the other screen, no cursor */
    return true;
}

void
term_close(void)
{
    if (!is_open)
        return;
    put(SPAN("\033[?25h\033[?1049l"));
    tcsetattr(STDIN_FILENO, TCSANOW, &saved);
    is_open = 0;
}

void
term_size(int *columns, int *lines)
{
    struct winsize size;
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col;

    *columns = known ? size.ws_col : COLUMNS_DEFAULT;
    *lines = known ? size.ws_row : LINES_DEFAULT;
}

void
term_show(struct span text)
{
    struct buf b = {0};
    int columns, lines;

    term_size(&columns, &lines);
    buf_addz(&b, "\033[H");
    while (text.p && text.len > 0 && lines-- > 0) {
        buf_adds(&b, span_cut(&text, '\n'));
        /* Clear the rest of the line; no line break after the last. */
        buf_addz(&b, lines > 0 ? "\033[K\n" : "\033[K");
    }
    buf_addz(&b, "\033[J");
    put(buf_span(&b));
    buf_free(&b);
}

int
term_key(int wait_ms)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    char key;

    if (ended)
        return -1;
    if (poll(&in, 1, wait_ms) <= 0)
        return ended ? -1 : 0;
    return read(STDIN_FILENO, &key, 1) == 1 ? key : -1;
}
