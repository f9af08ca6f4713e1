// Declarations of one code set; included once per set, with NAME defined.

void NAME(decode)(const qpx_matrix *matrix, int64_t start, int64_t count, float *out);
int NAME(multiply)(const qpx_product *product);
void NAME(rms_norm)(const float *x, const float *weight, float epsilon, int64_t rows, int64_t width, float *y,
                    float *inverse);
void NAME(rms_norm_backward)(const float *dy, const float *x, const float *weight, const float *inverse, int64_t rows,
                             int64_t width, float *dx);
void NAME(rms_norm_weight_backward)(const float *dy, const float *x, const float *inverse, int64_t rows, int64_t width,
                                    int64_t first, int64_t last, float *dweight);
void NAME(rope)(float *x, int64_t stride, int64_t rows, int64_t heads, int64_t d, const int32_t *positions,
                const float *cosine, const float *sine, int backward);
void NAME(swiglu)(const float *gate, const float *up, int64_t count, float *y);
void NAME(swiglu_backward)(const float *dy, const float *gate, const float *up, int64_t count, float *dgate, float *dup);
void NAME(add_scaled)(const float *x, float factor, int64_t count, float *y);
void NAME(scale)(float *x, float factor, int64_t count);
int NAME(attention_forward)(const qpx_attention *attention);
int NAME(attention_backward)(const qpx_attention_gradient *gradient);
void NAME(log_sum_exp)(const float *logits, int64_t stride, int64_t rows, int64_t width, double *sum, float *maximum,
                       int32_t *argmax);
void NAME(cross_entropy_backward)(float *logits, int64_t stride, int64_t rows, int64_t width, const int32_t *targets,
                                  const double *sum, const float *maximum, float factor);
void NAME(adamw_step)(const qpx_adamw *options, int64_t count, const float *gradient, float *first, float *second,
                      float *parameter);
double NAME(sum_of_squares)(const float *x, int64_t count);
void NAME(solve_lower_norms)(const double *lower, int64_t count, double *columns, double *norms);
