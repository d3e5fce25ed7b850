package live_test

import (
	"context"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
)

// TestEventsOfManagersAreForThem appends events that not everybody gets, and those of the server's own.
func TestEventsOfManagersAreForThem(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	ctx := t.Context()
	given := s.give(ctx, "Grace", "")
	following := map[string]*stream{}
	for name, token := range map[string]fund.Token{
		"the owner":   {Kind: fund.TokenUser, UserID: s.Ada.ID},
		"a stranger":  {Kind: fund.TokenUser, UserID: s.Bob.ID},
		"other staff": {Kind: fund.TokenCause, CauseID: s.Tiny.ID},
	} {
		token.Scopes = []string{fund.ScopePublic, fund.ScopeDonationsRead}
		text := must.Get(s.CreateToken(ctx, app.System(), token))(t)
		following[name] = s.open(t, s.campaign(), "Authorization", "Bearer "+text)
		following[name].next()
	}
	s.Must(s.Store.Write(ctx, fund.ID{}, func(_ context.Context, tx *store.Tx) error {
		for topic, subject := range map[fund.Topic]fund.ID{
			fund.TopicDonationChanged: given.ID, fund.TopicFactLeft: s.Campaign.ID, fund.TopicFactJoined: s.Campaign.ID,
			fund.TopicOwnersLeft: s.Campaign.ID, fund.TopicOwnersJoined: s.Campaign.ID,
		} {
			tx.Append(fund.Event{Topic: topic, Subject: subject, Facts: []fund.ID{s.Campaign.ID}, At: s.Now()})
		}
		return nil
	}))
	s.give(ctx, "the end", "")
	for name, in := range following {
		var got []string
		for e := in.next(); e.Event != "donation.completed"; e = in.next() {
			got = append(got, e.Event)
		}
		want := ""
		if name == "the owner" {
			want = "donation.changed"
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%s: got %q, want %q", name, text, want)
		}
	}
}

func TestRightsEndWhileConnected(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	ctx := t.Context()
	text := must.Get(s.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenCause, CauseID: s.Cause.ID, Scopes: []string{fund.ScopePublic, fund.ScopeDonationsRead}}))(t)
	in := s.open(t, s.campaign(), "Authorization", "Bearer "+text)
	in.next()
	c := s.dial(t, nil)
	c.say(`{"type":"hello","token":"` + text + `"}`)
	c.say(`{"type":"subscribe","facts":["` + s.Campaign.ID.String() + `"]}`)
	c.next("state")
	s.give(ctx, "Bob", "")
	for e := in.next(); ; e = in.next() {
		if e.Event == "donation.completed" {
			if got := at(t, e.Data, "data", "donor_email"); got != "donor@example.org" {
				t.Errorf("got %v, want the mail address for the cause", got)
			}
			break
		}
	}
	if got := at(t, c.next("donation.completed"), "data", "donor_email"); got != "donor@example.org" {
		t.Errorf("got %v, want the mail address for the cause", got)
	}
	began := time.Now()
	s.Must(s.RevokeToken(ctx, app.System(), text))
	wrote := time.Since(began)
	for e := in.next(); e.Event != "goodbye"; e = in.next() {
	}
	if got := c.next("goodbye"); got["reason"] != "rights" {
		t.Errorf("got %v, want that the rights ended", got)
	}
	wantSoon(t, time.Since(began), wrote)
}

