-- The same tables as SQLite has after its migration 019, where what each is for
-- is written.  Here are the notes on what is different.
--
-- Texts are compared byte by byte, whatever the database's locale says.  Names
-- and addresses are the same whatever their capital ASCII letters: see the
-- indexes over ascii_lower().

-- What the statements shared with SQLite call that is not in PostgreSQL.
CREATE FUNCTION iif(boolean, anycompatible, anycompatible)
RETURNS anycompatible LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS 'SELECT CASE WHEN $1 THEN $2 ELSE $3 END';
CREATE FUNCTION instr(text, text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT strpos($1, $2)';
CREATE FUNCTION max(bigint, bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT greatest($1, $2)';
CREATE FUNCTION min(bigint, bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT least($1, $2)';
CREATE FUNCTION ascii_lower(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT lower($1 COLLATE "C")';

-- Keys have no holes, so that the last one is their count: who writes is alone
-- (pg.c), and what is rolled back leaves its key to the next.
CREATE FUNCTION next_user() RETURNS bigint LANGUAGE plpgsql AS
'BEGIN RETURN (SELECT coalesce(max(key), 0) + 1 FROM users); END';
CREATE FUNCTION next_conversation() RETURNS bigint LANGUAGE plpgsql AS
'BEGIN RETURN (SELECT coalesce(max(key), 0) + 1 FROM conversations); END';
CREATE FUNCTION next_message() RETURNS bigint LANGUAGE plpgsql AS
'BEGIN RETURN (SELECT coalesce(max(key), 0) + 1 FROM messages); END';
CREATE FUNCTION next_link() RETURNS bigint LANGUAGE plpgsql AS
'BEGIN RETURN (SELECT coalesce(max(key), 0) + 1 FROM links); END';
CREATE FUNCTION next_audit() RETURNS bigint LANGUAGE plpgsql AS
'BEGIN RETURN (SELECT coalesce(max(key), 0) + 1 FROM audits); END';
CREATE FUNCTION next_report() RETURNS bigint LANGUAGE plpgsql AS
'BEGIN RETURN (SELECT coalesce(max(key), 0) + 1 FROM reports); END';

-- Each batch takes a number: who finds the one behind their last knows that
-- nobody else wrote since.
CREATE SEQUENCE turns;

CREATE TABLE users (
    key bigint PRIMARY KEY DEFAULT next_user(),
    id text COLLATE "C" NOT NULL UNIQUE,
    username text COLLATE "C" NOT NULL,
    email text COLLATE "C",
    display_name text COLLATE "C" NOT NULL,
    password_hash text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    guest boolean NOT NULL,
    created_ms bigint NOT NULL,
    seen_ms bigint NOT NULL DEFAULT 0,
    writing text COLLATE "C" NOT NULL DEFAULT '',
    link bigint,
    admin boolean NOT NULL DEFAULT false,
    disabled_ms bigint NOT NULL DEFAULT 0,
    erased boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX users_username ON users (ascii_lower(username));
CREATE UNIQUE INDEX users_email ON users (ascii_lower(email));
CREATE INDEX users_display ON users (ascii_lower(display_name));
CREATE INDEX users_seen ON users (seen_ms, language);
CREATE INDEX users_link ON users (link) WHERE link IS NOT NULL;
CREATE INDEX users_admin ON users (key) WHERE admin;
CREATE INDEX users_erased ON users (key) WHERE erased;

CREATE TABLE sessions (
    hash bytea NOT NULL PRIMARY KEY,
    "user" bigint NOT NULL REFERENCES users (key),
    created_ms bigint NOT NULL,
    expires_ms bigint NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_ms);
CREATE INDEX sessions_user ON sessions ("user");

CREATE TABLE conversations (
    key bigint PRIMARY KEY DEFAULT next_conversation(),
    id text COLLATE "C" NOT NULL UNIQUE,
    type text COLLATE "C" NOT NULL
        CHECK (type IN ('global', 'group', 'direct')),
    title text COLLATE "C" NOT NULL,
    created_by bigint REFERENCES users (key),
    created_ms bigint NOT NULL,
    listed boolean NOT NULL DEFAULT false,
    description text COLLATE "C" NOT NULL DEFAULT '',
    archived boolean NOT NULL DEFAULT false,
    read_only boolean NOT NULL DEFAULT false,
    untranslated boolean NOT NULL DEFAULT false,
    slow_s bigint NOT NULL DEFAULT 0,
    pair text COLLATE "C"
);
CREATE UNIQUE INDEX conversations_pair ON conversations (pair)
WHERE pair IS NOT NULL;
CREATE INDEX conversations_listed ON conversations (key) WHERE listed;
INSERT INTO conversations (id, type, title, created_ms)
VALUES ('any', 'global', 'any', extract(epoch FROM now())::bigint * 1000);

CREATE TABLE members (
    conversation bigint NOT NULL REFERENCES conversations (key),
    "user" bigint NOT NULL REFERENCES users (key),
    role text COLLATE "C" NOT NULL CHECK (role IN ('owner', 'admin',
        'moderator', 'member', 'reader', 'guest', 'banned')),
    joined_ms bigint NOT NULL,
    muted_until_ms bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation, "user")
);
CREATE INDEX members_user ON members ("user");
CREATE INDEX members_banned ON members (conversation) WHERE role = 'banned';

CREATE TABLE messages (
    key bigint PRIMARY KEY DEFAULT next_message(),
    id text COLLATE "C" NOT NULL UNIQUE,
    conversation bigint NOT NULL REFERENCES conversations (key),
    seq bigint NOT NULL,
    sender bigint NOT NULL REFERENCES users (key),
    revision bigint NOT NULL DEFAULT 1,
    created_ms bigint NOT NULL,
    edited_ms bigint NOT NULL DEFAULT 0,
    deleted_ms bigint NOT NULL DEFAULT 0,
    reply_to bigint REFERENCES messages (key),
    client_message_id text COLLATE "C",
    type text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    UNIQUE (conversation, seq)
);
CREATE UNIQUE INDEX messages_client ON messages (client_message_id, sender)
WHERE client_message_id IS NOT NULL;
CREATE INDEX messages_deleted ON messages (conversation, seq, sender)
WHERE deleted_ms > 0;

CREATE TABLE pending (
    message bigint NOT NULL REFERENCES messages (key),
    language text COLLATE "C" NOT NULL,
    queued_ms bigint NOT NULL,
    PRIMARY KEY (message, language)
);

CREATE TABLE translations (
    message bigint NOT NULL REFERENCES messages (key),
    language text COLLATE "C" NOT NULL,
    state bigint NOT NULL CHECK (state IN (1, 2, 3)),
    updated_ms bigint NOT NULL,
    confidence double precision NOT NULL,
    source text COLLATE "C",
    model text COLLATE "C",
    text text COLLATE "C",
    doubt text COLLATE "C",
    PRIMARY KEY (message, language)
);

CREATE TABLE glossaries (
    conversation bigint NOT NULL PRIMARY KEY REFERENCES conversations (key),
    version bigint NOT NULL,
    updated_ms bigint NOT NULL,
    json text COLLATE "C" NOT NULL
);

-- All rows go to log at once here; log_fresh stays empty, for the statements
-- that look into both.
CREATE TABLE log (
    stream bigint NOT NULL,
    n bigint NOT NULL,
    messages bigint NOT NULL,
    kind bigint NOT NULL,
    subject bigint NOT NULL,
    language text COLLATE "C",
    at_ms bigint NOT NULL,
    PRIMARY KEY (stream, n)
);
CREATE TABLE log_fresh (LIKE log INCLUDING ALL);

-- One row: see epoch.c.
CREATE TABLE epoch (
    epoch text COLLATE "C" NOT NULL,
    mark text COLLATE "C" NOT NULL
);

CREATE TABLE likenesses (
    likeness bigint NOT NULL,
    "user" bigint NOT NULL REFERENCES users (key),
    PRIMARY KEY (likeness, "user")
);
CREATE TABLE unlikened ("user" bigint PRIMARY KEY REFERENCES users (key));

CREATE TABLE reactions (
    message bigint NOT NULL REFERENCES messages (key),
    emoji text COLLATE "C" NOT NULL,
    "user" bigint NOT NULL REFERENCES users (key),
    at_ms bigint NOT NULL,
    PRIMARY KEY (message, emoji, "user")
);

CREATE TABLE marks (
    message bigint NOT NULL PRIMARY KEY REFERENCES messages (key),
    changes bigint NOT NULL,
    pinned_ms bigint NOT NULL DEFAULT 0
);

CREATE TABLE pins (
    conversation bigint NOT NULL REFERENCES conversations (key),
    message bigint NOT NULL REFERENCES messages (key),
    PRIMARY KEY (conversation, message)
);

CREATE TABLE reads (
    "user" bigint NOT NULL REFERENCES users (key),
    conversation bigint NOT NULL REFERENCES conversations (key),
    seq bigint NOT NULL,
    sent bigint NOT NULL,
    at_ms bigint NOT NULL,
    PRIMARY KEY ("user", conversation)
);
CREATE INDEX reads_conversation ON reads (conversation, "user");

CREATE TABLE hidden_readers (
    "user" bigint NOT NULL PRIMARY KEY REFERENCES users (key)
);

CREATE TABLE mentions (
    message bigint NOT NULL REFERENCES messages (key),
    "user" bigint NOT NULL,
    conversation bigint NOT NULL,
    seq bigint NOT NULL,
    sender bigint NOT NULL,
    PRIMARY KEY (message, "user")
);
CREATE INDEX mentions_user ON mentions ("user", conversation, seq, sender);

CREATE TABLE links (
    key bigint PRIMARY KEY DEFAULT next_link(),
    id text COLLATE "C" NOT NULL UNIQUE,
    hash bytea NOT NULL UNIQUE,
    conversation bigint NOT NULL REFERENCES conversations (key),
    created_by bigint NOT NULL REFERENCES users (key),
    name text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL CHECK (role IN ('member', 'reader')),
    guests boolean NOT NULL,
    language text COLLATE "C" NOT NULL,
    created_ms bigint NOT NULL,
    expires_ms bigint NOT NULL,
    revoked_ms bigint NOT NULL DEFAULT 0,
    uses bigint NOT NULL DEFAULT 0,
    uses_max bigint NOT NULL,
    guests_max bigint NOT NULL
);
CREATE INDEX links_conversation ON links (conversation);
ALTER TABLE users ADD FOREIGN KEY (link) REFERENCES links (key);

CREATE TABLE policies (
    name text COLLATE "C" NOT NULL PRIMARY KEY,
    value text COLLATE "C" NOT NULL
);

CREATE TABLE audits (
    key bigint PRIMARY KEY DEFAULT next_audit(),
    at_ms bigint NOT NULL,
    actor bigint NOT NULL REFERENCES users (key),
    act text COLLATE "C" NOT NULL,
    conversation bigint REFERENCES conversations (key),
    subject bigint REFERENCES users (key),
    detail text COLLATE "C" NOT NULL
);
CREATE INDEX audits_conversation ON audits (conversation, key)
WHERE conversation IS NOT NULL;

CREATE TABLE resets (
    hash bytea NOT NULL PRIMARY KEY,
    "user" bigint NOT NULL REFERENCES users (key),
    expires_ms bigint NOT NULL
);
CREATE INDEX resets_user ON resets ("user");

-- Texts by their words: key is the message's times 1024, plus 0 or the number
-- of the language.  words has those of the text, as SQLite's tokenizer gives
-- them, and for what one may look in: #r and the key of the room, #u and the
-- key of the sender, #link.
CREATE TABLE search (
    key bigint PRIMARY KEY,
    words tsvector NOT NULL
);
CREATE INDEX search_words ON search USING gin (words);

CREATE TABLE search_state (indexed bigint NOT NULL);
INSERT INTO search_state VALUES (0);

CREATE TABLE search_todo (
    message bigint NOT NULL REFERENCES messages (key),
    language text COLLATE "C" NOT NULL,
    PRIMARY KEY (message, language)
);

CREATE TABLE search_languages (
    n bigint PRIMARY KEY CHECK (n < 1024),
    language text COLLATE "C" NOT NULL UNIQUE
);

CREATE TABLE revisions (
    message bigint NOT NULL REFERENCES messages (key),
    revision bigint NOT NULL,
    at_ms bigint NOT NULL,
    language text COLLATE "C" NOT NULL,
    content text COLLATE "C" NOT NULL,
    PRIMARY KEY (message, revision)
);

CREATE TABLE reports (
    key bigint PRIMARY KEY DEFAULT next_report(),
    id text COLLATE "C" NOT NULL UNIQUE,
    message bigint NOT NULL REFERENCES messages (key),
    conversation bigint NOT NULL REFERENCES conversations (key),
    reporter bigint NOT NULL REFERENCES users (key),
    reason text COLLATE "C" NOT NULL,
    at_ms bigint NOT NULL,
    outcome text COLLATE "C",
    resolver bigint REFERENCES users (key),
    UNIQUE (message, reporter)
);
CREATE INDEX reports_open ON reports (conversation, key)
WHERE outcome IS NULL;

CREATE TABLE blocks (
    "user" bigint NOT NULL REFERENCES users (key),
    blocked bigint NOT NULL REFERENCES users (key),
    at_ms bigint NOT NULL,
    PRIMARY KEY ("user", blocked)
);

CREATE TABLE forwards (
    message bigint NOT NULL PRIMARY KEY REFERENCES messages (key),
    sender bigint NOT NULL REFERENCES users (key)
);
