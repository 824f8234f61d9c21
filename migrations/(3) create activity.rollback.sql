DROP TABLE engine4_activity_comments;
DROP TABLE engine4_activity_actions;
