-- Addresses that a conversation's events are sent to.  at: its stream is told up
-- to here.  due_ms: who tells the next has it until then, or when to try again.
-- disabled_ms: given up, and why; 0: not.
CREATE TABLE outhooks (
    id TEXT NOT NULL PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations (key),
    created_by INTEGER NOT NULL REFERENCES users (key),
    url TEXT NOT NULL,
    secret TEXT NOT NULL, -- what events are signed with, which needs it as it is
    created_ms INTEGER NOT NULL,
    at INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0, -- since the last that went well
    due_ms INTEGER NOT NULL DEFAULT 0,
    disabled_ms INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '' -- of the last failure
) STRICT, WITHOUT ROWID;
CREATE INDEX outhooks_conversation ON outhooks (conversation);
CREATE INDEX outhooks_due ON outhooks (due_ms) WHERE disabled_ms = 0;
