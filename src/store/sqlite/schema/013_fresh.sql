-- The last rows of log about translations, of all streams together: a few pages
-- that every commit writes anew, instead of one page for each room.  When there
-- are many they move to log, a page's worth of a room at a time.
CREATE TABLE log_fresh (
    stream INTEGER NOT NULL,
    n INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    language TEXT,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (stream, n)
) STRICT, WITHOUT ROWID;
