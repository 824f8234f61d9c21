-- phase: expand
-- The list of conversations shows how many messages each has, without counting them every time.

DELIMITER $$

CREATE TRIGGER engine4_messages_counted AFTER INSERT ON engine4_messages_messages FOR EACH ROW
BEGIN
  UPDATE engine4_messages_conversations
  SET message_count = message_count + 1, modified = NEW.date
  WHERE conversation_id = NEW.conversation_id;
END$$

CREATE TRIGGER engine4_messages_uncounted AFTER DELETE ON engine4_messages_messages FOR EACH ROW
BEGIN
  UPDATE engine4_messages_conversations
  SET message_count = message_count - 1
  WHERE conversation_id = OLD.conversation_id AND message_count > 0;
END$$

DELIMITER ;
