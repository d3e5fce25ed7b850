package web

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// donationPage is what a donor sees of a donation.
type donationPage struct {
	// State is that of the donation and of its payment, for the script that waits for another one.
	State   string
	Heading string
	Text    []string
	// Refresh is after how many seconds to look again, 0 for never, and Next where.
	Refresh int
	Next    string

	Name, Cause string
	// Link leads to the page of the fact; "" for one that not everybody sees.
	Link           string
	Lines          []line
	Unavailable    []string
	Receipt, Again string
	// Wrong is where the donor says what is wrong with the gift; "" for nowhere.
	Wrong string
	// Thanked is set once the money has come: then Raised, Goal and Bar show what the fact has, and Share where to tell others.
	Thanked      bool
	Raised, Goal string
	Bar          *ui.Goal
	Stream       *stream
	Share        []ui.ShareLink
	// Words are the fundraiser's own, by Thanker; Seen is when viewers see the gift, Did what it did. "" and nil for nothing to say.
	Words, Thanker string
	Seen           string
	Did            []string
	// ReturnTo is where the donor may go back to, ReturnSite its name; "" for nowhere.
	ReturnTo, ReturnSite string
	// Play tells that no money moves.
	Play bool
}

// line is one line of a bill.
type line struct {
	Name, Value string
	Total       bool
}

const (
	// mostLooks is how often a page that waits reloads automatically.
	mostLooks = 200
	// longestLook is how many seconds lie between two looks at most, of money that is on its way.
	longestLook = 30
	// slowestLook is the same while the provider has not said anything yet.
	slowestLook = 10
)

// secret says that the address of a page is nobody else's business.
func secret(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex, nofollow")
}

// donationPage is the page that shows a donor what became of a donation.
func (s *Site) donationPage(key string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		secret(w.Header())
		g, err := s.app.GetReturnedDonorView(r.Context(), key)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.writeDonation(w, r, donorsPage{DonorView: g, path: donationPath + key, key: key})
	}
}

// donorsPage is a donation to show at a path: with everything that its donor may see where key is the donation's, and else, in another browser
// than the one that gave, with what may be read by whoever has the address that a payment provider keeps.
type donorsPage struct {
	app.DonorView
	path, key string
}

func (s *Site) writeDonation(w http.ResponseWriter, r *http.Request, g donorsPage) {
	page, err := s.showDonation(r, g)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Almoner-Gift-State", page.State)
	w.Header().Set("Content-Security-Policy", scriptPolicy)
	s.write(w, s.render(r, view{template: "gift.html", Title: page.Heading, Data: page, Theme: themeOf(g.Fact)}))
}

// returned leads the browser that gave on to its donation. Payment providers keep this address, and show it to others, and phones open it in
// another browser than the one that gave: there it thanks, and says nothing of who gave, of mail and of the receipt.
func (s *Site) returned(key string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		secret(w.Header())
		back, err := s.app.OpenReturn(r.Context(), key, s.knownSession(r))
		switch {
		case err != nil:
			s.fail(w, r, err)
			return
		case back.Key != "":
			s.write(w, rendered{status: http.StatusSeeOther, location: donationPath + back.Key})
			return
		}
		g, err := s.app.ReturnedView(r.Context(), back.Donation)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.writeDonation(w, r, donorsPage{DonorView: g, path: donationPath + returnedName + "/" + key})
	}
}

func (s *Site) showDonation(r *http.Request, g donorsPage) (page donationPage, err error) {
	l := text.Of(r)
	page = donationPage{
		State: string(g.Donation.State) + " " + string(g.Payment.Status),
		Name:  g.Fact.Name, Cause: g.Cause.Name,
		Play: g.Simulated(), ReturnTo: g.Payment.ReturnTo, ReturnSite: fund.ReturnSite(g.Payment.ReturnTo),
	}
	if g.Fact.Public() {
		page.Link = pathOf(g.Fact)
	}
	mail := mailWords{receipt: []string{l.Text("gift.receipt.elsewhere")}}
	if g.key != "" {
		mail = s.mailOf(r.Context(), l, g.DonorView)
		page.Lines = donationLines(l, g.DonorView)
		for _, left := range g.Donation.Unavailable {
			page.Unavailable = append(page.Unavailable, unavailableText(l, left))
		}
	} else {
		page.Lines = []line{{Name: l.Text("bill.gift"), Value: l.Amount(g.Payment.Donated, g.Payment.Currency)}}
	}
	page.Heading, page.Text = outcomeOf(l, g.DonorView, mail)
	if thanked(g.Donation.State) {
		if err := s.addThanks(r.Context(), &page, l, g); err != nil {
			return page, err
		}
	}
	switch {
	case g.Receipt != nil && g.key != "":
		page.Receipt = donationPath + g.key + receiptPath
		if page.Wrong, err = s.wrongAt(r.Context(), g.key, g.Donation); err != nil {
			return page, err
		}
	case g.Donation.State == fund.DonationPending:
		page.look(r, g)
	case page.Link != "":
		page.Again = page.Link + DonatePath
	}
	return page, nil
}

