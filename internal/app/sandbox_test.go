package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/testworld"
)

// sandboxTaker records donations under a token with the scope "sandbox".
type sandboxTaker struct{ *world }

func (c sandboxTaker) Take(ctx context.Context, in fund.DonationInput) (fund.Donation, error) {
	actor := c.program
	actor.Scopes = []string{fund.ScopeSandbox}
	return c.Donate(ctx, actor, in)
}

// pay submits a donation through the sandbox.
func (w *world) pay(t *testing.T, body string) (status int, text string, fields map[string]string) {
	t.Helper()
	handler := sandbox.NewTrigger(sandbox.TriggerOptions{Authenticate: func(context.Context, string) (pay.Taker, error) { return sandboxTaker{w}, nil }})
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, sandbox.TriggerPath, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer any")
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, r)
	var got struct {
		Error struct {
			Message string
			Fields  map[string]string
		}
	}
	must.Do(t, json.Unmarshal(answer.Body.Bytes(), &got))
	return answer.Code, answer.Body.String(), got.Error.Fields
}

// shop has incentives of the world's campaign, open and closed.
type shop struct {
	open, ended, off, foreign         fund.Poll
	target, early, late, otherTarget  fund.Target
	reward, scarce, hidden, otherGift fund.Reward
	yen, draft, retired               fund.Fact
}

