-- A trial that could be stopped early raced, example by example, against the best trial that its search had when its
-- evaluation began. What the race came to, also where it was not lost.

-- scored of examples: how many of the objective's examples were scored. difference: the trial's mean minus the
-- incumbent's on those, an estimate for all, in the objective's unit; standard_error: of that estimate.
CREATE TABLE race (
    trial_id       INTEGER PRIMARY KEY REFERENCES trial (id),
    incumbent_id   INTEGER NOT NULL REFERENCES trial (id),
    scored         INTEGER NOT NULL CHECK (scored > 0),
    examples       INTEGER NOT NULL CHECK (examples >= scored),
    difference     REAL    NOT NULL,
    standard_error REAL    NOT NULL CHECK (standard_error >= 0),
    stopped        INTEGER NOT NULL CHECK (stopped IN (0, 1)),
    CHECK (incumbent_id <> trial_id),
    CHECK (stopped = (scored < examples))
) STRICT;
CREATE INDEX race_incumbent ON race (incumbent_id);

CREATE TRIGGER race_insert BEFORE INSERT ON race
WHEN EXISTS (SELECT 1 FROM trial WHERE id = NEW.trial_id AND state IN ('complete', 'failed', 'interrupted'))
BEGIN SELECT RAISE(ABORT, 'a finished trial takes no race'); END;
CREATE TRIGGER race_update BEFORE UPDATE ON race
BEGIN SELECT RAISE(ABORT, 'a race never changes'); END;
CREATE TRIGGER race_delete BEFORE DELETE ON race
WHEN EXISTS (SELECT 1 FROM trial WHERE id = OLD.trial_id AND deleted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a trial is marked deleted before its race goes'); END;
