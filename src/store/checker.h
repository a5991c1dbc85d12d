/* SPDX-License-Identifier: ISC */
#ifndef STORE_CHECKER_H
#define STORE_CHECKER_H

#include "store/store.h"

/*
 * checker - whether a database is whole, looked at on a thread of its own with
 * a handle of its own: once when it starts, and whenever somebody met damage.
 * Reading a file of a gigabyte takes seconds; meanwhile all go on.
 */
struct checker;

struct checker *checker_start(const char *url, struct err *err);
/* Somebody met damage: believe that, and look.  Any thread. */
void checker_suspect(struct checker *c);
/* Is it damaged, as far as is known?  Any thread. */
bool checker_damaged(const struct checker *c);
/* Looks that have ended. */
uint64_t checker_looks(const struct checker *c);
void checker_stop(struct checker *c); /* NULL is fine */

#endif