func (w *world) shop(t *testing.T) shop {
	t.Helper()
	ctx, now := t.Context(), w.Clock.Now()
	here, there := campaignKey(w.campaign), campaignKey(w.team1)
	admin := w.roles[fund.RoleAdmin]
	poll := func(who app.Actor, key app.FactKey, p fund.PollPatch) fund.Poll {
		p.Name, p.Options = fund.Some("?"), []fund.PollOptionPatch{{Name: fund.Some("A")}}
		made, err := w.CreatePoll(ctx, who, key, p)
		must.Do(t, err)
		return made
	}
	target := func(who app.Actor, key app.FactKey, p fund.TargetPatch) fund.Target {
		p.Name, p.Amount = fund.Some("T"), fund.Some("10")
		made, err := w.CreateTarget(ctx, who, key, p)
		must.Do(t, err)
		return made
	}
	reward := func(who app.Actor, key app.FactKey, p fund.RewardPatch) fund.Reward {
		p.Name, p.Amount = fund.Some("R"), fund.Some("2.50")
		made, err := w.CreateReward(ctx, who, key, p)
		must.Do(t, err)
		return made
	}
	two := int64(2)
	s := shop{
		open: poll(w.owner, here, fund.PollPatch{}), ended: poll(w.owner, here, fund.PollPatch{EndsAt: fund.Some(now)}),
		off: poll(w.owner, here, fund.PollPatch{Enabled: fund.Some(false)}), foreign: poll(admin, there, fund.PollPatch{}),
		target: target(w.owner, here, fund.TargetPatch{}), early: target(w.owner, here, fund.TargetPatch{ActivatesAt: fund.Some(now.Add(time.Second))}),
		late: target(w.owner, here, fund.TargetPatch{EndsAt: fund.Some(now)}), otherTarget: target(admin, there, fund.TargetPatch{}),
		reward: reward(w.owner, here, fund.RewardPatch{}), scarce: reward(w.owner, here, fund.RewardPatch{Quantity: fund.Some(&two)}),
		hidden: reward(w.owner, here, fund.RewardPatch{Enabled: fund.Some(false)}), otherGift: reward(admin, there, fund.RewardPatch{}),
		yen:     w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Trees"), Cause: key(w.yen.ID), Status: fund.Some(fund.Published)}),
		draft:   w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Draft")}),
		retired: w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Over"), Status: fund.Some(fund.Published)}),
	}
	var err error
	s.retired, err = w.UpdateCampaign(ctx, w.owner, campaignKey(s.retired), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	must.Do(t, err)
	return s
}

// TestEveryRuleOfADonationHasItsText breaks one rule at a time.
func TestEveryRuleOfADonationHasItsText(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.shop(t)
	here := fmt.Sprintf(`"campaign":%d`, w.campaign.LegacyID)
	for _, c := range []struct{ body, field, text string }{
		{`"amount":"1"`, "campaign", "cannot be blank"},
		{`"campaign":"run","amount":"1"`, "campaign", "is not a campaign; use its id, @user/slug or +team/slug"},
		{here, "amount", "cannot be blank"},
		{here + `,"amount":" "`, "amount", "cannot be blank"},
		{here + `,"amount":"ten"`, "amount", "is not a number"},
		{here + `,"amount":1e3`, "amount", "is not a number"},
		{here + `,"amount":"1,50"`, "amount", "is not a number"},
		{here + `,"amount":true`, "amount", "is not a number"},
		{here + `,"amount":-1`, "amount", "cannot be negative"},
		{here + `,"amount":"0.00"`, "amount", "must be more than zero"},
		{here + `,"amount":"1.005"`, "amount", "has more decimals than USD allows"},
		{fmt.Sprintf(`"campaign":%d,"amount":"1.5"`, s.yen.LegacyID), "amount", "has more decimals than JPY allows"},
		{here + `,"amount":"10000000000.01"`, "amount", "is too large"},
		{here + `,"amount":1,"currency":"ABC"`, "currency", "is not a known currency"},
		{here + `,"amount":1,"currency":"usd"`, "currency", "is not a known currency"},
		{here + `,"amount":1,"currency":"EUR"`, "currency", "must be USD, the currency of this campaign"},
		{here + `,"amount":1,"name":` + quoted("é", 101), "name", "is too long (100 characters at most)"},
		{here + `,"amount":1,"name":"a\nb"`, "name", "has characters that cannot be shown"},
		{here + `,"amount":1,"comment":` + quoted("é", 1001), "comment", "is too long (1000 characters at most)"},
		{here + `,"amount":1,"comment":"\u0000"`, "comment", "has characters that cannot be shown"},
		{here + `,"amount":1,"email":"nobody"`, "email", "is not an e-mail address"},
		{here + `,"amount":1,"email":` + quoted("x", 243) + `"@example.org"`, "email", "is too long (254 bytes at most)"},
		{here + `,"amount":1,"reference":` + quoted("x", 256), "reference", "is too long (255 characters at most)"},
		{here + fmt.Sprintf(`,"amount":1,"poll_option":%d`, s.ended.Options[0].LegacyID), "poll_option", "belongs to a poll that is closed"},
		{here + fmt.Sprintf(`,"amount":1,"poll_option":%d`, s.off.Options[0].LegacyID), "poll_option", "belongs to a poll that is closed"},
		{here + fmt.Sprintf(`,"amount":1,"poll_option":%d`, s.foreign.Options[0].LegacyID), "poll_option", "belongs to another campaign"},
		{here + `,"amount":1,"poll_option":999`, "poll_option", "does not exist"},
		{here + `,"amount":1,"poll_option":"A"`, "poll_option", "is not an id"},
		{here + fmt.Sprintf(`,"amount":1,"target":%d`, s.early.LegacyID), "target", "is closed"},
		{here + fmt.Sprintf(`,"amount":1,"target":%d`, s.late.LegacyID), "target", "is closed"},
		{here + fmt.Sprintf(`,"amount":1,"target":%d`, s.otherTarget.LegacyID), "target", "belongs to another campaign"},
		{here + `,"amount":1,"target":999`, "target", "does not exist"},
		{here + fmt.Sprintf(`,"amount":9,"rewards":[{"id":%d}]`, s.hidden.LegacyID), "rewards.0.id", "cannot be claimed now"},
		{here + fmt.Sprintf(`,"amount":9,"rewards":[{"id":%d}]`, s.otherGift.LegacyID), "rewards.0.id", "belongs to another campaign"},
		{here + `,"amount":9,"rewards":[{"id":999}]`, "rewards.0.id", "does not exist"},
		{here + fmt.Sprintf(`,"amount":9,"rewards":[{"id":%d,"quantity":3}]`, s.scarce.LegacyID), "rewards.0.quantity", "is more than the 2 left"},
		{here + fmt.Sprintf(`,"amount":9,"rewards":[{"id":%d,"quantity":0}]`, s.reward.LegacyID), "rewards.0.quantity", "must be more than zero"},
		{here + fmt.Sprintf(`,"amount":9,"rewards":[{"id":%d,"quantity":1000001}]`, s.reward.LegacyID), "rewards.0.quantity", "is too large (1000000 at most)"},
		{here + fmt.Sprintf(`,"amount":"2.49","rewards":[{"id":%d}]`, s.reward.LegacyID), "amount", "is less than the $2.50 that the chosen rewards cost"},
		{here + `,"amount":900,"rewards":` + claims(s.reward, 51), "rewards", "are too many (50 at most)"},
		{fmt.Sprintf(`"campaign":%d,"amount":1`, s.retired.LegacyID), "campaign", "is retired: a retired campaign takes no donations"},
	} {
		status, text, fields := w.pay(t, "{"+strings.Replace(c.body, `""@`, "@", 1)+"}")
		if status != http.StatusUnprocessableEntity || fields[c.field] != c.text || len(fields) != 1 {
			t.Errorf("%.80s: got %d %.300s, want 422 and only %s %q", c.body, status, text, c.field, c.text)
		}
	}
	if status, text, _ := w.pay(t, fmt.Sprintf(`{"campaign":%d,"amount":1}`, s.draft.LegacyID)); status != http.StatusNotFound {
		t.Errorf("got %d %s, want 404: strangers may not know of a draft", status, text)
	}
}

// TestDonationsAtTheLimits makes donations that are barely allowed.
func TestDonationsAtTheLimits(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, worldOptions{limit: fund.DonationLimit(money.Max)})
	s := w.shop(t)
	here := fmt.Sprintf(`"campaign":%d`, w.campaign.LegacyID)
	for _, body := range []string{
		here + `,"amount":"0.01"`,
		here + `,"amount":"10000000000.00"`,
		here + `,"amount":"1.00000","currency":"USD"`,
		fmt.Sprintf(`"campaign":"@owner/trees","amount":%d.0`, 1_000_000_000_000),
		here + `,"amount":1,"name":` + quoted("é", 100),
		here + `,"amount":1,"comment":` + quoted("🎮", 1000),
		here + `,"amount":1,"email":` + strings.TrimSuffix(quoted("x", 242), `"`) + `@example.org"`,
		here + `,"amount":1,"reference":` + quoted("é", 255),
		here + fmt.Sprintf(`,"amount":1,"poll_option":%d,"target":%d`, s.open.Options[0].LegacyID, s.target.LegacyID),
		here + `,"amount":125,"rewards":` + claims(s.reward, 50),
		here + fmt.Sprintf(`,"amount":2500000,"rewards":[{"id":%d,"quantity":1000000}]`, s.reward.LegacyID),
		here + fmt.Sprintf(`,"amount":"5.00","rewards":[{"id":%d,"quantity":2}]`, s.scarce.LegacyID),
	} {
		if status, text, _ := w.pay(t, "{"+body+"}"); status != http.StatusCreated {
			t.Errorf("%.80s: got %d %.300s, want 201", body, status, text)
		}
	}
	for size, want := range map[int]int{64 << 10: http.StatusCreated, 64<<10 + 1: http.StatusRequestEntityTooLarge} {
		body := "{" + here + `,"amount":1}`
		if status, text, _ := w.pay(t, body+strings.Repeat(" ", size-len(body))); status != want {
			t.Errorf("%d bytes: got %d %.300s, want %d", size, status, text, want)
		}
	}
	report, err := w.Store.Audit(t.Context())
	must.Do(t, err)
	if len(report.Differences) != 0 {
		t.Errorf("got differences %v, want none", report.Differences)
	}
}

