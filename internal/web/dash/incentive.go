package dash

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// everything reads a whole list.
var everything = fund.Page{Limit: fund.MaxPerFact, Order: fund.OldestFirst}

// partKinds are the kinds of parts in the order of their pages.
func (s *Server) partKinds() []partKind {
	return []partKind{s.polls(), s.targets(), s.rewards(), s.milestones(), s.schedule(), s.matches(), s.overlays(), s.variants(), s.counters(), s.timers(), s.groups()}
}

// moveIncentive gives an incentive of a kind another place.
func (s *Server) moveIncentive(kind fund.IncentiveKind) func(context.Context, place, app.OptionMove) error {
	return func(ctx context.Context, p place, m app.OptionMove) error {
		return s.app.MoveIncentive(ctx, p.actor, p.key(), app.IncentiveMove{Kind: kind, ID: m.ID, Before: m.Before})
	}
}

// deleting is the deed that deletes a part.
func deleting(do func(context.Context, app.Actor, fund.Key) error) partDeed {
	return partDeed{
		path: deletePath, button: "dash.delete", asks: "dash.delete.asks", text: "dash.delete.text",
		do: func(ctx context.Context, actor app.Actor, id fund.ID) error { return do(ctx, actor, fund.Key{ID: id}) },
	}
}

// row describes a part in a list.
func (f *fields) row(id fund.ID, name string, on bool, more ...string) partRow {
	state := f.locale.Text("dash.part.on")
	if !on {
		state = f.locale.Text("dash.part.off")
	}
	said := slices.DeleteFunc(append([]string{state}, more...), func(one string) bool { return one == "" })
	return partRow{ID: id.String(), Name: name, Text: strings.Join(said, " · "), Off: !on}
}

// until says when something ends; "" for never.
func (f *fields) until(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return f.locale.Text("fact.until", "Date", f.locale.Instant(at.In(f.zone)))
}

// of says how much of an amount was raised.
func (f *fields) of(raised, aim int64) string {
	return f.locale.Text("dash.of_goal", "Raised", f.locale.Amount(raised, f.currency), "Goal", f.locale.Amount(aim, f.currency))
}

// newOptions is the field for more options of a poll, one a line.
const newOptions = "options.new"

func (s *Server) polls() partKind {
	set := func(f *fields, p fund.Poll) {
		f.line("name", "dash.part.name", p.Name)
		for i, o := range p.Ordered() {
			one := f.line("options."+o.ID.String(), "dash.poll.option", o.Name)
			one.Label = f.locale.Text("dash.poll.option", "Number", f.locale.Count(int64(i+1)))
			f.hint(one, "dash.poll.votes", "Amount", f.locale.Amount(o.Raised, f.currency))
		}
		more := f.lines(newOptions, "dash.poll.more", "")
		f.hint(more, "dash.poll.more.hint", "Max", f.locale.Count(fund.MaxOptions))
		more.fresh, more.Optional = true, len(p.Options) > 0
		f.moment("ends_at", "dash.part.ends", p.EndsAt).Optional = true
		f.hint(f.check("enabled", "dash.part.enabled", p.Enabled), "dash.part.enabled.hint")
	}
	return partKind{
		Path: "polls", param: "poll", move: s.moveIncentive(fund.IncentivePoll), list: "incentives", Heading: "fact.polls", None: "dash.polls.none", Add: "dash.polls.add", change: "dash.polls.change", may: edits,
		rows: func(ctx context.Context, p place, f *fields) ([]partRow, error) {
			all, err := s.app.Polls(ctx, p.seen, everything)
			slices.SortStableFunc(all, func(a, b fund.Poll) int { return fund.ComparePositions(a.Position, b.Position) })
			rows, now := make([]partRow, len(all)), s.app.Now()
			for i, one := range all {
				names := make([]string, len(one.Options))
				for j, o := range one.Ordered() {
					names[j] = o.Name
				}
				rows[i] = f.row(one.ID, one.Name, one.Active(now), strings.Join(names, ", "), f.until(one.EndsAt))
			}
			return rows, err
		},
		blank: func(f *fields) { set(f, fund.Poll{Enabled: true}) },
		find: func(ctx context.Context, a *app.App, p place, id fund.ID, f *fields) (found, error) {
			one, err := a.GetPoll(ctx, p.actor, fund.Key{ID: id})
			set(f, one)
			return found{name: one.Name, fact: one.FactID}, err
		},
		create: func(ctx context.Context, p place, actor app.Actor, in sent) error {
			patch, names := pollPatch(in)
			_, err := s.app.CreatePoll(ctx, actor, p.key(), patch)
			return optionsNamed(err, names)
		},
		update: func(ctx context.Context, actor app.Actor, id fund.ID, in sent) error {
			patch, names := pollPatch(in)
			_, err := s.app.UpdatePoll(ctx, actor, fund.Key{ID: id}, patch)
			return optionsNamed(err, names)
		},
		deeds: []partDeed{deleting(s.app.DeletePoll)},
		within: &partWithin{
			path: "options", param: "option", Heading: "dash.poll.order", Text: "dash.poll.order.text",
			rows: func(ctx context.Context, p place, id fund.ID, f *fields) ([]partRow, error) {
				one, err := s.app.GetPoll(ctx, p.actor, fund.Key{ID: id})
				rows := make([]partRow, len(one.Options))
				for i, o := range one.Ordered() {
					rows[i] = partRow{ID: o.ID.String(), Name: o.Name, Text: f.locale.Text("dash.poll.votes", "Amount", f.locale.Amount(o.Raised, f.currency))}
				}
				return rows, err
			},
			move: func(ctx context.Context, p place, id fund.ID, m app.OptionMove) error {
				return s.app.MoveOption(ctx, p.actor, fund.Key{ID: id}, m)
			},
		},
	}
}

