package app_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// show is the stage of a campaign with an overlay for alerts, and one page that may play them.
type show struct {
	*world
	t    *testing.T
	fact fund.Fact
	app.OverlayVisit
}

// secret is that of the page that was opened first.
const secret = "first"

func (w *world) show(t *testing.T, f fund.Fact) *show {
	t.Helper()
	o := must.Get(w.CreateOverlay(t.Context(), app.System(), factKey(f), fund.OverlayPatch{
		Name: fund.Some("alerts"), Kind: fund.Some(fund.OverlayAlerts), Theme: fund.Some(fund.ThemeCard),
	}))(t)
	s := &show{w, t, f, must.Get(w.OpenOverlay(t.Context(), o.Key))(t)}
	if !must.Get(w.MeetPlayer(t.Context(), s.OverlayVisit, secret))(t) {
		t.Fatal("the first page of an overlay may not play alerts")
	}
	s.queue()
	return s
}

// queue queues all alerts that are to be.
func (s *show) queue() {
	s.t.Helper()
	for must.Get(s.QueueAlerts(s.t.Context()))(s.t) > 0 {
	}
}

// give donates to the campaign of the world, and queues the alert.
func (s *show) give(name, amount, comment string) fund.Donation {
	s.t.Helper()
	d := must.Get(s.donate(s.t, fund.DonationInput{Name: name, Amount: amount, Comment: comment}))(s.t)
	s.queue()
	return d
}

// cue is what the overlay is to do now.
func (s *show) cue() app.AlertCue {
	s.t.Helper()
	return must.Get(s.Cue(s.t.Context(), s.OverlayVisit))(s.t)
}

// start starts what is next, and returns what is shown.
func (s *show) start() fund.AlertShown {
	s.t.Helper()
	cue := s.cue()
	if cue.Next.IsZero() {
		s.t.Fatalf("got the cue %+v, want an alert that may start", cue)
	}
	if !must.Get(s.StartAlert(s.t.Context(), s.OverlayVisit, secret, cue.Next, 0))(s.t) {
		s.t.Fatal("the alert that was next did not start")
	}
	return *s.cue().Shown
}

// play shows the next alert to its end, and returns who was named.
func (s *show) play() string {
	s.t.Helper()
	shown := s.start()
	s.Clock.Advance(fund.AlertLasts)
	must.Do(s.t, s.FinishAlert(s.t.Context(), s.OverlayVisit, secret, shown.ID))
	s.Clock.Advance(fund.DefaultAlertRest)
	return named(shown)
}

// named lists who an alert names, and how many there are if that is more.
func named(a fund.AlertShown) string {
	if a.Sample != nil {
		return "test of " + a.Sample.Name
	}
	var names []string
	for _, d := range a.Donations {
		names = append(names, d.Name)
	}
	if a.Count > len(names) {
		names = append(names, fmt.Sprint(a.Count))
	}
	return strings.Join(names, " ")
}

func (s *show) run(act fund.DeskAct, alert fund.ID) {
	s.t.Helper()
	must.Do(s.t, s.RunStage(s.t.Context(), s.owner, factKey(s.fact), act, alert))
}

func (s *show) desk() app.Desk {
	s.t.Helper()
	return must.Get(s.Desk(s.t.Context(), must.Get(s.See(s.t.Context(), s.owner, factKey(s.fact)))(s.t)))(s.t)
}

func (s *show) quiet(when string) {
	s.t.Helper()
	if cue := s.cue(); cue.Shown != nil || !cue.Next.IsZero() {
		s.t.Errorf("%s: got the cue %+v, want nothing", when, cue)
	}
}

