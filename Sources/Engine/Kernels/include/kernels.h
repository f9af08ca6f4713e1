#ifndef QPX_KERNELS_H
#define QPX_KERNELS_H

#include <stdint.h>

// The numeric kernels of the engine.
//
// Every function gives the same bits on every processor: all code sets are compiled from the same source
// (body.inc) over vectors of sixteen lanes, multiply-adds are fused by name and nowhere else, and each sum runs in one
// fixed order that depends neither on the batch nor on how rows or columns are divided between calls. Callers divide
// work between threads by rows (or columns) and get the digits of a single call.
//
// All matrices are row-major; a stride counts floats between the starts of consecutive rows.

// MARK: Code sets

enum { QPX_PORTABLE = 0, QPX_AVX2 = 1, QPX_AVX512 = 2 };

// The best code set that this processor runs.
int qpx_best_code_set(void);
// The code set in use; the best one unless another was chosen.
int qpx_code_set(void);
// Chooses a code set (for tests and benchmarks); values above the best one are lowered to it.
void qpx_choose_code_set(int set);

// MARK: Stored matrices

enum { QPX_F32 = 0, QPX_F16 = 1, QPX_BF16 = 2, QPX_TABLE = 3, QPX_LINEAR8 = 4, QPX_INTEGER8 = 5 };
enum { QPX_SCALES_F32 = 0, QPX_SCALES_F16 = 1, QPX_SCALES_DOUBLE = 2 };
enum { QPX_SCALE_GROUP = 256 };

// The scales of a stored matrix, one per block.
// QPX_SCALES_F32, QPX_SCALES_F16: `data` has the numbers.
// QPX_SCALES_DOUBLE: `data` has 8-bit codes, scale = map[code] * group[block / QPX_SCALE_GROUP] + offset, not fused.
typedef struct {
    int kind;
    float offset;
    const void *data;
    const float *group;
    const float *map;
} qpx_scales;

// A matrix as it is stored: [rows, columns] flattened row-major, dense floats or codes with one scale per block.
// QPX_TABLE: codes of `bits` bits (2, 3, 4 or 8), big-endian, value = table[code] * scale.
// QPX_LINEAR8: value = int8 * (scale / 127). QPX_INTEGER8: value = int8 * scale.
typedef struct {
    int kind;
    int bits;
    int64_t block;
    int64_t columns;
    const void *data;
    qpx_scales scales;
    const float *table;
} qpx_matrix;

// Elements start ..< start + count of the flattened matrix, as float32.
void qpx_decode(const qpx_matrix *matrix, int64_t start, int64_t count, float *out);
// Rounds to nearest, ties to even.
void qpx_to_bfloat16(const float *x, int64_t count, uint16_t *out);
void qpx_to_float16(const float *x, int64_t count, uint16_t *out);

// MARK: Products

// c[i, j] = sum over p of a(i, p) * b(p, j), fused, p ascending; added to c if `accumulate`.
// a(i, p) stands at a[i * a_row + p * a_column].
// b(p, j) is element (b_row + j, b_column + p) of `b` if `b_transposed` (a weight matrix [out, in]), else element
// (b_row + p, b_column + j).
typedef struct {
    int64_t m, n, k;
    const float *a;
    int64_t a_row, a_column;
    qpx_matrix b;
    int64_t b_row, b_column;
    int b_transposed;
    float *c;
    int64_t c_row;
    int accumulate;
} qpx_product;

// Returns 0, or 1 if memory for packing could not be had.
int qpx_multiply(const qpx_product *product);

// MARK: Rows

// y = x / rms(x) * weight; inverse[row] = 1 / rms, may be null.
void qpx_rms_norm(const float *x, const float *weight, float epsilon, int64_t rows, int64_t width, float *y,
                  float *inverse);
// dx += rho (w dy) - x rho^3 / width * sum(w dy x).
void qpx_rms_norm_backward(const float *dy, const float *x, const float *weight, const float *inverse, int64_t rows,
                           int64_t width, float *dx);
// dweight[c] += sum over rows of dy x rho, rows ascending, for columns first ..< last.
void qpx_rms_norm_weight_backward(const float *dy, const float *x, const float *inverse, int64_t rows, int64_t width,
                                  int64_t first, int64_t last, float *dweight);
// Rotates pairs (i, i + d/2) of each head in place by the angle of the row's position; backward rotates back.
// cosine, sine: [positions, d/2].
void qpx_rope(float *x, int64_t stride, int64_t rows, int64_t heads, int64_t d, const int32_t *positions,
              const float *cosine, const float *sine, int backward);
// y = silu(gate) * up.
void qpx_swiglu(const float *gate, const float *up, int64_t count, float *y);
// dgate, dup from dy; may be written over gate and up.
void qpx_swiglu_backward(const float *dy, const float *gate, const float *up, int64_t count, float *dgate, float *dup);
// y += x * factor.
void qpx_add_scaled(const float *x, float factor, int64_t count, float *y);
// x *= factor.
void qpx_scale(float *x, float factor, int64_t count);

// MARK: Attention

// Causal attention of one sequence, for one key/value head and the query heads that share it.
// q, out: [tokens, group * d] with their strides, k, v: [tokens, d]; lse (may be null): [tokens] per query head,
// lse_stride floats between tokens, query heads adjacent. The sequence may go on from a prefix whose keys and values
// stand elsewhere: prefix_k, prefix_v: [prefix, d] with the same stride. A query sees the last `window` keys up to its own,
// all of them if that is 0. Returns 0, or 1 without memory.
typedef struct {
    int64_t tokens, d, group;
    int64_t window;
    int64_t prefix;
    const float *prefix_k, *prefix_v;
    float scale;
    const float *q, *k, *v;
    int64_t q_stride, kv_stride;
    float *out;
    int64_t out_stride;
    float *lse;
    int64_t lse_stride;
} qpx_attention;
int qpx_attention_forward(const qpx_attention *attention);

// Without a prefix. dq, dk, dv are written (not added). out and lse are those of the forward pass; dout has out's stride.
typedef struct {
    qpx_attention forward;
    const float *dout;
    float *dq, *dk, *dv;
} qpx_attention_gradient;
int qpx_attention_backward(const qpx_attention_gradient *gradient);

// MARK: Loss

// Per row of logits: log of the sum of exponentials relative to the maximum, in double; the maximum; its index (first).
void qpx_log_sum_exp(const float *logits, int64_t stride, int64_t rows, int64_t width, double *sum, float *maximum,
                     int32_t *argmax);
// logits[row] = (softmax(logits[row]) - onehot(target)) * factor, in place; rows with target < 0 become zero.
void qpx_cross_entropy_backward(float *logits, int64_t stride, int64_t rows, int64_t width, const int32_t *targets,
                                const double *sum, const float *maximum, float factor);

// MARK: Optimiser

typedef struct {
    float learning_rate, beta1, beta2, epsilon, weight_decay;
    float correction1, correction2;  // 1 - beta^step
    float gradient_scale;            // clipping
} qpx_adamw;
void qpx_adamw_step(const qpx_adamw *options, int64_t count, const float *gradient, float *first, float *second,
                    float *parameter);
// Sum of squares in float64, in one fixed order.
double qpx_sum_of_squares(const float *x, int64_t count);

// MARK: Search

// Solves L x = b for eight right-hand sides, columns[row][8], in place; norms[8] = |x|^2. L: the lower triangle by rows.
void qpx_solve_lower_norms(const double *lower, int64_t count, double *columns, double *norms);

// MARK: Memory

// Hands memory that is free but kept by the allocator back to the system, as far as the allocator can.
void qpx_release_free_memory(void);

#endif
