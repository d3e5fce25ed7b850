package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/receipt"
	"github.com/almoner/almoner/internal/store"
)

// Statement lists what a donor gave to a cause in a year. It is made from the frozen receipts each time and is not stored.
type Statement struct {
	Mode   fund.Mode
	Cause  fund.Cause
	Year   int
	MadeAt time.Time
	// Documents has one document for each profile of the receipts.
	Documents []receipt.Document
}

// StatementKey names a statement: a year of a cause.
type StatementKey struct {
	Cause fund.ID
	Year  int
	// Language is the tag of the donor's language.
	Language string
}

// HasPDF reports whether a PDF can show the statement; see receipt.Document.HasPDF.
func (s Statement) HasPDF() bool {
	for _, d := range s.Documents {
		if !d.HasPDF() {
			return false
		}
	}
	return true
}

// GetStatement makes a yearly statement for the donor with a session. It is Unauthenticated if the session is over, NotFound for a year without valid
// receipts, Conflict for one with more than fund.MaxStatementReceipts, and RateLimited for a donor who asked for too many.
func (a *App) GetStatement(ctx context.Context, session string, key StatementKey) (s Statement, err error) {
	access, err := a.donorSession(ctx, session)
	if err != nil {
		return s, err
	}
	if err := a.shield.MakeStatement(access.Email); err != nil {
		return s, err
	}
	s.Mode, s.Year, s.MadeAt = a.Mode(ctx), key.Year, a.Now()
	s.Cause, err = a.store.GetCause(ctx, fund.Key{ID: key.Cause})
	if err == nil && s.Cause.Approval != fund.Approved {
		err = missingNamed("statement", "")
	}
	if err != nil {
		return s, asRequested(err, "statement", "")
	}
	filter := store.ReceiptFilter{Cause: s.Cause.ID, Email: access.Email, Paid: fund.YearIn(fund.Zone(s.Cause.TimeZone), key.Year)}
	receipts, err := a.store.ListValidReceipts(ctx, filter, fund.MaxStatementReceipts+1)
	switch {
	case err != nil:
		return s, err
	case len(receipts) == 0:
		return s, missingNamed("statement", "")
	case len(receipts) > fund.MaxStatementReceipts:
		return s, tooManyReceipts("Ask the charity for a list.")
	}
	s.Documents, err = a.profiles.ComposeYear(receipt.Year{
		Year: key.Year, MadeAt: s.MadeAt, Charity: fund.CharityOf(s.Cause), Language: key.Language, Receipts: receipts,
	})
	if err != nil {
		err = fmt.Errorf("statement of cause %s for %d: %w", s.Cause.ID, key.Year, err)
	}
	return s, err
}

// PDF returns the statement as a PDF, with the note above each of its documents if that is not "". A statement that a PDF cannot show is NotFound.
func (s Statement) PDF(note string) ([]byte, error) {
	if !s.HasPDF() {
		return nil, fault.New(fault.NotFound, "This statement has signs that a PDF cannot show. Print its page instead.")
	}
	return receipt.PDF(s.Documents, s.MadeAt, note)
}

// StatementYear is a year for which a donor can have a statement of a cause.
type StatementYear struct {
	Cause fund.Cause
	Year  int
}

