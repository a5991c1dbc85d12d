-- As SQLite's 030_push.sql.
CREATE TABLE push_devices (
    session bytea NOT NULL PRIMARY KEY
        REFERENCES sessions (hash) ON DELETE CASCADE,
    "user" bigint NOT NULL REFERENCES users (key),
    endpoint text COLLATE "C" NOT NULL UNIQUE,
    p256dh text COLLATE "C" NOT NULL,
    auth text COLLATE "C" NOT NULL,
    all_rooms boolean NOT NULL,
    quiet boolean NOT NULL,
    created_ms bigint NOT NULL,
    told_ms bigint NOT NULL DEFAULT 0,
    failures bigint NOT NULL DEFAULT 0,
    due_ms bigint NOT NULL DEFAULT 0,
    reason text COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX push_devices_user ON push_devices ("user");

CREATE TABLE pushes (
    session bytea NOT NULL REFERENCES push_devices (session) ON DELETE CASCADE,
    conversation bigint NOT NULL REFERENCES conversations (key),
    message bigint NOT NULL REFERENCES messages (key),
    due_ms bigint NOT NULL,
    PRIMARY KEY (session, conversation)
);
CREATE INDEX pushes_due ON pushes (due_ms);

CREATE TABLE looks (
    "user" bigint NOT NULL REFERENCES users (key),
    holder text COLLATE "C" NOT NULL,
    PRIMARY KEY ("user", holder)
);

CREATE TABLE push_keys (
    key bigint NOT NULL PRIMARY KEY CHECK (key = 1),
    public_key text COLLATE "C" NOT NULL,
    secret_key text COLLATE "C" NOT NULL
);
