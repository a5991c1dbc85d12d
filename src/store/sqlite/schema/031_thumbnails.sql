-- Of pictures: their size, 0 where it is not known, and a small copy, which is a
-- content as theirs is.
ALTER TABLE files ADD COLUMN width INTEGER NOT NULL DEFAULT 0;
ALTER TABLE files ADD COLUMN height INTEGER NOT NULL DEFAULT 0;
ALTER TABLE files ADD COLUMN thumb_sha256 TEXT;
ALTER TABLE files ADD COLUMN thumb_bytes INTEGER NOT NULL DEFAULT 0;
CREATE INDEX files_thumb ON files (thumb_sha256, thumb_bytes)
    WHERE thumb_sha256 IS NOT NULL;
