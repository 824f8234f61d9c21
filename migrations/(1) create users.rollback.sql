DROP TABLE engine4_users;
DROP TABLE engine4_levels;
