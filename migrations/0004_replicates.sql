-- Trials that repeat an allocation with another seed, the noise of comparisons, and what a search chooses among.

-- A new kind of trial. A CHECK cannot be altered; where a change makes no stored row wrong, SQLite's documented way is to
-- edit the table's text (https://www.sqlite.org/lang_altertable.html, section 7). The ALTER TABLE behind it makes every
-- connection read the schema again, this one included.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(
    replace(
        sql, 'kind IN (''proposal'', ''baseline'', ''initial'', ''rerun'', ''reference'')',
        'kind IN (''proposal'', ''baseline'', ''initial'', ''rerun'', ''reference'', ''replicate'')'),
    '((kind = ''rerun'') = (rerun_of IS NOT NULL))', '((kind IN (''rerun'', ''replicate'')) = (rerun_of IS NOT NULL))')
WHERE type = 'table' AND name = 'trial';

-- paired_standard_error: of a value that qpx measured itself, this trial's share of the standard error of a difference
-- between two trials that answered the same questions. standard_error has the error of choosing the questions, too,
-- which all trials of a search share.
ALTER TABLE observation ADD COLUMN paired_standard_error REAL
    CHECK (paired_standard_error IS NULL OR paired_standard_error >= 0);
PRAGMA writable_schema = OFF;

-- Fails, and everything above with it, where the table's text was not the expected one.
CREATE TABLE replicate_check (edits INTEGER CHECK (edits = 2));
INSERT INTO replicate_check
SELECT (instr(sql, '''reference'', ''replicate''') > 0) + (instr(sql, 'IN (''rerun'', ''replicate'')') > 0)
FROM sqlite_schema WHERE type = 'table' AND name = 'trial';
DROP TABLE replicate_check;

-- rerun_of of a replicate is the trial whose allocation it repeats. No seed twice.
CREATE UNIQUE INDEX trial_live_replicate ON trial (rerun_of, seed)
    WHERE kind = 'replicate' AND deleted_at IS NULL AND state <> 'interrupted';

-- space: choices and exact bytes of every unit, so that the surrogate can be asked without the model. NULL where the
-- search was begun before it was kept.
ALTER TABLE search ADD COLUMN space TEXT CHECK (space IS NULL OR json_valid(space));
