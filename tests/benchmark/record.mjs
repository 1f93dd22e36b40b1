// One record at a time in json-logic. A line of JSON in, a line out: {"inputs", "records"} sets the
// records and answers the outputs for them; {"rounds": N} answers the nanoseconds of N evaluations.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(process.env.DABIAO_NODE_MODULES + "/");
const jsonLogic = require("json-logic-js");

const variable = (name) => ({ var: name });
const least = (a, b) => ({ min: [a, b] });
const quotient = (a, b) => ({ "/": [a, b] });
const product = (a, b) => ({ "*": [a, b] });

// Each output is put into the record before the next, so that nothing is computed twice.
const rules = [
  ["ratio", product(quotient(variable("nursing"), variable("total")), 100)],
  ["per_k", product(quotient(variable("beds"), variable("elderly")), 1000)],
  ["coverage", least(1, quotient(variable("centres"), variable("towns")))],
  ["score", { "+": [
    product(0.4, least(1, quotient(variable("ratio"), 60))),
    product(0.4, least(1, quotient(variable("per_k"), 36))),
    product(0.2, variable("coverage")),
  ] }],
  ["ratio_60", { ">=": [variable("ratio"), 60] }],
  ["per_k_36", { ">=": [variable("per_k"), 36] }],
  ["coverage_half", { ">=": [variable("coverage"), 0.5] }],
];

let records = [];
let sink = 0;

function evaluate(record) {
  for (const [name, rule] of rules) {
    record[name] = jsonLogic.apply(rule, record);
  }
  return record;
}

function answer(question) {
  if (question.records) {
    records = question.records.map((values) =>
      Object.fromEntries(question.inputs.map((name, place) => [name, values[place]])));
    return records.map((record) => {
      const all = evaluate(record);
      return rules.map(([name]) => Number(all[name]));
    });
  }
  const began = process.hrtime.bigint();
  for (let round = 0; round < question.rounds; round++) {
    sink += evaluate(records[round % records.length]).score;
  }
  return Number(process.hrtime.bigint() - began);
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify({ answer: answer(JSON.parse(line)) }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message ?? error) }));
  }
}