// pollPatch is a changed poll, with the fields that its options were typed into.
func pollPatch(in sent) (fund.PollPatch, []string) {
	patch := fund.PollPatch{Name: in.text("name"), Enabled: in.flag("enabled"), EndsAt: in.moment("ends_at")}
	var names []string
	for _, one := range in.all {
		id, is := strings.CutPrefix(one.Name, "options.")
		if !is || !in.changed[one.Name] {
			continue
		}
		if one.Name == newOptions {
			for line := range strings.Lines(in.plain[one.Name]) {
				if name := strings.TrimSpace(line); name != "" {
					patch.Options, names = append(patch.Options, fund.PollOptionPatch{Name: fund.Some(name)}), append(names, one.Name)
				}
			}
			continue
		}
		if option, err := fund.ParseID(id); err == nil {
			patch.Options, names = append(patch.Options, fund.PollOptionPatch{ID: option, Name: in.text(one.Name)}), append(names, one.Name)
		}
	}
	return patch, names
}

// optionsNamed names what is wrong with options by the fields that they were typed into.
func optionsNamed(err error, names []string) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid {
		return err
	}
	var wrong fault.Fields
	for _, one := range f.Fields {
		if one.Path == "options" {
			one.Path = newOptions
		} else if rest, is := strings.CutPrefix(one.Path, "options."); is {
			number, _, _ := strings.Cut(rest, ".")
			if at, err := strconv.Atoi(number); err == nil && at < len(names) {
				one.Path = names[at]
			}
		}
		wrong.AddField(one)
	}
	return wrong.Err()
}

func (s *Server) targets() partKind {
	set := func(f *fields, t fund.Target) {
		f.line("name", "dash.part.name", t.Name)
		f.amount("amount", "dash.target.amount", t.Amount)
		f.moment("activates_at", "dash.part.starts", t.ActivatesAt).Optional = true
		f.moment("ends_at", "dash.part.ends", t.EndsAt).Optional = true
		f.hint(f.check("enabled", "dash.part.enabled", t.Enabled), "dash.part.enabled.hint")
	}
	patch := func(in sent) fund.TargetPatch {
		return fund.TargetPatch{
			Name: in.text("name"), Amount: in.text("amount"), ActivatesAt: in.moment("activates_at"), EndsAt: in.moment("ends_at"), Enabled: in.flag("enabled"),
		}
	}
	return partKind{
		Path: "targets", param: "target", move: s.moveIncentive(fund.IncentiveTarget), list: "incentives", Heading: "fact.challenges", None: "dash.targets.none", Add: "dash.targets.add", change: "dash.targets.change", may: edits,
		rows: func(ctx context.Context, p place, f *fields) ([]partRow, error) {
			all, err := s.app.Targets(ctx, p.seen, everything)
			slices.SortStableFunc(all, func(a, b fund.Target) int { return fund.ComparePositions(a.Position, b.Position) })
			rows, now := make([]partRow, len(all)), s.app.Now()
			for i, one := range all {
				rows[i] = f.row(one.ID, one.Name, one.Active(now), f.of(one.Raised, one.Amount), f.until(one.EndsAt))
			}
			return rows, err
		},
		blank: func(f *fields) { set(f, fund.Target{Enabled: true}) },
		find: func(ctx context.Context, a *app.App, p place, id fund.ID, f *fields) (found, error) {
			one, err := a.GetTarget(ctx, p.actor, fund.Key{ID: id})
			set(f, one)
			return found{name: one.Name, fact: one.FactID}, err
		},
		create: func(ctx context.Context, p place, actor app.Actor, in sent) error {
			_, err := s.app.CreateTarget(ctx, actor, p.key(), patch(in))
			return err
		},
		update: func(ctx context.Context, actor app.Actor, id fund.ID, in sent) error {
			_, err := s.app.UpdateTarget(ctx, actor, fund.Key{ID: id}, patch(in))
			return err
		},
		deeds: []partDeed{deleting(s.app.DeleteTarget)},
	}
}

