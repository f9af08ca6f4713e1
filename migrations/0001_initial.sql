-- The first schema. Words are those of the README: model, search, trial, allocation, observation, suggestion, metric.
--
-- Times are RFC 3339 UTC text with milliseconds (2025-01-31T09:30:00.250Z), digests are SHA-256 in lower-case hex,
-- seeds are 64-bit patterns (a seed above 2^63 reads as a negative integer here), booleans are 0 or 1.
-- A measured value that is not a finite number is NULL.

-- A checkpoint on disk, known by the digest of its weights and configuration. A pruned one names its parent.
CREATE TABLE model (
    id                 INTEGER PRIMARY KEY,
    sha256             TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64),
    name               TEXT    NOT NULL,
    path               TEXT    NOT NULL,
    architecture       TEXT    NOT NULL,
    layers             INTEGER NOT NULL CHECK (layers > 0),
    parameters         INTEGER NOT NULL CHECK (parameters > 0),
    bytes              INTEGER NOT NULL CHECK (bytes > 0),
    parent_id          INTEGER REFERENCES model (id),
    pruning_ratio      REAL,
    parameters_removed REAL,
    importance         TEXT,
    seed               INTEGER,
    created_at         TEXT    NOT NULL
) STRICT;
CREATE INDEX model_parent ON model (parent_id) WHERE parent_id IS NOT NULL;

-- One optimization over allocations for one pruned model, one objective, one budget.
CREATE TABLE search (
    id                     INTEGER PRIMARY KEY,
    name                   TEXT    NOT NULL CHECK (name <> '' AND name NOT GLOB '*[/, ]*'),
    state                  TEXT    NOT NULL
        CHECK (state IN ('waiting', 'running', 'complete', 'failed', 'interrupted')),
    model_id               INTEGER NOT NULL REFERENCES model (id),
    pruned_model_id        INTEGER REFERENCES model (id),
    objective              TEXT    NOT NULL,
    direction              TEXT    NOT NULL CHECK (direction IN ('maximize', 'minimize')),
    pruning_ratio          REAL    NOT NULL CHECK (pruning_ratio >= 0 AND pruning_ratio < 1),
    parameters_removed     REAL,
    budget_bytes           INTEGER,
    budget_bits_per_weight REAL,
    choices                TEXT    NOT NULL,
    trial_limit            INTEGER NOT NULL CHECK (trial_limit >= 0),
    seed                   INTEGER NOT NULL,
    specification          TEXT    NOT NULL CHECK (json_valid(specification)),
    command_line           TEXT,
    qpx_version            TEXT    NOT NULL,
    host                   TEXT    NOT NULL,
    thread_count           INTEGER NOT NULL,
    processor              TEXT    NOT NULL,
    error                  TEXT,
    created_at             TEXT    NOT NULL,
    started_at             TEXT,
    finished_at            TEXT,
    deleted_at             TEXT
) STRICT;
CREATE UNIQUE INDEX search_name ON search (name) WHERE deleted_at IS NULL;
CREATE INDEX search_model ON search (model_id);
CREATE INDEX search_pruned_model ON search (pruned_model_id) WHERE pruned_model_id IS NOT NULL;

-- process_started tells a process from a later one with the same number.
CREATE TABLE search_transition (
    id              INTEGER PRIMARY KEY,
    search_id       INTEGER NOT NULL REFERENCES search (id),
    from_state      TEXT,
    to_state        TEXT    NOT NULL,
    at              TEXT    NOT NULL,
    host            TEXT    NOT NULL,
    pid             INTEGER NOT NULL,
    process_started TEXT
) STRICT;
CREATE INDEX search_transition_search ON search_transition (search_id);

-- Where a search's warm start came from.
CREATE TABLE search_source (
    search_id        INTEGER NOT NULL REFERENCES search (id),
    source_search_id INTEGER NOT NULL REFERENCES search (id),
    observations     INTEGER NOT NULL CHECK (observations >= 0),
    PRIMARY KEY (search_id, source_search_id),
    CHECK (search_id <> source_search_id)
) STRICT, WITHOUT ROWID;

