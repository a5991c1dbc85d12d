-- What a room can be besides its name.  A group that is listed can be found and
-- joined by anybody; it is of type "public" to the rest of the world.
ALTER TABLE conversations ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN untranslated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN slow_s INTEGER NOT NULL DEFAULT 0;
-- Of a direct one, the keys of its two, the smaller first: a pair has one room
-- for ever.  Where a pair made several before, the oldest is theirs.
ALTER TABLE conversations ADD COLUMN pair TEXT;
CREATE UNIQUE INDEX conversations_pair ON conversations (pair)
WHERE pair IS NOT NULL;
CREATE INDEX conversations_listed ON conversations (key) WHERE listed;
UPDATE conversations SET pair = p.pair FROM
    (SELECT min(key) AS key, pair FROM
        (SELECT c.key AS key, min(m.user) || ' ' || max(m.user) AS pair
         FROM conversations c JOIN members m ON m.conversation = c.key
         WHERE c.type = 'direct' GROUP BY c.key HAVING count(*) = 2)
     GROUP BY pair) AS p
WHERE conversations.key = p.key;

-- Who made a group owns it; the two of a direct one are equals.
UPDATE members SET role = 'owner' WHERE role = 'admin' AND EXISTS
    (SELECT 1 FROM conversations c WHERE c.key = conversation AND
     c.type = 'group' AND c.created_by = user);
UPDATE members SET role = 'member' WHERE role = 'admin' AND conversation IN
    (SELECT key FROM conversations WHERE type = 'direct');
ALTER TABLE members ADD COLUMN muted_until_ms INTEGER NOT NULL DEFAULT 0;
