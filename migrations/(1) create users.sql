-- phase: expand
-- Who may sign in, and at which level of rights.

CREATE TABLE engine4_levels (
  level_id SMALLINT UNSIGNED NOT NULL AUTO_INCREMENT,
  title VARCHAR(64) NOT NULL,
  type ENUM('public', 'member', 'moderator', 'admin') NOT NULL DEFAULT 'member',
  PRIMARY KEY (level_id),
  UNIQUE KEY title (title)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

INSERT INTO engine4_levels (level_id, title, type) VALUES
  (1, 'Administrators', 'admin'),
  (2, 'Moderators', 'moderator'),
  (3, 'Members', 'member'),
  (4, 'Visitors', 'public');

CREATE TABLE engine4_users (
  user_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  level_id SMALLINT UNSIGNED NOT NULL DEFAULT 3,
  email VARCHAR(128) NOT NULL,
  username VARCHAR(64) NULL,
  displayname VARCHAR(128) NOT NULL DEFAULT '',
  password CHAR(60) NOT NULL COMMENT 'bcrypt',
  timezone VARCHAR(64) NOT NULL DEFAULT 'UTC',
  enabled TINYINT(1) NOT NULL DEFAULT 1,
  creation_date DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  modified_date DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  lastlogin_date DATETIME NULL,
  PRIMARY KEY (user_id),
  UNIQUE KEY email (email),
  UNIQUE KEY username (username),
  KEY level (level_id),
  CONSTRAINT users_level FOREIGN KEY (level_id) REFERENCES engine4_levels (level_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
