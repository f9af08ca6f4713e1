#include <stdatomic.h>

#include "kernels.h"

#define NAME(x) qpx_portable_##x
#include "codeset.h"
#undef NAME

#if defined(__x86_64__)
#define NAME(x) qpx_avx2_##x
#include "codeset.h"
#undef NAME
#define NAME(x) qpx_avx512_##x
#include "codeset.h"
#undef NAME
#endif

int qpx_best_code_set(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return QPX_PORTABLE;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return QPX_AVX512;
    return QPX_AVX2;
#else
    return QPX_PORTABLE;
#endif
}

static atomic_int chosen = -1;

int qpx_code_set(void) {
    int set = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (set < 0) {
        set = qpx_best_code_set();
        atomic_store_explicit(&chosen, set, memory_order_relaxed);
    }
    return set;
}

void qpx_choose_code_set(int set) {
    int best = qpx_best_code_set();
    atomic_store_explicit(&chosen, set < 0 ? 0 : set > best ? best : set, memory_order_relaxed);
}

#if defined(__x86_64__)
#define CALL(name, ...)                                         \
    switch (qpx_code_set()) {                                   \
    case QPX_AVX512: return qpx_avx512_##name(__VA_ARGS__);     \
    case QPX_AVX2: return qpx_avx2_##name(__VA_ARGS__);         \
    default: return qpx_portable_##name(__VA_ARGS__);           \
    }
#else
#define CALL(name, ...) return qpx_portable_##name(__VA_ARGS__);
#endif

void qpx_decode(const qpx_matrix *matrix, int64_t start, int64_t count, float *out) {
    CALL(decode, matrix, start, count, out)
}

int qpx_multiply(const qpx_product *product) { CALL(multiply, product) }

void qpx_rms_norm(const float *x, const float *weight, float epsilon, int64_t rows, int64_t width, float *y,
                  float *inverse) {
    CALL(rms_norm, x, weight, epsilon, rows, width, y, inverse)
}

void qpx_rms_norm_backward(const float *dy, const float *x, const float *weight, const float *inverse, int64_t rows,
                           int64_t width, float *dx) {
    CALL(rms_norm_backward, dy, x, weight, inverse, rows, width, dx)
}

void qpx_rms_norm_weight_backward(const float *dy, const float *x, const float *inverse, int64_t rows, int64_t width,
                                  int64_t first, int64_t last, float *dweight) {
    CALL(rms_norm_weight_backward, dy, x, inverse, rows, width, first, last, dweight)
}

void qpx_rope(float *x, int64_t stride, int64_t rows, int64_t heads, int64_t d, const int32_t *positions,
              const float *cosine, const float *sine, int backward) {
    CALL(rope, x, stride, rows, heads, d, positions, cosine, sine, backward)
}

void qpx_swiglu(const float *gate, const float *up, int64_t count, float *y) { CALL(swiglu, gate, up, count, y) }

void qpx_swiglu_backward(const float *dy, const float *gate, const float *up, int64_t count, float *dgate, float *dup) {
    CALL(swiglu_backward, dy, gate, up, count, dgate, dup)
}

void qpx_add_scaled(const float *x, float factor, int64_t count, float *y) { CALL(add_scaled, x, factor, count, y) }

void qpx_scale(float *x, float factor, int64_t count) { CALL(scale, x, factor, count) }

int qpx_attention_forward(const qpx_attention *attention) { CALL(attention_forward, attention) }

int qpx_attention_backward(const qpx_attention_gradient *gradient) { CALL(attention_backward, gradient) }

void qpx_log_sum_exp(const float *logits, int64_t stride, int64_t rows, int64_t width, double *sum, float *maximum,
                     int32_t *argmax) {
    CALL(log_sum_exp, logits, stride, rows, width, sum, maximum, argmax)
}

void qpx_cross_entropy_backward(float *logits, int64_t stride, int64_t rows, int64_t width, const int32_t *targets,
                                const double *sum, const float *maximum, float factor) {
    CALL(cross_entropy_backward, logits, stride, rows, width, targets, sum, maximum, factor)
}

void qpx_adamw_step(const qpx_adamw *options, int64_t count, const float *gradient, float *first, float *second,
                    float *parameter) {
    CALL(adamw_step, options, count, gradient, first, second, parameter)
}

double qpx_sum_of_squares(const float *x, int64_t count) { CALL(sum_of_squares, x, count) }

void qpx_solve_lower_norms(const double *lower, int64_t count, double *columns, double *norms) {
    CALL(solve_lower_norms, lower, count, columns, norms)
}

void qpx_to_bfloat16(const float *x, int64_t count, uint16_t *out) {
    for (int64_t i = 0; i < count; i++) {
        uint32_t w;
        __builtin_memcpy(&w, x + i, 4);
        out[i] = (w & 0x7fffffff) > 0x7f800000 ? (uint16_t)((w >> 16) | 0x40)
                                               : (uint16_t)((w + 0x7fff + ((w >> 16) & 1)) >> 16);
    }
}

void qpx_to_float16(const float *x, int64_t count, uint16_t *out) {
    for (int64_t i = 0; i < count; i++) {
        _Float16 h = (_Float16)x[i];
        __builtin_memcpy(out + i, &h, 2);
    }
}
