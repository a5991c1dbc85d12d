/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"

/*
 * A main for fuzz targets where libFuzzer is not at hand: every file of the
 * corpus directory argv[1] goes through the target as it is, and then in many
 * deterministic mutations.  Not to crash is the test.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_BYTES_MAX = 1 << 20, MUTATIONS = 2000, CHANGES_MAX = 4 };

/* xorshift64: the same inputs in every run. */
static uint64_t
next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Change a byte, cut the tail, or repeat a piece; returns the new size.  There
 * is room for twice the size. */
static size_t
mutate(uint8_t *p, size_t size, size_t room, uint64_t *state)
{
    static const char likely[] = "\"\\{}[]:,0-b\x1e\xff\xc3";
    size_t at = size ? next_random(state) % size : 0;
    size_t n = size - at < room - size ? size - at : room - size;

    switch (next_random(state) % 4) {
    case 0:
        return at;
    case 1:
        memmove(p + at + n, p + at, size - at);
        return size + n;
    case 2:
        if (size)
            p[at] = (uint8_t)likely[next_random(state) % sizeof(likely)];
        return size;
    default:
        if (size)
            p[at] ^= (uint8_t)(1U << next_random(state) % 8);
        return size;
    }
}

static void
run_file(const char *dir, const char *name)
{
    static uint8_t bytes[FILE_BYTES_MAX];
    uint64_t state = 88172645463325252U;
    char path[4096];
    size_t size;
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    f = fopen(path, "re");
    if (!CHECK(f != NULL))
        return;
    size = fread(bytes, 1, sizeof(bytes), f);
    fclose(f);
    for (int i = 0; i < MUTATIONS; i++) {
        /* A heap copy of the exact size, so that a sanitizer sees overruns. */
        size_t room = 2 * size + 1, n = size;
        uint8_t *p = xmalloc(room), *exact;
        memcpy(p, bytes, size);
        for (uint64_t k = 0; i > 0 && k <= next_random(&state) % CHANGES_MAX;
             k++)
            n = mutate(p, n, room, &state);
        exact = xmalloc(n ? n : 1);
        memcpy(exact, p, n);
        LLVMFuzzerTestOneInput(exact, n);
        free(exact);
        free(p);
    }
    tap_report(name);
}

int
main(int argc, char **argv)
{
    DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
    struct dirent *entry;

    if (!dir) {
        fprintf(stderr, "usage: %s CORPUS-DIRECTORY\n", argv[0]);
        return 2;
    }
    while ((entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            run_file(argv[1], entry->d_name);
    closedir(dir);
    CHECK(tap_tests > 0);
    tap_report("the corpus is not empty");
    return tap_end();
}