// statementYears lists the years of a donor's valid receipts of approved causes, the newest first, at most fund.MaxStatementYears.
func (a *App) statementYears(ctx context.Context, email string) (all []StatementYear, err error) {
	spans, err := a.store.ValidReceiptSpans(ctx, email)
	if err != nil {
		return nil, err
	}
	ids := make([]fund.ID, len(spans))
	for i, s := range spans {
		ids[i] = s.Cause
	}
	causes, err := a.store.CausesByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	type key struct {
		cause fund.ID
		year  int
	}
	known := map[key]bool{}
	for _, s := range spans {
		cause := causes[s.Cause]
		for _, at := range []time.Time{s.Last, s.First} {
			k := key{s.Cause, at.In(fund.Zone(cause.TimeZone)).Year()}
			if cause.Approval == fund.Approved && !known[k] {
				known[k] = true
				all = append(all, StatementYear{cause, k.year})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b StatementYear) int { return cmp.Compare(b.Year, a.Year) })
	return all[:min(len(all), fund.MaxStatementYears)], nil
}

// statementLines adds receipts up to the lines of yearly statements: one for each donor, profile and currency, in the order of the first receipts.
type statementLines struct {
	profiles *receipt.Set
	known    map[statementLine]*fund.StatementLine
	all      []*fund.StatementLine
}

type statementLine struct{ donor, profile, currency string }

func (a *App) newStatementLines() *statementLines {
	return &statementLines{profiles: a.profiles, known: map[statementLine]*fund.StatementLine{}}
}

// add adds a valid receipt, with the mail address of its donation. One of a donor who was erased is left out.
func (s *statementLines) add(r fund.IssuedReceipt, email string) error {
	f := r.Facts
	if f.Donor.Empty() && email == "" {
		return nil
	}
	profile, err := s.profiles.StatementProfile(f)
	if err != nil {
		return err
	}
	key := statementLine{cmp.Or(fund.LoginEmail(email), r.DonationID.String()), profile, f.Currency}
	line := s.known[key]
	if line == nil {
		line = &fund.StatementLine{Email: email, Name: f.Donor.Name, Profile: profile, Currency: f.Currency}
		s.known[key], s.all = line, append(s.all, line)
	}
	line.Receipts = append(line.Receipts, r.Number)
	line.Kept, line.Value, line.Deductible = line.Kept+f.Kept(), line.Value+f.RewardValue(), line.Deductible+f.Deductible()
	line.Unvalued = line.Unvalued || !f.Valued()
	return nil
}

// ExportStatements calls fn with what each donor gave to a cause in a year of its time zone, in the order of the donors' first receipts. Erased donors are
// left out. The export is logged before the first call; a line for each donor is held in memory. System only.
func (a *App) ExportStatements(ctx context.Context, actor Actor, cause fund.Cause, year int, fn func(fund.StatementLine) error) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	span := fund.YearIn(fund.Zone(cause.TimeZone), year)
	if err := a.logExport(ctx, actor, cause.Fact, span); err != nil {
		return err
	}
	lines := a.newStatementLines()
	if err := a.store.EachValidReceipt(ctx, cause.ID, span, lines.add); err != nil {
		return err
	}
	for _, line := range lines.all {
		if err := fn(*line); err != nil {
			return err
		}
	}
	return nil
}

// DonorYear is what a donor gave to a cause in a calendar year of its time zone: the sums of the yearly statement.
type DonorYear struct {
	Cause fund.ID
	Year  int
	Email string
	Lines []fund.StatementLine
}

// GetDonorYear adds up what the donor of a donation gave to its cause in the year in which its money arrived, for the finance of the cause and for operators,
// whose look is logged. Without a mail address, and without a receipt that is valid, there are no lines; more than fund.MaxStatementReceipts are a Conflict.
func (a *App) GetDonorYear(ctx context.Context, actor Actor, key fund.Key) (DonorYear, error) {
	d, _, err := a.paidDonation(ctx, actor, readDonor, key)
	if err != nil {
		return DonorYear{}, err
	}
	cause, err := a.store.GetCause(ctx, fund.Key{ID: d.CauseID})
	if err != nil {
		return DonorYear{}, err
	}
	zone, at := fund.Zone(cause.TimeZone), d.CompletedAt
	if at.IsZero() {
		at = d.CreatedAt
	}
	said := DonorYear{Cause: cause.ID, Email: fund.LoginEmail(d.Email), Year: at.In(zone).Year()}
	receipts, err := a.store.ListValidReceipts(ctx, store.ReceiptFilter{Cause: cause.ID, Email: d.Email, Paid: fund.YearIn(zone, said.Year)}, fund.MaxStatementReceipts+1)
	switch {
	case err != nil:
		return said, err
	case len(receipts) > fund.MaxStatementReceipts:
		return said, tooManyReceipts("Export the statements of the year: almoner export statements.")
	}
	lines := a.newStatementLines()
	for _, r := range receipts {
		if err := lines.add(r, said.Email); err != nil {
			return said, err
		}
	}
	for _, line := range lines.all {
		said.Lines = append(said.Lines, *line)
	}
	if !actor.Operator {
		return said, nil
	}
	return said, a.logAlone(ctx, actor, fund.ActViewDonors, cause.ID)
}

func tooManyReceipts(wayOut string) error {
	return fault.New(fault.Conflict, "This year has more than %d receipts, too many for one statement. %s", fund.MaxStatementReceipts, wayOut)
}
