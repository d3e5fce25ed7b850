package apiv5

import "github.com/almoner/almoner/internal/fund"

const (
	tagCauses = "Causes"
	tagEvents = "Fundraising events"
)

func (v *version) causeRows() []route {
	causes := resource[fund.CausePatch, fund.Cause]{
		model: causeModel, out: cause{}, show: shown(v.toCause),
		path: func(c fund.Cause) string { return at("causes", c.ID) },
	}
	events := resource[fund.EventPatch, fund.FundraisingEvent]{
		model: eventModel, out: fundraisingEvent{}, show: shown(v.toFundraisingEvent),
		path: func(e fund.FundraisingEvent) string { return at("fundraising_events", e.ID) },
	}
	causeAt, eventAt := keyAt("cause_id"), keyAt("fundraising_event_id")
	return []route{
		asCause.post("/causes", tagCauses, "Create a cause", causeInput{}, cause{}, creates(causes, nowhere, keyless(v.app.AddCause))),
		asCause.get("/causes/{cause_id}", tagCauses, "Get a cause as its members see it", cause{}, gets(causes, causeAt, v.app.GetCause)),
		asCause.patch("/causes/{cause_id}", tagCauses, "Change a cause", causeInput{}, cause{}, changes(causes, causeAt, v.app.GetCause, v.app.UpdateCause)),

		asCause.post("/causes/{cause_id}/fundraising_events", tagEvents, "Create a fundraising event of a cause", eventInput{}, fundraisingEvent{}, creates(events, causeAt, v.app.CreateEvent)),
		asCause.get("/fundraising_events/{fundraising_event_id}", tagEvents, "Get a fundraising event as its cause sees it", fundraisingEvent{}, gets(events, eventAt, v.app.GetFundraisingEvent)),
		asCause.patch("/fundraising_events/{fundraising_event_id}", tagEvents, "Change or retire a fundraising event", eventInput{}, fundraisingEvent{}, changes(events, eventAt, v.app.GetFundraisingEvent, v.app.UpdateEvent)),
	}
}
