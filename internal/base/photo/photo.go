// Package photo makes a safe picture of what somebody sends: its content
// decides, not its name; it is drawn anew, upright, in a size that serves, and
// nothing of its metadata (place, time, device, name) is left.
package photo

import (
	"bytes"
	"context"
	"embed"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"yiwang/internal/base/errs"
)

// Texts are the messages of this package in both languages.
//
//go:embed texts/zh.json texts/en.json
var Texts embed.FS

// What may be sent, and what becomes of it.
const (
	MaxBytes  = 20 << 20
	MaxPixels = 50_000_000 // of a JPEG, which is decoded with one and a half bytes a pixel
	maxOther  = 24_000_000 // of formats decoded with four

	Side      = 2048 // pixels of the longer side at most
	ThumbSide = 400

	quality, thumbQuality = 82, 76
)

// A Photo is a picture as it is kept: JPEG, in the usual colours.
type Photo struct {
	JPEG, Thumb   []byte
	Width, Height int // of JPEG
}

// working is how many pictures are decoded at once: each may take 150 MB.
var working = make(chan struct{}, 2)

// Read makes a photo of what r holds. What is wrong with it is an error of
// the field "photo", with a key that says what to do instead.
func Read(ctx context.Context, r io.Reader) (Photo, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return Photo{}, err
	}
	if len(raw) > MaxBytes {
		return Photo{}, errs.Field("photo", "photo.too_large", "Max", MaxBytes>>20)
	}
	f, err := formatOf(raw)
	if err != nil {
		return Photo{}, err
	}
	select {
	case working <- struct{}{}:
		defer func() { <-working }()
	case <-ctx.Done():
		return Photo{}, ctx.Err()
	}
	size, err := f.config(bytes.NewReader(raw))
	if err != nil || size.Width <= 0 || size.Height <= 0 {
		return Photo{}, errs.Field("photo", "photo.broken")
	}
	most := maxOther
	if f.name == "jpeg" {
		most = MaxPixels
	}
	if size.Width > 20_000 || size.Height > 20_000 || size.Width*size.Height > most {
		return Photo{}, errs.Field("photo", "photo.too_many_pixels", "Max", most/1_000_000)
	}
	m, err := f.decode(bytes.NewReader(raw))
	if err != nil {
		return Photo{}, errs.Field("photo", "photo.broken")
	}
	turn := 1
	if f.name == "jpeg" {
		turn = orientation(raw)
	}
	raw = nil //nolint:ineffassign,wastedassign // so that it can be freed while the picture is drawn
	return draws(m, turn)
}

func draws(m image.Image, turn int) (Photo, error) {
	full := upright(fit(m, Side), turn)
	var p Photo
	p.Width, p.Height = full.Bounds().Dx(), full.Bounds().Dy()
	var out, small bytes.Buffer
	err := errors.Join(
		jpeg.Encode(&out, full, &jpeg.Options{Quality: quality}),
		jpeg.Encode(&small, fit(fit(full, 2*ThumbSide), ThumbSide), // in two steps: it looks at no more than four pixels for one
			&jpeg.Options{Quality: thumbQuality}),
	)
	p.JPEG, p.Thumb = out.Bytes(), small.Bytes()
	return p, err
}

// fit scales a picture down until its longer side is at most side, on white
// where it is transparent.
func fit(m image.Image, side int) *image.RGBA {
	b := m.Bounds()
	w, h := b.Dx(), b.Dy()
	if w > side || h > side {
		if w >= h {
			w, h = side, max(1, h*side/w)
		} else {
			w, h = max(1, w*side/h), side
		}
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	// The approximate one needs no memory beside the picture.
	draw.ApproxBiLinear.Scale(out, out.Bounds(), m, b, draw.Over, nil)
	return out
}

// upright turns a picture as its camera said it was held: the eight cases of
// the orientation tag in TIFF 6.0.
func upright(m *image.RGBA, o int) *image.RGBA {
	if o <= 1 || o > 8 {
		return m
	}
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	ow, oh := w, h
	if o >= 5 {
		ow, oh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, ow, oh))
	for y := range oh {
		for x := range ow {
			sx, sy := x, y
			switch o {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, h-1-x
			case 7:
				sx, sy = w-1-y, h-1-x
			case 8:
				sx, sy = w-1-y, x
			}
			copy(out.Pix[out.PixOffset(x, y):][:4], m.Pix[m.PixOffset(sx, sy):][:4])
		}
	}
	return out
}

type format struct {
	name   string
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// formatOf tells by the first bytes what it is.
func formatOf(raw []byte) (format, error) {
	starts := func(s string) bool { return bytes.HasPrefix(raw, []byte(s)) }
	switch {
	case len(raw) == 0:
		return format{}, errs.Field("photo", "photo.empty")
	case starts("\xff\xd8\xff"):
		return format{"jpeg", jpeg.DecodeConfig, jpeg.Decode}, nil
	case starts("\x89PNG\r\n\x1a\n"):
		if bytes.Contains(raw[:min(len(raw), 4096)], []byte("acTL")) {
			return format{}, errs.Field("photo", "photo.animated")
		}
		return format{"png", png.DecodeConfig, png.Decode}, nil
	case starts("RIFF") && len(raw) > 16 && string(raw[8:12]) == "WEBP":
		if string(raw[12:16]) == "VP8X" && len(raw) > 20 && raw[20]&0x02 != 0 {
			return format{}, errs.Field("photo", "photo.animated")
		}
		return format{"webp", webp.DecodeConfig, webp.Decode}, nil
	case starts("GIF8"):
		return format{}, errs.Field("photo", "photo.animated")
	case len(raw) > 12 && string(raw[4:8]) == "ftyp":
		switch string(raw[8:12]) {
		case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "avif", "avis":
			return format{}, errs.Field("photo", "photo.heic")
		}
		return format{}, errs.Field("photo", "photo.video")
	}
	return format{}, errs.Field("photo", "photo.not_a_photo")
}

// orientation reads the orientation tag of a JPEG's Exif segment, 1 if there
// is none.
func orientation(raw []byte) int {
	for i := 2; i+4 <= len(raw) && raw[i] == 0xff; {
		marker, size := raw[i+1], int(binary.BigEndian.Uint16(raw[i+2:]))
		if marker == 0xda || size < 2 || i+2+size > len(raw) {
			return 1
		}
		segment := raw[i+4 : i+2+size]
		if marker == 0xe1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
			return tiffOrientation(segment[6:])
		}
		i += 2 + size
	}
	return 1
}

func tiffOrientation(t []byte) int {
	if len(t) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(t[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(t[4:]))
	if at+2 > int64(len(t)) {
		return 1
	}
	n := int64(order.Uint16(t[at:]))
	for i := range n {
		e := at + 2 + 12*i
		if e+12 > int64(len(t)) {
			return 1
		}
		if order.Uint16(t[e:]) == 0x0112 {
			return int(order.Uint16(t[e+8:]))
		}
	}
	return 1
}
