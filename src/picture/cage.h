/* SPDX-License-Identifier: ISC */
#ifndef PICTURE_CAGE_H
#define PICTURE_CAGE_H

#include <stdbool.h>

/*
 * cage - what is left to a process that reads what a stranger has made: its
 * memory, so much of it, for so long, and the descriptors that it has to write to.
 * It opens, connects, starts and sees nothing.
 */
enum {
    CAGE_MEMORY_MB = 400,
    CAGE_CPU_S = 5,
    CAGE_WALL_S = 9, /* it is killed then, whatever it waits for */
};

/* Shut this process in, for good.  False when the kernel cannot: do not go on. */
bool cage_enter(void);

#endif
