// Answers one small case per line: {engine, data, logic | formula} in, {answer} or {error} out.
// Numbers that JSON does not know come as strings: "NaN", "Infinity", "-0".
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(process.env.DABIAO_NODE_MODULES + "/");
const jsonLogic = require("json-logic-js");
const { HyperFormula } = require("hyperformula");

const versionOf = (name) =>
  JSON.parse(readFileSync(`${process.env.DABIAO_NODE_MODULES}/${name}/package.json`)).version;

const special = { NaN: NaN, Infinity: Infinity, "-0": -0 };
const number = (value) => (typeof value === "string" ? special[value] : value);

function answer({ engine, data, logic, formula }) {
  if (engine === "versions") {
    return { "json-logic": versionOf("json-logic-js"), HyperFormula: HyperFormula.version };
  }
  if (engine === "json-logic") {
    const record = {};
    for (const [name, values] of Object.entries(data)) {
      record[name] = values.length === 1 ? number(values[0]) : values.map(number);
    }
    return jsonLogic.apply(logic, record);
  }
  // A column per input, cells below one another; the formula in a column of its own.
  const columns = Object.values(data);
  const rows = Math.max(...columns.map((column) => column.length));
  const cells = [];
  for (let row = 0; row < rows; row++) {
    cells.push(columns.map((column) => (row < column.length ? number(column[row]) : null)));
  }
  cells[0].push("=" + formula);
  const sheet = HyperFormula.buildFromArray(cells, { licenseKey: "gpl-v3" });
  const value = sheet.getCellValue({ sheet: 0, row: 0, col: columns.length });
  sheet.destroy();
  if (value !== null && typeof value === "object") {
    throw new Error(value.value);
  }
  return value;
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify({ answer: answer(JSON.parse(line)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message ?? error) }));
  }
}
