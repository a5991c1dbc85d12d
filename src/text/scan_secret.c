/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "text/scan.h"
#include "text/uni.h"

enum {
    TOKEN_BYTES_MAX = 256,
    SECRET_BYTES_MIN = 4,
    BACK_BYTES_MAX = 128, /* so far back a password is announced */
    WORDS_BETWEEN_MAX = 4, /* "the password of the new wifi is" */
};

struct span
scan_token(struct span line, size_t i)
{
    struct span t = {line.p + i, 0};

    while (i + t.len < line.len && t.len < TOKEN_BYTES_MAX &&
           (unsigned char)t.p[t.len] > ' ' &&
           !strchr("<>()[]{}\"'`,;", t.p[t.len]))
        t.len++;
    for (size_t k = 0, n; k < t.len; k += n) {
        int32_t c = uni_at(t, k, &n);

        if (c >= 0x80 && !uni_alpha(c)) {
            t.len = k;
            break;
        }
    }
    while (t.len > 0 && memchr(".:!?*_~", t.p[t.len - 1], 7))
        t.len--;
    return t;
}

/* The word before byte i of the line, past white space; its end in *i. */
static struct span
word_before(struct span line, size_t *i)
{
    struct span word;

    while (*i > 0 && line.p[*i - 1] == ' ')
        --*i;
    word.len = 0;
    while (*i > 0 && (unsigned char)line.p[*i - 1] > ' ' &&
           !strchr(":=\"", line.p[*i - 1])) {
        --*i;
        word.len++;
    }
    word.p = line.p + *i;
    return word;
}

static bool
is_one_of(struct span word, const char *list)
{
    const char *at = list;
    char small[16];

    if (word.len == 0 || word.len + 2 > sizeof(small))
        return false;
    small[0] = small[word.len + 1] = ' ';
    for (size_t k = 0; k < word.len; k++)
        small[k + 1] = word.p[k] >= 'A' && word.p[k] <= 'Z'
                           ? (char)(word.p[k] | 0x20)
                           : word.p[k];
    at = memmem(list, strlen(list), small, word.len + 2);
    return at != NULL;
}

size_t
scan_secret(struct span line, size_t i)
{
    static const char names[] =
        " password passcode pwd pass mdp passe passwort "
        "kennwort contraseña contrasenya clave senha "
        "passwd palavra-passe parola wachtwoord ";
    static const char links[] = " is : = est es é è c'est ist eh e is: ";
    size_t skip = i > BACK_BYTES_MAX ? i - BACK_BYTES_MAX : 0, k;
    struct span t, word;
    bool colon;

    line = (struct span){line.p + skip, line.len - skip};
    k = i -= skip;
    t = scan_token(line, i);
    if (t.len < SECRET_BYTES_MIN || i == 0 || !memchr(line.p, ' ', i))
        return 0;
    while (k > 0 && line.p[k - 1] == ' ')
        k--;
    colon = k > 0 && (line.p[k - 1] == ':' || line.p[k - 1] == '=');
    if (colon)
        k--;
    else if (!is_one_of(word_before(line, &k), links) ||
             !uni_upper((unsigned char)line.p[i]))
        return 0;
    /* "the password of the wifi is" */
    for (int words = 0; words < WORDS_BETWEEN_MAX; words++) {
        word = word_before(line, &k);
        if (is_one_of(word, names))
            return t.len;
        if (word.len == 0)
            break;
    }
    return 0;
}
