package leaks_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testworld"
)

func (w *world) seldom(times int) bool { return w.random.IntN(times) == 0 }

func one[T any](w *world, some []T) T { return some[w.random.IntN(len(some))] }

// person is somebody who donates, now and then again.
type person struct{ name, mail *secret }

// typed is what a donor types, and the secrets in it, which get the donation's id when it is known.
type typed struct {
	fund.DonationInput
	secrets []*secret
}

func (ty typed) belongTo(w *world, id fund.ID) {
	w.given = append(w.given, id)
	for _, s := range ty.secrets {
		s.donations = append(s.donations, id)
	}
}

// donor draws what somebody types for a fact.
func (w *world) donor(fact fund.ID, known *[]person) typed {
	p := person{w.secrets.make(kindName), w.secrets.make(kindMail)}
	if len(*known) > 0 && w.seldom(4) {
		p = one(w, *known)
	}
	*known = append(*known, p)
	ty := typed{DonationInput: fund.DonationInput{
		Fact: fund.Key{ID: fact}, Amount: strconv.Itoa(2 + w.random.IntN(30)), Name: "Ada " + p.name.text, Anonymous: w.seldom(3),
	}, secrets: []*secret{p.name}}
	if !w.seldom(4) {
		ty.Email = p.mail.text + "@example.org"
		ty.secrets = append(ty.secrets, p.mail)
	}
	if !w.seldom(4) {
		comment := w.secrets.make(kindComment)
		ty.Comment = "Go " + comment.text
		if w.seldom(4) {
			ty.Comment += " GR\u00adonk"
		}
		ty.secrets = append(ty.secrets, comment)
	}
	if w.seldom(8) {
		ty.Name += " gr0nk gronk"
	}
	return ty
}

// claim adds a reward with an answer and an address.
func (w *world) claim(ty *typed) {
	reward, offered := w.rewards[ty.Fact.ID]
	if !offered {
		return
	}
	line := func() string {
		s := w.secrets.make(kindClaim)
		ty.secrets = append(ty.secrets, s)
		return s.text
	}
	phone := w.secrets.phone(kindClaim)
	ty.secrets = append(ty.secrets, phone)
	ty.Claims = []fund.ClaimInput{{Reward: fund.Key{ID: reward.ID}, Quantity: 1, Answer: line(), Address: fund.ShippingAddress{
		Recipient: line(), Phone: phone.text,
		Address: fund.Address{Line1: line(), Line2: line(), City: line(), Region: line(), PostalCode: "98101", Country: "US"},
	}}}
}

// give is a donation to a fact in one of all ways.
func (w *world) give(t *testing.T, fact fund.ID, known *[]person) {
	t.Helper()
	ctx, ty := t.Context(), w.donor(fact, known)
	recorded := func() {
		s := w.secrets.make(kindReference)
		ty.Reference = s.text
		ty.secrets = append(ty.secrets, s)
	}
	switch w.random.IntN(6) {
	case 0: // recorded by hand
		recorded()
		f := must.Get(w.GetFact(ctx, app.System(), app.FactKey{Key: fund.Key{ID: fact}, Kinds: app.AllKinds()}))(t)
		d := must.Get(w.RecordOffline(ctx, app.System(), testworld.ByID(f), ty.DonationInput))(t)
		ty.belongTo(w, d.ID)
	case 1: // imported
		recorded()
		must.Do(t, w.Import(ctx, app.System(), []app.PastDonation{{DonationInput: ty.DonationInput, CompletedAt: w.Now().Add(-time.Minute)}}))
		f := must.Get(w.GetFact(ctx, app.System(), app.FactKey{Key: fund.Key{ID: fact}, Kinds: app.AllKinds()}))(t)
		ty.belongTo(w, must.Get(w.Store.DonationOfReference(ctx, f.Cause.ID, ty.Reference))(t))
	case 2: // by a program, without a payment
		d := must.Get(w.App.Donate(ctx, app.System(), ty.DonationInput))(t)
		ty.belongTo(w, d.ID)
	default:
		w.claim(&ty)
		w.pay(t, ty)
	}
}

