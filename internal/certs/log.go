package certs

import (
	"context"
	"log/slog"
	"slices"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// zapLevels are how lines of the library are logged: what is worth an operator's attention, this package says itself.
var zapLevels = map[zapcore.Level]slog.Level{zapcore.DebugLevel: slog.LevelDebug, zapcore.InfoLevel: slog.LevelDebug, zapcore.WarnLevel: slog.LevelInfo}

// core writes what the library logs to our log.
type core struct {
	log    *slog.Logger
	fields []zapcore.Field
}

func newLogger(log *slog.Logger) *zap.Logger { return zap.New(core{log: log}) }

func (c core) level(l zapcore.Level) slog.Level {
	if ours, is := zapLevels[l]; is {
		return ours
	}
	return slog.LevelWarn
}

// Enabled is part of zapcore.Core.
func (c core) Enabled(l zapcore.Level) bool {
	return l > zapcore.DebugLevel && c.log.Enabled(context.Background(), c.level(l))
}

// With is part of zapcore.Core.
func (c core) With(fields []zapcore.Field) zapcore.Core {
	return core{c.log, slices.Concat(c.fields, fields)}
}

// Check is part of zapcore.Core.
func (c core) Check(e zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(e.Level) {
		return checked.AddCore(e, c)
	}
	return checked
}

// Write is part of zapcore.Core.
func (c core) Write(e zapcore.Entry, fields []zapcore.Field) error {
	all := zapcore.NewMapObjectEncoder()
	for _, f := range slices.Concat(c.fields, fields) {
		f.AddTo(all)
	}
	args := []any{"about", e.Message}
	for key, value := range all.Fields {
		args = append(args, key, value)
	}
	c.log.Log(context.Background(), c.level(e.Level), "certificates", args...)
	return nil
}

// Sync is part of zapcore.Core.
func (c core) Sync() error { return nil }
