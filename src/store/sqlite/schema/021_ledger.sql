-- Which message had a text last, by a hash of the text and its language: so
-- that what was translated once is found.  The text itself is not here.
CREATE TABLE known (
    hash INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES messages (key)
) STRICT;

-- Of all that a translation depended on but text and languages; 0: unknown.
ALTER TABLE translations ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

-- Who works at the queued rows, and until when.
CREATE TABLE holders (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    until_ms INTEGER NOT NULL
) STRICT;
ALTER TABLE pending ADD COLUMN holder INTEGER NOT NULL DEFAULT 0; -- 0: nobody
