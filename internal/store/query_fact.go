package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

// FactKey finds a fact by its key among some kinds.
type FactKey struct {
	fund.Key
	// Kinds are the kinds that the fact may have; none means any.
	Kinds []fund.Kind
	// Owner is the owner of the slug (a team, a user or a cause). Without it the fact with the lowest legacy id has
	// the slug.
	Owner fund.ID
	// OwnerKind and OwnerSlug name the owner by its slug instead.
	OwnerKind OwnerKind
	OwnerSlug string
}

// OwnerKind is the kind of a fact's owner: the name of the table of such owners.
type OwnerKind string

// The owners of facts.
const (
	OwnerUser  OwnerKind = "users"
	OwnerTeam  OwnerKind = "teams"
	OwnerCause OwnerKind = "facts"
)

// FactFilter narrows a list of facts. A zero field does not filter.
type FactFilter struct {
	// Kinds should share one legacy space in lists newest first, which are paged by legacy id.
	Kinds []fund.Kind
	// Statuses without Unpublished are what everybody sees: they leave out what belongs to a cause that is not approved.
	Statuses                         []fund.Status
	Supportables                     []fund.Supportable
	Updated                          fund.Span
	User, Team, Cause, Event, Parent fund.ID
	// Slug is what the facts are called, or were.
	Slug string
	// VisibleTo is the user whose own facts are listed even if others do not see them.
	VisibleTo fund.ID
}

const factColumns = `f.id, f.legacy_id, f.kind, f.slug, f.name, f.description, f.status, f.currency,
	f.goal, f.original_goal, f.raised, f.supported, f.avatar, f.cover, f.color, f.supportable,
	f.livestream_type, f.livestream_channel, f.starts_at, f.ends_at, f.published_at, f.retired_at, f.live_from, f.live_until,
	f.created_at, f.updated_at, EXISTS (SELECT 1 FROM schedule_items si WHERE si.fact_id = f.id),
	fc.id, fc.legacy_id, fc.slug, fc.name, fc.avatar, fc.cover, fc.color, fc.time_zone, fc.allowed_origins, CASE f.approval WHEN 'approved' THEN fc.approval ELSE f.approval END, f.suspension,
	fe.id, fe.legacy_id, fe.slug, fe.name, fe.avatar, fe.cover, fe.color,
	fp.id, fp.legacy_id, fp.slug, fp.name, fp.kind,
	fu.id, fu.legacy_id, fu.slug, fu.username, fu.avatar,
	ft.id, ft.legacy_id, ft.slug, ft.name, ft.avatar`

const factTables = ` FROM facts f JOIN facts fc ON fc.id = f.cause_id
	LEFT JOIN facts fe ON fe.id = f.event_id
	LEFT JOIN facts fp ON fp.id = f.parent_id
	LEFT JOIN users fu ON fu.id = f.user_id
	LEFT JOIN teams ft ON ft.id = f.team_id`

const selectFact = "SELECT " + factColumns + factTables

// GetFact finds one fact. A slug is that of the fact that has it now, or else of the one that had it last under its owner, unless the owner is
// named by a slug, too.
func (q Queries) GetFact(ctx context.Context, key FactKey) (fund.Fact, error) {
	return oneFact(ctx, q, key, factRead[fund.Fact]{selectFact, scanFact})
}

// factRead reads facts with what more those of a kind have.
type factRead[T any] struct {
	text string
	scan func(row) (T, error)
}

func oneFact[T any](ctx context.Context, q Queries, key FactKey, read factRead[T]) (T, error) {
	what := factThing(key)
	s := selecting(read.text)
	if !s.byFactKey(key) {
		return *new(T), what.missing()
	}
	found, err := one(ctx, q.db, s, read.scan, what)
	if key.OwnerSlug != "" {
		return found, err
	}
	return orBefore(found, err, key.Slug, func() (T, error) {
		return one(ctx, q.db, selecting(read.text).byPastFactSlug(key).firstOf(key.Kinds), read.scan, what)
	})
}

func factThing(key FactKey) thing {
	noun := "fact"
	if len(key.Kinds) > 0 {
		noun = kindNoun(key.Kinds[0])
	}
	return thing{noun, key.String()}
}

func kindNoun(kind fund.Kind) string { return strings.ReplaceAll(string(kind), "_", " ") }

// byFactKey adds the conditions for a fact's key and reports whether any fact can have it.
func (s *statement) byFactKey(key FactKey) bool {
	switch {
	case key.Slug != "":
		if !key.Owner.IsZero() {
			s.and("f.owner_id = ?", key.Owner)
		}
		switch key.OwnerKind {
		case OwnerUser, OwnerTeam:
			s.and("f.owner_id = (SELECT id FROM "+string(key.OwnerKind)+" WHERE slug = ?)", key.OwnerSlug)
		case OwnerCause:
			s.and("f.owner_id = (SELECT id FROM facts WHERE kind = ? AND slug = ?)", string(fund.KindCause), key.OwnerSlug)
		}
		s.and("f.slug = ?", key.Slug)
	case key.LegacyID != 0:
		condition, args := anyOf("f.legacy_space", legacySpaces(key.Kinds))
		s.and(condition, args...).and("f.legacy_id = ?", key.LegacyID)
	default:
		s.and("f.id = ?", key.ID)
	}
	s.firstOf(key.Kinds)
	return key.LegacyID >= 0
}

