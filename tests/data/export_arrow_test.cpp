#include "dabiao/data/export_arrow.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dabiao/data/import_arrow.hpp"

namespace dabiao::data {
namespace {

using Cells = std::vector<std::string>;

std::vector<OutputColumn> sample() {
  OutputColumn text = OutputColumn::text("目标");
  OutputColumn number = OutputColumn::float64("value");
  OutputColumn whole = OutputColumn::int32("n");
  OutputColumn wide = OutputColumn::int64("m");
  OutputColumn truth = OutputColumn::yesno("complete");
  OutputColumn date = OutputColumn::date("due");
  OutputColumn word = OutputColumn::dictionary("status", {"met", "missed"});
  for (std::int64_t i = 0; i < 20; ++i) {
    if (i % 3 == 2) {
      text.append_null();
      number.append_null();
      whole.append_null();
      wide.append_null();
      truth.append_null();
      date.append_null();
      word.append_null();
      continue;
    }
    text.append(std::string_view("护理占比" + std::to_string(i)));
    number.append(static_cast<double>(i) / 4);
    whole.append(i - 5);
    wide.append(i + 9007199254740993);
    truth.append(i % 2 == 0);
    date.append(19600 + i);
    word.append(i % 2);
  }
  std::vector<OutputColumn> columns;
  for (OutputColumn* each : {&text, &number, &whole, &wide, &truth, &date, &word}) {
    columns.push_back(std::move(*each));
  }
  return columns;
}

void expect_sample(const Table& table) {
  ASSERT_EQ(table.rows(), 20u);
  EXPECT_EQ(table.headings, (Cells{"目标", "value", "n", "m", "complete", "due", "status"}));
  const std::vector<TableColumn>& columns = table.batches[0].columns;
  for (std::uint64_t row = 0; row < 20; ++row) {
    for (const TableColumn& column : columns) EXPECT_EQ(column.is_null(row), row % 3 == 2) << row;
  }
  EXPECT_EQ(columns[0].shown(19), "护理占比19");
  EXPECT_EQ(columns[1].shown(19), "4.75");
  EXPECT_EQ(columns[2].shown(0), "-5");
  EXPECT_EQ(columns[3].shown(0), "9007199254740993");
  EXPECT_EQ(columns[4].shown(15), "false");
  EXPECT_EQ(columns[4].shown(18), "true");
  EXPECT_EQ(columns[5].shown(1), "2023-09-01");
  EXPECT_EQ(columns[6].shown(18), "met");
  EXPECT_EQ(columns[6].shown(19), "missed");
}

TEST(ArrowExport, ReadsBackAsABatch) {
  ArrowSchema schema;
  ArrowArray array;
  export_arrow(sample(), &schema, &array);
  const Checked<Table> table = import_arrow(&schema, &array);
  ASSERT_TRUE(table);
  expect_sample(*table);
}

TEST(ArrowExport, ReadsBackAsAStream) {
  ArrowArrayStream stream;
  export_arrow(sample(), &stream);
  const Checked<Table> table = import_arrow(&stream);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->batches.size(), 1u);
  expect_sample(*table);
}

TEST(ArrowExport, LaysOutListsOfTextAndOfStructures) {
  OutputColumn tags = OutputColumn::list("tags", OutputColumn::text("item"));
  std::vector<OutputColumn> fields;
  fields.push_back(OutputColumn::text("operator"));
  fields.push_back(OutputColumn::float64("threshold"));
  OutputColumn comparisons =
      OutputColumn::list("comparisons", OutputColumn::structure("item", std::move(fields)));
  tags.items().append(std::string_view("力争"));
  tags.items().append(std::string_view("预期性"));
  tags.append();
  tags.append_null();
  tags.append();
  comparisons.items().field(0).append(std::string_view(">="));
  comparisons.items().field(1).append(60.0);
  comparisons.items().append();
  comparisons.append();
  comparisons.append();
  comparisons.items().append_null();
  comparisons.append();
  std::vector<OutputColumn> columns;
  columns.push_back(std::move(tags));
  columns.push_back(std::move(comparisons));
  ArrowSchema schema;
  ArrowArray array;
  export_arrow(std::move(columns), &schema, &array);

  EXPECT_STREQ(schema.format, "+s");
  ASSERT_EQ(schema.n_children, 2);
  EXPECT_STREQ(schema.children[0]->format, "+l");
  EXPECT_STREQ(schema.children[0]->children[0]->format, "u");
  EXPECT_STREQ(schema.children[1]->children[0]->format, "+s");
  EXPECT_STREQ(schema.children[1]->children[0]->children[1]->name, "threshold");
  const ArrowArray& list = *array.children[0];
  EXPECT_EQ(list.length, 3);
  EXPECT_EQ(list.null_count, 1);
  const auto* offsets = static_cast<const std::int32_t*>(list.buffers[1]);
  EXPECT_EQ(std::vector<std::int32_t>(offsets, offsets + 4),
            (std::vector<std::int32_t>{0, 2, 2, 2}));
  EXPECT_EQ(*static_cast<const std::uint8_t*>(list.buffers[0]) & 7, 0b101);
  const ArrowArray& records = *array.children[1]->children[0];
  EXPECT_EQ(records.length, 2);
  EXPECT_EQ(records.null_count, 1);
  EXPECT_EQ(records.children[1]->length, 2);
  EXPECT_EQ(static_cast<const double*>(records.children[1]->buffers[1])[0], 60.0);

  // A receiver may move a child out and release it after its parent.
  ArrowArray moved = *array.children[0];
  array.children[0]->release = nullptr;
  array.release(&array);
  EXPECT_EQ(array.release, nullptr);
  EXPECT_EQ(moved.children[0]->length, 2);
  moved.release(&moved);
  schema.release(&schema);
}

TEST(ArrowExport, MovesWholeColumnsOfNumbers) {
  std::vector<OutputColumn> columns;
  columns.push_back(OutputColumn::of_numbers("x", {1, 2, 3}, {0b101}));
  ArrowSchema schema;
  ArrowArray array;
  export_arrow(std::move(columns), &schema, &array);
  EXPECT_EQ(array.children[0]->null_count, 1);
  const Checked<Table> table = import_arrow(&schema, &array);
  ASSERT_TRUE(table);
  const TableColumn& x = table->batches[0].columns[0];
  EXPECT_EQ(x.shown(0), "1");
  EXPECT_TRUE(x.is_null(1));
  EXPECT_EQ(x.shown(2), "3");
}

TEST(ArrowExport, HandsOutTablesWithoutRows) {
  std::vector<OutputColumn> columns;
  columns.push_back(OutputColumn::text("a"));
  columns.push_back(OutputColumn::dictionary("b", {}));
  ArrowArrayStream stream;
  export_arrow(std::move(columns), &stream);
  const Checked<Table> table = import_arrow(&stream);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->rows(), 0u);
  EXPECT_EQ(table->headings, (Cells{"a", "b"}));
}

}  // namespace
}  // namespace dabiao::data