-- One precision per layer, stored once per distinct allocation. What it weighs depends on the model: see trial.
CREATE TABLE allocation (
    id          INTEGER PRIMARY KEY,
    digest      TEXT    NOT NULL UNIQUE CHECK (length(digest) = 64),
    layer_count INTEGER NOT NULL CHECK (layer_count > 0),
    precisions  TEXT    NOT NULL
) STRICT;

-- module is 'all' for a whole layer, else a projection such as 'q_proj'.
CREATE TABLE allocation_layer (
    allocation_id INTEGER NOT NULL REFERENCES allocation (id),
    layer         INTEGER NOT NULL CHECK (layer >= 0),
    module        TEXT    NOT NULL DEFAULT 'all',
    precision     TEXT    NOT NULL,
    bits          INTEGER NOT NULL CHECK (bits > 0),
    PRIMARY KEY (allocation_id, layer, module)
) STRICT, WITHOUT ROWID;
CREATE INDEX allocation_layer_bits ON allocation_layer (layer, bits, module, allocation_id);

-- One allocation carried through quantization, recovery and evaluation. Numbers count from 1 in each search.
-- specification: where this trial departs from its search's specification; NULL when nowhere.
CREATE TABLE trial (
    id                       INTEGER PRIMARY KEY,
    search_id                INTEGER NOT NULL REFERENCES search (id),
    number                   INTEGER NOT NULL CHECK (number > 0),
    allocation_id            INTEGER REFERENCES allocation (id),
    kind                     TEXT    NOT NULL
        CHECK (kind IN ('proposal', 'baseline', 'initial', 'rerun', 'reference')),
    label                    TEXT,
    state                    TEXT    NOT NULL
        CHECK (state IN ('waiting', 'running', 'complete', 'failed', 'interrupted')),
    weight_bytes             INTEGER,
    bits_per_weight          REAL,
    within_budget            INTEGER CHECK (within_budget IN (0, 1)),
    seed                     INTEGER NOT NULL,
    rerun_of                 INTEGER REFERENCES trial (id),
    specification            TEXT    CHECK (specification IS NULL OR json_valid(specification)),
    objective_value          REAL,
    objective_standard_error REAL,
    error                    TEXT,
    created_at               TEXT    NOT NULL,
    started_at               TEXT,
    finished_at              TEXT,
    duration_seconds         REAL,
    qpx_version              TEXT    NOT NULL,
    host                     TEXT    NOT NULL,
    thread_count             INTEGER NOT NULL,
    processor                TEXT    NOT NULL,
    deleted_at               TEXT,
    UNIQUE (search_id, number),
    CHECK (allocation_id IS NOT NULL OR kind IN ('reference', 'rerun')),
    CHECK ((kind = 'rerun') = (rerun_of IS NOT NULL))
) STRICT;
-- No allocation twice in a search, whichever process proposes it; a failed or interrupted trial may be tried again.
CREATE UNIQUE INDEX trial_live_allocation ON trial (search_id, allocation_id)
    WHERE deleted_at IS NULL AND state IN ('waiting', 'running', 'complete')
        AND kind IN ('proposal', 'baseline', 'initial');
CREATE INDEX trial_allocation ON trial (allocation_id);
CREATE INDEX trial_state ON trial (search_id, state, deleted_at);
CREATE INDEX trial_objective ON trial (search_id, objective_value, number)
    WHERE deleted_at IS NULL AND state = 'complete';
CREATE INDEX trial_rerun ON trial (rerun_of) WHERE rerun_of IS NOT NULL;

CREATE TABLE trial_transition (
    id              INTEGER PRIMARY KEY,
    trial_id        INTEGER NOT NULL REFERENCES trial (id),
    from_state      TEXT,
    to_state        TEXT    NOT NULL,
    at              TEXT    NOT NULL,
    host            TEXT    NOT NULL,
    pid             INTEGER NOT NULL,
    process_started TEXT
) STRICT;
CREATE INDEX trial_transition_trial ON trial_transition (trial_id);

