/* SPDX-License-Identifier: ISC */
#ifndef CTL_UNZIP_H
#define CTL_UNZIP_H

#include "base/err.h"

/*
 * unzip - an archive, zip or tar, into a folder that is there and empty.  Only
 * files and folders come out, and nowhere else: what points out of the folder
 * is refused, and so is what would fill the disk.
 */
enum { UNZIP_FILES_MAX = 5000000 };
#define UNZIP_BYTES_MAX (64LL * 1024 * 1024 * 1024)

bool unzip(const char *archive, const char *dir, struct err *err);

#endif
