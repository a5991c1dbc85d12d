/* SPDX-License-Identifier: ISC */
#include "gateway/guessable.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway/passwords.h"

enum {
    WORD_BYTES_MAX = 32, /* longer ones are not in the list */
    TAIL_MAX = 4, /* figures and marks behind a word */
    PIECE_MAX = 4, /* repeated */
    RUN_MIN = 4, /* keys in a row */
    NAME_MIN = 3,
};

static const char *const rows[] = {"abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "azertyuiop",
    "qwertzuiop", "asdfghjkl", "1qaz2wsx3edc4rfv5tgb6yhn7ujm"};

static int
compare(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

static bool
is_listed(const char *word)
{
    return bsearch(word, passwords, passwords_n, sizeof(*passwords), compare) !=
           NULL;
}

/* The letter that a figure or mark stands for. */
static char
letter(char c)
{
    static const char from[] = "0134578@$!", to[] = "oleastbasi";
    const char *at = c ? strchr(from, c) : NULL;

    return at ? to[at - from] : c;
}

/* Is the word in the list, as it is or with letters for its figures? */
static bool
is_usual(const char *word)
{
    char plain[WORD_BYTES_MAX + 1] = "";

    for (size_t i = 0; word[i]; i++)
        plain[i] = letter(word[i]);
    return is_listed(word) || is_listed(plain);
}

static bool
is_usual_word(struct span password)
{
    char word[WORD_BYTES_MAX + 1] = "";

    if (password.len > WORD_BYTES_MAX)
        return false;
    for (size_t i = 0; i < password.len; i++)
        word[i] = (char)tolower((unsigned char)password.p[i]);
    for (size_t cut = 0; cut <= TAIL_MAX && cut < password.len; cut++) {
        if (is_usual(word))
            return true;
        if (isalpha((unsigned char)word[password.len - cut - 1]))
            return false;
        word[password.len - cut - 1] = '\0';
    }
    return false;
}

static bool
is_repeated(struct span s)
{
    for (size_t piece = 1; piece <= PIECE_MAX && piece * 2 <= s.len; piece++)
        if (memcmp(s.p, s.p + piece, s.len - piece) == 0)
            return true;
    return false;
}

/* How many bytes at the start of s are keys in a row, either way? */
static size_t
run_of(struct span s)
{
    size_t best = 0;

    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
        size_t len = strlen(rows[r]);
        for (size_t at = 0; at < len; at++) {
            size_t up = 0, down = 0;
            while (up < s.len && at + up < len &&
                   tolower((unsigned char)s.p[up]) == rows[r][at + up])
                up++;
            while (down < s.len && down <= at &&
                   tolower((unsigned char)s.p[down]) == rows[r][at - down])
                down++;
            best = up > best ? up : best;
            best = down > best ? down : best;
        }
    }
    return best;
}

/* Nothing but rows of keys, but for a few others at the end. */
static bool
is_keys(struct span s)
{
    while (s.len > TAIL_MAX) {
        size_t n = run_of(s);
        if (n < RUN_MIN)
            return false;
        s = (struct span){s.p + n, s.len - n};
    }
    return true;
}

/* The name, once or more, and a few others. */
static bool
is_name(struct span password, struct span name)
{
    size_t left = password.len, at = 0;

    if (name.len < NAME_MIN)
        return false;
    while (at + name.len <= password.len) {
        bool here = strncasecmp(password.p + at, name.p, name.len) == 0;
        left -= here ? name.len : 0;
        at += here ? name.len : 1;
    }
    return left <= TAIL_MAX;
}

bool
guessable(struct span password, struct span username, struct span email)
{
    struct span mailbox = email;

    mailbox = span_cut(&mailbox, '@');
    return is_usual_word(password) || is_repeated(password) ||
           is_keys(password) || is_name(password, username) ||
           is_name(password, email) || is_name(password, mailbox);
}
