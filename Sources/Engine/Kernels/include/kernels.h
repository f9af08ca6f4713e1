#ifndef QPX_KERNELS_H
#define QPX_KERNELS_H
int qpx_placeholder(void);
#endif
