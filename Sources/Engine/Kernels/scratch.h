#ifndef QPX_SCRATCH_H
#define QPX_SCRATCH_H

#include <stddef.h>

// Working memory of this thread: at least `bytes`, 64-byte aligned, contents undefined, valid until the next call on
// the same thread. Grows and is kept, because packing needs it in every product. Null without memory.
float *qpx_scratch(size_t bytes);

// Natural logarithm with the same bits on every processor (only IEEE-exact operations).
double qpx_log(double x);

#endif
