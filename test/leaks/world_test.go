package leaks_test

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"net/mail"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	almail "github.com/almoner/almoner/internal/mail"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/testworld"
)

// world is a node with everything in it that somebody must not see.
type world struct {
	*testcallers.World
	truth
	secrets secrets
	seed    uint64
	random  *rand.Rand
	// whole reports whether every caller asks everything; else it asks one of so many addresses of a route, beside the first: which ones, the
	// seed says.
	whole bool
	asks  uint32
	bank  *sandbox.Provider
	mails *testmail.Server
	// log is what the nodes wrote.
	log bytes.Buffer
	// cause is the first one, elsewhere another one with people of its own.
	cause, elsewhere fund.ID
	// places are all facts, and open those that take donations; given are all donations.
	places, open, given []fund.ID
	rewards             map[fund.ID]fund.Reward
	// others are the callers that the shared world lacks, and what is special about them.
	others map[string]caller
	// private is somebody with secrets of its own, bidder who bids.
	private account
	bidder  fund.User
	// auctionLists are the lists of bids, sessions those of browsers that signed in by the page, and keys what mails have, with the donations.
	auctionLists, sessions []string
	keys                   map[string]fund.ID
	// donors are the sessions of donors who followed a mailed link, with their addresses.
	donors map[string]*secret
	// more are further values of parameters, for lists of parts and people.
	more map[string][]string
}

func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	w := &world{
		secrets: secrets{}, seed: seed, random: rand.New(rand.NewPCG(seed, 11)), rewards: map[fund.ID]fund.Reward{}, others: map[string]caller{},
		more: map[string][]string{}, keys: map[string]fund.ID{}, donors: map[string]*secret{}, mails: testmail.Start(t, testmail.Options{}),
	}
	host, port, _ := strings.Cut(w.mails.Addr(), ":")
	number := must.Get(strconv.Atoi(port))(t)
	w.World = testcallers.New(t, testcallers.Options{
		Log: w.logger(),
		Service: testworld.Options{Configure: func(s *testworld.Service, o *app.Options) {
			w.bank = s.Sandbox(sandbox.Options{Log: s.Logger})
			o.Payments = app.Payments{Provider: w.bank, Fee: testworld.Fee}
			o.MailAnyone, o.Captcha = true, everybody{}
			o.Mailer = almail.New(almail.Options{
				Server: almail.Server{Host: host, Port: number, Security: almail.Plain}, From: mail.Address{Address: "almoner@example.org"},
				Random: rand.NewChaCha8([32]byte{7}),
			})
		}},
	})
	w.somewhere(t)
	w.hideaways(t)
	w.persons(t)
	w.auctions(t)
	w.shops(t)
	return w
}

// everybody is a captcha that takes everybody for a person.
type everybody struct{}

func (everybody) Passed(context.Context, string, netip.Addr) (bool, error) { return true, nil }

func (everybody) Widget() (siteKey, scriptURL string) {
	return "site-key", "https://captcha.example/widget.js"
}

func (w *world) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// reopen serves the world by another node, which remembers nothing, with leaderboards that have everything.
func (w *world) reopen(t *testing.T) {
	t.Helper()
	for must.Get(w.Store.Project(t.Context()))(t) > 0 {
		continue
	}
	must.Do(t, w.Stop())
	node := testcallers.OpenNode(t, w.Database, w.logger())
	t.Cleanup(func() { must.Do(t, node.Close()) })
	w.Handler = node.Handler()
}

// id is that of a parameter of the shared world.
func (w *world) id(t *testing.T, parameter string) fund.ID {
	t.Helper()
	return must.Get(fund.ParseID(w.IDs[parameter]))(t)
}

// user makes somebody with a token and a browser, of a name that the shared world lacks.
func (w *world) user(t *testing.T, name string, as caller, more app.NewUser) fund.User {
	t.Helper()
	more.Username, more.Slug = name, "the-"+strings.ReplaceAll(name, "_", "-")
	if more.Email == "" {
		more.Email = name + "@example.org"
	}
	user := must.Get(w.CreateUser(t.Context(), app.System(), more))(t)
	as.user, as.owns = user.ID, true
	w.others[name] = as
	w.token(t, name, fund.Token{Kind: fund.TokenUser, UserID: user.ID})
	return user
}

