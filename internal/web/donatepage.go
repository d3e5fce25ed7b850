package web

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/receipt"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// donatePage is what the donate page of a fact shows: its form, as far as that was filled in, or why it has none.
type donatePage struct {
	ui.Card
	texts *text.Locale
	// Closed is why nothing can be given now; "" when something can.
	Closed string
	// Problem is what is wrong with everything, Errors what is wrong with the fields, by their places.
	Problem string
	Errors  []formErrors

	Action                string
	Form, Relay, Currency string
	// WithoutRelay is set for donors who rather give without the link that they came by than not at all.
	WithoutRelay   bool
	RelayProblem   string
	Presets        []preset
	Other          ui.Choice
	Amount         ui.Field
	Rewards        []wanted
	RewardsProblem string
	// SeenBy is who sees what rewards ask for, besides the cause; "" for nobody.
	SeenBy string
	Ships  string
	// Script is that of the address; "" where there is none, and on the first visit.
	Script      string
	Address     []ui.Field
	Polls       []ballot
	NoVote      ui.Choice
	PollProblem string
	Goals       []ui.Choice
	NoGoal      ui.Choice
	GoalProblem string
	// Typed are what donors say of themselves; each is named like its field of the domain.
	Typed     []ui.Field
	Anonymous bool
	// Contact is the name of the cause that may contact the donor, Contacts whether that is ticked.
	Contact  string
	Contacts bool
	Cover    *cover
	Captcha  *ui.Captcha
	// Receipt is the offer of a tax receipt; nil where there is nothing to ask for one.
	Receipt *taxReceipt
	// Receiver is who gets the money, Statement what it tells its donors, FeeRule what the provider keeps of it; "" for nothing known. TaxReceipt is
	// what its tax receipts are called; "" where it gives none.
	Receiver                       fund.Receiver
	Statement, FeeRule, TaxReceipt string
	// Delayed reports whether some ways to pay take days.
	Delayed bool
	// Via and ReturnTo are those of the link that led here, as far as they are allowed.
	Via, ReturnTo string

	theme *ui.Theme
}

// ReturnSite is the name of the site that the donor may go back to after paying; "" for none.
func (p *donatePage) ReturnSite() string { return fund.ReturnSite(p.ReturnTo) }

// maxPicked is how many choices of a folded part its summary can name without a script: the style sheet has a rule for each.
const maxPicked = 24

// picked is a choice that the summary of a folded part names while it is made. Nth is its place in the part, Now whether it was made when the
// page was rendered.
type picked struct {
	Nth  int
	Name string
	Now  bool
}

// summary is what a folded part says of itself: what was chosen in it, or else Hint.
type summary struct {
	Picked []picked
	Hint   string
}

// nth is the class of a choice, by which the style sheet finds its name in the summary; "" for one beyond maxPicked.
func nth(i int) string {
	if i >= maxPicked {
		return ""
	}
	return "nth-" + strconv.Itoa(i)
}

// PollSummary is what the folded polls say.
func (p *donatePage) PollSummary() summary {
	made := summary{Hint: p.texts.Text("donate.vote.hint")}
	for _, poll := range p.Polls {
		made.addChoices(poll.Options)
	}
	return made
}

// GoalSummary is what the folded challenges say.
func (p *donatePage) GoalSummary() summary {
	made := summary{Hint: p.texts.Text("donate.challenge.hint")}
	made.addChoices(p.Goals)
	return made
}

func (s *summary) addChoices(choices []ui.Choice) {
	for _, c := range choices {
		s.Picked = append(s.Picked, picked{len(s.Picked), c.Text, c.Checked})
	}
}

// RewardSummary is what the folded rewards say.
func (p *donatePage) RewardSummary() summary {
	made := summary{Hint: p.texts.Text("donate.rewards.hint")}
	for _, r := range p.Rewards {
		made.Picked = append(made.Picked, picked{len(made.Picked), r.Name, r.Quantity.Value != "" && r.Quantity.Value != "0"})
	}
	return made
}

// RewardsOpen reports whether something about the rewards has to be mended, which a folded part would hide.
func (p *donatePage) RewardsOpen() bool {
	return p.RewardsProblem != "" || slices.ContainsFunc(p.Rewards, func(r wanted) bool {
		return r.Quantity.Problem != "" || r.Answer != nil && (r.Answer.Problem != "" || r.Answer.Value != "")
	})
}

// formErrors is one thing that is wrong, with the place on the page where it is mended.
type formErrors struct{ Place, Text string }

