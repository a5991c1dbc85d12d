/* SPDX-License-Identifier: ISC */
#include "gateway/mailer_words.h"

#include <string.h>

/* Two places: "{name}" and "{link}". */
static const struct words {
    const char *language, *subject, *text;
} letters[] = {
    {"en", "Meeshy: a new password",
        "Hello {name},\n\nsomebody, you as we hope, wants a new password for "
        "your account. Choose it here within an hour:\n\n{link}\n\nIf it was "
        "not you, do nothing: your password stays as it is.\n"},
    {"fr", "Meeshy : un nouveau mot de passe",
        "Bonjour {name},\n\nquelqu’un, vous sans doute, demande un nouveau mot "
        "de passe pour votre compte. Choisissez-le ici dans l’heure :\n\n"
        "{link}\n\nSi ce n’était pas vous, ne faites rien : votre mot de passe "
        "reste le même.\n"},
    {"es", "Meeshy: una contraseña nueva",
        "Hola, {name}:\n\nAlguien, esperamos que tú, pide una contraseña nueva "
        "para tu cuenta. Elígela aquí antes de una hora:\n\n{link}\n\nSi no "
        "has sido tú, no hagas nada: tu contraseña sigue siendo la misma.\n"},
    {"de", "Meeshy: ein neues Passwort",
        "Hallo {name},\n\njemand, hoffentlich du, möchte ein neues Passwort für "
        "dein Konto. Wähle es hier innerhalb einer Stunde:\n\n{link}\n\nWarst "
        "du das nicht, dann tu nichts: Dein Passwort bleibt, wie es ist.\n"},
    {"pt", "Meeshy: uma nova senha",
        "Olá, {name}!\n\nAlguém, esperamos que você, pediu uma nova senha para "
        "a sua conta. Escolha-a aqui dentro de uma hora:\n\n{link}\n\nSe não "
        "foi você, não faça nada: a sua senha continua a mesma.\n"},
    {"it", "Meeshy: una nuova password",
        "Ciao {name},\n\nqualcuno, speriamo tu, chiede una nuova password per "
        "il tuo account. Sceglila qui entro un’ora:\n\n{link}\n\nSe non sei "
        "stato tu, non fare nulla: la tua password resta quella di prima.\n"},
    {"ca", "Meeshy: una contrasenya nova",
        "Hola, {name}:\n\nAlgú, esperem que tu, demana una contrasenya nova "
        "per al teu compte. Tria-la aquí abans d’una hora:\n\n{link}\n\nSi no "
        "has estat tu, no facis res: la teva contrasenya és la mateixa.\n"},
    {"ar", "Meeshy: كلمة مرور جديدة",
        "مرحبًا {name}،\n\nطلب أحدهم، ونرجو أن يكون أنت، كلمة مرور جديدة "
        "لحسابك. اخترها هنا خلال ساعة:\n\n{link}\n\nإن لم تكن أنت من طلب ذلك "
        "فلا تفعل شيئًا: تبقى كلمة مرورك كما هي.\n"},
};

static const struct words *
words_in(struct span language)
{
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
        if (span_eqz(language, letters[i].language))
            return &letters[i];
    return &letters[0];
}

struct span
mailer_subject(struct span language)
{
    return span_of(words_in(language)->subject);
}

void
mailer_put_text(
    struct buf *b, struct span language, struct span name, struct span link)
{
    struct span rest = span_of(words_in(language)->text);

    while (rest.p) {
        struct span place;
        buf_adds(b, span_cut(&rest, '{'));
        if (!rest.p)
            break;
        place = span_cut(&rest, '}');
        buf_adds(b, span_eqz(place, "name") ? name : link);
    }
}
