/* SPDX-License-Identifier: ISC */
#include "text/langid.h"

#include <string.h>

#include "base/tap.h"

/* What it says; "" when it does not know. */
static const char *
guess(const char *text, const struct langid_opts *opts)
{
    static struct langid got;

    return langid_guess(span_of(text), opts, &got) ? got.code : "";
}

static bool
all_are(const char *lang, const char *const *texts, size_t n)
{
    bool ok = true;

    for (size_t i = 0; i < n; i++) {
        const char *got = guess(texts[i], NULL);

        if (strcmp(got, lang) == 0)
            continue;
        printf("# \"%s\": %s\n", texts[i], got);
        ok = false;
    }
    return ok;
}

#define CHECK_ALL(lang, ...)                                                   \
    do {                                                                       \
        static const char *const texts[] = {__VA_ARGS__};                      \
        CHECK(all_are(lang, texts, sizeof(texts) / sizeof(texts[0])));         \
    } while (0)

static void
short_messages_are_recognised(void)
{
    CHECK_ALL("en", "where are you now?", "I will be late", "thank you",
        "See you tomorrow!", "hello handsome");
    CHECK_ALL("fr", "tu es o\xc3\xb9 ?", "merci beaucoup", "je ne sais pas",
        "on se voit demain", "c'est trop cher");
    CHECK_ALL("es",
        "\xc2\xbf"
        "d\xc3\xb3nde est\xc3\xa1s?",
        "no lo s\xc3\xa9 todav\xc3\xad"
        "a",
        "nos vemos ma\xc3\xb1"
        "ana",
        "ya estoy en casa");
    CHECK_ALL("de", "wo bist du?", "ich wei\xc3\x9f nicht", "bis morgen",
        "das ist mir zu teuer");
    CHECK_ALL("it", "ci vediamo domani", "non ho capito niente",
        "quanto mi costa?", "ti chiamo pi\xc3\xb9 tardi");
    CHECK_ALL("pt", "n\xc3\xa3o sei ainda", "muito obrigado",
        "estou chegando em casa", "que horas s\xc3\xa3o?");
    CHECK_ALL("ca", "encara no ho s\xc3\xa9", "ens veiem dem\xc3\xa0",
        "moltes gr\xc3\xa0"
        "cies",
        "avui fa molt de fred");
}

static void
a_greeting_alone_tells_the_language(void)
{
    CHECK_ALL("en", "Hello", "hi", "Thanks!", "sorry :(", "Yes");
    CHECK_ALL("fr", "merci", "Salut", "Bonjour !", "oui");
    CHECK_ALL("es", "hola", "gracias");
    CHECK_ALL("it", "ciao", "grazie");
    CHECK_ALL("de", "danke");
    CHECK_ALL("pt", "obrigado");
}

static void
a_script_of_its_own_tells_the_language(void)
{
    CHECK_ALL("ja", "\xe4\xbb\x8a\xe6\x97\xa5\xe3\x81\xaf");
    CHECK_ALL("zh", "\xe4\xbd\xa0\xe4\xbb\x8a\xe5\xa4\xa9");
    CHECK_ALL("ko", "\xec\x98\xa4\xeb\x8a\x98");
    CHECK_ALL(
        "el", "\xcf\x84\xce\xb9 \xce\xba\xce\xac\xce\xbd\xce\xb5\xce\xb9");
    CHECK_ALL("ru", "\xd0\xb3\xd0\xb4\xd0\xb5 \xd1\x82\xd1\x8b "
                    "\xd1\x81\xd0\xb5\xd0\xb9\xd1\x87\xd0\xb0\xd1\x81?");
}

static void
it_says_when_it_does_not_know(void)
{
    CHECK_ALL("", "", "ok", "gg", "lol", "haha", "Tom", "12:30", "zzz",
        "asdf qwer", "@ann https://ex.org :smile: \xf0\x9f\x98\x82", "`x = y`");
}

static void
only_candidates_are_possible(void)
{
    static const char two[][LANG_CODE_BYTES] = {"en", "es"};
    struct langid_opts opts = {.candidates = two, .n_candidates = 2};

    CHECK(strcmp(guess("gracias", &opts), "es") == 0);
    CHECK(strcmp(guess("good night", &opts), "en") == 0);
    CHECK(strcmp(guess("ich wei\xc3\x9f es noch nicht", &opts), "") == 0);
    CHECK(
        strcmp(guess("\xe4\xbd\xa0\xe4\xbb\x8a\xe5\xa4\xa9", &opts), "") == 0);
}

