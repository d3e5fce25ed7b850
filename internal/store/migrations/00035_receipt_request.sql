-- +goose Up

-- What a donor says who wants a tax receipt is a request, as everywhere else.
ALTER TABLE payments RENAME COLUMN receipt_wish TO receipt_request;
