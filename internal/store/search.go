package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const (
	// searchWords is the name of the projection that keeps the words of names.
	searchWords = "words.1"
	// wordEvents is how many events are read for one transaction, and wordRows about how many words are written at once.
	wordEvents = 1024
	wordRows   = 5_000
)

// The kinds of what has a name: tables and the columns of the names.
var namedTables = []struct{ table, column string }{{"facts", "name"}, {"users", "username"}, {"teams", "name"}}

// Found are the ids of what has the words of a question in its name.
type Found struct{ Facts, Users, Teams []fund.ID }

// SearchNames finds whatever everybody may see that has words in its name that begin with those of a question, all of them, in the order of the words that
// the first one finds, from the offset on: limit of them, and whether there are more. Names follow the event log: see FoldWords.
func (q Queries) SearchNames(ctx context.Context, words []string, offset, limit int) (found Found, more bool, err error) {
	if len(words) == 0 {
		return found, false, nil
	}
	first := begins(words[0])
	s := selecting("SELECT w.subject_id, w.kind FROM search_words w").and("w.word >= ? AND w.word < ?", first...)
	s.and("NOT EXISTS (SELECT 1 FROM search_words e WHERE e.subject_id = w.subject_id AND e.word >= ? AND e.word < w.word)", first[0])
	for _, word := range words[1:] {
		s.and("EXISTS (SELECT 1 FROM search_words o WHERE o.subject_id = w.subject_id AND o.word >= ? AND o.word < ?)", begins(word)...)
	}
	s.and(shownName).then("ORDER BY w.word, w.subject_id LIMIT ? OFFSET ?", limit+1, offset)
	at := 0
	_, err = list(ctx, q.db, s, func(r row) (id fund.ID, err error) {
		var kind string
		if err = r.Scan(&id, &kind); err != nil {
			return id, err
		}
		if at++; at > limit {
			more = true
			return id, nil
		}
		to := map[string]*[]fund.ID{"facts": &found.Facts, "users": &found.Users, "teams": &found.Teams}[kind]
		*to = append(*to, id)
		return id, nil
	})
	if err != nil {
		return found, false, fmt.Errorf("search: %w", err)
	}
	return found, more, nil
}

// shownName is the condition that everybody may see the subject of a word w: see fund.Fact.Public.
const shownName = `CASE w.kind
	WHEN 'facts' THEN EXISTS (SELECT 1 FROM facts f WHERE f.id = w.subject_id AND f.status <> 'unpublished' AND ` + approvedAlone + `)
	WHEN 'users' THEN EXISTS (SELECT 1 FROM users u WHERE u.id = w.subject_id AND u.disabled_at IS NULL)
	ELSE EXISTS (SELECT 1 FROM teams t WHERE t.id = w.subject_id AND t.disbanded_at IS NULL) END`

// begins are the bounds of the words that begin with one. No UTF-8 has the byte 0xff.
func begins(word string) []any { return []any{[]byte(word), append([]byte(word), 0xff)} }

// FactsByID finds all facts with these ids, by id.
func (q Queries) FactsByID(ctx context.Context, ids []fund.ID) (map[fund.ID]fund.Fact, error) {
	found := make(map[fund.ID]fund.Fact, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	condition, args := anyID("f.id", ids)
	facts, err := list(ctx, q.db, selecting(selectFact).and(condition, args...), scanFact)
	if err != nil {
		return nil, fmt.Errorf("facts by id: %w", err)
	}
	for _, f := range facts {
		found[f.ID] = f
	}
	return found, nil
}

// FoldWords keeps the words of the names that the next events of the log may have changed, as many as fit into a small transaction. A database without any
// words gets those of all names.
func (s *Store) FoldWords(ctx context.Context) (done Folded, err error) {
	from, err := s.projected(ctx, searchWords, "")
	if errors.Is(err, sql.ErrNoRows) {
		return Folded{1, true}, s.beginWords(ctx)
	}
	if err != nil {
		return done, err
	}
	last, err := s.LastPosition(ctx)
	if err != nil || last <= from {
		return done, err
	}
	upTo := min(last, from+wordEvents)
	changed, err := s.renamed(ctx, from, upTo)
	if err != nil {
		return done, err
	}
	err = s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		done = Folded{}
		at, err := t.projected(ctx, searchWords, s.dialect.lockFreeRows())
		if errors.Is(err, sql.ErrNoRows) || err == nil && at != from {
			return nil // another node was faster
		}
		if err != nil {
			return err
		}
		if err := t.rewordAll(ctx, changed); err != nil {
			return err
		}
		done = Folded{int(upTo - from), upTo < last}
		return t.wordsReach(ctx, upTo)
	})
	return done, err
}

