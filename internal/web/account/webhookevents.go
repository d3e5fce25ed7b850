package account

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// eventBox is an event type to choose: Text says as who sees it.
type eventBox struct {
	Type, Text string
	Chosen     bool
}

// eventRow is something that happens, with the types that say so.
type eventRow struct {
	ID, Name, Text string
	Boxes          []eventBox
}

// eventGroup is what happens to one kind of thing. Chosen is how many of its types are.
type eventGroup struct {
	Text   string
	Rows   []eventRow
	Chosen int
}

// eventWay is about the campaign itself, or about what supports it.
type eventWay struct {
	Way, Text, Hint string
	Groups          []eventGroup
	Chosen          int
}

type webhookEventsPage struct {
	Form, Name, Base, Action, Fact string
	Ways                           []eventWay
	Problem                        string
}

// eventGroups are the kinds of things that events are about, in the order of the page, with their headings. The types of the original come first.
var eventGroups = []struct {
	heading text.ID
	nouns   []string
	objects []fund.Object
}{
	{"dash.gifts", []string{fund.WebhookDonation}, []fund.Object{fund.ObjectDonation}},
	{"dash.page", []string{fund.WebhookFact}, []fund.Object{fund.ObjectFact}},
	{"fact.polls", nil, []fund.Object{fund.ObjectPoll, fund.ObjectPollOption}},
	{"fact.challenges", nil, []fund.Object{fund.ObjectTarget}},
	{"fact.rewards", nil, []fund.Object{fund.ObjectReward}},
	{"fact.milestones", nil, []fund.Object{fund.ObjectMilestone}},
	{"fact.schedule", nil, []fund.Object{fund.ObjectScheduleItem}},
	{"fact.matches", nil, []fund.Object{fund.ObjectMatch}},
	{"fact.auction", nil, []fund.Object{fund.ObjectAuctionItem, fund.ObjectBid}},
	{"webhooks.group.exercise", nil, []fund.Object{fund.ObjectFitnessGoal, fund.ObjectFitnessActivity}},
	{"webhooks.group.counter", nil, []fund.Object{fund.ObjectCounter}},
	{"webhooks.group.timer", nil, []fund.Object{fund.ObjectTimer}},
	{"webhooks.group.event", nil, []fund.Object{fund.ObjectRegistration, fund.ObjectEventIncentive}},
}