// token makes a token with the scopes of its caller.
func (w *world) token(t *testing.T, name string, of fund.Token) {
	t.Helper()
	if of.Scopes = w.others[name].scopes; of.Scopes == nil {
		of.Scopes = fund.Scopes()
	}
	if of.ApplicationID.IsZero() {
		of.ApplicationID = must.Get(w.Authenticate(t.Context(), w.Callers["application"]))(t).Application
	}
	w.Callers[name] = must.Get(w.CreateToken(t.Context(), app.System(), of))(t)
}

// application makes an application of somebody, with a webhook endpoint.
func (w *world) application(t *testing.T, name string, owner fund.ID, as caller) {
	t.Helper()
	made, _, _, err := w.CreateApplication(t.Context(), app.System(), app.NewApplication{
		Name: name, RedirectURIs: []string{"https://" + strings.ReplaceAll(name, "_", "-") + ".test/"}, Scopes: fund.Scopes(), Owner: owner, API: fund.APIV5,
	})
	must.Do(t, err)
	as.user = owner
	w.others[name] = as
	w.token(t, name, fund.Token{Kind: fund.TokenApplication, ApplicationID: made.ID})
	text := func() string {
		s := w.secrets.make(kindHook)
		s.owner = owner
		return s.text
	}
	w.Made(t, name, name, "/webhook_endpoints", `{"url":"https://`+text()+`.example.org/hook"}`)
	w.Made(t, name, name+" relay", "/webhook_relays", `{"name":"`+text()+`","webhook_endpoint_id":"`+w.IDs[name]+`"}`)
}

// somewhere makes another cause with its own people, and a campaign for it.
func (w *world) somewhere(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	w.cause = w.id(t, "cause_id")
	must.Get(w.UpdateCause(ctx, app.System(), fund.Key{ID: w.cause}, fund.CausePatch{
		LegalName: fund.Some("Good Cause, Inc."), GovernmentID: fund.Some("12-3456789"), ReceiptProfile: fund.Some("us"),
		Address: fund.Some(&fund.Address{Line1: "1 Pier Road", City: "Seattle", Country: "US"}),
	}))(t)
	other := must.Get(w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Elsewhere", Slug: "elsewhere", Currency: "USD"}}))(t)
	w.elsewhere = other.ID
	for name, role := range map[string]fund.CauseRole{"other_owner": fund.CauseOwner, "other_finance": fund.CauseFinance, "other_member": fund.CauseMember} {
		as := caller{roles: map[fund.ID]string{other.ID: "money"}}
		if role == fund.CauseMember {
			as.roles[other.ID] = "member"
		}
		user := w.user(t, name, as, app.NewUser{})
		must.Do(t, w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: other.ID, User: user.ID, Role: role}))
	}
	w.others["other_token"] = caller{roles: map[fund.ID]string{other.ID: "money"}}
	w.token(t, "other_token", fund.Token{Kind: fund.TokenCause, CauseID: other.ID})
	streamer := w.user(t, "other_streamer", caller{}, app.NewUser{})
	away := must.Get(w.CreateCampaign(ctx, testworld.As(streamer), fund.CampaignPatch{
		Name: fund.Some("Away"), Cause: fund.Some(fund.Key{ID: other.ID}), Status: fund.Some(fund.Published),
	}))(t)
	w.open = append(w.open, w.cause, w.id(t, "fundraising_event_id"), w.id(t, "campaign_id"), w.id(t, "campaign_id"), w.id(t, "team_campaign_id"),
		w.id(t, "auction_house_id"), w.id(t, "personal_campaign_id"), other.ID, away.ID)
	w.places = append(w.places, w.open...)
}

