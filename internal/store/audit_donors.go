package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// wrongDonor is what is wrong with a donation whose stored donor is not the one of its name and mail address.
const wrongDonor = "its donor on leaderboards is not the one that its name and mail address say"

// donorKey is the key of donors; nil where no donor can be computed, because the database never had a key, and where they are not to be compared,
// because the background still identifies them by the present rule.
func (q Queries) donorKey(ctx context.Context) ([]byte, error) {
	at, err := q.progress(ctx, "")
	if err != nil && !errors.Is(err, sql.ErrNoRows) || err == nil && at.position == identifying {
		return nil, err
	}
	master, err := q.secret(ctx, masterSecret)
	if err != nil || master == nil {
		return nil, err
	}
	return deriveKey(master, DonorKey)
}

// checkDonors returns a look for donations whose donor differs from the one that the present rule says.
func checkDonors(key []byte) func(Queries, context.Context, idRange) ([]Difference, error) {
	return func(q Queries, ctx context.Context, in idRange) (found []Difference, err error) {
		if key == nil {
			return nil, nil
		}
		err = q.each(ctx, "SELECT "+donorParts+" FROM donations WHERE id > $1 AND id <= $2", []any{in.after, in.upTo}, func(scan func(...any) error) error {
			d, err := scanDonor(scan)
			if err == nil && fund.DonorID(key, d) != d.DonorID {
				found = append(found, Difference{Total: "donations.donor_id", ID: d.ID, Broken: wrongDonor})
			}
			return err
		})
		if err != nil {
			return found, fmt.Errorf("audit of donations.donor_id: %w", err)
		}
		return found, nil
	}
}

// mendDonors gives every donation the donor that the present rule says, and returns those that had another. It writes a transaction for
// identifyRows donations.
func (s *Store) mendDonors(ctx context.Context) (mended []Difference, err error) {
	key, err := s.donorKey(ctx)
	if err != nil || key == nil {
		return nil, err
	}
	for after := beforeIDs; ; {
		updates, last, err := s.nextDonors(ctx, key, after)
		if err != nil {
			return mended, fmt.Errorf("donors after %s: %w", hex.EncodeToString(after), err)
		}
		if last == nil {
			return mended, nil
		}
		err = s.Write(ctx, fund.ID{}, func(ctx context.Context, t *Tx) error { return s.dialect.run(ctx, t, statementsOf(updates)...) })
		if err != nil {
			return mended, fmt.Errorf("donors after %s: %w", hex.EncodeToString(after), err)
		}
		for _, one := range updates {
			mended = append(mended, Difference{Total: "donations.donor_id", ID: one.donation, Broken: wrongDonor})
		}
		after = last
	}
}
