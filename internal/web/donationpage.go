package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// showDonation is what a donor sees of a donation.
type donationPage struct {
	// State is that of the donation and of its payment, for the script that waits for another one.
	State   string
	Heading string
	Text    []string
	// Refresh is after how many seconds to look again, 0 for never, and Next where.
	Refresh int
	Next    string

	Name, Link, Cause string
	Lines             []line
	LeftOut           []string
	Receipt, Again    string
	// Play tells that no money moves.
	Play bool
}

// line is one line of a bill.
type line struct {
	Name, Value string
	Total       bool
}

const (
	// mostLooks is how often a page that waits looks again by itself.
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
		g, err := s.app.GetDonorView(r.Context(), key)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		page := s.showDonation(r, key, g)
		w.Header().Set("Almoner-Gift-State", page.State)
		w.Header().Set("Content-Security-Policy", contentPolicy("'none'", sources{scripts: "'self'", connections: "'self'"}))
		s.write(w, s.render(r, view{template: "gift.html", Title: page.Heading, Data: page}))
	}
}

func (s *Site) showDonation(r *http.Request, key string, g app.DonorView) donationPage {
	page := donationPage{
		State: string(g.Donation.State) + " " + string(g.Payment.Status),
		Name:  g.Fact.Name, Link: pathOf(g.Fact), Cause: g.Cause.Name, Lines: donationLines(localeOf(r), g),
		Play: g.Play(),
	}
	page.Heading, page.Text = s.wordsOf(g)
	for _, left := range g.Donation.LeftOut {
		page.LeftOut = append(page.LeftOut, leftOut(left))
	}
	switch {
	case g.Receipt != nil:
		page.Receipt = app.DonationPath + key + "/receipt"
	case g.Donation.State != fund.DonationPending:
		page.Again = donatePath(g.Fact)
	default:
		page.look(r, key, g)
	}
	return page
}

// look says when the page that waits is looked at again: soon at first, then less often.
func (p *donationPage) look(r *http.Request, key string, g app.DonorView) {
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
	p.Next = app.DonationPath + key + "?look=" + strconv.Itoa(looks+1)
}

// wordsOf says what became of a donation.
func (s *Site) wordsOf(g app.DonorView) (heading string, text []string) {
	switch g.Donation.State {
	case fund.DonationPending:
		return s.pendingWords(g)
	case fund.DonationFailed:
		return "Your gift did not go through", []string{cmp.Or(g.Payment.Reason, "The payment failed."), "Nothing was charged."}
	case fund.DonationCancelled:
		return "You did not pay", []string{cmp.Or(g.Payment.Reason, "The payment was called off."), "Nothing was charged."}
	case fund.DonationExpired:
		return "The time to pay is over", []string{cmp.Or(g.Payment.Reason, "The payment was not made in time."), "Nothing was charged."}
	case fund.DonationRefunded:
		return "Your gift was given back", []string{"All of it goes back to where you paid from. Banks take some days for that."}
	case fund.DonationPartiallyRefunded:
		return "Thank you!", []string{"A part of your gift was given back; the rest has arrived. Your receipt says so."}
	case fund.DonationDisputed:
		return "Your bank asks about this gift", []string{"The payment is disputed at your bank. Until that is decided, the money does not count for " + g.Fact.Name + "."}
	case fund.DonationLost:
		return "Your bank took this gift back", []string{"The payment was disputed, and your bank decided for you. The money is not with " + g.Cause.Name + "."}
	default:
		text := []string{"Your gift has arrived."}
		if g.Donation.Screening.Waits() {
			text = append(text, "Your words are shown as soon as somebody has looked at them.")
		}
		return "Thank you!", append(text, s.mailWords(g)...)
	}
}

// mailWords say where the receipt is. Mail is promised only where somebody sends it.
func (s *Site) mailWords(g app.DonorView) []string {
	switch {
	case g.Donation.Email == "":
		return []string{"Keep the address of this page: your receipt stays here."}
	case g.Receipt == nil:
		return nil
	}
	switch g.Receipt.Mail() {
	case fund.MailSent:
		return []string{"Your receipt was sent to " + g.Donation.Email + "."}
	case fund.MailWaiting:
		if !s.app.SendsMail() {
			return []string{cachedReceipt(g)}
		}
		return []string{"Your receipt is on its way to " + g.Donation.Email + "."}
	case fund.MailRefused:
		return []string{"Your receipt could not be sent to " + g.Donation.Email + ". Keep the address of this page: it stays here."}
	default:
		return nil
	}
}

// cachedReceipt is for donors with an e-mail address, on a server that sends no mail.
func cachedReceipt(g app.DonorView) string {
	return "Keep the address of this page: your receipt stays here. It is also sent to " + g.Donation.Email + " once this server sends mail, which it does not do now."
}

func (s *Site) pendingWords(g app.DonorView) (heading string, text []string) {
	later := "Keep the address of this page if you want to see later what became of it."
	switch {
	case g.Donation.Email != "" && s.app.SendsMail():
		later = "The receipt comes by e-mail, to " + g.Donation.Email + "."
	case g.Donation.Email != "":
		later = cachedReceipt(g)
	}
	if g.Payment.Status == fund.PaymentProcessing {
		return "Your money is on its way", []string{
			"The payment provider has taken your payment, and the money is not here yet. That can take moments or days.",
			"You may close this page. " + later,
		}
	}
	return "One moment, please", []string{
		"We wait for the payment provider to tell us of your payment. This page looks again by itself.",
		"If you have not paid yet, nothing was charged. " + later,
	}
}

// donationLines are what was asked for, and what went back of it.
func donationLines(n money.Locale, g app.DonorView) []line {
	p := g.Payment
	lines := []line{{Name: "Gift", Value: n.Amount(p.Donated, p.Currency)}}
	if p.FeeCover > 0 {
		lines = append(lines, line{Name: "Cover of the fee", Value: n.Amount(p.FeeCover, p.Currency)})
	}
	if p.FeeCover > 0 || p.Refunded+p.Disputed > 0 {
		lines = append(lines, line{Name: "Paid", Value: n.Amount(p.Total(), p.Currency), Total: true})
	}
	if p.Refunded > 0 {
		lines = append(lines, line{Name: "Given back", Value: n.Amount(-p.Refunded, p.Currency)})
	}
	if p.Disputed > 0 {
		lines = append(lines, line{Name: "Taken back by the bank", Value: n.Amount(-p.Disputed, p.Currency)})
	}
	for _, r := range g.Rewards {
		lines = append(lines, line{Name: "Reward", Value: rewardName(r)})
	}
	if o := g.Donation.PollOption; o != nil {
		lines = append(lines, line{Name: "Your vote", Value: o.Name})
	}
	if t := g.Donation.Target; t != nil {
		lines = append(lines, line{Name: "For the challenge", Value: t.Name})
	}
	return lines
}

func rewardName(r app.ClaimedReward) string {
	if r.Quantity == 1 {
		return r.Name
	}
	return strconv.FormatInt(r.Quantity, 10) + " × " + r.Name
}

// leftOut says of something that the donor chose why the donation came without it.
func leftOut(l fund.LeftOut) string {
	noun := map[string]string{"poll_option": "Your vote for", "target": "The challenge", "reward": "The reward"}[l.Kind]
	return strings.TrimSpace(noun + " “" + l.Name + "” " + l.Why + ". Your money counts all the same.")
}
