// Package e2e is the hands and eyes of the browser tests: a Chromium, its
// pages, what is wrong with them for people who cannot see or use a mouse, and
// a city to visit. What is tried there stands in its tests. It knows the
// program only from outside, as a file that is started and serves pages.
package e2e

import (
	"cmp"
	"context"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long one step in a page may take.
const patience = 20 * time.Second

// A Chromium is a browser of its own, with nothing remembered. It ends with
// the test that started it.
type Chromium struct {
	ctx   context.Context
	pages int
}

// Browser starts a Chromium.
func Browser(t testing.TB) *Chromium {
	t.Helper()
	path := find(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(t.TempDir()),
		// The pages are ours, and in a container as root there is no sandbox.
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		// Else a page still glides to where a click is meant for when it comes.
		chromedp.Flag("force-prefers-reduced-motion", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.WSURLReadTimeout(time.Minute),
	)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	// The first run starts the browser, which lives as long as its context.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	t.Cleanup(func() {
		closing, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		if err := chromedp.Cancel(closing); err != nil {
			t.Logf("close the browser: %v", err)
		}
	})
	return &Chromium{ctx: ctx}
}

func find(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("the browser tests need Chromium: apt-get install chromium fonts-noto-cjk")
	return ""
}

// A View says how somebody looks at a page. The zero value is a desk with a
// screen of 1280 × 900, in Chinese.
type View struct {
	// Width in CSS pixels: 375 is a small phone.
	Width int64
	// Height is that of what is in sight, 900 if 0 and 667 on a phone.
	Height int64
	// Lang is what the browser asks for, such as "en" or "zh-CN".
	Lang string
	// Dark is a screen set to dark colours.
	Dark bool
	// NoScript is a browser without JavaScript.
	NoScript bool
}

// Page opens a page for somebody new: with cookies of its own. site is where
// it may go, such as http://127.0.0.1:8080; a request to anywhere else, an
// error in a script and a breach of the page's own security policy fail the
// test.
func (b *Chromium) Page(t testing.TB, site string, v View) *Page {
	t.Helper()
	if v.Width == 0 {
		v.Width = 1280
	}
	if v.Lang == "" {
		v.Lang = "zh-CN"
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	b.pages++
	n := b.pages
	p := &Page{T: t, Site: site, ctx: ctx, noScript: v.NoScript}
	if err := chromedp.Listen(ctx, p.watch); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			p.Screenshot("failed-" + strconv.Itoa(n))
		}
		p.check()
		cancel()
	})
	agent, err := chromedp.Run(ctx, chromedp.Evaluate[string](`navigator.userAgent`))
	if err != nil {
		t.Fatal(err)
	}
	setup := chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		if _, err := chromedp.Call(ctx, cdplog.Enable, struct{}{}); err != nil {
			return err
		}
		if _, err := chromedp.Call(ctx, emulation.SetUserAgentOverride,
			emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: v.Lang}); err != nil {
			return err
		}
		if v.Dark {
			dark := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}, {Name: "prefers-reduced-motion", Value: "reduce"}}
			if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: dark}); err != nil {
				return err
			}
		}
		return nil
	})
	if v.Height == 0 && v.Width < 600 {
		v.Height = 667
	}
	viewport := chromedp.EmulateViewport(v.Width, cmp.Or(v.Height, 900))
	if v.Width < 600 {
		viewport = chromedp.EmulateViewport(v.Width, v.Height, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	if err := chromedp.Do(ctx, setup, viewport, scripts(!v.NoScript)); err != nil {
		t.Fatal(err)
	}
	return p
}

// scripts switches the page's scripts on or off.
func scripts(on bool) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
		return err
	})
}
