package photo_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/photo"
)

// noisy is a picture that does not compress to nothing: red above, else noise.
func noisy(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			c := color.RGBA{uint8(r.IntN(60)), uint8(x * 255 / w), uint8(y * 255 / h), 255}
			if y < h/4 {
				c = color.RGBA{250, 0, 0, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func asJPEG(m image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// withExif puts an Exif segment with an orientation and a secret into a JPEG.
func withExif(raw []byte, orientation byte) []byte {
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(orientation) + "\x00\x00\x00\x00\x00\x00SECRET-PLACE-30.2N")
	body := append([]byte("Exif\x00\x00"), tiff...)
	head := []byte{0xff, 0xd8, 0xff, 0xe1, 0, 0}
	binary.BigEndian.PutUint16(head[4:], uint16(len(body)+2))
	return append(append(head, body...), raw[2:]...)
}

// bomb is the header of a PNG of a size that nobody has the memory for.
func bomb(w, h uint32) []byte {
	ihdr := []byte("IHDR")
	ihdr = binary.BigEndian.AppendUint32(ihdr, w)
	ihdr = binary.BigEndian.AppendUint32(ihdr, h)
	ihdr = append(ihdr, 8, 6, 0, 0, 0)
	out := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d")
	out = append(out, ihdr...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(ihdr))
}

func TestRead(t *testing.T) {
	p, err := photo.Read(t.Context(), bytes.NewReader(withExif(asJPEG(noisy(3000, 1000)), 6)))
	if err != nil {
		t.Fatal(err)
	}
	if p.Width != 682 || p.Height != 2048 {
		t.Errorf("%d×%d: it was held upright", p.Width, p.Height)
	}
	m, err := jpeg.Decode(bytes.NewReader(p.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	// What was above in the camera is on the right when turned clockwise.
	if r, _, _, _ := m.At(p.Width-20, p.Height/2).RGBA(); r>>8 < 200 {
		t.Errorf("the red side is not on the right: %d", r>>8)
	}
	if bytes.Contains(p.JPEG, []byte("Exif")) || bytes.Contains(p.JPEG, []byte("SECRET")) || bytes.Contains(p.Thumb, []byte("SECRET")) {
		t.Error("metadata is left")
	}
	if thumb, err := jpeg.DecodeConfig(bytes.NewReader(p.Thumb)); err != nil || thumb.Height != photo.ThumbSide || len(p.Thumb) > 60<<10 {
		t.Error(thumb, err, len(p.Thumb))
	}
}

func TestRefused(t *testing.T) {
	var moving bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.Black, color.White})
	if err := gif.EncodeAll(&moving, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	whole := asJPEG(noisy(300, 200))
	var still bytes.Buffer
	if err := png.Encode(&still, noisy(10, 10)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		story, want string
		raw         []byte
	}{
		{"nothing", "photo.empty", nil},
		{"50 MB", "photo.too_large", append(bytes.Clone(whole), make([]byte, 50<<20)...)},
		{"30,000 × 30,000", "photo.too_many_pixels", bomb(30_000, 30_000)},
		{"a size that overflows", "photo.broken", bomb(0x7fffffff, 0x7fffffff)},
		{"a script named .jpg", "photo.not_a_photo", []byte("<?php system($_GET['c']); ?>")},
		{"a page named .jpg", "photo.not_a_photo", []byte("<svg onload=alert(1)>")},
		{"animated", "photo.animated", moving.Bytes()},
		{"broken off", "photo.broken", whole[:len(whole)/2]},
		{"a header alone", "photo.broken", []byte("\xff\xd8\xff\xe0")},
		{"from an iPhone", "photo.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")},
		{"a film", "photo.video", []byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isom")},
	} {
		t.Run(test.story, func(t *testing.T) {
			_, err := photo.Read(t.Context(), bytes.NewReader(test.raw))
			if e := errs.Of(err); e == nil || e.Key != test.want || e.Field != "photo" {
				t.Errorf("%v, not %s", err, test.want)
			}
		})
	}
	if _, err := photo.Read(t.Context(), &still); err != nil {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(asJPEG(noisy(20, 10)))
	f.Add(withExif(asJPEG(noisy(20, 10)), 8))
	f.Add(bomb(10, 10))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := photo.Read(t.Context(), bytes.NewReader(raw))
		if err != nil {
			if e := errs.Of(err); e == nil || !strings.HasPrefix(e.Key, "photo.") {
				t.Fatal(err)
			}
			return
		}
		if _, err := jpeg.Decode(bytes.NewReader(p.JPEG)); err != nil {
			t.Fatal(err)
		}
	})
}

// A photo of 12 megapixels, as phones take them.
func BenchmarkRead12MP(b *testing.B) {
	raw := asJPEG(noisy(4000, 3000))
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := photo.Read(b.Context(), bytes.NewReader(raw)); err != nil {
			b.Fatal(err)
		}
	}
}
