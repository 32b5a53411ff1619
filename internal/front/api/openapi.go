package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"yiwang/internal/front/web"
)

// document is the OpenAPI 3.1 description, made from the types that the
// handlers use.
var document = sync.OnceValue(func() []byte {
	r := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	schema := func(v any) *huma.Schema { return r.Schema(reflect.TypeOf(v), true, "") }
	body := func(kind string, v any) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{kind: {Schema: schema(v)}}
	}
	problem := func(about string) *huma.Response {
		return &huma.Response{Description: about, Content: body("application/problem+json", web.Problem{})}
	}
	text := &huma.Schema{Type: huma.TypeString}
	longest := 200
	doc := &huma.OpenAPI{
		OpenAPI:    "3.1.0",
		Info:       &huma.Info{Title: "Yiwang", Version: "1", Description: "Submit a resident's request and follow it by its receipt."},
		Components: &huma.Components{Schemas: r},
		Paths: map[string]*huma.PathItem{
			"/api/v1/requests": {Post: &huma.Operation{
				OperationID: "submit", Summary: "Submit a request; the receipt is given once it is durable.",
				Parameters: []*huma.Param{{
					Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: &longest},
					Description: "The same key with the same body gives the same receipt; with another body, 409.",
				}},
				RequestBody: &huma.RequestBody{Required: true, Content: body("application/json", newRequest{})},
				Responses: map[string]*huma.Response{
					"201": {Description: "Taken.", Content: body("application/json", submitted{})},
					"409": problem("The key was used for another body."), "413": problem("The body is too large."),
					"422": problem("Fields are wrong; each is named."), "429": problem("Too many from this address."),
				},
			}},
			"/api/v1/calls": {Post: &huma.Operation{
				OperationID: "tell", Summary: "What the telephone system tells of a call; twice and in any order is well.",
				Parameters:  []*huma.Param{{Name: "Authorization", In: "header", Required: true, Schema: text, Description: "Bearer and the city's token."}},
				RequestBody: &huma.RequestBody{Required: true, Content: body("application/json", callEvent{})},
				Responses: map[string]*huma.Response{
					"200": {Description: "Taken.", Content: body("application/json", callTaken{})},
					"403": problem("The token is wrong, or none is set."), "422": problem("Fields are wrong; each is named."),
				},
			}},
			"/api/v1/requests/{receipt}": {Get: &huma.Operation{
				OperationID: "request", Summary: "How far a request has come.",
				Parameters: []*huma.Param{{Name: "receipt", In: "path", Required: true, Schema: text}},
				Responses: map[string]*huma.Response{
					"200": {Description: "State and steps.", Content: body("application/json", request{})},
					"404": problem("There is no such receipt."), "429": problem("Too many wrong receipts from this address."),
				},
			}},
		},
	}
	out, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic("api: " + err.Error()) // made of constants and types
	}
	return out
})

func (a *API) openAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(document()) // a caller who went away is no failure of ours
}
