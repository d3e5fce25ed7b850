package stage

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

const (
	// partKeptFor is for how long a part of a scene is shown as it was drawn while nothing that concerns it happens.
	partKeptFor = 10 * time.Second
	// sceneKeptFor is for how long the parts of a scene are kept that nobody draws.
	sceneKeptFor = time.Minute
)

// scene shows all that a scene holds. The alert that a page may start is that of the scene.
func (s *Server) scene(ctx context.Context, v app.OverlayVisit, o *overlay, kept *keptParts) error {
	for _, part := range v.Placed() {
		one, known := kept.part(part.Part, o.now)
		if !known {
			var err error
			if one, err = s.draw(ctx, o.locale, part.OverlayVisit, nil); err != nil {
				return err
			}
			kept.keep(part.Part, one)
		}
		o.changesAt(one.until)
		if one.Cue != "" {
			o.Cue = one.Cue
		}
		one.Cue, one.At = "", "p"+strconv.Itoa(len(o.Placed)+1)+"-"
		o.Placed = append(o.Placed, placed{one, part.ScenePlace, part.Part.String()})
	}
	if len(o.Placed) == 0 {
		o.Empty = "overlay.empty.scene"
	}
	return nil
}

// concerns reports whether an overlay of a kind may look different after an event. What a topic is not known to leave as it is, it concerns.
func concerns(topic fund.Topic, kind fund.OverlayKind) bool {
	noun, _, _ := strings.Cut(string(topic), ".")
	switch noun {
	case "donation": // counters, timers and alerts follow events of their own
		return !slices.Contains([]fund.OverlayKind{fund.OverlayAlerts, fund.OverlayCounter, fund.OverlayTimer, fund.OverlaySchedule, fund.OverlayCode}, kind)
	case "stage":
		return kind == fund.OverlayAlerts
	case "poll", "poll_option":
		return kind == fund.OverlayPoll
	case "target":
		return kind == fund.OverlayTarget
	case "milestone":
		return kind == fund.OverlayMilestones
	case "match":
		return kind == fund.OverlayMatch
	case "schedule_item":
		return kind == fund.OverlaySchedule
	case "counter":
		return kind == fund.OverlayCounter
	case "timer":
		return kind == fund.OverlayTimer
	default:
		return true
	}
}

func concernsAny(topics []fund.Topic, kind fund.OverlayKind) bool {
	return slices.ContainsFunc(topics, func(topic fund.Topic) bool { return concerns(topic, kind) })
}

// scenes are the parts of scenes as they were drawn last, by what pages are sent together.
type scenes struct {
	mu sync.Mutex
	of map[frameKey]*keptParts
}

// parts are those of a scene. Scenes that nobody draws any more are forgotten.
func (s *scenes) parts(key frameKey, now time.Time) *keptParts {
	s.mu.Lock()
	defer s.mu.Unlock()
	for other, kept := range s.of {
		if other != key && now.Sub(kept.usedAt) > sceneKeptFor {
			delete(s.of, other)
		}
	}
	kept := s.of[key]
	if kept == nil {
		kept = &keptParts{of: map[fund.ID]overlay{}}
		s.of[key] = kept
	}
	kept.usedAt = now
	return kept
}

// happened forgets the parts of a scene that events concern. Who then asks for a frame is shown what became of them.
func (s *scenes) happened(key frameKey, topics []fund.Topic) {
	s.mu.Lock()
	kept := s.of[key]
	s.mu.Unlock()
	if kept != nil {
		kept.happened(topics)
	}
}

// keptParts are the parts of a scene as they were drawn last.
type keptParts struct {
	// usedAt is when they were last asked for; the lock of scenes guards it.
	usedAt time.Time

	mu sync.Mutex
	of map[fund.ID]overlay
	// since is what happened since a drawing began.
	since []fund.Topic
	// look is how they were drawn.
	look look
}

// look is the language and the currency of what is shown, as the stage has them.
type look struct{ language, currency string }

// begin begins a drawing. Parts that looked otherwise are forgotten.
func (k *keptParts) begin(as look) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.since = nil; k.look != as {
		k.look = as
		clear(k.of)
	}
}

// part is a part as it was drawn, if it is so still at an instant.
func (k *keptParts) part(id fund.ID, now time.Time) (overlay, bool) {
	if k == nil {
		return overlay{}, false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	one, known := k.of[id]
	return one, known && now.Sub(one.now) < partKeptFor && (one.until.IsZero() || now.Before(one.until))
}

// keep keeps a part that was drawn, unless something that concerns it happened meanwhile.
func (k *keptParts) keep(id fund.ID, one overlay) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if !concernsAny(k.since, one.Kind) {
		k.of[id] = one
	}
}

// happened forgets the parts that events concern.
func (k *keptParts) happened(topics []fund.Topic) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.since = append(k.since, topics...)
	for id, one := range k.of {
		if concernsAny(topics, one.Kind) {
			delete(k.of, id)
		}
	}
}
