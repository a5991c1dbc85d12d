/* SPDX-License-Identifier: ISC */
#ifndef BASE_MACHINE_H
#define BASE_MACHINE_H

#include <stddef.h>

/* Bytes of memory that this process may come to have: what the machine has, or
 * less where a control group (v2) or a limit of address space says so. */
size_t machine_memory(void);

#endif
