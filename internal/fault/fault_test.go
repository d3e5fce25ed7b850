package fault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

func TestFromFindsTheFaultThroughWrapping(t *testing.T) {
	t.Parallel()
	inner := fault.New(fault.NotFound, "There is no campaign %d.", 7)
	got := fault.From(fmt.Errorf("campaign 7: %w", inner))
	if got != inner {
		t.Errorf("got %v, want the wrapped fault", got)
	}
}

func TestForeignErrorIsInternalAndKeepsItsTextPrivate(t *testing.T) {
	t.Parallel()
	got := fault.From(io.ErrUnexpectedEOF)
	if got.Kind != fault.Internal || got.Message != "" {
		t.Errorf("got kind %v message %q, want internal and no public message", got.Kind, got.Message)
	}
	if !errors.Is(got, io.ErrUnexpectedEOF) || !strings.Contains(got.Error(), "unexpected EOF") {
		t.Errorf("got %q, want the cause in the log text", got)
	}
	if fault.From(nil) != nil || fault.Is(nil, fault.Internal) {
		t.Error("nil became a fault")
	}
}

// TestADeadlineThatPassedIsUnavailable: whoever waited may try again, and nothing is broken.
func TestADeadlineThatPassedIsUnavailable(t *testing.T) {
	t.Parallel()
	got := fault.From(fmt.Errorf("campaign 7: %w", context.DeadlineExceeded))
	if got.Kind != fault.Unavailable || got.Message == "" || !errors.Is(got, context.DeadlineExceeded) {
		t.Errorf("got %v, want Unavailable with a message and its cause", got)
	}
	if got := fault.From(context.Canceled); got.Kind != fault.Internal {
		t.Errorf("got %v of a caller who left, want Internal", got)
	}
}

func TestEveryKindHasAName(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range fault.Kinds() {
		if name := k.String(); name == "" || strings.HasPrefix(name, "kind(") || seen[name] {
			t.Errorf("kind %d has name %q, want a unique one", k, name)
		} else {
			seen[name] = true
		}
	}
	if len(seen) != int(fault.Unavailable)+1 {
		t.Errorf("got %d names, want one for each kind", len(seen))
	}
}

func TestFieldsKeepTheFirstErrorOfAPath(t *testing.T) {
	t.Parallel()
	var f fault.Fields
	if f.Err() != nil {
		t.Error("no fields made an error")
	}
	f.Add("goal", "is not a number")
	f.Add("goal", "cannot be blank")
	f.Add("options", "is not a list")
	f.Add("options.0.name", "cannot be blank")
	f.Add("goals", "cannot be blank")
	want := fault.Fields{{Path: "goal", Text: "is not a number"}, {Path: "options", Text: "is not a list"}, {Path: "goals", Text: "cannot be blank"}}
	if !slices.Equal(f, want) {
		t.Errorf("got %v, want %v", f, want)
	}
	if got := f.Under("campaign")[0].Path; got != "campaign.goal" {
		t.Errorf("got %q, want campaign.goal", got)
	}
	if !fault.Is(f.Err(), fault.Invalid) {
		t.Errorf("got %v, want an invalid fault", f.Err())
	}
}

func TestFieldsKeepTheirRules(t *testing.T) {
	t.Parallel()
	var f fault.Fields
	f.AddField(fault.Field{Path: "amount", Text: "is less than $5.00", Rule: "below_minimum", Limit: 500})
	f.AddField(fault.Field{Path: "amount", Text: "is more than $9.00", Rule: "above_maximum", Limit: 900})
	want := fault.Fields{{Path: "donation.amount", Text: "is less than $5.00", Rule: "below_minimum", Limit: 500}}
	if got := f.Under("donation"); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestTextForTheLog(t *testing.T) {
	t.Parallel()
	fields := fault.Fields{{Path: "name", Text: "cannot be blank"}, {Path: "goal", Text: "is not a number"}}.Err()
	for want, err := range map[string]error{
		"internal: disk is full":            fault.From(errors.New("disk is full")),
		"conflict: It is retired.":          fault.New(fault.Conflict, "It is retired."),
		"unavailable: Later.: disk is full": fault.Wrap(errors.New("disk is full"), fault.Unavailable, "%s.", "Later"),
		"gone":                              &fault.Error{Kind: fault.Gone},
		"invalid: Some of the submitted values are not allowed. [name cannot be blank] [goal is not a number]": fields,
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestHowLongToWait(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind        fault.Kind
		after, want time.Duration
	}{
		{fault.Unavailable, 0, 5 * time.Second}, {fault.Unavailable, 1, 1}, {fault.Unavailable, time.Minute, time.Minute},
		{fault.RateLimited, 3 * time.Second, 3 * time.Second}, {fault.RateLimited, 0, 0}, {fault.NotFound, 0, 0},
	} {
		if got := (&fault.Error{Kind: c.kind, RetryAfter: c.after}).Wait(); got != c.want {
			t.Errorf("%s after %s: got %s, want %s", c.kind, c.after, got, c.want)
		}
	}
}

func TestAKindWithoutAName(t *testing.T) {
	t.Parallel()
	next := fault.Kind(len(fault.Kinds()))
	if got, want := next.String(), fmt.Sprintf("kind(%d)", next); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := fault.Kind(255).String(); got != "kind(255)" {
		t.Errorf("got %q, want kind(255)", got)
	}
}

func TestIsLooksThroughWrapping(t *testing.T) {
	t.Parallel()
	stale := fmt.Errorf("donation 7: %w", fault.New(fault.Stale, "Ask again."))
	if !fault.Is(stale, fault.Stale) || fault.Is(stale, fault.Conflict) || !fault.Is(io.EOF, fault.Internal) {
		t.Error("a wrapped fault lost its kind, or a foreign error is not internal")
	}
}