// quoted is a JSON string of n times the character.
func quoted(char string, n int) string { return `"` + strings.Repeat(char, n) + `"` }

func claims(r fund.Reward, n int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(fmt.Sprintf(`{"id":%d},`, r.LegacyID), n), ",") + "]"
}

// TestPasswordsAtTheLimits creates users whose passwords are barely allowed, and barely not.
func TestPasswordsAtTheLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for password, want := range map[string]string{
		strings.Repeat("é", 8): "", strings.Repeat("é", 7): "password is too short (8 characters at least)",
		strings.Repeat("x", 1024): "", strings.Repeat("x", 1025): "password is too long (1024 bytes at most)",
	} {
		name := fmt.Sprintf("User %d", len(password))
		_, err := w.CreateUser(t.Context(), app.System(), app.NewUser{Username: name, Email: fmt.Sprintf("%d@example.org", len(password)), Password: password})
		if want == "" {
			must.Do(t, err)
		} else {
			wantFields(t, err, want)
		}
	}
}

// TestChainsOfSupportAtTheLimit builds a tower of campaigns that support one another.
func TestChainsOfSupportAtTheLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	patch := fund.CampaignPatch{Status: fund.Some(fund.Published), Supportable: fund.Some(fund.SupportPublic)}
	top := w.newCampaign(ctx, t, patch)
	for range fund.MaxDepth - 1 { // the cause is above all of them
		patch.Parent = key(top.ID)
		top = w.newCampaign(ctx, t, patch)
	}
	patch.Name, patch.Cause, patch.Parent = fund.Some("One more"), key(w.cause.ID), key(top.ID)
	_, err := w.CreateCampaign(ctx, w.owner, patch)
	wantFields(t, err, "parent stands below too many others already (16 at most)")
	_, err = w.Donate(ctx, app.System(), fund.DonationInput{Fact: fund.Key{ID: top.ID}, Amount: "1"})
	must.Do(t, err)
}