// TestAlertsOfAShow plays alerts in their order, each once, as long as each is to be seen, with the pause between them.
func TestAlertsOfAShow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.donateBefore(t)
	s := w.show(t, w.campaign)
	s.quiet("gifts before there was an overlay")
	s.give("Grace", "5", "Hello")
	s.give("Linus", "0.99", "too little")
	s.give("Alan", "1", "")
	if cue := s.cue(); cue.Shown != nil {
		t.Error("an alert is shown before a page started it")
	}
	shown := s.start()
	if named(shown) != "Grace" || shown.Total != 500 || shown.Donations[0].Comment != "Hello" {
		t.Errorf("got %+v, want the alert of Grace", shown)
	}
	s.Clock.Advance(fund.AlertLasts - time.Millisecond)
	if got := s.cue(); got.Shown == nil || !got.Until.Equal(shown.EndsAt) {
		t.Errorf("got %+v just before the end, want the alert", got)
	}
	s.Clock.Advance(time.Millisecond)
	must.Do(t, s.FinishAlert(t.Context(), s.OverlayVisit, secret, shown.ID))
	s.quiet("the pause after an alert")
	if until := s.cue().Until; !until.Equal(shown.EndsAt.Add(fund.DefaultAlertRest)) {
		t.Errorf("the pause ends at %s, want %s after the alert", until, fund.DefaultAlertRest)
	}
	s.Clock.Advance(fund.DefaultAlertRest)
	if got := s.play(); got != "Alan" {
		t.Errorf("got %s, want Alan", got)
	}
	s.quiet("the end")
	if got := s.desk().Ended; len(got) != 2 || named(got[0]) != "Alan" || got[1].State != fund.AlertPlayed {
		t.Errorf("got %+v, want both as played", got)
	}
}

// donateBefore gives before there is an overlay.
func (w *world) donateBefore(t *testing.T) {
	t.Helper()
	must.Get(w.donate(t, fund.DonationInput{Name: "Early"}))(t)
	for must.Get(w.QueueAlerts(t.Context()))(t) > 0 {
	}
	w.Clock.Advance(time.Second)
}

// TestOnlyWhatIsShownAlerts holds what is screened until it is shown, once, and takes back what is hidden, held, refunded or erased meanwhile.
func TestOnlyWhatIsShownAlerts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	s := w.show(t, w.campaign)
	must.Get(w.UpdateDonationSettings(ctx, w.owner, factKey(w.campaign), fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything)}))(t)
	screen := func(d fund.Donation, to fund.Screening) {
		t.Helper()
		must.Get(w.ScreenDonation(ctx, w.owner, fund.Key{ID: d.ID}, to))(t)
		s.queue()
	}
	held := s.give("Held", "5", "a slur")
	s.quiet("a held gift")
	screen(held, fund.ScreeningHidden)
	s.quiet("a hidden gift")
	screen(held, fund.ScreeningCommentHeld)
	s.quiet("a gift whose comment waits")
	screen(held, fund.ScreeningShown)
	screen(held, fund.ScreeningHidden)
	s.quiet("a gift that was hidden again")
	screen(held, fund.ScreeningShown)
	shown := s.start()
	if named(shown) != "Held" {
		t.Errorf("got %s, want the gift that was approved", named(shown))
	}
	screen(held, fund.ScreeningHidden)
	if s.cue().Shown != nil {
		t.Error("a gift that was hidden while its alert was shown is still to be seen")
	}
	screen(held, fund.ScreeningShown)
	s.Clock.Advance(fund.AlertLasts + fund.DefaultAlertRest)
	s.quiet("a gift that alerted already")

	refunded := s.give("Refunded", "5", "")
	screen(refunded, fund.ScreeningShown)
	must.Get(w.RefundDonation(ctx, w.causer, fund.Key{ID: refunded.ID}, ""))(t)
	s.queue()
	s.quiet("a gift that was refunded")
}

