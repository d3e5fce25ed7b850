package live_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
)

// world is a world with polls and milestones at its campaign, and what chat bots ask.
type world struct {
	*testworld.World
	text *live.Text
	wait time.Duration
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: testworld.Populate(t, testworld.NewAt(t, storetest.SQLite(t), testworld.Options{At: testworld.Start}))}
	w.text = live.NewText(live.TextOptions{
		App: w.App, Log: w.Logger, Limit: func(*http.Request) time.Duration { return w.wait }, Mode: func(context.Context) string { return "sandbox" },
	})
	return w
}

// incentives gives the campaign two polls and two milestones.
func (w *world) incentives(t *testing.T) (option fund.Key) {
	t.Helper()
	ctx, ada, at := t.Context(), testworld.As(w.Ada), testworld.ByID(w.Campaign)
	poll := must.Get(w.CreatePoll(ctx, ada, at, fund.PollPatch{Name: fund.Some("Which game?"), Options: []fund.PollOptionPatch{
		{Name: fund.Some("Mario")}, {Name: fund.Some("Zelda")},
	}}))(t)
	must.Get(w.CreatePoll(ctx, ada, at, fund.PollPatch{Name: fund.Some("Hat?"), Options: []fund.PollOptionPatch{
		{Name: fund.Some("Yes")}, {Name: fund.Some("No")},
	}}))(t)
	for name, amount := range map[string]string{"Song": "10", "Haircut": "100"} {
		must.Get(w.CreateMilestone(ctx, ada, at, fund.MilestonePatch{Name: fund.Some(name), Amount: fund.Some(amount)}))(t)
	}
	return fund.Key{ID: poll.Options[1].ID}
}

func (w *world) ask(t *testing.T, address string) *httptest.ResponseRecorder {
	t.Helper()
	answer := httptest.NewRecorder()
	w.text.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
	if answer.Code != http.StatusOK || strings.Contains(answer.Body.String(), "\n") {
		t.Errorf("%s: got %d %q, want 200 and one line", address, answer.Code, answer.Body)
	}
	return answer
}

func (w *world) says(t *testing.T, address, want string) {
	t.Helper()
	if got := w.ask(t, address).Body.String(); got != want {
		t.Errorf("%s: got %q, want %q", address, got, want)
	}
}

const campaign = "/text/@ada/speedrun/"

func TestTextOfACampaign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	option := w.incentives(t)
	now := w.Clock.Now()
	w.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: w.Campaign.ID}, Amount: "20", Name: "Grace", PollOption: &option}, now.Add(-time.Hour))
	w.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: w.Campaign.ID}, Amount: "5.50", Name: "/ban Ada", Comment: "Go!\nGo!"}, now.Add(-time.Minute))
	must.Do(t, w.CatchUp(t.Context(), app.System()))
	must.Get(w.CreateCounter(t.Context(), app.System(), testworld.ByID(w.Campaign), fund.CounterPatch{Name: fund.Some("Tonight"), StartsAt: fund.Some(now.Add(-time.Minute))}))(t)
	timer := must.Get(w.CreateTimer(t.Context(), app.System(), testworld.ByID(w.Campaign), fund.TimerPatch{Name: fund.Some("Marathon"), Length: fund.Some(time.Hour)}))(t)
	for word, want := range map[string]string{
		"total":          "£25.50",
		"goal":           "£500.50",
		"left":           "£475.00",
		"last":           "ban Ada: £5.50",
		"top":            "Grace: £20.00",
		"next-milestone": "Haircut at £100.00 (£74.50 to go)",
		"poll/1":         "Which game? Zelda £20.00, Mario £0.00",
		"poll/2":         "Hat? Yes £0.00, No £0.00",
		"poll/3":         "There is no poll 3.",
		"poll/0":         "(poll/0 is not known)",
		"counter/1":      "Tonight: £5.50",
		"counter/2":      "There is no counter 2.",
		"timer":          "1:00:00",
		"TOTAL":          "£25.50",
	} {
		w.says(t, campaign+word, want)
	}
	w.says(t, "/text/"+w.Campaign.ID.String()+"/total", "£25.50")
	w.says(t, "/text/+night-owls/all-night/total", "£25.50")
	w.says(t, "/text/game-aid/total", "£25.50")
	w.says(t, "/text/game-aid/winter-2022/total", "£25.50")
	template := func(text string) string { return campaign + "total?" + url.Values{"template": {text}}.Encode() }
	for text, want := range map[string]string{
		"{total} of {goal} for {cause} – {percent} of {name}":    "£25.50 of £500.50 for Game Aid – 5% of Speedrun for Good",
		"/me thanks {last-name} ({last-amount}): {last-comment}": "me thanks /ban Ada (£5.50): Go! Go!",
		"{ Top-Name } {top-amount} {poll/2}":                     "Grace £20.00 Hat? Yes £0.00, No £0.00",
		"{donors}":                                               "(donors is not known)",
		"{{total}}":                                              "({total is not known)}",
		"no end {total":                                          "no end {total",
		"!!!":                                                    "This template has no text.",
		strings.Repeat("x", live.MaxTemplate+1):                  "This template is too long. The limit is 500 bytes.",
	} {
		w.says(t, template(text), want)
	}
	for typed, want := range map[string]string{ // as people type them, without escapes
		"100%": "100%", "50%+of+{goal}": "50% of £500.50", "%+%2": "% %2", "%zz;%C3%A9": "%zz;é", "a&template=b": "a", "": "£25.50", "%": "%",
	} {
		w.says(t, campaign+"total?x=%&template="+typed, want)
	}
	must.Get(w.RunTimer(t.Context(), app.System(), fund.Key{ID: timer.ID}, fund.TimerRun{Act: fund.TimerStart}))(t)
	w.Clock.Advance(time.Hour)
	w.says(t, template("{timer}"), "ended")
	if got := w.ask(t, template(strings.Repeat("x", live.MaxTemplate))).Body.String(); !strings.HasSuffix(got, "x…") {
		t.Errorf("got %q, want as much as fits", got)
	}
}

