package oauth

import (
	"maps"
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/web/session"
)

// MetadataPath is the address of the authorization server metadata (RFC 8414, section 3).
const MetadataPath = "/.well-known/oauth-authorization-server"

// metadata is the document of RFC 8414, section 2. TestTheMetadataIsTrue tries everything it claims.
type metadata struct {
	Issuer                string `json:"issuer"`
	AuthorizationEndpoint string `json:"authorization_endpoint"`
	TokenEndpoint         string `json:"token_endpoint"`
	RevocationEndpoint    string `json:"revocation_endpoint"`
	IntrospectionEndpoint string `json:"introspection_endpoint"`
	// RegistrationEndpoint is "" where programs cannot register themselves.
	RegistrationEndpoint string   `json:"registration_endpoint,omitempty"`
	Scopes               []string `json:"scopes_supported"`
	ResponseTypes        []string `json:"response_types_supported"`
	ResponseModes        []string `json:"response_modes_supported"`
	GrantTypes           []string `json:"grant_types_supported"`
	ChallengeMethods     []string `json:"code_challenge_methods_supported"`
	TokenAuth            []string `json:"token_endpoint_auth_methods_supported"`
	RevocationAuth       []string `json:"revocation_endpoint_auth_methods_supported"`
	IntrospectionAuth    []string `json:"introspection_endpoint_auth_methods_supported"`
}

// metadata is GET /.well-known/oauth-authorization-server. Its content depends only on the binary, the
// base URL and a setting that hardly ever changes, so caches may keep it. While the setting cannot be read, the registration endpoint is left out:
// everything else can be served without a database.
func (s *Server) metadata(w http.ResponseWriter, r *http.Request) {
	// "none" is left out: only the terminal gets tokens without a secret, and it does not read this; only V3 applications may revoke without one.
	secret := secretMethods()
	register := s.baseURL + registerPath
	if mode, err := s.app.RegistrationMode(r.Context()); err != nil || mode == fund.RegistrationOff {
		register = ""
	}
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Header().Del("Pragma")
	answer(w, http.StatusOK, metadata{
		Issuer: s.baseURL, AuthorizationEndpoint: s.baseURL + session.Authorize, TokenEndpoint: s.baseURL + tokenPath,
		RevocationEndpoint: s.baseURL + revokePath, IntrospectionEndpoint: s.baseURL + introspectPath,
		RegistrationEndpoint: register,
		Scopes:               fund.Scopes(), ResponseTypes: []string{responseType}, ResponseModes: []string{"query"},
		GrantTypes: grantTypes(), ChallengeMethods: []string{challengeMethod},
		TokenAuth: secret, RevocationAuth: secret, IntrospectionAuth: secret,
	})
}

// secretMethods are how applications prove at the endpoints for programs who they are.
func secretMethods() []string { return []string{"client_secret_basic", "client_secret_post"} }

// grantTypes are the names of grants.
func grantTypes() []string { return slices.Sorted(maps.Keys(grants)) }
