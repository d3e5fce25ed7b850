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
		"key for pages":  {checkout.StripeKey("pk_live_1").Validate(), "begin with sk_live_, rk_live_, sk_test_ or rk_test_"},
		"no mode":        {checkout.StripeKey("sk_live1").Validate(), "begin with sk_live_"},
		"no digits":      {checkout.StripeKey("sk_live_").Validate(), "letters and digits"},
		"a sign":         {checkout.StripeKey("sk_live_1\n").Validate(), "letters and digits"},
		"longest":        {checkout.StripeKey("sk_live_" + strings.Repeat("1", 247)).Validate(), ""},
		"too long":       {checkout.StripeKey("sk_live_" + strings.Repeat("1", 248)).Validate(), "letters and digits"},
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