// rewardKinds are the kinds of rewards in words.
var rewardKinds = []struct {
	kind fund.RewardKind
	text text.ID
}{{fund.RewardPhysical, "dash.reward.physical"}, {fund.RewardVirtual, "dash.reward.virtual"}, {fund.RewardProduct, "dash.reward.product"}}

// rewardFields are the fields of a reward.
func rewardFields(f *fields, r fund.Reward) {
	f.line("name", "dash.part.name", r.Name)
	f.lines("description", "dash.part.description", r.Description).Optional = true
	f.amount("amount", "dash.reward.amount", r.Amount)
	f.hint(f.count("quantity", "dash.reward.quantity", r.Quantity), "dash.reward.quantity.hint", "Number", f.locale.Count(r.Claimed)).Optional = true
	kinds := make([]pick, len(rewardKinds))
	for i, one := range rewardKinds {
		kinds[i] = pick{string(one.kind), f.locale.Text(one.text)}
	}
	f.choice("kind", "dash.reward.kind", string(r.Kind), kinds...)
	f.check("shipping_address_required", "dash.reward.address", r.ShippingAddressRequired)
	f.lines("shipping_note", "dash.reward.note", r.ShippingNote).Optional = true
	f.hint(f.line("custom_question", "dash.reward.question", r.CustomQuestion), "dash.reward.question.hint").Optional = true
	f.hint(f.line("image", "dash.edit.picture", r.Image), "dash.edit.picture.hint").Optional = true
	value := int64(0)
	if r.FairMarketValue != nil {
		value = *r.FairMarketValue
	}
	f.hint(f.amount("fair_market_value", "dash.reward.value", value), "dash.reward.value.hint").Optional = true
	f.moment("starts_at", "dash.part.starts", r.StartsAt).Optional = true
	f.moment("ends_at", "dash.part.ends", r.EndsAt).Optional = true
	f.check("always_active", "dash.reward.always", r.AlwaysActive)
	f.hint(f.check("enabled", "dash.part.enabled", r.Enabled), "dash.part.enabled.hint")
}