// firstOf limits the facts of a key to the first one of the kinds; none means any.
func (s *statement) firstOf(kinds []fund.Kind) *statement {
	if len(kinds) > 0 {
		// Joined with '' so that SQLite does not search all facts of a kind for the key.
		condition, args := anyOf("f.kind || ''", kinds)
		s.and(condition, args...)
	}
	return s.then("ORDER BY f.legacy_id, f.id LIMIT 1")
}

// legacySpaces lists the spaces in which facts of the kinds get their legacy ids.
func legacySpaces(kinds []fund.Kind) []string {
	if len(kinds) == 0 {
		kinds = allKinds()
	}
	var spaces []string
	for _, kind := range kinds {
		if space := kind.LegacySpace(); !slices.Contains(spaces, space) {
			spaces = append(spaces, space)
		}
	}
	return spaces
}

func allKinds() []fund.Kind {
	return []fund.Kind{
		fund.KindCause, fund.KindFundraisingEvent, fund.KindTeamCampaign, fund.KindCampaign,
		fund.KindPersonalCampaign, fund.KindAuctionHouse,
	}
}

// ListFacts lists the facts that pass the filter: newest first by legacy id, oldest first by id.
func (q Queries) ListFacts(ctx context.Context, filter FactFilter, page fund.Page) ([]fund.Fact, error) {
	s := selecting(selectFact).byFactFilter(filter, page.Order)
	facts, err := keysetPage(ctx, q.db, s, factOrder(page.Order), page, scanFact)
	if err != nil {
		return nil, fmt.Errorf("list facts: %w", err)
	}
	return facts, nil
}

// ListIntegrations lists the published campaigns of the user, and the published team campaigns of
// the teams in which the user has one of the roles, by id.
func (q Queries) ListIntegrations(ctx context.Context, user fund.ID, roles []fund.Role, page fund.Page) ([]fund.Fact, error) {
	condition, args := anyOf("m.role", roles)
	s := selecting(selectFact).and(`(f.user_id = ? AND f.kind || '' = 'campaign' OR f.kind || '' = 'team_campaign' AND f.team_id IN (
		SELECT m.team_id FROM team_members m WHERE m.user_id = ? AND `+condition+"))", append([]any{user, user}, args...)...).
		and("f.status || '' = ?", string(fund.Published)).and(approvedFact)
	facts, err := keysetPage(ctx, q.db, s, byID("f.id"), page, scanFact)
	if err != nil {
		return nil, fmt.Errorf("list campaigns that user %s integrates: %w", user, err)
	}
	return facts, nil
}

// factOrder is the sort key of facts: lists newest first are V3's, which pages by legacy id.
func factOrder(order fund.Order) sortKey {
	if order == fund.OldestFirst {
		return byID("f.id")
	}
	return byNumber("f.legacy_id")
}

func (s *statement) byFactFilter(filter FactFilter, order fund.Order) *statement {
	s.andID("f.user_id = ?", filter.User).andID("f.team_id = ?", filter.Team).andID("f.cause_id = ?", filter.Cause).
		andID("f.event_id = ?", filter.Event).andID("f.parent_id = ?", filter.Parent)
	if order == fund.OldestFirst && len(filter.Kinds) > 0 {
		// Joined with '' so that SQLite walks along the facts of an owner by their ids.
		condition, args := anyOf("f.kind || ''", filter.Kinds)
		s.and(condition, args...)
	} else {
		s.ofKinds(filter.Kinds)
	}
	if len(filter.Supportables) > 0 {
		condition, args := anyOf("f.supportable", filter.Supportables)
		s.and(condition, args...)
	}
	if filter.Slug != "" {
		s.and("(f.slug = ? OR EXISTS (SELECT 1 FROM past_fact_slugs p WHERE p.fact_id = f.id AND p.slug = ?))", filter.Slug, filter.Slug)
	}
	s.within("f.updated_at", filter.Updated)
	if len(filter.Statuses) > 0 {
		s.shown(filter)
	}
	return s
}

// approved is how a fact is stored that no operator took down, and a cause that is approved.
const approved = "'" + string(fund.Approved) + "'"

// approvedFact and approvedAlone are the condition for a fact f that no operator took down, of an approved cause: fc where that is joined.
// The cause is read as a value, since SQLite makes a join of EXISTS, and then scans all facts.
const (
	approvedFact  = "f.approval = " + approved + " AND fc.approval = " + approved
	approvedAlone = "f.approval = " + approved + " AND (SELECT fc.approval FROM facts fc WHERE fc.id = f.cause_id) = " + approved
)

