-- +goose Up

-- The words of the names of facts, users and teams, in lower case and without marks, as UTF-8: bytes have one order on both databases, whatever the language
-- of the server. kind is the name of the subject's table. They are folded from the event log.
CREATE TABLE search_words (
    word BYTEA NOT NULL,
    subject_id BYTEA NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (word, subject_id)
);
CREATE INDEX search_words_subject ON search_words (subject_id, word);