// preset is an amount to choose: its Text is as short as possible, and Amount has both digits, as everywhere else. Cover is what its fee adds, and All
// what both are together; Fee is what is kept of the amount alone, and Arrives what is left of it. Each of these is "" where there is no fee.
type preset struct {
	ui.Choice
	Index        int
	Amount       string
	Cover, All   string
	Fee, Arrives string
}

// ballot is a poll that can be voted in.
type ballot struct {
	Name    string
	Options []ui.Choice
}

// wanted is a reward that can be asked for.
type wanted struct {
	Name, Description, Price string
	// Left says how many are left; "" where there is no limit.
	Left           string
	SoldOut, Ships bool
	ShippingNote   string
	Quantity       ui.Field
	Answer         *ui.Field
	// Class is by which the style sheet finds its name in the summary.
	Class string
}

// cover is the offer to add the fee to the donation.
type cover struct {
	Rule    string
	Checked bool
	// Own is what it adds to the amount that was typed; "" while that is not known. OwnKept says what is kept of that amount alone.
	Own, OwnKept string
}

// donatePage builds the page over what was typed so far.
func (s *Site) donatePage(ctx context.Context, w donateForm) (*donatePage, error) {
	now := s.app.Now()
	page := &donatePage{
		Card: s.cardOf(w.locale, w.fact.Fact), texts: w.locale, Closed: closed(w, now), Action: donatePath(w.fact.Fact),
		Currency: w.fact.Currency, Relay: w.Get(fieldRelay), WithoutRelay: w.Has(fieldNoRelay), Anonymous: w.Has(fieldAnonymous),
		Contact: w.fact.Cause.Name, Contacts: w.Has(fieldContact),
		theme: themeOf(w.fact.Fact),
	}
	if page.Closed != "" {
		return page, nil
	}
	page.amounts(w)
	page.donor(w, s.emailHint(ctx), s.commentHint(w.locale))
	page.Address = w.addressFields()
	page.Cover, page.Captcha, page.Receiver = coverOf(w), ui.CaptchaOf(s.app.CaptchaWidget()), w.fact.Receiver
	page.Receiver.LegalName = cmp.Or(page.Receiver.LegalName, w.fact.Cause.Name)
	page.Receiver.Country = w.locale.Country(page.Receiver.Country)
	page.Statement, page.Delayed, page.FeeRule, page.TaxReceipt = w.fact.Settings.Statement, w.fact.Delayed, feeRule(w), w.fact.TaxReceipt()
	page.Receipt = taxReceiptOf(w)
	page.Via, page.ReturnTo = fund.CleanVia(w.Get(fieldVia)), w.fact.ReturnAddress(w.Get(fieldReturnTo))
	for _, add := range []func(context.Context, app.Seen, donateForm, *donatePage) error{s.addWanted, s.addBallots, s.addGoals} {
		if err := add(ctx, w.fact.Seen, w, page); err != nil {
			return nil, err
		}
	}
	var err error
	page.Form, err = s.app.NewForm(ctx)
	return page, err
}

func (p *donatePage) amounts(w donateForm) {
	chosen := w.Get(fieldPreset)
	digits, err := money.Digits(w.fact.Currency)
	if err != nil {
		digits = 2
	}
	for i, amount := range w.fact.Settings.Presets {
		value := money.Fixed(amount, digits)
		if amount < w.fact.Settings.Minimum || amount > w.fact.Settings.Maximum {
			continue
		}
		one := preset{Index: i, Amount: w.locale.Amount(amount, w.fact.Currency), Choice: ui.Choice{
			ID: "preset-" + strconv.Itoa(i), Name: fieldPreset, Value: value, Text: w.locale.ShortAmount(amount, w.fact.Currency), Checked: chosen == value,
		}}
		if added := w.fact.Fee.Cover(amount, w.fact.Currency); added > 0 {
			kept := w.fact.Fee.Of(amount, w.fact.Currency)
			one.Cover, one.All = w.locale.Amount(added, w.fact.Currency), w.locale.Amount(amount+added, w.fact.Currency)
			one.Fee, one.Arrives = w.locale.Amount(kept, w.fact.Currency), w.locale.Amount(amount-kept, w.fact.Currency)
		}
		p.Presets = append(p.Presets, one)
	}
	p.Other = ui.Choice{ID: "preset-other", Name: fieldPreset, Value: otherAmount, Text: w.locale.Text("donate.amount.other"), Checked: chosen == otherAmount || chosen == "" && w.Has(fieldAmount)}
	p.Amount = ui.Field{
		Name: fieldAmount, Label: w.locale.Text("donate.amount.label", "Currency", w.fact.Currency), Value: w.Get(fieldAmount), Type: "text", Mode: "decimal", Autocomplete: "off",
		Hint: w.locale.Text("donate.amount.hint", "Minimum", w.locale.Amount(w.fact.Settings.Minimum, w.fact.Currency),
			"Maximum", w.locale.Amount(w.fact.Settings.Maximum, w.fact.Currency)),
	}
	if digits == 0 {
		p.Amount.Mode = "numeric"
	}
}

