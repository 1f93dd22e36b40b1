#include "dabiao/data/arrow.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace dabiao::data {
namespace {

/// An array put together by hand, which counts how often it was released.
struct HandMade {
  std::string format;
  std::string name;
  std::int64_t length = 0;
  std::int64_t offset = 0;
  std::int64_t null_count = 0;
  std::vector<const void*> buffers;
  HandMade* dictionary = nullptr;

  ArrowSchema schema{};
  ArrowArray array{};
};

int released_arrays = 0;
int released_schemas = 0;

void finish(HandMade& made) {
  made.schema = {};
  made.schema.format = made.format.c_str();
  made.schema.name = made.name.c_str();
  made.schema.flags = ARROW_FLAG_NULLABLE;
  made.schema.release = [](ArrowSchema* self) { self->release = nullptr; };
  made.array = {};
  made.array.length = made.length;
  made.array.offset = made.offset;
  made.array.null_count = made.null_count;
  made.array.n_buffers = static_cast<std::int64_t>(made.buffers.size());
  made.array.buffers = made.buffers.data();
  made.array.release = [](ArrowArray* self) { self->release = nullptr; };
  if (made.dictionary != nullptr) {
    finish(*made.dictionary);
    made.schema.dictionary = &made.dictionary->schema;
    made.array.dictionary = &made.dictionary->array;
  }
}

/// A record batch of hand-made columns that live on in the caller.
struct Batch {
  std::vector<ArrowSchema*> schemas;
  std::vector<ArrowArray*> arrays;
  ArrowSchema schema{};
  ArrowArray array{};
  const void* no_validity = nullptr;

