-- +goose Up

-- What a server that has certificates of its own keeps for all nodes: keys, certificates and what proves to their authority that a name is ours. The id is made
-- of the name, and the content is sealed.
CREATE TABLE certificate_files (
    id BYTEA PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
