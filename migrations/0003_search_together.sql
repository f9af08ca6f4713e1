-- Searches that several workers carry out, objectives that other programs compute, history from elsewhere.

-- evaluator: 'native', 'command' (a program is asked), 'ask' (trials are asked for and told).
-- second_objective: 'memory' where the front of value against memory is searched, else NULL.
ALTER TABLE search ADD COLUMN evaluator TEXT NOT NULL DEFAULT 'native'
    CHECK (evaluator IN ('native', 'command', 'ask'));
ALTER TABLE search ADD COLUMN second_objective TEXT CHECK (second_objective IS NULL OR second_objective = 'memory');

-- origin: 'enqueued' was asked for by name, 'imported' was measured elsewhere (provenance says where).
-- fidelity: which part of the evaluation the objective's value rests on; below 1 the trial was stopped early, and its
-- value is an estimate of what the whole would have given.
ALTER TABLE trial ADD COLUMN origin TEXT NOT NULL DEFAULT 'search'
    CHECK (origin IN ('search', 'enqueued', 'imported'));
ALTER TABLE trial ADD COLUMN provenance TEXT;
ALTER TABLE trial ADD COLUMN fidelity REAL NOT NULL DEFAULT 1 CHECK (fidelity > 0 AND fidelity <= 1);

-- pending: numbers of the trials that were running when it was proposed, a JSON list.
-- known_observation: the last observation that the surrogate knew (all with smaller ids of the search were known, too).
-- trust: how much each source of a warm start was believed, JSON object from the source search's id to 0 ... 1.
ALTER TABLE suggestion ADD COLUMN pending TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(pending));
ALTER TABLE suggestion ADD COLUMN known_observation INTEGER;
ALTER TABLE suggestion ADD COLUMN trust TEXT CHECK (trust IS NULL OR json_valid(trust));

-- One go at a trial by one worker. A worker holds a lease and renews it; a trial whose lease has run out may be begun
-- again by another one. lease_until: NULL never runs out. pid: NULL where the worker is no process of qpx but somebody
-- who asks and tells. A trial is running exactly as long as one attempt at it is.
-- state: 'lost' is a lease that ran out, a worker found dead, or one whose result came second; 'late' came with a
-- result, or an error, after the trial had finished without it.
CREATE TABLE attempt (
    id              INTEGER PRIMARY KEY,
    trial_id        INTEGER NOT NULL REFERENCES trial (id),
    number          INTEGER NOT NULL CHECK (number > 0),
    state           TEXT    NOT NULL
        CHECK (state IN ('running', 'complete', 'failed', 'interrupted', 'lost', 'late')),
    worker          TEXT    NOT NULL,
    host            TEXT    NOT NULL,
    pid             INTEGER,
    process_started TEXT,
    started_at      TEXT    NOT NULL,
    renewed_at      TEXT    NOT NULL,
    lease_until     TEXT,
    finished_at     TEXT,
    error           TEXT,
    UNIQUE (trial_id, number)
) STRICT;
-- One worker at a time has a trial.
CREATE UNIQUE INDEX attempt_running ON attempt (trial_id) WHERE state = 'running';
CREATE TRIGGER attempt_finished_update BEFORE UPDATE ON attempt
WHEN OLD.state IN ('complete', 'failed', 'interrupted', 'late')
BEGIN SELECT RAISE(ABORT, 'a finished attempt never changes'); END;
CREATE TRIGGER attempt_delete BEFORE DELETE ON attempt
WHEN EXISTS (SELECT 1 FROM trial WHERE id = OLD.trial_id AND deleted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a trial is marked deleted before its attempts go'); END;

-- What a search hands out: trials by the surrogate's posterior mean of the objective, best first. Replaced as a whole
-- when the surrogate has learned more.
CREATE TABLE recommendation (
    search_id    INTEGER NOT NULL REFERENCES search (id),
    position     INTEGER NOT NULL CHECK (position > 0),
    trial_id     INTEGER NOT NULL REFERENCES trial (id),
    mean         REAL    NOT NULL,
    deviation    REAL    NOT NULL CHECK (deviation >= 0),
    observations INTEGER NOT NULL,
    created_at   TEXT    NOT NULL,
    PRIMARY KEY (search_id, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER trial_origin_update BEFORE UPDATE OF origin, provenance ON trial
BEGIN SELECT RAISE(ABORT, 'where a trial comes from never changes'); END;
CREATE TRIGGER trial_fidelity_update BEFORE UPDATE OF fidelity ON trial
WHEN OLD.state IN ('complete', 'failed', 'interrupted')
BEGIN SELECT RAISE(ABORT, 'a finished trial never changes'); END;
