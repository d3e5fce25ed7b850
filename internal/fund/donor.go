package fund

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// DonorID identifies the donor of a donation on the leaderboards of its cause: it is the same for all donations with one email address and
// one name, and reveals neither without the key. Addresses are not verified, so the address alone is not enough: anyone who knows another
// person's address could rename that person's line, or read from it what that person has donated. For the same reason a donation without a
// public name has a donor of its own.
func DonorID(key []byte, d Donation) ID {
	mac := hmac.New(sha256.New, key)
	for _, part := range donorIdentity(d) {
		mac.Write([]byte(part + "\x00"))
	}
	id := ID(mac.Sum(nil)[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUID of version 8
	return id
}

// donorIdentity is what tells donors apart; no part of it contains a NUL.
func donorIdentity(d Donation) []string {
	if name := foldName(d.Name); name != "" && !d.Anonymous {
		return []string{"donor", d.CauseID.String(), LoginEmail(d.Email), name}
	}
	return []string{"donation", d.ID.String()}
}

// foldName is the same for all spellings of a name that differ in case, spaces or Unicode normal form.
func foldName(name string) string {
	return strings.Join(strings.Fields(norm.NFC.String(cases.Fold().String(norm.NFC.String(name)))), " ")
}
