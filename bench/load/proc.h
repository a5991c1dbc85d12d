/* SPDX-License-Identifier: ISC */
#ifndef LOAD_PROC_H
#define LOAD_PROC_H

/* proc - what /proc tells about a process.  -1 when it cannot be read. */
struct proc_use {
    double cpu_s; /* user and system time of all its threads */
    long rss_kb, rss_peak_kb;
};

struct proc_use proc_use(int pid);

/* Memory the kernel holds for TCP, which no process is charged with. */
long proc_tcp_kb(void);

/* CPU time of this process. */
double proc_own_cpu_s(void);

#endif