-- What the surrogate of search_id learns from. trial_id is the trial that was measured: of this search, or, by warm
-- start, of source_search_id.
CREATE TABLE observation (
    id               INTEGER PRIMARY KEY,
    search_id        INTEGER NOT NULL REFERENCES search (id),
    trial_id         INTEGER NOT NULL REFERENCES trial (id),
    allocation_id    INTEGER NOT NULL REFERENCES allocation (id),
    value            REAL    NOT NULL,
    standard_error   REAL,
    origin           TEXT    NOT NULL CHECK (origin IN ('search', 'baseline', 'warm-start')),
    source_search_id INTEGER REFERENCES search (id),
    created_at       TEXT    NOT NULL,
    UNIQUE (search_id, trial_id),
    CHECK ((origin = 'warm-start') = (source_search_id IS NOT NULL))
) STRICT;
CREATE INDEX observation_trial ON observation (trial_id);

-- What the surrogate believed of the trial's allocation before it ran, and why it was proposed.
CREATE TABLE suggestion (
    trial_id          INTEGER PRIMARY KEY REFERENCES trial (id),
    mean              REAL    NOT NULL,
    deviation         REAL    NOT NULL CHECK (deviation >= 0),
    acquisition       TEXT    NOT NULL,
    acquisition_value REAL,
    hyperparameters   TEXT    NOT NULL CHECK (json_valid(hyperparameters)),
    random_state      TEXT    NOT NULL,
    candidates        INTEGER NOT NULL,
    observations      INTEGER NOT NULL,
    duration_seconds  REAL    NOT NULL
) STRICT;

-- step is -1 for the final value of a trial; task is '' for a metric that belongs to none.
CREATE TABLE metric (
    trial_id       INTEGER NOT NULL REFERENCES trial (id),
    name           TEXT    NOT NULL,
    task           TEXT    NOT NULL DEFAULT '',
    step           INTEGER NOT NULL DEFAULT -1 CHECK (step >= -1),
    value          REAL,
    standard_error REAL,
    count          INTEGER,
    PRIMARY KEY (trial_id, name, task, step)
) STRICT, WITHOUT ROWID;

-- The questions of a task in their order, stored once however many trials answer them.
CREATE TABLE example_set (
    id     INTEGER PRIMARY KEY,
    digest TEXT    NOT NULL UNIQUE CHECK (length(digest) = 64),
    count  INTEGER NOT NULL CHECK (count > 0)
) STRICT;
CREATE TABLE example_item (
    set_id   INTEGER NOT NULL REFERENCES example_set (id),
    position INTEGER NOT NULL CHECK (position >= 0),
    item     TEXT    NOT NULL,
    choices  INTEGER NOT NULL CHECK (choices > 0),
    PRIMARY KEY (set_id, position)
) STRICT, WITHOUT ROWID;

-- log_likelihoods: float64, little-endian, one per choice of each item in order. The others: one bit per item
-- (is_greedy: per choice), lowest bit first; NULL where the task has no such thing.
CREATE TABLE example_result (
    id              INTEGER PRIMARY KEY,
    trial_id        INTEGER NOT NULL REFERENCES trial (id),
    task            TEXT    NOT NULL,
    set_id          INTEGER NOT NULL REFERENCES example_set (id),
    log_likelihoods BLOB    NOT NULL,
    is_greedy       BLOB,
    correct         BLOB,
    correct_norm    BLOB,
    UNIQUE (trial_id, task)
) STRICT;

CREATE TABLE training_loss (
    trial_id      INTEGER NOT NULL REFERENCES trial (id),
    step          INTEGER NOT NULL CHECK (step >= 0),
    loss          REAL,
    learning_rate REAL,
    gradient_norm REAL,
    PRIMARY KEY (trial_id, step)
) STRICT, WITHOUT ROWID;

