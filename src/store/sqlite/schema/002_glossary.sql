-- The words that a conversation wants translated its own way: a JSON object as
-- in wire/glossary.h, replaced as a whole; every change raises the version.
CREATE TABLE glossaries (
    conversation INTEGER NOT NULL PRIMARY KEY REFERENCES conversations (key),
    version INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    json TEXT NOT NULL
) STRICT;
