-- irreversible: an empty profile from before (7) is removed as well; (7) makes it again
DELETE FROM engine4_user_profiles WHERE about IS NULL AND photo_id IS NULL;
