package prompts

import (
	"fmt"
	"sort"

	"github.com/goccy/go-yaml"

	"warmline/dialog"
)

// FormSpec lists the placeholders of one form of an act.
type FormSpec struct {
	Required []string `yaml:"required"`
	Optional []string `yaml:"optional"`
}

// ActSpec says what an act is: who may read it, whether a model may choose its
// words, and which forms it has.
type ActSpec struct {
	Class  dialog.CommClass    `yaml:"class"`
	Level  dialog.Level        `yaml:"level"`
	Phrase bool                `yaml:"phrase"`
	Fixed  bool                `yaml:"fixed"`
	Forms  map[string]FormSpec `yaml:"forms"`
}

// Contract is the content of acts.yaml: every act and every label that exists.
type Contract struct {
	Acts   map[dialog.ActKind]ActSpec `yaml:"acts"`
	Again  []dialog.ActKind           `yaml:"again"` // acts that answer: once all their texts are said, in short after an opening
	Labels map[string][]string        `yaml:"labels"`
}

// ParseContract reads acts.yaml. It refuses an act that is both fixed and open
// to a model.
func ParseContract(raw []byte) (Contract, error) {
	var c Contract
	if err := yaml.UnmarshalWithOptions(raw, &c, yaml.Strict()); err != nil {
		return Contract{}, fmt.Errorf("read acts.yaml: %w", err)
	}
	for _, kind := range c.Again {
		if _, known := c.Acts[kind]; !known {
			return Contract{}, fmt.Errorf("acts.yaml: %s may be said again, and is no act", kind)
		}
	}
	for kind, spec := range c.Acts {
		if spec.Fixed && spec.Phrase {
			return Contract{}, fmt.Errorf("acts.yaml: %s is fixed and open to a model at once", kind)
		}
		if len(spec.Forms) == 0 {
			return Contract{}, fmt.Errorf("acts.yaml: %s has no form", kind)
		}
		if spec.Class == "" {
			spec.Class = dialog.ClassService
			c.Acts[kind] = spec
		}
	}
	return c, nil
}

// Kinds returns every act in alphabetical order.
func (c Contract) Kinds() []dialog.ActKind {
	kinds := make([]dialog.ActKind, 0, len(c.Acts))
	for k := range c.Acts {
		kinds = append(kinds, k)
	}
	sort.Slice(kinds, func(i, j int) bool { return kinds[i] < kinds[j] })
	return kinds
}

// FormNames returns an act's forms in alphabetical order, the plain one first.
func (s ActSpec) FormNames() []string {
	names := make([]string, 0, len(s.Forms))
	for n := range s.Forms {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}
