package app_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"yiwang/internal/app/apptest"
	"yiwang/internal/city/files"
)

// noise is a photo of about a byte a pixel.
func noise(t *testing.T, side int) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, side, side))
	r := rand.New(rand.NewPCG(1, 1))
	for i := range m.Pix {
		m.Pix[i] = uint8(r.IntN(256))
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bomb is a whole PNG of a few hundred kilobytes that is black and as large as
// said.
func bomb(t *testing.T, side uint32) []byte {
	t.Helper()
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]byte, 1+(side+7)/8)
	for range side {
		if _, err := z.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	out := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, body []byte) {
		out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
		body = append([]byte(kind), body...)
		out = append(out, body...)
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
	}
	size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, side), side)
	chunk("IHDR", append(size, 1, 0, 0, 0, 0)) // a bit a pixel, gray
	chunk("IDAT", packed.Bytes())
	chunk("IEND", nil)
	return out
}

// moving is a GIF of two pictures.
func moving(t *testing.T) []byte {
	t.Helper()
	frame := image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.Black, color.White})
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// inPieces sends a photo as the script does, and gives the last answer with
// the token.
func inPieces(p *apptest.Person, raw []byte) (apptest.Page, string) {
	begun := p.Ask(http.MethodPost, "/uploads", http.NoBody, "Upload-Length", strconv.Itoa(len(raw)))
	if begun.Status != http.StatusCreated {
		return begun, ""
	}
	var u struct{ Token string }
	begun.Decode(p.T, &u)
	page := begun
	for at := 0; at < len(raw) && page.Status < 300; at += files.MaxPiece {
		page = p.Ask(http.MethodPatch, "/uploads/"+u.Token, bytes.NewReader(raw[at:min(at+files.MaxPiece, len(raw))]), "Upload-Offset", strconv.Itoa(at))
	}
	return page, u.Token
}