var nameChanges = topicIn(fund.TopicFactCreated, fund.TopicFactChanged, fund.TopicFactRemoved, fund.TopicUserChanged, fund.TopicTeamChanged)

// renamed are the subjects whose names may have changed after a position, up to another one.
func (q Queries) renamed(ctx context.Context, after, upTo int64) (ids []fund.ID, err error) {
	err = q.each(ctx, "SELECT DISTINCT e.subject FROM events e WHERE e.position > $1 AND e.position <= $2 AND "+nameChanges, []any{after, upTo},
		func(scan func(...any) error) error {
			var id fund.ID
			err := scan(&id)
			ids = append(ids, id)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("names that changed after %d: %w", after, err)
	}
	return ids, nil
}

// rewordAll writes the words of some subjects in place of those they had.
func (t *Tx) rewordAll(ctx context.Context, ids []fund.ID) error {
	for _, id := range unique(ids) {
		if _, err := t.db.ExecContext(ctx, "DELETE FROM search_words WHERE subject_id = $1", id); err != nil {
			return fmt.Errorf("words of %s: %w", id, err)
		}
	}
	words := newWords()
	for _, of := range namedTables {
		err := t.eachOf(ctx, "SELECT id, "+of.column+" FROM "+of.table+" WHERE id IN ", ids, wordsInto(words, of.table))
		if err != nil {
			return fmt.Errorf("names of %s: %w", of.table, err)
		}
	}
	return t.store.dialect.run(ctx, t, *words)
}

func (t *Tx) wordsReach(ctx context.Context, position int64) error {
	return t.store.dialect.run(ctx, t, batchStatement{
		text: "UPDATE projections SET position = $1 WHERE name = $2", args: []any{position, searchWords},
	})
}

// newWords are rows of words to be written.
func newWords() *batchStatement {
	return &batchStatement{insert: "search_words", merge: "ON CONFLICT (word, subject_id) DO NOTHING"}
}

// wordsInto adds the words of each row with an id and a name.
func wordsInto(s *batchStatement, kind string) func(scan func(...any) error) error {
	return func(scan func(...any) error) error {
		var id fund.ID
		var name string
		if err := scan(&id, &name); err != nil {
			return err
		}
		for _, word := range fund.SearchWords(name, fund.MaxSearchWords) {
			s.add(columns{{"word", []byte(word)}, {"subject_id", id}, {"kind", kind}})
		}
		return nil
	}
}

// beginWords writes the words of all names, and has the projection go on from there.
func (s *Store) beginWords(ctx context.Context) error {
	return s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		begun, err := t.db.ExecContext(ctx, "INSERT INTO projections (name, position) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING", searchWords)
		if err != nil {
			return fmt.Errorf("begin %s: %w", searchWords, err)
		}
		if rows, err := begun.RowsAffected(); err != nil || rows == 0 {
			return err // another node was faster
		}
		if _, err := t.db.ExecContext(ctx, "DELETE FROM search_words"); err != nil {
			return fmt.Errorf("begin %s: %w", searchWords, err)
		}
		return s.readTx(ctx, func(q Queries) error {
			last, err := q.LastPosition(ctx)
			if err != nil {
				return err
			}
			for _, of := range namedTables {
				if err := t.wordAll(ctx, q, of.table, of.column); err != nil {
					return err
				}
			}
			return t.wordsReach(ctx, last)
		})
	})
}

// wordAll writes the words of all names in a table in the snapshot of q.
func (t *Tx) wordAll(ctx context.Context, q Queries, table, column string) error {
	all := newWords()
	add := wordsInto(all, table)
	err := q.each(ctx, "SELECT id, "+column+" FROM "+table, nil, func(scan func(...any) error) error {
		if err := add(scan); err != nil || len(all.values) < wordRows {
			return err
		}
		err := t.store.dialect.run(ctx, t, *all)
		all.values = nil
		return err
	})
	if err != nil {
		return fmt.Errorf("names of %s: %w", table, err)
	}
	return t.store.dialect.run(ctx, t, *all)
}
