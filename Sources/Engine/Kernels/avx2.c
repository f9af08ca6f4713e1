#include "kernels.h"
#include "scratch.h"

#if defined(__x86_64__)

#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#define NAME(x) qpx_avx2_##x
#define STRIP 6
#define PANELS 1

#include "codeset.h"
#include "body.inc"

#pragma clang attribute pop

#endif
