-- +goose Up

-- Slugs that facts had before, under their owner as in facts: which fact had it last.
CREATE TABLE past_fact_slugs (
    owner_id BYTEA NOT NULL,
    slug TEXT NOT NULL,
    fact_id BYTEA NOT NULL,
    PRIMARY KEY (owner_id, slug)
);
CREATE INDEX past_fact_slugs_slug ON past_fact_slugs (slug);
CREATE INDEX past_fact_slugs_fact ON past_fact_slugs (fact_id);

INSERT INTO past_fact_slugs (owner_id, slug, fact_id)
    SELECT f.owner_id, p.slug, f.id FROM past_slugs p JOIN facts f ON f.id = p.owner_id WHERE p.kind = 'causes';
DELETE FROM past_slugs WHERE kind = 'causes';
