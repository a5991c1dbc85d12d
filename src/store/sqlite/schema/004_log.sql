-- What happened in a stream: a room's (its key) or a person's own (minus their
-- key).  Rows count n = 1, 2, 3 ... together with the room's messages, which are
-- the rows of their own making: of the rows up to n, n - messages are here, so
-- that a new message costs no row.  kind is enum store_event_kind, 0 where
-- older rows were dropped; subject is the key of what changed, by its kind.
CREATE TABLE log (
    stream INTEGER NOT NULL,
    n INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    language TEXT, -- of a translation
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (stream, n)
) STRICT, WITHOUT ROWID;

-- One row.  The mark is also in a file beside this one and changes whenever the
-- database is opened for writing: where the two differ, somebody has put
-- another file in its place, and the epoch is another one.
CREATE TABLE epoch (
    epoch TEXT NOT NULL,
    mark TEXT NOT NULL
) STRICT;
