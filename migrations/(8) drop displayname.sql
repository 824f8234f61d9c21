-- phase: contract
-- No release reads or writes the old place any more.

DROP TRIGGER engine4_profiles_renamed;
DROP TRIGGER engine4_profiles_added;
ALTER TABLE engine4_users DROP COLUMN displayname;
