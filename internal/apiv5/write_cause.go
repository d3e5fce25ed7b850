package apiv5

import (
	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
)

func (v *version) causeRows() []route {
	causes := resourceOf(causeModel, cause{}, shown(v.toCause), func(c fund.Cause) string { return at("causes", c.ID) })
	events := resourceOf(
		eventModel, fundraisingEvent{},
		shown(v.toFundraisingEvent),
		func(e fund.FundraisingEvent) string { return at("fundraising_events", e.ID) },
	)
	causeAt, eventAt := keyAt("cause_id"), keyAt("fundraising_event_id")
	return []route{
		asCause.post("/causes", tagCauses, "Create a cause", causeInput{}, cause{}, api.Creates(causes, api.Nowhere, api.Keyless(v.app.CreateCause))),
		asCause.get("/causes/{cause_id}", tagCauses, "Get a cause as its members see it", cause{}, api.Gets(causeAt, v.app.GetCause, causes.Reply)),
		asCause.patch("/causes/{cause_id}", tagCauses, "Change a cause", causeInput{}, cause{}, api.Changes(causes, causeAt, v.app.GetCause, v.app.UpdateCause)),

		asCause.post("/causes/{cause_id}/fundraising_events", tagEvents, "Create a fundraising event of a cause", eventInput{}, fundraisingEvent{},
			api.Creates(events, causeAt, v.app.CreateFundraisingEvent)),
		asCause.get("/fundraising_events/{fundraising_event_id}", tagEvents, "Get a fundraising event as its cause sees it", fundraisingEvent{}, api.Gets(eventAt, v.app.GetFundraisingEvent, events.Reply)),
		asCause.patch("/fundraising_events/{fundraising_event_id}", tagEvents, "Change or retire a fundraising event", eventInput{}, fundraisingEvent{},
			api.Changes(events, eventAt, v.app.GetFundraisingEvent, v.app.UpdateFundraisingEvent)),
	}
}