// commentHint says how long a comment may be, and which service gets it where one reads donations aloud.
func (s *Site) commentHint(l *text.Locale) string {
	most := l.Number(strconv.Itoa(fund.MaxComment))
	if s.brand.Speaker != "" {
		return l.Text("donate.comment.hint_service", "Host", s.brand.Speaker, "Max", most)
	}
	return l.Text("donate.comment.hint", "Max", most)
}

// emailHint says what the address of a donor is for.
func (s *Site) emailHint(ctx context.Context) text.ID {
	if s.app.SendsMail() && s.app.MailsAnyDonor(ctx) {
		return "donate.email.hint"
	}
	return "donate.email.hint_page"
}

func (p *donatePage) donor(w donateForm, emailHint text.ID, commentHint string) {
	t := w.locale.Text
	p.Typed = []ui.Field{
		{Name: fieldName, Label: t("donate.name"), Type: "text", Autocomplete: "name", Hint: t("donate.name.hint")},
		{Name: fieldEmail, Label: t("donate.email"), Type: "email", Mode: "email", Autocomplete: "email", Hint: t(emailHint)},
		{Name: fieldComment, Label: t("donate.comment"), Rows: 2, Hint: commentHint},
	}
	for i := range p.Typed {
		p.Typed[i].Value, p.Typed[i].Optional = w.Get(p.Typed[i].Name), true
	}
}

// taxReceipt is the offer of a tax receipt, and what was typed for one.
type taxReceipt struct {
	Checked bool
	Asks    []asked
}

// asked is a question for a tax receipt.
type asked struct {
	ui.Field
	// Confirm is set for a box to tick, whose answer is Checked.
	Confirm, Checked bool
	// name and problem are those of the question.
	name, problem string
	most          int
}

// taxReceiptOf is the offer of a tax receipt; nil where the cause gives none, or needs to know nothing for it.
func taxReceiptOf(w donateForm) *taxReceipt {
	if len(w.fact.Profile.Asks) == 0 {
		return nil
	}
	made, language := &taxReceipt{Checked: w.Has(fieldTaxReceipt)}, w.locale.Language()
	for _, q := range w.fact.Profile.Asks {
		one := asked{Confirm: q.Kind == receipt.KindConfirm, name: q.Name, problem: q.Problem(language), most: q.Most}
		one.Field = ui.Field{
			Name: fieldReceipt + q.Name, Label: q.Label(language), Hint: q.Hint(language), Type: "text", Autocomplete: cmp.Or(q.Autocomplete, "off"),
			Value: w.Get(fieldReceipt + q.Name), Optional: !q.Required,
		}
		one.Checked = one.Confirm && one.Value != ""
		made.Asks = append(made.Asks, one)
	}
	return made
}

// feeRule is what the provider keeps of each payment, such as "2.9% and $0.30"; "" where that is not known.
func feeRule(w donateForm) string {
	fee, currency := w.fact.Fee, w.fact.Currency
	if fee.Cover(w.fact.Settings.Maximum, currency) == 0 {
		return ""
	}
	share, fixed := w.locale.Percent(fee.Share), w.locale.Amount(fee.Fixed[currency], currency)
	switch {
	case fee.Share == 0:
		return fixed
	case fee.Fixed[currency] > 0:
		return w.locale.Text("donate.fee.share_and_fixed", "Share", share, "Fixed", fixed)
	default:
		return share
	}
}

// coverOf is the offer to add the fee; nil where none is known.
func coverOf(w donateForm) *cover {
	fee, currency := w.fact.Fee, w.fact.Currency
	made := &cover{Rule: feeRule(w), Checked: w.Has(fieldCover)}
	if made.Rule == "" {
		return nil
	}
	if amount := w.minor(); amount > 0 && amount <= w.fact.Settings.Maximum && w.ownAmount() {
		kept := fee.Of(amount, currency)
		made.Own = w.locale.Amount(fee.Cover(amount, currency), currency)
		made.OwnKept = w.locale.Text("donate.fee.kept", "Fee", w.locale.Amount(kept, currency), "Amount", w.locale.Amount(amount, currency),
			"Arrives", w.locale.Amount(amount-kept, currency))
	}
	return made
}

