/* SPDX-License-Identifier: ISC */
#include "engine/apertium_mode.h"

#include "base/buf.h"
#include "base/tap.h"
#include "engine/testing.h"

/* The mode as "a,-z,x|b,-z". */
static bool
parses_to(const char *text, const char *want)
{
    struct apertium_mode m;
    struct err err = {0};
    struct buf shown = {0};
    bool ok = apertium_mode_parse(span_of(text), &m, &err);

    for (size_t i = 0; i < m.n; i++) {
        buf_addz(&shown, i > 0 ? "|" : "");
        for (size_t k = 0; m.argv[i][k]; k++)
            buf_addf(&shown, "%s%s", k > 0 ? "," : "", m.argv[i][k]);
    }
    if (want)
        ok = ok && span_eqz(buf_span(&shown), want);
    else
        ok = !ok && m.n == 0 && err.text[0];
    if (!ok)
        printf("# got %.*s %s\n", SPAN_ARG(buf_span(&shown)), err.text);
    buf_free(&shown);
    apertium_mode_free(&m);
    return ok;
}

static void
a_mode_becomes_argument_lists(void)
{
    CHECK(parses_to("lt-proc -w '/a b/x.bin' | cg-proc \"y\"\n",
        "lt-proc,-z,-w,/a b/x.bin|cg-proc,-z,y"));
    CHECK(parses_to("a|b", "a,-z|b,-z"));
    CHECK(parses_to("a x'y z'\"w\"", "a,-z,xy zw"));
    CHECK(parses_to("a ''", "a,-z,"));
    CHECK(parses_to("a -z b", "a,-z,b"));
}

static void
variables_are_replaced_as_apertium_u_does(void)
{
    CHECK(parses_to("lt-proc $1 'f' | apertium-tagger -g $2 'p'",
        "lt-proc,-z,-n,f|apertium-tagger,-z,-g,p"));
    CHECK(parses_to("a '$1'", "a,-z,-n"));
}

static void
more_shell_than_that_is_refused(void)
{
    CHECK(parses_to("", NULL));
    CHECK(parses_to("  \n", NULL));
    CHECK(parses_to("a |", NULL));
    CHECK(parses_to("| a", NULL));
    CHECK(parses_to("a || b", NULL));
    CHECK(parses_to("a; b", NULL));
    CHECK(parses_to("a > b", NULL));
    CHECK(parses_to("a `b`", NULL));
    CHECK(parses_to("a $(b)", NULL));
    CHECK(parses_to("a $HOME", NULL));
    CHECK(parses_to("a \"$1\"", NULL));
    CHECK(parses_to("a 'b", NULL));
    CHECK(parses_to("a & b", NULL));
}

static void
too_many_programs_or_arguments_are_refused(void)
{
    struct buf text = {0};

    for (int i = 0; i < MODE_PROGRAMS_MAX; i++)
        buf_addz(&text, i > 0 ? "|a" : "a");
    buf_addc(&text, '\0');
    text.len--;
    CHECK(!parses_to(text.p, NULL));
    buf_addz(&text, "|a");
    buf_addc(&text, '\0');
    CHECK(parses_to(text.p, NULL));
    buf_reset(&text);
    for (int i = 0; i < MODE_ARGS_MAX; i++)
        buf_addz(&text, "a ");
    buf_addc(&text, '\0');
    CHECK(parses_to(text.p, NULL));
    buf_free(&text);
}

static void
loading_says_what_is_missing(void)
{
    static const char *const names[] = {"ok", "program", "file", NULL};
    static const char *const texts[] = {
        "cat", "no-such-program -x", "cat '/no/such/file.bin'"};
    struct apertium_mode m;
    struct err err;
    char dir[32], path[64];

    make_modes(dir, names, texts);
    snprintf(path, sizeof(path), "%s/ok", dir);
    CHECK(apertium_mode_load(path, &m, &err));
    CHECK(m.n == 1 && m.argv[0][0][0] == '/');
    apertium_mode_free(&m);
    snprintf(path, sizeof(path), "%s/program", dir);
    CHECK(!apertium_mode_load(path, &m, &err));
    CHECK(strstr(err.text, "no-such-program is not installed"));
    snprintf(path, sizeof(path), "%s/file", dir);
    CHECK(!apertium_mode_load(path, &m, &err));
    CHECK(strstr(err.text, "/no/such/file.bin"));
    CHECK(!apertium_mode_load("/no/such/mode", &m, &err));
    CHECK(!apertium_mode_load("/tmp", &m, &err));
    remove_modes(dir);
}

int
main(void)
{
    RUN(a_mode_becomes_argument_lists);
    RUN(variables_are_replaced_as_apertium_u_does);
    RUN(more_shell_than_that_is_refused);
    RUN(too_many_programs_or_arguments_are_refused);
    RUN(loading_says_what_is_missing);
    return tap_end();
}
