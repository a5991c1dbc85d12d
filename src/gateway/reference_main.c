/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/cmd_doc.h"

/* reference FILE: write docs/reference.md.  A tool of the build. */
int
main(int argc, char **argv)
{
    struct buf b = {0};
    FILE *f = argc == 2 ? fopen(argv[1], "w") : NULL;
    bool ok;

    if (!f) {
        fprintf(stderr, "usage: reference FILE\n");
        return EXIT_FAILURE;
    }
    cmd_doc_page(&b);
    ok = fwrite(b.p, 1, b.len, f) == b.len;
    ok = fclose(f) == 0 && ok;
    buf_free(&b);
    if (!ok)
        perror(argv[1]);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
