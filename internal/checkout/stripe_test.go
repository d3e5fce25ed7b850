package checkout_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/checkout"
)

// TestKeysOfStripe takes the kinds of keys that can be meant, and repeats none that it refuses.
func TestKeysOfStripe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"key":            {checkout.StripeKey("sk_test_1").Validate(), ""},
		"restricted key": {checkout.StripeKey("rk_live_1").Validate(), ""},
		"key for pages":  {checkout.StripeKey("pk_live_1").Validate(), "begin with sk_ or rk_"},
		"signing secret": {checkout.StripeSecret("whsec_1").Validate(), ""},
		"other secret":   {checkout.StripeSecret("sk_live_1").Validate(), "begin with whsec_"},
	} {
		switch {
		case c.want == "" && c.err != nil:
			t.Errorf("%s: got %v, want no refusal", name, c.err)
		case c.want != "" && (c.err == nil || !strings.Contains(c.err.Error(), c.want)):
			t.Errorf("%s: got %v, want a refusal with %q", name, c.err, c.want)
		case c.err != nil && strings.Contains(c.err.Error(), "live_1"):
			t.Errorf("%s: got %v, want no key in it", name, c.err)
		}
	}
}
