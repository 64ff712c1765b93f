package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Entry is a journal record as the store holds it: JSON, with its place in the
// partition's stream.
type Entry struct {
	ID   string
	Text []byte
	Err  error // it cannot be read; it stays where it is, and what comes after it too
}

// Stream is what the consumer needs of the store.
type Stream interface {
	// Heads returns at most limit of the oldest entries of each partition that
	// has any, in the order of their commits.
	Heads(ctx context.Context, limit int) (map[int][]Entry, error)
	// Trim removes a partition's entries up to and including one.
	Trim(ctx context.Context, partition int, upTo string) error
}

// perPartition is how many entries of a partition one round takes: what a
// crash can make come twice.
const perPartition = 64

// Consumer carries the journal from the store into the archive. One at a time
// runs; two would lose nothing, and write some records twice.
type Consumer struct {
	stream Stream
	writer *Writer
	// kept is the last revision of each conversation that is in the archive and
	// perhaps still in the stream: a crash, or a trim that failed, leaves them
	// there, and they are not written again.
	kept map[string]uint64
}

// NewConsumer looks at what the folder's newest segments hold, so that records
// which were written but not taken out of the stream are known.
func NewConsumer(stream Stream, w *Writer) (*Consumer, error) {
	c := &Consumer{stream: stream, writer: w, kept: map[string]uint64{}}
	return c, c.recall()
}

// recallRecords is how many records of the newest segments are looked at: more
// than a round can leave in the stream.
const recallRecords = 256*perPartition + 1

// recall reads back the newest segments. One that cannot be read is left alone:
// its records come twice then.
func (c *Consumer) recall() error {
	files, err := Segments(c.writer.dir)
	if err != nil {
		return err
	}
	seen := 0
	remember := func(record []byte) error {
		seen++
		if k, err := keyOf(record); err == nil {
			c.kept[k.Envelope.Conversation] = max(c.kept[k.Envelope.Conversation], k.Revision)
		}
		return nil
	}
	for i := len(files) - 1; i >= 0 && seen < recallRecords; i-- {
		_, _ = ReadFile(files[i], c.writer.key, remember)
	}
	return nil
}

// key is what tells a record from all others.
type key struct {
	Envelope struct {
		Conversation string `json:"conversation"`
	} `json:"envelope"`
	Revision uint64 `json:"revision"`
}

func keyOf(record []byte) (key, error) {
	var k key
	if err := json.Unmarshal(record, &k); err != nil {
		return k, fmt.Errorf("journal record: %w", err)
	}
	if k.Envelope.Conversation == "" || k.Revision == 0 {
		return k, errors.New("journal record: it names no conversation or no revision")
	}
	return k, nil
}

// Round is what one round did.
type Round struct {
	Read     int  // entries of the stream
	Written  int  // those that were not in the archive yet
	Repeated int  // the others
	More     bool // a partition had more than was taken
}

// Round takes the oldest entries of every partition, writes and syncs those that
// are new, and only then takes them out of the stream. An error leaves them there:
// the next round meets them again.
func (c *Consumer) Round(ctx context.Context) (Round, error) {
	var r Round
	heads, err := c.stream.Heads(ctx, perPartition)
	if err != nil {
		return r, fmt.Errorf("archive the journal: %w", err)
	}
	taken, done := map[string]uint64{}, map[int]string{}
	var wrong error
	for p, entries := range heads {
		r.More = r.More || len(entries) == perPartition
		last, err := c.take(entries, taken, &r)
		if err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("archive the journal: partition %d: %w", p, err))
		}
		if last != "" {
			done[p] = last
		}
	}
	if err := c.writer.Sync(); err != nil {
		return r, errors.Join(wrong, fmt.Errorf("archive the journal: %w", err))
	}
	for conversation, revision := range taken {
		c.kept[conversation] = revision
	}
	return r, errors.Join(wrong, c.release(ctx, done))
}

// take appends a partition's entries up to the first that is no record, which
// stays where it is, and returns the last one's place.
func (c *Consumer) take(entries []Entry, taken map[string]uint64, r *Round) (last string, err error) {
	for _, e := range entries {
		k, err := keyOf(e.Text)
		if e.Err != nil {
			err = e.Err
		}
		if err != nil {
			return last, fmt.Errorf("entry %s: %w", e.ID, err)
		}
		r.Read++
		if id := k.Envelope.Conversation; k.Revision <= max(c.kept[id], taken[id]) {
			r.Repeated++
			last = e.ID
			continue
		}
		if err := c.writer.Append(e.Text); err != nil {
			return last, err
		}
		taken[k.Envelope.Conversation] = k.Revision
		r.Written++
		last = e.ID
	}
	return last, nil
}

// release takes what is kept out of the stream. What is out cannot come again,
// and need not be remembered.
func (c *Consumer) release(ctx context.Context, done map[int]string) error {
	var wrong error
	for p, last := range done {
		if err := c.stream.Trim(ctx, p, last); err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("archive the journal: partition %d: %w", p, err))
		}
	}
	if wrong == nil {
		clear(c.kept)
	}
	return wrong
}

// Close ends the segment under way.
func (c *Consumer) Close() error { return c.writer.Close() }
