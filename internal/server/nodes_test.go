package server_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

func TestMain(m *testing.M) { testpg.Main(m) }

var raised = regexp.MustCompile(`"amountRaised":([0-9.]+)`)

// TestNodesOfOneDatabaseTellEachOther has one node cache an answer and another one change it.
func TestNodesOfOneDatabaseTellEachOther(t *testing.T) {
	t.Parallel()
	database := config.Database(testpg.Start(t))
	here := testnode.StartDemo(t, command.Demo{Data: t.TempDir(), DB: database, Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute})
	there := here
	there.Server = testnode.Start(t, command.Serve{
		DB: database, Secret: config.Secret{KeyFile: filepath.Join(here.Data, "almoner.key")}, Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute,
	})
	path := fmt.Sprintf("/campaigns/%d", here.Credentials.Campaign.LegacyID)
	before := raised.FindString(ask(t, there, path))
	if again := raised.FindString(ask(t, there, path)); again != before || before == "" {
		t.Fatalf("got %q and then %q, want the same amount twice", before, again)
	}

	give(t, here, http.StatusCreated)
	after := raised.FindString(ask(t, here, path))
	if after == before {
		t.Errorf("got %s from the node that took the donation, want more", after)
	}
	for raised.FindString(ask(t, there, path)) != after { // until the test's deadline
		if t.Context().Err() != nil {
			t.Fatalf("got no %s from the other node", after)
		}
	}
}

func give(t *testing.T, d testnode.Demo, want int) {
	t.Helper()
	body := fmt.Sprintf(`{"campaign":%d,"amount":"7.00"}`, d.Credentials.Campaign.LegacyID)
	r, err := http.NewRequest(http.MethodPost, d.URL+"/pay/sandbox/donations", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.Credentials.Sandbox.Token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != want {
		t.Fatalf("got %d, want %d", answer.StatusCode, want)
	}
}
