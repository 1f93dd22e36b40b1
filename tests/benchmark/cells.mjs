// Formula cells in HyperFormula. A line of JSON in, a line out: {"kind", "size"} builds a sheet and
// answers the value of its result; {"values"} gives one input these values in turn and answers the
// nanoseconds of each and the result after the last.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const require = createRequire(process.env.DABIAO_NODE_MODULES + "/");
const { HyperFormula } = require("hyperformula");

const options = { licenseKey: "gpl-v3", maxRows: 300000, maxColumns: 100 };
let sheet = null;
let input = null;
let result = null;
let sink = null;

const at = (row, col) => ({ sheet: 0, row, col });

// A column: the input, then every cell one more than the cell above.
function chain(size) {
  const cells = [[0]];
  for (let row = 1; row <= size; row++) cells.push([`=A${row}+1`]);
  input = at(0, 0);
  result = at(size, 0);
  return cells;
}

// A heap: every cell the sum of two others, the last row of cells are inputs.
function tree(size) {
  const cells = [];
  for (let cell = 1; cell <= size; cell++) cells.push([`=A${2 * cell}+A${2 * cell + 1}`]);
  for (let cell = size + 1; cell <= 2 * size + 1; cell++) cells.push([1]);
  input = at(2 * size, 0);
  result = at(0, 0);
  return cells;
}

// A row per place: six inputs and the seven formulas; one sum of all scores.
function sum(size) {
  const places = Math.ceil(size / 7);
  const cells = [];
  for (let place = 1; place <= places; place++) {
    cells.push([50 + (place % 7), 100, 30 + (place % 11), 1000, place % 20, 20,
      `=A${place}/B${place}*100`, `=C${place}/D${place}*1000`, `=MIN(1,E${place}/F${place})`,
      `=0.4*MIN(1,G${place}/60)+0.4*MIN(1,H${place}/36)+0.2*I${place}`,
      `=G${place}>=60`, `=H${place}>=36`, `=I${place}>=0.5`]);
  }
  cells[0].push(`=SUM(J1:J${places})`);
  input = at(places - 1, 0);
  result = at(0, 13);
  return cells;
}

function answer(question) {
  if (question.version) return HyperFormula.version;
  if (question.kind) {
    sheet?.destroy();
    sheet = HyperFormula.buildFromArray({ chain, tree, sum }[question.kind](question.size), options);
    return sheet.getCellValue(result);
  }
  const nanoseconds = question.values.map((value) => {
    const began = process.hrtime.bigint();
    sheet.setCellContents(input, [[value]]);
    sink = sheet.getCellValue(result);
    return Number(process.hrtime.bigint() - began);
  });
  return { nanoseconds, result: sink };
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify({ answer: answer(JSON.parse(line)) }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message ?? error) }));
  }
}
