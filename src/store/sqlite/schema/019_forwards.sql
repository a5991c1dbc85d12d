-- Who wrote what a message repeats from elsewhere.
CREATE TABLE forwards (
    message INTEGER NOT NULL PRIMARY KEY REFERENCES messages (key),
    sender INTEGER NOT NULL REFERENCES users (key)
) STRICT;
