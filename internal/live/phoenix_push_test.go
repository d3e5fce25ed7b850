package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testworld"
)

// TestADonationIsPushedOnce follows one donation: clients add its amount up.
func TestADonationIsPushedOnce(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	ctx := t.Context()
	must.Get(s.UpdateDonationSettings(ctx, testworld.As(s.Ada), testworld.ByID(s.Campaign), fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything)}))(t)
	w := s.dial(t, "?vsn=2.0.0", nil)
	topic := s.topic(s.Campaign, "donation")
	w.join(1, topic)
	d := s.give("20", "Ada", "A word")
	// Its texts wait for a person; its amount counts.
	w.want(s.donation(topic, d, "20.0", "Anonymous", "null"))
	must.Get(s.ScreenDonation(ctx, testworld.As(s.Ada), fund.Key{ID: d.ID}, fund.ScreeningShown))(t)
	must.Get(s.RefundDonation(ctx, app.System(), fund.Key{ID: d.ID}, "5"))(t)
	must.Get(s.RefundDonation(ctx, app.System(), fund.Key{ID: d.ID}, ""))(t)
	s.stage.here(ctx)
	w.idle()
}

// TestTotalsArePushed follows the totals of a campaign and of what it supports: clients set them.
func TestTotalsArePushed(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	ctx := t.Context()
	w := s.dial(t, "?vsn=2.0.0", nil)
	campaign := fmt.Sprintf("campaign.%d.campaign", s.Campaign.LegacyID)
	team := "fact." + s.TeamCampaign.ID.String() + ".fact"
	w.join(17, campaign)
	w.join(18, team)
	// Donations to what supports a campaign are none to it.
	w.join(19, "fact."+s.TeamCampaign.ID.String()+".donation")
	want := func(raised, total json.Number) {
		t.Helper()
		if got, _ := w.campaignPush(campaign, "campaign"); got != raised {
			t.Errorf("got amountRaised %s, want %s", got, raised)
		}
		if _, got := w.campaignPush(team, "fact"); got != total {
			t.Errorf("got totalAmountRaised %s of the team's campaign, want %s", got, total)
		}
	}
	d := s.give("20", "Ada", "")
	want("20", "20")
	must.Get(s.RefundDonation(ctx, app.System(), fund.Key{ID: d.ID}, "5.5"))(t)
	want("14.5", "14.5")
	must.Get(s.UpdateCampaign(ctx, testworld.As(s.Ada), testworld.ByID(s.Campaign), fund.CampaignPatch{Goal: fund.Some("600")}))(t)
	if got, _ := w.campaignPush(campaign, "campaign"); got != "14.5" {
		t.Errorf("got amountRaised %s with the new goal, want 14.5", got)
	}
}

// slowPushes holds the first campaign back until it may be written.
type slowPushes struct {
	live.Pushes
	asked, mayGo chan struct{}
}

func (p *slowPushes) Campaign(f fund.Fact) (json.RawMessage, error) {
	select {
	case p.asked <- struct{}{}:
		<-p.mayGo
	default:
	}
	return p.Pushes.Campaign(f)
}

// TestACampaignIsPushedOnceForSeveralChanges donates four times while the first push is under way.
func TestACampaignIsPushedOnceForSeveralChanges(t *testing.T) {
	t.Parallel()
	slow := &slowPushes{asked: make(chan struct{}, 1), mayGo: make(chan struct{})}
	s := newSocketStage(t, func(o *live.PhoenixOptions) {
		slow.Pushes = o.Pushes
		o.Pushes = slow
	})
	w := s.dial(t, "?vsn=2.0.0", nil)
	campaign := fmt.Sprintf("campaign.%d.campaign", s.Campaign.LegacyID)
	w.join(1, campaign)
	s.give("1", "Ada", "")
	<-slow.asked
	slow.asked <- struct{}{} // nobody else is held back
	for range 3 {
		s.give("1", "Ada", "")
	}
	s.stage.here(t.Context())
	close(slow.mayGo)
	for _, want := range []json.Number{"1", "4"} {
		if got, _ := w.campaignPush(campaign, "campaign"); got != want {
			t.Errorf("got amountRaised %s, want %s", got, want)
		}
	}
	w.idle()
}

func TestRewardsArePushed(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	ctx := t.Context()
	quantity := int64(2)
	r := must.Get(s.CreateReward(ctx, testworld.As(s.Ada), testworld.ByID(s.Campaign), fund.RewardPatch{
		Name: fund.Some("Sticker"), Amount: fund.Some("5"), Kind: fund.Some(fund.RewardVirtual), Quantity: fund.Some(&quantity), Enabled: fund.Some(true), AlwaysActive: fund.Some(true),
	}))(t)
	s.stage.here(ctx)
	w := s.dial(t, "?vsn=2.0.0", nil)
	topic := "fact." + s.Campaign.ID.String() + ".reward"
	w.join(6, topic)
	must.Get(s.UpdateReward(ctx, testworld.As(s.Ada), fund.Key{ID: r.ID}, fund.RewardPatch{Name: fund.Some("Big sticker")}))(t)
	frame, err := w.next()
	if err != nil || !strings.HasPrefix(frame, fmt.Sprintf(`[null,null,"%s","reward",{"id":%d,"type":"Reward","name":"Big sticker",`, topic, r.LegacyID)) {
		t.Errorf("got %s, %v, want the reward", frame, err)
	}
}

// TestTestEventsStayInside appends an event of a rehearsal between two donations.
func TestTestEventsStayInside(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	w := s.dial(t, "?vsn=2.0.0", nil)
	donation, fact := s.topic(s.Campaign, "donation"), s.topic(s.Campaign, "fact")
	w.join(1, donation)
	first := s.give("1", "Ada", "")
	w.want(s.donation(donation, first, "1.0", "Ada", "null"))
	w.join(2, fact)
	s.Must(s.Store.Write(t.Context(), fund.ID{}, func(_ context.Context, tx *store.Tx) error {
		for _, topic := range fund.Topics() {
			tx.Append(fund.Event{Topic: topic, Subject: first.ID, Facts: []fund.ID{s.Campaign.ID}, At: testworld.Start, Test: true})
		}
		return nil
	}))
	second := s.give("2", "Ada", "")
	w.want(s.donation(donation, second, "2.0", "Ada", "null"))
}
