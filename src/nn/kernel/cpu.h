/* SPDX-License-Identifier: ISC */
#ifndef NN_CPU_H
#define NN_CPU_H

#include <stdbool.h>

/* What this CPU and its operating system can run. */
struct cpu {
    bool sse4, avx2, avxvnni, avx512vnni, avx512bf16, amx, neon_dot;
};

/* Also asks Linux for the use of AMX's registers when there are any. */
struct cpu cpu_look(void);

#endif