func TestUnpublishedFactsAreForThoseWhoSeeThem(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	draft := "/live/facts/" + s.Draft.ID.String() + "/events"
	if got := s.get(t, draft).StatusCode; got != http.StatusNotFound {
		t.Errorf("got %d for everybody, want 404", got)
	}
	cookie, session := s.signIn(t, s.Ada)
	for name, headers := range map[string][]string{
		"no origin": {"Cookie", cookie}, "another origin": {"Cookie", cookie, "Origin", "https://evil.example"},
		"another site": {"Cookie", cookie, "Sec-Fetch-Site", "cross-site"},
	} {
		if got := s.get(t, draft, headers...).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: got %d with a cookie, want 404", name, got)
		}
	}
	streams := []*stream{
		s.open(t, draft, "Cookie", cookie, "Origin", s.server.URL), s.open(t, draft, "Cookie", cookie, "Sec-Fetch-Site", "same-origin"),
	}
	for _, in := range streams {
		in.next()
	}
	s.Must(s.EndSession(t.Context(), testworld.As(s.Ada), session))
	for _, in := range streams {
		e := in.next()
		for e.Event != "goodbye" {
			e = in.next()
		}
		if at(t, e.Data, "reason") != "rights" {
			t.Errorf("got %v, want that the rights ended", e.Data)
		}
	}
}

// TestAConnectionIsNoUseOfASession connects every few days, as a page does that is left open.
func TestAConnectionIsNoUseOfASession(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	cookie, session := s.signIn(t, s.Ada)
	draft := "/live/facts/" + s.Draft.ID.String() + "/events"
	connect := func() int { return s.get(t, draft, "Cookie", cookie, "Origin", s.server.URL).StatusCode }
	for range 2 {
		s.Clock.Advance(6 * 24 * time.Hour)
		if got := connect(); got != http.StatusOK {
			t.Fatalf("got %d, want a stream within the time that a session may be unused", got)
		}
	}
	s.Clock.Advance(3 * 24 * time.Hour)
	if got := connect(); got != http.StatusUnauthorized {
		t.Errorf("got %d, want 401 after 15 days with nobody there in session %s", got, session)
	}
}

func TestAFactThatIsHiddenIsGone(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	in := s.open(t, s.campaign())
	in.next()
	c := s.dial(t, nil)
	c.say(`{"type":"subscribe","facts":["` + s.Campaign.ID.String() + `"]}`)
	c.next("state")
	must.Get(s.SuspendCause(t.Context(), app.System(), fund.Key{ID: s.Cause.ID}, "a reason"))(t)
	e := in.next()
	for e.Event != "gone" {
		if e.Event != "state" && e.Data["data"] != nil {
			t.Errorf("got %v, want nothing of a hidden fact", e)
		}
		e = in.next()
	}
	if got := at(t, e.Data, "fact_ids", 0); got != s.Campaign.ID.String() {
		t.Errorf("got %v, want the fact", got)
	}
	if got := in.next(); got.Event != "goodbye" || at(t, got.Data, "reason") != "gone" {
		t.Errorf("got %v, want that nothing is left", got)
	}
	if got := c.next("gone"); at(t, got, "fact_ids", 0) != s.Campaign.ID.String() {
		t.Errorf("got %v, want the fact", got)
	}
	c.say(`{"type":"ping"}`)
	if got := c.next("pong"); got["watching"] != nil {
		t.Errorf("got %v, want a socket that watches nothing", got)
	}
}

// TestWhatHappenedAtADraftStaysWithThoseWhoSawIt publishes a campaign, and reads its history from before that.
func TestWhatHappenedAtADraftStaysWithThoseWhoSawIt(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	ctx, ada, draft := t.Context(), testworld.As(s.Ada), testworld.ByID(s.Draft)
	cursor := s.open(t, s.campaign()).next().ID
	must.Get(s.CreatePoll(ctx, ada, draft, fund.PollPatch{Name: fund.Some("Which game?"), Options: []fund.PollOptionPatch{{Name: fund.Some("Zelda")}}}))(t)
	s.Clock.Advance(time.Second)
	must.Get(s.UpdateCampaign(ctx, ada, draft, fund.CampaignPatch{Status: fund.Some(fund.Published)}))(t)
	must.Get(s.CreateTarget(ctx, ada, draft, fund.TargetPatch{Name: fund.Some("Run"), Amount: fund.Some("50")}))(t)
	cookie, _ := s.signIn(t, s.Ada)
	stranger := must.Get(s.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: s.Bob.ID, Scopes: []string{fund.ScopePublic}}))(t)
	for name, of := range map[string]struct {
		headers []string
		want    string
	}{
		"everybody": {nil, "fact.published target.created"},
		"strangers": {[]string{"Authorization", "Bearer " + stranger}, "fact.published target.created"},
		"the owner": {[]string{"Cookie", cookie, "Origin", s.server.URL}, "poll.created fact.published target.created"},
	} {
		for _, fact := range []fund.ID{s.Draft.ID, s.Cause.ID} {
			in := s.open(t, "/live/facts/"+fact.String()+"/events?types=poll.created,fact.published,target.created&after="+cursor, of.headers...)
			in.next()
			var got []string
			for len(got) == 0 || got[len(got)-1] != "target.created" {
				got = append(got, in.next().Event)
			}
			if text := strings.Join(got, " "); text != of.want {
				t.Errorf("%s: got %s, want %s", name, text, of.want)
			}
		}
	}
}

