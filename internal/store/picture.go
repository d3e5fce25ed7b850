package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// GetPicture returns an uploaded picture in its largest size that is at most width pixels wide, or else in its smallest; 0 is the largest.
func (q Queries) GetPicture(ctx context.Context, p fund.Picture, width int) (fund.PictureSize, error) {
	what := thing{"picture", p.Hash}
	hash, err := hex.DecodeString(p.Hash)
	if err != nil {
		return fund.PictureSize{}, what.missing()
	}
	s := selecting("SELECT p.width, p.content FROM pictures p").and("p.hash = ?", hash).and("p.type = ?", p.Type)
	if width > 0 {
		s.and(`p.width = COALESCE((SELECT MAX(s.width) FROM pictures s WHERE s.hash = ? AND s.width <= ?),
			(SELECT MIN(s.width) FROM pictures s WHERE s.hash = ?))`, hash, width, hash)
	}
	return one(ctx, q.db, s.then("ORDER BY p.width DESC LIMIT 1"), func(r row) (size fund.PictureSize, err error) {
		err = r.Scan(&size.Width, &size.Content)
		return size, err
	}, what)
}

// PictureWidths lists the widths of an uploaded picture, the smallest first; none once it is gone.
func (q Queries) PictureWidths(ctx context.Context, p fund.Picture) ([]int, error) {
	hash, err := hex.DecodeString(p.Hash)
	if err != nil {
		return nil, thing{"picture", p.Hash}.missing()
	}
	s := selecting("SELECT p.width FROM pictures p").and("p.hash = ?", hash).then("ORDER BY p.width")
	widths, err := list(ctx, q.db, s, func(r row) (width int, err error) {
		err = r.Scan(&width)
		return width, err
	})
	if err != nil {
		return nil, fmt.Errorf("widths of picture %s: %w", p.Hash, err)
	}
	return widths, nil
}

// PictureBytes is how many bytes the pictures of an owner have in all sizes.
func (q Queries) PictureBytes(ctx context.Context, owner fund.ID) (n int64, err error) {
	err = q.db.QueryRowContext(ctx, "SELECT COALESCE(CAST(SUM(bytes) AS BIGINT), 0) FROM picture_uses WHERE owner_id = $1", owner).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("pictures of %s: %w", owner, err)
	}
	return n, nil
}

// PutPicture keeps a picture in all sizes for a use. The address in the subject's column is for the caller to write, before: what it replaces ends.
func (t *Tx) PutPicture(ctx context.Context, use fund.PictureUse, sizes []fund.PictureSize) error {
	what := thing{"picture", use.Picture.Hash}
	hash, err := hex.DecodeString(use.Picture.Hash)
	if err != nil {
		return what.refused(err)
	}
	now := micros(t.now())
	for _, size := range sizes {
		s := inserting("pictures", columns{
			{"hash", hash}, {"width", size.Width}, {"type", use.Picture.Type}, {"content", size.Content}, {"used_at", now},
		}).then("ON CONFLICT (hash, width) DO UPDATE SET used_at = excluded.used_at")
		if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
			return what.refused(err)
		}
	}
	s := inserting("picture_uses", columns{
		{"id", use.ID}, {"subject_id", use.Subject}, {"slot", string(use.Slot)}, {"hash", hash}, {"address", use.Picture.Address()},
		{"owner_id", use.Owner}, {"bytes", use.Bytes},
	}).then("ON CONFLICT (subject_id, slot, hash) DO UPDATE SET remove_at = NULL, owner_id = excluded.owner_id")
	if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
		return what.refused(err)
	}
	return nil
}

// EndPicture ends the use of a slot: its picture can be read for fund.PictureGrace longer.
func (t *Tx) EndPicture(ctx context.Context, subject fund.ID, slot fund.PictureSlot) error {
	_, err := t.db.ExecContext(ctx, "UPDATE picture_uses SET remove_at = $1 WHERE subject_id = $2 AND slot = $3 AND remove_at IS NULL",
		micros(t.now().Add(fund.PictureGrace)), subject, string(slot))
	if err != nil {
		return fmt.Errorf("%s of %s: %w", slot, subject, err)
	}
	return nil
}

// endPictures ends the uses of all slots of a subject that is gone.
func (t *Tx) endPictures(ctx context.Context, subject fund.ID) error {
	for _, slot := range fund.PictureSlots() {
		if err := t.EndPicture(ctx, subject, slot); err != nil {
			return err
		}
	}
	return nil
}

// replacedPicture is what a slot showed, and what it shows now.
type replacedPicture struct {
	subject fund.ID
	slot    fund.PictureSlot
	was, is string
}

// endReplaced ends the use of an uploaded picture that its slot shows no more.
func (t *Tx) endReplaced(ctx context.Context, r replacedPicture) error {
	if _, _, uploaded := fund.ParsePicture(r.was); !uploaded || r.was == r.is {
		return nil
	}
	return t.EndPicture(ctx, r.subject, r.slot)
}

// DropPicture deletes a use that has ended by now, and its picture if that has no other. A use whose slot shows the picture again goes on.
func (t *Tx) DropPicture(ctx context.Context, use fund.ID, now time.Time) error {
	var (
		subject fund.ID
		hash    []byte
		address string
	)
	err := t.db.QueryRowContext(ctx, "SELECT subject_id, hash, address FROM picture_uses WHERE id = $1 AND remove_at <= $2", use, micros(now)).
		Scan(&subject, &hash, &address)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	var shown bool
	if err == nil {
		shown, err = t.showsPicture(ctx, subject, address)
	}
	switch {
	case err != nil:
	case shown:
		_, err = t.db.ExecContext(ctx, "UPDATE picture_uses SET remove_at = NULL WHERE id = $1", use)
	default:
		err = t.deletePictureUse(ctx, use, hash, now)
	}
	if err != nil {
		return fmt.Errorf("use %s of a picture: %w", use, err)
	}
	return nil
}

// showsPicture reports whether a fact, user or team shows the picture at an address.
func (t *Tx) showsPicture(ctx context.Context, subject fund.ID, address string) (shown bool, err error) {
	err = t.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM facts WHERE id = $1 AND (avatar = $2 OR cover = $2))
		OR EXISTS (SELECT 1 FROM users WHERE id = $1 AND (avatar = $2 OR cover = $2))
		OR EXISTS (SELECT 1 FROM teams WHERE id = $1 AND (avatar = $2 OR cover = $2))`, subject, address).Scan(&shown)
	return shown, err
}

// deletePictureUse deletes a use, and the picture if it was the last one. A picture that another transaction puts to use at this moment is younger
// than what is deleted.
func (t *Tx) deletePictureUse(ctx context.Context, use fund.ID, hash []byte, now time.Time) error {
	if _, err := t.db.ExecContext(ctx, "DELETE FROM picture_uses WHERE id = $1", use); err != nil {
		return err
	}
	_, err := t.db.ExecContext(ctx, `DELETE FROM pictures WHERE hash = $1 AND used_at <= $2
		AND NOT EXISTS (SELECT 1 FROM picture_uses u WHERE u.hash = $1)`, hash, micros(now.Add(-fund.PictureGrace)))
	return err
}
