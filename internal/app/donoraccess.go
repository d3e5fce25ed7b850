package app

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
)

// AskDonations mails a link to the donations with an address to that address, if there are any. Neither the result nor the time that it takes says
// whether there are: whoever writes the mail looks. An address that is none is Invalid at "email", and who asks too often is RateLimited.
func (a *App) AskDonations(ctx context.Context, ask LinkAsk) error {
	id, err := a.takeLinkAsk(shield.LinkDonations, &ask)
	if err != nil {
		return err
	}
	return a.store.Write(ctx, id, func(ctx context.Context, tx *store.Tx) error {
		now := a.Now()
		asked := fund.DonorAccess{ID: id, Email: ask.Email, AskedAt: now, ExpiresAt: now.Add(fund.DonorAskLife)}
		if err := tx.InsertDonorAccess(ctx, asked); err != nil {
			return err
		}
		if err := a.queueMail(ctx, tx, fund.Mail{Kind: fund.MailFindDonations, Recipient: ask.Email, About: id, Language: ask.Language}, now); err != nil {
			return err
		}
		return tx.SweepDonorAccess(ctx, now.Add(-fund.DonorAskLife), sweptExpired)
	})
}

// DonorLinkMail is what a mail with a link to donations says.
type DonorLinkMail struct {
	Mode fund.Mode
	// Site is the host of the server, URL the link.
	Site, URL string
}

// donorLinkMail loads what the mail with a link to donations says, and gives the link a new secret: a DonorLinkMail. It is Gone if there are none.
func donorLinkMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	asked, err := a.store.GetDonorAccess(ctx, m.About)
	if known, err := found(err); err != nil {
		return nil, err
	} else if !known || !asked.Open(a.Now()) {
		return nil, fault.New(fault.Gone, "Not sent: the link is not needed any more.")
	}
	some, err := a.store.DonationsOf(ctx, asked.Email, fund.Page{Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(some) == 0 {
		return nil, fault.New(fault.Gone, "Not sent: no donation has the address.")
	}
	key, hash, err := a.newSecret()
	if err != nil {
		return nil, err
	}
	said := DonorLinkMail{Mode: a.Mode(ctx), Site: a.accounts.Site, URL: a.pages.Find(key)}
	return said, a.store.Write(ctx, asked.ID, func(ctx context.Context, tx *store.Tx) error {
		return tx.SetDonorLink(ctx, asked.ID, hash[:], a.Now().Add(fund.DonorLinkLife))
	})
}

// CheckDonorLink is NotFound unless the link with the key works. It changes nothing: programs open links in mails, too.
func (a *App) CheckDonorLink(ctx context.Context, key string) error {
	hash := hashOf(key)
	link, err := a.store.GetDonorLink(ctx, hash[:])
	if err == nil && !link.Open(a.Now()) {
		err = missingNamed("link", "")
	}
	return asRequested(err, "link", "")
}

// UseDonorLink makes the secret of a session of a link, which does not work any more after that. One that does not work is NotFound.
func (a *App) UseDonorLink(ctx context.Context, key string) (session string, err error) {
	link := hashOf(key)
	session, hash, err := a.newSecret()
	if err != nil {
		return "", err
	}
	err = a.store.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
		now := a.Now()
		return tx.UseDonorLink(ctx, link[:], hash[:], now, now.Add(fund.DonorSessionLife))
	})
	return session, asRequested(err, "link", "")
}

// DonorHome is what a donor sees of the donations with an address.
type DonorHome struct {
	Email string
	// Donations are the newest first, at most fund.DonorPage.
	Donations []DonorLine
	// Older is the donation after which the next ones come; the zero id for none.
	Older fund.ID
	// Statements are the years for which there are statements, of all donations and not only of those listed; see statementYears.
	Statements []StatementYear
}

// DonorLine is one of a donor's donations.
type DonorLine struct {
	DonorRecord
	// ContactKey is the key of the link that withdraws the consent to contact; "" where there is none that holds.
	ContactKey string
	// Key opens the page of the donation; see DonationKey. It is "" for an offline donation, which has none.
	Key string
}

// GetDonorHome lists donations of the donor with a session: the newest, or those before another. A session that is over is Unauthenticated.
func (a *App) GetDonorHome(ctx context.Context, session string, before fund.ID) (DonorHome, error) {
	access, err := a.donorSession(ctx, session)
	if err != nil {
		return DonorHome{}, err
	}
	page := fund.Page{Limit: fund.DonorPage + 1}
	if !before.IsZero() {
		page.Before = &fund.Cursor{ID: before}
	}
	donations, err := a.store.DonationsOf(ctx, access.Email, page)
	if err != nil {
		return DonorHome{}, err
	}
	home := DonorHome{Email: access.Email}
	if len(donations) > fund.DonorPage {
		donations = donations[:fund.DonorPage]
		home.Older = donations[fund.DonorPage-1].ID
	}
	records, err := a.recordsOf(ctx, donations)
	if err != nil {
		return home, fmt.Errorf("donations of a donor: %w", err)
	}
	if home.Statements, err = a.statementYears(ctx, access.Email); err != nil {
		return home, err
	}
	for _, record := range records {
		line, id := DonorLine{DonorRecord: record}, record.Donation.ID
		if line.Payment != nil {
			if line.Key, err = a.DonationKey(ctx, id); err != nil {
				return home, err
			}
		}
		if line.Consent != nil && line.Consent.Holds() {
			if line.ContactKey, err = a.signedID(ctx, contactKeyUse, id); err != nil {
				return home, err
			}
		}
		home.Donations = append(home.Donations, line)
	}
	return home, nil
}

// CheckDonorSession is Unauthenticated unless a session is open.
func (a *App) CheckDonorSession(ctx context.Context, session string) error {
	_, err := a.donorSession(ctx, session)
	return err
}

func (a *App) donorSession(ctx context.Context, session string) (fund.DonorAccess, error) {
	hash := hashOf(session)
	access, err := a.store.GetDonorSession(ctx, hash[:])
	known, err := found(err)
	if err == nil && (!known || !access.Open(a.Now())) {
		err = fault.New(fault.Unauthenticated, "The session is over.")
	}
	return access, err
}

// donorActor is a donor who proved to read the mail of an address. The log of acts does not say where from: a donor's address is nobody's business.
func donorActor() Actor { return Actor{Kind: ActorDonor} }

// EndDonorSession ends a session, if it is one.
func (a *App) EndDonorSession(ctx context.Context, session string) error {
	hash := hashOf(session)
	return a.store.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error { return tx.EndDonorSession(ctx, hash[:]) })
}

// dropDonorAccess forgets the links and sessions for an address.
func (a *App) dropDonorAccess(ctx context.Context, email string) error {
	return a.store.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error { return tx.DropDonorAccess(ctx, email) })
}
