package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"yiwang/internal/algo/similar"
	"yiwang/internal/base/db"
	"yiwang/internal/base/db/dbtest"
	"yiwang/internal/base/near"
	"yiwang/internal/city/schema"
)

// What the index of near-duplicates is filled with and asked.
const (
	nearBatch = 5000
	nearAsked = 5000
	nearLike  = 0.3
)

// nearby measures the index of messages that say nearly the same: filing
// -messages in batches, each batch one durable transaction, then looking up
// copies with changed words, one after the other.
func nearby(ctx context.Context, dir, engine string) (err error) {
	url := "file:" + filepath.Join(dir, "near.db")
	if engine == "postgres" {
		server, stop, err := dbtest.DurableServer()
		if err != nil {
			return err
		}
		defer stop()
		url = server
	}
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := schema.Migrate(ctx, d); err != nil {
		return err
	}
	index, filing := near.Index{Name: "request"}, &similar.Filing{}
	rng := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // the same messages each time
	var slowest time.Duration
	var spent time.Duration // without making the messages up
	kept := map[int64]string{}
	for n := 0; n < *messages; n += nearBatch {
		texts := make([]string, min(nearBatch, *messages-n))
		for i := range texts {
			texts[i] = said(rng)
			if rng.IntN(*messages) < nearAsked {
				kept[int64(n+i+1)] = texts[i]
			}
		}
		since := time.Now()
		rows := make([]near.Row, len(texts))
		for i, t := range texts {
			s := similar.NewSketch(t)
			rows[i] = near.Row{Seq: int64(n + i + 1), Bands: filing.Bands(s), Sketch: s.Bytes()}
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { return index.Put(ctx, tx, rows...) }); err != nil {
			return err
		}
		slowest = max(slowest, time.Since(since))
		spent += time.Since(since)
	}
	figure(fmt.Sprintf("near-duplicates, %s, %d messages filed", engine, *messages), fmt.Sprintf("%.0f/s", float64(*messages)/spent.Seconds()), "≥ 3000/s")
	figure(fmt.Sprintf("  slowest batch of %d", nearBatch), fmt.Sprintf("%.2fs (%.0f/s)", slowest.Seconds(), nearBatch/slowest.Seconds()), "")
	var took []time.Duration
	right := 0
	for seq, text := range kept {
		asked := "您好，" + altered(rng, text) + "谢谢"
		since := time.Now()
		s := similar.NewSketch(asked)
		found, err := index.Find(ctx, d, filing.Probes(s), 0, 64)
		if err != nil {
			return err
		}
		like := slices.DeleteFunc(found, func(f near.Found) bool {
			o, err := similar.ReadSketch(f.Sketch)
			return err != nil || s.Likeness(o) < nearLike
		})
		took = append(took, time.Since(since))
		if slices.ContainsFunc(like, func(f near.Found) bool { return f.Seq == seq }) {
			right++
		}
	}
	figure("  a look-up, one after the other", fmt.Sprintf("p50 %v, p99 %v, longest %v", ms(quantile(took, 0.5)), ms(quantile(took, 0.99)), ms(quantile(took, 1))), "p99 ≤ 20ms")
	figure("  the message that was copied is found", fmt.Sprintf("%.1f %% of %d", 100*float64(right)/float64(len(took)), len(took)), "")
	_, high := memory(os.Getpid())
	figure("  memory of this process at its highest", fmt.Sprintf("%.0f MB", high), "≤ 100 MB")
	return nil
}

// parts of messages: what is said again and again, and what is said once.
var (
	openings = []string{"", "", "您好，", "尊敬的领导您好，", "市民来电反映，"}
	closings = []string{"请尽快处理，谢谢。", "希望有关部门重视。", "请问到底归哪个部门管？", "请派人到现场看一看。", "盼复。"}
	places   = []string{"湖滨", "建设", "人民", "莲花", "解放", "中山", "学府", "滨江", "长安", "和平", "青年", "文化", "东风", "朝阳", "新华", "胜利"}
	things   = []string{"路灯", "水管", "烧烤店", "停车位", "电梯", "工地", "垃圾站", "公交站", "幼儿园", "井盖", "健身房", "广场舞", "加油站", "下水道"}
	troubles = []string{"一直没有人管", "影响居民休息", "已经坏了很久", "有老人因此受伤", "收费没有公示", "臭味难以忍受", "存在安全隐患", "天天从早到晚吵闹", "把人行道占满了", "电话没有人接听"}
	syllable = []rune("安宝长春大德东方丰福光国海和恒华吉佳嘉江金锦景康乐丽良林龙美明南宁平千清瑞山盛世泰天同万文祥欣新星兴雅阳怡银永玉元云泽正中紫")
)

func some(rng *rand.Rand, list []string) string { return list[rng.IntN(len(list))] }

// said makes up a message of some seventy signs.
func said(rng *rand.Rand) string {
	name := string([]rune{syllable[rng.IntN(len(syllable))], syllable[rng.IntN(len(syllable))], syllable[rng.IntN(len(syllable))]})
	return fmt.Sprintf("%s%s路%d号%s小区%d栋附近的%s%s，%s，从%d月%d日起%s，%s打过%d次电话，%s",
		some(rng, openings), some(rng, places), 1+rng.IntN(900), name, 1+rng.IntN(30), some(rng, things), some(rng, troubles), some(rng, troubles),
		1+rng.IntN(12), 1+rng.IntN(28), some(rng, troubles), some(rng, places)+some(rng, things), 1+rng.IntN(9), some(rng, closings))
}

// altered changes one sign in twenty.
func altered(rng *rand.Rand, s string) string {
	var b strings.Builder
	for _, r := range s {
		if rng.IntN(20) == 0 {
			r = syllable[rng.IntN(len(syllable))]
		}
		b.WriteRune(r)
	}
	return b.String()
}
