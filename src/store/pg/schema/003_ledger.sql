-- As SQLite's 021_ledger.sql, and the clock that its driver brings.
CREATE FUNCTION now_ms() RETURNS bigint LANGUAGE sql VOLATILE AS
'SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint)';

CREATE TABLE known (
    hash bigint PRIMARY KEY,
    message bigint NOT NULL REFERENCES messages (key)
);

ALTER TABLE translations ADD COLUMN version bigint NOT NULL DEFAULT 0;

CREATE TABLE holders (
    key bigint PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    until_ms bigint NOT NULL
);
ALTER TABLE pending ADD COLUMN holder bigint NOT NULL DEFAULT 0;
