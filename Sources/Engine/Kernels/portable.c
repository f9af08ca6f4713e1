#include "kernels.h"
#include "scratch.h"

#pragma clang fp contract(off)

#define NAME(x) qpx_portable_##x
#define STRIP 6
#define PANELS 1

#include "codeset.h"
#include "body.inc"
