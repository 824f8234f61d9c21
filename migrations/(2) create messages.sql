-- phase: expand
-- Private conversations: who takes part, and what was said.

CREATE TABLE engine4_messages_conversations (
  conversation_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  title VARCHAR(255) NOT NULL DEFAULT '',
  user_id INT UNSIGNED NOT NULL COMMENT 'who began it',
  message_count INT UNSIGNED NOT NULL DEFAULT 0,
  modified DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (conversation_id),
  KEY owner (user_id, modified),
  CONSTRAINT conversations_owner FOREIGN KEY (user_id) REFERENCES engine4_users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE engine4_messages_messages (
  message_id INT UNSIGNED NOT NULL AUTO_INCREMENT,
  conversation_id INT UNSIGNED NOT NULL,
  user_id INT UNSIGNED NOT NULL,
  body TEXT NOT NULL,
  date DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (message_id),
  KEY conversation (conversation_id, message_id),
  KEY author (user_id),
  CONSTRAINT messages_conversation FOREIGN KEY (conversation_id)
    REFERENCES engine4_messages_conversations (conversation_id) ON DELETE CASCADE,
  CONSTRAINT messages_author FOREIGN KEY (user_id) REFERENCES engine4_users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE engine4_messages_recipients (
  conversation_id INT UNSIGNED NOT NULL,
  user_id INT UNSIGNED NOT NULL,
  inbox_read TINYINT(1) NOT NULL DEFAULT 0,
  inbox_deleted TINYINT(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (conversation_id, user_id),
  KEY inbox (user_id, inbox_deleted, inbox_read),
  CONSTRAINT recipients_conversation FOREIGN KEY (conversation_id)
    REFERENCES engine4_messages_conversations (conversation_id) ON DELETE CASCADE,
  CONSTRAINT recipients_user FOREIGN KEY (user_id) REFERENCES engine4_users (user_id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
