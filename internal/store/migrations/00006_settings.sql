-- +goose Up

-- What an operator decides while servers run, by key. value is JSON, version counts the changes from 1 on.
CREATE TABLE settings (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- The mode of a database that has donations already. Stripe says in the id of a checkout session whether it is
-- real. A donation without a payment came by hand, or from a token with the scope sandbox where there was one.
INSERT INTO settings (key, value, version, updated_at)
SELECT 'mode',
    CASE
        WHEN EXISTS (SELECT 1 FROM payments WHERE provider = 'stripe' AND reference LIKE 'cs\_live\_%' ESCAPE '\') THEN '"live"'
        WHEN EXISTS (SELECT 1 FROM payments WHERE provider = 'stripe' AND reference LIKE 'cs\_test\_%' ESCAPE '\') THEN '"test"'
        WHEN EXISTS (SELECT 1 FROM payments WHERE provider = 'sandbox')
            OR EXISTS (SELECT 1 FROM applications WHERE ' ' || scopes || ' ' LIKE '% sandbox %')
            OR EXISTS (SELECT 1 FROM tokens WHERE ' ' || scopes || ' ' LIKE '% sandbox %') THEN '"sandbox"'
        ELSE '"live"'
    END,
    1, (SELECT MAX(created_at) FROM donations)
FROM donations
LIMIT 1;
