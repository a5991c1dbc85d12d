/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_PASSWORDS_H
#define GATEWAY_PASSWORDS_H

#include <stddef.h>

/* passwords.txt, sorted by bytes; in small letters. */
extern const char *const passwords[];
extern const size_t passwords_n;

#endif
