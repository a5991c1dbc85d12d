/* SPDX-License-Identifier: ISC */
#ifndef CTL_TERM_H
#define CTL_TERM_H

#include <stdbool.h>

#include "base/span.h"

/*
 * term - the terminal as a screen that is drawn over and over, on which keys
 * need no return.  One at a time; also gives the terminal back when a signal
 * ends the program.
 */

/* False when standard input and output are not both a terminal. */
bool term_open(void);
void term_close(void); /* also without term_open */

/* Columns and lines as they are now. */
void term_size(int *columns, int *lines);

/* Show the text from the top left; what is below the last line is cut. */
void term_show(struct span text);

/* Wait for a key until the time is up; 0 then, and also when a signal (a new
 * size) came.  -1: told to end. */
int term_key(int wait_ms);

#endif