// addWanted adds the rewards that can be asked for, and those that were.
func (s *Site) addWanted(ctx context.Context, seen app.Seen, w donateForm, page *donatePage) error {
	rewards, err := s.app.Rewards(ctx, seen, everything)
	slices.SortStableFunc(rewards, func(a, b fund.Reward) int { return fund.ComparePositions(a.Position, b.Position) })
	now := s.app.Now()
	var ships []string
	for _, r := range rewards {
		if !r.Active(now) {
			continue
		}
		left, name := r.Remaining(), numbered(fieldReward, r.LegacyID)
		one := wanted{
			Name: r.Name, Description: r.Description, Price: w.locale.Amount(r.Amount, r.Currency), Left: w.locale.Left(left),
			SoldOut: left != nil && *left == 0 && !w.Has(name), Ships: r.ShippingAddressRequired, ShippingNote: r.ShippingNote,
			Class:    nth(len(page.Rewards)),
			Quantity: ui.Field{Name: name, Label: w.locale.Text("donate.rewards.quantity"), Value: w.Get(name), Type: "text", Mode: "numeric", Autocomplete: "off", Placeholder: "0"},
		}
		if r.CustomQuestion != "" {
			name := numbered(fieldAnswer, r.LegacyID)
			one.Answer = &ui.Field{Name: name, Label: r.CustomQuestion, Value: w.Get(name), Type: "text", Autocomplete: "off"}
		}
		if w.fact.StreamersShip && (one.Ships || one.Answer != nil) {
			page.SeenBy = page.Owner
		}
		if one.Ships && !one.SoldOut {
			ships = append(ships, r.Name)
		}
		page.Rewards = append(page.Rewards, one)
	}
	page.Ships = strings.Join(ships, ", ")
	// The first visit is one request. Whoever has typed something of an address gets the script with the page that follows.
	if page.Ships != "" && w.Has(fieldAddress+"country") {
		page.Script = ui.Country.Path()
	}
	return err
}

// addBallots adds the polls that are open.
func (s *Site) addBallots(ctx context.Context, seen app.Seen, w donateForm, page *donatePage) error {
	polls, err := s.app.Polls(ctx, seen, everything)
	slices.SortStableFunc(polls, func(a, b fund.Poll) int { return fund.ComparePositions(a.Position, b.Position) })
	now, options := s.app.Now(), 0
	for _, p := range polls {
		if !p.Active(now) {
			continue
		}
		one := ballot{Name: p.Name}
		for _, o := range p.Ordered() {
			choice := w.choice(fieldOption, o.LegacyID, o.Name, w.locale.Text("donate.vote.so_far", "Raised", w.locale.Amount(o.Raised, w.fact.Currency)))
			choice.Class = nth(options)
			one.Options, options = append(one.Options, choice), options+1
		}
		page.Polls = append(page.Polls, one)
	}
	page.NoVote = ui.Choice{ID: fieldOption, Name: fieldOption, Text: w.locale.Text("donate.vote.none"), Checked: !w.Has(fieldOption)}
	return err
}

// addGoals adds the targets that can be given to.
func (s *Site) addGoals(ctx context.Context, seen app.Seen, w donateForm, page *donatePage) error {
	targets, err := s.app.Targets(ctx, seen, everything)
	slices.SortStableFunc(targets, func(a, b fund.Target) int { return fund.ComparePositions(a.Position, b.Position) })
	now := s.app.Now()
	for _, t := range targets {
		if t.Active(now) {
			so := w.locale.Text("site.of", "Raised", w.locale.Amount(t.Raised, w.fact.Currency), "Goal", w.locale.Amount(t.Amount, w.fact.Currency))
			choice := w.choice(fieldTarget, t.LegacyID, t.Name, so)
			choice.Class = nth(len(page.Goals))
			page.Goals = append(page.Goals, choice)
		}
	}
	page.NoGoal = ui.Choice{ID: fieldTarget, Name: fieldTarget, Text: w.locale.Text("donate.challenge.none"), Checked: !w.Has(fieldTarget)}
	return err
}

func (w donateForm) choice(field string, number int64, text, note string) ui.Choice {
	value := strconv.FormatInt(number, 10)
	return ui.Choice{ID: field + "-" + value, Name: field, Value: value, Text: text, Note: note, Checked: w.Get(field) == value}
}
