-- Gateways save messages side by side: keys come from a sequence, which nobody
-- waits for, and may have holes.
CREATE SEQUENCE message_keys;
SELECT setval('message_keys', (SELECT coalesce(max(key), 0) + 1 FROM messages),
    false);
ALTER TABLE messages ALTER key SET DEFAULT nextval('message_keys');
DROP FUNCTION next_message();

-- A key that is known, or (0) the next one.
CREATE FUNCTION new_key(bigint) RETURNS bigint LANGUAGE sql VOLATILE AS
'SELECT coalesce(nullif($1, 0), nextval(''message_keys''))';

-- Whether this transaction may say where a text of this hash was translated:
-- false where another one is about to, for it would have to wait.
CREATE FUNCTION may_know(bigint) RETURNS boolean LANGUAGE sql VOLATILE AS
'SELECT pg_try_advisory_xact_lock(hashtextextended(current_schema(), $1 & 1023))';
