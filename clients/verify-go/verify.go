// Verifies an exported log (c2sp.org/tlog-tiles) offline, with golang.org/x/mod/sumdb, the packages by which the go
// command itself trusts a log of modules.
//
//	verify [-any-leaves] [-vkey KEY]... [-head FILE]... FOLDER
//
// It shares no code with the daemon. Everything is derived again from the records: their hashes, every tile, the root;
// and the checkpoint of that root and size must be signed by KEY. The log must begin with that of each FILE, a
// checkpoint that somebody kept: else it was cut short or written anew, and signed again. The first line it prints is
// `valid`, `unanchored` (all is well, but no key was given) or `not valid: WHERE`, where WHERE is the first record that
// is wrong, or a file; it ends with 0, 3 or 2.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	width  = 256
	levels = 8
)

// wrong is what makes a log not valid; where is what the first line names.
type wrong struct{ where, message string }

func (w wrong) Error() string { return w.message }

func records(first, last int64) string {
	if first == last {
		return fmt.Sprintf("record %d", first)
	}
	return fmt.Sprintf("records %d to %d", first, last)
}

// The signed note -----------------------------------------------------------------------------------------------------

type keyList []note.Verifier

func (k *keyList) String() string { return fmt.Sprint(len(*k), " keys") }

func (k *keyList) Set(vkey string) error {
	verifier, err := note.NewVerifier(vkey)
	if err == nil {
		*k = append(*k, verifier)
	}
	return err
}

type checkpoint struct {
	origin string
	size   int64
	root   tlog.Hash
}

// canonical says whether the Base64 is the one way in which its bytes are written: the packages are lenient about it.
func canonical(encoded string) bool {
	data, err := base64.StdEncoding.DecodeString(encoded)
	return err == nil && base64.StdEncoding.EncodeToString(data) == encoded
}

// Without a key nobody vouches for the note: only its form can be asked.
func openNote(data []byte, keys keyList) (string, error) {
	for _, line := range strings.Split(string(data), "\n") {
		if encoded := line[strings.LastIndex(line, " ")+1:]; strings.HasPrefix(line, "\u2014 ") && !canonical(encoded) {
			return "", errors.New("a signature is no Base64")
		}
	}
	opened, err := note.Open(data, note.VerifierList(keys...))
	var unverified *note.UnverifiedNoteError
	if len(keys) == 0 && errors.As(err, &unverified) {
		return unverified.Note.Text, nil
	}
	if err != nil {
		return "", err
	}
	return opened.Text, nil
}

var sizeForm = regexp.MustCompile(`^(0|[1-9][0-9]*)$`)

// readCheckpoint reads one; where is what the first line names when it is none.
func readCheckpoint(path string, keys keyList, where string) (checkpoint, error) {
	var head checkpoint
	data, err := os.ReadFile(path)
	if err != nil {
		return head, wrong{where, "it cannot be read"}
	}
	text, err := openNote(data, keys)
	if err != nil {
		return head, wrong{where, err.Error()}
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 3 || lines[0] == "" || !sizeForm.MatchString(lines[1]) || !canonical(lines[2]) {
		return head, wrong{where, "it is no checkpoint"}
	}
	for _, line := range lines {
		if line == "" {
			return head, wrong{where, "it has an empty line"}
		}
	}
	root, _ := base64.StdEncoding.DecodeString(lines[2])
	head.origin = lines[0]
	head.size, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || len(root) != tlog.HashSize {
		return head, wrong{where, "it is no checkpoint"}
	}
	copy(head.root[:], root)
	return head, nil
}

type fileList []string

func (f *fileList) String() string { return strings.Join(*f, " ") }

func (f *fileList) Set(path string) error {
	*f = append(*f, path)
	return nil
}

// readHeads reads the checkpoints that were kept.
func readHeads(paths fileList, keys keyList, now checkpoint) ([]checkpoint, error) {
	var heads []checkpoint
	for _, path := range paths {
		head, err := readCheckpoint(path, keys, "head")
		if err != nil {
			return nil, err
		}
		if head.origin != now.origin {
			return nil, wrong{"head", "it is of the log `" + head.origin + "`"}
		}
		if head.size > now.size {
			return nil, wrong{records(now.size, head.size-1), fmt.Sprintf("a checkpoint of %d records was signed before", head.size)}
		}
		heads = append(heads, head)
	}
	return heads, nil
}

// The tiles -----------------------------------------------------------------------------------------------------------

func tilePath(kind string, index int64, hashes int64) string {
	path := fmt.Sprintf("%03d", index%1000)
	for index /= 1000; index > 0; index /= 1000 {
		path = fmt.Sprintf("x%03d/%s", index%1000, path)
	}
	path = "tile/" + kind + "/" + path
	if hashes < width {
		path += fmt.Sprintf(".p/%d", hashes)
	}
	return path
}

func tileWidth(size int64, level int, index int64) int64 {
	hashes := size>>(8*level) - index*width
	if hashes < 0 {
		return 0
	}
	if hashes > width {
		return width
	}
	return hashes
}

// nextEntry takes an entry off; false when there is no whole one.
func nextEntry(bundle *[]byte) ([]byte, bool) {
	if len(*bundle) < 2 {
		return nil, false
	}
	length := int(binary.BigEndian.Uint16(*bundle))
	if len(*bundle)-2 < length {
		return nil, false
	}
	entry := (*bundle)[2 : 2+length]
	*bundle = (*bundle)[2+length:]
	return entry, true
}

type log struct {
	folder    string
	head      checkpoint
	anyLeaves bool
	stored    []tlog.Hash      // as x/mod keeps them: of every complete subtree, in the order of its last record
	given     [levels]struct { // the tile of each level that was read last
		read   bool
		index  int64
		hashes []byte
	}
	time    time.Time
	day     time.Time
	silence string
}

// ReadHashes makes the log a tlog.HashReader.
func (l *log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(l.stored)) {
			return nil, fmt.Errorf("hash %d is not known", index)
		}
		hashes[i] = l.stored[index]
	}
	return hashes, nil
}

