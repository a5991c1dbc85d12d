-- Networks that nobody comes from, until then; 0: for good.
CREATE TABLE address_bans (
    network TEXT NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL,
    created_by INTEGER NOT NULL REFERENCES users (key),
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