// TestListsOfPartsEnd creates one part more than a list shows.
func TestListsOfPartsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, here := t.Context(), campaignKey(w.campaign)
	errs := make([]error, fund.MaxPerFact+1)
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() {
			_, errs[i] = w.CreateTarget(ctx, w.owner, here, fund.TargetPatch{Name: fund.Some("T"), Amount: fund.Some("1")})
		})
	}
	wait.Wait()
	for _, err := range errs {
		must.Do(t, err)
	}
	targets, err := testworld.Through(ctx, w.App, w.owner, here, func(s app.Seen) ([]fund.Target, error) {
		return w.Targets(ctx, s, fund.Page{Limit: fund.MaxPerFact})
	})
	must.Do(t, err)
	if got := len(targets); got != fund.MaxPerFact || targets[got-1].LegacyID != 2 {
		t.Errorf("got %d targets down to %d, want the newest %d", got, targets[got-1].LegacyID, fund.MaxPerFact)
	}
}

// TestTheEndIsAfterTheStartEverywhere accepts an end one second after the start, and rejects an earlier one.
func TestTheEndIsAfterTheStartEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, start, here := t.Context(), w.Clock.Now(), campaignKey(w.campaign)
	at := fund.Some(start)
	for _, end := range []time.Time{start, start.Add(time.Second)} {
		to := fund.Some(end)
		_, campaign := w.CreateCampaign(ctx, w.owner, fund.CampaignPatch{Name: fund.Some("Span"), Cause: key(w.cause.ID), StartsAt: at, EndsAt: to})
		_, target := w.CreateTarget(ctx, w.owner, here, fund.TargetPatch{Name: fund.Some("T"), Amount: fund.Some("1"), ActivatesAt: at, EndsAt: to})
		_, reward := w.CreateReward(ctx, w.owner, here, fund.RewardPatch{Name: fund.Some("R"), Amount: fund.Some("1"), StartsAt: at, EndsAt: to})
		_, item := w.CreateScheduleItem(ctx, w.owner, here, fund.SchedulePatch{Name: fund.Some("S"), StartsAt: at, EndsAt: to})
		for what, err := range map[string]error{"campaign": campaign, "reward": reward, "schedule item": item, "target": target} {
			start := map[bool]string{true: "activates_at", false: "starts_at"}[what == "target"]
			if end.After(at.Value) {
				must.Do(t, err)
			} else {
				wantFields(t, err, "ends_at must be after "+start)
			}
		}
	}
}

