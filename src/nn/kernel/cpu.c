/* SPDX-License-Identifier: ISC */
#include "nn/kernel/cpu.h"

#ifdef __x86_64__
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    ARCH_REQ_XCOMP_PERM = 0x1023, /* asm/prctl.h of Linux 5.16 */
    XFEATURE_XTILEDATA = 18,
};

/* The registers of AMX are 8 KiB, so a process must ask for them. */
static bool
amx_allowed(void)
{
    return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) ==
           0;
}

struct cpu
cpu_look(void)
{
    const unsigned amx_bits = 1u << 24 | 1u << 25; /* tiles, int8 */
    unsigned a, b, c, d;
    struct cpu cpu = {0};

    __builtin_cpu_init();
    cpu.sse4 = __builtin_cpu_supports("sse4.1") != 0;
    cpu.avx2 = __builtin_cpu_supports("avx2") != 0;
    cpu.avx512vnni = __builtin_cpu_supports("avx512f") &&
                     __builtin_cpu_supports("avx512bw") &&
                     __builtin_cpu_supports("avx512dq") &&
                     __builtin_cpu_supports("avx512vl") &&
                     __builtin_cpu_supports("avx512vnni");
    if (__get_cpuid_count(7, 1, &a, &b, &c, &d)) {
        cpu.avxvnni = cpu.avx2 && (a & 1u << 4);
        cpu.avx512bf16 = cpu.avx512vnni && (a & 1u << 5);
    }
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d))
        cpu.amx = cpu.avx512vnni && (d & amx_bits) == amx_bits && amx_allowed();
    return cpu;
}

#elif defined(__aarch64__)
#include <sys/auxv.h>

enum { DOT = 1 << 20 }; /* HWCAP_ASIMDDP */

struct cpu
cpu_look(void)
{
    return (struct cpu){.neon_dot = (getauxval(AT_HWCAP) & DOT) != 0};
}

#else

struct cpu
cpu_look(void)
{
    return (struct cpu){0};
}

#endif
