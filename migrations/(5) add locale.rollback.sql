ALTER TABLE engine4_levels DROP COLUMN locale;
ALTER TABLE engine4_users DROP COLUMN locale;
