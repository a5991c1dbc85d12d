-- Texts by their words: a message's original and each of its translations is a
-- row, whose rowid is the message's key times 1024, plus 0 or the number of the
-- language.  tags has a word for what one may look in: r and the key of the
-- room, u and the key of the sender, "link".  The texts themselves are not kept
-- a second time.
CREATE VIRTUAL TABLE search USING fts5 (
    text, tags, content = '', columnsize = 0, prefix = '3',
    tokenize = 'unicode61 remove_diacritics 2'
);

-- One row: the messages up to this key are in search, with those translations
-- that search_todo does not name.
CREATE TABLE search_state (indexed INTEGER NOT NULL) STRICT;
INSERT INTO search_state VALUES (0);

CREATE TABLE search_todo (
    message INTEGER NOT NULL REFERENCES messages (key),
    language TEXT NOT NULL,
    PRIMARY KEY (message, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE search_languages (
    n INTEGER PRIMARY KEY CHECK (n < 1024),
    language TEXT NOT NULL UNIQUE
) STRICT;
