package crash_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/testnode"
)

// house is one demo on one database, whose process comes and goes.
type house struct {
	binary, data string
	db           string // "" is the file in data
	// mail is the URL of the mail server, "" for none; killAt where the next server kills itself.
	mail, killAt string
	server       *exec.Cmd
	log          *bytes.Buffer // read it when the server has gone
	door
}

func (h *house) start(t *testing.T) {
	t.Helper()
	args := []string{"demo", "--addr", "127.0.0.1:0", "--data", h.data, "--rate", "0", "--no-pictures", "--log-level", "warn",
		"--limit-token-per-minute", "0", "--limit-address-per-minute", "0", "--webhook-networks", "127.0.0.0/8"}
	if h.db != "" {
		args = append(args, "--db", h.db)
	} else if h.server == nil {
		testnode.Filled(t, h.data, false)
	}
	if h.mail != "" {
		args = append(args, "--mail-server", h.mail, "--mail-from", "Receipts <receipts@almoner.test>", "--mail-anyone")
	}
	server := exec.CommandContext(context.WithoutCancel(t.Context()), h.binary, args...)
	server.Env = append(os.Environ(), "ALMONER_KILL_AT="+h.killAt)
	h.server = server
	h.log = testnode.Launch(t, server)
	t.Cleanup(func() { _ = server.Process.Kill() })
	h.door = open(t, must.Get(demo.Load(h.data))(t))
}

// stop asks the server to stop, and wants it to do so in order.
func (h *house) stop(t *testing.T) {
	t.Helper()
	if err := h.server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := h.server.Wait(); err != nil {
		t.Errorf("got %v after SIGTERM, want a clean stop\n%s", err, h.log)
	}
}

// audit wants totals that equal the ledger, and no provider event that waits.
func (h *house) audit(t *testing.T) {
	t.Helper()
	if out, err := h.audited(t); err != nil {
		t.Errorf("audit: got %v, want totals that equal the ledger\n%s", err, out)
	}
}

// auditTotals wants totals that equal the ledger. Provider events may wait for the server that was killed.
func (h *house) auditTotals(t *testing.T) {
	t.Helper()
	if out, err := h.audited(t); err != nil && !bytes.Contains(out, []byte("totals equal the ledger")) {
		t.Errorf("audit: got %v, want totals that equal the ledger\n%s", err, out)
	}
}

func (h *house) audited(t *testing.T) ([]byte, error) {
	t.Helper()
	args := []string{"audit", "--data", h.data}
	if h.db != "" {
		args = []string{"audit", "--db", h.db}
	}
	return exec.CommandContext(t.Context(), h.binary, args...).CombinedOutput()
}

// giveUntilKilled has all writers give, and kills the server without a warning once so many
// donations were acknowledged.
func (h *house) giveUntilKilled(t *testing.T, book *ledger, round int, after int64) {
	t.Helper()
	var acknowledged atomic.Int64
	reached := make(chan struct{})
	enough := sync.OnceFunc(func() { close(reached) })
	known := make([]*ledger, writers)
	var giving sync.WaitGroup
	for w := range writers {
		known[w] = newLedger()
		giving.Go(func() {
			for n := 0; ; n++ {
				reference, cents := referenceOf(round, w, n), int64(100+n)
				got, err := h.give(reference, cents)
				if err != nil {
					known[w].pending[reference] = cents
					if acknowledged.Load() < after {
						t.Errorf("%s: got %v before the kill, want an acknowledgement", reference, err)
						enough()
					}
					return
				}
				known[w].acknowledged[reference] = got
				if acknowledged.Add(1) == after {
					enough()
				}
			}
		})
	}
	<-reached
	if err := h.server.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = h.server.Wait()
	giving.Wait()
	for _, k := range known {
		maps.Copy(book.acknowledged, k.acknowledged)
		maps.Copy(book.pending, k.pending)
	}
	if t.Failed() {
		t.Fatalf("log of the server:\n%s", h.log)
	}
}

// giveAgain does what a donor without an answer does: the same once more. What was recorded
// before the kill must be what is acknowledged now.
func (h *house) giveAgain(t *testing.T, book *ledger, found map[string][]receipt) {
	t.Helper()
	for reference, cents := range book.pending {
		got, err := h.give(reference, cents)
		if err != nil {
			t.Fatalf("%s again: %v", reference, err)
		}
		if before := found[reference]; len(before) == 1 && before[0] != got {
			t.Errorf("%s again: got %v, want %v as it was recorded", reference, got, before[0])
		}
		book.acknowledged[reference] = got
	}
	clear(book.pending)
}

// door is how callers get in to a running demo.
type door struct {
	demo.Credentials
	client *http.Client
}

func open(t *testing.T, credentials demo.Credentials) door {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 2 * raceWriters}
	t.Cleanup(transport.CloseIdleConnections)
	return door{credentials, &http.Client{Transport: transport}}
}

// give makes a donation to the campaign and gives back what was acknowledged.
func (d door) give(reference string, cents int64) (receipt, error) {
	var answer struct {
		LegacyID int64  `json:"legacy_id"`
		Amount   amount `json:"amount"`
	}
	err := d.trigger(reference, cents, &answer)
	return receipt{answer.LegacyID, int64(answer.Amount)}, err
}

// trigger makes a donation to the campaign and reads what was acknowledged.
func (d door) trigger(reference string, cents int64, answer any) error {
	body := fmt.Sprintf(`{"campaign":%d,"amount":"%d.%02d","reference":%q,"comment":%q}`,
		d.Campaign.LegacyID, cents/100, cents%100, reference, reference)
	return d.ask(http.MethodPost, sandbox.TriggerPath, d.Sandbox.Token, body, answer)
}

// ask sends one request and reads its answer, which must be 200 or 201.
func (d door) ask(method, path, token, body string, answer any) error {
	r, err := http.NewRequest(method, d.BaseURL+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	got, err := d.client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = got.Body.Close() }()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		return err
	}
	if got.StatusCode != http.StatusOK && got.StatusCode != http.StatusCreated {
		return fmt.Errorf("%s: %s", got.Status, text)
	}
	return json.Unmarshal(text, answer)
}

// listed is one donation in a list of the API.
type listed struct {
	ID      int64  `json:"id"`
	Amount  amount `json:"amount"`
	Comment string `json:"comment"`
}

// donations walks the whole list of the campaign and gives this test's donations by reference,
// which is their comment too.
func (d door) donations(t *testing.T) map[string][]receipt {
	t.Helper()
	const count = 100
	found := map[string][]receipt{}
	path := fmt.Sprintf("/api/v3/campaigns/%d/donations?count=%d", d.Campaign.LegacyID, count)
	for before := ""; ; {
		var page struct {
			Data []listed `json:"data"`
		}
		if err := d.ask(http.MethodGet, path+before, d.V3.ApplicationToken, "", &page); err != nil {
			t.Fatal(err)
		}
		for _, one := range page.Data {
			if strings.HasPrefix(one.Comment, "crash-") {
				found[one.Comment] = append(found[one.Comment], receipt{one.ID, int64(one.Amount)})
			}
		}
		if len(page.Data) < count {
			return found
		}
		before = fmt.Sprintf("&before=%d", page.Data[count-1].ID)
	}
}

// amount is an amount of the wire, a number or a decimal text, in cents.
type amount int64

// UnmarshalJSON reads both.
func (a *amount) UnmarshalJSON(text []byte) error {
	var units float64
	if err := json.Unmarshal(bytes.Trim(text, `"`), &units); err != nil {
		return err
	}
	*a = amount(math.Round(units * 100))
	return nil
}
