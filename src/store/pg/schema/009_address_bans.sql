-- As SQLite's 027_address_bans.sql.
CREATE TABLE address_bans (
    network text COLLATE "C" NOT NULL PRIMARY KEY,
    reason text COLLATE "C" NOT NULL,
    created_by bigint NOT NULL REFERENCES users (key),
    created_ms bigint NOT NULL,
    expires_ms bigint NOT NULL
);