// hideaways makes facts that are not public, with parts.
func (w *world) hideaways(t *testing.T) {
	t.Helper()
	ctx, owner := t.Context(), testworld.As(w.Users["owner"])
	text := func(fact *fund.ID) string {
		s := w.secrets.make(kindText)
		s.fact = *fact
		return s.text
	}
	campaign := func(slug string, status fund.Status) fund.Fact {
		made := must.Get(w.CreateCampaign(ctx, owner, fund.CampaignPatch{
			Name: fund.Some(slug), Slug: fund.Some(slug), Cause: fund.Some(fund.Key{ID: w.cause}), Event: fund.Some(fund.Key{ID: w.id(t, "fundraising_event_id")}),
			Status: fund.Some(status), Supportable: fund.Some(fund.SupportPublic),
		}))(t)
		w.places = append(w.places, made.ID)
		key := testworld.ByID(made)
		must.Get(w.UpdateCampaign(ctx, owner, key, fund.CampaignPatch{Name: fund.Some(text(&made.ID)), Description: fund.Some(text(&made.ID))}))(t)
		poll := must.Get(w.CreatePoll(ctx, owner, key, fund.PollPatch{Name: fund.Some(text(&made.ID)), Options: []fund.PollOptionPatch{{Name: fund.Some(text(&made.ID))}}}))(t)
		target := must.Get(w.CreateTarget(ctx, owner, key, fund.TargetPatch{Name: fund.Some(text(&made.ID)), Amount: fund.Some("9")}))(t)
		reward := must.Get(w.CreateReward(ctx, owner, key, fund.RewardPatch{Name: fund.Some(text(&made.ID)), Amount: fund.Some("9")}))(t)
		half := must.Get(w.CreateMilestone(ctx, owner, key, fund.MilestonePatch{Name: fund.Some(text(&made.ID)), Amount: fund.Some("9")}))(t)
		entry := must.Get(w.CreateScheduleItem(ctx, owner, key, fund.SchedulePatch{Name: fund.Some(text(&made.ID)), StartsAt: fund.Some(w.Now())}))(t)
		for name, part := range map[string]struct {
			id     fund.ID
			number int64
		}{
			"poll": {poll.ID, poll.LegacyID}, "target": {target.ID, target.LegacyID}, "reward": {reward.ID, reward.LegacyID},
			"milestone": {half.ID, half.LegacyID}, "schedule": {entry.ID, entry.LegacyID},
		} {
			w.more[name+"_id"] = append(w.more[name+"_id"], part.id.String())
			w.more["v3 "+name] = append(w.more["v3 "+name], strconv.FormatInt(part.number, 10))
		}
		return made
	}
	campaign("draft", fund.Unpublished)
	fraud := campaign("fraud", fund.Published)
	scam := must.Get(w.CreateFundraisingEvent(ctx, testworld.As(w.Users["cause_owner"]), fund.Key{ID: w.cause}, fund.EventPatch{
		Name: fund.Some("Scam"), Slug: fund.Some("scam"), Status: fund.Some(fund.Published), StartsAt: fund.Some(w.Now()), Supportable: fund.Some(fund.SupportPublic),
	}))(t)
	w.places = append(w.places, scam.ID)
	for slug, above := range map[string]fund.CampaignPatch{
		"helper": {Parent: fund.Some(fund.Key{ID: fraud.ID})}, "joined": {Event: fund.Some(fund.Key{ID: scam.ID})},
	} {
		above.Name, above.Slug, above.Cause, above.Status = fund.Some(slug), fund.Some(slug), fund.Some(fund.Key{ID: w.cause}), fund.Some(fund.Published)
		made := must.Get(w.CreateCampaign(ctx, owner, above))(t)
		w.places, w.open = append(w.places, made.ID), append(w.open, made.ID)
	}
	must.Get(w.UpdateFundraisingEvent(ctx, testworld.As(w.Users["cause_owner"]), fund.Key{ID: scam.ID}, fund.EventPatch{Name: fund.Some(text(&scam.ID))}))(t)
	for _, down := range []fund.ID{fraud.ID, scam.ID} {
		reason := w.secrets.make(kindReason)
		reason.fact = down
		w.give(t, down, &[]person{})
		must.Get(w.TakeDown(ctx, app.System(), down, reason.text))(t)
	}
	pending := must.Get(w.CreateCause(ctx, testworld.As(w.Users["stranger"]), fund.CausePatch{Name: fund.Some("Pending"), Slug: fund.Some("pending"), Currency: fund.Some("USD")}))(t)
	w.places = append(w.places, pending.ID)
	must.Get(w.UpdateCause(ctx, testworld.As(w.Users["stranger"]), fund.Key{ID: pending.ID}, fund.CausePatch{Name: fund.Some(text(&pending.ID)), Description: fund.Some(text(&pending.ID))}))(t)
	w.others["stranger"] = caller{roles: map[fund.ID]string{pending.ID: "money"}}
	w.others["application"] = caller{roles: map[fund.ID]string{pending.ID: "money"}}
}

