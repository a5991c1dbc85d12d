/* SPDX-License-Identifier: ISC */
#include "engine/apertium_mode.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"

/* What apertium -u passes as $1: generate without marks for unknown words. */
#define GENERATOR_OPTION "-n"
#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

enum token { TOKEN_END, TOKEN_PIPE, TOKEN_WORD, TOKEN_BAD };

/* Take one word, of plain and quoted parts, from *s.  False on an open quote
 * and on anything that means something to a shell but not to us. */
static bool
take_word(struct span *s, struct buf *word)
{
    while (s->len > 0 && !ascii_space(s->p[0]) && s->p[0] != '|') {
        char c = s->p[0];
        struct span quoted = {s->p + 1, s->len - 1};

        if (c == '\'' || c == '"') {
            const char *end = memchr(quoted.p, c, quoted.len);
            if (!end)
                return false;
            quoted.len = (size_t)(end - quoted.p);
            if (c == '"' && memchr(quoted.p, '$', quoted.len))
                return false;
            buf_adds(word, quoted);
            s->len -= quoted.len + 2;
            s->p = end + 1;
        } else if (strchr("\\`;&<>()*?{}#!", c)) {
            return false;
        } else {
            buf_addc(word, c);
            s->p++;
            s->len--;
        }
    }
    return true;
}

static enum token
take_token(struct span *s, struct buf *word)
{
    buf_reset(word);
    while (s->len > 0 && ascii_space(s->p[0])) {
        s->p++;
        s->len--;
    }
    if (s->len == 0)
        return TOKEN_END;
    if (s->p[0] == '|') {
        s->p++;
        s->len--;
        return TOKEN_PIPE;
    }
    if (memchr(s->p, '\0', s->len) || !take_word(s, word))
        return TOKEN_BAD;
    return TOKEN_WORD;
}

/* Add a word to the last program, after replacing $1 and $2. */
static bool
add_word(
    struct apertium_mode *m, size_t *n_args, struct span word, struct err *err)
{
    char **argv = m->argv[m->n - 1];

    if (span_eqz(word, "$2") || (*n_args > 0 && span_eqz(word, "-z")))
        return true;
    if (span_eqz(word, "$1"))
        word = SPAN(GENERATOR_OPTION);
    else if (memchr(word.p, '$', word.len))
        return err_set(err, FAIL_BAD_INPUT, "mode uses an unknown variable");
    if (*n_args + 2 > MODE_ARGS_MAX)
        return err_set(err, FAIL_TOO_LARGE, "mode has too many arguments");

    argv[(*n_args)++] = span_dup(word);
    if (*n_args == 1)
        argv[(*n_args)++] = xstrdup("-z");
    return true;
}

static bool
parse(struct span text, struct apertium_mode *m, struct buf *word,
    struct err *err)
{
    size_t n_args = 0;
    bool want_program = true;

    for (;;) {
        switch (take_token(&text, word)) {
        case TOKEN_BAD:
            return err_set(err, FAIL_BAD_INPUT, "mode is not a plain pipe");
        case TOKEN_END:
            if (want_program)
                return err_set(err, FAIL_BAD_INPUT, "mode lacks a program");
            return true;
        case TOKEN_PIPE:
            if (want_program)
                return err_set(err, FAIL_BAD_INPUT, "mode lacks a program");
            want_program = true;
            break;
        case TOKEN_WORD:
            if (want_program) {
                if (m->n == MODE_PROGRAMS_MAX)
                    return err_set(
                        err, FAIL_TOO_LARGE, "mode has too many programs");
                m->argv[m->n++] = xcalloc(MODE_ARGS_MAX, sizeof(char *));
                n_args = 0;
                want_program = false;
            }
            if (!add_word(m, &n_args, buf_span(word), err))
                return false;
            break;
        }
    }
}

bool
apertium_mode_parse(
    struct span text, struct apertium_mode *ret, struct err *err)
{
    struct buf word = {0};
    bool ok;

    *ret = (struct apertium_mode){0};
    ok = parse(text, ret, &word, err);
    buf_free(&word);
    if (!ok)
        apertium_mode_free(ret);
    return ok;
}

