package command

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// ApproveCause lets a cause take donations.
type ApproveCause struct {
	Store
	ofCause
	Version string `help:"Version of the cause that you looked at, as almoner cause list shows it: it is approved only while nothing else stands there." placeholder:"VERSION"`
	Yes     bool   `help:"Approve what is printed without asking."`
	asJSON
}

// Run approves the cause, also beside a running server, which knows it within a second. Without a version it shows the cause first and asks. What
// changes after that look is not approved.
func (c ApproveCause) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		cause, err := findCause(ctx, a, c.Cause)
		if err != nil {
			return err
		}
		version := c.Version
		if version == "" {
			version = cause.ApprovalVersion()
			alike, err := a.CausesAlike(ctx, app.System(), cause)
			if err != nil {
				return err
			}
			accounts, err := a.PaymentAccountsOf(ctx, app.System(), cause.ID)
			if err != nil {
				return err
			}
			if err := c.confirm(t, cause, alike, accounts); err != nil {
				return err
			}
		}
		cause, err = a.ApproveCause(ctx, app.System(), fund.Key{ID: cause.ID}, version)
		if fault.Is(err, fault.Stale) {
			return fault.Wrap(err, fault.Stale, "The cause %s has changed since you looked at it; look again with: almoner cause list", c.Cause)
		}
		return printDecided(t, c.JSON, cause, err)
	})
}

// confirm shows what is approved, and has the operator say so.
func (c ApproveCause) confirm(t Terminal, cause fund.Cause, alike []fund.Cause, accounts []fund.PaymentAccount) error {
	if c.Yes {
		return showCause(t.Err, cause, alike, accounts)
	}
	if err := showCause(t.Err, cause, alike, accounts); err != nil {
		return err
	}
	_, _ = fmt.Fprint(t.Err, `Approve this? Type "yes": `)
	line, _ := bufio.NewReader(t.In).ReadString('\n')
	if strings.TrimSpace(line) != "yes" {
		return fault.New(fault.Conflict, "Nothing was changed. Without a terminal, give --version with what almoner cause list shows, or --yes.")
	}
	return nil
}

// showCause prints what an operator looks at.
func showCause(out io.Writer, c fund.Cause, alike []fund.Cause, accounts []fund.PaymentAccount) error {
	legal := c.Identity()
	if c.Proposed != nil {
		legal = *c.Proposed
	}
	lines := [][2]string{
		{"name", c.Name}, {"slug", c.Slug}, {"approval", string(c.Approval)}, {"contact", c.ContactEmail}, {"website", c.Social.Website},
		{"legal name", legal.LegalName}, {"tax number", legal.GovernmentID}, {"receipts", legal.Profile()}, {"version", c.ApprovalVersion()},
	}
	for _, one := range accounts {
		lines = append(lines, accountLine(c, one))
	}
	for _, other := range alike {
		lines = append(lines, alikeLine(other))
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(out, oneLine(line[0]+": "+line[1])); err != nil {
			return err
		}
	}
	return nil
}

// accountLine is a payment account among what an operator looks at.
func accountLine(c fund.Cause, one fund.PaymentAccount) [2]string {
	said := one.Provider + " " + one.Account
	switch {
	case one.Account == "":
		said = one.Provider + ", begun"
	case !one.EndedAt.IsZero():
		said += ", disconnected"
	case one.Account == c.ProposedAccount:
		said += ", approved with this"
	case !one.Approved:
		said += ", whose form is not finished: it is not approved with this"
	}
	if country := one.State.Country; country != "" {
		said += ", country " + country
		if provider, err := checkout.AccountProvider(one.Provider); err == nil {
			switch provider.DonationsIn(country) {
			case fund.CountryRefused:
				said += ", where " + provider.Title + " takes no donations"
			case fund.CountryLimited:
				said += ", where " + provider.Title + " takes donations to some organizations only: have it confirm that this is one"
			case fund.CountryOpen:
			}
		}
	}
	return [2]string{"payment account", said}
}

// SuspendCause keeps a cause from taking donations.
type SuspendCause struct {
	Store
	ofCause
	Reason string `help:"Why, in at most 500 characters; the members of the cause read it." required:"" placeholder:"TEXT"`
	asJSON
}

// Run suspends the cause, also beside a running server, which knows it within a second.
func (c SuspendCause) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		cause, err := findCause(ctx, a, c.Cause)
		if err != nil {
			return err
		}
		cause, err = a.SuspendCause(ctx, app.System(), fund.Key{ID: cause.ID}, c.Reason)
		return printDecided(t, c.JSON, cause, err)
	})
}

// approvedCause is what the commands print of a cause.
type approvedCause struct {
	ID           string `json:"id"`
	LegacyID     int64  `json:"legacy_id"`
	Slug         string `json:"slug"`
	Name         string `json:"name"`
	LegalName    string `json:"legal_name"`
	GovernmentID string `json:"government_id"`
	// ReceiptProfile is the profile of its receipts.
	ReceiptProfile string `json:"receipt_profile"`
	Approval       string `json:"approval"`
	Suspension     string `json:"suspension"`
	// Proposed is what the cause would be by law after an approval; null if it proposes nothing.
	Proposed *proposedIdentity `json:"proposed"`
	// ProposedAccount is the payment account that an approval would be for as well; "" for none.
	ProposedAccount string `json:"proposed_account"`
	Version         string `json:"version"`
}

type proposedIdentity struct {
	LegalName      string `json:"legal_name"`
	GovernmentID   string `json:"government_id"`
	ReceiptProfile string `json:"receipt_profile"`
}

func toApprovedCause(c fund.Cause) approvedCause {
	var proposed *proposedIdentity
	if c.Proposed != nil {
		proposed = &proposedIdentity{c.Proposed.LegalName, c.Proposed.GovernmentID, c.Proposed.Profile()}
	}
	return approvedCause{
		ID: c.ID.String(), LegacyID: c.LegacyID, Slug: c.Slug, Name: c.Name, LegalName: c.LegalName, GovernmentID: c.GovernmentID, ReceiptProfile: c.Profile(),
		Approval: string(c.Approval), Suspension: c.Suspension, Proposed: proposed, ProposedAccount: c.ProposedAccount, Version: c.ApprovalVersion(),
	}
}

// printDecided prints what was decided.
func printDecided(t Terminal, asJSON bool, c fund.Cause, err error) error {
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(t.Out, toApprovedCause(c))
	}
	_, err = fmt.Fprintf(t.Out, "%s is %s.\n", c.Name, c.Approval)
	return err
}
