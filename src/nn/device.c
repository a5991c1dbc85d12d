/* SPDX-License-Identifier: ISC */
#include "nn/device.h"

#include <string.h>

/* Linked where it was built, and into the test that emulates it. */
extern const struct device_ops device_cuda
#ifndef MEESHY_CUDA
    __attribute__((weak))
#endif
    ;

static const char *const names[] = {
    [DEVICE_CPU] = "cpu", [DEVICE_CUDA] = "cuda"};

const char *
device_name(enum device_kind kind)
{
    return names[kind];
}

bool
device_parse(const char *name, enum device_kind *ret)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(name, names[i]) == 0) {
            *ret = (enum device_kind)i;
            return true;
        }
    return false;
}

const struct device_ops *
device_find(enum device_kind kind)
{
    static const struct device_ops *const linked[] = {
        [DEVICE_CPU] = NULL, [DEVICE_CUDA] = &device_cuda};

    return linked[kind];
}