// TestPollsHaveThePlacesOfTheirOwner moves the first poll behind the second, and the last option before the first.
func TestPollsHaveThePlacesOfTheirOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.incentives(t)
	ctx, ada, at := t.Context(), testworld.As(w.Ada), testworld.ByID(w.Campaign)
	polls := must.Get(w.Polls(ctx, must.Get(w.See(ctx, ada, at))(t), fund.Page{Limit: 2, Order: fund.OldestFirst}))(t)
	must.Do(t, w.MoveIncentive(ctx, ada, at, app.IncentiveMove{Kind: fund.IncentivePoll, ID: polls[0].ID}))
	must.Do(t, w.MoveOption(ctx, ada, fund.Key{ID: polls[0].ID}, app.OptionMove{ID: polls[0].Options[1].ID, Before: polls[0].Options[0].ID}))
	w.says(t, campaign+"poll/1", "Hat? Yes £0.00, No £0.00")
	w.says(t, campaign+"poll/2", "Which game? Zelda £0.00, Mario £0.00")
}

// TestTextInTheLanguageOfTheSite has a site that is German, and asks for English.
func TestTextInTheLanguageOfTheSite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must.Get(w.SetSetting(t.Context(), app.System(), fund.SettingLanguage, "de"))(t)
	w.says(t, campaign+"last", "noch keine Spenden")
	w.says(t, campaign+"total", "0,00 £")
	w.says(t, campaign+"total?lang=en", "£0.00")
	w.says(t, campaign+"last?lang=fr", "no donations yet")
	w.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: w.Campaign.ID}, Amount: "20"}, w.Clock.Now())
	w.says(t, campaign+"last", "Anonym: 20,00 £")
	w.says(t, campaign+"last?template=%7Blast-name%7D", "Anonym")
	w.says(t, "/text/@ada/nothing/total", "Diese Spendenaktion gibt es nicht. Setzen Sie /text vor den Pfad ihrer Seite.")
	seen := must.Get(w.See(t.Context(), app.Actor{}, testworld.ByID(w.Campaign)))(t)
	d := fund.PublicDonation{Name: fund.Anonymous, Amount: 500, Currency: "GBP"}
	for want, of := range map[string]app.Announcement{
		"Anonym hat 5,00 £ für Speedrun for Good gespendet.": {Seen: &seen, Donation: &d},
		"Speedrun for Good ist jetzt live.":                  {Seen: &seen, Event: &app.AnnouncedEvent{Topic: fund.TopicFactLiveStarted}},
	} {
		if got := must.Get(live.Announcer{}.Announce(t.Context(), w.App, of))(t); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTextWhereThereIsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must.Get(w.ImportFundraisingEvent(t.Context(), app.System(), fund.FundraisingEvent{
		Fact: fund.Fact{Slug: "quiet", Name: "Quiet", Cause: fund.Ref{ID: w.Cause.ID}, Status: fund.Published}, Visibility: fund.Visibility{"donor_leaderboard": {}},
	}))(t)
	for address, want := range map[string]string{
		campaign + "total":          "£0.00",
		campaign + "last":           "no donations yet",
		campaign + "top":            "no donations yet",
		campaign + "next-milestone": "no milestone left",
		campaign + "poll/1":         "There is no poll 1.",
		campaign + "timer":          "no timer",
		"/text/game-aid/left":       "no goal",
		"/text/game-aid/quiet/top":  "not shown here",
		"/text/@ada/nothing/total":  "There is no such campaign. Put /text before the path of its page.",
		"/text/@ada/draft/total":    "There is no such campaign. Put /text before the path of its page.",
		"/text/@ada/speedrun/names": "End this address with one of these: total, goal, left, last, top, next-milestone, timer, poll/1, counter/1.",
		"/text":                     "End this address with one of these: total, goal, left, last, top, next-milestone, timer, poll/1, counter/1.",
		"/text/@ada/poll/x":         "End this address with one of these: total, goal, left, last, top, next-milestone, timer, poll/1, counter/1.",
	} {
		w.says(t, address, want)
	}
}

