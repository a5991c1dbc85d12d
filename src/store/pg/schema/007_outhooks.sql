-- As SQLite's 025_outhooks.sql.
CREATE TABLE outhooks (
    id text COLLATE "C" NOT NULL PRIMARY KEY,
    conversation bigint NOT NULL REFERENCES conversations (key),
    created_by bigint NOT NULL REFERENCES users (key),
    url text COLLATE "C" NOT NULL,
    secret text COLLATE "C" NOT NULL,
    created_ms bigint NOT NULL,
    at bigint NOT NULL,
    failures bigint NOT NULL DEFAULT 0,
    due_ms bigint NOT NULL DEFAULT 0,
    disabled_ms bigint NOT NULL DEFAULT 0,
    reason text COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX outhooks_conversation ON outhooks (conversation);
CREATE INDEX outhooks_due ON outhooks (due_ms) WHERE disabled_ms = 0;
