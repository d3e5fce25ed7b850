package demo

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// dataset is the data set under construction. The first error stops everything after it.
type dataset struct {
	app *app.App
	// vault creates secrets, with a random source of its own.
	vault *app.App
	clock *clock
	donor donor
	err   error
	// secrets is the random source of passwords.
	secrets io.Reader

	users  map[string]fund.User
	logins map[string]Login
	causes map[string]fund.Cause
	events map[string]fund.FundraisingEvent
	teams  map[string]fund.Team
	stalls map[string]*stall
	// overlay is the V5 application.
	overlay overlay
}

func newDataset(f Filler) *dataset {
	var seed [32]byte
	for i := range 8 {
		seed[i] = byte(f.Seed >> (8 * i))
	}
	rng := rand.New(rand.NewPCG(f.Seed, 0x616c6d6f6e6572)) //nolint:gosec // no secret: secrets come from f.Secrets
	w := &dataset{
		clock: newClock(day(60)), donor: donor{rng: rng}, secrets: f.Secrets,
		users: map[string]fund.User{}, logins: map[string]Login{}, causes: map[string]fund.Cause{},
		events: map[string]fund.FundraisingEvent{}, teams: map[string]fund.Team{}, stalls: map[string]*stall{},
	}
	w.app, w.vault = f.Make(w.clock.now, rand.NewChaCha8(seed)), f.Make(w.clock.now, f.Secrets)
	return w
}

// clock is a clock that is set by hand. The app may read it from any goroutine.
type clock struct{ micros atomic.Int64 }

func newClock(at time.Time) *clock {
	c := &clock{}
	c.set(at)
	return c
}

func (c *clock) now() time.Time { return time.UnixMicro(c.micros.Load()).UTC() }

func (c *clock) set(at time.Time) { c.micros.Store(at.UnixMicro()) }

// advance moves the clock by a little more than a minute, so that no two objects share their creation time.
func (c *clock) advance() { c.set(c.now().Add(61*time.Second + 234_567*time.Microsecond)) }

// since moves the clock forward to an instant, never back.
func (c *clock) since(at time.Time) {
	if at.After(c.now()) {
		c.set(at)
	}
}

// made is the result of create, one step of the construction; the zero value after an error.
func made[T any](w *dataset, what string, create func() (T, error)) T {
	var none T
	if w.err != nil {
		return none
	}
	w.clock.advance()
	result, err := create()
	if err != nil {
		w.err = fmt.Errorf("demo: %s: %w", what, err)
		return none
	}
	return result
}

// did runs one step of the construction that has no result.
func (w *dataset) did(what string, step func() error) {
	made(w, what, func() (struct{}, error) { return struct{}{}, step() })
}

func (w *dataset) password() (string, error) {
	var bits [12]byte
	if _, err := io.ReadFull(w.secrets, bits[:]); err != nil {
		return "", fmt.Errorf("random bits: %w", err)
	}
	return hex.EncodeToString(bits[:]), nil
}

func (w *dataset) actor(slug string) app.Actor {
	return app.Actor{Kind: app.ActorUser, User: w.users[slug].ID, Scopes: fund.Scopes()}
}

func (w *dataset) causeActor(slug string) app.Actor {
	return app.Actor{Kind: app.ActorCause, Cause: w.causes[slug].ID, Scopes: fund.Scopes()}
}

// makeRates sets the exchange rates so far, currency by currency. Those until Epoch follow when the clock is there.
func (w *dataset) makeRates(ctx context.Context) {
	for i, r := range ratesOf(w.clock.now()) {
		w.did("rates of "+r.Currency, func() error {
			var all []money.DayRate
			for _, at := range rateDays(day(400), w.clock.now()) {
				all = append(all, ratesOf(at)[i])
			}
			_, err := w.app.PutRates(ctx, app.System(), all)
			return err
		})
	}
}

// rateDays are so many days that each day until the last one has a rate; see money.RateReach.
func rateDays(first, last time.Time) []time.Time {
	var all []time.Time
	for at := first; !at.After(last); at = at.Add(money.RateReach) {
		all = append(all, at)
	}
	return all
}

func (w *dataset) makeUsers(ctx context.Context) {
	for _, p := range people() {
		role := "user"
		if p.staff != "" {
			role = "cause_member"
		}
		w.makeUser(ctx, p, role)
		w.askForNews(ctx, p)
	}
}

// makeUser creates a user who can sign in, and whose role the credentials name.
func (w *dataset) makeUser(ctx context.Context, p person, role string) {
	login := Login{Slug: p.slug, Email: p.slug + "@people.example", Role: role}
	user := made(w, "user "+p.slug, func() (fund.User, error) {
		var err error
		if login.Password, err = w.password(); err != nil {
			return fund.User{}, err
		}
		return w.app.CreateUser(ctx, app.System(), app.NewUser{
			Username: p.username, Slug: p.slug, Email: login.Email, Password: login.Password, FirstName: p.first, LastName: p.last,
			About: p.about, Avatar: p.avatar, Social: p.social,
		})
	})
	login.ID, login.LegacyID = user.ID.String(), user.LegacyID
	w.users[p.slug], w.logins[p.slug] = user, login
}