// taxReceipt asks for a tax receipt with a name of its own, as donors to the first cause can.
func (w *world) taxReceipt(ty *typed, f fund.Fact) fund.ReceiptInput {
	if f.Cause.ID != w.cause || w.seldom(2) {
		return nil
	}
	s := w.secrets.make(kindReceipt)
	ty.secrets = append(ty.secrets, s)
	return fund.ReceiptInput{"name": s.text}
}

// cards are those of the sandbox: good, declined, slow, refunded, disputed and won, disputed and lost.
var cards = []string{
	"4242424242424242", "4242424242424242", "4242424242424242", "4000000000000002", "4000000000000077", "4000000000005126", "4000000000000259",
	"4000000000001976", "",
}

// pay begins a payment, and pays with one of the cards; "" for not yet.
func (w *world) pay(t *testing.T, ty typed) {
	t.Helper()
	ctx := t.Context()
	f := must.Get(w.GetFact(ctx, app.System(), app.FactKey{Key: fund.Key{ID: ty.Fact.ID}, Kinds: app.AllKinds()}))(t)
	begun, err := w.BeginDonation(ctx, app.Actor{}, testworld.ByID(f), fund.CheckoutInput{DonationInput: ty.DonationInput, CoverFee: w.seldom(3), Receipt: w.taxReceipt(&ty, f)})
	must.Do(t, err)
	ty.belongTo(w, begun.Donation)
	if card := one(w, cards); card != "" {
		testworld.Pay(ctx, w.bank, begun.URL, card)
	}
}

// visitor is a donor who types into the node's own page, so that it is in the log what the node writes there.
func (w *world) visitor(t *testing.T, name string) {
	t.Helper()
	ty := w.donor(w.id(t, "campaign_id"), &[]person{})
	w.claim(&ty)
	reward := w.rewards[ty.Fact.ID].LegacyID
	fields := url.Values{"amount": {ty.Amount}, "name": {ty.Name}, "email": {ty.Email}, "comment": {ty.Comment}}
	if ty.Anonymous {
		fields.Set("anonymous", "on")
	}
	if len(ty.Claims) > 0 {
		c, n := ty.Claims[0], strconv.FormatInt(reward, 10)
		fields.Set("reward."+n, "1")
		fields.Set("answer."+n, c.Answer)
		for line, value := range map[string]string{
			"recipient": c.Address.Recipient, "line1": c.Address.Line1, "line2": c.Address.Line2, "city": c.Address.City,
			"region": c.Address.Region, "postal_code": c.Address.PostalCode, "country": "US", "contact": c.Address.Phone,
		} {
			fields.Set("address."+line, value)
		}
	}
	by := testcallers.Browser{Secrets: map[string]string{}}
	paid := w.Donate(t, &by, testcallers.CampaignPage, fields)
	back := w.Leads(t, by, http.MethodPost, paid, url.Values{"card": {"4242424242424242"}, "code": {"000"}})
	page := w.Leads(t, by, http.MethodGet, back, nil)
	w.VisitAt(t, by, http.MethodGet, page, nil)
	id := must.Get(w.OpenDonationKey(t.Context(), strings.TrimPrefix(page, "/gifts/")))(t)
	ty.belongTo(w, id)
	for _, below := range []string{"", "/pay", "/receipt", "/receipt.pdf", "/spelling"} {
		by.Secrets["/gifts/{key}"+below] = page + below
	}
	by.Secrets["/gifts/{key}/receipt/{number}"] = page + "/receipt/1"
	by.Secrets["/gifts/paid/{key}"] = back
	w.Browsers[name], w.Callers[name] = by, ""
	w.others[name] = caller{donations: []fund.ID{id}}
}

// handle does something with a donation: screens it, refunds it, fulfills it, or lets time pass.
func (w *world) handle(t *testing.T) {
	t.Helper()
	ctx, id := t.Context(), one(w, w.given)
	var err error
	switch w.random.IntN(8) {
	case 0, 1, 2, 3:
		_, err = w.ScreenDonation(ctx, app.System(), fund.Key{ID: id}, one(w, []fund.Screening{
			fund.ScreeningShown, fund.ScreeningCommentHeld, fund.ScreeningHeld, fund.ScreeningHidden,
		}))
	case 4:
		_, err = w.RefundDonation(ctx, app.System(), fund.Key{ID: id}, one(w, []string{"", "1"}))
	case 5:
		_, err = w.ConcedeDispute(ctx, app.System(), fund.Key{ID: id})
	default:
		w.Settle(ctx, w.bank)
	}
	if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) {
		t.Fatalf("donation %s: %v", id, err)
	}
}

