-- Why a translation is only rough: "lost negation", "unsure".  NULL where it may
-- be shown in the place of the original.
ALTER TABLE translations ADD COLUMN doubt TEXT;