// TestManyAlerts shows together what waits too long, and whatever is more than can be shown one at a time.
func TestManyAlerts(t *testing.T) {
	t.Parallel()
	s := newWorld(t).showOfCampaign(t)
	for i := range fund.DefaultAlertsApart {
		s.give(fmt.Sprint("Apart", i), "5", "")
	}
	if got := s.play(); got != "Apart0" {
		t.Errorf("got %s of %d, want the first alone", got, fund.DefaultAlertsApart)
	}
	s.give("Apart5", "6", "")
	s.give("Apart6", "7", "")
	shown := s.start()
	if named(shown) != "Apart6 Apart5 Apart1 Apart2 Apart3 Apart4" || shown.Total != 3300 {
		t.Errorf("got %s with %d, want all that wait, the largest first", named(shown), shown.Total)
	}
	s.Clock.Advance(fund.AlertLasts + fund.DefaultAlertRest)
	for _, name := range []string{"Night", "Owl"} {
		s.give(name, "5", "")
	}
	s.Clock.Advance(fund.AlertsTogetherAfter + time.Millisecond)
	s.give("Morning", "5", "")
	if got := s.play(); got != "Night Owl" {
		t.Errorf("got %s, want what waited for long together", got)
	}
	if got := s.play(); got != "Morning" {
		t.Errorf("got %s, want the fresh one alone", got)
	}
	s.Clock.Advance(time.Second)
	for i := range fund.AlertNames + 1 {
		s.give(fmt.Sprint("Many", i), "5", "")
	}
	if got := s.start(); len(got.Donations) != fund.AlertNames || got.Count != fund.AlertNames+1 || got.Total != 500*(fund.AlertNames+1) {
		t.Errorf("got %d of %d with %d, want all counted and %d named", len(got.Donations), got.Count, got.Total, fund.AlertNames)
	}
}

func (w *world) showOfCampaign(t *testing.T) *show {
	t.Helper()
	return w.show(t, w.campaign)
}

// TestSmallGifts wants alerts from the amount on that the stage says.
func TestSmallGifts(t *testing.T) {
	t.Parallel()
	s := newWorld(t).showOfCampaign(t)
	must.Get(s.UpdateAlertSettings(t.Context(), s.owner, factKey(s.fact), fund.AlertSettingsPatch{Least: fund.Some("2.50")}))(t)
	s.give("Small", "2.49", "")
	s.quiet("a gift below the least")
	s.give("Enough", "2.50", "")
	if got := s.play(); got != "Enough" {
		t.Errorf("got %s, want the gift that is enough", got)
	}
}

// TestOldNews wants what is older than a day to alert nobody.
func TestOldNews(t *testing.T) {
	t.Parallel()
	s := newWorld(t).showOfCampaign(t)
	now := s.Now()
	s.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: s.campaign.ID}, Amount: "5", Name: "Old"}, now.Add(-fund.DefaultAlertAge))
	s.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: s.campaign.ID}, Amount: "5", Name: "New"}, now.Add(-fund.DefaultAlertAge+time.Second))
	s.queue()
	if got := s.play(); got != "New" {
		t.Errorf("got %s, want New", got)
	}
	s.quiet("what is a day old")
}

// policy changes how alerts of the show follow each other.
func (s *show) policy(p fund.AlertPolicyPatch) {
	s.t.Helper()
	must.Get(s.UpdateAlertSettings(s.t.Context(), s.owner, factKey(s.fact), fund.AlertSettingsPatch{Policy: p}))(s.t)
}

// TestHowAlertsFollow has a stage show large donations first, small ones together, none that are too old, and rest as long as it says.
func TestHowAlertsFollow(t *testing.T) {
	t.Parallel()
	s := newWorld(t).showOfCampaign(t)
	s.policy(fund.AlertPolicyPatch{Rest: fund.Some(time.Duration(0)), Jump: fund.Some("50"), Together: fund.Some("3")})
	for _, one := range [][2]string{{"Two", "2"}, {"Five", "5"}, {"Also", "2.99"}, {"Fifty", "50"}, {"Three", "3"}} {
		s.give(one[0], one[1], "")
	}
	if got := named(s.desk().Next[0]); got != "Fifty" {
		t.Errorf("got %s first at the desk, want the large one", got)
	}
	for _, want := range []string{"Fifty", "Also Two", "Five", "Three"} {
		shown := s.start()
		if named(shown) != want {
			t.Errorf("got %s, want %s", named(shown), want)
		}
		s.Clock.Advance(fund.AlertLasts)
		must.Do(t, s.FinishAlert(t.Context(), s.OverlayVisit, secret, shown.ID))
	}
	s.quiet("the end")

	s.policy(fund.AlertPolicyPatch{Apart: fund.Some[int64](1), Age: fund.Some(fund.MinAlertAge)})
	s.give("Stale", "60", "")
	s.Clock.Advance(fund.MinAlertAge - time.Second)
	s.give("Fresh", "4", "")
	s.Clock.Advance(time.Second)
	if cue := s.cue(); must.Get(s.StartAlert(t.Context(), s.OverlayVisit, secret, cue.Next, 0))(t) {
		t.Error("an alert started that was too old")
	}
	if got := s.play(); got != "Fresh" {
		t.Errorf("got %s, want what is not too old", got)
	}
	s.give("One", "4", "")
	s.give("Other", "5", "")
	if got := s.play(); got != "Other One" {
		t.Errorf("got %s, want two together where one may wait", got)
	}
	s.policy(fund.AlertPolicyPatch{Apart: fund.Some[int64](20), Together: fund.Some("")})
	s.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: s.campaign.ID}, Amount: "5", Name: "Old"}, s.Now().Add(-fund.MinAlertAge))
	s.queue()
	s.quiet("what was too old when it came")
}