// TestOfSeveralFactsTheOthersGoOn hides one of two facts, and comes back after that.
func TestOfSeveralFactsTheOthersGoOn(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	two := "/live/events?types=donation.completed&facts=" + s.Campaign.ID.String() + "," + s.Empty.ID.String()
	in := s.open(t, two)
	cursor := in.next().ID
	must.Get(s.TakeDown(t.Context(), app.System(), s.Campaign.ID, "a reason"))(t)
	wantGone := func(e entry) {
		t.Helper()
		if ids, _ := e.Data["fact_ids"].([]any); e.Event != "gone" || len(ids) != 1 || ids[0] != s.Campaign.ID.String() {
			t.Fatalf("got %+v, want that the one is gone", e)
		}
	}
	wantGone(in.next())
	again := s.open(t, two, "Last-Event-ID", cursor)
	if state := again.next(); state.Event != "state" || len(at(t, state.Data, "facts").([]any)) != 1 {
		t.Errorf("got %+v, want the state of the other", state)
	}
	wantGone(again.next())
	c := s.dial(t, nil)
	c.say(`{"type":"subscribe","after":"` + cursor + `","facts":["` + s.Campaign.ID.String() + `","` + s.Empty.ID.String() + `"]}`)
	for _, want := range []string{"subscribed", "state", "gone"} {
		if got := c.next(); got["type"] != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	given := s.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: s.Empty.ID}, Amount: "500", Name: "Bob"}, time.Time{})
	for name, e := range map[string]entry{"the same connection": in.next(), "the next one": again.next()} {
		if e.Data["id"] != given.ID.String() {
			t.Errorf("%s: got %+v, want the donation to the other", name, e)
		}
	}
	for _, path := range []string{two, s.campaign() + "?after=" + cursor} {
		if got := s.get(t, path).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404 for what is new, and where nothing is left", path, got)
		}
	}
}

// TestEachOfManyHiddenFactsIsGone hides twenty campaigns at once: the stream ends after it has named every one.
func TestEachOfManyHiddenFactsIsGone(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	left := map[string]bool{}
	for i := range 20 {
		one := must.Get(s.CreateCampaign(t.Context(), testworld.As(s.Ada), fund.CampaignPatch{
			Name: fund.Some("Walk " + strconv.Itoa(i)), Cause: fund.Some(fund.Key{ID: s.Cause.ID}), Status: fund.Some(fund.Published),
		}))(t)
		left[one.ID.String()] = true
	}
	in := s.open(t, "/live/events?types=donation.completed&facts="+strings.Join(slices.Collect(maps.Keys(left)), ","))
	in.next()
	must.Get(s.SuspendCause(t.Context(), app.System(), fund.Key{ID: s.Cause.ID}, "a reason"))(t)
	e := in.next()
	for ; e.Event == "gone"; e = in.next() {
		for _, id := range e.Data["fact_ids"].([]any) {
			delete(left, id.(string))
		}
	}
	if e.Event != "goodbye" || at(t, e.Data, "reason") != "gone" || len(left) > 0 {
		t.Errorf("got %+v with %d not named, want the end after all of them", e, len(left))
	}
}