func (s *Server) rewards() partKind {
	patch := func(in sent) fund.RewardPatch {
		return fund.RewardPatch{
			Name: in.text("name"), Description: in.text("description"), Amount: in.text("amount"), Quantity: in.count("quantity"), Kind: choiceOf[fund.RewardKind](in, "kind"),
			ShippingAddressRequired: in.flag("shipping_address_required"), ShippingNote: in.text("shipping_note"), CustomQuestion: in.text("custom_question"), Image: in.text("image"),
			FairMarketValue: in.text("fair_market_value"), StartsAt: in.moment("starts_at"), EndsAt: in.moment("ends_at"),
			AlwaysActive: in.flag("always_active"), Enabled: in.flag("enabled"),
		}
	}
	retire := partDeed{
		path: "retire", button: "dash.retire", asks: "dash.retire.asks", text: "dash.retire.text",
		do: func(ctx context.Context, actor app.Actor, id fund.ID) error {
			return s.app.RetireReward(ctx, actor, fund.Key{ID: id})
		},
	}
	return partKind{
		Path: "rewards", param: "reward", move: s.moveIncentive(fund.IncentiveReward), list: "incentives", Heading: "fact.rewards", None: "dash.rewards.none", Add: "dash.rewards.add", change: "dash.rewards.change", may: edits,
		rows: func(ctx context.Context, p place, f *fields) ([]partRow, error) {
			page := everything
			page.Order = fund.NewestFirst
			all, err := s.app.Rewards(ctx, p.seen, page)
			slices.Reverse(all)
			slices.SortStableFunc(all, func(a, b fund.Reward) int { return fund.ComparePositions(a.Position, b.Position) })
			rows, now := make([]partRow, len(all)), s.app.Now()
			for i, one := range all {
				retired := ""
				if !one.RetiredAt.IsZero() {
					retired = f.locale.Text("dash.status.retired")
				}
				rows[i] = f.row(one.ID, one.Name, one.Active(now), retired, f.locale.Amount(one.Amount, one.Currency), f.locale.Left(one.Remaining()),
					f.locale.Text("dash.reward.claimed", "Number", f.locale.Count(one.Claimed)), f.until(one.EndsAt))
			}
			return rows, err
		},
		blank: func(f *fields) { rewardFields(f, fund.Reward{Kind: fund.RewardPhysical, Enabled: true}) },
		find: func(ctx context.Context, a *app.App, p place, id fund.ID, f *fields) (found, error) {
			one, err := a.GetReward(ctx, p.actor, fund.Key{ID: id})
			rewardFields(f, one)
			return found{name: one.Name, fact: one.FactID, over: !one.RetiredAt.IsZero()}, err
		},
		create: func(ctx context.Context, p place, actor app.Actor, in sent) error {
			_, err := s.app.CreateReward(ctx, actor, p.key(), patch(in))
			return err
		},
		update: func(ctx context.Context, actor app.Actor, id fund.ID, in sent) error {
			_, err := s.app.UpdateReward(ctx, actor, fund.Key{ID: id}, patch(in))
			return err
		},
		deeds: []partDeed{retire, deleting(s.app.DeleteReward)},
	}
}

func (s *Server) milestones() partKind {
	set := func(f *fields, m fund.Milestone) {
		f.line("name", "dash.part.name", m.Name)
		f.amount("amount", "dash.target.amount", m.Amount)
		f.hint(f.check("enabled", "dash.part.enabled", m.Enabled), "dash.part.enabled.hint")
	}
	patch := func(in sent) fund.MilestonePatch {
		return fund.MilestonePatch{Name: in.text("name"), Amount: in.text("amount"), Enabled: in.flag("enabled")}
	}
	at := func(id fund.ID) app.MilestoneKey { return app.MilestoneKey{Milestone: fund.Key{ID: id}} }
	return partKind{
		Path: "milestones", param: "milestone", list: "incentives", Heading: "fact.milestones", None: "dash.milestones.none", Add: "dash.milestones.add", change: "dash.milestones.change", may: edits,
		rows: func(ctx context.Context, p place, f *fields) ([]partRow, error) {
			all, err := s.app.Milestones(ctx, p.seen, app.MilestoneQuery{IncludeDisabled: true}, everything)
			rows := make([]partRow, len(all))
			for i, one := range all {
				reached := ""
				if !one.ReachedAt.IsZero() {
					reached = f.locale.Text("fact.reached")
				}
				rows[i] = f.row(one.ID, one.Name, one.Enabled, f.locale.Amount(one.Amount, one.Currency), reached)
			}
			return rows, err
		},
		blank: func(f *fields) { set(f, fund.Milestone{Enabled: true}) },
		find: func(ctx context.Context, a *app.App, p place, id fund.ID, f *fields) (found, error) {
			one, err := a.GetMilestone(ctx, p.actor, at(id))
			set(f, one)
			return found{name: one.Name, fact: one.FactID}, err
		},
		create: func(ctx context.Context, p place, actor app.Actor, in sent) error {
			_, err := s.app.CreateMilestone(ctx, actor, p.key(), patch(in))
			return err
		},
		update: func(ctx context.Context, actor app.Actor, id fund.ID, in sent) error {
			_, err := s.app.UpdateMilestone(ctx, actor, at(id), patch(in))
			return err
		},
		deeds: []partDeed{deleting(func(ctx context.Context, actor app.Actor, key fund.Key) error {
			return s.app.DeleteMilestone(ctx, actor, app.MilestoneKey{Milestone: key})
		})},
	}
}
