package oauth

import (
	"net/http"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/bearer"
	"github.com/almoner/almoner/internal/fault"
)

// The fields of client metadata that are read (RFC 7591, section 2). All others are passed over, as section 2 allows: pages show no more of a
// stranger than the name.
const (
	fieldRedirects   = "redirect_uris"
	fieldClientName  = "client_name"
	fieldAuthMethod  = "token_endpoint_auth_method"
	fieldGrants      = "grant_types"
	fieldResponses   = "response_types"
	fieldClientScope = "scope"
)

// The errors of RFC 7591, section 3.2.2.
const (
	invalidRedirect = "invalid_redirect_uri"
	invalidMetadata = "invalid_client_metadata"
)

// registered is the client information response of RFC 7591, section 3.2.1, with everything that was registered.
type registered struct {
	ClientID        string   `json:"client_id"`
	ClientSecret    string   `json:"client_secret"`
	IssuedAt        int64    `json:"client_id_issued_at"`
	SecretExpiresAt int64    `json:"client_secret_expires_at"` // 0 is never
	RedirectURIs    []string `json:"redirect_uris"`
	Name            string   `json:"client_name"`
	AuthMethod      string   `json:"token_endpoint_auth_method"`
	GrantTypes      []string `json:"grant_types"`
	ResponseTypes   []string `json:"response_types"`
	Scope           string   `json:"scope"`
}

// register is POST /oauth/register, RFC 7591.
func (s *Server) register(w http.ResponseWriter, r *http.Request) {
	body, err := s.registerClient(w, r)
	if err != nil {
		s.failRegistration(w, r, err)
		return
	}
	answer(w, http.StatusCreated, body)
}

func (s *Server) registerClient(w http.ResponseWriter, r *http.Request) (registered, error) {
	// What is sent where nobody may register is not read.
	if _, err := s.app.RequireRegistration(r.Context()); err != nil {
		return registered{}, err
	}
	body, err := readBody(w, r)
	if err != nil {
		return registered{}, err
	}
	sent, err := api.DecodeJSON(body)
	if err != nil {
		return registered{}, err
	}
	in, method, err := readClientMetadata(sent)
	if err != nil {
		return registered{}, err
	}
	made, secret, err := s.app.RegisterApplication(r.Context(), app.Actor{}.From(s.site.Address(r)), in)
	if err != nil {
		return registered{}, err
	}
	return registered{
		ClientID: made.ClientID, ClientSecret: secret, IssuedAt: made.CreatedAt.Unix(), RedirectURIs: made.RedirectURIs, Name: made.Name,
		AuthMethod: method, GrantTypes: grantTypes(), ResponseTypes: []string{responseType}, Scope: strings.Join(made.Scopes, " "),
	}, nil
}

// readClientMetadata reads what a program says about itself, and how it will prove who it is. What it asks for must work here: a program that was
// registered with less would only fail later.
func readClientMetadata(sent api.Object) (in app.NewApplication, method string, err error) {
	var wrong fault.Fields
	in.Name = readText(&wrong, sent, fieldClientName)
	in.RedirectURIs = readTexts(&wrong, sent, fieldRedirects)
	in.Scopes = strings.Fields(readText(&wrong, sent, fieldClientScope))
	if method = readText(&wrong, sent, fieldAuthMethod); method == "" {
		method = secretMethods()[0] // the default of RFC 7591
	}
	if !slices.Contains(secretMethods(), method) {
		wrong.Add(fieldAuthMethod, "must be "+strings.Join(secretMethods(), " or ")+": every application has a secret here")
	}
	readChoices(&wrong, sent, fieldGrants, grantTypes())
	readChoices(&wrong, sent, fieldResponses, []string{responseType})
	return in, method, wrong.Err()
}

// readText reads a text; "" if it was not sent.
func readText(wrong *fault.Fields, sent api.Object, field string) string {
	value, _ := sent.Get(field)
	text, is := value.(string)
	if value != nil && !is {
		wrong.Add(field, "must be a text")
	}
	return text
}

// readChoices refuses a list that has others than the known texts.
func readChoices(wrong *fault.Fields, sent api.Object, field string, known []string) {
	for _, one := range readTexts(wrong, sent, field) {
		if !slices.Contains(known, one) {
			wrong.Add(field, "may have only "+strings.Join(known, ", "))
		}
	}
}

// readTexts reads a list of texts; none if it was not sent.
func readTexts(wrong *fault.Fields, sent api.Object, field string) []string {
	value, _ := sent.Get(field)
	if value == nil {
		return nil
	}
	list, is := value.([]any)
	var texts []string
	for _, one := range list {
		text, isText := one.(string)
		is = is && isText
		texts = append(texts, text)
	}
	if !is {
		wrong.Add(field, "must be a list of texts")
	}
	return texts
}

// clientFields are the names that RFC 7591 has for the fields of an application.
var clientFields = map[string]string{"redirect_uri": fieldRedirects, "name": fieldClientName}

// failRegistration answers with an error of RFC 7591, section 3.2.2. What it has no code for is as at the other endpoints, but for a server where
// nobody may register: that answers 403.
func (s *Server) failRegistration(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.From(err)
	switch f.Kind {
	case fault.Invalid:
		code, said := invalidMetadata, []string{}
		for _, field := range f.Fields {
			name := field.Path
			if known := clientFields[name]; known != "" {
				name = known
			}
			if name == fieldRedirects {
				code = invalidRedirect
			}
			said = append(said, name+" "+field.Text)
		}
		answer(w, http.StatusBadRequest, problem{code, bearer.Description(strings.Join(said, "; "))})
	case fault.Malformed:
		answer(w, http.StatusBadRequest, problem{invalidMetadata, bearer.Description(f.Message)})
	case fault.Forbidden:
		answer(w, http.StatusForbidden, problem{refusals[fault.Forbidden].code, bearer.Description(f.Message)})
	default:
		s.fail(w, r, err)
	}
}
