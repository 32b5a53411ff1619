package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"yiwang/examples"
)

// articles is how many a large knowledge base has.
const articles = 20_000

// What their titles are made of: matters of every day, and what one asks of them.
var (
	matters = []string{"居住证", "老年卡", "残疾人证", "公租房", "新能源车牌", "房产证", "婚姻登记", "生育登记", "失业登记", "营业执照", "食品经营许可", "教师资格", "护照", "养犬登记", "公积金贷款", "医保报销", "养老金认证", "学区划片", "户口迁移", "无障碍改造"}
	asks    = []string{"怎么办理", "要带什么材料", "多久能办好", "可以代办吗", "在网上能办吗", "丢了怎么补", "怎么变更", "怎么注销", "收费多少", "去哪里办"}
	whose   = []string{"本市户籍", "外地户籍", "港澳居民", "在校学生", "退休人员", "个体工商户", "现役军人家属", "新生儿", "留学回国人员", "低保家庭"}
)

// knowledge measures hints while somebody writes, with a large knowledge base.
func knowledge(ctx context.Context, dir string, lifetime time.Duration) error {
	city := filepath.Join(dir, "city")
	if err := os.CopyFS(city, examples.Liancheng()); err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(city, "articles.csv"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	w := csv.NewWriter(file)
	r := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // the same each time, and no secret
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	for i := range articles {
		title := fmt.Sprintf("%s的%s%s（%d）", pick(whose), pick(matters), pick(asks), i)
		body := fmt.Sprintf("%s申请%s，%s。请到街道便民服务中心%d号窗口，或者在网上办理；%s另有规定。", pick(whose), pick(matters), pick(asks), 1+i%30, pick(whose))
		if err := w.Write([]string{"bench-" + strconv.Itoa(i), "public-security", "", "", "", "", "", "", title, body, "", ""}); err != nil {
			return err
		}
	}
	if w.Flush(); w.Error() != nil {
		return errors.Join(w.Error(), file.Close())
	}
	if err := file.Close(); err != nil {
		return err
	}
	flags, stop, err := database(filepath.Join(dir, "db"), "sqlite")
	if err != nil {
		return err
	}
	defer stop()
	since := time.Now()
	if err := command(append([]string{"init", "--city", city}, flags...)...); err != nil {
		return err
	}
	figure(fmt.Sprintf("%d articles, loaded", articles), fmt.Sprintf("%.1fs", time.Since(since).Seconds()), "")
	n, err := start(ctx, time.Minute, append([]string{"serve"}, flags...)...)
	if err != nil {
		return err
	}
	defer n.stop()
	return n.hints(fmt.Sprintf("hints, %d articles", articles), "/requests/hints", client, lifetime)
}

// hints asks for them at 20 a second.
func (n *node) hints(name, path string, who *http.Client, lifetime time.Duration) error {
	ask := func(i int) error {
		res, err := who.PostForm(n.url+path, url.Values{"text": {asked[i%len(asked)]}, "area": {"lianhu-hubin"}})
		if err != nil {
			return err
		}
		if res.StatusCode != http.StatusOK {
			err = errors.New(res.Status)
		}
		return errors.Join(err, res.Body.Close())
	}
	since := time.Now()
	if err := ask(0); err != nil {
		return err
	}
	if first := time.Since(since); first > 100*time.Millisecond { // after a start what is known is read once
		figure(name+", the first after a start", ms(first), "")
	}
	took, failed := load(lifetime, 20, ask)
	figure(name+", 20/s", fmt.Sprintf("p50 %v, p99 %v", ms(quantile(took, 0.5)), ms(quantile(took, 0.99))), "p99 ≤ 100ms")
	if failed > 0 {
		return fmt.Errorf("%s: %d failed", name, failed)
	}
	return nil
}

// photo sends one of 12 megapixels in pieces, and waits until it is ready.
func (n *node) photo(ctx context.Context) error {
	m := image.NewRGBA(image.Rect(0, 0, 4000, 3000))
	r := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // the same each time, and no secret
	for y := range 3000 {
		for x := range 4000 {
			v := uint8(x/16+y/16) + uint8(r.IntN(24)) // a picture with some noise, as a camera has it
			m.SetRGBA(x, y, color.RGBA{v, v / 2, 255 - v, 255})
		}
	}
	var raw bytes.Buffer
	if err := jpeg.Encode(&raw, m, &jpeg.Options{Quality: 90}); err != nil {
		return err
	}
	idle, _ := n.memory()
	send := func(method, path, name string, value int, body []byte) (got struct {
		Token string
		Ready bool
	}, err error,
	) {
		req, err := http.NewRequestWithContext(ctx, method, n.url+path, bytes.NewReader(body))
		if err != nil {
			return got, err
		}
		req.Header.Set(name, strconv.Itoa(value))
		res, err := client.Do(req)
		if err != nil {
			return got, err
		}
		text, err := io.ReadAll(res.Body)
		if err = errors.Join(err, res.Body.Close()); err == nil && res.StatusCode >= 300 {
			err = errors.New(res.Status)
		}
		if err != nil {
			return got, err
		}
		return got, json.Unmarshal(text, &got)
	}
	begun, err := send(http.MethodPost, "/uploads", "Upload-Length", raw.Len(), nil)
	if err != nil {
		return err
	}
	const piece = 256 << 10
	body := raw.Bytes()
	for at := 0; at < len(body); at += piece {
		since := time.Now()
		got, err := send(http.MethodPatch, "/uploads/"+begun.Token, "Upload-Offset", at, body[at:min(at+piece, len(body))])
		if err != nil {
			return err
		}
		if got.Ready {
			_, high := n.memory()
			figure(fmt.Sprintf("photo of 12 MP (%.1f MB), until ready", float64(len(body))/1e6), fmt.Sprintf("%.2fs, %.0f MB above idle", time.Since(since).Seconds(), high-idle), "≤ 1.5s, ≤ 150 MB")
			return nil
		}
	}
	return errors.New("all of the photo was sent, and it is not ready")
}
