-- phase: expand
-- What members do, as it appears in the feed.

CREATE TABLE engine4_activity_actions (
  action_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  type VARCHAR(64) NOT NULL,
  subject_type VARCHAR(24) NOT NULL,
  subject_id INT UNSIGNED NOT NULL,
  body TEXT NULL,
  params TEXT NULL COMMENT 'serialized by the application',
  comment_count MEDIUMINT UNSIGNED NOT NULL DEFAULT 0,
  date DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (action_id),
  KEY subject (subject_type, subject_id, date),
  KEY date (date)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE engine4_activity_comments (
  comment_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  action_id BIGINT UNSIGNED NOT NULL,
  poster_id INT UNSIGNED NOT NULL,
  body TEXT NOT NULL,
  creation_date DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (comment_id),
  KEY action (action_id, comment_id),
  CONSTRAINT comments_action FOREIGN KEY (action_id)
    REFERENCES engine4_activity_actions (action_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
