-- +goose Up

-- What a scene holds: other overlays of its stage with their places, as JSON; '' for overlays that are no scenes.
ALTER TABLE overlays ADD COLUMN parts TEXT NOT NULL DEFAULT '';
