-- +goose Up

-- resent_at is when somebody last had the delivery sent again: its schedule begins anew then. NULL for never. sent_as is how a chat calls the message
-- that it was sent, so that the message can be changed later; '' for others. changes is how the chat calls the message that is changed; '' for a new one.
ALTER TABLE webhook_deliveries ADD COLUMN resent_at BIGINT;
ALTER TABLE webhook_deliveries ADD COLUMN sent_as TEXT NOT NULL DEFAULT '';
ALTER TABLE webhook_deliveries ADD COLUMN changes TEXT NOT NULL DEFAULT '';
CREATE INDEX webhook_deliveries_chat ON webhook_deliveries (endpoint_id, donation_id, id) WHERE sent_as <> '';
