package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// liveStatus is whether a fact is live, as its streamer said. The original has none.
type liveStatus struct {
	Live      bool    `json:"live" doc:"Whether the streamer is live, as they said."`
	LiveFrom  *string `json:"live_from" format:"date-time" doc:"Since when; null while they are not."`
	LiveUntil *string `json:"live_until" format:"date-time" doc:"When that is over unless somebody says it again: 12 hours after they did, at most when the fact ends. Null while they are not."`
}

func (v *version) toLiveStatus(f fund.Fact) liveStatus {
	if !f.Live(v.app.Now()) {
		return liveStatus{}
	}
	return liveStatus{Live: true, LiveFrom: secondsOrNull(f.LiveFrom), LiveUntil: secondsOrNull(f.LiveUntil)}
}

type liveInput struct {
	Live bool `json:"live" required:"true" doc:"True when the streamer goes live, or is still live and wants 12 hours more; false when they are no longer."`
}

// livePatch says that a streamer is live, or no longer.
type livePatch struct {
	live    fund.Opt[bool]
	invalid fault.Fields
}

var liveModel = model[livePatch]{
	required: []string{"live"},
	invalid:  func(p *livePatch) *fault.Fields { return &p.invalid },
	fields: func(p *livePatch) []submit.Field {
		return []submit.Field{submit.Flag(&p.live, "live", "live")}
	},
}

// liveRows are where a streamer says that they are live.
func (v *version) liveRows() []route {
	r := resourceOf(liveModel, liveStatus{}, shown(v.toLiveStatus), nil)
	h := factParent
	return []route{
		h.right.get(h.pattern("live"), h.tag, "Get whether the streamer of "+h.noun+" is live, as they said", liveStatus{}, api.Gets(h.key, v.app.GetLive, r.Reply)),
		h.right.patch(h.pattern("live"), h.tag, "Say that the streamer of "+h.noun+" is live, or no longer", liveInput{}, liveStatus{}, api.Changes(r, h.key, v.app.GetLive, v.updateLive)),
	}
}

func (v *version) updateLive(ctx context.Context, actor app.Actor, key app.FactKey, patch livePatch) (fund.Fact, error) {
	if !patch.live.Set {
		if _, err := v.app.GetLive(ctx, actor, key); err != nil { // who may not is told that first
			return fund.Fact{}, err
		}
		patch.invalid.Add("live", fund.Blank)
	}
	if err := patch.invalid.Err(); err != nil {
		return fund.Fact{}, err
	}
	if patch.live.Value {
		return v.app.StartLive(ctx, actor, key)
	}
	return v.app.EndLive(ctx, actor, key)
}
