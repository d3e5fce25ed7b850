package command_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
)

// TestSetUpPrintsTheWay prints a link that opens where passwords are safe, and through a tunnel where the address has no https, until there is an operator.
func TestSetUpPrintsTheWay(t *testing.T) {
	t.Parallel()
	db := testnode.Database(t)
	must.Get(testnode.Do(t, command.Migrate{Store: command.Store{DB: db}}))(t)
	for base, want := range map[string][2]string{
		"":                         {"http://127.0.0.1:8080/setup?code=", ""},
		"https://give.example.org": {"https://give.example.org/setup?code=", ""},
		"http://give.example.org":  {"http://127.0.0.1:8080/setup?code=", "ssh -L 8080:127.0.0.1:8080 give.example.org"},
	} {
		c := command.SetUp{Serve: command.Serve{DB: db, Addr: "127.0.0.1:8080", BaseURL: config.BaseURL(base)}, JSON: true}
		var got struct{ URL, Code, Tunnel, Until string }
		must.Do(t, json.Unmarshal([]byte(must.Get(testnode.Do(t, c))(t)), &got))
		if got.URL != want[0]+got.Code || got.Tunnel != want[1] || got.Until == "" || len(got.Code) < 16 {
			t.Errorf("%s: got %+v, want %v", base, got, want)
		}
		c.JSON = false
		out := must.Get(testnode.Do(t, c))(t)
		if !regexp.MustCompile(`\n  `+regexp.QuoteMeta(want[0])+`\S+\nThe code is \S+\n$`).MatchString(out) || strings.Contains(out, "tunnel") != (want[1] != "") {
			t.Errorf("%s: got\n%s", base, out)
		}
	}
	named := command.SetUp{Serve: command.Serve{DB: db, Addr: ":443"}}
	named.TLS.Hosts = []config.Host{"give.example.org"}
	if out := must.Get(testnode.Do(t, named))(t); !strings.Contains(out, "\n  https://give.example.org/setup?code=") {
		t.Errorf("got\n%s\nwant the name of the certificate", out)
	}
	must.Get(testnode.Do(t, command.CreateUser{Store: command.Store{DB: db}, Username: "Ada", Email: "ada@example.org"}))(t)
	add := command.AddOperator{}
	add.DB, add.Email = db, "ada@example.org"
	must.Get(testnode.Do(t, add))(t)
	if _, err := testnode.Do(t, command.SetUp{Serve: command.Serve{DB: db, Addr: "127.0.0.1:8080"}}); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want that there is an operator", err)
	}
}
