package command

import (
	"errors"
)

// ofDonor names a donor: by a mail address, or by one donation.
type ofDonor struct {
	Mail     string `help:"The donor's mail address; case is of no matter." placeholder:"ADDRESS"`
	Donation string `help:"Id of one donation, instead of all with an address." placeholder:"ID"`
}

// check wants one of both.
func (d ofDonor) check() error {
	if (d.Mail == "") == (d.Donation == "") {
		return errors.New("say --mail or --donation, one of both")
	}
	if d.Donation == "" {
		return nil
	}
	_, err := parseDonation(d.Donation)
	return misused(err)
}
