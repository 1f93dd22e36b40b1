#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace dabiao::exact {

struct LargeRational;  // numerator and denominator beyond 64 bits; known to rational.cpp only

/// Why a text is not read as a number.
enum class NumberProblem {
  not_a_number,      // the text has another form
  too_long,          // digits and exponent together exceed Rational::most_digits
  zero_denominator,  // "1/0"
};

/// An exact rational number of any size, always in lowest terms with a positive denominator.
///
/// Numbers whose numerator and denominator fit 64 bits live inside the object and are computed
/// without allocation; others share an immutable heap value. Every number has exactly one form,
/// so equality compares forms. Nothing here limits growth: callers watch `bit_length()`.
/// Distinct objects may be used from distinct threads.
class Rational {
 public:
  /// The most digits, with the exponent's magnitude added, that `parse` reads.
  static constexpr int most_digits = 4000;

  Rational() noexcept : numerator_(0), denominator_(1) {}

  template <std::integral Integer>
  requires(sizeof(Integer) <= sizeof(std::int64_t) && !std::same_as<Integer, bool>)
      Rational(Integer value)
      : numerator_(static_cast<std::int64_t>(value)), denominator_(1) {
    if constexpr (std::is_unsigned_v<Integer> && sizeof(Integer) == sizeof(std::int64_t)) {
      if (value > static_cast<Integer>(std::numeric_limits<std::int64_t>::max())) {
        become_unsigned(value);
      }
    }
  }
  /// A double is either its exact value or its shortest decimal; the caller says which, by name.
  template <std::floating_point Float>
  Rational(Float) = delete;

  /// The fraction numerator / denominator; the denominator is not zero.
  Rational(std::int64_t numerator, std::int64_t denominator);

  Rational(const Rational& other) noexcept
      : numerator_(other.numerator_), denominator_(other.denominator_) {
    if (!is_small()) share(other);
  }
  Rational(Rational&& other) noexcept
      : numerator_(other.numerator_), denominator_(other.denominator_) {
    if (!is_small()) take(other);
  }
  Rational& operator=(const Rational& other) noexcept {
    if (is_small() && other.is_small()) {
      numerator_ = other.numerator_;
      denominator_ = other.denominator_;
    } else {
      assign(other);
    }
    return *this;
  }
  Rational& operator=(Rational&& other) noexcept {
    if (is_small() && other.is_small()) {
      numerator_ = other.numerator_;
      denominator_ = other.denominator_;
    } else {
      swap(other);
    }
    return *this;
  }
  ~Rational() {
    if (!is_small()) release();
  }

  void swap(Rational& other) noexcept;

  friend Rational operator+(const Rational& a, const Rational& b) {
    if (a.denominator_ == 1 && b.denominator_ == 1) {
      std::int64_t sum = 0;
      if (!__builtin_add_overflow(a.numerator_, b.numerator_, &sum)) return Rational(sum);
    }
    return add(a, b);
  }
  friend Rational operator-(const Rational& a, const Rational& b) {
    if (a.denominator_ == 1 && b.denominator_ == 1) {
      std::int64_t difference = 0;
      if (!__builtin_sub_overflow(a.numerator_, b.numerator_, &difference)) {
        return Rational(difference);
      }
    }
    return subtract(a, b);
  }
  friend Rational operator*(const Rational& a, const Rational& b) {
    if (a.denominator_ == 1 && b.denominator_ == 1) {
      std::int64_t product = 0;
      if (!__builtin_mul_overflow(a.numerator_, b.numerator_, &product)) return Rational(product);
    }
    return multiply(a, b);
  }
  /// The quotient; dividing by zero is a broken invariant, callers test first.
  friend Rational operator/(const Rational& a, const Rational& b) { return divide(a, b); }

  Rational& operator+=(const Rational& other) { return *this = *this + other; }
  Rational& operator-=(const Rational& other) { return *this = *this - other; }
  Rational& operator*=(const Rational& other) { return *this = *this * other; }
  Rational& operator/=(const Rational& other) { return *this = *this / other; }

  Rational operator-() const;
  Rational abs() const { return sign() < 0 ? -*this : *this; }

  /// One divided by this number, which is not zero.
  Rational reciprocal() const { return divide(Rational(1), *this); }

  /// This number to a whole power; `pow(0)` is 1. A negative power of zero is a broken invariant.
  /// The result has about `bit_length()` times the exponent's magnitude bits.
  Rational pow(int exponent) const;

