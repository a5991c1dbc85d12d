/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_GUESSABLE_H
#define GATEWAY_GUESSABLE_H

#include <stdbool.h>

#include "base/span.h"

/*
 * guessable - is a password among the first that are tried?  The usual ones
 * (passwords.txt), also with capitals, with figures for letters, or with a few
 * figures and marks behind; rows of keys; a piece repeated; what stands beside
 * it on the form.
 */
bool guessable(struct span password, struct span username, struct span email);

#endif
