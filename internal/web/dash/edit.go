package dash

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

// maxEdit is how many bytes of a form are read that has texts of several lines: the longest description, whose bytes may take three each on their way, and
// what is around it.
const maxEdit = 4 * fund.MaxDescription

// subject is what a form changes.
type subject struct {
	// Title heads the page, Of is the name of what is changed; "" for something new. Back is where the page leads to, and Action where the form goes.
	Title, Of, Back, Action string
	// Submit is the text of its button, Preview where the form goes for a preview; "" for none.
	Submit, Preview string
	// Over is set for what can no longer be changed.
	Over bool
	// Deeds are further things to do with it.
	Deeds []deed
	// Order is what of it somebody puts in order; nil for nothing.
	Order *partOrder
	// Overlay is where it is seen, if it is an overlay; nil for anything else.
	Overlay *overlayShown
	// Test is what the alert desk calls a test of it; "" for what is not tested there.
	Test string
	// sample shows what would be made of what was typed; nil for nothing.
	sample func(context.Context, sent) ([]alertSample, error)
	// made is set for something that does not exist yet: everything that was typed is saved, and sending it twice makes it once.
	made bool
	// read are the fields as they are at this moment.
	read func(context.Context, *app.App) (*fields, error)
	// save writes what was sent. The fields of its faults are the names of inputs.
	save func(context.Context, app.Actor, sent) error
}

// deed leads to a page that asks whether something is meant.
type deed struct{ Link, Text string }

// clash is a field that somebody else changed while it was edited.
type clash struct {
	ID, Label, Theirs, Mine string
	// Both reports whether both changed it.
	Both bool
}

type editPage struct {
	place
	subject

	Inputs  []input
	Version string
	// Once names a form that makes something, so that it is made once.
	Once    string
	Problem string
	Clashes []clash
	// Samples are what would be made of what was typed; none of what would be refused.
	Samples []alertSample
}

// Sampled reports whether the form shows what it would make.
func (p editPage) Sampled() bool { return p.sample != nil }

// Wrong reports whether something has to be mended.
func (p editPage) Wrong() bool {
	return p.Problem != "" || len(p.Clashes) > 0 || slices.ContainsFunc(p.Inputs, func(i input) bool { return i.Problem != "" })
}

// askEdit shows the form of something.
func (s *Server) askEdit(w http.ResponseWriter, r *http.Request, p place, of subject) error {
	now, err := of.read(r.Context(), s.app)
	if err != nil {
		return err
	}
	return s.showEdit(w, r, http.StatusOK, editPage{place: p, subject: of, Inputs: now.all, Version: version(now.all)})
}

