-- phase: expand
-- Members from before (6). Rows only, so that all of it is done or nothing.

INSERT INTO engine4_user_profiles (user_id, displayname)
SELECT user_id, displayname FROM engine4_users
WHERE user_id NOT IN (SELECT user_id FROM engine4_user_profiles);
