package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

// classification trains on four fifths of the segmented messages and is tried
// on those whose number five divides.
func (b *bench) classification(ctx context.Context) error {
	rows, err := b.read("classify/annex2_dev.csv.gz", "row", "text_segmented", "label1")
	if err != nil {
		return err
	}
	train, test := [][]string{{"text", "label"}}, [][]string{{"text", "label"}}
	for _, r := range rows {
		n, err := strconv.Atoi(r[0])
		if err != nil {
			return err
		}
		if r = r[1:]; n%5 == 0 {
			test = append(test, r)
		} else {
			train = append(train, r)
		}
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
	b.table("Topics of 4,326 messages", "", "F1 of the known topic (57 messages at most)", "largest topic", "time", "on the clock")
	b.row("yiwang", fmt.Sprintf("%.2f", f1), strconv.Itoa(largest), seconds(took.cpu), seconds(took.wall))
	b.row("scikit-learn, subjects alone, cosine ≥ 0.40, components", fmt.Sprintf("%.2f", sk.F1), strconv.Itoa(sk.Largest), fmt.Sprintf("%.2f s", sk.Seconds), "")
	return b.stream(ctx)
}

// stream adds the messages one after the other, twenty times over, each time
// half a year later, and asks for the ten hottest every 10,000.
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
	const times = 10
	took, err := shortest(func() error {
		s, n := topics.NewStream(), 0
		for k := range times {
			for _, m := range messages {
				m.Time = m.Time.AddDate(0, 6*k, 0)
				s.Add(m)
				if n++; n%10_000 == 0 {
					if _, err := s.Topics(ctx, 10); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.line("\nA stream of %d messages, the ten hottest told every 10,000: %.0f messages/s.", times*len(messages), float64(times*len(messages))/took.Seconds())
	return nil
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
