package server

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/store"
)

// Examine has a doctor look at what a node with these settings works with, in a database of the present schema, beside running nodes or without one.
func Examine(ctx context.Context, opened *store.Store, s Settings) ([]ops.Finding, error) {
	s.Secret = s.Secret.For(s.Database)
	n := &Node{Settings: s, store: opened}
	if err := n.buildPayments(ctx); err != nil {
		return nil, err
	}
	doctor := n.doctor()
	doctor.Damage = true
	return doctor.Examine(ctx), nil
}

// doctor examines what the node works with.
func (n *Node) doctor() ops.Doctor {
	d := ops.Doctor{
		Store: n.store, Database: n.Database, BaseURL: n.BaseURL, Now: time.Now, Connections: int(n.Limits.LiveConnections),
		BackupDir: n.Backups.Dir, BackupEvery: n.Backups.Every,
		Secret:        func(ctx context.Context) error { return checkKey(ctx, n.store, n.Secret) },
		PaymentsTitle: n.checkout.Payments().Title,
	}
	if n.Mail.Set() {
		d.Mail = mailPost(n.Mail).Check
	}
	if prober := n.checkout.Prober(); prober != nil {
		d.Payments = prober.Probe
	}
	return d
}
