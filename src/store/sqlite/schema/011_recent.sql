-- What those who were here lately read: counted without looking at all others.
CREATE INDEX users_seen ON users (seen_ms, language);