// TestHiddenTextDoesNotComeBack resumes from before a donation whose comment was hidden since.
func TestHiddenTextDoesNotComeBack(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	cursor := s.open(t, s.campaign()).next().ID
	given := s.give(t.Context(), "Rude", "Words")
	first := s.open(t, s.campaign()+"?types=donation.completed&after="+cursor)
	first.next()
	if got := at(t, first.next().Data, "data", "donor_comment"); got != "Words" {
		t.Fatalf("got %v, want the comment", got)
	}
	must.Get(s.ScreenDonation(t.Context(), app.System(), fund.Key{ID: given.ID}, fund.ScreeningHidden))(t)
	s.stage.here(t.Context())
	again := s.open(t, s.campaign()+"?types=donation.completed,donation.screened&after="+cursor)
	again.next()
	for _, want := range []string{"donation.completed", "donation.screened"} {
		e := again.next()
		if e.Event != want || at(t, e.Data, "data", "donor_comment") != nil || at(t, e.Data, "data", "donor_name") != "Anonymous" {
			t.Errorf("got %v, want %s without the text", e, want)
		}
	}
}

// TestAMemberWhoLeavesIsGone watches what only members of a cause see.
func TestAMemberWhoLeavesIsGone(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	ctx := t.Context()
	member := app.CauseMembership{Cause: s.Cause.ID, User: s.Cleo.ID, Role: fund.CauseFinance}
	s.Must(s.SetCauseRole(ctx, app.System(), member))
	cookie, _ := s.signIn(t, s.Cleo)
	in := s.open(t, "/live/facts/"+s.Draft.ID.String()+"/events", "Cookie", cookie, "Origin", s.server.URL)
	in.next()
	began := time.Now()
	s.Must(s.RemoveCauseMember(ctx, app.System(), member))
	wrote := time.Since(began)
	if e := in.next(); e.Event != "gone" {
		t.Errorf("got %+v, want gone", e)
	}
	wantSoon(t, time.Since(began), wrote)
}

// wantSoon wants what a write brought about after a second at most. On a busy machine, where the write itself takes long, it may take longer, but
// by far not until rights are read again anyway.
func wantSoon(t *testing.T, took, wrote time.Duration) {
	t.Helper()
	if most := max(time.Second, 20*wrote); took > most {
		t.Errorf("it took %s, want %s at most after a write that took %s", took, most, wrote)
	}
}

// TestShiftsEndWhileConnected ends grants on a campaign with their connections open, on both databases: one by one, together, and by their time.
func TestShiftsEndWhileConnected(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"SQLite": storetest.SQLite, "PostgreSQL": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := siteAt(t, url(t), live.HubOptions{})
			for how, end := range map[string]func(...fund.ID){
				"one by one": func(ids ...fund.ID) {
					for _, id := range ids {
						must.Get(s.EndGrants(t.Context(), testworld.As(s.Ada), testworld.ByID(s.Draft), id))(t)
					}
				},
				"together": func(...fund.ID) { must.Get(s.EndGrants(t.Context(), testworld.As(s.Ada), testworld.ByID(s.Draft)))(t) },
				"by its time": func(...fund.ID) {
					s.Clock.Advance(time.Hour)
					s.DoDue(t.Context(), fund.WorkGrant)
				},
			} {
				s.endShifts(t, how, end)
			}
		})
	}
}

