package web

import (
	"net/http"
	"strconv"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// giftsCookie names the session of a donor who followed a mailed link. It lives as long as the session does.
const giftsCookie = "almoner_donor"

// findPage asks for the address of a donor.
type findPage struct {
	Email   ui.Field
	Problem string
	// Closed is set on a server that sends no mail.
	Closed bool
}

// confirmPage asks whether something is to be done, or says that it was.
type confirmPage struct {
	Heading string
	Text    []string
	// Action is where the form is sent to; "" for none. Button is what its button says.
	Action, Button string
	// Back leads elsewhere.
	Back, BackText string
}

// minePage shows all gifts of a donor.
type minePage struct {
	Heading, With string
	Gifts         []mineGift
	// Statements are the yearly ones of the gifts that are shown.
	Statements   []statementLink
	Erase, Leave string
	// Older and Newest lead to other pages of gifts; "" for none.
	Older, Newest string
	None          bool
}

// mineGift is one of them.
type mineGift struct {
	Name, Cause, Amount, Date, State string
	// Link is the page of the gift, Receipt its receipt and ReceiptName what it is called; "" for none.
	Link, Receipt, ReceiptName string
	// Contact is where the consent to contact is withdrawn; "" for none.
	Contact string
	// Waiting says that it is erased later; "" else.
	Waiting string
}

// formPolicy is the content policy of pages with forms that are sent to this server only.
var formPolicy = ui.ContentPolicy("'self'", ui.Sources{})

// private says that a page is nobody else's business, and that its forms stay here.
func private(h http.Header) {
	secret(h)
	h.Set("Content-Security-Policy", formPolicy)
}

// posted reads the form of a page that is nobody else's business. It writes the answer to one that comes from elsewhere or cannot be read.
func (s *Site) posted(w http.ResponseWriter, r *http.Request) (postedForm, bool) {
	if err := s.origins.Check(r); err != nil {
		s.write(w, s.render(r, s.problem(text.Of(r), http.StatusForbidden)))
		return postedForm{}, false
	}
	form, err := readPostedForm(w, r)
	if err != nil {
		s.fail(w, r, err)
	}
	return form, err == nil
}

// findGifts asks for an address, and mails a link to it.
func (s *Site) findGifts(w http.ResponseWriter, r *http.Request) {
	private(w.Header())
	l := text.Of(r)
	if r.Method != http.MethodPost {
		s.showFind(w, r, http.StatusOK, "", "")
		return
	}
	form, ok := s.posted(w, r)
	if !ok {
		return
	}
	email := form.Get("email")
	err := s.app.AskDonations(r.Context(), app.LinkAsk{Email: email, Session: s.donorSession(w, r), Address: s.address(r), Language: l.Language()})
	switch {
	case fault.Is(err, fault.Invalid):
		s.showFind(w, r, http.StatusUnprocessableEntity, email, l.Text("find.error.email"))
	case fault.Is(err, fault.RateLimited):
		s.showFind(w, r, http.StatusTooManyRequests, email, l.Text("find.error.many", "Wait", l.Wait(fault.From(err).Wait())))
	case err != nil:
		s.fail(w, r, err)
	default:
		s.showConfirm(w, r, http.StatusOK, confirmPage{
			Heading: l.Text("find.sent"),
			Text:    []string{l.Text("find.sent.text", "Email", email, "Wait", l.Wait(fund.DonorLinkLife)), l.Text("find.sent.else")},
			Back:    giftsPath, BackText: l.Text("find.again"),
		})
	}
}

func (s *Site) showFind(w http.ResponseWriter, r *http.Request, status int, email, problem string) {
	l := text.Of(r)
	title := l.Text("find.title")
	if problem != "" {
		title = l.Text("find.error_title")
	}
	s.write(w, s.render(r, view{template: "find.html", status: status, Title: title, policy: formPolicy, Data: findPage{
		Email: ui.Field{
			Name: "email", Label: l.Text("find.email"), Hint: l.Text("find.email.hint"), Value: email, Type: "email", Autocomplete: "email", Problem: problem,
		},
		Problem: problem, Closed: !s.app.SendsMail(),
	}}))
}

func (s *Site) showConfirm(w http.ResponseWriter, r *http.Request, status int, page confirmPage) {
	s.write(w, s.render(r, view{template: "confirm.html", status: status, Title: page.Heading, policy: formPolicy, Data: page}))
}

// openGifts is where a mailed link leads. To open it changes nothing, because programs that look at mails open links; the button there uses it up.
func (s *Site) openGifts(key string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		private(w.Header())
		l := text.Of(r)
		if r.Method != http.MethodPost {
			if err := s.app.CheckDonorLink(r.Context(), key); err != nil {
				s.deadLink(w, r, err)
				return
			}
			s.showConfirm(w, r, http.StatusOK, confirmPage{
				Heading: l.Text("find.open"), Text: []string{l.Text("find.open.text"), l.Text("find.open.shared", "Wait", l.Wait(fund.DonorSessionLife))},
				Action: findPath + key, Button: l.Text("find.open.button"),
			})
			return
		}
		if _, ok := s.posted(w, r); !ok {
			return
		}
		session, err := s.app.UseDonorLink(r.Context(), key)
		if err != nil {
			s.deadLink(w, r, err)
			return
		}
		s.setGiftsCookie(w, session, int(fund.DonorSessionLife.Seconds()))
		s.write(w, rendered{status: http.StatusSeeOther, location: minePath})
	}
}

