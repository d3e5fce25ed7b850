package live

import (
	"context"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/glyph"
	"github.com/almoner/almoner/internal/text"
)

// AlertText fills in the text of a variant of alerts, as everybody may see it: one line each. A line with a placeholder that has nothing to say is left out, such as
// that of a comment that nobody wrote. What donors wrote stands isolated, so that it does not turn the words around it.
func AlertText(ctx context.Context, a *app.App, seen app.Seen, l *text.Locale, template string, w app.AlertWords) (t app.AlertText, err error) {
	t.Direction = directionOf(template)
	isolated := glyph.Isolated
	if t.Direction == rightToLeft {
		isolated = glyph.Isolate
	}
	v := newValues(a, seen, l)
	for name, said := range map[string]string{"donor": w.Donor, "comment": w.Comment, "reward": w.Reward, "name": v.fact.Name} {
		if v.said[name] = strings.TrimSpace(glyph.OneLine(said)); v.said[name] != "" {
			v.said[name] = isolated(v.said[name])
		}
	}
	v.said["amount"] = w.Amount
	v.money = w.Money
	for line := range strings.Lines(template) {
		line = strings.TrimSpace(line)
		empty, err := v.leavesOut(ctx, line)
		if err != nil {
			return t, err
		}
		if empty || line == "" {
			continue
		}
		said, err := fill(ctx, line, v)
		if err != nil {
			return t, err
		}
		t.Lines = append(t.Lines, said)
	}
	return t, nil
}

// leavesOut reports whether a line has a placeholder with nothing to say.
func (v *values) leavesOut(ctx context.Context, line string) (bool, error) {
	for part := range fund.TemplateParts(line) {
		if !part.Value {
			continue
		}
		if said, err := v.get(ctx, part.Text); said == "" || err != nil {
			return said == "", err
		}
	}
	return false, nil
}

const rightToLeft = "rtl"

// directionOf is the direction of the words of a template itself; "auto" for one that has none.
func directionOf(template string) string {
	var words strings.Builder
	for part := range fund.TemplateParts(template) {
		if !part.Value {
			words.WriteString(part.Text)
		}
	}
	if direction := glyph.Direction(words.String()); direction != "" {
		return direction
	}
	return "auto"
}
