-- What a person chose to write, where they did; '' is what each message looks
-- like.
ALTER TABLE users ADD COLUMN writing TEXT NOT NULL DEFAULT '';