// endShifts connects volunteers to a draft, which only their grants show, ends these, and wants all of them out.
func (s *site) endShifts(t *testing.T, how string, end func(...fund.ID)) {
	t.Helper()
	ctx := t.Context()
	var in []fund.FactGrantInput
	for _, name := range []string{"with a token", "with a session", "without an account"} {
		in = append(in, fund.FactGrantInput{Name: name, Roles: []fund.GrantRole{fund.GrantScreener}, EndsAt: s.Now().Add(time.Hour)})
	}
	links := must.Get(s.GiveGrants(ctx, testworld.As(s.Ada), testworld.ByID(s.Draft), in))(t)
	token := must.Get(s.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: s.Bob.ID, Scopes: []string{fund.ScopePublic}}))(t)
	cookie, _ := s.signIn(t, s.Cleo)
	draft := "/live/facts/" + s.Draft.ID.String() + "/events"
	if got := s.get(t, draft, "Authorization", "Bearer "+token).StatusCode; got != http.StatusNotFound {
		t.Fatalf("%s: got %d for the draft before the grant, want 404", how, got)
	}
	must.Get(s.AcceptGrant(ctx, testworld.As(s.Bob), links[0].Key))(t)
	must.Get(s.AcceptGrant(ctx, testworld.As(s.Cleo), links[1].Key))(t)
	session, _, err := s.AcceptGrantAlone(ctx, links[2].Key, netip.Addr{})
	must.Do(t, err)
	s.stage.here(ctx)
	headers := [][]string{
		{"Authorization", "Bearer " + token}, {"Cookie", cookie, "Origin", s.server.URL}, {"Cookie", "almoner_grant=" + session, "Origin", s.server.URL},
	}
	var streams []*stream
	var sockets []*client
	for _, h := range headers {
		stream := s.open(t, draft, h...)
		stream.next()
		header := http.Header{}
		for i := 0; i < len(h); i += 2 {
			header.Set(h[i], h[i+1])
		}
		c := s.dial(t, header)
		c.say(`{"type":"subscribe","facts":["` + s.Draft.ID.String() + `"]}`)
		c.next("state")
		streams, sockets = append(streams, stream), append(sockets, c)
	}
	began := time.Now()
	end(links[0].ID, links[1].ID, links[2].ID)
	wrote := time.Since(began)
	for i := range headers {
		e := streams[i].next()
		if e.Event != "goodbye" || at(t, e.Data, "reason") != "rights" {
			t.Errorf("%s, %s: got %+v, want that the rights ended", how, links[i].Name, e)
		}
		if got := sockets[i].next("goodbye"); got["reason"] != "rights" {
			t.Errorf("%s, %s: got %v, want that the rights ended", how, links[i].Name, got)
		}
	}
	took := time.Since(began)
	t.Logf("%s: six connections were out after %s, of which the end took %s", how, took, wrote)
	wantSoon(t, took, wrote)
	for i, h := range headers {
		if got := s.get(t, draft, h...).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s, %s: got %d for the draft afterwards, want 404", how, links[i].Name, got)
		}
	}
}

// TestAGrantIsNobodyElses asks for a draft as everybody after a volunteer has seen it.
func TestAGrantIsNobodyElses(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	ctx := t.Context()
	links := must.Get(s.GiveGrants(ctx, testworld.As(s.Ada), testworld.ByID(s.Draft), []fund.FactGrantInput{
		{Name: "Vic", Roles: []fund.GrantRole{fund.GrantReader}, EndsAt: s.Now().Add(time.Hour)},
	}))(t)
	session, _, err := s.AcceptGrantAlone(ctx, links[0].Key, netip.Addr{})
	must.Do(t, err)
	draft := "/live/facts/" + s.Draft.ID.String() + "/events"
	s.open(t, draft, "Cookie", "almoner_grant="+session, "Origin", s.server.URL).next()
	for name, headers := range map[string][]string{
		"everybody": nil, "a page elsewhere": {"Cookie", "almoner_grant=" + session, "Origin", "https://evil.example"},
		"another browser": {"Cookie", "almoner_grant=" + strings.Repeat("a", 64), "Origin", s.server.URL},
	} {
		if got := s.get(t, draft, headers...).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", name, got)
		}
	}
	// A session that has ended does not hide a grant.
	s.open(t, draft, "Cookie", "almoner_session=of nobody; almoner_grant="+session, "Origin", s.server.URL).next()
}
