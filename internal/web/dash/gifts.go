package dash

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// giftsAtOnce is how many donations a page of the search has.
const giftsAtOnce = 50

// listedGift is a donation in the list of all.
type listedGift struct {
	Name, Comment, Amount, State, Link string
	At                                 time.Time
}

type giftsPage struct {
	place

	// Text and Held are what is searched for, Older where the search goes on; "" for nowhere.
	Text, Older string
	Held        bool
	MaxText     int
	Gifts       []listedGift
}

// gifts is GET /dashboard/{fact}/gifts.
func (s *Server) gifts(w http.ResponseWriter, r *http.Request, p place) error {
	l, zone, asked := text.Of(r), fund.Zone(p.Fact.TimeZone), r.URL.Query()
	page := giftsPage{place: p, Text: strings.TrimSpace(asked.Get("q")), Held: asked.Get("held") != "", MaxText: app.MaxDonationSearch}
	query := app.DonationSearch{Text: page.Text, Held: page.Held}
	if before := asked.Get("before"); before != "" {
		var err error
		if query.Before, err = fund.ParseID(before); err != nil {
			return errNoDonation
		}
	}
	found, err := s.app.SearchDonations(r.Context(), p.actor, p.key(), query, giftsAtOnce)
	if err != nil {
		return err
	}
	for _, d := range found.Donations {
		one := listedGift{
			Name: l.Donor(d.Name), Comment: d.Comment, Amount: l.Amount(d.Net(), d.Currency), At: d.CompletedAt.In(zone), Link: p.Base() + "/gifts/" + d.ID.String(),
		}
		if d.Screening != fund.ScreeningShown {
			one.State = l.Text(screeningTexts[d.Screening])
		}
		page.Gifts = append(page.Gifts, one)
	}
	if !found.Next.IsZero() {
		asked.Set("before", found.Next.String())
		page.Older = p.Base() + "/gifts?" + asked.Encode()
	}
	s.Show(w, r, session.View{Template: "gifts.html", Title: session.Say(r, "dash.gifts.title", "Name", p.Fact.Name), Data: page})
	return nil
}

// handles reports whether somebody may see single donations.
func handles(r app.FactRights) bool { return r.Count || r.Screen || r.Fulfill }

// counts and fulfills report whether there is something for somebody on the pages of all donations, and of the claimed rewards.
func counts(r app.FactRights) bool   { return r.Count }
func fulfills(r app.FactRights) bool { return r.Fulfill }

var errNoDonation = fault.New(fault.NotFound, "There is no such donation.")

// fact of a donation: what it is, and what it says.
type detail struct {
	Name, Text string
	At         time.Time
}

// giftClaim is a reward that was claimed with a donation.
type giftClaim struct {
	ID, Name, Answer, Phone, Email string
	Quantity                       string
	Address                        []string
	FulfilledAt                    time.Time
}

type giftPage struct {
	place

	ID, Comment, Screening string
	Details                []detail
	Claims                 []giftClaim
	// Decides, Refunds and Concedes report which forms there are.
	Decides, Shown, Hidden, Refunds, Concedes bool
	// First reports whether who looks at it passes it on for another one to show it.
	First                                bool
	Left, Amount, AmountProblem, Problem string
	Currency, Example                    string
	// Name is what was typed for the receipt, NameProblem what is wrong with it; "" at first.
	Name, NameProblem string
}

// gift is GET /dashboard/{fact}/gifts/{donation}.
func (s *Server) gift(w http.ResponseWriter, r *http.Request, p place) error {
	d, err := s.donation(r, p)
	if err != nil {
		return err
	}
	return s.showGift(w, r, p, d, func(*giftPage) {})
}

func (s *Server) donation(r *http.Request, p place) (fund.Donation, error) {
	id, err := fund.ParseID(r.PathValue("donation"))
	if err != nil {
		return fund.Donation{}, errNoDonation
	}
	return s.app.GetDonationOf(r.Context(), p.actor, p.Fact.ID, fund.Key{ID: id})
}

