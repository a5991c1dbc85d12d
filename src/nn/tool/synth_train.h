/* SPDX-License-Identifier: ISC */
#ifndef NN_SYNTH_TRAIN_H
#define NN_SYNTH_TRAIN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SYNTH_WHY_MAX = 160 };

/* libsentencepiece's trainer: options as on the command line of spm_train, and
 * lines to train on.  The model is given to on_model, borrowed.  False with why
 * filled when there is none. */
bool synth_train(const char *options, char *const *lines, size_t n,
    void (*on_model)(void *user, const char *p, size_t n), void *user,
    char why[SYNTH_WHY_MAX]);

#ifdef __cplusplus
}
#endif

#endif
