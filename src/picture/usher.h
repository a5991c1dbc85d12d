/* SPDX-License-Identifier: ISC */
#ifndef PICTURE_USHER_H
#define PICTURE_USHER_H

#include <stdint.h>

/*
 * What meeshy-thumbnail is asked and answers.  Its standard input is a socket
 * (SOCK_SEQPACKET); each request is a byte, an enum picture_shape, with two
 * descriptors: the picture and where to write the answer, which is a head and
 * `len` bytes of WebP, or nothing where there is no copy.  Each picture has a
 * process of its own, in a cage.  It ends with its standard input.
 */
struct usher_head {
    uint32_t magic;
    int32_t width, height; /* as struct picture */
    int32_t thumb_width, thumb_height;
    uint32_t len;
};

enum {
    USHER_MAGIC = 0x31504d54,
    USHER_NO_CAGE = 0x3147434e, /* alone: this kernel has none */
    USHER_FDS = 2,
};

#endif
