/* SPDX-License-Identifier: ISC */
#include "text/lang.h"

#include <string.h>

static const struct lang langs[] = {
    {"af", "afr", "Afrikaans", "Afrikaans"},
    {"am", "amh", "Amharic", "አማርኛ"},
    {"an", "arg", "Aragonese", "aragonés"},
    {"ar", "ara", "Arabic", "العربية"},
    {"as", "asm", "Assamese", "অসমীয়া"},
    {"ast", "ast", "Asturian", "asturianu"},
    {"az", "aze", "Azerbaijani", "azərbaycanca"},
    {"be", "bel", "Belarusian", "беларуская"},
    {"bg", "bul", "Bulgarian", "български"},
    {"bn", "ben", "Bengali", "বাংলা"},
    {"br", "bre", "Breton", "brezhoneg"},
    {"bs", "bos", "Bosnian", "bosanski"},
    {"ca", "cat", "Catalan", "català"},
    {"co", "cos", "Corsican", "corsu"},
    {"cs", "ces", "Czech", "čeština"},
    {"cy", "cym", "Welsh", "Cymraeg"},
    {"da", "dan", "Danish", "dansk"},
    {"de", "deu", "German", "Deutsch"},
    {"el", "ell", "Greek", "Ελληνικά"},
    {"en", "eng", "English", "English"},
    {"eo", "epo", "Esperanto", "Esperanto"},
    {"es", "spa", "Spanish", "español"},
    {"et", "est", "Estonian", "eesti"},
    {"eu", "eus", "Basque", "euskara"},
    {"fa", "fas", "Persian", "فارسی"},
    {"fi", "fin", "Finnish", "suomi"},
    {"fo", "fao", "Faroese", "føroyskt"},
    {"fr", "fra", "French", "français"},
    {"frp", "frp", "Arpitan", "arpetan"},
    {"fy", "fry", "Western Frisian", "Frysk"},
    {"ga", "gle", "Irish", "Gaeilge"},
    {"gd", "gla", "Scottish Gaelic", "Gàidhlig"},
    {"gl", "glg", "Galician", "galego"},
    {"gu", "guj", "Gujarati", "ગુજરાતી"},
    {"ha", "hau", "Hausa", "Hausa"},
    {"he", "heb", "Hebrew", "עברית"},
    {"hi", "hin", "Hindi", "हिन्दी"},
    {"hr", "hrv", "Croatian", "hrvatski"},
    {"ht", "hat", "Haitian Creole", "kreyòl ayisyen"},
    {"hu", "hun", "Hungarian", "magyar"},
    {"hy", "hye", "Armenian", "հայերեն"},
    {"id", "ind", "Indonesian", "Bahasa Indonesia"},
    {"ig", "ibo", "Igbo", "Igbo"},
    {"is", "isl", "Icelandic", "íslenska"},
    {"it", "ita", "Italian", "italiano"},
    {"ja", "jpn", "Japanese", "日本語"},
    {"jv", "jav", "Javanese", "Basa Jawa"},
    {"ka", "kat", "Georgian", "ქართული"},
    {"kk", "kaz", "Kazakh", "қазақ тілі"},
    {"km", "khm", "Khmer", "ខ្មែរ"},
    {"kn", "kan", "Kannada", "ಕನ್ನಡ"},
    {"ko", "kor", "Korean", "한국어"},
    {"ku", "kur", "Kurdish", "kurdî"},
    {"ky", "kir", "Kyrgyz", "кыргызча"},
    {"la", "lat", "Latin", "Latina"},
    {"lb", "ltz", "Luxembourgish", "Lëtzebuergesch"},
    {"lo", "lao", "Lao", "ລາວ"},
    {"lt", "lit", "Lithuanian", "lietuvių"},
    {"lv", "lav", "Latvian", "latviešu"},
    {"mg", "mlg", "Malagasy", "Malagasy"},
    {"mi", "mri", "Māori", "Māori"},
    {"mk", "mkd", "Macedonian", "македонски"},
    {"ml", "mal", "Malayalam", "മലയാളം"},
    {"mn", "mon", "Mongolian", "монгол"},
    {"mr", "mar", "Marathi", "मराठी"},
    {"ms", "msa", "Malay", "Bahasa Melayu"},
    {"mt", "mlt", "Maltese", "Malti"},
    {"my", "mya", "Burmese", "မြန်မာ"},
    {"nb", "nob", "Norwegian Bokmål", "norsk bokmål"},
    {"ne", "nep", "Nepali", "नेपाली"},
    {"nl", "nld", "Dutch", "Nederlands"},
    {"nn", "nno", "Norwegian Nynorsk", "norsk nynorsk"},
    {"oc", "oci", "Occitan", "occitan"},
    {"or", "ori", "Odia", "ଓଡ଼ିଆ"},
    {"pa", "pan", "Punjabi", "ਪੰਜਾਬੀ"},
    {"pl", "pol", "Polish", "polski"},
    {"ps", "pus", "Pashto", "پښتو"},
    {"pt", "por", "Portuguese", "português"},
    {"qu", "que", "Quechua", "Runa Simi"},
    {"rm", "roh", "Romansh", "rumantsch"},
    {"ro", "ron", "Romanian", "română"},
    {"ru", "rus", "Russian", "русский"},
    {"rw", "kin", "Kinyarwanda", "Ikinyarwanda"},
    {"sc", "srd", "Sardinian", "sardu"},
    {"sd", "snd", "Sindhi", "سنڌي"},
    {"se", "sme", "Northern Sámi", "davvisámegiella"},
    {"sh", "hbs", "Serbo-Croatian", "srpskohrvatski"},
    {"si", "sin", "Sinhala", "සිංහල"},
    {"sk", "slk", "Slovak", "slovenčina"},
    {"sl", "slv", "Slovenian", "slovenščina"},
    {"so", "som", "Somali", "Soomaali"},
    {"sq", "sqi", "Albanian", "shqip"},
    {"sr", "srp", "Serbian", "српски"},
    {"su", "sun", "Sundanese", "Basa Sunda"},
    {"sv", "swe", "Swedish", "svenska"},
    {"sw", "swa", "Swahili", "Kiswahili"},
    {"szl", "szl", "Silesian", "ślōnski"},
    {"ta", "tam", "Tamil", "தமிழ்"},
    {"te", "tel", "Telugu", "తెలుగు"},
    {"tg", "tgk", "Tajik", "тоҷикӣ"},
    {"th", "tha", "Thai", "ไทย"},
    {"tk", "tuk", "Turkmen", "türkmençe"},
    {"tl", "tgl", "Tagalog", "Tagalog"},
    {"tr", "tur", "Turkish", "Türkçe"},
    {"tt", "tat", "Tatar", "татарча"},
    {"ug", "uig", "Uyghur", "ئۇيغۇرچە"},
    {"uk", "ukr", "Ukrainian", "українська"},
    {"ur", "urd", "Urdu", "اردو"},
    {"uz", "uzb", "Uzbek", "oʻzbekcha"},
    {"vi", "vie", "Vietnamese", "Tiếng Việt"},
    {"wo", "wol", "Wolof", "Wolof"},
    {"xh", "xho", "Xhosa", "isiXhosa"},
    {"yi", "yid", "Yiddish", "ייִדיש"},
    {"yo", "yor", "Yoruba", "Yorùbá"},
    {"zh", "zho", "Chinese", "中文"},
    {"zu", "zul", "Zulu", "isiZulu"},
};