// TestNoneWaitsForLong has more wait than can be shown within a minute one at a time, and what waited while a desk kept an alert.
func TestNoneWaitsForLong(t *testing.T) {
	t.Parallel()
	s := newWorld(t).showOfCampaign(t)
	s.policy(fund.AlertPolicyPatch{Apart: fund.Some[int64](20)})
	for i := range 9 {
		s.give(fmt.Sprint("Gift", i), "5", "")
	}
	for i := range 5 {
		if got := s.play(); got != fmt.Sprint("Gift", i) {
			t.Fatalf("got %s, want the gift %d alone", got, i)
		}
	}
	if got := s.play(); got != "Gift5 Gift6 Gift7 Gift8" {
		t.Errorf("got %s, want all the rest within a minute", got)
	}
	s.give("Kept", "5", "")
	kept := s.start()
	s.give("Next", "5", "")
	s.give("Last", "5", "")
	s.run(fund.DeskPin, kept.ID)
	s.Clock.Advance(fund.MaxAlertBehind)
	s.run(fund.DeskUnpin, kept.ID)
	s.Clock.Advance(fund.DefaultAlertRest)
	if got := s.play(); got != "Next" {
		t.Errorf("got %s, want what waited for the desk one at a time", got)
	}
}

// TestOnePageStartsAnAlert has pages start the same alert at once, on two nodes: one does.
func TestOnePageStartsAnAlert(t *testing.T) {
	t.Parallel()
	s := newWorld(t).showOfCampaign(t)
	other := s.Node(nil)
	for round := range 5 {
		s.give(fmt.Sprint("Round", round), "5", "")
		cue := s.cue()
		var mu sync.Mutex
		var all sync.WaitGroup
		won := 0
		for i := range 6 {
			node := []*app.App{s.App, other}[i%2]
			all.Go(func() {
				started, err := node.StartAlert(t.Context(), s.OverlayVisit, secret, cue.Next, 0)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				if started {
					won++
				}
			})
		}
		all.Wait()
		if won != 1 {
			t.Errorf("round %d: %d pages started the alert, want one", round, won)
		}
		s.Clock.Advance(fund.AlertLasts + fund.DefaultAlertRest)
	}
}

