-- +goose Up

-- What operators look up: the facts that were taken down, and the acts of one kind or of one actor, the newest first.
CREATE INDEX facts_suspended ON facts (id) WHERE approval = 'suspended';
CREATE INDEX acts_act ON acts (act, number);
CREATE INDEX acts_actor_number ON acts (actor, number);