var donationTexts = map[fund.DonationState]text.ID{
	fund.DonationPending: "dash.gift.state.pending", fund.DonationCompleted: "dash.gift.state.completed", fund.DonationRefunded: "dash.gift.state.refunded",
	fund.DonationPartiallyRefunded: "dash.gift.state.partially_refunded", fund.DonationDisputed: "dash.gift.state.disputed", fund.DonationLost: "dash.gift.state.lost",
	fund.DonationFailed: "dash.gift.state.failed", fund.DonationCancelled: "dash.gift.state.cancelled", fund.DonationExpired: "dash.gift.state.expired",
}

var originTexts = map[fund.Origin]text.ID{
	fund.OriginPayment: "dash.gift.origin.payment", fund.OriginOffline: "dash.gift.origin.offline", fund.OriginMatch: "dash.gift.origin.match",
	fund.OriginImport: "dash.gift.origin.import", fund.OriginTrigger: "dash.gift.origin.test", fund.OriginSandbox: "dash.gift.origin.test",
}

// showGift shows a donation, with what fill says of a form that was refused.
func (s *Server) showGift(w http.ResponseWriter, r *http.Request, p place, d fund.Donation, fill func(*giftPage)) error {
	l, zone := text.Of(r), fund.Zone(p.Fact.TimeZone)
	money := func(minor int64) string { return l.Amount(minor, d.Currency) }
	page := giftPage{
		place: p, ID: d.ID.String(), Comment: d.Comment, Screening: l.Text(screeningTexts[d.Screening]), Decides: p.Rights.Screen && d.Listed(),
		Shown: d.Screening.CommentRead(), Hidden: d.Screening == fund.ScreeningHidden, Currency: d.Currency, Example: l.Example(d.Currency), Left: money(d.Net()),
		Refunds: p.Rights.Refund && d.Listed() && !d.IsMatch, Concedes: p.Rights.Refund && d.State == fund.DonationDisputed,
	}
	if page.Decides {
		passes, err := s.app.PassesOf(r.Context(), p.seen, []fund.Donation{d})
		if err != nil {
			return err
		}
		page.First = passes[d.ID].First
	}
	add := func(id text.ID, value string) {
		if value != "" {
			page.Details = append(page.Details, detail{Name: l.Text(id), Text: value})
		}
	}
	add("dash.gift.name", l.Donor(d.Name))
	if p.Rights.Donors {
		add("dash.gift.given", d.Given)
	}
	add("dash.gift.email", d.Email)
	add("dash.gift.amount", money(d.Amount))
	if d.Refunded > 0 {
		add("dash.gift.refunded", money(d.Refunded))
	}
	if d.Disputed > 0 {
		add("dash.gift.disputed", money(d.Disputed))
	}
	add("dash.gift.state", l.Text(donationTexts[d.State]))
	if !d.CompletedAt.IsZero() {
		page.Details = append(page.Details, detail{Name: l.Text("dash.gift.at"), At: d.CompletedAt.In(zone)})
	}
	if id := originTexts[d.Origin]; id != "" {
		add("dash.gift.origin", l.Text(id))
	}
	add("dash.gift.reference", d.Reference)
	if d.PollOption != nil && d.Poll != nil {
		add("dash.gift.vote", d.Poll.Name+": "+d.PollOption.Name)
	}
	if d.Target != nil {
		add("dash.gift.target", d.Target.Name)
	}
	if err := s.addPayment(r, p, d, add); err != nil {
		return err
	}
	for _, c := range d.Claims {
		page.Claims = append(page.Claims, toGiftClaim(l, c, zone))
	}
	fill(&page)
	v := session.View{Template: "gift.html", Title: session.Say(r, "dash.gift.title", "Amount", page.Left, "Name", p.Fact.Name), Data: page}
	if page.Problem+page.AmountProblem+page.NameProblem != "" {
		v.Status, v.Title = http.StatusUnprocessableEntity, session.Say(r, "dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

func toGiftClaim(l *text.Locale, c fund.Claim, zone *time.Location) giftClaim {
	one := giftClaim{ID: c.ID.String(), Name: c.Reward.Name, Answer: c.Answer, Quantity: l.Count(c.Quantity)}
	if !c.FulfilledAt.IsZero() {
		one.FulfilledAt = c.FulfilledAt.In(zone)
	}
	if a := c.Address; a != nil {
		one.Phone, one.Email = a.Phone, a.Email
		for _, line := range []string{a.Recipient, a.Line1, a.Line2, strings.TrimSpace(a.PostalCode + " " + a.City), a.Region, a.Country} {
			if line != "" {
				one.Address = append(one.Address, line)
			}
		}
	}
	return one
}

// addPayment adds how a donation was paid, for those who may see that.
func (s *Server) addPayment(r *http.Request, p place, d fund.Donation, add func(text.ID, string)) error {
	if !p.Rights.Count {
		return nil
	}
	paid, err := s.app.HandledPayment(r.Context(), p.actor, fund.Key{ID: d.ID})
	if err != nil || paid == nil {
		return err
	}
	l := text.Of(r)
	add("dash.gift.provider", paid.Provider)
	if paid.FeeCover > 0 {
		add("dash.gift.fee_cover", l.Amount(paid.FeeCover, d.Currency))
	}
	if paid.Fee != nil {
		add("dash.gift.fee", l.Amount(*paid.Fee, d.Currency))
	}
	add("dash.gift.via", paid.Via)
	return nil
}

// changeGift does what a form of the page of a donation says, and shows the page again.
func (s *Server) changeGift(w http.ResponseWriter, r *http.Request, p place) error {
	id, err := fund.ParseID(r.PathValue("donation"))
	if err != nil {
		return errNoDonation
	}
	// Only a donation to this fact, whatever else may be changed; nothing private of it is read.
	if err := s.app.RequireDonationOf(r.Context(), p.Fact.ID, fund.Key{ID: id}); err != nil {
		return err
	}
	key := fund.Key{ID: id}
	switch r.PostForm.Get("do") {
	case "screen":
		err = s.decide(r, p, key)
	case "fulfill":
		in := fund.Fulfillment{Claims: fund.Some(r.PostForm["claim"]), Fulfilled: fund.Some(r.PostForm.Get("fulfilled") != "no")}
		_, err = s.app.FulfillClaims(r.Context(), p.actor, key, in)
	case "refund":
		return s.refund(w, r, p, key)
	case "receipt":
		return s.correctReceipt(w, r, p, key)
	case "concede":
		_, err = s.app.ConcedeDispute(r.Context(), p.actor, key)
	default:
		err = fault.New(fault.Malformed, "The form does not say what to do.")
	}
	if fault.Is(err, fault.Conflict) {
		return s.refusedGift(w, r, p, func(page *giftPage) { page.Problem = session.Say(r, "dash.gift.conflict") })
	}
	if err != nil {
		return err
	}
	session.Redirect(w, s.backToGift(r, p, id))
	return nil
}

// toNext leads to what is to be done next in a list, which gets the focus: nobody begins at the top of the page after each.
const toNext = "#next"

// backToGift is where a form leads that changed a donation: the list that it was in, or the page of the donation.
func (s *Server) backToGift(r *http.Request, p place, id fund.ID) string {
	if r.PostForm.Get("from") == "claims" {
		return p.Base() + "/claims" + toNext
	}
	return p.Base() + "/gifts/" + id.String()
}

// refund gives money back, after the box was ticked that says so.
func (s *Server) refund(w http.ResponseWriter, r *http.Request, p place, key fund.Key) error {
	l, typed := text.Of(r), r.PostForm.Get("amount")
	wrong := func(id text.ID) error {
		return s.refusedGift(w, r, p, func(page *giftPage) { page.Amount, page.AmountProblem = typed, l.Text(id) })
	}
	if r.PostForm.Get("sure") == "" {
		return wrong("dash.gift.refund.unsure")
	}
	amount, problem := l.Read(typed, p.Fact.Currency)
	if problem != "" {
		return wrong("dash.offline.amount.wrong")
	}
	_, err := s.app.RefundDonation(r.Context(), p.actor, key, amount)
	switch {
	case err == nil:
		session.Redirect(w, s.backToGift(r, p, key.ID))
		return nil
	case fault.Is(err, fault.Invalid):
		return wrong("dash.gift.refund.refused")
	case fault.Is(err, fault.Conflict):
		return s.refusedGift(w, r, p, func(page *giftPage) { page.Problem = l.Text("dash.gift.conflict") })
	}
	return err
}

// correctReceipt issues the receipt of a donation again, with the name that was typed.
func (s *Server) correctReceipt(w http.ResponseWriter, r *http.Request, p place, key fund.Key) error {
	l, typed := text.Of(r), r.PostForm.Get("name")
	_, err := s.app.CorrectReceipt(r.Context(), p.actor, key, typed)
	switch {
	case err == nil:
		session.Redirect(w, s.backToGift(r, p, key.ID))
		return nil
	case fault.Is(err, fault.Invalid):
		return s.refusedGift(w, r, p, func(page *giftPage) {
			page.Name, page.NameProblem = typed, l.Text("dash.gift.receipt.wrong", "Count", fund.MaxName)
		})
	case fault.Is(err, fault.Conflict):
		return s.refusedGift(w, r, p, func(page *giftPage) { page.Name, page.NameProblem = typed, l.Text("dash.gift.receipt.none") })
	}
	return err
}

func (s *Server) refusedGift(w http.ResponseWriter, r *http.Request, p place, fill func(*giftPage)) error {
	d, err := s.donation(r, p)
	if err != nil {
		return err
	}
	return s.showGift(w, r, p, d, fill)
}

// listedClaim is a claimed reward in the list of those to send.
type listedClaim struct {
	ID, Name, Quantity, Donor, Link string
	Private                         bool
	DonatedAt, FulfilledAt          time.Time
}

type claimsPage struct {
	place

	// Sent is set for the list of what was sent. More leads to the rest; "" for none.
	Sent   bool
	More   string
	Claims []listedClaim
}

// claims is GET /dashboard/{fact}/claims.
func (s *Server) claims(w http.ResponseWriter, r *http.Request, p place) error {
	l, zone, asked := text.Of(r), fund.Zone(p.Fact.TimeZone), r.URL.Query()
	page := claimsPage{place: p, Sent: asked.Get("sent") != ""}
	of := fund.Page{Limit: giftsAtOnce + 1}
	if after := asked.Get("after"); after != "" {
		id, err := fund.ParseID(after)
		if err != nil {
			return fault.New(fault.NotFound, "There is no such claim.")
		}
		of.Before = &fund.Cursor{ID: id}
	}
	claims, err := s.app.ListClaims(r.Context(), p.actor, p.key(), page.Sent, of)
	if err != nil {
		return err
	}
	if len(claims) > giftsAtOnce {
		claims = claims[:giftsAtOnce]
		next := url.Values{"after": {claims[giftsAtOnce-1].ID.String()}}
		if page.Sent {
			next.Set("sent", "1")
		}
		page.More = p.Base() + "/claims?" + next.Encode()
	}
	for _, c := range claims {
		one := listedClaim{
			ID: c.ID.String(), Name: c.Reward.Name, Quantity: l.Count(c.Quantity), Donor: l.Donor(c.Donor), Link: p.Base() + "/gifts/" + c.Donation.String(),
			Private: c.Private, DonatedAt: c.DonatedAt.In(zone),
		}
		if page.Sent {
			one.FulfilledAt = c.FulfilledAt.In(zone)
		}
		page.Claims = append(page.Claims, one)
	}
	s.Show(w, r, session.View{Template: "claims.html", Title: session.Say(r, "dash.claims.title", "Name", p.Fact.Name), Data: page})
	return nil
}