// nounTexts say what happened, by the last part of the event type.
var nounTexts = map[string]text.ID{
	fund.WebhookDonation: "webhooks.noun.donation_updated", fund.WebhookFact: "webhooks.noun.fact_updated", string(fund.TopicDonationCompleted): "webhooks.noun.donation.completed",
	string(fund.TopicDonationEnded): "webhooks.noun.donation.ended", string(fund.TopicDonationRefunded): "webhooks.noun.donation.refunded", string(fund.TopicDonationDisputed): "webhooks.noun.donation.disputed",
	string(fund.TopicDonationRestored): "webhooks.noun.donation.restored", string(fund.TopicDonationScreened): "webhooks.noun.donation.screened", string(fund.TopicDonationChanged): "webhooks.noun.donation.changed", string(fund.TopicDonationRead): "webhooks.noun.donation.read",
	string(fund.TopicFactCreated): "webhooks.noun.fact.created", string(fund.TopicFactChanged): "webhooks.noun.fact.changed", string(fund.TopicFactPublished): "webhooks.noun.fact.published",
	string(fund.TopicFactUnpublished): "webhooks.noun.fact.unpublished", string(fund.TopicFactRetired): "webhooks.noun.fact.retired", string(fund.TopicFactRemoved): "webhooks.noun.fact.removed",
	string(fund.TopicFactDecided): "webhooks.noun.fact.decided", string(fund.TopicFactGoalReached): "webhooks.noun.fact.goal_reached", string(fund.TopicFactLiveStarted): "webhooks.noun.fact.live_started",
	string(fund.TopicFactLiveEnded): "webhooks.noun.fact.live_ended", string(fund.TopicCauseDecided): "webhooks.noun.cause.decided", string(fund.TopicPollCreated): "webhooks.noun.poll.created",
	string(fund.TopicPollChanged): "webhooks.noun.poll.changed", string(fund.TopicPollClosed): "webhooks.noun.poll.closed", string(fund.TopicPollRemoved): "webhooks.noun.poll.removed",
	string(fund.TopicPollOptionCreated): "webhooks.noun.poll_option.created", string(fund.TopicPollOptionChanged): "webhooks.noun.poll_option.changed", string(fund.TopicTargetCreated): "webhooks.noun.target.created",
	string(fund.TopicTargetChanged): "webhooks.noun.target.changed", string(fund.TopicTargetMet): "webhooks.noun.target.met", string(fund.TopicTargetEnded): "webhooks.noun.target.ended",
	string(fund.TopicTargetRemoved): "webhooks.noun.target.removed", string(fund.TopicRewardCreated): "webhooks.noun.reward.created", string(fund.TopicRewardChanged): "webhooks.noun.reward.changed",
	string(fund.TopicRewardEnded): "webhooks.noun.reward.ended", string(fund.TopicRewardRemoved): "webhooks.noun.reward.removed", string(fund.TopicStockChanged): "webhooks.noun.stock.changed",
	string(fund.TopicRewardSoldOut): "webhooks.noun.reward.sold_out", string(fund.TopicRewardRestocked): "webhooks.noun.reward.restocked", string(fund.TopicMilestoneCreated): "webhooks.noun.milestone.created",
	string(fund.TopicMilestoneChanged): "webhooks.noun.milestone.changed", string(fund.TopicMilestoneReached): "webhooks.noun.milestone.reached", string(fund.TopicMilestoneNext): "webhooks.noun.milestone.next",
	string(fund.TopicCounterCreated): "webhooks.noun.counter.created", string(fund.TopicCounterChanged): "webhooks.noun.counter.changed",
	string(fund.TopicCounterProgressed): "webhooks.noun.counter.progressed", string(fund.TopicCounterRemoved): "webhooks.noun.counter.removed",
	string(fund.TopicTimerCreated): "webhooks.noun.timer.created", string(fund.TopicTimerChanged): "webhooks.noun.timer.changed", string(fund.TopicTimerProgressed): "webhooks.noun.timer.progressed",
	string(fund.TopicTimerEnded): "webhooks.noun.timer.ended", string(fund.TopicTimerRemoved): "webhooks.noun.timer.removed",
	string(fund.TopicMilestoneRemoved): "webhooks.noun.milestone.removed", string(fund.TopicScheduleItemCreated): "webhooks.noun.schedule_item.created", string(fund.TopicScheduleItemChanged): "webhooks.noun.schedule_item.changed",
	string(fund.TopicScheduleItemRemoved): "webhooks.noun.schedule_item.removed", string(fund.TopicMatchOpened): "webhooks.noun.match.opened", string(fund.TopicMatchChanged): "webhooks.noun.match.changed",
	string(fund.TopicMatchProgressed): "webhooks.noun.match.progressed", string(fund.TopicMatchCompleted): "webhooks.noun.match.completed", string(fund.TopicAuctionItemCreated): "webhooks.noun.auction_item.created",
	string(fund.TopicAuctionItemChanged): "webhooks.noun.auction_item.changed", string(fund.TopicAuctionItemCompleted): "webhooks.noun.auction_item.completed", string(fund.TopicBidPlaced): "webhooks.noun.bid.placed",
	string(fund.TopicBidChanged): "webhooks.noun.bid.changed", string(fund.TopicBidRemoved): "webhooks.noun.bid.removed", string(fund.TopicEventIncentiveCreated): "webhooks.noun.event_incentive.created",
	string(fund.TopicFitnessGoalCreated): "webhooks.noun.fitness_goal.created", string(fund.TopicFitnessRecorded): "webhooks.noun.fitness.recorded", string(fund.TopicRegistrationCreated): "webhooks.noun.registration.created",
	string(fund.TopicRegistrationChanged): "webhooks.noun.registration.changed", string(fund.TopicRegistrationRemoved): "webhooks.noun.registration.removed",
}

// sightTexts say as who sees it a message is.
var sightTexts = map[string]text.ID{fund.WebhookPublic: "webhooks.sight.public", fund.WebhookPrivate: "webhooks.sight.private"}

// eventWays are all event types that the endpoint can be told of, with those that are chosen.
func eventWays(l *text.Locale, e fund.WebhookEndpoint, chosen []string) []eventWay {
	all := fund.SubscriptionTypes()
	if e.Options.Format.Chat() {
		all = fund.ChatTypes()
	}
	ways := []eventWay{
		{Way: fund.WebhookDirect, Text: l.Text("webhooks.way.direct")},
		{Way: fund.WebhookIndirect, Text: l.Text("webhooks.way.indirect"), Hint: l.Text("webhooks.way.indirect.hint")},
	}
	for i := range ways {
		way := &ways[i]
		for _, g := range eventGroups {
			nouns := slices.Clone(g.nouns)
			for _, topic := range fund.Topics() {
				if slices.Contains(g.objects, topic.Object()) {
					nouns = append(nouns, string(topic))
				}
			}
			group := eventGroup{Text: l.Text(g.heading)}
			for _, noun := range nouns {
				row := eventRow{ID: way.Way + "-" + strings.ReplaceAll(noun, ".", "-"), Name: noun}
				for _, sight := range []string{fund.WebhookPublic, fund.WebhookPrivate} {
					if name := sight + ":" + way.Way + ":" + noun; slices.Contains(all, name) {
						box := eventBox{name, l.Text(sightTexts[sight]), slices.Contains(chosen, name)}
						if row.Boxes = append(row.Boxes, box); box.Chosen {
							group.Chosen++
							way.Chosen++
						}
					}
				}
				if len(row.Boxes) > 0 {
					row.Text = l.Text(nounTexts[noun])
					group.Rows = append(group.Rows, row)
				}
			}
			if len(group.Rows) > 0 {
				way.Groups = append(way.Groups, group)
			}
		}
	}
	return ways
}

