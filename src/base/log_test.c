/* SPDX-License-Identifier: ISC */
#include "base/log.h"

#include <string.h>
#include <unistd.h>

#include "base/tap.h"

static int reads;
static char line[8192];

/* What the last line was, without its end. */
static const char *
last_line(void)
{
    ssize_t n = read(reads, line, sizeof(line) - 1);

    line[n > 0 ? n - 1 : 0] = '\0';
    return line;
}

static void
a_line_has_time_level_program_and_text(void)
{
    log_set_format(LOG_TEXT);
    log_warn("something happened n=%d", 3);
    CHECK(strstr(last_line(), "Z warn  test something happened n=3"));
    CHECK(strlen(line) == strlen("2026-01-31T10:11:12.123Z warn  test "
                                 "something happened n=3"));
}

static void
an_event_is_one_line(void)
{
    log_set_format(LOG_TEXT);
    log_info("a\nb\rc");
    CHECK(strstr(last_line(), "test a b c"));
}

static void
json_is_an_object_whatever_the_text(void)
{
    log_set_format(LOG_JSON);
    log_info("a \"quoted\" C:\\path\nwith\ttabs");
    CHECK(strstr(last_line(), "\"level\":\"info\",\"program\":\"test\","
                              "\"message\":\"a \\\"quoted\\\" C:\\\\path"
                              "\\u000awith\\u0009tabs\"}"));
    CHECK(strncmp(line, "{\"time\":\"20", 11) == 0);
}

static void
a_long_text_is_cut_and_still_an_object(void)
{
    char text[3000];

    memset(text, '\\', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    log_set_format(LOG_JSON);
    log_info("%s", text);
    last_line();
    CHECK(line[strlen(line) - 1] == '}' && strlen(line) < 3000);
}

static void
what_is_below_the_level_is_not_written(void)
{
    enum log_level level;

    log_set_format(LOG_TEXT);
    CHECK(log_parse_level("error", &level) && level == LOG_ERROR);
    CHECK(!log_parse_level("loud", &level));
    log_set_threshold(LOG_ERROR);
    log_warn("not this");
    log_error("but this");
    CHECK(strstr(last_line(), "but this") && !strstr(line, "not this"));
}

int
main(void)
{
    int ends[2];

    if (pipe(ends) != 0 || dup2(ends[1], STDERR_FILENO) < 0)
        return 1;
    reads = ends[0];
    log_open("test", LOG_DEBUG);
    RUN(a_line_has_time_level_program_and_text);
    RUN(an_event_is_one_line);
    RUN(json_is_an_object_whatever_the_text);
    RUN(a_long_text_is_cut_and_still_an_object);
    RUN(what_is_below_the_level_is_not_written);
    return tap_end();
}
