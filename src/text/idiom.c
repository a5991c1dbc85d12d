/* SPDX-License-Identifier: ISC */
#include "text/idiom.h"

#include <stddef.h>
#include <string.h>

#include "text/uni.h"

/* In small letters without accents and apostrophes, each between bars. */
static const struct {
    const char *lang, *phrases;
} idioms[] = {
    {"en",
        "|cats and dogs|break a leg|piece of cake|kick the bucket"
        "|kicked the bucket|all ears|under the weather|on me tonight|its on me"
        "|cost an arm and a leg|costs an arm and a leg|once in a blue moon"
        "|spill the beans|spilled the beans|hit the road|hit the sack"
        "|hit the hay|cut corners|pulling my leg|pull my leg|pull your leg"
        "|out of the blue|cold feet|couch potato|when pigs fly|hang in there"
        "|beat around the bush|let the cat out|on the same page|sick and tired"
        "|fed up|piss off|pissed off|off the hook|ring a bell|rings a bell"
        "|a pain in the neck|pain in the ass|up in the air|on thin ice"
        "|burn the midnight oil|the last straw|bite the bullet|call it a day"
        "|make ends meet|get cold feet|elephant in the room|full of beans"
        "|in hot water|cup of tea|worth a shot|up to you|speak of the devil|"},
    {"fr",
        "|pleut des cordes|froid de canard|tout ouie|le cafard|poser un lapin"
        "|pose un lapin|tomber dans les pommes|tombe dans les pommes"
        "|couter les yeux de la tete|coute un bras|les yeux de la tete"
        "|donner sa langue au chat|langue au chat|avoir la peche"
        "|jai la peche|mettre les pieds dans le plat|pieds dans le plat"
        "|casser les pieds|casse les pieds|raconter des salades|des salades"
        "|faire la grasse matinee|grasse matinee|avoir le cafard|nickel chrome"
        "|cest du gateau|du coq a lane|au bout du rouleau"
        "|en avoir ras le bol|ras le bol|a la bourre|etre a sec|chercher midi"
        "|pas piquees des hannetons|ca caille|poil dans la main|tenir la chandelle"
        "|un coup de main|coup de fil|faire gaffe|dans la lune|la tete ailleurs|"},
    {"es",
        "|llueve a cantaros|tomar el pelo|tomas el pelo|tomando el pelo"
        "|pan comido|media naranja|meter la pata|meti la pata|metiste la pata"
        "|estar en las nubes|costar un ojo de la cara|un ojo de la cara"
        "|dar en el clavo|ponerse las pilas|ponte las pilas|sin blanca"
        "|no pegar ojo|ser la leche|es la leche|mala leche|dejar plantado"
        "|me dejo plantado|echar una mano|echame una mano|estar hecho polvo"
        "|hecho polvo|a otro perro con ese hueso|por si las moscas|de pata negra"
        "|que me parta un rayo|flipar|me la suda|importa un pepino|que guay|"},
    {"de",
        "|bahnhof verstehen|nur bahnhof|daumen drucken|drucke dir die daumen"
        "|druck mir die daumen|die nase voll|hals und beinbruch|das ist mir wurst"
        "|ist mir wurst|schwein gehabt|tomaten auf den augen|auf den arm nehmen"
        "|auf den wecker|auf die nerven|spinnst du|um die ecke|bock auf|null bock"
        "|keinen bock|aus allen wolken|in den sauren apfel|unter einer decke"
        "|ins fettnapfchen|den faden verloren|es giesst in stromen|alles in butter|"},
    {"pt",
        "|chovendo canivetes|quebrar um galho|quebra um galho|quebra esse galho"
        "|encher o saco|enche o saco|saco cheio|pagar o pato|viajar na maionese"
        "|viajando na maionese|engolir sapo|cara de pau|com a faca e o queijo"
        "|chutar o balde|dar um jeito|custar os olhos da cara|os olhos da cara"
        "|pe na jaca|puxar o saco|puxa saco|dedos cruzados|mao na roda|de boa|"},
    {"it",
        "|in bocca al lupo|crepi il lupo|piove a catinelle|al verde"
        "|acqua in bocca|costare un occhio della testa|un occhio della testa"
        "|prendere in giro|prendi in giro|prendendo in giro|non vedo lora"
        "|avere le mani bucate|alzare il gomito|rompere le scatole"
        "|rompi le scatole|rompendo le scatole|che barba|in gamba|mica tanto"
        "|fare le ore piccole|tirare il pacco|tirato pacco|di punto in bianco|"},
};

enum { TEXT_BYTES_MAX = 512, LANGUAGES = sizeof(idioms) / sizeof(idioms[0]) };

/* The text in letters and single spaces, as the lists have it. */
static size_t
plain(struct span text, char ret[TEXT_BYTES_MAX])
{
    size_t len = 0, n;

    for (size_t i = 0; i < text.len && len + 1 < TEXT_BYTES_MAX; i += n) {
        int32_t c = uni_plain(uni_at(text, i, &n));

        if (c == '\'' || c == 0x2019)
            continue;
        if (c > 0 && c < 0x80 && uni_alpha(c))
            ret[len++] = (char)c;
        else if (len > 0 && ret[len - 1] != ' ')
            ret[len++] = ' ';
    }
    return len;
}

/* Do the n bytes at p stand in the text as whole words? */
static bool
stands_in(const char *text, size_t len, const char *p, size_t n)
{
    const char *at = text;

    while ((at = memmem(at, (size_t)(text + len - at), p, n))) {
        if ((at == text || at[-1] == ' ') &&
            (at + n == text + len || at[n] == ' '))
            return true;
        at++;
    }
    return false;
}

bool
idiom_in(struct span text, struct span lang)
{
    char bytes[TEXT_BYTES_MAX];
    size_t len = plain(text, bytes);

    for (size_t k = 0; k < LANGUAGES; k++) {
        const char *p = idioms[k].phrases + 1;

        for (; span_eqz(lang, idioms[k].lang) && *p; p += strcspn(p, "|") + 1)
            if (stands_in(bytes, len, p, strcspn(p, "|")))
                return true;
    }
    return false;
}