enum { N_LANGS = sizeof(langs) / sizeof(langs[0]) };

/* Other codes in use: ISO 639-2/B, withdrawn ones, members of macrolanguages
 * which their users take for the language itself. */
static const struct {
    char tag[4], code[4];
} aliases[] = {
    {"no", "nb"},
    {"nor", "nb"},
    {"iw", "he"},
    {"in", "id"},
    {"ji", "yi"},
    {"mo", "ro"},
    {"mol", "ro"},
    {"fil", "tl"},
    {"cmn", "zh"},
    {"arb", "ar"},
    {"zlm", "ms"},
    {"zsm", "ms"},
    {"pes", "fa"},
    {"ekk", "et"},
    {"lvs", "lv"},
    {"swh", "sw"},
    {"azj", "az"},
    {"npi", "ne"},
    {"ory", "or"},
    {"uzn", "uz"},
    {"als", "sq"},
    {"khk", "mn"},
    {"plt", "mg"},
    {"kmr", "ku"},
    {"alb", "sq"},
    {"arm", "hy"},
    {"baq", "eu"},
    {"bur", "my"},
    {"chi", "zh"},
    {"cze", "cs"},
    {"dut", "nl"},
    {"fre", "fr"},
    {"geo", "ka"},
    {"ger", "de"},
    {"gre", "el"},
    {"ice", "is"},
    {"mac", "mk"},
    {"mao", "mi"},
    {"may", "ms"},
    {"per", "fa"},
    {"rum", "ro"},
    {"scc", "sr"},
    {"scr", "hr"},
    {"slo", "sk"},
    {"wel", "cy"},
};

enum { N_ALIASES = sizeof(aliases) / sizeof(aliases[0]) };

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The first subtag of tag in lower case; false unless it has 2 or 3 letters. */
static bool
primary_subtag(struct span tag, char ret[4])
{
    size_t n = 0;

    while (n < tag.len && is_letter(tag.p[n]))
        n++;
    if (n < 2 || n > 3)
        return false;
    if (n < tag.len && !strchr("-_.@", tag.p[n]))
        return false; /* "e*s", "fr x", an embedded NUL */
    for (size_t i = 0; i < n; i++)
        ret[i] = (char)(tag.p[i] | 0x20);
    ret[n] = '\0';
    return n == tag.len || tag.p[n] != '\0';
}

/* Most differ in the first letter, and each message asks. */
static bool
is_same(const char *code, const char *tag)
{
    return *code == *tag && strcmp(code, tag) == 0;
}

static const struct lang *
find_primary(const char *tag)
{
    for (size_t i = 0; i < N_LANGS; i++) {
        if (is_same(langs[i].code, tag) || is_same(langs[i].iso3, tag))
            return &langs[i];
    }
    return NULL;
}

const struct lang *
lang_find(struct span tag)
{
    char primary[4];

    if (!primary_subtag(tag, primary))
        return NULL;
    for (size_t i = 0; i < N_ALIASES; i++) {
        if (is_same(aliases[i].tag, primary))
            return find_primary(aliases[i].code);
    }
    return find_primary(primary);
}

bool
lang_normalise(struct span tag, char ret[LANG_CODE_BYTES])
{
    const struct lang *lang = lang_find(tag);
    char primary[4];

    if (lang) {
        memcpy(ret, lang->code, strlen(lang->code) + 1);
        return true;
    }
    if (!primary_subtag(tag, primary))
        return false;
    memcpy(ret, primary, sizeof(primary));
    return true;
}

struct span
lang_macro(struct span code)
{
    static const char *const standards[] = {"bs", "hr", "sr"};

    for (size_t i = 0; i < sizeof(standards) / sizeof(standards[0]); i++)
        if (span_eqz(code, standards[i]))
            return SPAN("sh");
    return code;
}

bool
lang_same(struct span a, struct span b)
{
    return span_eq(lang_macro(a), lang_macro(b));
}

size_t
lang_all(const struct lang **ret)
{
    *ret = langs;
    return N_LANGS;
}
