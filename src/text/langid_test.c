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
        "Tom Mary", "@ann https://ex.org :smile: \xf0\x9f\x98\x82", "`x = y`");
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

static const char *
guess_for(const char *text, const char *reads)
{
    struct langid_prior prior = {span_of(reads), LANGID_READS};
    struct langid_opts opts = {
        .priors = &prior, .n_priors = 1, .threshold = 1e-9};

    return guess(text, &opts);
}

static void
what_its_writer_reads_decides_what_is_close(void)
{
    CHECK(strcmp(guess_for("gracias amigo", "es"), "es") == 0);
    CHECK(strcmp(guess_for("casa", "pt"), "pt") == 0);
    CHECK(strcmp(guess_for("casa", "es"), "es") == 0);
    /* ... and not what is clear. */
    CHECK(strcmp(guess_for("I am already at the station", "fr"), "en") == 0);
    CHECK(strcmp(guess_for("No puedo venir mañana", "fr"), "es") == 0);
    CHECK(strcmp(guess_for("Depuis mon téléphone", "es"), "fr") == 0);
}

static void
standards_of_one_language_are_named_by_what_is_known(void)
{
    static const char text[] = "ne znam još, vidimo se sutra ujutro";
    static const char only[][LANG_CODE_BYTES] = {"en", "hr"};
    struct langid_opts opts = {.candidates = only, .n_candidates = 2};

    CHECK(strcmp(guess(text, NULL), "sh") == 0);
    CHECK(strcmp(guess(text, &opts), "hr") == 0);
    CHECK(strcmp(guess_for(text, "bs"), "bs") == 0);
    CHECK(lang_same(SPAN("hr"), SPAN("bs")) &&
          !lang_same(SPAN("hr"), SPAN("sl")));
}

static void
what_is_drawn_out_is_read_as_it_is_spoken(void)
{
    CHECK_ALL("en", "nooooo waaaay", "sooooo tired");
    CHECK_ALL("fr", "ouiiii", "merciiiii");
    CHECK_ALL("", "hahahahaha", "lololol", "aaaaaaa");
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
    CHECK(langid_knows(SPAN("hr"))); /* as Serbo-Croatian */
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

struct tally {
    size_t n, right, wrong;
};

static void
count(struct tally *t, struct span text, struct span want)
{
    struct langid got;
    bool sure = langid_guess(text, NULL, &got);
    bool same = lang_same(span_of(got.code), want);

    t->n++;
    t->right += sure && same;
    t->wrong += sure && !same;
    if (sure && !same)
        printf("# %.*s taken for %s: %.*s\n", SPAN_ARG(want), got.code,
            SPAN_ARG(text));
}

static void
report(const struct tally *t)
{
    printf("# %zu texts, %zu right, %zu left open, %zu wrong\n", t->n, t->right,
        t->n - t->right - t->wrong, t->wrong);
}

/* Everyday lines in all languages on offer and in others, of our own. */
static void
few_lines_of_any_language_are_taken_for_another(void)
{
    struct tally t = {0};
    char line[1024];
    FILE *f = fopen(LANGID_LINES, "re");

    while (CHECK(f != NULL) && fgets(line, sizeof(line), f)) {
        struct span text = span_trim(span_of(line));
        struct span lang = span_cut(&text, '\t');

        count(&t, text, lang);
    }
    if (f)
        fclose(f);
    report(&t);
    CHECK(t.n > 200 && t.right > t.n * 85 / 100);
    CHECK(t.wrong * 50 < t.n);
}

/* The development data, where it is: lines of one to eight words. */
static void
the_development_data_is_recognised(void)
{
    static const char *const langs[] = {"fr", "es", "de"};
    char path[256], line[4096];
    struct tally t = {0};

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
            struct span text = span_cut(&rest, '\t');

            count(&t, text, SPAN("en"));
            count(&t, span_cut(&rest, '\t'), span_of(langs[k]));
        }
        fclose(f);
    }
    report(&t);
    CHECK(t.right > t.n * 97 / 100);
    CHECK(t.wrong < t.n / 100);
}

int
main(void)
{
    RUN(short_messages_are_recognised);
    RUN(a_greeting_alone_tells_the_language);
    RUN(a_script_of_its_own_tells_the_language);
    RUN(it_says_when_it_does_not_know);
    RUN(only_candidates_are_possible);
    RUN(what_its_writer_reads_decides_what_is_close);
    RUN(standards_of_one_language_are_named_by_what_is_known);
    RUN(what_is_drawn_out_is_read_as_it_is_spoken);
    RUN(code_and_links_count_for_nothing);
    RUN(two_languages_can_be_compared);
    RUN(long_and_broken_texts_are_no_trouble);
    RUN(few_lines_of_any_language_are_taken_for_another);
    RUN(the_development_data_is_recognised);
    return tap_end();
}
