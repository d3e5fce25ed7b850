package bearer_test

import (
	"testing"

	"github.com/almoner/almoner/internal/bearer"
	"github.com/almoner/almoner/internal/fault"
)

func TestRefusalSaysWhy(t *testing.T) {
	t.Parallel()
	const start = `Bearer realm="almoner"`
	wrong := func(kind fault.Kind) *fault.Error { return fault.WrongToken(kind, "This needs a token of a user.") }
	for _, c := range []struct {
		name   string
		f      *fault.Error
		status int
		want   string
	}{
		{"nobody", fault.New(fault.Unauthenticated, "Send a token."), 401, start},
		{"an unknown token", fault.BadToken("The access token is not known."), 401, start + `, error="invalid_token", error_description="The access token is not known."`},
		{"a token of the wrong kind", wrong(fault.Unauthenticated), 401, start + `, error="invalid_token", error_description="This needs a token of a user."`},
		{"a known token of the wrong kind", wrong(fault.Forbidden), 403, start + `, error="insufficient_scope", error_description="This needs a token of a user."`},
		{
			"a missing scope", fault.MissingScope("write"), 403,
			start + `, error="insufficient_scope", scope="write", error_description="This needs a token with the scope write."`,
		},
		{
			"one of two scopes", fault.MissingScope("write", "cause"), 403,
			start + `, error="insufficient_scope", scope="write cause", error_description="This needs a token with the scope write or cause."`,
		},
		{
			"somebody who may not", &fault.Error{Kind: fault.Forbidden}, 403,
			start + `, error_description="The user, cause or application of this token may not do this here."`,
		},
		{"somebody who may not, in words", fault.New(fault.Forbidden, "Ask \"Ada\"."), 403, start + `, error_description="Ask 'Ada'."`},
		{"another status", fault.BadToken("The access token is not known."), 422, ""},
		{"a fault of ours", &fault.Error{}, 500, ""},
	} {
		if got := bearer.Refusal(c.f, c.status); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestDescriptionKeepsToItsCharacters(t *testing.T) {
	t.Parallel()
	if got := bearer.Description("A \"b\" \\ é \n ~!"); got != "A 'b' ? ? ? ~!" {
		t.Errorf("got %q, want only what RFC 6749 allows", got)
	}
}
