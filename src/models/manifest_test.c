/* SPDX-License-Identifier: ISC */
#include "models/manifest.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define MODEL                                                                   \
    "{\"role\":\"model\",\"name\":\"model.bin\",\"bytes\":5,\"sha256\":\"" HASH \
    "\"}"
#define VOCAB                                                                   \
    "{\"role\":\"vocab\",\"name\":\"vocab.spm\",\"bytes\":6,\"sha256\":\"" HASH \
    "\"}"
#define HEAD                                                                   \
    "\"format\":1,\"name\":\"fr-en\",\"source\":\"fr\",\"target\":\"en\","     \
    "\"version\":\"7\",\"architecture\":\"tiny\",\"licence\":\"MPL-2.0\""

static bool
reads(const char *text)
{
    struct manifest m;
    struct err err = {0};
    bool ok = manifest_parse(span_of(text), &m, &err);

    CHECK(ok || err.text[0]);
    return ok;
}

static void
its_text_reads_back_as_the_same(void)
{
    struct manifest m, back;
    struct buf b = {0};

    CHECK(
        manifest_parse(SPAN("{" HEAD ",\"attribution\":\"M\\u00e9 \\\"x\\\"\","
                            "\"sureFrom\":0.75,\"beam\":2,"
                            "\"keepsNames\":true,"
                            "\"quality\":{\"short\":48.2,\"sure\":66},"
                            "\"files\":[" VOCAB "," MODEL "]}"),
            &m, NULL));
    CHECK(m.sure_from == 0.75 && m.beam == 2 && m.keeps_names);
    CHECK(m.quality.of_short > 0.4819 && m.quality.of_short < 0.4821);
    CHECK(m.quality.sure == 0.66);
    CHECK(m.quality.of_long == 0);
    CHECK(!reads("{" HEAD ",\"quality\":{\"long\":101},\"files\":[" VOCAB
                 "," MODEL "]}"));
    CHECK(!reads("{" HEAD ",\"beam\":0,\"files\":[" VOCAB "," MODEL "]}"));
    CHECK(!reads("{" HEAD ",\"beam\":7,\"files\":[" VOCAB "," MODEL "]}"));
    CHECK(!reads("{" HEAD ",\"sureFrom\":2,\"files\":[" VOCAB "," MODEL "]}"));
    manifest_format(&m, &b);
    CHECK(manifest_parse(buf_span(&b), &back, NULL));
    CHECK(memcmp(&m, &back, sizeof(m)) == 0);
    CHECK(strcmp(back.attribution, "M\u00e9 \"x\"") == 0);
    CHECK(manifest_bytes(&back) == 11);
    buf_free(&b);
}

static void
a_role_has_its_own_file_names_only(void)
{
    CHECK(reads("{" HEAD ",\"files\":[" MODEL "," VOCAB "]}"));
    CHECK(!reads("{" HEAD ",\"files\":[" VOCAB
                 ",{\"role\":\"model\",\"name\":\"../model\",\"bytes\":5,"
                 "\"sha256\":\"" HASH "\"}]}"));
    CHECK(!reads("{" HEAD ",\"files\":[" MODEL
                 ",{\"role\":\"vocab\",\"name\":\"model.bin\",\"bytes\":5,"
                 "\"sha256\":\"" HASH "\"}]}"));
    CHECK(!reads("{" HEAD ",\"files\":[" MODEL
                 ",{\"role\":\"other\",\"name\":\"model.bin\",\"bytes\":5,"
                 "\"sha256\":\"" HASH "\"}]}"));
}

