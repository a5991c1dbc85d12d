/* SPDX-License-Identifier: ISC */
#include <apertium/file_morpho_stream.h>
#include <apertium/hmm.h>
#include <apertium/tagger_word.h>
#include <lttoolbox/file_utils.h>
#include <lttoolbox/lt_locale.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <set>

/*
 * meeshy-tagger [-z] [-p] -g FILE: Debian's apertium-tagger, without memory.
 *
 * libapertium's tagger gives words it does not know a set of tags, the open
 * class.  When it meets a word whose own set was not seen in training, its
 * find_similar_ambiguity_class assigns the set that it found to a reference to
 * the open class (tagger_utils.cc, still so in 3.9): from then on unknown
 * words, and other sets not seen, are tagged otherwise, for as long as the
 * process lives.  No input undoes that.  So we give the open class back before
 * each word, which also mends the rest of that very text.
 */
namespace
{

class remembering_stream : public MorphoStream
{
    FileMorphoStream in;
    TaggerData &data;
    const std::set<TTag> open_class;

  public:
    explicit remembering_stream(TaggerData &tagger_data)
        : in(nullptr, false, &tagger_data), data(tagger_data),
          open_class(tagger_data.getOpenClass())
    {
    }
    TaggerWord *get_next_word() override
    {
        /* What took its place is always smaller. */
        if (data.getOpenClass().size() != open_class.size())
            data.setOpenClass(open_class);
        return in.get_next_word();
    }
    void setNullFlush(bool on) override
    {
        in.setNullFlush(on);
    }
    bool getEndOfFile() override
    {
        return in.getEndOfFile();
    }
    void setEndOfFile(bool at_end) override
    {
        in.setEndOfFile(at_end);
    }
    void rewind() override
    {
        in.rewind();
    }
};

bool
tag(const char *path, bool null_flush, bool superficial)
{
    HMM hmm;
    FILE *file = fopen(path, "rb");

    if (!file) {
        perror(path);
        return false;
    }
    hmm.deserialise(file);
    fclose(file);
    TaggerWord::setArrayTags(hmm.getArrayTags());
    hmm.setNullFlush(null_flush);
    hmm.set_show_sf(superficial);
    remembering_stream words(hmm.get_tagger_data());
    hmm.tagger(words, openOutTextFile(""));
    return true;
}

} /* namespace */

int
main(int argc, char **argv)
{
    bool null_flush = false, superficial = false, hmm = false;
    const char *path = nullptr;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-z") == 0)
            null_flush = true;
        else if (strcmp(argv[i], "-p") == 0)
            superficial = true;
        else if (strcmp(argv[i], "-g") == 0)
            hmm = true;
        else
            path = argv[i];
    }
    if (!hmm || !path) {
        fputs("usage: meeshy-tagger [-z] [-p] -g FILE\n", stderr);
        return EXIT_FAILURE;
    }
    try {
        LtLocale::tryToSetLocale();
        return tag(path, null_flush, superficial) ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::exception &e) {
        fprintf(stderr, "meeshy-tagger: %s\n", e.what());
    }
    return EXIT_FAILURE;
}