// TestALeakedAddressPlaysNothing wants a page with the key, but not the secret of the page that was first, to start, end and skip nothing, until somebody who
// sets up the stage lets it.
func TestALeakedAddressPlaysNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.show(t, w.campaign)
	ctx := t.Context()
	d := s.give("Grace", "5", "")
	cue := s.cue()
	for _, stranger := range []string{"", "second", hashText} {
		w.Clock.Advance(time.Second)
		if must.Get(w.MeetPlayer(ctx, s.OverlayVisit, stranger))(t) {
			t.Errorf("a page with the secret %q may play", stranger)
		}
		if must.Get(w.StartAlert(ctx, s.OverlayVisit, stranger, cue.Next, 0))(t) {
			t.Errorf("a page with the secret %q started an alert", stranger)
		}
	}
	shown := s.start()
	w.Clock.Advance(fund.AlertLasts)
	must.Do(t, w.FinishAlert(ctx, s.OverlayVisit, "second", shown.ID))
	if got := s.desk().Ended; len(got) != 1 || got[0].State != fund.AlertPlaying || named(got[0]) != d.DisplayName() {
		t.Errorf("got %+v, want no word of a stranger about the end", got)
	}
	all := must.Get(w.ListPlayers(ctx, w.owner, s.ID))(t)
	if len(all) != 3 || !all[0].Allowed || all[1].Allowed || all[2].Allowed {
		t.Fatalf("got %+v, want the first page of three to be allowed", all)
	}
	for _, name := range []string{"", "zz", all[0].Name() + "00"} {
		wantKind(t, w.AllowPlayer(ctx, w.owner, s.ID, name), "not_found")
	}
	wantKind(t, w.AllowPlayer(ctx, w.stranger, s.ID, all[1].Name()), "forbidden")
	must.Do(t, w.AllowPlayer(ctx, w.owner, s.ID, all[1].Name()))
	if !must.Get(w.MeetPlayer(ctx, s.OverlayVisit, "second"))(t) {
		t.Error("a page that was allowed may not play")
	}
	must.Do(t, w.ForgetPlayer(ctx, w.owner, s.ID, all[1].Name()))
	if must.Get(w.MeetPlayer(ctx, s.OverlayVisit, "second"))(t) {
		t.Error("a page that was forgotten may play")
	}
	renewed := must.Get(w.RenewOverlay(ctx, w.owner, s.ID))(t)
	fresh := must.Get(w.OpenOverlay(ctx, renewed.Key))(t)
	if !must.Get(w.MeetPlayer(ctx, fresh, "third"))(t) || must.Get(w.MeetPlayer(ctx, fresh, secret))(t) {
		t.Error("want the first page of the new key to play, and no page of the old one")
	}
	for i := range 2 * fund.MaxAlertPlayers {
		must.Get(w.MeetPlayer(ctx, fresh, fmt.Sprint("flood", i)))(t)
		w.Clock.Advance(time.Second)
	}
	all = must.Get(w.ListPlayers(ctx, w.owner, s.ID))(t)
	if len(all) != fund.MaxAlertPlayers || !all[0].Allowed {
		t.Errorf("got %d pages, want %d at most, and the one that may play", len(all), fund.MaxAlertPlayers)
	}
}

// TestAPageWithoutSound has the desk say that the page which plays can make no sound, unless no alert has one, or another page played since.
func TestAPageWithoutSound(t *testing.T) {
	t.Parallel()
	s := newWorld(t).showOfCampaign(t)
	ctx := t.Context()
	hears := func(page string, muted bool) {
		t.Helper()
		s.Clock.Advance(time.Second)
		must.Do(t, s.HearPlayer(ctx, s.OverlayVisit, page, muted))
	}
	s.Clock.Advance(time.Second)
	must.Get(s.MeetPlayer(ctx, s.OverlayVisit, "leaked"))(t)
	for _, stranger := range []string{"leaked", "unknown", ""} {
		if hears(stranger, true); s.desk().Muted {
			t.Errorf("the page %q, which may not play, counts", stranger)
		}
	}
	if hears(secret, true); !s.desk().Muted {
		t.Error("the desk does not say that the page makes no sound")
	}
	sounds := func(is fund.AlertSound) {
		t.Helper()
		must.Get(s.UpdateAlertSettings(ctx, s.owner, factKey(s.fact), fund.AlertSettingsPatch{Sound: fund.Some(is)}))(t)
	}
	if sounds(fund.AlertSilent); s.desk().Muted {
		t.Error("the desk misses a sound where no alert has one")
	}
	sounds(fund.AlertChime)
	must.Do(t, s.AllowPlayer(ctx, s.owner, s.ID, must.Get(s.ListPlayers(ctx, s.owner, s.ID))(t)[1].Name()))
	if hears("leaked", false); !s.desk().Muted {
		t.Error("a page that is older counts")
	}
	s.Clock.Advance(time.Minute)
	if hears("leaked", false); s.desk().Muted {
		t.Error("the page that was there last makes a sound, and does not count")
	}
	hears(secret, true)
	if hears(secret, false); s.desk().Muted {
		t.Error("the desk says that a page makes no sound which does")
	}
}

// hashText is what a stranger may try.
var hashText = strings.Repeat("ab", 32)
