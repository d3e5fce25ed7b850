package stripe

import (
	"regexp"

	"github.com/almoner/almoner/internal/fault"
)

var accountForm = regexp.MustCompile(`^acct_[A-Za-z0-9]{5,64}$`)

// checkAccount refuses what cannot be the id of a connected account: an Invalid fault at account.
func checkAccount(account string) error {
	var wrong fault.Fields
	if !accountForm.MatchString(account) {
		wrong.Add("account", "is not an account of Stripe; it looks like acct_1Hb2cD3eF4gH5iJ6")
	}
	return wrong.Err()
}