  Batch(std::vector<HandMade*> columns, std::int64_t length, std::int64_t offset = 0) {
    for (HandMade* each : columns) {
      finish(*each);
      schemas.push_back(&each->schema);
      arrays.push_back(&each->array);
    }
    schema.format = "+s";
    schema.n_children = static_cast<std::int64_t>(schemas.size());
    schema.children = schemas.data();
    schema.release = [](ArrowSchema* self) {
      ++released_schemas;
      self->release = nullptr;
    };
    array.length = length;
    array.offset = offset;
    array.n_buffers = 1;
    array.buffers = &no_validity;
    array.n_children = schema.n_children;
    array.children = arrays.data();
    array.release = [](ArrowArray* self) {
      ++released_arrays;
      self->release = nullptr;
    };
  }
};

std::vector<std::string> shown(const TableColumn& column) {
  std::vector<std::string> cells;
  for (std::uint64_t row = 0; row < column.size; ++row) {
    cells.push_back(column.is_null(row) ? "∅" : column.shown(row));
  }
  return cells;
}

using Cells = std::vector<std::string>;

TEST(ArrowImport, ReadsNumbersOfEveryWidthAfterTheOffsetsOfBatchAndColumn) {
  const std::int8_t small[] = {1, 2, -3, 4};
  const std::uint16_t middle[] = {9, 65535, 7, 6};
  const std::int64_t large[] = {0, 9007199254740993, -1, 5};
  const std::uint64_t unsigned_large[] = {0, 1, 18446744073709551615u, 3};
  const float single[] = {0.0f, 0.1f, 2.5f, 3.0f};
  const double twice[] = {0.5, 0.25, 0.1, 1e300};
  const std::uint16_t half[] = {0x3c00, 0x2e66, 0xc000, 0x7c00};
  HandMade a{"c", "a", 3, 1, 0, {nullptr, small}};
  HandMade b{"S", "b", 4, 0, 0, {nullptr, middle}};
  HandMade c{"l", "c", 4, 0, 0, {nullptr, large}};
  HandMade d{"L", "d", 4, 0, 0, {nullptr, unsigned_large}};
  HandMade e{"f", "e", 4, 0, 0, {nullptr, single}};
  HandMade f{"g", "f", 4, 0, 0, {nullptr, twice}};
  HandMade g{"e", "g", 4, 0, 0, {nullptr, half}};
  Batch batch({&a, &b, &c, &d, &e, &f, &g}, 2, 1);
  released_arrays = released_schemas = 0;
  {
    const Checked<Table> table = import_arrow(&batch.schema, &batch.array);
    ASSERT_TRUE(table);
    EXPECT_EQ(batch.array.release, nullptr) << "the array was taken over";
    EXPECT_EQ(released_schemas, 1);
    EXPECT_EQ(released_arrays, 0) << "columns still read it";
    EXPECT_EQ(table->headings, (Cells{"a", "b", "c", "d", "e", "f", "g"}));
    const std::vector<TableColumn>& columns = table->batches.at(0).columns;
    EXPECT_EQ(shown(columns[0]), (Cells{"-3", "4"}));
    EXPECT_EQ(shown(columns[1]), (Cells{"65535", "7"}));
    EXPECT_EQ(shown(columns[2]), (Cells{"9007199254740993", "-1"}));
    EXPECT_EQ(shown(columns[3]), (Cells{"1", "18446744073709551615"}));
    EXPECT_EQ(shown(columns[4]), (Cells{"0.1", "2.5"}));
    EXPECT_EQ(shown(columns[5]), (Cells{"0.25", "0.1"}));
    EXPECT_EQ(shown(columns[6]), (Cells{"0.1", "-2"})) << "as a half prints";
    EXPECT_EQ(columns[2].values, large + 1) << "64-bit integers are read where they stand";
  }
  EXPECT_EQ(released_arrays, 1);
}

TEST(ArrowImport, HonoursNullBitmapsAtAnyOffset) {
  const std::uint8_t there[] = {0b10110101, 0b00000001};
  const double cells[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  HandMade column{"g", "x", 6, 3, -1, {there, cells}};
  Batch batch({&column}, 6);
  const Checked<Table> table = import_arrow(&batch.schema, &batch.array);
  ASSERT_TRUE(table);
  EXPECT_EQ(shown(table->batches[0].columns[0]), (Cells{"∅", "4", "5", "∅", "7", "8"}));
}

TEST(ArrowImport, ReadsTextYesNoAndEmptyColumns) {
  const std::int32_t offsets[] = {0, 3, 3, 8};
  const std::int64_t long_offsets[] = {0, 3, 3, 8};
  const std::uint8_t bits[] = {0b0110};
  const std::uint8_t there[] = {0b101};
  HandMade text{"u", "t", 3, 0, 1, {there, offsets, "村X镇Y"}};
  HandMade large{"U", "l", 3, 0, 0, {nullptr, long_offsets, "村X镇Y"}};
  HandMade truth{"b", "b", 3, 1, 0, {nullptr, bits}};
  HandMade nothing{"n", "n", 3, 0, 3, {}};
  Batch batch({&text, &large, &truth, &nothing}, 3);
  const Checked<Table> table = import_arrow(&batch.schema, &batch.array);
  ASSERT_TRUE(table);
  const std::vector<TableColumn>& columns = table->batches[0].columns;
  EXPECT_EQ(shown(columns[0]), (Cells{"村", "∅", "X镇Y"}));
  EXPECT_EQ(columns[1].shown(1), "");
  EXPECT_FALSE(columns[1].is_null(1));
  EXPECT_EQ(shown(columns[2]), (Cells{"true", "true", "false"}));
  EXPECT_EQ(columns[3].type, CellType::empty);
  EXPECT_TRUE(columns[3].is_null(2));
}

TEST(ArrowImport, ReadsTextViewsShortAndLong) {
  const std::string long_text = "宝凌社区居家养老服务中心";
  char views[32] = {};
  const std::int32_t short_length = 3;
  std::memcpy(views, &short_length, 4);
  std::memcpy(views + 4, "abc", 3);
  const auto long_length = static_cast<std::int32_t>(long_text.size());
  std::memcpy(views + 16, &long_length, 4);
  std::memcpy(views + 20, long_text.data(), 4);
  const std::int64_t variadic_size = long_length;
  HandMade text{"vu", "t", 2, 0, 0, {nullptr, views, long_text.data(), &variadic_size}};
  Batch batch({&text}, 2);
  const Checked<Table> table = import_arrow(&batch.schema, &batch.array);
  ASSERT_TRUE(table);
  EXPECT_EQ(shown(table->batches[0].columns[0]), (Cells{"abc", long_text}));
}

TEST(ArrowImport, ReadsDictionariesOfTextAndOfNumbers) {
  const std::int32_t offsets[] = {0, 1, 2, 3};
  const std::uint8_t first_two[] = {0b011};
  HandMade words{"u", "", 3, 0, 1, {first_two, offsets, "abc"}};
  const std::int8_t codes[] = {1, 0, 2, 1};
  const std::uint8_t there[] = {0b0111};
  HandMade text{"c", "t", 4, 0, 1, {there, codes}, &words};
  const double values[] = {2.5, 7};
  HandMade numbers{"g", "", 2, 0, 0, {nullptr, values}};
  const std::uint32_t number_codes[] = {1, 1, 0, 1};
  HandMade number{"I", "n", 4, 0, 0, {nullptr, number_codes}, &numbers};
  Batch batch({&text, &number}, 4);
  const Checked<Table> table = import_arrow(&batch.schema, &batch.array);
  ASSERT_TRUE(table);
  EXPECT_EQ(shown(table->batches[0].columns[0]), (Cells{"b", "a", "∅", "∅"}));
  EXPECT_EQ(shown(table->batches[0].columns[1]), (Cells{"7", "7", "2.5", "7"}));
}

TEST(ArrowImport, ReadsDatesAndInstantsAsDays) {
  const std::int32_t days[] = {0, 19600};
  const std::int64_t milliseconds[] = {86'400'000, -1};
  const std::int64_t seconds[] = {0, -1};
  const std::int64_t nanoseconds[] = {1693526400000000000, 1693526399999999999};
  const std::int64_t shanghai[] = {1693497600000000, 1693497599999999};  // 2023-09-01 00:00 +08:00
  HandMade a{"tdD", "a", 2, 0, 0, {nullptr, days}};
  HandMade b{"tdm", "b", 2, 0, 0, {nullptr, milliseconds}};
  HandMade c{"tss:", "c", 2, 0, 0, {nullptr, seconds}};
  HandMade d{"tsn:", "d", 2, 0, 0, {nullptr, nanoseconds}};
  HandMade e{"tsu:Asia/Shanghai", "e", 2, 0, 0, {nullptr, shanghai}};
  HandMade f{"tsu:+08:00", "f", 2, 0, 0, {nullptr, shanghai}};
  HandMade g{"tsu:Europe/Berlin", "g", 2, 0, 0, {nullptr, shanghai}};
  Batch batch({&a, &b, &c, &d, &e, &f, &g}, 2);
  const Checked<Table> table = import_arrow(&batch.schema, &batch.array);
  ASSERT_TRUE(table);
  const std::vector<TableColumn>& columns = table->batches[0].columns;
  EXPECT_EQ(shown(columns[0]), (Cells{"1970-01-01", "2023-08-31"}));
  EXPECT_EQ(shown(columns[1]), (Cells{"1970-01-02", "1969-12-31"}));
  EXPECT_EQ(shown(columns[2]), (Cells{"1970-01-01", "1969-12-31"}));
  EXPECT_EQ(shown(columns[3]), (Cells{"2023-09-01", "2023-08-31"}));
  EXPECT_EQ(shown(columns[4]), (Cells{"2023-09-01", "2023-08-31"}));
  EXPECT_EQ(shown(columns[5]), (Cells{"2023-09-01", "2023-08-31"}));
  EXPECT_EQ(columns[6].type, CellType::other) << "its days differ between summer and winter";
  EXPECT_EQ(columns[6].type_name, "tsu:Europe/Berlin");
}

TEST(ArrowImport, ReadsDecimalsExactly) {
  __extension__ using Wide = __int128;
  Wide large = 1;
  for (int i = 0; i < 30; ++i) large *= 10;
  const Wide cells[] = {-12345, large + 1, -(large + 1)};
  HandMade a{"d:38,2", "a", 3, 0, 0, {nullptr, cells}};
  HandMade b{"d:38,-2,128", "b", 3, 0, 0, {nullptr, cells}};
  HandMade c{"d:40,2,256", "c", 1, 0, 0, {nullptr, cells}};
  Batch batch({&a, &b, &c}, 1);
  Batch whole({&a, &b}, 3);
  const Checked<Table> table = import_arrow(&whole.schema, &whole.array);
  ASSERT_TRUE(table);
  EXPECT_EQ(
      shown(table->batches[0].columns[0]),
      (Cells{"-123.45", "10000000000000000000000000000.01", "-10000000000000000000000000000.01"}));
  EXPECT_EQ(table->batches[0].columns[1].shown(0), "-1234500");
  const Checked<Table> other = import_arrow(&batch.schema, &batch.array);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->batches[0].columns[2].type, CellType::other);
}

TEST(ArrowImport, SaysWhatIsNoTable) {
  const double cells[] = {1};
  HandMade column{"g", "x", 1, 0, 0, {nullptr, cells}};
  finish(column);
  const Checked<Table> table = import_arrow(&column.schema, &column.array);
  EXPECT_FALSE(table);
  ASSERT_EQ(table.diagnostics().size(), 1u);
  EXPECT_EQ(table.diagnostics().list()[0].kind->name, "no_table");
  EXPECT_EQ(column.array.release, nullptr);
}

TEST(ArrowImport, ReportsAStreamThatBreaksOff) {
  ArrowArrayStream stream{};
  stream.get_schema = [](ArrowArrayStream*, ArrowSchema*) { return 5; };
  stream.get_next = [](ArrowArrayStream*, ArrowArray*) { return 5; };
  stream.get_last_error = [](ArrowArrayStream*) -> const char* { return "the disk is gone"; };
  static int released;
  released = 0;
  stream.release = [](ArrowArrayStream* self) {
    ++released;
    self->release = nullptr;
  };
  const Checked<Table> table = import_arrow(&stream);
  EXPECT_FALSE(table);
  EXPECT_EQ(table.diagnostics().list().at(0).kind->name, "stream_broke_off");
  EXPECT_EQ(table.diagnostics().list().at(0).arguments.at(0).second, "the disk is gone");
  EXPECT_EQ(released, 1);
}

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
  EXPECT_EQ(shown(table->batches[0].columns[0]), (Cells{"1", "∅", "3"}));
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
