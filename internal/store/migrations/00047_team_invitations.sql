-- +goose Up

-- What the link of an invitation to a team makes of somebody: the role in the team, if invited_by may still give it.
ALTER TABLE account_links ADD COLUMN team_id BYTEA REFERENCES teams (id);
ALTER TABLE account_links ADD COLUMN role TEXT NOT NULL DEFAULT '';
ALTER TABLE account_links ADD COLUMN invited_by BYTEA REFERENCES users (id);
CREATE INDEX account_links_team ON account_links (team_id, asked_at) WHERE team_id IS NOT NULL;
