package server

import "context"

// warnPasskeys says that passkeys do not work that are tied to another host than the server has now. Their users sign in in all other ways.
func (n *Node) warnPasskeys(ctx context.Context) error {
	lost, err := n.app.PasskeysElsewhere(ctx)
	if err == nil && lost > 0 {
		n.Log.WarnContext(ctx, "passkeys of another host do not work here; their users sign in in other ways, and add new ones: see --base-url", "passkeys", lost, "host", n.app.PasskeyHost())
	}
	return err
}