func (s *Server) showEdit(w http.ResponseWriter, r *http.Request, status int, page editPage) error {
	if page.made && page.Once == "" {
		page.Once = rand.Text()
	}
	if page.sample != nil {
		var err error
		if page.Samples, err = page.sample(r.Context(), page.shown(text.Of(r))); err != nil {
			return err
		}
	}
	v := session.View{Template: "edit.html", Status: status, Title: page.Title + " · " + page.Fact.Name, Data: page}
	if page.sample != nil {
		v.Scripts, v.Fetches = append(v.Scripts, ui.Sample), true
	}
	v.Frames = page.Overlay != nil
	if page.Overlay != nil && page.Overlay.Scene {
		v.Scripts = append(v.Scripts, ui.Scene)
	}
	if page.Order != nil {
		v.Scripts = append(v.Scripts, ui.Order)
	}
	if slices.ContainsFunc(page.Inputs, func(i input) bool { return i.Kind == momentInput }) {
		v.Scripts = append(v.Scripts, ui.Local)
	}
	if page.Wrong() {
		v.Title = session.Say(r, "dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// edit saves what a form sent. Nothing is saved over what somebody else changed since the form was shown: the page then says what, with all that was typed.
func (s *Server) edit(w http.ResponseWriter, r *http.Request, p place, of subject) error {
	now, err := of.read(r.Context(), s.app)
	if err != nil {
		return err
	}
	page := editPage{place: p, subject: of, Inputs: slices.Clone(now.all), Version: r.PostForm.Get("version"), Once: r.PostForm.Get("once")}
	in := page.take(r, now)
	if of.sample != nil && r.PostForm.Get("do") == "sample" {
		return s.showEdit(w, r, http.StatusOK, page)
	}
	if !of.made && page.Version != version(now.all) {
		return s.stale(w, r, page, in)
	}
	if page.Wrong() {
		return s.showEdit(w, r, http.StatusUnprocessableEntity, page)
	}
	actor := p.actor
	if !of.made {
		actor = actor.OnlyIf(func(ctx context.Context, now *app.App) error {
			fresh, err := of.read(ctx, now)
			if err == nil && version(fresh.all) != page.Version {
				err = fault.New(fault.Stale, "Somebody else changed this.")
			}
			return err
		})
	}
	if err := s.saved(r.Context(), actor, page, in); err != nil {
		return s.refused(w, r, page, in, err)
	}
	session.Redirect(w, doneAt(of.Back, "saved"))
	return nil
}

// saved saves what was sent, and what is new once.
func (s *Server) saved(ctx context.Context, actor app.Actor, page editPage, in sent) error {
	if !page.made {
		return page.save(ctx, actor, in)
	}
	whole := sha256.New()
	for _, one := range page.Inputs {
		_, _ = whole.Write([]byte(one.Name + "\x00" + in.plain[one.Name] + "\x00"))
	}
	once := app.OnceRequest{Hash: [sha256.Size]byte(whole.Sum(nil))}
	// The page is a part of the key: what was typed once more is something else.
	key := sha256.Sum256([]byte(page.Action + "\x00" + page.Once + "\x00" + string(once.Hash[:])))
	once.Key = "dashboard-" + hex.EncodeToString(key[:])
	_, _, err := s.app.Once(ctx, actor, once, func(ctx context.Context, actor app.Actor) (fund.Answer, error) {
		return fund.Answer{Status: http.StatusSeeOther}, page.save(ctx, actor, in)
	})
	return err //nolint:wrapcheck // it is a fault
}

// take fills what was typed into the fields of the page. A field that the form did not have yet stays as it is.
func (p *editPage) take(r *http.Request, now *fields) sent {
	in := sent{fields: now, typed: map[string]string{}, plain: map[string]string{}, changed: map[string]bool{}}
	began := marksOf(p.Version)
	for i := range p.Inputs {
		one := &p.Inputs[i]
		mine, known := began[one.Name]
		if !known && !p.made {
			continue
		}
		typed := r.PostForm.Get(one.Name)
		plain, problem := now.read(one.Kind, typed)
		if one.Kind == choiceInput && !slices.ContainsFunc(one.Choices, func(c pick) bool { return c.Value == plain }) {
			problem = fund.NotAllowed
		}
		if in.changed[one.Name] = p.made || problem != "" || mark(plain) != mine; !in.changed[one.Name] {
			continue
		}
		one.Value, in.typed[one.Name], in.plain[one.Name] = typed, typed, plain
		if problem != "" {
			one.Problem = wrongText(now.locale, fault.Field{Path: one.Name, Text: problem})
		}
	}
	return in
}

// shown is what the fields of the page hold now, as if all of it had been sent.
func (p editPage) shown(l *text.Locale) sent {
	in := sent{fields: &fields{locale: l, currency: p.Fact.Currency, zone: fund.Zone(p.Fact.TimeZone), all: p.Inputs}, plain: map[string]string{}, changed: map[string]bool{}}
	for _, one := range p.Inputs {
		in.plain[one.Name], _ = in.read(one.Kind, one.Value)
		in.changed[one.Name] = true
	}
	return in
}

// refused shows a form again that could not be saved.
func (s *Server) refused(w http.ResponseWriter, r *http.Request, page editPage, in sent, err error) error {
	switch f := fault.From(err); f.Kind {
	case fault.Invalid:
		for _, wrong := range f.Fields {
			at := slices.IndexFunc(page.Inputs, func(i input) bool { return i.Name == wrong.Path })
			said := wrongText(in.locale, wrong)
			if at < 0 {
				page.Problem = said
				continue
			}
			if page.Inputs[at].Problem == "" {
				page.Inputs[at].Problem = said
			}
		}
		return s.showEdit(w, r, http.StatusUnprocessableEntity, page)
	case fault.Conflict:
		page.Problem = in.locale.Text("dash.edit.conflict")
		return s.showEdit(w, r, http.StatusConflict, page)
	case fault.Stale:
		return s.stale(w, r, page, in)
	}
	return err
}

// stale shows what somebody else changed while a form was open. Fields that only they changed hold what they wrote. A form that was sent twice changed
// everything the first time.
func (s *Server) stale(w http.ResponseWriter, r *http.Request, page editPage, in sent) error {
	now, err := page.read(r.Context(), s.app)
	if err != nil {
		return err
	}
	began, differs := marksOf(page.Version), false
	for i := range now.all {
		one := &now.all[i]
		was, known := began[one.Name]
		theirs, mine := !known || mark(one.plain) != was, in.changed[one.Name]
		if mine && one.fresh {
			left := withoutSaved(in.plain[one.Name], now.all, began)
			in.plain[one.Name], in.typed[one.Name] = left, left
		}
		other := mine && in.typed[one.Name] != "" && in.plain[one.Name] == "" || mine && in.plain[one.Name] != one.plain
		differs = differs || other
		if theirs && (!mine || other) {
			page.Clashes = append(page.Clashes, clash{one.ID(), one.Label, now.said(*one, one.plain), in.said(*one), mine})
		}
		if mine {
			one.Value = in.typed[one.Name]
		}
	}
	if !differs && in.any() {
		session.Redirect(w, doneAt(page.Back, "saved"))
		return nil
	}
	page.Inputs, page.Version = now.all, version(now.all)
	return s.showEdit(w, r, http.StatusPreconditionFailed, page)
}

// said is what was typed into a field, in words.
func (s sent) said(i input) string {
	if s.plain[i.Name] == "" && s.typed[i.Name] != "" { // which cannot be read
		return s.typed[i.Name]
	}
	return s.fields.said(i, s.plain[i.Name])
}

// any reports whether anything was changed.
func (s sent) any() bool {
	for _, changed := range s.changed {
		if changed {
			return true
		}
	}
	return false
}

// withoutSaved are lines without those that became fields of their own meanwhile.
func withoutSaved(lines string, now []input, began map[string]string) string {
	left := slices.DeleteFunc(strings.Split(lines, "\n"), func(line string) bool {
		return slices.ContainsFunc(now, func(i input) bool {
			_, known := began[i.Name]
			return !known && i.plain == strings.TrimSpace(line)
		})
	})
	return strings.Join(left, "\n")
}

// wrongTexts are what is wrong with a field, by the domain's own text or rule for it.
var wrongTexts = map[string]text.ID{
	fund.Blank: "dash.wrong.blank", fund.NotAllowed: "dash.wrong.choice", fund.Taken: "dash.wrong.taken", fund.ManyNames: "dash.wrong.names",
	fund.NotAddress: "dash.wrong.address", fund.HasZone: "dash.wrong.address", fund.NotPort: "dash.wrong.address", fund.ControlText: "dash.wrong.name",
	fund.NotPositive: "dash.wrong.positive", fund.NoFile: "dash.wrong.file", money.Negative: "dash.wrong.positive", money.NotANumber: "dash.wrong.number", money.Unreadable: "dash.wrong.amount",
	money.UnclearDigits: "dash.wrong.amount", money.OtherCurrency: "dash.wrong.currency", money.Ambiguous: "dash.wrong.ambiguous", money.TooLarge: "dash.wrong.much",
	string(fund.TooManyDecimals): "dash.wrong.decimals", string(fund.BelowClaimed): "dash.wrong.claimed", fund.InPast: "dash.wrong.past",
	string(fund.AboveOffline): "dash.wrong.offline", string(fund.AboveMaximum): "dash.wrong.much", fund.StaffOnly: "dash.wrong.staff", fund.NoPledge: "dash.wrong.pledge", fund.TooMuch(fund.MaxQuantity): "dash.wrong.much", fund.AfterStart: "dash.wrong.after", fund.AfterActive: "dash.wrong.after",
	fund.BadPlace: "dash.wrong.place", fund.TooManyParts: "dash.wrong.parts", fund.TwoAlerts: "dash.wrong.alerts", fund.NotSlug: "dash.wrong.slug", fund.NotColor: "dash.wrong.color", fund.Reserved: "dash.wrong.taken",
	fund.NotTime: "dash.wrong.moment", fund.SkippedTime: "dash.wrong.skipped", fund.NeedsAsking: "dash.wrong.asking", fund.NotEmail: "dash.wrong.email", fund.NotPhone: "dash.wrong.phone", fund.HeldWord: "dash.wrong.held", fund.TooMany(fund.MaxOptions): "dash.wrong.options",
}

// wrongPaths are what is wrong with a field that has one rule of its own, by the name of the field.
var wrongPaths = map[string]text.ID{
	"status": "dash.wrong.status", "minimum": "dash.wrong.bounds", "maximum": "dash.wrong.bounds", "presets": "dash.wrong.presets", "words": "dash.wrong.words", "highlights": "dash.wrong.highlights",
	"allowed": "dash.wrong.words", "stream_delay": "dash.wrong.delay", "volume": "dash.wrong.volume", "shown_currency": "dash.wrong.code", "below": "dash.wrong.choice", "rest": "dash.wrong.rest", "lasts": "dash.wrong.lasts", "template": "dash.wrong.template", "apart": "dash.wrong.apart", "age": "dash.wrong.age", "jump": "dash.wrong.jump", "end_supporting_at": "dash.wrong.after", "meters": "dash.wrong.exercise", "at": "dash.wrong.future", "user": "dash.wrong.user", "date_of_birth": "dash.wrong.birth",
	"legal_name": "dash.wrong.legal", "government_id": "dash.wrong.legal", "address": "dash.wrong.cause_address",
	"contact_email": "dash.charity.wrong.email", "social.website": "dash.charity.wrong.website",
}

// wrongText says what is wrong with a field.
func wrongText(l *text.Locale, wrong fault.Field) string {
	for _, key := range []string{string(wrong.Rule), wrong.Text} {
		if id, known := wrongTexts[key]; known && key != "" {
			return l.Text(id)
		}
	}
	if wrong.Rule == fund.TooLight {
		return l.Text("dash.wrong.light", "Color", fmt.Sprintf("#%06x", wrong.Limit))
	}
	for _, long := range []int{fund.MaxName, fund.MaxSlug, fund.MaxDonorName, fund.MaxComment, fund.MaxAddress, fund.MaxAlertTemplate} {
		if wrong.Text == fund.TooLong(long) {
			return l.Text("dash.wrong.too_long", "Max", l.Count(int64(long)))
		}
	}
	for _, long := range []int{fund.MaxDescription, fund.MaxAbout} {
		if wrong.Text == fund.TooManyBytes(long) {
			return l.Text("dash.wrong.too_long", "Max", l.Count(int64(long)))
		}
	}
	if id, known := wrongPaths[wrong.Path]; known {
		return l.Text(id)
	}
	return l.Text("dash.wrong.other")
}
