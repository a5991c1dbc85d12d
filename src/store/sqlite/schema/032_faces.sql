-- Pictures of rooms and people: a small square each.  A stream is that of the
-- log: a room's key, or a person's and a minus.  Rooms and people say which one
-- they have by the beginning of its SHA-256.
CREATE TABLE faces (
    stream INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL REFERENCES users (key), -- whose files it counts among
    bytes INTEGER NOT NULL,
    webp BLOB NOT NULL
);
CREATE INDEX faces_owner ON faces (owner, bytes);
ALTER TABLE users ADD COLUMN picture TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN picture TEXT NOT NULL DEFAULT '';
