# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""SHA-256 over many short texts, with the instructions that processors have for it.

`hashlib` takes longer to be called than to hash a row. Where the instructions are missing nothing
here is used: `is_there` says so.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>

    #if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
    #include <cpuid.h>
    #include <immintrin.h>

    static int trail_is_there(void) {
        unsigned a, b, c, d, leaf;
        if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
        leaf = (c >> 9) & (c >> 19) & 1; /* SSSE3 and SSE4.1 */
        if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
        return (int)(leaf & (b >> 29));
    }

    static const uint32_t trail_rounds[64] __attribute__((aligned(16))) = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
        0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
        0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
        0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
        0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
        0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
        0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
        0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
        0xc67178f2};

    __attribute__((target("sha,sse4.1,ssse3")))
    static void trail_compress(uint32_t state[8], const uint8_t *data, int64_t blocks) {
        const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
        __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
        __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
        __m128i abef = _mm_alignr_epi8(low, high, 8), cdgh = _mm_blend_epi16(high, low, 0xF0);
        for (; blocks > 0; blocks--, data += 64) {
            __m128i words[16], abef_before = abef, cdgh_before = cdgh;
            for (int i = 0; i < 16; i++) {
                if (i < 4) {
                    words[i] = _mm_shuffle_epi8(
                        _mm_loadu_si128((const __m128i *)(data + 16 * i)), swap);
                } else {
                    __m128i mixed = _mm_sha256msg1_epu32(words[i - 4], words[i - 3]);
                    mixed = _mm_add_epi32(mixed, _mm_alignr_epi8(words[i - 1], words[i - 2], 4));
                    words[i] = _mm_sha256msg2_epu32(mixed, words[i - 1]);
                }
                __m128i keyed = _mm_add_epi32(
                    words[i], _mm_load_si128((const __m128i *)(trail_rounds + 4 * i)));
                cdgh = _mm_sha256rnds2_epu32(cdgh, abef, keyed);
                abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(keyed, 0x0E));
            }
            abef = _mm_add_epi32(abef, abef_before);
            cdgh = _mm_add_epi32(cdgh, cdgh_before);
        }
        low = _mm_shuffle_epi32(abef, 0x1B);
        high = _mm_shuffle_epi32(cdgh, 0xB1);
        _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(low, high, 0xF0));
        _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(high, low, 8));
    }
    #else
    static int trail_is_there(void) { return 0; }
    static void trail_compress(uint32_t state[8], const uint8_t *data, int64_t blocks) {
        (void)state; (void)data; (void)blocks;
    }
    #endif

    static void trail_digest(const uint8_t *data, int64_t size, uint8_t *out) {
        uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                             0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
        uint8_t last[128] = {0};
        int64_t whole = size / 64, rest = size % 64, blocks = rest < 56 ? 1 : 2;
        uint64_t bits = (uint64_t)size * 8;
        memcpy(last, data + whole * 64, rest);
        last[rest] = 0x80;
        for (int i = 0; i < 8; i++) last[blocks * 64 - 1 - i] = (uint8_t)(bits >> (8 * i));
        trail_compress(state, data, whole);
        trail_compress(state, last, blocks);
        for (int i = 0; i < 32; i++) out[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
    }
    """
    bint trail_is_there() nogil
    void trail_digest(const uint8_t* data, int64_t size, uint8_t* out) nogil

cdef enum:
    SIZE = 32


def is_there():
    """Return whether this processor has the instructions."""
    return trail_is_there()


def digest(bytes data):
    """Return the SHA-256 of `data`."""
    cdef uint8_t out[SIZE]
    trail_digest(<const uint8_t*>PyBytes_AS_STRING(data), len(data), out)
    return PyBytes_FromStringAndSize(<char*>out, SIZE)


def range_hashes(bytes data, const int64_t[::1] ends, int64_t step):
    """Return the roots of the trees over each `step` texts, one after the other.

    Args:
        data: texts with one byte after each, hashed as they are.
        ends: where each of them ends.
        step: how many make a tree; the last may have fewer.
    """
    cdef int64_t count = ends.shape[0], text = 0, begin = 0, held, pair, number = 0
    cdef const uint8_t* texts = <const uint8_t*>PyBytes_AS_STRING(data)
    found = PyBytes_FromStringAndSize(NULL, SIZE * ((count + step - 1) // step))
    cdef char* roots = PyBytes_AS_STRING(found)
    cdef uint8_t above[2 * SIZE + 1]
    cdef uint8_t* hashes = <uint8_t*>malloc(step * SIZE)
    if hashes == NULL:
        raise MemoryError
    above[0] = 1
    with nogil:
        while text < count:
            held = 0
            while held < step and text < count:
                trail_digest(texts + begin, ends[text] - begin, hashes + held * SIZE)
                begin = ends[text] + 1
                held += 1
                text += 1
            while held > 1:
                for pair in range(held // 2):
                    memcpy(above + 1, hashes + 2 * pair * SIZE, 2 * SIZE)
                    trail_digest(above, 2 * SIZE + 1, hashes + pair * SIZE)
                if held % 2:
                    memcpy(hashes + held // 2 * SIZE, hashes + (held - 1) * SIZE, SIZE)
                held = held // 2 + held % 2
            memcpy(roots + number * SIZE, hashes, SIZE)
            number += 1
    free(hashes)
    return found
