package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"syscall"
	"time"
)

// donationBody is one donation on the sandbox provider's wire.
type donationBody struct {
	Campaign   string       `json:"campaign"`
	Amount     string       `json:"amount"`
	Currency   string       `json:"currency,omitempty"`
	Name       string       `json:"name,omitempty"`
	Comment    string       `json:"comment,omitempty"`
	Email      string       `json:"email,omitempty"`
	PollOption string       `json:"poll_option,omitempty"`
	Target     string       `json:"target,omitempty"`
	Rewards    []rewardFlag `json:"rewards,omitempty"`
	Reference  string       `json:"reference"`
}

// sandboxClient makes donations at a running server.
type sandboxClient struct {
	to   credentials
	http *http.Client
}

func newSandboxClient(to credentials) *sandboxClient {
	return &sandboxClient{to: to, http: &http.Client{
		Timeout:   30 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: atOnce, IdleConnTimeout: time.Minute},
	}}
}

// tries is how often a donation is sent when the server, or the way to it, fails.
const tries = 4

// donate makes one donation and gives its id. It sends it again when that may help: the
// reference keeps it from being recorded twice.
func (c *sandboxClient) donate(ctx context.Context, d donationBody) (string, error) {
	body, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	for try := 1; ; try++ {
		id, err := c.send(ctx, body)
		var later *laterError
		if err == nil || !errors.As(err, &later) || try == tries {
			return id, err
		}
		select {
		case <-ctx.Done():
			return "", context.Cause(ctx)
		case <-time.After(time.Duration(try*try) * 200 * time.Millisecond):
		}
	}
}

// laterError is a failure that may go away on its own.
type laterError struct{ error }

// Unwrap gives what failed.
func (e *laterError) Unwrap() error { return e.error }

func (c *sandboxClient) send(ctx context.Context, body []byte) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.to.BaseURL+"/pay/sandbox/donations", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Authorization", "Bearer "+c.to.Sandbox.Token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := c.http.Do(r)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "", fmt.Errorf("no server answers at %s; start it with: almoner demo, or name its folder with --data", c.to.BaseURL)
	case err != nil:
		return "", &laterError{err}
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return "", &laterError{err}
	}
	return read(answer.StatusCode, text)
}

// read gives the id of a donation that was acknowledged, or why it was not.
func read(status int, text []byte) (string, error) {
	var answer struct {
		ID    string
		Error struct {
			Message string
			Fields  map[string]string
		}
	}
	err := json.Unmarshal(text, &answer)
	switch {
	case status == http.StatusCreated && err == nil && answer.ID != "":
		return answer.ID, nil
	case len(answer.Error.Fields) > 0:
		var lines fieldsError
		for _, name := range slices.Sorted(maps.Keys(answer.Error.Fields)) {
			lines = append(lines, name+" "+answer.Error.Fields[name])
		}
		return "", lines
	case status == http.StatusNotFound && answer.Error.Message == "":
		return "", errors.New("the server takes no sandbox donations; start it with --sandbox")
	case status >= http.StatusInternalServerError || status == http.StatusTooManyRequests:
		return "", &laterError{fmt.Errorf("the server answered %d: %s", status, answer.Error.Message)}
	default:
		return "", fmt.Errorf("the server answered %d: %s", status, answer.Error.Message)
	}
}

// fieldsError has one line for each wrong field.
type fieldsError []string

// Error counts the lines.
func (e fieldsError) Error() string {
	if len(e) == 1 {
		return "donation refused: 1 field is invalid"
	}
	return fmt.Sprintf("donation refused: %d fields are invalid", len(e))
}