func (l *log) read(path string, first, last int64) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(l.folder, path))
	if err != nil {
		return nil, wrong{records(first, last), path + ": it cannot be read"}
	}
	return data, nil
}

// tile reads the tile of the width that the size asks for.
func (l *log) tile(level int, index int64) ([]byte, error) {
	tile := &l.given[level]
	if tile.read && tile.index == index {
		return tile.hashes, nil
	}
	span, hashes := int64(1)<<(8*level), tileWidth(l.head.size, level, index)
	first := index * width * span
	path := tilePath(strconv.Itoa(level), index, hashes)
	data, err := l.read(path, first, first+hashes*span-1)
	if err != nil {
		return nil, err
	}
	if int64(len(data)) != hashes*tlog.HashSize {
		whole := int64(len(data) / tlog.HashSize)
		if whole >= hashes {
			whole = 0
		}
		return nil, wrong{records(first+whole*span, first+hashes*span-1), path + ": its length is wrong"}
	}
	tile.read, tile.index, tile.hashes = true, index, data
	return data, nil
}

// add takes a record into the tree, and compares every hash that it completes in a tile with the file's.
func (l *log) add(index int64, leaf []byte) error {
	hashes, err := tlog.StoredHashes(index, leaf, l)
	if err != nil {
		return err
	}
	l.stored = append(l.stored, hashes...)
	for level := 0; level < levels; level++ {
		span := int64(1) << (8 * level)
		if (index+1)%span != 0 {
			break
		}
		at := (index+1)/span - 1
		tile, err := l.tile(level, at/width)
		if err != nil {
			return err
		}
		hash := l.stored[tlog.StoredHashIndex(8*level, at)]
		place := at % width * tlog.HashSize
		if !bytes.Equal(tile[place:place+tlog.HashSize], hash[:]) {
			return wrong{records(at*span, (at+1)*span-1), fmt.Sprintf("level %d: the hash is not theirs", level)}
		}
	}
	return nil
}

func (l *log) checkLeaf(index int64, leaf []byte) error {
	var members struct{ Log, Time string }
	where := records(index, index)
	if err := json.Unmarshal(leaf, &members); err != nil {
		return wrong{where, "it is no leaf: " + err.Error()}
	}
	if members.Log == "" || !strings.HasSuffix("/"+l.head.origin, "/"+members.Log) {
		return wrong{where, "it is of the log `" + members.Log + "`"}
	}
	moment, err := time.Parse(time.RFC3339, members.Time)
	if err != nil {
		return wrong{where, "it has no time: " + err.Error()}
	}
	if index > 0 && moment.Before(l.time) {
		return wrong{where, "it is older than the one before it"}
	}
	day, _ := time.Parse("2006-01-02", members.Time[:10])
	if next := l.day.AddDate(0, 0, 1); index > 0 && day.After(next) && l.silence == "" {
		l.silence = next.Format("2006-01-02")
	}
	l.time, l.day = moment, day
	return nil
}

func (l *log) checkBundle(index int64) error {
	hashes, first := tileWidth(l.head.size, 0, index), index*width
	path := tilePath("entries", index, hashes)
	bundle, err := l.read(path, first, first+hashes-1)
	if err != nil {
		return err
	}
	for at := first; at < first+hashes; at++ {
		leaf, whole := nextEntry(&bundle)
		if !whole {
			return wrong{records(at, at), path + ": it is not whole, or is not there"}
		}
		if err := l.add(at, leaf); err != nil {
			return err
		}
		if l.anyLeaves {
			continue
		}
		if err := l.checkLeaf(at, leaf); err != nil {
			return err
		}
	}
	if len(bundle) > 0 {
		return wrong{records(first+hashes, first+hashes), path + ": something stands after the last record"}
	}
	return nil
}

