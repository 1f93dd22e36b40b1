#include "dabiao/data/import_arrow.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
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
  HandMade c{"d:38,2,512", "c", 3, 0, 0, {nullptr, cells}};
  Batch batch({&a, &b, &c}, 3);
  const Checked<Table> table = import_arrow(&batch.schema, &batch.array);
  ASSERT_TRUE(table);
  const std::vector<TableColumn>& columns = table->batches[0].columns;
  EXPECT_EQ(shown(columns[0]), (Cells{"-123.45", "10000000000000000000000000000.01",
                                      "-10000000000000000000000000000.01"}));
  EXPECT_EQ(columns[1].shown(0), "-1234500");
  EXPECT_EQ(columns[2].type, CellType::other);
}

TEST(ArrowImport, ReadsDecimalsOfFewerBits) {
  const std::int32_t narrow[] = {7, -12345, 2147483647, std::numeric_limits<std::int32_t>::min()};
  const std::int64_t wider[] = {7, -12345, 9223372036854775807,
                                std::numeric_limits<std::int64_t>::min()};
  HandMade a{"d:9,2,32", "a", 3, 1, 0, {nullptr, narrow}};
  HandMade b{"d:18,2,64", "b", 3, 1, 0, {nullptr, wider}};
  Batch batch({&a, &b}, 3);
  const Checked<Table> table = import_arrow(&batch.schema, &batch.array);
  ASSERT_TRUE(table);
  EXPECT_EQ(shown(table->batches[0].columns[0]), (Cells{"-123.45", "21474836.47", "-21474836.48"}));
  EXPECT_EQ(shown(table->batches[0].columns[1]),
            (Cells{"-123.45", "92233720368547758.07", "-92233720368547758.08"}));
}

TEST(ArrowImport, ReadsDecimalsOfMoreBits) {
  constexpr std::uint64_t ones = ~std::uint64_t{0};
  using Words = std::array<std::uint64_t, 4>;  // the lowest first
  const Words fit[] = {{1, 0, 0, 0}, {ones - 12344, ones, ones, ones}, {0, 1, 0, 0}};
  // 2^127 and −2^127 − 1 are the first that 128 bits do not hold; 2^255 is below zero.
  const Words beyond[] = {
      {0, ones / 2 + 1, 0, 0}, {ones, ones / 2, ones, ones}, {0, 0, 1, 0}, {0, 0, 0, ones / 2 + 1}};
  const std::uint8_t valid = 0b1101;
  HandMade a{"d:76,2,256", "a", 2, 1, 0, {nullptr, fit}};
  HandMade b{"d:76,0,256", "b", 2, 0, 0, {nullptr, beyond}};
  HandMade c{"d:76,-1,256", "c", 2, 2, 0, {nullptr, beyond}};
  HandMade d{"d:76,1,256", "d", 2, 1, 1, {&valid, beyond}};
  Batch batch({&a, &b, &c, &d}, 2);
  const Checked<Table> table = import_arrow(&batch.schema, &batch.array);
  ASSERT_TRUE(table);
  const std::vector<TableColumn>& columns = table->batches[0].columns;
  EXPECT_EQ(columns[0].type, CellType::decimal);
  EXPECT_EQ(shown(columns[0]), (Cells{"-123.45", "184467440737095516.16"}));
  EXPECT_EQ(shown(columns[1]), (Cells{"170141183460469231731687303715884105728",
                                      "-170141183460469231731687303715884105729"}));
  EXPECT_EQ(
      shown(columns[2]),
      (Cells{"3402823669209384634633746074317682114560",
             "-578960446186580977117854925043439539266349923328202820197287920039565648199680"}));
  EXPECT_EQ(shown(columns[3]), (Cells{"∅", "34028236692093846346337460743176821145.6"}));
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

}  // namespace
}  // namespace dabiao::data