static void
the_usual_language_decides_what_is_close(void)
{
    struct langid_opts opts = {.threshold = 1e-9};
    struct langid es, pt;

    opts.usual = SPAN("es");
    langid_guess(SPAN("gracias amigo"), &opts, &es);
    CHECK(strcmp(es.code, "es") == 0);
    opts.usual = SPAN("pt");
    langid_guess(SPAN("casa"), &opts, &pt);
    CHECK(strcmp(pt.code, "pt") == 0);
    opts.usual = SPAN("es");
    langid_guess(SPAN("casa"), &opts, &es);
    CHECK(strcmp(es.code, "es") == 0);
}

static void
code_and_links_count_for_nothing(void)
{
    static const char code[] =
        "la casa ```c\nreturn the_value; // and that is what they want\n``` "
        "es grande `where are you` https://the-house.example";
    struct langid plain, mixed;

    CHECK(langid_guess(SPAN("la casa es grande"), NULL, &plain));
    CHECK(langid_guess(span_of(code), NULL, &mixed));
    CHECK(strcmp(plain.code, mixed.code) == 0);
    CHECK(plain.confidence == mixed.confidence);
    /* What is never closed is text. */
    CHECK(langid_guess(SPAN("`where are you now?"), NULL, &plain));
    CHECK(strcmp(plain.code, "en") == 0);
}

static void
two_languages_can_be_compared(void)
{
    CHECK(langid_compare(SPAN("the house is big"), SPAN("es"), SPAN("en")) > 2);
    CHECK(
        langid_compare(SPAN("la casa es grande"), SPAN("es"), SPAN("en")) < -2);
    CHECK(langid_compare(SPAN("Tom"), SPAN("es"), SPAN("en")) == 0);
    CHECK(langid_compare(SPAN("x"), SPAN("es"), SPAN("qqq")) == 0);
    CHECK(langid_knows(SPAN("ca")) && !langid_knows(SPAN("qqq")));
}

static void
long_and_broken_texts_are_no_trouble(void)
{
    static char text[100000];
    struct langid got;

    memset(text, 'a', sizeof(text));
    CHECK(!langid_guess((struct span){text, sizeof(text)}, NULL, &got));
    memset(text, 0xff, sizeof(text));
    CHECK(!langid_guess((struct span){text, sizeof(text)}, NULL, &got));
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)(i * 7919 >> 3);
    langid_guess((struct span){text, sizeof(text)}, NULL, &got);
    CHECK(got.confidence >= 0 && got.confidence <= 1);
}

/* The development data, where it is: how many of its sentences of up to eight
 * words are right, and how many wrong, when it says what it knows. */
static void
the_development_data_is_recognised(void)
{
    static const char *const langs[] = {"fr", "es", "de"};
    char path[256], line[4096];
    size_t n = 0, right = 0, wrong = 0;

    for (size_t k = 0; k < 3; k++) {
        FILE *f;

        snprintf(path, sizeof(path), "%s/data/tatoeba-en-%s.dev.tsv",
            SHARED_DIR, langs[k]);
        f = fopen(path, "re");
        if (!f) {
            printf("# skipped: no %s\n", path);
            return;
        }
        while (fgets(line, sizeof(line), f)) {
            struct span rest = span_trim(span_of(line));
            struct span texts[2] = {span_cut(&rest, '\t')};

            texts[1] = span_cut(&rest, '\t');
            for (size_t i = 0; i < 2; i++) {
                const char *want = i ? langs[k] : "en";
                struct langid got;
                bool sure = langid_guess(texts[i], NULL, &got);

                n++;
                right += sure && strcmp(got.code, want) == 0;
                wrong += sure && strcmp(got.code, want) != 0;
            }
        }
        fclose(f);
    }
    printf("# %zu texts, %zu right, %zu wrong\n", n, right, wrong);
    CHECK(right > n * 97 / 100);
    CHECK(wrong < n / 100);
}

int
main(void)
{
    RUN(short_messages_are_recognised);
    RUN(a_greeting_alone_tells_the_language);
    RUN(a_script_of_its_own_tells_the_language);
    RUN(it_says_when_it_does_not_know);
    RUN(only_candidates_are_possible);
    RUN(the_usual_language_decides_what_is_close);
    RUN(code_and_links_count_for_nothing);
    RUN(two_languages_can_be_compared);
    RUN(long_and_broken_texts_are_no_trouble);
    RUN(the_development_data_is_recognised);
    return tap_end();
}