static void
a_model_and_its_vocabulary_are_needed(void)
{
#define SOURCE                                                                 \
    "{\"role\":\"srcvocab\",\"name\":\"srcvocab.spm\",\"bytes\":6,"            \
    "\"sha256\":\"" HASH "\"}"
#define TARGET                                                                 \
    "{\"role\":\"trgvocab\",\"name\":\"trgvocab.spm\",\"bytes\":6,"            \
    "\"sha256\":\"" HASH "\"}"
    CHECK(reads("{" HEAD ",\"files\":[" MODEL "," SOURCE "," TARGET "]}"));
    CHECK(!reads("{" HEAD ",\"files\":[" MODEL "," SOURCE "]}"));
    CHECK(!reads("{" HEAD ",\"files\":[" MODEL "," VOCAB "," SOURCE "]}"));
    CHECK(!reads(
        "{" HEAD ",\"files\":[" MODEL "," VOCAB "," SOURCE "," TARGET "]}"));
    CHECK(!reads("{" HEAD ",\"files\":[" MODEL "," MODEL "," VOCAB "]}"));
    CHECK(!reads("{" HEAD ",\"files\":[" VOCAB "]}"));
    CHECK(!reads("{" HEAD ",\"files\":7}"));
    CHECK(!reads("{" HEAD "}"));
}

static void
sizes_and_hashes_are_checked(void)
{
#define WITH(bytes, hash)                                                      \
    reads("{" HEAD ",\"files\":[" VOCAB                                        \
          ",{\"role\":\"model\",\"name\":\"model.bin\",\"bytes\":" bytes       \
          ",\"sha256\":\"" hash "\"}]}")
    CHECK(WITH("1", HASH));
    CHECK(!WITH("0", HASH));
    CHECK(!WITH("-1", HASH));
    CHECK(!WITH("1.5", HASH));
    CHECK(!WITH("5000000000", HASH));
    CHECK(!WITH("1", "abc"));
    CHECK(!WITH("1", HASH "0"));
    CHECK(!WITH("1",
        "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef"));
}

static void
names_and_languages_are_strict(void)
{
    static const char *const langs[] = {
        "", "f", "FR", "fr-", "fr_", "fr_CA", "fr_hantt", "../x", "fren"};
    static const char *const names[] = {
        "", ".", "..", ".fr-en", "fr/en", "Fr-en", "fr en", "-fr"};

    CHECK(manifest_lang_valid(SPAN("fr")) && manifest_lang_valid(SPAN("hbs")) &&
          manifest_lang_valid(SPAN("zh_hant")));
    for (size_t i = 0; i < sizeof(langs) / sizeof(langs[0]); i++)
        CHECK(!manifest_lang_valid(span_of(langs[i])));
    CHECK(manifest_name_valid(SPAN("fr-en")) &&
          manifest_name_valid(SPAN("en-zh_hant")));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        CHECK(!manifest_name_valid(span_of(names[i])));
}

static bool
loads(const char *dir, const char *name, struct manifest *m, struct err *err)
{
    char folder[128];
    char file[160];
    bool ok;
    FILE *f;

    snprintf(folder, sizeof(folder), "%s/%s", dir, name);
    snprintf(file, sizeof(file), "%s/model.json", folder);
    CHECK(mkdir(folder, 0700) == 0);
    f = fopen(file, "we");
    CHECK(f && fputs("{" HEAD ",\"files\":[" MODEL "," VOCAB "]}", f) > 0);
    fclose(f);
    ok = manifest_load(folder, m, err);
    unlink(file);
    rmdir(folder);
    return ok;
}

static void
a_folder_has_the_name_of_its_model(void)
{
    char dir[] = "/tmp/manifest-XXXXXX";
    struct manifest m;
    struct err err;
    char *model;

    CHECK(mkdtemp(dir) != NULL);
    CHECK(!loads(dir, "en-fr", &m, &err) && err.kind == FAIL_BAD_INPUT);
    CHECK(loads(dir, "fr-en", &m, &err) && strcmp(m.source, "fr") == 0);
    model = manifest_path(&m, "/m", MANIFEST_MODEL);
    CHECK(model && strcmp(model, "/m/model.bin") == 0);
    CHECK(!manifest_path(&m, "/m", MANIFEST_LEX));
    free(model);
    CHECK(!manifest_load(dir, &m, &err) && err.kind == FAIL_NOT_FOUND);
    rmdir(dir);
}

int
main(void)
{
    RUN(its_text_reads_back_as_the_same);
    RUN(a_role_has_its_own_file_names_only);
    RUN(a_model_and_its_vocabulary_are_needed);
    RUN(sizes_and_hashes_are_checked);
    RUN(names_and_languages_are_strict);
    RUN(a_folder_has_the_name_of_its_model);
    return tap_end();
}
