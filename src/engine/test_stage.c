/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A program for the pipelines of the tests: copies requests, and misbehaves in
 * all the ways that real ones have been seen to when a request asks for it.
 *
 *   POISON   dies          CUT      dies in the middle of its answer
 *   HANG     stops         LOSE     loses the NUL, as eng-cat does
 *   FLOOD    never ends    SKIP     answers the next one in its place
 *
 * At the end of its input it writes NULs of its own, as lttoolbox does.
 * Arguments: "upper" changes to upper case, "dead" dies at once, "once=FILE"
 * dies if FILE does not exist and creates it.
 */
static void
put(const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(STDOUT_FILENO, p, n);
        if (done <= 0)
            _exit(1);
        p += done;
        n -= (size_t)done;
    }
}

static _Noreturn void
flood(void)
{
    char junk[4096];

    memset(junk, 'x', sizeof(junk));
    for (;;)
        put(junk, sizeof(junk));
}

static bool
asks(const char *request, const char *what)
{
    return strstr(request, what) != NULL;
}

static void
answer(const char *request, bool upper)
{
    size_t len = strlen(request) + 1;

    if (asks(request, "POISON"))
        _exit(1);
    if (asks(request, "HANG"))
        pause();
    if (asks(request, "FLOOD"))
        flood();
    if (asks(request, "SKIP"))
        return;
    if (asks(request, "CUT")) {
        put(request, len / 2);
        _exit(1);
    }
    if (asks(request, "LOSE"))
        len--;
    for (size_t i = 0; i < len; i++) {
        char c = request[i];
        if (upper)
            c = (char)toupper((unsigned char)c);
        put(&c, 1);
    }
}

/* Room for the longest request of a test and what follows it in a read. */
static char in[64 * 1024];

static void
serve(bool upper)
{
    size_t len = 0;
    ssize_t n;

    while ((n = read(STDIN_FILENO, in + len, sizeof(in) - len)) > 0) {
        size_t pos = 0;
        char *end;

        len += (size_t)n;
        while ((end = memchr(in + pos, '\0', len - pos))) {
            answer(in + pos, upper);
            pos = (size_t)(end - in) + 1;
        }
        memmove(in, in + pos, len - pos);
        len -= pos;
    }
    put(in, len);
    put("\0\0\0", 3);
}

int
main(int argc, char **argv)
{
    bool upper = false;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "dead") == 0)
            return 1;
        if (strncmp(argv[i], "once=", 5) == 0 &&
            open(argv[i] + 5, O_CREAT | O_EXCL | O_CLOEXEC, 0600) >= 0)
            return 1;
        upper = upper || strcmp(argv[i], "upper") == 0;
    }
    serve(upper);
    return 0;
}
