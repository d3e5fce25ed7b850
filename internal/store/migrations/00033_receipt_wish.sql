-- +goose Up

-- receipt_wish is what a donor said who wants a tax receipt: a JSON object with the profile of receipts, the name that the receipt is made out to, and
-- the answers to the other questions of the profile; '' for a donor who wants none.
ALTER TABLE payments ADD COLUMN receipt_wish TEXT NOT NULL DEFAULT '';