// deadLink says that a link does not work, and where to get another.
func (s *Site) deadLink(w http.ResponseWriter, r *http.Request, err error) {
	if !fault.Is(err, fault.NotFound) {
		s.fail(w, r, err)
		return
	}
	l := text.Of(r)
	s.showConfirm(w, r, http.StatusGone, confirmPage{
		Heading: l.Text("find.gone"), Text: []string{l.Text("find.gone.text", "Wait", l.Wait(fund.DonorLinkLife))}, Back: giftsPath, BackText: l.Text("find.again"),
	})
}

// setGiftsCookie names the session; a negative age ends that.
func (s *Site) setGiftsCookie(w http.ResponseWriter, session string, age int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is not set only where the server is reached over http, as in a demo
		Name: s.cookieName(giftsCookie), Value: session, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteStrictMode,
	})
}

func (s *Site) giftsSession(r *http.Request) string {
	cookie, err := r.Cookie(s.cookieName(giftsCookie))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// myGifts shows all gifts of a donor with a session; a form ends it.
func (s *Site) myGifts(w http.ResponseWriter, r *http.Request) {
	private(w.Header())
	if r.Method == http.MethodPost {
		if _, ok := s.posted(w, r); !ok {
			return
		}
		if err := s.app.EndDonorSession(r.Context(), s.giftsSession(r)); err != nil {
			s.fail(w, r, err)
			return
		}
		s.endGifts(w)
		return
	}
	before, err := pageBefore(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	home, err := s.app.GetDonorHome(r.Context(), s.giftsSession(r), before)
	if err != nil {
		s.noSession(w, r, err)
		return
	}
	page := mineOf(text.Of(r), home)
	if !before.IsZero() {
		page.Newest = minePath
	}
	s.write(w, s.render(r, view{template: "mine.html", Title: text.Of(r).Text("mine.title"), policy: formPolicy, Data: page}))
}

// beforeParameter names the gift after which a page of gifts goes on.
const beforeParameter = "before"

// pageBefore is where the page that is asked for begins; the zero id for at the newest.
func pageBefore(r *http.Request) (fund.ID, error) {
	asked := r.URL.Query().Get(beforeParameter)
	if asked == "" {
		return fund.ID{}, nil
	}
	id, err := fund.ParseID(asked)
	if err != nil {
		return id, fault.New(fault.NotFound, "There is no such page.")
	}
	return id, nil
}

// noSession leads who has no session to the page that asks for one.
func (s *Site) noSession(w http.ResponseWriter, r *http.Request, err error) {
	if !fault.Is(err, fault.Unauthenticated) {
		s.fail(w, r, err)
		return
	}
	s.endGifts(w)
}

func (s *Site) endGifts(w http.ResponseWriter) {
	s.setGiftsCookie(w, "", -1)
	s.write(w, rendered{status: http.StatusSeeOther, location: giftsPath})
}

func mineOf(l *text.Locale, home app.DonorHome) minePage {
	page := minePage{
		Heading: l.Text("mine.title"), With: l.Text("mine.with", "Email", home.Email), Erase: erasePath, Leave: minePath, None: len(home.Donations) == 0,
	}
	if !home.Older.IsZero() {
		page.Older = minePath + "?" + beforeParameter + "=" + home.Older.String()
	}
	for _, one := range home.Donations {
		d := one.Donation
		gift := mineGift{
			Name: d.Fact.Name, Cause: one.Cause.Name, Amount: l.Amount(d.Amount, d.Currency), Date: l.Day(d.CreatedAt.In(fund.Zone(one.Cause.TimeZone))), State: l.Text(stateTexts[d.State]),
		}
		if one.Key != "" {
			gift.Link = donationPath + one.Key
		}
		if one.Receipt != nil && one.Cause.Approval == fund.Approved {
			gift.Receipt, gift.ReceiptName = donationPath+one.Key+receiptPath, l.Text("receipt.title", "Number", l.Count(one.Receipt.Number))
		}
		if one.ContactKey != "" {
			gift.Contact = contactPath + one.ContactKey
		}
		if one.AskedErasure {
			gift.Waiting = l.Text(waitingTexts[one.ErasureHold], "Cause", one.Cause.Name, "Wait", caseHold(l))
		}
		page.Gifts = append(page.Gifts, gift)
	}
	for _, one := range home.Statements {
		name := l.Text("statement.title", "Cause", one.Cause.Name, "Year", strconv.Itoa(one.Year))
		page.Statements = append(page.Statements, statementLink{name, statementAt(one.Cause.ID, one.Year)})
	}
	return page
}

// stateTexts say where the money of a gift is.
var stateTexts = map[fund.DonationState]text.ID{
	fund.DonationPending: "mine.state.pending", fund.DonationCompleted: "mine.state.completed", fund.DonationRefunded: "mine.state.refunded",
	fund.DonationPartiallyRefunded: "mine.state.partially_refunded", fund.DonationDisputed: "mine.state.disputed", fund.DonationLost: "mine.state.lost",
	fund.DonationFailed: "mine.state.unpaid", fund.DonationCancelled: "mine.state.unpaid", fund.DonationExpired: "mine.state.unpaid",
}

// waitingTexts say when what is to be erased is erased, by what holds it.
var waitingTexts = map[fund.ErasureHold]text.ID{"": "mine.waiting", fund.HeldByDispute: "mine.waiting.dispute", fund.HeldByCase: "mine.waiting.case"}

// caseHold is how long a case can put off an erasure.
func caseHold(l *text.Locale) string { return daysOf(l, fund.CaseHold) }

// eraseGifts says what an erasure takes away and what stays, and does it when the donor confirms.
func (s *Site) eraseGifts(w http.ResponseWriter, r *http.Request) {
	private(w.Header())
	l := text.Of(r)
	if r.Method != http.MethodPost {
		if err := s.app.CheckDonorSession(r.Context(), s.giftsSession(r)); err != nil {
			s.noSession(w, r, err)
			return
		}
		s.showConfirm(w, r, http.StatusOK, confirmPage{
			Heading: l.Text("erase.title"),
			Text: []string{
				l.Text("erase.what"), l.Text("erase.stays"), l.Text("erase.lost"), l.Text("erase.dispute"), l.Text("erase.case", "Wait", caseHold(l)), l.Text("erase.final"),
			},
			Action: erasePath, Button: l.Text("erase.button"), Back: minePath, BackText: l.Text("erase.back"),
		})
		return
	}
	if _, ok := s.posted(w, r); !ok {
		return
	}
	done, err := s.app.EraseOwn(r.Context(), s.giftsSession(r))
	if err != nil {
		s.noSession(w, r, err)
		return
	}
	s.setGiftsCookie(w, "", -1)
	page := confirmPage{Heading: l.Text("erase.done"), Text: []string{l.Text("erase.done.text")}, Back: "/", BackText: l.Text("problem.home")}
	if done.Waiting[fund.HeldByDispute] > 0 {
		page.Text = append(page.Text, l.Text("erase.done.dispute"))
	}
	if done.Waiting[fund.HeldByCase] > 0 {
		page.Text = append(page.Text, l.Text("erase.done.case", "Wait", caseHold(l)))
	}
	s.showConfirm(w, r, http.StatusOK, page)
}

// contact withdraws the consent to be contacted by a cause. Mail programs send its form on their own when a donor unsubscribes (RFC 8058), with no page and
// no cookie; to open the link changes nothing.
func (s *Site) contact(key string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		private(w.Header())
		l := text.Of(r)
		if r.Method == http.MethodPost {
			if err := s.origins.Check(r); err != nil {
				s.write(w, s.render(r, s.problem(l, http.StatusForbidden)))
				return
			}
			if err := s.app.WithdrawContact(r.Context(), key); err != nil {
				s.fail(w, r, err)
				return
			}
		}
		c, err := s.app.GetContactConsent(r.Context(), key)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		page := confirmPage{Heading: l.Text("contact.done", "Cause", c.Cause), Text: []string{l.Text("contact.done.text")}, Back: "/", BackText: l.Text("problem.home")}
		if c.Holds() {
			page = confirmPage{
				Heading: l.Text("contact.title", "Cause", c.Cause), Text: []string{l.Text("contact.text", "Date", l.Day(c.GivenAt.In(fund.Zone(c.TimeZone)))), c.Wording},
				Action: contactPath + key, Button: l.Text("contact.button"),
			}
		}
		s.showConfirm(w, r, http.StatusOK, page)
	}
}
