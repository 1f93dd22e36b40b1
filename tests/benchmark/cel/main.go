// Answers in CEL, a line of JSON in and a line out: small cases ({"expression", "data"}), and one
// record at a time as fast as cel-go can ({"records", "outputs"}, then {"rounds"}).
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

type output struct {
	Name       string `json:"name"`
	Expression string `json:"expression"`
}

type question struct {
	Expression string           `json:"expression"`
	Data       map[string][]any `json:"data"`
	Inputs     []string         `json:"inputs"`
	Outputs    []output         `json:"outputs"`
	Records    [][]float64      `json:"records"`
	Rounds     int              `json:"rounds"`
	Version    bool             `json:"version"`
}

// number turns what stands for a number in JSON into CEL's double, null into its null.
func number(value any) ref.Val {
	switch v := value.(type) {
	case nil:
		return types.NullValue
	case float64:
		return types.Double(v)
	case string:
		switch v {
		case "NaN":
			return types.Double(math.NaN())
		case "Infinity":
			return types.Double(math.Inf(1))
		case "-0":
			return types.Double(math.Copysign(0, -1))
		}
	}
	panic(fmt.Sprint("not a number: ", value))
}

func compile(expression string, names []string, kind *cel.Type) (cel.Program, error) {
	options := []cel.EnvOption{}
	for _, name := range names {
		options = append(options, cel.Variable(name, kind))
	}
	environment, err := cel.NewEnv(options...)
	if err != nil {
		return nil, err
	}
	checked, issues := environment.Compile(expression)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	return environment.Program(checked, cel.EvalOptions(cel.OptOptimize))
}

func answer(q question) (any, error) {
	names := []string{}
	record := map[string]any{}
	for name, values := range q.Data {
		names = append(names, name)
		record[name] = number(values[0])
	}
	program, err := compile(q.Expression, names, cel.DynType)
	if err != nil {
		return nil, err
	}
	value, _, err := program.Eval(record)
	if err != nil {
		return nil, err
	}
	if value == types.NullValue {
		return nil, nil
	}
	return value.Value(), nil
}

// fields is the record as CEL sees it: names to values, those computed before included.
type fields struct {
	places map[string]int
	values []ref.Val
}

func (f *fields) ResolveName(name string) (any, bool) {
	place, known := f.places[name]
	if !known {
		return nil, false
	}
	return f.values[place], true
}

func (f *fields) Parent() cel.Activation { return nil }

// records holds what the second kind of question sets up.
type records struct {
	programs []cel.Program
	inputs   [][]ref.Val
	fields   fields
}

func prepare(q question) (*records, float64, error) {
	names := append([]string{}, q.Inputs...)
	r := &records{fields: fields{places: map[string]int{}}}
	began := time.Now()
	for _, one := range q.Outputs {
		program, err := compile(one.Expression, names, cel.DoubleType)
		if err != nil {
			return nil, 0, err
		}
		r.programs = append(r.programs, program)
		names = append(names, one.Name)
	}
	took := float64(time.Since(began).Nanoseconds())
	for place, name := range names {
		r.fields.places[name] = place
	}
	r.fields.values = make([]ref.Val, len(names))
	for _, record := range q.Records {
		boxed := []ref.Val{}
		for _, value := range record {
			boxed = append(boxed, types.Double(value))
		}
		r.inputs = append(r.inputs, boxed)
	}
	return r, took, nil
}

func (r *records) evaluate(place int) error {
	inputs := r.inputs[place%len(r.inputs)]
	copy(r.fields.values, inputs)
	for k, program := range r.programs {
		value, _, err := program.Eval(&r.fields)
		if err != nil {
			return err
		}
		r.fields.values[len(inputs)+k] = value
	}
	return nil
}

func (r *records) answers() ([][]any, error) {
	all := [][]any{}
	for place := range r.inputs {
		if err := r.evaluate(place); err != nil {
			return nil, err
		}
		row := []any{}
		for _, value := range r.fields.values[len(r.inputs[place]):] {
			row = append(row, value.Value())
		}
		all = append(all, row)
	}
	return all, nil
}

func reply(q question, prepared **records) (map[string]any, error) {
	switch {
	case q.Version:
		return map[string]any{"answer": "cel-go v0.33.2"}, nil
	case q.Outputs != nil:
		r, compiled, err := prepare(q)
		if err != nil {
			return nil, err
		}
		*prepared = r
		answers, err := r.answers()
		if err != nil {
			return nil, err
		}
		return map[string]any{"answer": answers, "compile_nanoseconds": compiled}, nil
	case q.Rounds > 0:
		began := time.Now()
		for round := 0; round < q.Rounds; round++ {
			if err := (*prepared).evaluate(round); err != nil {
				return nil, err
			}
		}
		return map[string]any{"answer": float64(time.Since(began).Nanoseconds())}, nil
	}
	value, err := answer(q)
	if err != nil {
		return nil, err
	}
	return map[string]any{"answer": value}, nil
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 0, 1<<20), 1<<28)
	out := bufio.NewWriter(os.Stdout)
	var prepared *records
	for lines.Scan() {
		var q question
		message := map[string]any{}
		err := json.Unmarshal(lines.Bytes(), &q)
		if err == nil {
			message, err = reply(q, &prepared)
		}
		if err != nil {
			message = map[string]any{"error": err.Error()}
		}
		text, err := json.Marshal(message)
		if err != nil {
			text, _ = json.Marshal(map[string]any{"error": err.Error()})
		}
		fmt.Fprintln(out, string(text))
		out.Flush()
	}
}
