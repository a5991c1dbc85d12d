/* SPDX-License-Identifier: ISC */
#include "text/rude.h"

#include <stddef.h>
#include <string.h>

#include "text/words.h"

/* A word that ends with * stands for all that begin so.  Words with a common
 * harmless meaning in their language are left out. */
static const struct word_list lists[] = {
    {"en",
        "fuck* motherfuck* shit shits shitty bullshit cunt* bitch* asshole* "
        "arsehole* bastard* dickhead* wanker* twat* slut* whore* faggot* fag "
        "nigger* nigga* retard* spastic* tranny kike* chink* paki* gook* "
        "swearword wog* coon* jackass dumbass pussy tits cum jerk crap "
        "idiot* moron* stupid screw* piss* goddamn arse prick bollocks sod "
        "bugger* turd* douche* hooker* skank* dyke* cripple* midget* "
        "ass dick cock jizz scum tramp wetback* spic "},
    {"fr",
        "merd* putain* pute* connard* connass* salop* encul* bite bites "
        "couille* nique* niqu\xc3\xa9 foutre bordel chier chiant* p\xc3\xa9"
        "d\xc3\xa9* tapette* n\xc3\xa8gre* negro bougnoule* youpin* con cons "
        "conne* b\xc3\xa2tard* enfoir\xc3\xa9* trouduc* cul baise* "
        "gouine* gogol* mongol attard\xc3\xa9* d\xc3\xa9"
        "bile* idiot* imb\xc3\xa9"
        "cile* cr\xc3\xa9tin* abruti* gueule "
        "salaud* garce* renoi* rital* bicot* chinetoque* pouffiasse* "
        "branl* emmerd* chienne* travelo* stupide*"},
    {"es", "mierda* puta* puto* co\xc3\xb1o* joder* jodid* gilipoll* "
           "cabr\xc3\xb3n* cabron* pendej* chinga* maric\xc3\xb3n* maricon* "
           "marica* polla pollas follar* cojon* verga culo culos "
           "negrata* sudaca* moraco retrasad* subnormal* mong\xc3\xb3lic* "
           "imb\xc3\xa9"
           "cil* idiota* est\xc3\xbapid* zorra* hijueputa* mam\xc3\xb3n* "
           "capull* bastard* tonto* boludo* pelotud* pinche* culero* "
           "malparid* guarra* bollera*"},
    {"de", "schei\xc3\x9f* scheiss* fick* arsch* fotze* hure* nutte* wichs* "
           "schlampe* schwuchtel* neger* kanake* missgeburt* hurensohn* "
           "mistkerl* bastard* spast* spasti kr\xc3\xbcppel* idiot* dumm* "
           "bl\xc3\xb6"
           "d* depp* trottel* vollpfosten mongo verdammt* verpiss* "
           "zigeuner* pisse* schwanz titten wixer* zur\xc3\xbc"
           "ckgeblieben* behindert* klappe schnauze fresse "
           "drecks* luder* tunte*"},
    {"it", "merda* cazz* stronz* puttan* troi* vaffanculo fanculo coglion* "
           "bastard* froci* ricchion* negro negri zingar* ritardat* "
           "mongoloid* handicappat* minchi* culo culi figa fica scopare "
           "incul* porc* idiota idioti imbecill* cretin* stupid* scem* "
           "deficient* pirla zoccol* mignott* terron* checca*"},
    {"pt", "merda* porra caralho* puta* puto foda* foder* fodid* cu buceta* "
           "viado* bicha* arrombad* cuz\xc3\xa3o* bosta* desgra\xc3\xa7"
           "ad* retardad* mong\xc3\xb3l* mongol idiota* imbecil* "
           "est\xc3\xbapid* vadia* piranha* crioul* macaco* "
           "ot\xc3\xa1ri* corno* cacete* burro paneleir* cabr\xc3\xa3o* "
           "cona pila safad* vagabund*"},
    {"ca", "merda* puta* collons cony fotut* fotre cabr\xc3\xb3* "
           "cabron* maric\xc3\xb3* imb\xc3\xa8"
           "cil* idiota* est\xc3\xbapid* retardat* subnormal* polla cul "
           "bagassa* merd\xc3\xb3s*"},
    {"nl", "kut* klootzak* hoer* neuk* kanker* tyfus* flikker* nicht neger* "
           "mongool* lul eikel klote* godverdomme verdomme tering* "
           "idioot* stom stomme debiel* achterlijk* kreng* slet* teef*"},
};

enum { LANGUAGES = sizeof(lists) / sizeof(lists[0]) };

bool
rude_has(struct span text, struct span lang)
{
    return words_count(text, words_of(lists, LANGUAGES, lang)) > 0;
}

bool
rude_from_nothing(struct span source, struct span translation,
    struct span source_lang, struct span target_lang)
{
    return rude_has(translation, target_lang) &&
           words_of(lists, LANGUAGES, source_lang) &&
           !rude_has(source, source_lang);
}
