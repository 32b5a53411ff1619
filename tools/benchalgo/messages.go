package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"yiwang/internal/algo/classify"
	"yiwang/internal/algo/summary"
	"yiwang/internal/algo/topics"
	"yiwang/internal/base/table"
)

// read gives the rows of a table, by the names of its columns.
func (b *bench) read(name string, columns ...string) (rows [][]string, err error) {
	t, err := table.Open(filepath.Join(b.data, name))
	if err != nil {
		return nil, err
	}
	defer t.Close() //nolint:errcheck // only read
	var spec []string
	for _, c := range columns {
		spec = append(spec, c+"="+c)
	}
	m, err := table.ParseMapping(strings.Join(spec, ","), t.Header, columns)
	if err != nil {
		return nil, err
	}
	for {
		r, err := t.Next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", name, r.Line, err)
		}
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = m.Get(r, c)
		}
		rows = append(rows, row)
	}
}

// write writes a table into the folder for what is on the way.
func (b *bench) write(name string, rows ...[]string) (string, error) {
	path := filepath.Join(b.dir, name)
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	w := csv.NewWriter(f)
	return path, errors.Join(w.WriteAll(rows), f.Close())
}

// split gives texts with labels, under a heading: those to learn from, and those
// whose number five divides.
func (b *bench) split() (train, test [][]string, err error) {
	rows, err := b.read("classify/annex2_dev.csv.gz", "row", "text_segmented", "label1")
	if err != nil {
		return nil, nil, err
	}
	train, test = [][]string{{"text", "label"}}, [][]string{{"text", "label"}}
	for _, r := range rows {
		n, err := strconv.Atoi(r[0])
		if err != nil {
			return nil, nil, err
		}
		if r = r[1:]; n%5 == 0 {
			test = append(test, r)
		} else {
			train = append(train, r)
		}
	}
	return train, test, nil
}

