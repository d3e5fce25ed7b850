package apiv3

import "github.com/almoner/almoner/internal/fund"

// scheduleItem is an entry of a campaign's or an event's schedule; only a campaign's names
// what it belongs to.
type scheduleItem struct {
	ID          int64   `json:"id"`
	Name        string  `json:"name"`
	Description *string `json:"description"`
	StartsAt    int64   `json:"startsAt"`
	EndsAt      *int64  `json:"endsAt"`
	CampaignID  int64   `json:"campaignId,omitempty"`
}

func (v *version) toScheduleItem(s fund.ScheduleItem) scheduleItem {
	made := v.toEventScheduleItem(s)
	made.CampaignID = s.FactLegacyID
	return made
}

func (v *version) toEventScheduleItem(s fund.ScheduleItem) scheduleItem {
	return scheduleItem{
		ID: s.LegacyID, Name: s.Name, Description: textOrNull(s.Description),
		StartsAt: millis(s.StartsAt), EndsAt: millisOrNull(s.EndsAt),
	}
}
