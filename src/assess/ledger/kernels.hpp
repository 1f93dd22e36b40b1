#pragma once

#include <cstddef>
#include <cstdint>

#include "program.hpp"

// The loops over a chunk. Those over plain numbers are compiled for several instruction sets; what
// they compute is the same bits in each.
namespace dabiao::assessment::ledger {

/// What a register holds over a chunk: numbers from `low` to `high` (the same where all are known),
/// or truths.
struct View {
  const double* low = nullptr;
  const double* high = nullptr;
  const std::uint8_t* truths = nullptr;
  const std::uint8_t* unsure = nullptr;  // not null: rows of numbers that are not told
  bool plain = false;                    // of truths: yes and no only

  bool points() const { return low == high; }
};

/// The parts of some wholes in a row: of the whole `i` those from `begins[i]` to `begins[i + 1]`.
/// What is gathered of them begins with the part `first`.
struct Families {
  const data::EntityIndex* begins = nullptr;
  std::size_t count = 0;
  std::size_t first = 0;
};

namespace kernels {

void fill(double x, std::size_t count, double* out);
void scale(const double* a, double x, std::size_t count, double* out);
void shift(const double* a, double x, std::size_t count, double* out);
void negate(const double* a, std::size_t count, double* out);
void absolute(const double* a, std::size_t count, double* out);
void add(const double* a, const double* b, std::size_t count, double* out);
void subtract(const double* a, const double* b, std::size_t count, double* out);
void multiply(const double* a, const double* b, std::size_t count, double* out);
void divide(const double* a, const double* b, std::size_t count, double* out);
void least(const double* a, const double* b, std::size_t count, double* out);
void greatest(const double* a, const double* b, std::size_t count, double* out);
/// The same where a number may be none: then there is none.
void least_of_some(const double* a, const double* b, std::size_t count, double* out);
void greatest_of_some(const double* a, const double* b, std::size_t count, double* out);
/// a where a truth, yes or no, holds, else b, or 0 where there is no b.
void choose(const std::uint8_t* truths, const double* a, const double* b, std::size_t count,
            double* out);
void truth_of(const double* a, std::size_t count, std::uint8_t* out);
void both(const std::uint8_t* a, const std::uint8_t* b, std::size_t count, std::uint8_t* out);
void either(const std::uint8_t* a, const std::uint8_t* b, std::size_t count, std::uint8_t* out);
void opposite(const std::uint8_t* a, std::size_t count, std::uint8_t* out);
bool any_zero(const double* a, std::size_t count);

/// Known numbers against a limit.
void compare(const Step& step, const double* a, std::size_t count, std::uint8_t* out);
/// Ranges against a limit.
void compare(const Step& step, const View& a, std::size_t count, std::uint8_t* out);
/// Known quotients where all denominators are above zero; else it says no, and `out` means nothing.
bool compare_positive(const Step& step, const double* p, const double* q, std::size_t count,
                      std::uint8_t* out);
void compare_quotient(const Step& step, const View& p, const View& q, std::size_t count,
                      std::uint8_t* out);

void multiply(const View& a, const View& b, std::size_t count, double* low, double* high);
void divide(const View& a, const View& b, std::size_t count, double* low, double* high,
            std::uint8_t* unsure);
void absolute(const View& a, std::size_t count, double* low, double* high);

/// The value where a truth, yes or no, holds, else 0; says how many hold.
std::uint64_t spread(const std::uint8_t* truths, std::uint8_t value, std::size_t count,
                     std::uint8_t* out);
/// table[filter · 8 + condition], the filter being 0 where there is none.
void look_up(const std::uint8_t* conditions, const std::uint8_t* filters,
             const std::uint8_t table[64], std::size_t count, std::uint8_t* out);
/// How many bytes have each of the values 0 to 7.
void tally(const std::uint8_t* bytes, std::size_t count, std::uint64_t counts[8]);

/// Of each whole the sum of its parts, whole numbers of which no sum is rounded.
void sums(const double* numbers, const Families& of, double* out);
void lowest(const double* numbers, const Families& of, double* out);
void highest(const double* numbers, const Families& of, double* out);
/// How many of the truths, yes or no, hold.
void votes(const std::uint8_t* truths, const Families& of, double* out);
/// The greatest magnitude of the finite numbers.
double most(const double* numbers, std::size_t count);

}  // namespace kernels

}  // namespace dabiao::assessment::ledger
