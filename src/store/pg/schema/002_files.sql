-- As SQLite's 020_files.sql.
CREATE FUNCTION next_file() RETURNS bigint LANGUAGE plpgsql AS
'BEGIN RETURN (SELECT coalesce(max(key), 0) + 1 FROM files); END';

CREATE TABLE files (
    key bigint PRIMARY KEY DEFAULT next_file(),
    id text COLLATE "C" NOT NULL UNIQUE,
    owner bigint NOT NULL REFERENCES users (key),
    sha256 text COLLATE "C" NOT NULL,
    bytes bigint NOT NULL,
    duration_ms bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    created_ms bigint NOT NULL,
    uses bigint NOT NULL DEFAULT 0
);
CREATE INDEX files_owner ON files (owner, bytes);
CREATE INDEX files_sha256 ON files (sha256, bytes);
CREATE INDEX files_unused ON files (created_ms) WHERE uses = 0;

CREATE TABLE attachments (
    message bigint NOT NULL REFERENCES messages (key),
    place bigint NOT NULL,
    file bigint NOT NULL REFERENCES files (key),
    PRIMARY KEY (message, place)
);
CREATE INDEX attachments_file ON attachments (file);

CREATE TABLE file_garbage (
    sha256 text COLLATE "C" NOT NULL PRIMARY KEY
);
