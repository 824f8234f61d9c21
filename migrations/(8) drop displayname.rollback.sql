ALTER TABLE engine4_users ADD COLUMN displayname VARCHAR(128) NOT NULL DEFAULT '' AFTER username;

UPDATE engine4_users JOIN engine4_user_profiles USING (user_id)
SET engine4_users.displayname = engine4_user_profiles.displayname;

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