// thanked reports whether the donor of a donation in that state is thanked: its money is here.
func thanked(state fund.DonationState) bool {
	return state == fund.DonationCompleted || state == fund.DonationPartiallyRefunded
}

// addThanks adds what a donor whose money has come may like to see: the fundraiser's words, what the gift did, how far the fact is with it, its
// stream, and where to tell others.
func (s *Site) addThanks(ctx context.Context, page *donationPage, l *text.Locale, g donorsPage) error {
	f := g.Fact
	thanks, err := s.app.Thanks(ctx, g.DonorView)
	if err != nil {
		return err
	}
	page.Thanked, page.Stream, page.Raised = true, s.streamOf(f), l.Amount(f.Total(), f.Currency)
	if page.Words = thanks.Words; page.Words != "" {
		page.Thanker = cmp.Or(s.cardOf(l, f).Owner, f.Name)
	}
	if f.Goal > 0 {
		page.Goal = l.Amount(f.Goal, f.Currency)
		page.Bar = &ui.Goal{Total: f.Total(), Aim: f.Goal, Text: l.Text("site.of", "Raised", page.Raised, "Goal", page.Goal)}
	}
	if page.Link != "" {
		page.Share = ui.ShareLinks(s.baseURL+page.Link, l.Text("gift.share.said", "Name", f.Name), l.Text("share.mail"))
	}
	if page.Stream != nil && !g.Donation.Screening.Waits() {
		page.Seen = seenText(l, thanks, s.app.Now().Sub(g.Donation.CompletedAt))
	}
	for _, m := range thanks.Milestones {
		page.Did = append(page.Did, l.Text("gift.did.milestone", "Name", m.Name))
	}
	if g.key != "" {
		page.Did = append(chosenTexts(l, thanks, f.Currency), page.Did...)
	}
	return nil
}

// seenSoon is for how long a donor waits for a gift to be seen on a stream whose delay is not known.
const seenSoon = time.Minute

// seenText says when viewers of the stream see a gift that came that long ago; "" when they have seen it.
func seenText(l *text.Locale, thanks app.Thanks, ago time.Duration) string {
	if thanks.Delay == 0 {
		if ago > seenSoon {
			return ""
		}
		return l.Text("gift.seen.soon")
	}
	if left := thanks.Delay - ago; left > 0 {
		return l.Text("gift.seen.in", "Wait", l.Wait(left))
	}
	return ""
}

// chosenTexts say what the gift did for what its donor chose.
func chosenTexts(l *text.Locale, thanks app.Thanks, currency string) (did []string) {
	if o := thanks.Option; o != nil {
		did = append(did, l.Text("gift.did.vote", "Name", o.Name, "Raised", l.Amount(o.Raised, currency)))
	}
	if t := thanks.Target; t != nil {
		id := text.ID("gift.did.challenge")
		if t.Raised >= t.Amount {
			id = "gift.did.challenge_met"
		}
		did = append(did, l.Text(id, "Name", t.Name, "Raised", l.Amount(t.Raised, currency), "Goal", l.Amount(t.Amount, currency)))
	}
	return did
}

// look says when the page that waits is looked at again: soon at first, then less often.
func (p *donationPage) look(r *http.Request, g donorsPage) {
	looks, err := strconv.Atoi(r.URL.Query().Get("look"))
	if err != nil || looks < 0 {
		looks = 0
	}
	if looks >= mostLooks {
		return
	}
	longest := slowestLook
	if g.Payment.Status == fund.PaymentProcessing {
		longest = longestLook
	}
	p.Refresh = min(2+looks, longest)
	p.Next = g.path + "?look=" + strconv.Itoa(looks+1)
}