-- How much a layer matters to the model's prediction, and what the estimator says of unrelated data (null).
CREATE TABLE importance (
    search_id      INTEGER NOT NULL REFERENCES search (id),
    estimator      TEXT    NOT NULL,
    layer          INTEGER NOT NULL CHECK (layer >= 0),
    value          REAL    NOT NULL,
    null_mean      REAL,
    null_deviation REAL,
    PRIMARY KEY (search_id, estimator, layer)
) STRICT, WITHOUT ROWID;

-- An expensive step that many trials share, found again by the digest of everything it was made from.
CREATE TABLE stage (
    id         INTEGER PRIMARY KEY,
    digest     TEXT    NOT NULL UNIQUE CHECK (length(digest) = 64),
    kind       TEXT    NOT NULL,
    path       TEXT,
    seconds    REAL    NOT NULL,
    detail     TEXT    NOT NULL CHECK (json_valid(detail)),
    created_at TEXT    NOT NULL
) STRICT;

CREATE TABLE artifact (
    id         INTEGER PRIMARY KEY,
    trial_id   INTEGER REFERENCES trial (id),
    search_id  INTEGER REFERENCES search (id),
    stage_id   INTEGER REFERENCES stage (id),
    kind       TEXT    NOT NULL,
    path       TEXT    NOT NULL,
    bytes      INTEGER NOT NULL CHECK (bytes >= 0),
    sha256     TEXT    NOT NULL CHECK (length(sha256) = 64),
    created_at TEXT    NOT NULL,
    deleted_at TEXT
) STRICT;
CREATE INDEX artifact_trial ON artifact (trial_id) WHERE trial_id IS NOT NULL;
CREATE INDEX artifact_search ON artifact (search_id) WHERE search_id IS NOT NULL;
CREATE INDEX artifact_stage ON artifact (stage_id) WHERE stage_id IS NOT NULL;
CREATE INDEX artifact_sha256 ON artifact (sha256);

CREATE TABLE event (
    id        INTEGER PRIMARY KEY,
    search_id INTEGER REFERENCES search (id),
    trial_id  INTEGER REFERENCES trial (id),
    at        TEXT    NOT NULL,
    level     TEXT    NOT NULL CHECK (level IN ('debug', 'info', 'warning', 'error')),
    message   TEXT    NOT NULL
) STRICT;
CREATE INDEX event_search ON event (search_id) WHERE search_id IS NOT NULL;
CREATE INDEX event_trial ON event (trial_id) WHERE trial_id IS NOT NULL;

-- A finished trial never changes, whoever writes to this file. Only deleted_at may, and what is marked deleted may go.
CREATE TRIGGER trial_finished_update BEFORE UPDATE OF
    id, search_id, number, allocation_id, kind, label, state, weight_bytes, bits_per_weight, within_budget, seed,
    rerun_of, specification, objective_value, objective_standard_error, error, created_at, started_at, finished_at,
    duration_seconds, qpx_version, host, thread_count, processor
ON trial WHEN OLD.state IN ('complete', 'failed', 'interrupted')
BEGIN SELECT RAISE(ABORT, 'a finished trial never changes'); END;
CREATE TRIGGER trial_finished_delete BEFORE DELETE ON trial WHEN OLD.deleted_at IS NULL
BEGIN SELECT RAISE(ABORT, 'a trial is marked deleted before it goes'); END;

