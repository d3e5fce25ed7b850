package app

import (
	"context"
	"fmt"
	"time"

	"github.com/gofrs/uuid/v5"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const relayKeyNoun = "webhook relay key"

// RelayKeyKey identifies a key of a webhook relay by its application's name for it.
type RelayKeyKey struct {
	Relay fund.Key
	Key   string
}

// ListRelayKeys lists the keys of a relay with their donations.
func (a *App) ListRelayKeys(ctx context.Context, actor Actor, relay fund.Key, page fund.Page) ([]fund.RelayKey, error) {
	r, err := a.GetRelay(ctx, actor, relay)
	if err != nil {
		return nil, err
	}
	return a.store.ListRelayKeys(ctx, r.ID, page)
}

// GetRelayKey finds one key of a relay.
func (a *App) GetRelayKey(ctx context.Context, actor Actor, key RelayKeyKey) (fund.RelayKey, error) {
	r, err := a.GetRelay(ctx, actor, key.Relay)
	if err != nil {
		return fund.RelayKey{}, err
	}
	k, err := a.store.GetRelayKey(ctx, r.ID, key.Key)
	return k, asRequested(err, relayKeyNoun, key.Key)
}

// CreateRelayKey creates a key for one donation through a relay. Its name defaults to a UUID; a name that the relay already has is Invalid
// at "id".
func (a *App) CreateRelayKey(ctx context.Context, actor Actor, relay fund.Key, in fund.RelayKeyInput) (fund.RelayKey, error) {
	if err := requireWebhookWrite(actor); err != nil {
		return fund.RelayKey{}, err
	}
	r, err := ownRelay(ctx, a.store.Queries, actor, relay)
	if err != nil {
		return fund.RelayKey{}, err
	}
	k, err := a.newRelayKey(r.ID, in)
	if err != nil {
		return fund.RelayKey{}, err
	}
	err = a.write(ctx, actor, r.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		wrong := in.Check()
		taken, err := found(discard(tx.GetRelayKey(ctx, r.ID, k.Key)))
		if err != nil {
			return err
		}
		if taken {
			wrong.Add("id", fund.Taken)
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		if k.ID, err = a.newID(now); err != nil {
			return err
		}
		k.CreatedAt, k.UpdatedAt = now, now
		return tx.InsertRelayKey(ctx, k)
	})
	if err != nil {
		return fund.RelayKey{}, fmt.Errorf("new key of webhook relay %s: %w", r.ID, err)
	}
	return k, nil
}

// newRelayKey sets defaults. The name is random, rather than the key's id, so that it does not reveal when the key was created.
func (a *App) newRelayKey(relay fund.ID, in fund.RelayKeyInput) (fund.RelayKey, error) {
	client, _, err := a.newSecret()
	if err != nil {
		return fund.RelayKey{}, err
	}
	k := fund.RelayKey{RelayID: relay, Key: in.Key, ClientKey: client, Metadata: in.Metadata}
	if k.Key != "" {
		return k, nil
	}
	name, err := uuid.NewGenWithOptions(uuid.WithRandomReader(a.random)).NewV4()
	if err != nil {
		return fund.RelayKey{}, fmt.Errorf("name of a relay key: %w", err)
	}
	k.Key = name.String()
	return k, nil
}

// discard discards a result.
func discard[T any](_ T, err error) error { return err }

// relayed finds the relay key that a donor came with; the zero id for none. The store checks that it is used for one donation only, because
// that donation may be submitted again.
func (a *App) relayed(ctx context.Context, clientKey string, wrong *fault.Fields) (fund.ID, error) {
	if clientKey == "" {
		return fund.ID{}, nil
	}
	k, err := a.store.GetRelayKeyByClientKey(ctx, clientKey)
	known, err := found(err)
	if err == nil && !known {
		wrong.Add("relay_key", fund.Missing)
	}
	return k.ID, err
}
