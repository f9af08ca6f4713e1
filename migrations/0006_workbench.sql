-- Finding trials again: what is out of sight, what people say about trials and searches.

-- Out of sight is called archived; a trial that is archived can be taken back until its files are freed.
ALTER TABLE search RENAME COLUMN deleted_at TO archived_at;
ALTER TABLE trial RENAME COLUMN deleted_at TO archived_at;

-- A word that a trial, or a whole search, is found by. Exactly one of both is set.
CREATE TABLE tag (
    id         INTEGER PRIMARY KEY,
    search_id  INTEGER REFERENCES search (id),
    trial_id   INTEGER REFERENCES trial (id),
    name       TEXT    NOT NULL CHECK (name <> '' AND name NOT GLOB '*[, ]*'),
    created_at TEXT    NOT NULL,
    CHECK ((search_id IS NULL) <> (trial_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX tag_trial ON tag (trial_id, name) WHERE trial_id IS NOT NULL;
CREATE UNIQUE INDEX tag_search ON tag (search_id, name) WHERE search_id IS NOT NULL;
CREATE INDEX tag_name ON tag (name);

-- Free text about a trial or a search, in the order in which it was written. Exactly one of both is set.
CREATE TABLE note (
    id         INTEGER PRIMARY KEY,
    search_id  INTEGER REFERENCES search (id),
    trial_id   INTEGER REFERENCES trial (id),
    text       TEXT    NOT NULL CHECK (text <> ''),
    created_at TEXT    NOT NULL,
    CHECK ((search_id IS NULL) <> (trial_id IS NULL))
) STRICT;
CREATE INDEX note_trial ON note (trial_id) WHERE trial_id IS NOT NULL;
CREATE INDEX note_search ON note (search_id) WHERE search_id IS NOT NULL;
