package holes_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestOnlyEmbedsAreFramed wants every page to refuse to be shown in a page of another site, where what is pressed is not what is seen; but for overlays, which pages of ours frame, for previews, which they
// frame, too, and whose links lead out of the frame, and for embeds, which are for the sites of the cause, and know nobody: they set no cookie, whatever link leads to them.
func TestOnlyEmbedsAreFramed(t *testing.T) {
	t.Parallel()
	w := world(t)
	write(t, w, "cause_owner", "PATCH", "/api/private/causes/{cause_id}", `{"allowed_origins":["https://cause.test"]}`)
	pages, frames := 0, 0
	for _, r := range reads(w) {
		for _, caller := range slices.Sorted(maps.Keys(w.Callers)) {
			answer := ask(t, w, caller, r, "lang=de")
			if strings.HasPrefix(r.Pattern, "/embed/") {
				doubled := w.Request(t, caller, r) // which means the same
				doubled.URL.Path, doubled.URL.RawPath, doubled.URL.RawQuery = "/"+doubled.URL.Path, "", "lang=de"
				if same := w.Serve(doubled); same.Code != answer.Code || len(same.Header().Values("Set-Cookie")) > 0 {
					t.Errorf("/%s: got %d and the cookies %q, want the same without cookies", doubled.URL.Path, same.Code, same.Header().Values("Set-Cookie"))
				}
			}
			if !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") {
				continue
			}
			policy := answer.Header().Get("Content-Security-Policy")
			_, ancestors, _ := strings.Cut(policy, "frame-ancestors ")
			ancestors, _, _ = strings.Cut(ancestors, ";")
			switch {
			case strings.HasPrefix(r.Pattern, "/dashboard/") && strings.HasSuffix(r.Pattern, "/preview") && answer.Code < 400:
				if ancestors != "'self'" || strings.Contains(policy, "script-src") || !strings.Contains(answer.Body.String(), `<base target="_blank">`) {
					t.Errorf("%s as %s: got the policy %q, want a page for frames of ours whose links lead out of them", r, caller, policy)
				}
			case strings.HasPrefix(r.Pattern, "/overlay/") && answer.Code < 400:
				if ancestors != "'self'" || len(answer.Header().Values("Set-Cookie")) > 0 {
					t.Errorf("%s as %s: got the policy %q, and the cookies %q, want it for frames of ours, without cookies", r, caller, policy, answer.Header().Values("Set-Cookie"))
				}
			case !strings.HasPrefix(r.Pattern, "/embed/"):
				if pages++; ancestors != "'none'" {
					t.Errorf("%s as %s: got the policy %q, want that no page frames it", r, caller, policy)
				}
			case answer.Code >= 400: // a kind of embed that there is not
			default:
				if frames++; ancestors != "'self' https://cause.test" || answer.Header().Get("X-Frame-Options") != "" || len(answer.Header().Values("Set-Cookie")) > 0 {
					t.Errorf("%s as %s: got %q framed, and the cookies %q, want it for the sites of the cause, without cookies", r, caller, ancestors, answer.Header().Values("Set-Cookie"))
				}
			}
		}
	}
	if pages < 1000 || frames == 0 {
		t.Errorf("got %d pages and %d frames, want all of them to be asked", pages, frames)
	}
}
