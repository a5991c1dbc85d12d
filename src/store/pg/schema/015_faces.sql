-- As SQLite's 032_faces.sql.
CREATE TABLE faces (
    stream bigint PRIMARY KEY,
    owner bigint NOT NULL REFERENCES users (key),
    bytes bigint NOT NULL,
    webp bytea NOT NULL
);
CREATE INDEX faces_owner ON faces (owner, bytes);
ALTER TABLE users ADD COLUMN picture text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN picture text COLLATE "C" NOT NULL DEFAULT '';
