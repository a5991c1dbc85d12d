-- As SQLite's 031_thumbnails.sql.
ALTER TABLE files ADD COLUMN width bigint NOT NULL DEFAULT 0;
ALTER TABLE files ADD COLUMN height bigint NOT NULL DEFAULT 0;
ALTER TABLE files ADD COLUMN thumb_sha256 text COLLATE "C";
ALTER TABLE files ADD COLUMN thumb_bytes bigint NOT NULL DEFAULT 0;
CREATE INDEX files_thumb ON files (thumb_sha256, thumb_bytes)
    WHERE thumb_sha256 IS NOT NULL;
