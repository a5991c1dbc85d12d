/* SPDX-License-Identifier: ISC */
#include "nn/tool/synth_train.h"

#include <cstdio>
#include <exception>
#include <string>

#include <sentencepiece_trainer.h>

namespace
{

class lines_iterator : public sentencepiece::SentenceIterator
{
  public:
    lines_iterator(char *const *lines, size_t n) : lines_(lines), n_(n)
    {
        load();
    }
    bool done() const override
    {
        return i_ >= n_;
    }
    void Next() override
    {
        i_++;
        load();
    }
    const std::string &value() const override
    {
        return line_;
    }
    sentencepiece::util::Status status() const override
    {
        return {};
    }

  private:
    void load()
    {
        if (i_ < n_)
            line_ = lines_[i_];
    }
    char *const *lines_;
    size_t n_, i_ = 0;
    std::string line_;
};

} // namespace

bool
synth_train(const char *options, char *const *lines, size_t n,
    void (*on_model)(void *user, const char *p, size_t n), void *user,
    char why[SYNTH_WHY_MAX])
{
    try {
        lines_iterator iterator(lines, n);
        std::string model;
        auto status = sentencepiece::SentencePieceTrainer::Train(
            options, &iterator, &model);
        if (!status.ok()) {
            snprintf(why, SYNTH_WHY_MAX, "%s", status.message());
            return false;
        }
        on_model(user, model.data(), model.size());
        return true;
    } catch (const std::exception &e) {
        snprintf(why, SYNTH_WHY_MAX, "%s", e.what());
        return false;
    }
}