// whole sends a photo as a form without scripts does.
func whole(t *testing.T, p *apptest.Person, page, name string, raw []byte) apptest.Page {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("photo", name)
	if err == nil {
		_, err = part.Write(raw)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return p.Send(page+"/photos", w.FormDataContentType(), &form)
}

// What is no photo, or one that would fill the memory, is refused by both ways
// of sending it, with what to do instead; nothing of it is kept.
func TestPhotosRefused(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	p := c.Somebody()
	receipt := p.Say("湖滨路路面坑洼，有个大坑。")
	photo := noise(t, 300)
	for _, test := range []struct {
		story, name, says string
		raw               []byte
	}{
		{"50 MB", "a.jpg", "太大", append(bytes.Clone(photo), make([]byte, 50<<20)...)},
		{"30,000 × 30,000", "a.png", "尺寸太大", bomb(t, 30_000)},
		{"a script named .jpg", "a.jpg", "不是照片", []byte("<?php system($_GET['c']); ?>")},
		{"a page named .jpg", "a.jpg", "不是照片", []byte("<svg onload=alert(1)>")},
		{"animated", "a.gif", "动图", moving(t)},
		{"broken off", "a.jpg", "打不开", photo[:len(photo)/2]},
	} {
		t.Run(test.story, func(t *testing.T) {
			page, token := inPieces(p, test.raw)
			if page.Status < 400 || page.Status >= 500 || !strings.Contains(page.Body, test.says) {
				t.Errorf("in pieces: %d %s", page.Status, page.Body)
			}
			if token != "" {
				if left := p.Get("/uploads/" + token); left.Status != http.StatusNotFound {
					t.Errorf("it is kept: %d %s", left.Status, left.Body)
				}
			}
			page = whole(t, p, receipt, test.name, test.raw)
			if page.Status < 400 || page.Status >= 500 || !strings.Contains(page.Text(), test.says) {
				t.Errorf("whole: %d %s", page.Status, page.Text())
			}
			p.Get(receipt).Hides(t, "/photos/")
		})
	}
	if page := whole(t, p, receipt, "a.exe", photo); page.Status != http.StatusOK || !strings.Contains(page.Body, receipt+"/photos/") {
		t.Errorf("a photo is not taken: %d %s", page.Status, page.Text())
	}
}

// A line that is lost in the middle of a piece costs that piece: who sends
// asks where it stands, goes on there, and the photo is whole.
func TestUploadAfterALostLine(t *testing.T) {
	apptest.Each(t, func(t *testing.T, c *apptest.City) {
		p := c.Somebody()
		raw := noise(t, 1400)
		if len(raw) < 2*files.MaxPiece {
			t.Fatalf("%d bytes are too few pieces", len(raw))
		}
		var u struct {
			Token  string
			Offset int
			Ready  bool
		}
		p.Ask(http.MethodPost, "/uploads", http.NoBody, "Upload-Length", strconv.Itoa(len(raw))).Decode(t, &u)
		at := "/uploads/" + u.Token
		p.Ask(http.MethodPatch, at, bytes.NewReader(raw[:files.MaxPiece]), "Upload-Offset", "0").Decode(t, &u)

		line, err := net.Dial("tcp", strings.TrimPrefix(c.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		piece := raw[files.MaxPiece : 2*files.MaxPiece]
		fmt.Fprintf(line, "PATCH %s HTTP/1.1\r\nHost: %s\r\nUpload-Offset: %d\r\nContent-Length: %d\r\n\r\n", at, strings.TrimPrefix(c.URL, "http://"), files.MaxPiece, len(piece))
		if _, err := line.Write(piece[:len(piece)/3]); err != nil {
			t.Fatal(err)
		}
		if err := line.(*net.TCPConn).CloseWrite(); err != nil { // nothing more will come
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, line); err != nil { // until the server has seen it
			t.Fatal(err)
		}
		_ = line.Close()

		p.Get(at).Decode(t, &u)
		if u.Offset != files.MaxPiece {
			t.Fatalf("it stands at %d", u.Offset)
		}
		if page := p.Ask(http.MethodPatch, at, bytes.NewReader(raw[u.Offset+9:u.Offset+99]), "Upload-Offset", strconv.Itoa(u.Offset+9)); page.Status != http.StatusConflict {
			t.Errorf("a gap: %d %s", page.Status, page.Body)
		}
		for !u.Ready {
			page := p.Ask(http.MethodPatch, at, bytes.NewReader(raw[u.Offset:min(u.Offset+files.MaxPiece, len(raw))]), "Upload-Offset", strconv.Itoa(u.Offset))
			if page.Status != http.StatusOK {
				t.Fatal(page.Status, page.Body)
			}
			page.Decode(t, &u)
		}
		receipt := p.Say("湖滨路路面坑洼，有个大坑。", "photo", u.Token)
		page := p.Get(receipt)
		i := strings.Index(page.Body, receipt+"/photos/")
		if i < 0 {
			t.Fatal(page.Text())
		}
		link := page.Body[i : i+strings.IndexByte(page.Body[i:], '"')]
		if shown := p.Get(link); shown.Header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("%s: %d %v", link, shown.Status, shown.Header)
		}
		if again := p.Get(at); again.Status != http.StatusNotFound {
			t.Errorf("its token is still good: %d", again.Status)
		}
	})
}

// Who sends a request with photos that are not there any more has a receipt,
// and reads on it how many did not arrive and where they can be added.
func TestPhotosLost(t *testing.T) {
	c := apptest.One(t, apptest.Options{})
	p := c.Somebody()
	_, kept := inPieces(p, noise(t, 200))
	_, gone := inPieces(p, noise(t, 210))
	p.Ask(http.MethodDelete, "/uploads/"+gone, http.NoBody)
	form := url.Values{"text": {"湖滨路路面坑洼，有个大坑。"}, "key": {p.Get("/requests/new").Field("key")}, "photo": {kept, gone, "guessed"}}
	for range 2 { // and who sends it twice has not lost the one that came
		page := p.Post("/requests", form).Shows(t, "有 2 张没有收到", "去添加照片")
		if !strings.Contains(page.Body, "/photos/") {
			t.Error("the photo that came is not there")
		}
	}
	form = url.Values{"text": {"学宫路的井盖松动。"}, "key": {p.Get("/requests/new").Field("key")}}
	p.Post("/requests", form).Hides(t, "没有收到")
}
