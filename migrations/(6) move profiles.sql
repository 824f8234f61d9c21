-- phase: expand
-- The display name moves into a table of profiles, which has room for more. Both places are written until (8).

CREATE TABLE engine4_user_profiles (
  user_id INT UNSIGNED NOT NULL,
  displayname VARCHAR(128) NOT NULL DEFAULT '',
  about TEXT NULL,
  photo_id INT UNSIGNED NULL,
  PRIMARY KEY (user_id),
  KEY displayname (displayname),
  CONSTRAINT profiles_user FOREIGN KEY (user_id) REFERENCES engine4_users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

DELIMITER $$

CREATE TRIGGER engine4_profiles_added AFTER INSERT ON engine4_users FOR EACH ROW
BEGIN
  INSERT INTO engine4_user_profiles (user_id, displayname) VALUES (NEW.user_id, NEW.displayname);
END$$

CREATE TRIGGER engine4_profiles_renamed AFTER UPDATE ON engine4_users FOR EACH ROW
BEGIN
  UPDATE engine4_user_profiles SET displayname = NEW.displayname WHERE user_id = NEW.user_id;
END$$

DELIMITER ;