// history makes donations, and what becomes of them.
func (w *world) history(t *testing.T, donations int) {
	t.Helper()
	var known []person
	pledges := w.pledge(t)
	for range donations {
		w.give(t, one(w, w.open), &known)
		w.handle(t)
	}
	w.endMatches(t, pledges)
	w.visitor(t, "paid_donor")
	w.visitor(t, "guest")
	w.rename(t)
	w.logins(t)
	w.find(t, known)
	w.alarms(t)
	for range 4 {
		w.Settle(t.Context(), w.bank)
		w.DoDue(t.Context(), fund.WorkMail)
	}
	w.matched(t, pledges)
	w.mailed(t)
}

// alarms begin one alarm, and end another one, that was last seen an hour ago.
func (w *world) alarms(t *testing.T) {
	t.Helper()
	past := w.Now().Add(-time.Hour)
	old := fund.Alarm{ID: fund.SettingID("old alarm"), Check: "disk", Node: "a", Text: "Nearly full.", BeganAt: past, SeenAt: past}
	must.Do(t, w.Store.Write(t.Context(), old.ID, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.BeginAlarm(ctx, old)
		return err
	}))
	must.Do(t, w.RaiseAlarms(t.Context(), app.System(), "a", []app.Sighting{{Check: "clock", Text: "It is wrong.", Again: true}}))
}

// pledge is a donation match, with the name of its matcher.
type pledge struct {
	match fund.ID
	name  *secret
}

// pledge makes donation matches; the name of each matcher is a text of the fact while the matcher has donated nothing.
func (w *world) pledge(t *testing.T) (made []pledge) {
	t.Helper()
	for _, id := range w.open[1:5] {
		f := must.Get(w.GetFact(t.Context(), app.System(), app.FactKey{Key: fund.Key{ID: id}, Kinds: app.AllKinds()}))(t)
		name := w.secrets.make(kindText)
		name.fact = f.ID
		match := must.Get(w.CreateMatch(t.Context(), app.System(), testworld.ByID(f), fund.MatchPatch{
			MatchedBy: fund.Some("Grace " + name.text), Pledged: fund.Some("30"), EndsAt: fund.Some(w.Now().Add(240 * time.Hour)),
		}))(t)
		made = append(made, pledge{match.ID, name})
	}
	return made
}

// endMatches ends most donation matches; some are used up before.
func (w *world) endMatches(t *testing.T, made []pledge) {
	t.Helper()
	for _, one := range made {
		if w.seldom(5) {
			continue
		}
		if _, err := w.EndMatch(t.Context(), app.System(), fund.Key{ID: one.match}); err != nil && !fault.Is(err, fault.Conflict) {
			t.Fatal(err)
		}
	}
}

// matched finds the donations of matchers: the name is that of the donation then.
func (w *world) matched(t *testing.T, made []pledge) {
	t.Helper()
	for _, one := range made {
		id := fund.MatchDonationID(one.match)
		if _, err := w.Store.GetDonation(t.Context(), fund.Key{ID: id}); err == nil {
			one.name.kind = kindName
			typed{secrets: []*secret{one.name}}.belongTo(w, id)
		}
	}
}

// rename gives facts other names and slugs, and unpublishes one that has donations.
func (w *world) rename(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	for i := range 2 {
		must.Get(w.UpdateCampaign(ctx, testworld.As(w.Users["owner"]), app.FactKey{Key: fund.Key{ID: w.id(t, "campaign_id")}, Kinds: []fund.Kind{fund.KindCampaign}},
			fund.CampaignPatch{Name: fund.Some(fmt.Sprint("Run ", i)), Slug: fund.Some(one(w, []string{"run", "run-2"}))}))(t)
	}
	if w.seldom(2) {
		must.Get(w.UpdateCampaign(ctx, testworld.As(w.Users["super_admin"]), app.FactKey{Key: fund.Key{ID: w.id(t, "team_campaign_id")}, Kinds: []fund.Kind{fund.KindTeamCampaign}},
			fund.CampaignPatch{Status: fund.Some(fund.Unpublished)}))(t)
	}
}
