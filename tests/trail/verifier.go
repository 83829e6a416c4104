// Verifies what we wrote with the packages that Go verifies its own checksum database with.
//
// Reads one command a line from standard input and prints OK or what is wrong:
//
//	note VKEY FILE                        note.Open
//	entry VKEY FILE INDEX ENTRYFILE HASH,...   tlog.CheckRecord
//	growth VKEY OLDFILE FILE HASH,...          tlog.CheckTree
//	tiles VKEY FILE ROOT                  tlog.TileHashReader over all entries
package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"trail/note"
	"trail/tlog"
)

func open(vkey, file string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func hashes(listed string) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, each := range strings.Split(listed, ",") {
		if each == "" {
			continue
		}
		data, err := base64.StdEncoding.DecodeString(each)
		if err != nil || len(data) != tlog.HashSize {
			return nil, fmt.Errorf("malformed hash %q", each)
		}
		found = append(found, tlog.Hash(data))
	}
	return found, nil
}

type tiles struct{ root string }

func (t tiles) Height() int { return 8 }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		// C2SP leaves out the height, which is always 8.
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		data, err := os.ReadFile(filepath.Join(t.root, path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func check(words []string) error {
	switch {
	case words[0] == "note" && len(words) == 3:
		_, err := open(words[1], words[2])
		return err
	case words[0] == "entry" && len(words) == 6:
		tree, err := open(words[1], words[2])
		if err != nil {
			return err
		}
		index, err := strconv.ParseInt(words[3], 10, 64)
		if err != nil {
			return err
		}
		entry, err := os.ReadFile(words[4])
		if err != nil {
			return err
		}
		path, err := hashes(words[5][1:])
		if err != nil {
			return err
		}
		return tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry))
	case words[0] == "growth" && len(words) == 5:
		old, err := open(words[1], words[2])
		if err != nil {
			return err
		}
		tree, err := open(words[1], words[3])
		if err != nil {
			return err
		}
		path, err := hashes(words[4][1:])
		if err != nil {
			return err
		}
		return tlog.CheckTree(path, tree.N, tree.Hash, old.N, old.Hash)
	case words[0] == "tiles" && len(words) == 4:
		tree, err := open(words[1], words[2])
		if err != nil {
			return err
		}
		reader := tlog.TileHashReader(tree, tiles{words[3]})
		for index := int64(0); index < tree.N; index++ {
			proof, err := tlog.ProveRecord(tree.N, index, reader)
			if err != nil {
				return err
			}
			leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
			if err != nil {
				return err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf[0]); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("unknown command %q", words)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if err := check(strings.Split(lines.Text(), " ")); err != nil {
			fmt.Println(err)
		} else {
			fmt.Println("OK")
		}
	}
}
