-- +goose Up

-- What is wrong with a server, from its beginning to its end. node is '' for what concerns all nodes. due_at is when the operators' webhook is to be told.
CREATE TABLE alarms (
    id BYTEA PRIMARY KEY NOT NULL,
    check_name TEXT NOT NULL,
    node TEXT NOT NULL,
    urgent BOOLEAN NOT NULL,
    text TEXT NOT NULL,
    fix TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ended_at BIGINT,
    due_at BIGINT,
    begin_posted BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX alarms_open ON alarms (check_name, node) WHERE ended_at IS NULL;
CREATE INDEX alarms_due ON alarms (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX alarms_ended ON alarms (ended_at) WHERE ended_at IS NOT NULL;
