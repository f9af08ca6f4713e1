#ifndef QPX_CSQLITE_SHIM_H
#define QPX_CSQLITE_SHIM_H

#include <sqlite3.h>

// Swift does not import SQLITE_TRANSIENT, a cast macro: SQLite copies the bytes before these return.

static inline int qpx_bind_text(sqlite3_stmt *statement, int index, const char *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, bytes, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline int qpx_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_blob64(statement, index, bytes, count, SQLITE_TRANSIENT);
}

/// Whether the text of the schema may be edited (with PRAGMA writable_schema): some systems' SQLite begins without.
static inline int qpx_allow_schema_edits(sqlite3 *database, int allowed) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, !allowed, (int *)0);
}

#endif
