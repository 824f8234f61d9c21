DROP TRIGGER engine4_profiles_renamed;
DROP TRIGGER engine4_profiles_added;
DROP TABLE engine4_user_profiles;
