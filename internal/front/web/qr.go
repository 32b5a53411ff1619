package web

import (
	"encoding/base64"

	"github.com/skip2/go-qrcode"
)

// QR gives text as a picture to be scanned, as the address of an image.
func QR(text string) (string, error) {
	png, err := qrcode.Encode(text, qrcode.Medium, 220)
	if err != nil {
		return "", err
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(png), nil
}
