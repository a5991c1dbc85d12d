-- When somebody was last here, to the hour: the public room is translated for
-- those who were lately.  Of the users so far nothing is known.
ALTER TABLE users ADD COLUMN seen_ms INTEGER NOT NULL DEFAULT 0;
UPDATE users SET seen_ms = unixepoch() * 1000;
