#include "dabiao/value/validity.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace dabiao::value {
namespace {

constexpr std::size_t sizes[] = {0, 1, 7, 8, 63, 64, 65, 127, 128, 129, 200};

std::vector<bool> random_rows(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<bool> rows(size);
  for (std::size_t i = 0; i < size; ++i) rows[i] = (random() & 1U) != 0;
  return rows;
}

Validity validity_of(const std::vector<bool>& rows) {
  Validity result;
  for (bool row : rows) result.push_back(row);
  return result;
}

std::vector<bool> rows_of(const Validity& validity) {
  std::vector<bool> rows(validity.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = validity.get(i);
  return rows;
}

TEST(Validity, BeginsFullOrEmpty) {
  for (std::size_t size : sizes) {
    EXPECT_EQ(Validity(size, true).count(), size);
    EXPECT_TRUE(Validity(size, true).all());
    EXPECT_EQ(Validity(size, false).count(), 0U);
    EXPECT_TRUE(Validity(size, false).none());
    EXPECT_EQ(Validity(size, true).none(), size == 0);
  }
}

TEST(Validity, KeepsEachRow) {
  for (std::size_t size : sizes) {
    const std::vector<bool> rows = random_rows(size, 1);
    EXPECT_EQ(rows_of(validity_of(rows)), rows);
    Validity set_later(size);
    for (std::size_t i = 0; i < size; ++i) set_later.set(i, rows[i]);
    EXPECT_EQ(set_later, validity_of(rows));
    Validity cleared(size, true);
    for (std::size_t i = 0; i < size; ++i) {
      if (!rows[i]) cleared.clear(i);
    }
    EXPECT_EQ(cleared, validity_of(rows));
  }
}

TEST(Validity, IsArrowsLayout) {
  Validity validity(11);
  validity.set(0);
  validity.set(3);
  validity.set(8);
  ASSERT_EQ(validity.bytes().size(), 2U);
  EXPECT_EQ(validity.bytes()[0], 0b00001001);
  EXPECT_EQ(validity.bytes()[1], 0b00000001);
  EXPECT_EQ(validity.word(0), 0x109U);
}

TEST(Validity, ReadsArrowBitmapsAtAnyOffset) {
  const std::vector<bool> rows = random_rows(400, 2);
  std::vector<std::uint8_t> bytes(50);
  for (std::size_t i = 0; i < 400; ++i) {
    if (rows[i]) bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | (1U << (i % 8)));
  }
  for (std::size_t offset = 0; offset < 20; ++offset) {
    for (std::size_t size : sizes) {
      // A copy that ends with the last byte in use, so that reading past it is seen.
      const std::vector<std::uint8_t> exact(
          bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>((offset + size + 7) / 8));
      const Validity read = Validity::from_bytes(exact.data(), offset, size);
      const auto first = rows.begin() + static_cast<std::ptrdiff_t>(offset);
      EXPECT_EQ(rows_of(read), std::vector<bool>(first, first + static_cast<std::ptrdiff_t>(size)))
          << offset << " " << size;
    }
  }
}

TEST(Validity, CountsRanges) {
  const std::vector<bool> rows = random_rows(200, 3);
  const Validity validity = validity_of(rows);
  for (std::size_t begin = 0; begin <= 200; begin += 3) {
    std::size_t expected = 0;
    for (std::size_t end = begin; end <= 200; ++end) {
      ASSERT_EQ(validity.count(begin, end), expected) << begin << " " << end;
      if (end < 200 && rows[end]) ++expected;
    }
  }
}

TEST(Validity, CombinesRowByRow) {
  for (std::size_t size : sizes) {
    const std::vector<bool> a = random_rows(size, 4);
    const std::vector<bool> b = random_rows(size, 5);
    const Validity both = validity_of(a) & validity_of(b);
    const Validity either = validity_of(a) | validity_of(b);
    Validity neither = either;
    neither.flip();
    for (std::size_t i = 0; i < size; ++i) {
      EXPECT_EQ(both.get(i), a[i] && b[i]);
      EXPECT_EQ(either.get(i), a[i] || b[i]);
      EXPECT_EQ(neither.get(i), !a[i] && !b[i]);
    }
    EXPECT_EQ(neither.count() + either.count(), size);
  }
}

TEST(Validity, BitsPastTheLastRowStayClear) {
  for (std::size_t size : sizes) {
    Validity validity(size);
    validity.flip();
    EXPECT_EQ(validity, Validity(size, true));
    validity.fill(true);
    EXPECT_EQ(validity, Validity(size, true));
    for (std::size_t i = 0; i < validity.words().size(); ++i) {
      validity.set_word(i, ~std::uint64_t{0});
    }
    EXPECT_EQ(validity, Validity(size, true));
    EXPECT_EQ(validity.count(), size);
  }
}

TEST(Validity, ResizesWithEitherValue) {
  for (std::size_t from : sizes) {
    for (std::size_t to : sizes) {
      for (bool value : {false, true}) {
        std::vector<bool> rows = random_rows(from, 6);
        Validity validity = validity_of(rows);
        validity.resize(to, value);
        rows.resize(to, value);
        EXPECT_EQ(validity, validity_of(rows)) << from << " " << to << " " << value;
      }
    }
  }
}

TEST(Validity, VisitsRowsInOrder) {
  for (std::size_t size : sizes) {
    const std::vector<bool> rows = random_rows(size, 7);
    const Validity validity = validity_of(rows);
    std::vector<std::size_t> set, clear, expected_set, expected_clear;
    validity.for_each_set([&](std::size_t row) { set.push_back(row); });
    validity.for_each_clear([&](std::size_t row) { clear.push_back(row); });
    for (std::size_t i = 0; i < size; ++i) (rows[i] ? expected_set : expected_clear).push_back(i);
    EXPECT_EQ(set, expected_set);
    EXPECT_EQ(clear, expected_clear);
  }
}

}  // namespace
}  // namespace dabiao::value