// checkRoot compares a checkpoint with the tree of as many records.
func (l *log) checkRoot(head checkpoint, message string) error {
	root, err := tlog.TreeHash(head.size, l)
	if head.size == 0 {
		root, err = tlog.Hash{}, nil // x/mod leaves the empty tree's root zero; RFC 6962: the hash of nothing
		copy(root[:], mustDecode("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="))
	}
	if err != nil {
		return err
	}
	if root == head.root {
		return nil
	}
	where := "checkpoint"
	if head.size > 0 {
		where = records(0, head.size-1)
	}
	return wrong{where, message}
}

func mustDecode(encoded string) []byte {
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		panic(err)
	}
	return data
}

var tileForm = regexp.MustCompile(`^tile/(entries|[0-7])/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d*))?$`)

// checkStrays finds files of records or hashes beside those of this size that are no beginning of what is there.
func (l *log) checkStrays() error {
	return filepath.WalkDir(filepath.Join(l.folder, "tile"), func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		path, _ := filepath.Rel(l.folder, name)
		found := tileForm.FindStringSubmatch(path)
		if found == nil {
			return nil
		}
		level, _ := strconv.Atoi(found[1]) // 0 of entries
		index, err := strconv.ParseInt(strings.NewReplacer("x", "", "/", "").Replace(found[2]), 10, 48)
		hashes := int64(width)
		if found[3] != "" && err == nil {
			hashes, err = strconv.ParseInt(found[3], 10, 16)
		}
		if err != nil || hashes > width || path != tilePath(found[1], index, hashes) {
			return nil
		}
		now := tileWidth(l.head.size, level, index)
		if hashes > now {
			return wrong{records(l.head.size, l.head.size), path + ": it does not belong to a log of that size"}
		}
		if hashes < now && !l.isBeginning(path, tilePath(found[1], index, now), found[1] == "entries", hashes) {
			first := index * width << (8 * level)
			return wrong{records(first, first), path + ": it is not the beginning of the tile that it was"}
		}
		return nil
	})
}

func (l *log) isBeginning(path, wholePath string, entries bool, hashes int64) bool {
	part, err := os.ReadFile(filepath.Join(l.folder, path))
	whole, wholeErr := os.ReadFile(filepath.Join(l.folder, wholePath))
	if err != nil || wholeErr != nil || !bytes.HasPrefix(whole, part) {
		return false
	}
	if !entries {
		return int64(len(part)) == hashes*tlog.HashSize
	}
	for ; hashes > 0; hashes-- {
		if _, good := nextEntry(&part); !good {
			return false
		}
	}
	return len(part) == 0
}

func verify(folder string, keys keyList, anyLeaves bool, kept fileList) (*log, error) {
	head, err := readCheckpoint(filepath.Join(folder, "checkpoint"), keys, "checkpoint")
	if err != nil {
		return nil, err
	}
	heads, err := readHeads(kept, keys, head)
	if err != nil {
		return nil, err
	}
	l := &log{folder: folder, head: head, anyLeaves: anyLeaves}
	for index := int64(0); index*width < head.size; index++ {
		if err := l.checkBundle(index); err != nil {
			return nil, err
		}
	}
	if err := l.checkRoot(head, "the root is not that of the records"); err != nil {
		return nil, err
	}
	for _, kept := range heads {
		if err := l.checkRoot(kept, fmt.Sprintf("a checkpoint of %d records was signed that this log does not begin with", kept.size)); err != nil {
			return nil, err
		}
	}
	return l, l.checkStrays()
}

func main() {
	var keys keyList
	var kept fileList
	flag.Var(&kept, "head", "a checkpoint of this log that was kept: the log must begin with it")
	flag.Var(&keys, "vkey", "the log's public `key`, as it was handed over")
	anyLeaves := flag.Bool("any-leaves", false, "records of others: check the tree alone")
	flag.Parse()
	if status, err := os.Stat(flag.Arg(0)); flag.NArg() != 1 || err != nil || !status.IsDir() {
		fmt.Fprintln(os.Stderr, "verify [-any-leaves] [-vkey KEY]... [-head FILE]... FOLDER")
		os.Exit(64)
	}
	l, err := verify(flag.Arg(0), keys, *anyLeaves, kept)
	var found wrong
	if errors.As(err, &found) {
		fmt.Printf("not valid: %s\n%s\n", found.where, found.message)
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(70)
	}
	verdict, status := "valid", 0
	if len(keys) == 0 {
		verdict, status = "unanchored", 3
	}
	fmt.Printf("%s\n%s, %d records\n", verdict, l.head.origin, l.head.size)
	if l.silence != "" {
		fmt.Printf("no record on %s\n", l.silence)
	}
	os.Exit(status)
}
