/* SPDX-License-Identifier: ISC */
#include "text/langid_script.h"

void
langid_count_letter(struct langid_letters *l, int32_t c)
{
    UErrorCode status = U_ZERO_ERROR;
    int script = USCRIPT_LATIN;

    if (c >= 0x0250)
        script = (int)uscript_getScript(c, &status);
    if (script <= USCRIPT_INHERITED || script >= USCRIPT_CODE_LIMIT)
        return;
    l->scripts[script]++;
    l->n++;
}

const char *
langid_by_script(const struct langid_letters *l, double *share)
{
    static const struct {
        int script;
        const char *code;
    } own[] = {
        {USCRIPT_GREEK, "el"},
        {USCRIPT_HEBREW, "he"},
        {USCRIPT_THAI, "th"},
        {USCRIPT_HANGUL, "ko"},
        {USCRIPT_GEORGIAN, "ka"},
        {USCRIPT_ARMENIAN, "hy"},
        {USCRIPT_BENGALI, "bn"},
        {USCRIPT_GURMUKHI, "pa"},
        {USCRIPT_GUJARATI, "gu"},
        {USCRIPT_TAMIL, "ta"},
        {USCRIPT_TELUGU, "te"},
        {USCRIPT_KANNADA, "kn"},
        {USCRIPT_MALAYALAM, "ml"},
        {USCRIPT_SINHALA, "si"},
        {USCRIPT_MYANMAR, "my"},
        {USCRIPT_KHMER, "km"},
        {USCRIPT_LAO, "lo"},
        {USCRIPT_ETHIOPIC, "am"},
        {USCRIPT_ORIYA, "or"},
        {USCRIPT_HAN, "zh"},
    };
    size_t kana = l->scripts[USCRIPT_HIRAGANA] + l->scripts[USCRIPT_KATAKANA];
    size_t japanese = kana + l->scripts[USCRIPT_HAN];

    if (kana > 0 && 2 * japanese >= l->n) {
        *share = (double)japanese / (double)l->n;
        return "ja";
    }
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        size_t n = l->scripts[own[i].script];

        if (n > 0 && 2 * n >= l->n) {
            *share = (double)n / (double)l->n;
            return own[i].code;
        }
    }
    return NULL;
}
