/* SPDX-License-Identifier: ISC */
/* 16 rows of words*4 bytes become words rows of 16 words, ld words apart. */
static void
gather16(const uint8_t *const row[16], uint32_t words, uint32_t *to, size_t ld)
{
    for (uint32_t k = 0; k < words; k++)
        for (int i = 0; i < 16; i++)
            memcpy(to + k * ld + i, row[i] + 4 * (size_t)k, 4);
}
