#include "scratch.h"

#include <stdint.h>
#include <stdlib.h>

typedef struct {
    void *memory;
    size_t bytes;
} block;

static _Thread_local block current;

float *qpx_scratch(size_t bytes) {
    if (current.bytes < bytes) {
        free(current.memory);
        size_t rounded = (bytes + 4095) / 4096 * 4096;
        current.memory = aligned_alloc(64, rounded);
        current.bytes = current.memory ? rounded : 0;
    }
    return current.memory;
}

#pragma clang fp contract(off)

double qpx_log(double x) {
    if (!(x > 0)) return x == 0 ? -__builtin_inf() : __builtin_nan("");
    if (x == __builtin_inf()) return x;
    int e;
    double m = __builtin_frexp(x, &e) * 2;
    e -= 1;
    if (m > 1.4142135623730951) {
        m *= 0.5;
        e += 1;
    }
    // log m = 2 atanh((m - 1) / (m + 1)); terms beyond t^23 / 23 are below 2^-60.
    double t = (m - 1) / (m + 1), s = t * t, sum = 0;
    for (int k = 23; k >= 3; k -= 2) sum = (sum + 1.0 / k) * s;
    double high = (double)e * 0x1.62e42fee00000p-1, low = (double)e * 0x1.a39ef35793c76p-33;
    return high + (2 * t + (2 * t * sum + low));
}
