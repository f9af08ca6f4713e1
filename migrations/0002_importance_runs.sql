-- Layer importance measured on its own, outside a search: one run per model, measure and settings.
-- signal: what of a layer's output was looked at; NULL where the measure looks at none.
-- specification: everything that the values depend on beside the model.
CREATE TABLE importance_run (
    id               INTEGER PRIMARY KEY,
    model_id         INTEGER NOT NULL REFERENCES model (id),
    measure          TEXT    NOT NULL,
    signal           TEXT,
    unit             TEXT    NOT NULL,
    seed             INTEGER NOT NULL,
    specification    TEXT    NOT NULL CHECK (json_valid(specification)),
    duration_seconds REAL    NOT NULL CHECK (duration_seconds >= 0),
    command_line     TEXT,
    created_at       TEXT    NOT NULL,
    qpx_version      TEXT    NOT NULL,
    host             TEXT    NOT NULL,
    thread_count     INTEGER NOT NULL,
    processor        TEXT    NOT NULL
) STRICT;
CREATE INDEX importance_run_model ON importance_run (model_id, measure);

-- precision is '' for the layer's importance, else the precision whose cost this is.
CREATE TABLE importance_value (
    run_id         INTEGER NOT NULL REFERENCES importance_run (id),
    layer          INTEGER NOT NULL CHECK (layer >= 0),
    precision      TEXT    NOT NULL DEFAULT '',
    value          REAL    NOT NULL,
    null_mean      REAL,
    null_deviation REAL,
    PRIMARY KEY (run_id, layer, precision)
) STRICT, WITHOUT ROWID;

-- What of the layers' outputs a search's own importance was measured on.
ALTER TABLE importance ADD COLUMN signal TEXT;

CREATE TRIGGER importance_run_update BEFORE UPDATE ON importance_run
BEGIN SELECT RAISE(ABORT, 'an importance run never changes'); END;
CREATE TRIGGER importance_value_update BEFORE UPDATE ON importance_value
BEGIN SELECT RAISE(ABORT, 'an importance run never changes'); END;