/* Whether ours does what is asked of Debian's: hidden Markov models only. */
static bool
is_our_tagging(char **argv)
{
    bool hmm = false;

    if (strcmp(argv[0], "apertium-tagger") != 0)
        return false;
    for (size_t i = 1; argv[i]; i++) {
        hmm = hmm || strcmp(argv[i], "-g") == 0;
        if (argv[i][0] == '-' && strcmp(argv[i], "-z") != 0 &&
            strcmp(argv[i], "-g") != 0 && strcmp(argv[i], "-p") != 0)
            return false;
    }
    return hmm;
}

/* Have the mode use our tagger (tagger.cc) instead of Debian's. */
static void
use_our_tagger(char **argv)
{
    static atomic_bool warned; /* once is enough: each mode comes here */
    char *file = proc_helper("engine", "meeshy-tagger");

    if (file) {
        free(argv[0]);
        argv[0] = file;
    } else if (!atomic_exchange(&warned, true))
        log_warn("meeshy-tagger is missing: a translation may depend on the"
                 " texts before");
}

/* Replace a program's name by the first executable of that name in PATH. */
static bool
resolve(char **name, struct err *err)
{
    const char *path = getenv("PATH");
    struct span dirs = span_of(path && *path ? path : DEFAULT_PATH);

    if (strchr(*name, '/')) {
        if (access(*name, X_OK) == 0)
            return true;
        return err_set(err, FAIL_SYSTEM, "cannot execute %s: %m", *name);
    }
    while (dirs.p) {
        struct span dir = span_cut(&dirs, ':');
        char *file;

        if (dir.len == 0 || dir.p[0] != '/')
            continue;
        if (asprintf(&file, "%.*s/%s", SPAN_ARG(dir), *name) < 0)
            abort();
        if (access(file, X_OK) == 0) {
            free(*name);
            *name = file;
            return true;
        }
        free(file);
    }
    return err_set(err, FAIL_SYSTEM, "program %s is not installed", *name);
}

static bool
check(struct apertium_mode *m, struct err *err)
{
    for (size_t i = 0; i < m->n; i++) {
        char **argv = m->argv[i];

        if (is_our_tagging(argv))
            use_our_tagger(argv);
        if (!resolve(&argv[0], err))
            return false;
        for (size_t k = 1; argv[k]; k++) {
            if (argv[k][0] == '/' && access(argv[k], R_OK) != 0)
                return err_set(err, FAIL_SYSTEM, "cannot read %s: %m", argv[k]);
        }
    }
    return true;
}

bool
apertium_mode_load(const char *path, struct apertium_mode *ret, struct err *err)
{
    struct buf text = {0};
    bool ok;

    *ret = (struct apertium_mode){0};
    ok = file_read(path, MODE_FILE_BYTES_MAX, &text, err) &&
         apertium_mode_parse(buf_span(&text), ret, err) && check(ret, err);
    buf_free(&text);
    if (!ok)
        apertium_mode_free(ret);
    return ok;
}

/* FNV-1a, a word at a time. */
static uint64_t
mix(uint64_t hash, uint64_t word)
{
    return (hash ^ word) * 0x100000001b3;
}

uint64_t
apertium_mode_version(const struct apertium_mode *m)
{
    uint64_t hash = 0xcbf29ce484222325;
    struct stat st;

    for (size_t i = 0; i < m->n; i++) {
        for (size_t k = 0; m->argv[i][k]; k++) {
            const char *arg = m->argv[i][k];

            for (size_t c = 0; arg[c]; c++)
                hash = mix(hash, (unsigned char)arg[c]);
            if (arg[0] == '/' && stat(arg, &st) == 0)
                hash = mix(mix(hash, (uint64_t)st.st_size),
                    (uint64_t)st.st_mtim.tv_sec);
        }
    }
    return hash;
}

void
apertium_mode_free(struct apertium_mode *m)
{
    for (size_t i = 0; i < m->n; i++) {
        for (size_t k = 0; m->argv[i][k]; k++)
            free(m->argv[i][k]);
        free(m->argv[i]);
    }
    *m = (struct apertium_mode){0};
}