// TestTextShowsWhatEverybodySees gives anonymously, and with what is held for the streamer.
func TestTextShowsWhatEverybodySees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: w.Campaign.ID}, Amount: "5", Name: "Secret", Comment: "Hidden words", Anonymous: true}, time.Time{})
	must.Get(w.ScreenDonation(t.Context(), testworld.As(w.Ada), fund.Key{ID: d.ID}, fund.ScreeningHidden))(t)
	must.Do(t, w.CatchUp(t.Context(), app.System()))
	for _, word := range []string{"last", "top", "total?template={last-name}{last-comment}{top-name}"} {
		if got := w.ask(t, campaign+word).Body.String(); strings.Contains(got, "Secret") || strings.Contains(got, "Hidden") {
			t.Errorf("%s: got %q, want neither the name nor the comment", word, got)
		}
	}
}

func TestTextIsAlwaysThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fine := w.ask(t, campaign+"total").Header()
	for name, want := range map[string]string{
		"Cache-Control": "public, max-age=5", "Access-Control-Allow-Origin": "*", "Content-Type": "text/plain; charset=utf-8", "Almoner-Mode": "sandbox",
		"X-Content-Type-Options": "nosniff",
	} {
		if got := fine.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	w.wait = time.Second
	w.excused(t)
	w.wait = 0
	must.Do(t, w.Store.Close())
	w.excused(t)
	if !strings.Contains(w.Log.String(), "no text for a chat") {
		t.Error("got nothing in the log, want why there was no text")
	}
}

// excused wants words that nobody keeps.
func (w *world) excused(t *testing.T) {
	t.Helper()
	got := w.ask(t, campaign+"total")
	if got.Body.String() != "Too much is going on right now; please try again in a moment." || got.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("got %q, %s, want to be asked for patience", got.Body, got.Header().Get("Cache-Control"))
	}
}

// TestATemplateReadsNothingTwice repeats each value as often as a template has room for.
func TestATemplateReadsNothingTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.incentives(t)
	quiet := must.Get(w.ImportFundraisingEvent(t.Context(), app.System(), fund.FundraisingEvent{
		Fact: fund.Fact{Slug: "quiet", Name: "Quiet", Cause: fund.Ref{ID: w.Cause.ID}, Status: fund.Published}, Visibility: fund.Visibility{"donor_leaderboard": {}},
	}))(t)
	w.ask(t, campaign+"total") // reads the language of the site, which is remembered
	for _, fact := range []string{campaign, "/text/" + quiet.ID.String() + "/"} {
		for _, value := range []string{"{top}", "{last}", "{next-milestone}", "{poll/1}", "{total}"} {
			ask := func(template string) int {
				return len(w.Statements(func() { w.ask(t, fact+"total?"+url.Values{"template": {template}}.Encode()) }))
			}
			once, often := ask(value), ask(strings.Repeat(value, live.MaxTemplate/len(value)))
			if often != once {
				t.Errorf("%s of %s: got %d statements where it is repeated, want %d", value, fact, often, once)
			}
		}
	}
}

func TestTextIsOnlyRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for method, want := range map[string]int{http.MethodHead: 200, http.MethodOptions: 204, http.MethodPost: 405, http.MethodDelete: 405} {
		answer := httptest.NewRecorder()
		w.text.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), method, campaign+"total", nil))
		if answer.Code != want || answer.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: got %d, want %d for every origin", method, answer.Code, want)
		}
	}
}
