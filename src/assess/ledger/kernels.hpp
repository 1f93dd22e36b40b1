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
void choose(const std::uint8_t* truths, const double* a, const double* b, std::size_t count,
            double* out);
void truth_of(const double* a, std::size_t count, std::uint8_t* out);
void both(const std::uint8_t* a, const std::uint8_t* b, std::size_t count, std::uint8_t* out);
void either(const std::uint8_t* a, const std::uint8_t* b, std::size_t count, std::uint8_t* out);
void opposite(const std::uint8_t* a, std::size_t count, std::uint8_t* out);
/// Whether every number is above zero.
bool all_positive(const double* a, std::size_t count);
bool any_zero(const double* a, std::size_t count);

/// Known numbers against a limit.
void compare(const Step& step, const double* a, std::size_t count, std::uint8_t* out);
/// Ranges against a limit.
void compare(const Step& step, const View& a, std::size_t count, std::uint8_t* out);
/// Known quotients, the denominators above zero.
void compare_positive(const Step& step, const double* p, const double* q, std::size_t count,
                      std::uint8_t* out);
void compare_quotient(const Step& step, const View& p, const View& q, std::size_t count,
                      std::uint8_t* out);

void multiply(const View& a, const View& b, std::size_t count, double* low, double* high);
void divide(const View& a, const View& b, std::size_t count, double* low, double* high,
            std::uint8_t* unsure);
void absolute(const View& a, std::size_t count, double* low, double* high);

/// How many bytes have each of the values 0 to 7.
void tally(const std::uint8_t* bytes, std::size_t count, std::uint64_t counts[8]);

}  // namespace kernels

}  // namespace dabiao::assessment::ledger
