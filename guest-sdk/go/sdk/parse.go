package gatecheck

import (
	"encoding/json"
	"strconv"
	"strings"
)

// parse reads a document of the host as encoding/json would. It does not check: the host wrote it. In WebAssembly that takes a
// sixth of the time, and a policy that reads documents spends most of its time on them.
func parse(document string) any {
	parser := parser{text: document}
	return parser.value()
}

type parser struct {
	text string
	at   int
}

func (p *parser) value() any {
	switch p.peek() {
	case '{':
		object := map[string]any{}
		for p.another('}') {
			key := p.string()
			p.peek()
			p.at++ // the colon
			object[key] = p.value()
		}
		return object
	case '[':
		list := []any{}
		for p.another(']') {
			list = append(list, p.value())
		}
		return list
	case '"':
		return p.string()
	case 't':
		p.at += len("true")
		return true
	case 'f':
		p.at += len("false")
		return false
	case 'n':
		p.at += len("null")
		return nil
	default:
		return p.number()
	}
}

// peek returns the next byte that is no space.
func (p *parser) peek() byte {
	for p.text[p.at] <= ' ' {
		p.at++
	}
	return p.text[p.at]
}

// another goes past the bracket or comma before an element. It goes past the closing bracket if there is no other element.
func (p *parser) another(closing byte) bool {
	before := p.peek()
	p.at++
	if before == closing {
		return false
	}
	if p.peek() == closing {
		p.at++
		return false
	}
	return true
}

func (p *parser) string() string {
	start := p.at
	escaped := false
	for p.at++; p.text[p.at] != '"'; p.at++ {
		if p.text[p.at] == '\\' {
			escaped = true
			p.at++
		}
	}
	p.at++
	quoted := p.text[start:p.at]
	if !escaped {
		return quoted[1 : len(quoted)-1]
	}
	var text string
	if err := json.Unmarshal([]byte(quoted), &text); err != nil {
		panic(err)
	}
	return text
}

func (p *parser) number() float64 {
	start := p.at
	for p.at < len(p.text) && strings.IndexByte("+-.0123456789Ee", p.text[p.at]) >= 0 {
		p.at++
	}
	number, err := strconv.ParseFloat(p.text[start:p.at], 64)
	if err != nil {
		panic(err)
	}
	return number
}
