package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// modeCache is the committed mode of the database as it was last read, so that donations pay nothing for the look.
type modeCache struct{ read atomic.Pointer[readMode] }

// readMode is one reading of the mode; known is false once it may be stale.
type readMode struct {
	mode  fund.Mode
	known bool
}

// forget makes the next look read again. A reading that began before is not kept.
func (c *modeCache) forget() {
	stale := &readMode{}
	if before := c.read.Load(); before != nil {
		stale.mode = before.mode
	}
	c.read.Store(stale)
}

// OwnMode is the mode of this node's provider; "" where it has none.
func (s *Store) OwnMode() fund.Mode { return s.ownMode }

// Mode is the mode that the database was given by its first donation; "" before. It is cached, and read again after an
// event that concerns it; see Heard. With an error it is the one that was read last.
func (s *Store) Mode(ctx context.Context) (fund.Mode, error) {
	before := s.mode.read.Load()
	if before != nil && before.known {
		return before.mode, nil
	}
	mode, err := s.fixedMode(ctx)
	if err != nil {
		if before != nil {
			mode = before.mode
		}
		return mode, err
	}
	s.mode.read.CompareAndSwap(before, &readMode{mode, true})
	return mode, nil
}

// Heard lets the store know of events that other nodes committed.
func (s *Store) Heard(events []fund.Event) {
	if slices.ContainsFunc(events, func(e fund.Event) bool { return e.Topic.ChangesSettings() }) {
		s.mode.forget()
	}
}

// Forget lets the store know that the database was replaced by another one.
func (s *Store) Forget() { s.mode.forget() }

// fixedMode reads the mode; "" where it is not fixed.
func (q Queries) fixedMode(ctx context.Context) (mode fund.Mode, err error) {
	s, err := q.GetSetting(ctx, fund.SettingMode)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal([]byte(s.Value), &mode); err != nil {
		return "", fmt.Errorf("setting %s: %w", s.Key, err)
	}
	return mode, nil
}

// fixMode gives the database the mode of this node with its first donation, and refuses donations of another mode. It
// inserts the mode unless another node was faster, so that two nodes cannot disagree.
//
// A node without a provider adds to a mode that is fixed, because matches are paid on any node.
func (t *Tx) fixMode(ctx context.Context) error {
	own, before := t.store.ownMode, t.store.mode.read.Load()
	if before != nil && before.known && before.mode != "" {
		return agree(own, before.mode)
	}
	fixed, err := t.fixedMode(ctx)
	switch {
	case err != nil:
		return err
	case fixed != "" && !t.putMode:
		t.store.mode.read.CompareAndSwap(before, &readMode{fixed, true})
	case fixed == "" && own != "":
		if fixed, err = t.insertMode(ctx, own); err != nil {
			return err
		}
	}
	return agree(own, fixed)
}

// insertMode fixes the mode, and returns the one that another node was faster with.
func (t *Tx) insertMode(ctx context.Context, own fund.Mode) (fund.Mode, error) {
	t.putMode = true
	_, err := t.putSetting(ctx, insertSetting, fund.Setting{
		Key: fund.SettingMode, Value: strconv.Quote(string(own)), Version: 1, UpdatedAt: fromMicros(micros(t.now())),
	})
	if err != nil {
		return "", err
	}
	return t.fixedMode(ctx)
}

// agree refuses donations of a node to a database of another mode, as a Conflict.
func agree(own, fixed fund.Mode) error {
	switch {
	case own == "" && fixed == "":
		return fault.New(fault.Conflict, "This server takes no donations yet: no payment provider is set up.")
	case own != "" && own != fixed:
		return fault.New(fault.Conflict, "This server takes %s donations, and its database holds %s ones.", own, fixed)
	}
	return nil
}
