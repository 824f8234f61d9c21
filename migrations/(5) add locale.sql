-- phase: expand
-- Members choose their language; the application may take it from the level when they have not.

ALTER TABLE engine4_users ADD COLUMN locale VARCHAR(16) NOT NULL DEFAULT 'en';
ALTER TABLE engine4_levels ADD COLUMN locale VARCHAR(16) NULL;
