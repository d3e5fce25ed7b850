package api

import (
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// Bearer is the access token of the Authorization header; "" where the caller sent no such
// header. Anything in it but one bearer token is an Unauthenticated fault.
func Bearer(r *http.Request) (string, error) {
	values := r.Header["Authorization"]
	if len(values) == 0 {
		return "", nil
	}
	scheme, token, _ := strings.Cut(strings.TrimSpace(values[0]), " ")
	token = strings.TrimSpace(token)
	if len(values) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" || strings.ContainsAny(token, " \t,") {
		return "", fault.BadToken("The Authorization header must be \"Bearer\" and an access token.")
	}
	return token, nil
}
