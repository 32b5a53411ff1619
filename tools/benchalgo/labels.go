package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"

	"yiwang/internal/algo/classify"
)

const parts = 5 // that a set of labelled messages is dealt into

var (
	district = regexp.MustCompile(`[A-M]\d*[市区县]`)
	bureau   = regexp.MustCompile(`教育|公安|交警|住建|国土|人社|城管|规划|环保|卫计|卫生|交通|民政|农业|水务|水利|工商|食药|质监|公积金|税务|文体|旅游|发改|物价|林业|街道`)
)

// labels sorts sets of other kinds and sizes: each fifth by what the other
// four taught, so that every row is tried once.
func (b *bench) labels(ctx context.Context) error {
	b.table("Classification of other sets, each fifth by the other four", "", "messages", "labels", "with one example", "macro F1", "scikit-learn", "accuracy", "scikit-learn", "ECE", "ECE by chance")
	raw, err := b.read("classify/raw_dev.csv.gz", "留言主题", "留言详情", "一级标签")
	if err != nil {
		return err
	}
	complaints, err := b.read("messages/cfpb_1000_en.csv", "narrative", "product")
	if err != nil {
		return err
	}
	catalogue, err := b.read("messages/annex1_taxonomy.csv.gz", "一级分类", "二级分类", "三级分类")
	if err != nil {
		return err
	}
	answered, err := b.read("messages/annex4_replies.csv.gz", "留言主题", "留言详情", "答复意见")
	if err != nil {
		return err
	}
	var whole, alone, english, top, two, places, units []classify.Row
	for _, r := range raw {
		whole = append(whole, classify.Row{Subject: r[0], Text: r[1], Label: r[2]})
		alone = append(alone, classify.Row{Text: r[1], Label: r[2]})
	}
	for _, r := range complaints {
		english = append(english, classify.Row{Text: r[0], Label: r[1]})
	}
	for _, r := range catalogue {
		top = append(top, classify.Row{Text: r[2], Label: r[0]})
		two = append(two, classify.Row{Text: r[2], Label: r[0] + "/" + r[1]})
	}
	for _, r := range answered {
		where, who := district.FindString(r[2]), bureau.FindString(r[2])
		if where == "" {
			continue
		}
		places = append(places, classify.Row{Subject: r[0], Text: r[1], Label: where})
		if who != "" {
			units = append(units, classify.Row{Subject: r[0], Text: r[1], Label: where[:1] + "/" + where + "/" + who})
		}
	}
	for _, set := range []struct {
		name string
		rows []classify.Row
	}{
		{"raw messages with subjects", whole},
		{"the same without", alone},
		{"complaints in English", english},
		{"names of matters, first of three levels", top},
		{"the same, two levels", two},
		{"messages, the district that answered", places},
		{"the same, three levels down to the bureau", units},
	} {
		if err := b.labelled(ctx, set.name, set.rows); err != nil {
			return fmt.Errorf("%s: %w", set.name, err)
		}
	}
	b.line("\nECE by chance is what a model whose probabilities are right would have on so few messages.")
	return nil
}

func (b *bench) labelled(ctx context.Context, name string, rows []classify.Row) error {
	rng := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // the same parts each time
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	cells := [][]string{{"text", "label", "part"}}
	of := map[string]int{}
	for i, r := range rows {
		cells = append(cells, []string{strings.TrimSpace(r.Subject + " " + r.Text), r.Label, strconv.Itoa(i % parts)})
		of[r.Label]++
	}
	once := 0
	for _, n := range of {
		if n == 1 {
			once++
		}
	}
	var outs []classify.Outcome
	for part := range parts {
		var train []classify.Row
		for i, r := range rows {
			if i%parts != part {
				train = append(train, r)
			}
		}
		m, err := classify.Train(ctx, train, classify.Options{Seed: 1})
		if err != nil {
			return err
		}
		for i := part; i < len(rows); i += parts {
			said, prob := m.Label(rows[i].Subject, rows[i].Text)
			outs = append(outs, classify.Outcome{Is: rows[i].Label, Said: said, Prob: prob})
		}
	}
	r, err := classify.Score(outs)
	if err != nil {
		return err
	}
	chance, err := byChance(outs)
	if err != nil {
		return err
	}
	file, err := b.write("labelled.csv", cells...)
	if err != nil {
		return err
	}
	var sk struct {
		Accuracy float64
		F1       float64 `json:"macro_f1"`
	}
	if err := b.peer(ctx, &sk, "labelled", file); err != nil {
		return err
	}
	b.row(name, strconv.Itoa(len(rows)), strconv.Itoa(len(of)), strconv.Itoa(once), f4(r.MacroF1), f4(sk.F1), f4(r.Accuracy), f4(sk.Accuracy), f4(r.ECE), f4(chance))
	return nil
}

// byChance is the mean calibration error of outcomes that are right as often
// as their probabilities say.
func byChance(outs []classify.Outcome) (float64, error) {
	const times = 100
	rng, sum := rand.New(rand.NewPCG(1, 2)), 0.0 //nolint:gosec // the same each time
	drawn := make([]classify.Outcome, len(outs))
	for range times {
		for i, o := range outs {
			drawn[i] = classify.Outcome{Is: "no", Said: "yes", Prob: o.Prob}
			if rng.Float64() < o.Prob {
				drawn[i].Is = "yes"
			}
		}
		r, err := classify.Score(drawn)
		if err != nil {
			return 0, err
		}
		sum += r.ECE
	}
	return sum / times, nil
}