// shown adds the condition for the statuses.
func (s *statement) shown(filter FactFilter) {
	condition, args := anyOf("f.status", filter.Statuses)
	switch {
	case slices.Contains(filter.Statuses, fund.Unpublished):
		s.and(condition, args...)
	case filter.VisibleTo.IsZero():
		s.and(condition, args...).and(approvedFact)
	default:
		s.and("("+condition+" AND ("+approvedFact+" OR f.user_id = ?) OR f.status = ? AND f.user_id = ?)",
			append(args, filter.VisibleTo, string(fund.Unpublished), filter.VisibleTo)...)
	}
}

// ofKinds adds the condition for the kinds. All kinds of one legacy space are found by the space, whose index already
// has them newest first.
func (s *statement) ofKinds(kinds []fund.Kind) {
	if len(kinds) == 0 {
		return
	}
	spaces := legacySpaces(kinds)
	whole := len(spaces) == 1
	for _, kind := range allKinds() {
		whole = whole && (slices.Contains(kinds, kind) || kind.LegacySpace() != spaces[0])
	}
	if whole {
		s.and("f.legacy_space = ?", spaces[0])
		return
	}
	condition, args := anyOf("f.kind", kinds)
	s.and(condition, args...)
}

// ListTakenDown lists the facts that an operator took down, but no cause. The condition is that of its index.
func (q Queries) ListTakenDown(ctx context.Context, page fund.Page) ([]fund.Fact, error) {
	s := selecting(selectFact).and("f.approval = 'suspended'").and("f.kind || '' <> 'cause'") // joined with '' so that SQLite does not walk along the kinds
	facts, err := keysetPage(ctx, q.db, s, byID("f.id"), page, scanFact)
	if err != nil {
		return nil, fmt.Errorf("list what was taken down: %w", err)
	}
	return facts, nil
}

func scanFact(r row) (fund.Fact, error) { return scanFactAnd(r) }

// scanFactAnd scans the columns of a fact followed by those of more.
func scanFactAnd(r row, more ...any) (fund.Fact, error) {
	var (
		f                       fund.Fact
		stream                  fund.Livestream
		event, parent           nullRef
		user, team              nullOwner
		causeAvatar, causeCover string
		eventAvatar, eventCover sql.NullString
		causeColor, origins     string
		eventColor              sql.NullString
		parentKinds             sql.NullString
	)
	err := r.Scan(append([]any{
		&f.ID, &f.LegacyID, &f.Kind, &f.Slug, &f.Name, &f.Description, &f.Status, &f.Currency,
		&f.Goal, &f.OriginalGoal, &f.Raised, &f.Supported, &f.Avatar, &f.Cover, &f.Color, &f.Supportable,
		&stream.Type, &stream.Channel, instant{&f.StartsAt}, instant{&f.EndsAt},
		instant{&f.PublishedAt}, instant{&f.RetiredAt}, instant{&f.LiveFrom}, instant{&f.LiveUntil}, instant{&f.CreatedAt}, instant{&f.UpdatedAt}, &f.HasSchedule,
		&f.Cause.ID, &f.Cause.LegacyID, &f.Cause.Slug, &f.Cause.Name, &causeAvatar, &causeCover, &causeColor, &f.TimeZone, &origins, &f.Approval, &f.Suspension,
		&event.id, &event.legacyID, &event.slug, &event.name, &eventAvatar, &eventCover, &eventColor,
		&parent.id, &parent.legacyID, &parent.slug, &parent.name, &parentKinds,
		&user.id, &user.legacyID, &user.slug, &user.name, &user.avatar,
		&team.id, &team.legacyID, &team.slug, &team.name, &team.avatar,
	}, more...)...)
	if err != nil {
		return fund.Fact{}, err
	}
	f.Event, f.Parent, f.ParentKind = event.ref(), parent.ref(), fund.Kind(parentKinds.String)
	f.User, f.Team = user.owner(), team.owner()
	f.AvatarFallback = cmp.Or(eventAvatar.String, causeAvatar)
	f.CoverFallback = cmp.Or(eventCover.String, causeCover)
	f.ColorFallback = cmp.Or(eventColor.String, causeColor)
	f.AllowedOrigins = originsIn(origins)
	if stream != (fund.Livestream{}) {
		f.Livestream = &stream
	}
	return f, nil
}

// originsIn are the origins in a column, which parts them with spaces, as a policy of a page does.
func originsIn(column string) []string {
	if column == "" {
		return nil
	}
	return strings.Fields(column)
}

// nullOwner scans an owner from a LEFT JOIN that may match none.
type nullOwner struct {
	nullRef
	avatar sql.NullString
}

func (o *nullOwner) owner() *fund.Owner {
	if o.id.IsZero() {
		return nil
	}
	return &fund.Owner{Ref: *o.ref(), Avatar: o.avatar.String}
}