// model measures what is learned as a file, and how fast it sorts without
// reading and writing.
func (b *bench) model(ctx context.Context) error {
	train, test, err := b.split()
	if err != nil {
		return err
	}
	var rows []classify.Row
	for _, r := range train[1:] {
		rows = append(rows, classify.Row{Text: r[0], Label: r[1]})
	}
	b.table("Models of the same messages, in memory", "", "macro F1", "macro F1 without test texts that are also in training", "file", "loading", "messages/s")
	for _, view := range []struct {
		name   string
		single bool
	}{{"as trained", false}, {"single view", true}} {
		m, err := classify.Train(ctx, rows, classify.Options{Seed: 1, SingleView: view.single})
		if err != nil {
			return err
		}
		var file bytes.Buffer
		if _, err := m.WriteTo(&file); err != nil {
			return err
		}
		load, err := shortest(func() error {
			m, err = classify.Read(bytes.NewReader(file.Bytes()))
			return err
		})
		if err != nil {
			return err
		}
		const times = 20
		fresh, seen := []classify.Outcome{}, map[string]bool{} // what was not learned word by word
		for _, r := range train {
			seen[strings.Join(strings.Fields(r[0]), "")] = true
		}
		var outs []classify.Outcome
		took, err := shortest(func() error {
			for range times {
				outs = outs[:0]
				for _, r := range test[1:] {
					said, prob := m.Label("", r[0])
					outs = append(outs, classify.Outcome{Is: r[1], Said: said, Prob: prob})
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i, r := range test[1:] {
			if !seen[strings.Join(strings.Fields(r[0]), "")] {
				fresh = append(fresh, outs[i])
			}
		}
		r, err := classify.Score(outs)
		if err != nil {
			return err
		}
		other, err := classify.Score(fresh)
		if err != nil {
			return err
		}
		b.row(view.name, f4(r.MacroF1), fmt.Sprintf("%s (%d)", f4(other.MacroF1), len(fresh)), fmt.Sprintf("%.1f MB", float64(file.Len())/(1<<20)), fmt.Sprintf("%.0f ms", 1000*load.Seconds()), fmt.Sprintf("%.0f", float64(times*len(outs))/took.Seconds()))
	}
	return nil
}

// classification trains on four fifths of the segmented messages and is tried
// on those whose number five divides.
func (b *bench) classification(ctx context.Context) error {
	train, test, err := b.split()
	if err != nil {
		return err
	}
	many := [][]string{{"text", "label"}} // so that reading the model weighs little
	for range 20 {
		many = append(many, test[1:]...)
	}
	trainFile, err := b.write("train.csv", train...)
	if err != nil {
		return err
	}
	testFile, err := b.write("test.csv", test...)
	if err != nil {
		return err
	}
	manyFile, err := b.write("many.csv", many...)
	if err != nil {
		return err
	}
	model := filepath.Join(b.dir, "model")
	trained, err := ours(ctx, nil, "classify", "train", "--data", trainFile, "--map", "text=text,label=label", "--model", model)
	if err != nil {
		return err
	}
	var r classify.Report
	if _, err := ours(ctx, &r, "classify", "eval", "--model", model, "--data", testFile, "--map", "text=text,label=label", "--json"); err != nil {
		return err
	}
	told, err := ours(ctx, nil, "classify", "predict", "--model", model, "--data", manyFile, "--map", "text=text")
	if err != nil {
		return err
	}
	var sk struct {
		Train, Rate, Accuracy float64
		F1                    float64 `json:"macro_f1"`
	}
	if err := b.peer(ctx, &sk, "classify", trainFile, testFile); err != nil {
		return err
	}
	b.table(fmt.Sprintf("Classification: %d messages of 7 classes, %d tried", len(train)-1, len(test)-1), "", "macro F1", "accuracy", "ECE", "98 % right", "training", "messages/s")
	b.row("yiwang, with reading and writing", f4(r.MacroF1), f4(r.Accuracy), f4(r.ECE), fmt.Sprintf("%.1f %%", 100*r.CoverageAt98), seconds(trained.cpu), fmt.Sprintf("%.0f", float64(len(many)-1)/told.cpu.Seconds()))
	b.row("scikit-learn, signs 1–2 + LinearSVC, without reading", f4(sk.F1), f4(sk.Accuracy), "", "", fmt.Sprintf("%.2f s", sk.Train), fmt.Sprintf("%.0f", sk.Rate))
	return b.fastText(ctx, train[1:], test[1:], many[1:])
}

// fastText is tuned as was found best for it on these messages.
func (b *bench) fastText(ctx context.Context, train, test, many [][]string) error {
	paths := map[string]string{}
	for name, rows := range map[string][][]string{"train": train, "test": test, "many": many} {
		var s strings.Builder
		for _, r := range rows {
			fmt.Fprintf(&s, "__label__%s %s\n", r[1], strings.Join(strings.Fields(r[0]), " "))
		}
		paths[name] = filepath.Join(b.dir, name+".txt")
		if err := os.WriteFile(paths[name], []byte(s.String()), 0o600); err != nil {
			return err
		}
	}
	model := filepath.Join(b.dir, "fasttext")
	trained, err := best(ctx, "fasttext", "supervised", "-input", paths["train"], "-output", model, "-thread", "1", "-seed", "1", "-epoch", "25", "-lr", "1.0", "-wordNgrams", "2", "-dim", "50", "-bucket", "500000")
	if err != nil {
		return err
	}
	told, err := best(ctx, "fasttext", "predict", model+".bin", paths["many"])
	if err != nil {
		return err
	}
	said := strings.Fields(string(told.out))
	var outs []classify.Outcome
	for i, r := range test {
		outs = append(outs, classify.Outcome{Is: r[1], Said: strings.TrimPrefix(said[i], "__label__")})
	}
	r, err := classify.Score(outs)
	if err != nil {
		return err
	}
	b.row("fastText, words 1–2, tuned, with reading", f4(r.MacroF1), f4(r.Accuracy), "", "", seconds(trained.cpu), fmt.Sprintf("%.0f", float64(len(many))/told.cpu.Seconds()))
	return nil
}

func f4(x float64) string { return fmt.Sprintf("%.4f", x) }

// pairs says which sentences ask the same, without labels.
func (b *bench) pairs(ctx context.Context) error {
	b.table("Sentence pairs: AUROC without labels", "", "pairs", "yiwang", "TF-IDF of signs 1–2, cosine (scikit-learn)", "time of ours")
	for _, name := range []string{"lcqmc", "bq"} {
		file := filepath.Join(b.data, "pairs", name+"_dev.csv.gz")
		var r struct {
			N     int
			AUROC float64
		}
		took, err := ours(ctx, &r, "similar", "score", "--pairs", file, "--map", "a=a,b=b,label=same", "--json")
		if err != nil {
			return err
		}
		var sk struct{ AUROC float64 }
		if err := b.peer(ctx, &sk, "pairs", file); err != nil {
			return err
		}
		b.row(strings.ToUpper(name)+", development part", strconv.Itoa(r.N), f4(r.AUROC), f4(sk.AUROC), seconds(took.cpu))
	}
	return nil
}

const annex3 = "messages/annex3_messages.csv.gz"

// topics finds the topic whose members are known, and keeps a stream.
func (b *bench) topics(ctx context.Context) error {
	file, truth := filepath.Join(b.data, annex3), filepath.Join(b.data, "hot/truth_T1.csv")
	var found []struct{ IDs []string }
	took, err := ours(ctx, &found, "topics", "--data", file, "--map", "id=留言编号,subject=留言主题,text=留言详情,time=留言时间,likes=点赞数", "--json")
	if err != nil {
		return err
	}
	rows, err := b.read("hot/truth_T1.csv", "msg_id")
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, r := range rows {
		known[r[0]] = true
	}
	f1, largest := 0.0, 0
	for _, t := range found {
		both := 0
		for _, id := range t.IDs {
			if known[id] {
				both++
			}
		}
		f1, largest = max(f1, 2*float64(both)/float64(len(t.IDs)+len(known))), max(largest, len(t.IDs))
	}
	var sk struct {
		Seconds, F1 float64
		Largest     int
	}
	if err := b.peer(ctx, &sk, "topics", file, truth); err != nil {
		return err
	}
	b.table("Topics of 4,326 messages", "", "F1 of the known topic", "largest topic", "time", "on the clock")
	b.row("yiwang", fmt.Sprintf("%.2f", f1), strconv.Itoa(largest), seconds(took.cpu), seconds(took.wall))
	b.row("scikit-learn, subjects alone, cosine ≥ 0.40, components", fmt.Sprintf("%.2f", sk.F1), strconv.Itoa(sk.Largest), fmt.Sprintf("%.2f s", sk.Seconds), "")
	return nil
}

// stream adds a million messages one after the other, once, and asks for the
// ten hottest every 10,000: those of the file over and over, each time with
// other ids, half a year later, and with other words at their beginning and end.
func (b *bench) stream(ctx context.Context) error {
	rows, err := b.read(annex3, "留言编号", "留言主题", "留言时间", "留言详情", "留言用户")
	if err != nil {
		return err
	}
	messages := make([]topics.Message, len(rows))
	for i, r := range rows {
		at, err := table.ParseTime(r[2], time.UTC)
		if err != nil {
			return err
		}
		messages[i] = topics.Message{ID: r[0], Subject: r[1], Time: at, Text: r[3], Who: r[4]}
	}
	const all = 1_000_000
	if err := forgetPeak(); err != nil {
		return err
	}
	s, since := topics.NewStream(), spent()
	for n := range all {
		m, k := messages[n%len(messages)], n/len(messages)
		signs := []rune(m.Text)
		m.ID, m.Time = fmt.Sprintf("%s-%d", m.ID, k), m.Time.AddDate(0, 6*k, 0)
		m.Text = fmt.Sprintf("%s。这是第%d次反映。", string(signs[min(k%7, len(signs)):]), k+1)
		s.Add(m)
		if n%10_000 == 9_999 {
			if _, err := s.Topics(ctx, 10); err != nil {
				return err
			}
		}
	}
	took := spent() - since
	peak, err := peak()
	if err != nil {
		return err
	}
	b.line("\nA stream of %d messages, those above over and over with other ids, times and words, the ten hottest told every 10,000: %.0f messages/s, peak memory %d MB.", all, all/took.Seconds(), peak>>20)
	return nil
}

// forgetPeak begins to measure the memory of this process anew.
func forgetPeak() error {
	debug.FreeOSMemory()
	return os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
}

// peak is the most memory that this process has had since.
func peak() (bytes int, err error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	_, rest, found := strings.Cut(string(text), "VmHWM:")
	if _, err := fmt.Sscan(rest, &bytes); err != nil || !found {
		return 0, fmt.Errorf("no peak in %s", text)
	}
	return bytes << 10, nil
}

// summaries compares one line out of each message with its subject.
func (b *bench) summaries(context.Context) error {
	b.table("Summaries of one line: ROUGE-L F against the author's subject", "", "messages", "yiwang", "first sentence", "TextRank", "time of ours")
	for _, name := range []string{"annex3_messages", "annex4_replies"} {
		rows, err := b.read("messages/"+name+".csv.gz", "留言主题", "留言详情")
		if err != nil {
			return err
		}
		var ours, lead, rank float64
		lines := make([]string, len(rows))
		took, err := shortest(func() error {
			back := &summary.Background{}
			for _, r := range rows {
				back.Add(r[1])
			}
			for i, r := range rows {
				for _, s := range back.Of(r[1], 1) {
					lines[i] = s.Text
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i, r := range rows {
			ours += summary.RougeL(lines[i], r[0])
			lead += summary.RougeL(summary.Lead(r[1]), r[0])
			rank += summary.RougeL(summary.TextRank(r[1]), r[0])
		}
		n := float64(len(rows))
		b.row(name, strconv.Itoa(len(rows)), fmt.Sprintf("%.3f", ours/n), fmt.Sprintf("%.3f", lead/n), fmt.Sprintf("%.3f", rank/n), seconds(took))
	}
	return nil
}

// duplicates groups the messages that say nearly the same.
func (b *bench) duplicates(ctx context.Context) error {
	var groups []json.RawMessage
	took, err := ours(ctx, &groups, "similar", "--data", filepath.Join(b.data, annex3), "--map", "id=留言编号,text=留言详情,time=留言时间", "--json")
	if err != nil {
		return err
	}
	b.table("Near-duplicates", "", "result")
	b.row("4,326 messages", fmt.Sprintf("%d groups in %s", len(groups), seconds(took.cpu)))
	b.row("an index of 1,000,000 in the database", "`make bench`: filed and asked")
	return nil
}