// TestNothingChangesInWhatIsRetired tries every change of a retired campaign and its parts.
func TestNothingChangesInWhatIsRetired(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.shop(t)
	ctx, here := t.Context(), campaignKey(w.campaign)
	item, err := w.CreateScheduleItem(ctx, w.owner, here, fund.SchedulePatch{Name: fund.Some("S"), StartsAt: fund.Some(w.Clock.Now())})
	must.Do(t, err)
	m, err := w.CreateMilestone(ctx, w.owner, here, fund.MilestonePatch{Name: fund.Some("M"), Amount: fund.Some("1")})
	must.Do(t, err)
	milestone := app.MilestoneKey{Campaign: here, Milestone: fund.Key{ID: m.ID}}
	_, err = w.UpdateCampaign(ctx, w.owner, here, fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	must.Do(t, err)
	name, amount := fund.Some("New"), fund.Some("1")
	poll, target, reward := fund.Key{ID: s.open.ID}, fund.Key{ID: s.target.ID}, fund.Key{ID: s.reward.ID}
	at := app.ScheduleKey{Campaign: &here, Item: fund.Key{ID: item.ID}}
	second := func(_ any, err error) error { return err }
	for what, err := range map[string]error{
		"campaign":       second(w.UpdateCampaign(ctx, w.owner, here, fund.CampaignPatch{Name: name})),
		"new poll":       second(w.CreatePoll(ctx, w.owner, here, fund.PollPatch{Name: name, Options: []fund.PollOptionPatch{{Name: name}}})),
		"poll":           second(w.UpdatePoll(ctx, w.owner, poll, fund.PollPatch{Name: name})),
		"poll's end":     w.DeletePoll(ctx, w.owner, poll),
		"new target":     second(w.CreateTarget(ctx, w.owner, here, fund.TargetPatch{Name: name, Amount: amount})),
		"target":         second(w.UpdateTarget(ctx, w.owner, target, fund.TargetPatch{Name: name})),
		"target's end":   w.DeleteTarget(ctx, w.owner, target),
		"new reward":     second(w.CreateReward(ctx, w.owner, here, fund.RewardPatch{Name: name, Amount: amount})),
		"reward":         second(w.UpdateReward(ctx, w.owner, reward, fund.RewardPatch{Name: name})),
		"reward's end":   w.DeleteReward(ctx, w.owner, reward),
		"new milestone":  second(w.CreateMilestone(ctx, w.owner, here, fund.MilestonePatch{Name: name, Amount: amount})),
		"milestone":      second(w.UpdateMilestone(ctx, w.owner, milestone, fund.MilestonePatch{Name: name})),
		"milestone gone": w.DeleteMilestone(ctx, w.owner, milestone),
		"new item":       second(w.CreateScheduleItem(ctx, w.owner, here, fund.SchedulePatch{Name: name, StartsAt: fund.Some(w.Clock.Now())})),
		"item":           second(w.UpdateScheduleItem(ctx, w.owner, at, fund.SchedulePatch{Name: name})),
		"item's end":     w.DeleteScheduleItem(ctx, w.owner, at),
	} {
		if what == "campaign" {
			wantFields(t, err, "status is retired: a retired campaign cannot be changed")
		} else if !fault.Is(err, fault.Conflict) || len(fault.From(err).Fields) > 0 {
			t.Errorf("%s: got %v, want a conflict without fields", what, err)
		}
	}
}