// subscriptionOf is what the endpoint is told of the fact that the address names; no types where it is not subscribed to one that its owner sees.
func (s *Server) subscriptionOf(r *http.Request, v app.Visit, manager app.Actor, e fund.WebhookEndpoint) (key app.SubscriptionKey, name string, types []string, err error) {
	id, err := fund.ParseID(r.PathValue("fact"))
	if err != nil {
		return key, "", nil, fault.New(fault.NotFound, "There is no such campaign.")
	}
	key = app.SubscriptionKey{Endpoint: fund.Key{ID: e.ID}, Fact: fund.Key{ID: id}}
	now, err := s.app.GetSubscription(r.Context(), manager, key)
	subscribed := err == nil
	if err != nil && !fault.Is(err, fault.NotFound) {
		return key, "", nil, err
	}
	f, err := s.app.GetFact(r.Context(), v.Actor(), app.FactKey{Key: key.Fact, Kinds: app.AllKinds()})
	if subscribed && fault.Is(err, fault.NotFound) { // which is hidden now
		return key, id.String(), now.EventTypes, nil
	}
	return key, f.Name, now.EventTypes, err
}

// askEvents is GET /account/apps/{app}/webhooks/{webhook}/facts/{fact}.
func (s *Server) askEvents(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	return s.showEvents(w, r, v, http.StatusOK, "")
}

func (s *Server) showEvents(w http.ResponseWriter, r *http.Request, v app.Visit, status int, problem string) error {
	a, manager, e, err := s.endpointOf(r, v)
	if err != nil {
		return err
	}
	key, name, types, err := s.subscriptionOf(r, v, manager, e)
	if err != nil {
		return err
	}
	l := text.Of(r)
	page := webhookEventsPage{Name: cmp.Or(e.Description, shownURL(e)), Fact: name, Base: appsPath + "/" + a.ID.String() + "/webhooks/" + e.ID.String(), Problem: problem}
	page.Action = page.Base + "/facts/" + key.Fact.ID.String()
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	title := l.Text("webhooks.events")
	if problem != "" {
		types, title = r.PostForm["type"], l.Text("dash.error_title", "Title", title)
	}
	page.Ways = eventWays(l, e, types)
	s.Show(w, r, session.View{Template: "webhookevents.html", Status: status, Title: title, Data: page})
	return nil
}

// chooseEvents subscribes a webhook to the event types of a form. What says who donated takes a proof.
func (s *Server) chooseEvents(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	_, manager, e, err := s.endpointOf(r, v)
	if err != nil {
		return err
	}
	key, _, now, err := s.subscriptionOf(r, v, manager, e)
	if err != nil {
		return err
	}
	types, l := r.PostForm["type"], text.Of(r)
	switch {
	case len(types) == 0 && len(now) == 0:
		return s.showEvents(w, r, v, http.StatusUnprocessableEntity, l.Text("webhooks.events.blank"))
	case len(types) == 0:
		_, err = s.app.DeleteSubscription(r.Context(), manager, key)
	default:
		if slices.ContainsFunc(types, func(one string) bool { return fund.PrivateWebhookType(one) && !slices.Contains(now, one) }) {
			if err := s.app.RequireProof(v.Actor()); err != nil {
				return err
			}
		}
		_, err = s.app.PutSubscription(r.Context(), manager, key, fund.SubscriptionPatch{EventTypes: types})
	}
	switch {
	case fault.Is(err, fault.Invalid):
		return s.showEvents(w, r, v, http.StatusUnprocessableEntity, l.Text("webhooks.events.wrong"))
	case fault.Is(err, fault.Conflict):
		return s.showEvents(w, r, v, http.StatusConflict, l.Text("webhooks.error.conflict"))
	case err != nil:
		return err
	}
	session.Redirect(w, appsPath+"/"+r.PathValue("app")+"/webhooks/"+r.PathValue("webhook"))
	return nil
}
