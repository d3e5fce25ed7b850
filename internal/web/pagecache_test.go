package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web"
)

// shop is an empty site whose clock is set by the test.
type shop struct {
	*testworld.Service
	pages *web.Site
	wait  time.Duration
	user  fund.User
}

func newShop(t *testing.T) *shop {
	t.Helper()
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	made := &shop{Service: testworld.NewAt(t, storetest.SQLite(t), testworld.Options{At: at})}
	made.pages = web.New(web.Options{App: made.App, Now: made.Clock.Now, Limit: func(*http.Request) time.Duration { return made.wait }})
	var err error
	made.user, err = made.CreateUser(t.Context(), app.System(), app.NewUser{Username: "Ana", Slug: "ana", Email: "ana@example.org", Password: "correct horse battery"})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (s *shop) rename(t *testing.T, about string) {
	t.Helper()
	patch := fund.UserPatch{About: fund.Some(about)}
	if _, err := s.UpdateCurrentUser(t.Context(), app.Actor{Kind: app.ActorUser, User: s.user.ID, Scopes: []string{fund.ScopeWrite}}, patch); err != nil {
		t.Fatal(err)
	}
}

func TestPagesAreKeptForASecond(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	shows := func(path, want string) {
		t.Helper()
		if body := get(s.pages, path).Body.String(); !strings.Contains(body, want) {
			t.Errorf("%s: got %s, want %q", path, body, want)
		}
	}
	s.rename(t, "first words")
	shows("/@ana", "first words")
	s.rename(t, "second words")
	shows("/@ana", "first words")
	shows("//@ana/", "first words")
	shows("/@ana?anything", "first words")
	s.pages.Changed()
	shows("/@ana", "second words")
	s.rename(t, "third words")
	shows("/@ana", "second words")
	s.Clock.Advance(time.Second)
	shows("/@ana", "third words")
	shows("/@bo", "nothing at this address")
	if _, err := s.CreateUser(t.Context(), app.System(), app.NewUser{Username: "Bo", Slug: "bo", Email: "bo@example.org", Password: "correct horse battery"}); err != nil {
		t.Fatal(err)
	}
	shows("/@bo", "Bo</h1>")
	for i := range 2000 {
		get(s.pages, fmt.Sprintf("/assets/../%d", i))
	}
	shows("/@ana", "third words")
}

func TestAPageBegunBeforeAChangeIsNotShownAfterIt(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var asked sync.WaitGroup
	for i := range 50 {
		about := fmt.Sprintf("words %d", i)
		for range 4 {
			asked.Go(func() { get(s.pages, "/@ana") })
		}
		s.rename(t, about)
		s.pages.Changed()
		if body := get(s.pages, "/@ana").Body.String(); !strings.Contains(body, about+"<") {
			t.Errorf("got an older page than %q", about)
		}
	}
	asked.Wait()
}

func TestTooManyRequestsGetAPage(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.wait = 1500 * time.Millisecond
	w := get(s.pages, "/")
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "2" || !strings.Contains(w.Body.String(), "too many requests") {
		t.Errorf("got %d %v %s, want the page for 429 and when to come back", w.Code, w.Header(), w.Body)
	}
	options := httptest.NewRecorder()
	s.pages.ServeHTTP(options, httptest.NewRequest(http.MethodOptions, "/", nil))
	if options.Code != http.StatusNoContent || options.Header().Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("OPTIONS: got %d %v, want 204 and the methods", options.Code, options.Header())
	}
}

// section is the part of a page with that id.
func section(t *testing.T, body, id string) string {
	t.Helper()
	_, rest, found := strings.Cut(body, ` id="`+id+`">`)
	if !found {
		t.Fatalf("got a page without %s", id)
	}
	part, _, _ := strings.Cut(rest, "</section>")
	return part
}

func TestOpenThingsComeFirst(t *testing.T) {
	t.Parallel()
	pages, credentials := site(t)
	body := get(pages, "/@"+credentials.Campaign.OwnerSlug+"/"+credentials.Campaign.Slug).Body.String()
	for _, heading := range []string{"polls", "challenges", "rewards"} {
		part := section(t, body, heading)
		var closed bool
		things := strings.Split(part, "<h3")[1:]
		for i, thing := range things {
			now := strings.Contains(thing, ">Closed<")
			if closed && !now {
				t.Errorf("%s: got an open one at %d after a closed one:\n%s", heading, i, part)
			}
			closed = now
		}
	}
	milestones := section(t, body, "milestones")
	if !strings.Contains(milestones, "Reached<") {
		t.Errorf("got %s, want a milestone that was reached", milestones)
	}
	home := get(pages, "/").Body.String()
	open, over := section(t, home, "open"), section(t, home, "ended")
	if strings.Contains(open, ">Ended<") || strings.Count(over, "<h3>") != strings.Count(over, ">Ended<") || strings.Index(home, open) > strings.Index(home, over) {
		t.Errorf("got campaigns that have ended among those that run, or before them:\n%s", regexp.MustCompile(`<h3>.*|.*>Ended<.*`).FindAllString(home, -1))
	}
}
