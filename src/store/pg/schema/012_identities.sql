-- As SQLite's 029_identities.sql.
CREATE TABLE identities (
    issuer text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    "user" bigint NOT NULL REFERENCES users (key),
    created_ms bigint NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_user ON identities ("user");
