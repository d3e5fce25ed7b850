package command_test

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/testnode"
)

// TestAlarmsAreTriedOut mails each operator, posts to the webhook and pings, and says of each whether it works.
func TestAlarmsAreTriedOut(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	t.Cleanup(hook.Close)
	post := testmail.Start(t, testmail.Options{})
	db := testnode.Database(t)
	must.Get(testnode.Do(t, command.Migrate{Store: command.Store{DB: db}}))(t)
	c := command.AlarmTest{Serve: command.Serve{DB: db, Addr: "127.0.0.1:0"}, JSON: true}
	tried := func(wantErr error, want ...string) {
		t.Helper()
		out, err := testnode.Do(t, c)
		if got := strings.Split(strings.TrimSpace(out), "\n"); !errors.Is(err, wantErr) || !slices.Equal(got, want) {
			t.Errorf("got %v and\n%s\nwant %v and\n%s", err, out, wantErr, strings.Join(want, "\n"))
		}
	}
	tried(command.ErrNoAlarms, `{"way":"mail","to":"","state":"not_set","problem":"there is no operator yet: almoner operator add"}`,
		`{"way":"webhook","to":"","state":"not_set","problem":""}`, `{"way":"ping","to":"","state":"not_set","problem":""}`)
	must.Get(testnode.Do(t, command.CreateUser{Store: command.Store{DB: db}, Username: "Ada", Email: "ada@example.org"}))(t)
	add := command.AddOperator{}
	add.DB, add.Email = db, "ada@example.org"
	must.Get(testnode.Do(t, add))(t)
	must.Do(t, c.Mail.Server.UnmarshalText([]byte(post.URL())))
	must.Do(t, c.Mail.From.UnmarshalText([]byte("almoner@example.org")))
	c.Alarm = config.Alarms{Webhook: config.SecretURL(hook.URL), Ping: config.SecretURL(hook.URL)}
	tried(nil, `{"way":"mail","to":"ada@example.org","state":"ok","problem":""}`, `{"way":"webhook","to":"","state":"ok","problem":""}`, `{"way":"ping","to":"","state":"ok","problem":""}`)
	if got := post.Messages(); len(got) != 1 {
		t.Errorf("got %d mails, want 1", len(got))
	}
	status = http.StatusNotFound
	tried(command.ErrAlarmFails, `{"way":"mail","to":"ada@example.org","state":"ok","problem":""}`,
		`{"way":"webhook","to":"","state":"failed","problem":"the message was not taken: the answer was 404"}`, `{"way":"ping","to":"","state":"failed","problem":"the message was not taken: the answer was 404"}`)
	post.Close()
	c.JSON = false
	out, err := testnode.Do(t, c)
	if !errors.Is(err, command.ErrAlarmFails) || !strings.Contains(out, "mail ada@example.org: failed") {
		t.Errorf("got %v and\n%s", err, out)
	}
}

// TestAlarmsAreListed shows what is wrong now, and with --all what was.
func TestAlarmsAreListed(t *testing.T) {
	t.Parallel()
	db := testnode.Database(t)
	s := storetest.OpenAt(t, string(db), store.Options{})
	raised := app.New(app.Options{Store: s, Random: rand.Reader}).RaiseAlarms(t.Context(), app.System(), "a", []app.Sighting{
		{Check: "disk", Text: "Nearly full.", Fix: "Make room.", Local: true, Again: true},
	})
	must.Do(t, raised)
	list := command.AlarmList{Store: command.Store{DB: db}}
	for _, all := range []bool{false, true} {
		list.All = all
		if out := must.Get(testnode.Do(t, list))(t); !strings.HasPrefix(out, "disk on a since 20") || !strings.HasSuffix(out, ": Nearly full. Make room.\n") {
			t.Errorf("got %q", out)
		}
	}
	list.JSON = true
	if out := must.Get(testnode.Do(t, list))(t); !strings.Contains(out, `"check":"disk","node":"a","urgent":false`) || !strings.Contains(out, `"ended_at":null`) {
		t.Errorf("got %q", out)
	}
}
