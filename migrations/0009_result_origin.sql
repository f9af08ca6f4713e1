-- What a trial's result depends on, as one digest of all of it: model, allocation, recovery, seed, texts and tasks, version.
-- Two trials with the same digest have the same results to the last bit, so one of them need not be computed.

-- source_id: the trial whose recorded result was taken; NULL where it was computed.
CREATE TABLE result_origin (
    trial_id  INTEGER PRIMARY KEY REFERENCES trial (id),
    digest    TEXT    NOT NULL CHECK (length(digest) = 64),
    source_id INTEGER REFERENCES trial (id),
    CHECK (source_id IS NULL OR source_id <> trial_id)
) STRICT;
CREATE INDEX result_origin_digest ON result_origin (digest) WHERE source_id IS NULL;
CREATE INDEX result_origin_source ON result_origin (source_id) WHERE source_id IS NOT NULL;

CREATE TRIGGER result_origin_insert BEFORE INSERT ON result_origin
WHEN EXISTS (SELECT 1 FROM trial WHERE id = NEW.trial_id AND state IN ('complete', 'failed', 'interrupted'))
BEGIN SELECT RAISE(ABORT, 'a finished trial takes no result'); END;
CREATE TRIGGER result_origin_update BEFORE UPDATE ON result_origin
BEGIN SELECT RAISE(ABORT, 'where a result is from never changes'); END;
CREATE TRIGGER result_origin_delete BEFORE DELETE ON result_origin
WHEN EXISTS (SELECT 1 FROM trial WHERE id = OLD.trial_id AND archived_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a trial is archived before where its result is from goes'); END;
