// Package archive keeps the journal for good: what the store holds of it until
// somebody has carried it away, in files that only who has the key can read.
//
// A segment is a file of JSON lines. The first says what it is and carries the
// salt from which the segment's own key is derived; each line after it is a
// JSON string: a record, sealed with AES-256-GCM, base64. The line's number is
// its nonce and the first line is authenticated with each, so that no line can
// be changed, moved, left out or carried into another segment without being
// noticed. The last line of a segment that was closed says how many there are;
// without it a segment ends where its writer died, and a line that was torn there
// is not a record: it had not been acknowledged, so it comes again in a later
// segment.
//
// Records come at least once. Who reads them takes each revision of a
// conversation once.
package archive
