-- A file of schema 1 as the versions with this schema have left it, for
-- store_migration_test.cc. Never change it: there are such files.
--   ann has seen 6 and 7, and is a member of "ops"; she has a secret
--   bob has left "ops", and has deleted 6 and 12
--   9 has taken the place of 8, with the tag "progress"; 10 is that of bob
--   "deploy-1" is the key of 12, "morning" that of the one that is scheduled
PRAGMA application_id = 1416317045;
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
BEGIN;
CREATE TABLE log (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL, boot TEXT NOT NULL, last_id INTEGER NOT NULL, kept INTEGER NOT NULL, bytes INTEGER NOT NULL, dropped_to_all INTEGER NOT NULL, forgotten_up_to INTEGER NOT NULL);
INSERT INTO log VALUES(1,'0123456789abcdef','',17,6,177,0,0);
CREATE TABLE notifications (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, audience TEXT NOT NULL, sender TEXT NOT NULL, message TEXT NOT NULL, title TEXT NOT NULL, link TEXT NOT NULL, event TEXT NOT NULL, level INTEGER NOT NULL, priority INTEGER NOT NULL, time INTEGER NOT NULL, expires INTEGER NOT NULL, deliver_at INTEGER NOT NULL, tag TEXT, actions BLOB, key TEXT NOT NULL, bytes INTEGER NOT NULL, recipients BLOB);
INSERT INTO notifications VALUES(6,0,'','ci','Lunch is here','','','',0,1,1764400000001,0,0,NULL,X'','',15,X'');
INSERT INTO notifications VALUES(7,1,'ann','ci','Build 7 is red é€','Build','https://ci.example/7','build',3,2,1764400000002,2764400000000,0,NULL,X'04000000000000004f70656e09000000000000002f6275696c64732f3703000000000000004c6f67180000000000000068747470733a2f2f63692e6578616d706c652f372f6c6f67','',95,X'');
INSERT INTO notifications VALUES(9,1,'ann','ci','4 of 9','','','',0,1,1764400000004,0,0,'progress',X'','',19,X'');
INSERT INTO notifications VALUES(10,1,'bob','ci','1 of 9','','','',0,1,1764400000005,0,0,'progress',X'','',19,X'');
INSERT INTO notifications VALUES(11,2,'ops','ci','Who is on call?','','','',0,1,1764400000006,0,0,NULL,X'','',20,X'0100000000000000');
INSERT INTO notifications VALUES(17,0,'','ci','The end','','','',0,1,1764400000009,0,0,NULL,X'','',9,X'');
CREATE TABLE scheduled (number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, audience TEXT NOT NULL, sender TEXT NOT NULL, message TEXT NOT NULL, title TEXT NOT NULL, link TEXT NOT NULL, event TEXT NOT NULL, level INTEGER NOT NULL, priority INTEGER NOT NULL, time INTEGER NOT NULL, expires INTEGER NOT NULL, deliver_at INTEGER NOT NULL, tag TEXT, actions BLOB, key TEXT NOT NULL, bytes INTEGER NOT NULL, recipients BLOB);
INSERT INTO scheduled VALUES(1,0,'','ci','Good morning','Day','','',0,1,1764400000008,0,1764403600000,NULL,X'','morning',24,X'');
CREATE TABLE inbox (user INTEGER NOT NULL, id INTEGER NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (user, id)) WITHOUT ROWID;
INSERT INTO inbox VALUES(0,6,0);
INSERT INTO inbox VALUES(0,17,0);
INSERT INTO inbox VALUES(1,7,2764400000000);
INSERT INTO inbox VALUES(1,9,0);
INSERT INTO inbox VALUES(1,11,0);
INSERT INTO inbox VALUES(2,10,0);
CREATE TABLE users (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, known INTEGER NOT NULL, spelling TEXT NOT NULL, came INTEGER NOT NULL, dropped_up_to INTEGER NOT NULL, read_up_to INTEGER NOT NULL, marks_dropped_up_to INTEGER NOT NULL, deletions_dropped_up_to INTEGER NOT NULL);
INSERT INTO users VALUES(1,'ann',1,'Ann',1,0,6,0,0);
INSERT INTO users VALUES(2,'bob',1,'bob',2,0,0,0,0);
CREATE TABLE secrets (user INTEGER NOT NULL, since INTEGER NOT NULL, secret TEXT NOT NULL, PRIMARY KEY (user, since)) WITHOUT ROWID;
INSERT INTO secrets VALUES(1,1,'secret-of-ann');
CREATE TABLE read (user INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (user, id)) WITHOUT ROWID;
INSERT INTO read VALUES(1,7);
CREATE TABLE deleted (user INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (user, id)) WITHOUT ROWID;
INSERT INTO deleted VALUES(2,6);
CREATE TABLE marks (user INTEGER NOT NULL, id INTEGER NOT NULL, time INTEGER NOT NULL, kind INTEGER NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (user, id)) WITHOUT ROWID;
INSERT INTO marks VALUES(1,3,1764400000000,3,0,X'6f7073');
INSERT INTO marks VALUES(1,14,1764400000000,1,6,X'0700000000000000');
INSERT INTO marks VALUES(2,4,1764400000000,3,0,X'6f7073');
INSERT INTO marks VALUES(2,5,1764400000000,4,0,X'6f7073');
INSERT INTO marks VALUES(2,15,1764400000000,2,6,X'');
INSERT INTO marks VALUES(2,16,1764400000000,2,12,X'');
CREATE TABLE members (team TEXT NOT NULL, user INTEGER NOT NULL, PRIMARY KEY (team, user)) WITHOUT ROWID;
INSERT INTO members VALUES('ops',1);
CREATE TABLE keys (number INTEGER PRIMARY KEY, sender TEXT NOT NULL, key TEXT NOT NULL, time INTEGER NOT NULL, id INTEGER NOT NULL, delivered INTEGER, queued INTEGER, UNIQUE (sender, key));
INSERT INTO keys VALUES(1,'ci','deploy-1',1764400000007,12,2,1);
INSERT INTO keys VALUES(2,'ci','morning',1764400000008,0,NULL,NULL);
CREATE INDEX notifications_by_tag ON notifications (tag, sender) WHERE tag IS NOT NULL;
CREATE INDEX notifications_by_end ON notifications (expires) WHERE expires <> 0;
CREATE INDEX scheduled_by_time ON scheduled (deliver_at);
CREATE INDEX members_by_user ON members (user);
CREATE INDEX keys_by_id ON keys (id) WHERE id <> 0;
COMMIT;