  /// -1, 0 or 1.
  int sign() const {
    if (!is_small()) return large_sign();
    return (numerator_ > 0) - (numerator_ < 0);
  }
  bool is_zero() const { return is_small() && numerator_ == 0; }
  bool is_integer() const { return is_small() ? denominator_ == 1 : large_is_integer(); }

  /// The numerator (with the sign) and the denominator (positive) in lowest terms, as integers.
  Rational numerator() const;
  Rational denominator() const;

  /// How many bits numerator and denominator take together; 2 for 1, 1 for 0.
  std::size_t bit_length() const;

  friend bool operator==(const Rational& a, const Rational& b) {
    if (a.is_small() && b.is_small()) {
      return a.numerator_ == b.numerator_ && a.denominator_ == b.denominator_;
    }
    return large_equal(a, b);
  }
  friend std::strong_ordering operator<=>(const Rational& a, const Rational& b) {
    if (a.denominator_ == b.denominator_ && a.is_small()) return a.numerator_ <=> b.numerator_;
    return compare(a, b);
  }

  /// The greatest integer at most this, the least at least this.
  Rational floor() const;
  Rational ceil() const;
  /// The nearest integer, halves away from zero.
  Rational round() const;
  /// The nearest integer towards zero.
  Rational truncate() const;

  /// The nearest number not below this one (upward) or not above it that is a whole number of at
  /// most so many bits times a power of two, or one of the nearest few.
  Rational with_bits(std::size_t bits, bool upward) const;

  /// This number if it is an integer of 64 bits.
  std::optional<std::int64_t> to_int64() const {
    if (denominator_ == 1) return numerator_;
    return std::nullopt;
  }

  /// The nearest double, ties to even, also where it is subnormal; beyond the largest, infinity.
  /// Never -0.
  double to_double() const;

  /// The shortest decimal that prints as this value: 0.1 becomes 1/10, 1e23 becomes 10^23.
  /// Nothing for NaN and infinities.
  static std::optional<Rational> from_double_shortest(double value);
  static std::optional<Rational> from_float_shortest(float value);

  /// The binary value itself: 0.1 becomes 3602879701896397/36028797018963968.
  /// Nothing for NaN and infinities.
  static std::optional<Rational> from_double_exact(double value);

  /// Reads a decimal ("-12.50", "1e-3", ".5") or a fraction of integers ("5886/10388"), without
  /// spaces or digit groups. Where the text is not read, `problem` (if given) says why.
  static std::optional<Rational> parse(std::string_view text, NumberProblem* problem = nullptr);

  /// "1471/2597", or "12" for an integer; `parse` reads it back.
  std::string to_string() const;

  /// The decimal with all its digits ("0.125") if it ends after at most so many fraction digits.
  std::optional<std::string> to_finite_decimal(int most_fraction_digits = most_digits) const;

  /// Exactly so many digits after the point, halves away from zero: "56.66", "-0.50", "0.00".
  std::string to_decimal(int fraction_digits) const;

  /// As `to_decimal`, without trailing zeros after the point: "56.66", "-0.5", "0".
  std::string shortest_decimal(int most_fraction_digits) const;

  /// Rounded to so many significant digits (at least 1), halves away from zero, without trailing
  /// zeros after the point and without an exponent: 3 digits of 2/3 are "0.667", of 123456
  /// "123000".
  std::string to_significant(int significant_digits) const;

  std::size_t hash() const;

  friend std::ostream& operator<<(std::ostream& stream, const Rational& value);

 private:
  friend struct LargeRational;

  bool is_small() const { return denominator_ != 0; }

  void become_unsigned(std::uint64_t value);
  void share(const Rational& other) noexcept;
  void take(Rational& other) noexcept;
  void assign(const Rational& other) noexcept;
  void release() noexcept;
  int large_sign() const;
  bool large_is_integer() const;

  static Rational add(const Rational& a, const Rational& b);
  static Rational subtract(const Rational& a, const Rational& b);
  static Rational multiply(const Rational& a, const Rational& b);
  static Rational divide(const Rational& a, const Rational& b);
  static std::strong_ordering compare(const Rational& a, const Rational& b);
  static bool large_equal(const Rational& a, const Rational& b);

  // A denominator of 0 marks a large number.
  union {
    std::int64_t numerator_;
    LargeRational* large_;
  };
  std::int64_t denominator_;
};

}  // namespace dabiao::exact

template <>
struct std::hash<dabiao::exact::Rational> {
  std::size_t operator()(const dabiao::exact::Rational& value) const { return value.hash(); }
};
