package fund

import (
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// Apply changes the common fields of a fact, except its references (cause, event, parent and team), and returns all errors. A missing slug
// is derived from the name.
func (p CampaignPatch) Apply(f *Fact, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	before, slug := f.Status, f.Slug
	p.Name.To(&f.Name)
	p.Slug.To(&f.Slug)
	p.Description.To(&f.Description)
	p.Avatar.To(&f.Avatar)
	p.StartsAt.To(&f.StartsAt)
	p.EndsAt.To(&f.EndsAt)
	p.Status.To(&f.Status)
	p.Supportable.To(&f.Supportable)
	p.Livestream.To(&f.Livestream)
	CheckName(&wrong, "name", &f.Name)
	if f.Slug == "" && !p.Slug.Set {
		if f.Slug = SlugFrom(f.Name, namelessSlug(f.Kind), p.Language); f.reserved() {
			f.Slug = NumberedSlug(f.Slug, 2)
		}
	} else {
		CheckSlug(&wrong, "slug", &f.Slug)
	}
	checkReserved(&wrong, f, slug)
	checkLong(&wrong, "description", f.Description, MaxDescription)
	checkAddress(&wrong, "avatar", &f.Avatar)
	if p.Color.Set {
		f.Color = p.Color.Value
		checkAccent(&wrong, "color", &f.Color)
	}
	if p.Goal.Set {
		f.Goal = parseAmount(&wrong, "goal", p.Goal.Value, f.Currency)
	}
	checkSameCurrency(&wrong, p.Currency, f.Currency)
	if f.OriginalGoal == 0 {
		f.OriginalGoal = f.Goal
	}
	CheckSpan(&wrong, f.StartsAt, f.EndsAt)
	CheckOneOf(&wrong, "status", f.Status, statuses())
	if f.Status == Unpublished && before == Retired {
		wrong.Add("status", "cannot be unpublished: it is retired")
	}
	if f.Status == Retired && before == Unpublished && f.PublishedAt.IsZero() {
		wrong.Add("status", "cannot be retired before it was published: delete it instead")
	}
	CheckOneOf(&wrong, "supportable", f.Supportable, supportables())
	f.Livestream = checkLivestream(&wrong, f.Livestream)
	f.UpdatedAt = now
	f.Stamp(now)
	return wrong
}

func statuses() []Status { return []Status{Unpublished, Published, Retired} }

func supportables() []Supportable {
	return []Supportable{SupportNone, SupportPublic, SupportPrivate, SupportInviteOnly}
}

// checkLivestream normalizes the livestream; without type and channel it is nil.
func checkLivestream(wrong *fault.Fields, l *Livestream) *Livestream {
	if l == nil || *l == (Livestream{}) {
		return nil
	}
	clean := *l
	clean.Type = strings.ToLower(clean.Type)
	CheckOneOf(wrong, "livestream.type", clean.Type, LivestreamTypes())
	CheckName(wrong, "livestream.channel", &clean.Channel)
	checkScheme(wrong, "livestream.channel", clean.Channel)
	return &clean
}

// Stamp records when the fact was first published and retired.
func (f *Fact) Stamp(now time.Time) {
	if f.Status != Unpublished && f.PublishedAt.IsZero() {
		f.PublishedAt = now
	}
	if f.Status == Retired && f.RetiredAt.IsZero() {
		f.RetiredAt = now
	}
}

// Check returns the errors of a new cause.
func (c *Cause) Check() fault.Fields {
	wrong := checkFact(&c.Fact)
	CheckCurrency(&wrong, "currency", c.Currency)
	checkLong(&wrong, "about", c.About, MaxDescription)
	for _, name := range sortedKeys(c.Permissions) {
		checkKnown(&wrong, name, PermissionNames())
	}
	for _, name := range sortedKeys(c.Visibility) {
		checkKnown(&wrong, name, CauseVisibilityNames())
	}
	for _, name := range c.Connected {
		CheckName(&wrong, "connected", &name)
	}
	return wrong
}

// Check returns the errors of a new event.
func (e *FundraisingEvent) Check() fault.Fields {
	wrong := checkFact(&e.Fact)
	for _, name := range sortedKeys(e.RegistrationFields) {
		checkKnown(&wrong, name, RegistrationFieldNames())
	}
	for _, name := range sortedKeys(e.Visibility) {
		checkKnown(&wrong, name, EventVisibilityNames())
	}
	return wrong
}

func checkFact(f *Fact) fault.Fields {
	var wrong fault.Fields
	CheckName(&wrong, "name", &f.Name)
	CheckSlug(&wrong, "slug", &f.Slug)
	checkReserved(&wrong, f, "")
	checkLong(&wrong, "description", f.Description, MaxDescription)
	checkAddress(&wrong, "avatar", &f.Avatar)
	CheckSpan(&wrong, f.StartsAt, f.EndsAt)
	CheckOneOf(&wrong, "status", f.Status, statuses())
	CheckOneOf(&wrong, "supportable", f.Supportable, supportables())
	return wrong
}

func checkKnown(wrong *fault.Fields, name string, known []string) {
	if !slices.Contains(known, name) {
		wrong.Add(name, unknownName(name, known))
	}
}

// Apply changes a schedule item.
func (p SchedulePatch) Apply(s *ScheduleItem, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	p.Name.To(&s.Name)
	p.Description.To(&s.Description)
	p.StartsAt.To(&s.StartsAt)
	p.EndsAt.To(&s.EndsAt)
	CheckName(&wrong, "name", &s.Name)
	checkLong(&wrong, "description", s.Description, MaxDescription)
	if s.StartsAt.IsZero() {
		wrong.Add("starts_at", Blank)
	}
	CheckSpan(&wrong, s.StartsAt, s.EndsAt)
	s.UpdatedAt = now
	return wrong
}
