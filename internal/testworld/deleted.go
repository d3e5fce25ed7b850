package testworld

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// DeleteAda deletes the account of Ada. Bob looks after her team from then on.
func (w *World) DeleteAda(ctx context.Context) {
	w.t.Helper()
	w.Must(w.SetRole(ctx, app.System(), app.TeamRole{Team: w.Team.ID, User: w.Bob.ID, Role: fund.RoleSuperAdmin}))
	_, err := w.DeleteUser(ctx, app.System(), w.Ada.ID)
	w.Must(err)
}

// FormerUser says what is wrong with how an answer of a wire shows a user whose account was deleted: there are texts where clients want some, and a picture.
func FormerUser(body []byte) (wrong []string) {
	for _, user := range usersIn(body) {
		if user["username"] != fund.FormerUser {
			continue
		}
		for _, key := range []string{"slug", "url"} {
			if text, is := user[key].(string); !is || text == "" {
				wrong = append(wrong, fmt.Sprintf("got %v for %q of %v", user[key], key, user))
			}
		}
		if picture, is := user["avatar"].(map[string]any); !is || picture["src"] == nil {
			wrong = append(wrong, fmt.Sprintf("got no avatar of %v", user))
		}
	}
	return wrong
}

// usersIn are the objects of an answer that have a username.
func usersIn(body []byte) (users []map[string]any) {
	var all any
	if json.Unmarshal(body, &all) != nil {
		return nil
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if _, is := v["username"]; is {
				users = append(users, v)
			}
			for _, one := range v {
				walk(one)
			}
		case []any:
			for _, one := range v {
				walk(one)
			}
		}
	}
	walk(all)
	return users
}
