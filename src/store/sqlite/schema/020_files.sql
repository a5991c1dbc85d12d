-- What people send besides text.  The bytes of a row are a file that is called by
-- their SHA-256, which several rows may share.  uses: messages that have it;
-- created_ms is 0 when the last of them went.
CREATE TABLE files (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner INTEGER NOT NULL REFERENCES users (key),
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    uses INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX files_owner ON files (owner, bytes);
CREATE INDEX files_sha256 ON files (sha256, bytes);
CREATE INDEX files_unused ON files (created_ms) WHERE uses = 0;

CREATE TABLE attachments (
    message INTEGER NOT NULL REFERENCES messages (key),
    place INTEGER NOT NULL,
    file INTEGER NOT NULL REFERENCES files (key),
    PRIMARY KEY (message, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachments_file ON attachments (file);

-- Contents that perhaps nothing names any more: looked at when there is time.
CREATE TABLE file_garbage (
    sha256 TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