CREATE TRIGGER suggestion_insert BEFORE INSERT ON suggestion
WHEN EXISTS (SELECT 1 FROM trial WHERE id = NEW.trial_id AND state IN ('complete', 'failed', 'interrupted'))
BEGIN SELECT RAISE(ABORT, 'a finished trial takes no suggestion'); END;
CREATE TRIGGER suggestion_update BEFORE UPDATE ON suggestion
BEGIN SELECT RAISE(ABORT, 'a suggestion never changes'); END;
CREATE TRIGGER suggestion_delete BEFORE DELETE ON suggestion
WHEN EXISTS (SELECT 1 FROM trial WHERE id = OLD.trial_id AND deleted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a trial is marked deleted before its suggestion goes'); END;

CREATE TRIGGER metric_insert BEFORE INSERT ON metric
WHEN EXISTS (SELECT 1 FROM trial WHERE id = NEW.trial_id AND state IN ('complete', 'failed', 'interrupted'))
BEGIN SELECT RAISE(ABORT, 'a finished trial takes no metrics'); END;
CREATE TRIGGER metric_update BEFORE UPDATE ON metric
BEGIN SELECT RAISE(ABORT, 'a metric never changes'); END;
CREATE TRIGGER metric_delete BEFORE DELETE ON metric
WHEN EXISTS (SELECT 1 FROM trial WHERE id = OLD.trial_id AND deleted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a trial is marked deleted before its metrics go'); END;

CREATE TRIGGER example_result_insert BEFORE INSERT ON example_result
WHEN EXISTS (SELECT 1 FROM trial WHERE id = NEW.trial_id AND state IN ('complete', 'failed', 'interrupted'))
BEGIN SELECT RAISE(ABORT, 'a finished trial takes no example results'); END;
CREATE TRIGGER example_result_update BEFORE UPDATE ON example_result
BEGIN SELECT RAISE(ABORT, 'an example result never changes'); END;
CREATE TRIGGER example_result_delete BEFORE DELETE ON example_result
WHEN EXISTS (SELECT 1 FROM trial WHERE id = OLD.trial_id AND deleted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a trial is marked deleted before its example results go'); END;

CREATE TRIGGER training_loss_insert BEFORE INSERT ON training_loss
WHEN EXISTS (SELECT 1 FROM trial WHERE id = NEW.trial_id AND state IN ('complete', 'failed', 'interrupted'))
BEGIN SELECT RAISE(ABORT, 'a finished trial takes no training losses'); END;
CREATE TRIGGER training_loss_update BEFORE UPDATE ON training_loss
BEGIN SELECT RAISE(ABORT, 'a training loss never changes'); END;
CREATE TRIGGER training_loss_delete BEFORE DELETE ON training_loss
WHEN EXISTS (SELECT 1 FROM trial WHERE id = OLD.trial_id AND deleted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a trial is marked deleted before its training losses go'); END;

CREATE TRIGGER observation_update BEFORE UPDATE ON observation
BEGIN SELECT RAISE(ABORT, 'an observation never changes'); END;
CREATE TRIGGER observation_delete BEFORE DELETE ON observation
WHEN EXISTS (SELECT 1 FROM search WHERE id = OLD.search_id AND deleted_at IS NULL)
    AND EXISTS (SELECT 1 FROM trial WHERE id = OLD.trial_id AND deleted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a search or trial is marked deleted before its observations go'); END;

CREATE TRIGGER trial_transition_update BEFORE UPDATE ON trial_transition
BEGIN SELECT RAISE(ABORT, 'a transition never changes'); END;
CREATE TRIGGER trial_transition_delete BEFORE DELETE ON trial_transition
WHEN EXISTS (SELECT 1 FROM trial WHERE id = OLD.trial_id AND deleted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a trial is marked deleted before its transitions go'); END;

-- An allocation is shared by trials, an example set by results: neither ever changes.
CREATE TRIGGER allocation_update BEFORE UPDATE ON allocation
BEGIN SELECT RAISE(ABORT, 'an allocation never changes'); END;
CREATE TRIGGER allocation_layer_update BEFORE UPDATE ON allocation_layer
BEGIN SELECT RAISE(ABORT, 'an allocation never changes'); END;
CREATE TRIGGER example_set_update BEFORE UPDATE ON example_set
BEGIN SELECT RAISE(ABORT, 'an example set never changes'); END;
CREATE TRIGGER example_item_update BEFORE UPDATE ON example_item
BEGIN SELECT RAISE(ABORT, 'an example set never changes'); END;

-- What a search is stays; how far it got, and its pruned model once that exists, may be written.
CREATE TRIGGER search_update BEFORE UPDATE OF
    id, model_id, objective, direction, pruning_ratio, choices, seed, specification, created_at
ON search BEGIN SELECT RAISE(ABORT, 'a search''s specification never changes'); END;
