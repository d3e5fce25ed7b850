package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"strings"

	"golang.org/x/text/cases"

	"github.com/almoner/almoner/internal/fund"
)

// donorKey is the purpose of the key that donors are named with.
const donorKey = "donor"

// donorID is the same for all donations of one giver, as far as an e-mail address or else a name
// tells, and cannot be led back to either without the key. Gifts without a name in public are
// somebody else's than those with one, so that no leaderboard tells who gave them; without an
// address each of them is a giver of its own.
func (a *App) donorID(ctx context.Context, d fund.Donation) (fund.ID, error) {
	key, err := a.Key(ctx, donorKey)
	if err != nil {
		return fund.ID{}, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(identity(d)))
	id := fund.ID(mac.Sum(nil)[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUID of version 8
	return id, nil
}

// identity is what tells one giver from another.
func identity(d fund.Donation) string {
	named := !d.Anonymous && d.Name != ""
	switch email := strings.ToLower(strings.TrimSpace(d.Email)); {
	case email != "" && named:
		return "e-mail " + email
	case email != "":
		return "anonymous " + email
	case named:
		return "name " + strings.Join(strings.Fields(cases.Fold().String(d.Name)), " ")
	default:
		return "gift " + d.ID.String()
	}
}
