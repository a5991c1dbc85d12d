/* SPDX-License-Identifier: ISC */
#include "text/langid_chat.h"

#include <stddef.h>

/* Words of one language, or of one that is by far the likeliest. */
static const struct {
    const char *code;
    const char *words; /* between spaces */
} table[] = {
    {"en", "hello hi thanks thx thank please sorry yes yeah yep nope bye "
           "goodbye cheers welcome"},
    {"fr", "bonjour bonsoir salut merci oui ouais coucou bienvenue désolé "
           "désolée"},
    {"es", "hola gracias buenas buenos adiós"},
    {"it", "ciao grazie buongiorno buonasera prego"},
    {"pt", "olá obrigado obrigada tchau"},
    {"de", "danke bitte tschüss moin"},
    {"ca", "gràcies adéu"},
    {"nl", "bedankt doei"},
    {"sv", "tack"},
    {"pl", "dzięki cześć"},
    {"ro", "mulțumesc"},
    {"tr", "merhaba teşekkürler"},
    {"hu", "köszönöm szia"},
    {"fi", "kiitos"},
    {"eo", "saluton dankon"},
};

const char *
langid_chat(struct span word)
{
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct span rest = span_of(table[i].words);
        while (rest.p)
            if (span_eq(span_cut(&rest, ' '), word))
                return table[i].code;
    }
    return NULL;
}