// persons makes those with narrow tokens and with applications, those who are no longer somebody, and people with secrets of their own.
func (w *world) persons(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	money := map[fund.ID]string{w.cause: "money"}
	narrow := func(name, of string, as caller) {
		as.user, as.owns = w.Users[of].ID, true
		w.others[name] = as
		w.token(t, name, fund.Token{Kind: fund.TokenUser, UserID: as.user})
	}
	public := []string{fund.ScopePublic}
	narrow("owner_public", "owner", caller{scopes: public})
	narrow("owner_writes", "owner", caller{scopes: []string{fund.ScopePublic, fund.ScopeWrite, fund.ScopeDonationsWrite}})
	narrow("finance_public", "cause_finance", caller{scopes: public})
	narrow("finance_reads", "cause_finance", caller{scopes: []string{fund.ScopePublic, fund.ScopeDonationsRead}}) // without acting for the cause
	narrow("finance_writes", "cause_finance", caller{scopes: []string{fund.ScopePublic, fund.ScopeCause, fund.ScopeDonationsWrite}, roles: money})
	narrow("operator_public", "operator", caller{scopes: public, operator: true})
	w.application(t, "owner_app", w.Users["owner"].ID, caller{})
	w.application(t, "finance_app", w.Users["cause_finance"].ID, caller{roles: money})

	former := w.user(t, "former_finance", caller{}, app.NewUser{})
	member := app.CauseMembership{Cause: w.cause, User: former.ID, Role: fund.CauseFinance}
	must.Do(t, w.SetCauseRole(ctx, app.System(), member))
	must.Do(t, w.RemoveCauseMember(ctx, app.System(), member))
	disabled := w.user(t, "disabled", caller{}, app.NewUser{})
	must.Get(w.DisableUser(ctx, app.System(), disabled.ID))(t)
	w.others["disabled"] = caller{}
	own := func(k kind, owner fund.ID) *secret {
		s := w.secrets.make(k)
		s.owner = owner
		return s
	}
	w.private = w.account(t, "private")

	guest, event := w.Users["owner"], w.id(t, "fundraising_event_id")
	lines := func() string {
		s := own(kindGuest, guest.ID)
		s.fact = event
		return s.text
	}
	phone := w.secrets.phone(kindGuest)
	phone.owner, phone.fact = guest.ID, event
	registered := must.Get(w.CreateRegistration(ctx, testworld.As(guest), fund.Key{ID: event}, fund.RegistrationPatch{
		Email: fund.Some(lines() + "@example.org"), PhoneNumber: fund.Some(phone.text),
		Address: fund.Some(&fund.Address{Line1: lines(), City: lines(), Region: lines(), PostalCode: lines(), Country: "US"}),
	}))(t)
	w.more["registration"] = append(w.more["registration"], strconv.FormatInt(registered.LegacyID, 10))
}

// shops offers rewards that ask for an address and an answer, and sets what is held.
func (w *world) shops(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	for i, id := range w.places {
		f := must.Get(w.GetFact(ctx, app.System(), app.FactKey{Key: fund.Key{ID: id}, Kinds: app.AllKinds()}))(t)
		if f.Kind != fund.KindCause && f.Kind != fund.KindFundraisingEvent && f.TakesDonations() {
			by := testworld.As(w.Users["super_admin"])
			if f.User != nil && f.Kind != fund.KindTeamCampaign {
				by = app.Actor{Kind: app.ActorUser, User: f.User.ID, Scopes: fund.Scopes()}
			}
			if reward, err := w.CreateReward(ctx, by, testworld.ByID(f), fund.RewardPatch{
				Name: fund.Some("Mug"), Amount: fund.Some("2"), ShippingAddressRequired: fund.Some(true), CustomQuestion: fund.Some("Which?"),
			}); err == nil {
				w.rewards[id] = reward
			}
		}
		word := w.secrets.make(kindWords)
		word.fact = id
		patch := fund.DonationSettingsPatch{Words: fund.Some([]string{word.text, "gronk"})}
		switch i % 4 {
		case 1:
			patch.Screening, patch.ReleaseAfter = fund.Some(fund.ScreenComments), fund.Some(int64(60))
		case 2:
			patch.Screening = fund.Some(fund.ScreenEverything)
		case 3:
			patch.Screening = fund.Some(fund.ScreenComments)
		}
		must.Get(w.UpdateDonationSettings(ctx, app.System(), testworld.ByID(f), patch))(t)
	}
}