// allowOffline lets streamers record a little without a payment.
func (w *dataset) allowOffline(ctx context.Context) {
	for _, c := range charities() {
		w.did("offline donations of "+c.Slug, func() error {
			_, err := w.app.UpdateDonationSettings(ctx, app.System(), factKey(w.causes[c.Slug].Fact), fund.DonationSettingsPatch{
				OfflineMaximum: fund.Some(offlineMaximum), OfflineDailyMaximum: fund.Some(offlineDailyMaximum),
			})
			return err
		})
	}
}

// makeOperator creates the user who runs the server, last, so that all else is as without one.
func (w *dataset) makeOperator(ctx context.Context) {
	w.makeUser(ctx, person{slug: operatorSlug, username: "Lightkeeper", first: "Inga", last: "Solberg"}, "operator")
	w.did("operator", func() error {
		_, err := w.app.AddOperator(ctx, app.System(), w.logins[operatorSlug].Email)
		return err
	})
}

// askForNews sets whether a user wants the newsletter; some were never asked.
func (w *dataset) askForNews(ctx context.Context, p person) {
	if p.newsletter == nil {
		return
	}
	w.did("newsletter of "+p.slug, func() error {
		_, err := w.app.UpdateCurrentUser(ctx, w.actor(p.slug), fund.UserPatch{Newsletter: fund.Some(p.newsletter)})
		return err
	})
}

func (w *dataset) makeCauses(ctx context.Context) {
	for _, c := range charities() {
		w.causes[c.Slug] = made(w, "cause "+c.Slug, func() (fund.Cause, error) {
			return w.app.ImportCause(ctx, app.System(), c)
		})
	}
	for _, p := range people() {
		if p.staff == "" {
			continue
		}
		w.did("staff "+p.slug, func() error {
			return w.app.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: w.causes[p.staff].ID, User: w.users[p.slug].ID, Role: fund.CauseOwner})
		})
	}
}

func (w *dataset) makeTeams(ctx context.Context) {
	for i, c := range crews() {
		patch := fund.TeamPatch{
			Name: fund.Some(c.name), Slug: fund.Some(c.slug), InviteOnly: fund.Some(c.inviteOnly), Social: c.social,
		}
		if c.about != "" {
			patch.About = fund.Some(c.about)
		}
		if c.avatar != "" {
			patch.Avatar = fund.Some(c.avatar)
		}
		team := made(w, "team "+c.slug, func() (fund.Team, error) {
			return w.app.CreateTeam(ctx, w.actor(c.founder), patch)
		})
		w.teams[c.slug] = team
		if i == 0 {
			w.credit(c.founder, fund.RoleSuperAdmin)
		}
		for _, member := range c.members {
			w.did("member "+member.user, func() error {
				return w.app.SetRole(ctx, app.System(), app.TeamRole{Team: team.ID, User: w.users[member.user].ID, Role: member.role})
			})
			if i == 0 {
				w.credit(member.user, member.role)
			}
		}
	}
}

// credit records the role in the first team for the credentials.
func (w *dataset) credit(user string, role fund.Role) {
	login := w.logins[user]
	login.Role = string(role)
	w.logins[user] = login
}

func (w *dataset) makeEvents(ctx context.Context) {
	for _, a := range appeals() {
		event := made(w, "fundraising event "+a.event.Slug, func() (fund.FundraisingEvent, error) {
			a.event.Cause.ID = w.causes[a.cause].ID
			return w.app.ImportFundraisingEvent(ctx, app.System(), a.event)
		})
		w.events[a.event.Slug] = event
		for _, i := range a.incentives {
			w.did("incentive "+i.Title, func() error {
				i.EventID = event.ID
				_, err := w.app.CreateIncentive(ctx, app.System(), i)
				return err
			})
		}
		for _, item := range a.schedule {
			w.did("schedule of "+event.Slug, func() error {
				_, err := w.app.CreateEventScheduleItem(ctx, app.System(), fund.Key{ID: event.ID}, item)
				return err
			})
		}
		for i, user := range a.registered {
			w.did("registration of "+user, func() error {
				_, err := w.app.CreateRegistration(ctx, w.actor(user), fund.Key{ID: event.ID}, w.registration(user, i))
				return err
			})
		}
	}
}

// registration fills in the form; every second user leaves out optional fields.
func (w *dataset) registration(user string, i int) fund.RegistrationPatch {
	address := fund.Address{
		Line1: fmt.Sprintf("%d Lamp Street", 12+i), City: "Tromsø", Region: "Troms", PostalCode: "9008", Country: "NO",
	}
	patch := fund.RegistrationPatch{
		Email: fund.Some(w.users[user].Email), Subscribed: fund.Some(i%2 == 0), Address: fund.Some(&address),
	}
	if i%2 == 0 {
		address.Line2 = "c/o the lighthouse"
		patch.ShirtSize, patch.ServiceHours = fund.Some("XL"), fund.Some(yes())
		patch.PhoneNumber, patch.DateOfBirth = fund.Some("+4777600000"), fund.Some("1994-02-28")
	}
	return patch
}
