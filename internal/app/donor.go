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

// donorID is the same for all donations of one donor, as far as an e-mail address or else a name
// tells, and cannot be led back to either without the key. Each donation without a name in public is of a
// donor of its own, whatever its address: nobody has proved that an address is theirs, so that a
// stranger could give a little under the address of somebody else, and see on the leaderboard how much
// those have given in secret.
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

// identity is what tells one donor from another.
func identity(d fund.Donation) string {
	switch email := strings.ToLower(strings.TrimSpace(d.Email)); {
	case d.Anonymous || d.Name == "":
		return "gift " + d.ID.String()
	case email != "":
		return "e-mail " + email
	default:
		return "name " + strings.Join(strings.Fields(cases.Fold().String(d.Name)), " ")
	}
}
