package oauth

import (
	"maps"
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/fund"
)

// MetadataPath is the address of the authorization server metadata (RFC 8414, section 3).
const MetadataPath = "/.well-known/oauth-authorization-server"

// metadata is the document of RFC 8414, section 2. TestTheMetadataIsTrue tries everything it claims.
type metadata struct {
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	RevocationEndpoint    string   `json:"revocation_endpoint"`
	IntrospectionEndpoint string   `json:"introspection_endpoint"`
	Scopes                []string `json:"scopes_supported"`
	ResponseTypes         []string `json:"response_types_supported"`
	ResponseModes         []string `json:"response_modes_supported"`
	GrantTypes            []string `json:"grant_types_supported"`
	ChallengeMethods      []string `json:"code_challenge_methods_supported"`
	TokenAuth             []string `json:"token_endpoint_auth_methods_supported"`
	RevocationAuth        []string `json:"revocation_endpoint_auth_methods_supported"`
	IntrospectionAuth     []string `json:"introspection_endpoint_auth_methods_supported"`
}

// metadata is GET /.well-known/oauth-authorization-server. Its content depends only on the binary and the
// base URL, so caches may keep it.
func (s *Server) metadata(w http.ResponseWriter, _ *http.Request) {
	// "none" is left out for revocation: only V3 applications may revoke without a secret.
	secret := []string{"client_secret_basic", "client_secret_post"}
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Header().Del("Pragma")
	answer(w, http.StatusOK, metadata{
		Issuer: s.baseURL, AuthorizationEndpoint: s.baseURL + authorizePath, TokenEndpoint: s.baseURL + tokenPath,
		RevocationEndpoint: s.baseURL + revokePath, IntrospectionEndpoint: s.baseURL + introspectPath,
		Scopes: fund.Scopes(), ResponseTypes: []string{responseType}, ResponseModes: []string{"query"},
		GrantTypes: slices.Sorted(maps.Keys(grants)), ChallengeMethods: []string{challengeMethod},
		TokenAuth: secret, RevocationAuth: secret, IntrospectionAuth: secret,
	})
}
