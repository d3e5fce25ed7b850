package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"strings"

	"golang.org/x/text/cases"

	"github.com/almoner/almoner/internal/fund"
)

// donorKey is the purpose of the key that donor ids are derived with.
const donorKey = "donor"

// donorID is the same for all donations with one e-mail address, or else one name, and reveals neither without the key. Each donation
// without a public name gets a donor of its own, whatever its address: addresses are not verified, so a stranger could otherwise donate a
// little under another person's address and read on the leaderboard how much that person has donated anonymously.
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

// identity is the text that identifies a donor.
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