// outcomeOf says what became of a donation.
func outcomeOf(l *text.Locale, g app.DonorView, mail mailWords) (heading string, said []string) {
	t := l.Text
	unpaid := func(why text.ID) []string { return []string{l.Reason(g.Payment.Reason, why), t("gift.not_charged")} }
	switch g.Donation.State {
	case fund.DonationPending:
		return pendingWords(l, g, mail.later)
	case fund.DonationFailed:
		return t("gift.failed"), unpaid("reason.failed")
	case fund.DonationCancelled:
		return t("gift.canceled"), unpaid("reason.canceled")
	case fund.DonationExpired:
		return t("gift.expired"), unpaid("reason.too_late")
	case fund.DonationRefunded:
		return t("gift.refunded"), []string{t("gift.refunded.text")}
	case fund.DonationPartiallyRefunded:
		return t("gift.thanks"), []string{t("gift.partly_refunded")}
	case fund.DonationDisputed:
		return t("gift.disputed"), []string{t("gift.disputed.text", "Name", g.Fact.Name)}
	case fund.DonationLost:
		return t("gift.lost"), []string{t("gift.lost.text", "Cause", g.Cause.Name)}
	default:
		said := []string{t("gift.arrived")}
		switch g.Donation.Screening {
		case fund.ScreeningHeld:
			said = append(said, t("gift.review"))
		case fund.ScreeningCommentHeld:
			said = append(said, t("gift.review.comment"))
		}
		return t("gift.thanks"), append(said, mail.receipt...)
	}
}

// mailWords say where the receipt is, and where it will be once the money has come. Mail is promised only where somebody sends it.
type mailWords struct {
	receipt []string
	later   string
}

func (s *Site) mailOf(ctx context.Context, l *text.Locale, g app.DonorView) mailWords {
	switch {
	case g.Donation.Email == "":
		return mailWords{receipt: []string{l.Text("gift.keep")}, later: l.Text("gift.keep_pending")}
	case !s.app.MailsAnyDonor(ctx):
		return mailWords{receipt: []string{l.Text("gift.mail.play")}, later: l.Text("gift.mail.play")}
	case g.Receipt == nil && s.app.SendsMail():
		return mailWords{later: l.Text("gift.mail.later", "Email", g.Donation.Email)}
	case g.Receipt == nil:
		return mailWords{later: l.Text("gift.mail.stored", "Email", g.Donation.Email)}
	}
	var id text.ID
	switch g.Receipt.Mail.State() {
	case fund.MailSent:
		id = "gift.mail.sent"
	case fund.MailWaiting:
		id = "gift.mail.sending"
		if !s.app.SendsMail() {
			id = "gift.mail.stored"
		}
	case fund.MailRefused:
		id = "gift.mail.refused"
	default:
		return mailWords{}
	}
	return mailWords{receipt: []string{l.Text(id, "Email", g.Donation.Email)}}
}

func pendingWords(l *text.Locale, g app.DonorView, later string) (heading string, said []string) {
	if g.Payment.Status == fund.PaymentProcessing {
		said := []string{l.Text("gift.processing.text")}
		if g.Delayed {
			said = append(said, l.Text("gift.processing.days"))
		}
		return l.Text("gift.processing"), append(said, l.Text("gift.processing.close"), later)
	}
	return l.Text("gift.open"), []string{l.Text("gift.open.text"), l.Text("gift.open.unpaid"), later}
}

// donationLines are what was asked for, and what went back of it.
func donationLines(l *text.Locale, g app.DonorView) []line {
	p := g.Payment
	var lines []line
	add := func(id text.ID, value string) { lines = append(lines, line{Name: l.Text(id), Value: value}) }
	add("bill.gift", l.Amount(p.Donated, p.Currency))
	if p.FeeCover > 0 {
		add("bill.fee", l.Amount(p.FeeCover, p.Currency))
	}
	if p.FeeCover > 0 || p.Refunded+p.Disputed > 0 {
		lines = append(lines, line{Name: l.Text("bill.paid"), Value: l.Amount(p.Total(), p.Currency), Total: true})
	}
	if p.Refunded > 0 {
		add("bill.refunded", l.Amount(-p.Refunded, p.Currency))
	}
	if p.Disputed > 0 {
		add("bill.disputed", l.Amount(-p.Disputed, p.Currency))
	}
	for _, r := range g.Rewards {
		add("bill.reward", rewardName(l, r))
	}
	if o := g.Donation.PollOption; o != nil {
		add("bill.vote", o.Name)
	}
	if t := g.Donation.Target; t != nil {
		add("bill.challenge", t.Name)
	}
	return lines
}

func rewardName(l *text.Locale, r app.ClaimedReward) string {
	if r.Quantity == 1 {
		return r.Name
	}
	return l.Text("reward.quantity", "Quantity", l.Number(strconv.FormatInt(r.Quantity, 10)), "Name", r.Name)
}

// unavailableText says of something that the donor chose why the donation came without it.
func unavailableText(l *text.Locale, o fund.UnavailableIncentive) string {
	return l.Text(map[string]text.ID{
		"poll_option": "gift.left_out.vote", "target": "gift.left_out.challenge", "reward": "gift.left_out.reward",
	}[o.Kind], "Name", o.Name)
}

// openPayment leads a donor on to the payment page, which is elsewhere.
func (s *Site) openPayment(key string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		secret(w.Header())
		to, err := s.app.OpenPayment(r.Context(), key)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusSeeOther)
	}
}
