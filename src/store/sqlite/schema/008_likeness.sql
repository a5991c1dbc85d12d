-- What accounts' names look like (gateway/likeness.h), so that nobody takes a
-- name that is another's to the eye.  No program's SQL can tell: the gateway
-- fills in those of before, which wait in a table.
CREATE TABLE likenesses (
    likeness INTEGER NOT NULL,
    user INTEGER NOT NULL REFERENCES users (key),
    PRIMARY KEY (likeness, user)
) STRICT, WITHOUT ROWID;
CREATE TABLE unlikened (user INTEGER PRIMARY KEY REFERENCES users (key)) STRICT;
INSERT INTO unlikened SELECT key FROM users WHERE guest = 0;
