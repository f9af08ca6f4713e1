#include "kernels.h"
#include "scratch.h"

#if defined(__x86_64__)

#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)

#define NAME(x) qpx_avx512_##x
#define STRIP 12
#define PANELS 2

#include "codeset.h"
#include "body.inc"

#pragma clang attribute pop

#endif
