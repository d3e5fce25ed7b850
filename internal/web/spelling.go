package web

import (
	"net/http"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// spellingPage is where a donor corrects the name on a receipt.
type spellingPage struct {
	Name    ui.Field
	Problem string
	// Action is where the form is sent to; "" when the name can no longer be changed. Until is the last day, Back the receipt.
	Action, Until, Back string
}

// spelling lets a donor correct the name on the last receipt.
func (s *Site) spelling(key string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		private(w.Header())
		var form postedForm
		if r.Method == http.MethodPost {
			var ok bool
			if form, ok = s.posted(w, r); !ok {
				return
			}
		}
		v, err := s.app.GetReceiptView(r.Context(), key, 0)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if r.Method != http.MethodPost {
			s.showSpelling(w, r, v, spellingTyped{key: key, name: v.Shown.Facts.Donor.Name, status: http.StatusOK})
			return
		}
		typed, l := spellingTyped{key: key, name: form.Get("name"), status: http.StatusUnprocessableEntity}, text.Of(r)
		switch err := s.app.SpellName(r.Context(), key, typed.name); {
		case err == nil:
			s.write(w, rendered{status: http.StatusSeeOther, location: donationPath + key + receiptPath})
		case fault.Is(err, fault.Invalid):
			typed.problem = l.Text("spelling.error")
			s.showSpelling(w, r, v, typed)
		case fault.Is(err, fault.Conflict) && v.MaySpell(s.app.Now()):
			typed.problem = l.Text("spelling.same")
			s.showSpelling(w, r, v, typed)
		case fault.Is(err, fault.Conflict):
			typed.status = http.StatusConflict
			s.showSpelling(w, r, v, typed)
		default:
			s.fail(w, r, err)
		}
	}
}

// spellingTyped is what was typed into the form, and what is wrong with it.
type spellingTyped struct {
	key, name, problem string
	status             int
}

func (s *Site) showSpelling(w http.ResponseWriter, r *http.Request, v app.ReceiptView, typed spellingTyped) {
	l := text.Of(r)
	title := l.Text("spelling.title")
	if typed.problem != "" {
		title = l.Text("spelling.error_title")
	}
	page := spellingPage{
		Name:    ui.Field{Name: "name", Label: l.Text("spelling.name"), Value: typed.name, Type: "text", Autocomplete: "name", Problem: typed.problem},
		Problem: typed.problem, Back: donationPath + typed.key + receiptPath,
	}
	if v.MaySpell(s.app.Now()) {
		page.Action = donationPath + typed.key + spellingPath
		facts := v.Shown.Facts
		page.Until = l.Day(facts.FirstIssuedAt.AddDate(0, 0, fund.SpellingDays).In(fund.Zone(facts.Charity.TimeZone)))
	}
	s.write(w, s.render(r, view{template: "spelling.html", status: typed.status, Title: title, policy: formPolicy, Data: page}))
}
