/* SPDX-License-Identifier: ISC */
/* After kernel_vec512.h. */
/* A 16 x 16 transpose of words in registers, block by block. */
static void
gather16(const uint8_t *const row[16], uint32_t words, uint32_t *to, size_t ld)
{
    for (uint32_t k = 0; k < words; k += 16) {
        __m512i t[16], u[16];

        for (int i = 0; i < 16; i++)
            t[i] = _mm512_loadu_si512(row[i] + 4 * (size_t)k);
        for (int i = 0; i < 16; i += 2) {
            u[i] = _mm512_unpacklo_epi32(t[i], t[i + 1]);
            u[i + 1] = _mm512_unpackhi_epi32(t[i], t[i + 1]);
        }
        for (int i = 0; i < 16; i += 4) {
            t[i] = _mm512_unpacklo_epi64(u[i], u[i + 2]);
            t[i + 1] = _mm512_unpackhi_epi64(u[i], u[i + 2]);
            t[i + 2] = _mm512_unpacklo_epi64(u[i + 1], u[i + 3]);
            t[i + 3] = _mm512_unpackhi_epi64(u[i + 1], u[i + 3]);
        }
        /* t[4g + c] has, in its block b, word 4b + c of rows 4g..4g+3. */
        for (int c = 0; c < 4; c++) {
            __m512i a = _mm512_shuffle_i32x4(t[c], t[4 + c], 0x88);
            __m512i b = _mm512_shuffle_i32x4(t[8 + c], t[12 + c], 0x88);
            __m512i d = _mm512_shuffle_i32x4(t[c], t[4 + c], 0xdd);
            __m512i e = _mm512_shuffle_i32x4(t[8 + c], t[12 + c], 0xdd);

            u[c] = _mm512_shuffle_i32x4(a, b, 0x88);
            u[8 + c] = _mm512_shuffle_i32x4(a, b, 0xdd);
            u[4 + c] = _mm512_shuffle_i32x4(d, e, 0x88);
            u[12 + c] = _mm512_shuffle_i32x4(d, e, 0xdd);
        }
        for (int i = 0; i < 16; i++)
            _mm512_storeu_si512(to + (k + i) * ld, u[i]);
    }
}
