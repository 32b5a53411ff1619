package access

import (
	_ "embed"
	"testing"

	"github.com/cedar-policy/cedar-go"
	xast "github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"
)

//go:embed policy.cedarschema
var schemaText []byte

// A misspelt attribute would deny for ever without a word: the schema says
// which there are.
func TestPoliciesFitSchema(t *testing.T) {
	var s schema.Schema
	if err := s.UnmarshalCedar(schemaText); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	list, err := cedar.NewPolicyListFromBytes("policy.cedar", policyText)
	if err != nil {
		t.Fatal(err)
	}
	v := validate.New(resolved)
	for _, p := range list {
		if err := v.Policy("", (*xast.Policy)(p.AST())); err != nil {
			t.Errorf("%s: %v", p.Annotations()["id"], err)
		}
	}
}

// Every action of the program stands in a policy besides the general ones.
func TestEveryActionHasAPolicy(t *testing.T) {
	for _, a := range Actions {
		if len(policies[a]) < 5 {
			t.Errorf("no policy speaks of %s", a)
		}
	}
}
