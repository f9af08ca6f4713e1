#ifndef QPX_CSQLITE_SHIM_H
#define QPX_CSQLITE_SHIM_H

#include <sqlite3.h>

#endif
