#include "dabiao/exact/rational.hpp"

#include <array>
#include <atomic>
#include <bit>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <utility>

namespace dabiao::exact {

namespace {

using Integer = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>,
                                              boost::multiprecision::et_off>;
__extension__ using Int128 = __int128;
__extension__ using Unsigned128 = unsigned __int128;

constexpr std::int64_t int64_max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t int64_min = std::numeric_limits<std::int64_t>::min();

/// Ends the program with the invariant that was broken, in every build: going on would read the
/// mark of a large number (denominator 0) as a pointer.
[[noreturn]] void broken(const char* invariant) {
  std::fprintf(stderr, "dabiao::exact::Rational: %s\n", invariant);
  std::abort();
}

std::uint64_t magnitude(std::int64_t value) {
  return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

Unsigned128 magnitude(Int128 value) {
  return value < 0 ? 0 - static_cast<Unsigned128>(value) : static_cast<Unsigned128>(value);
}

/// The greatest common divisor by halving; gcd(0, b) = b.
std::uint64_t common_divisor(std::uint64_t a, std::uint64_t b) {
  if (a == 0) return b;
  if (b == 0) return a;
  if (a == 1 || b == 1) return 1;
  const int a_twos = std::countr_zero(a);
  const int b_twos = std::countr_zero(b);
  a >>= a_twos;
  b >>= b_twos;
  while (a != b) {
    // Branch-free: which of the two is greater cannot be foreseen.
    const std::uint64_t difference = a - b;
    const bool swapped = a < b;
    b = swapped ? a : b;
    a = swapped ? 0 - difference : difference;
    a >>= std::countr_zero(a);
  }
  return a << (a_twos < b_twos ? a_twos : b_twos);
}

constexpr std::array<std::int64_t, 19> powers_of_ten = [] {
  std::array<std::int64_t, 19> powers{};
  std::int64_t power = 1;
  for (std::size_t i = 0; i < powers.size(); ++i) {
    powers[i] = power;
    if (i + 1 < powers.size()) power *= 10;
  }
  return powers;
}();

Integer to_integer(Unsigned128 value) {
  Integer result = static_cast<std::uint64_t>(value >> 64);
  result <<= 64;
  result |= static_cast<std::uint64_t>(value);
  return result;
}

Integer to_integer(Int128 value) {
  Integer result = to_integer(magnitude(value));
  return value < 0 ? -result : result;
}

Integer power(unsigned base, int exponent) {
  return boost::multiprecision::pow(Integer(base), static_cast<unsigned>(exponent));
}

std::size_t bits(const Integer& value) {
  if (value.is_zero()) return 0;
  return boost::multiprecision::msb(value < 0 ? -value : value) + 1;
}

bool fits(const Integer& value) {
  static const Integer low = int64_min;
  static const Integer high = int64_max;
  return low <= value && value <= high;
}

/// The exponent of a power of 5; -1 where the number is none.
int power_of_five(const Integer& value) {
  const auto estimate = static_cast<int>(static_cast<double>(bits(value) - 1) / 2.321928094887362);
  for (int exponent = estimate > 0 ? estimate - 1 : 0; exponent <= estimate + 1; ++exponent) {
    if (power(5, exponent) == value) return exponent;
  }
  return -1;
}

}  // namespace

struct LargeRational {
  std::atomic<std::uint32_t> owners{1};
  Integer numerator;
  Integer denominator;

  LargeRational(Integer n, Integer d) : numerator(std::move(n)), denominator(std::move(d)) {}

  /// The number n / d in lowest terms with d > 0, in the form that its size asks for.
  static Rational reduced(Integer n, Integer d) {
    Rational result;
    if (fits(n) && fits(d)) {
      result.numerator_ = n.convert_to<std::int64_t>();
      result.denominator_ = d.convert_to<std::int64_t>();
    } else {
      result.large_ = new LargeRational(std::move(n), std::move(d));
      result.denominator_ = 0;
    }
    return result;
  }

  static Rational reduced(Int128 n, Int128 d) {
    if (n >= int64_min && n <= int64_max && d <= int64_max) [[likely]] {
      Rational result;
      result.numerator_ = static_cast<std::int64_t>(n);
      result.denominator_ = static_cast<std::int64_t>(d);
      return result;
    }
    return reduced(to_integer(n), to_integer(d));
  }

  /// The number n / d with d other than 0.
  static Rational quotient(Integer n, Integer d) {
    if (d < 0) {
      n = -n;
      d = -d;
    }
    const Integer divisor = boost::multiprecision::gcd(n, d);
    if (divisor != 1) {
      n /= divisor;
      d /= divisor;
    }
    return reduced(std::move(n), std::move(d));
  }

  static Integer numerator_of(const Rational& value) {
    return value.is_small() ? Integer(value.numerator_) : value.large_->numerator;
  }
  static Integer denominator_of(const Rational& value) {
    return value.is_small() ? Integer(value.denominator_) : value.large_->denominator;
  }

  /// a + b, or a - b where `subtracted`.
  static Rational sum(const Rational& a, const Rational& b, bool subtracted) {
    if (a.is_small() && b.is_small()) return small_sum(a, b, subtracted);
    const Integer a_denominator = denominator_of(a);
    const Integer b_denominator = denominator_of(b);
    Integer left = numerator_of(a);
    Integer right = numerator_of(b);
    if (subtracted) right = -right;
    if (a_denominator == b_denominator) {
      left += right;
      if (a_denominator == 1) return reduced(std::move(left), a_denominator);
      return quotient(std::move(left), a_denominator);
    }
    // As for small numbers: only a divisor that the denominators share can divide the sum. So
    // adding a small number to a long one takes time in proportion to its length.
    const Integer shared = shared_divisor(a_denominator, b_denominator);
    if (shared == 1) {
      return reduced(left * b_denominator + right * a_denominator, a_denominator * b_denominator);
    }
    const Integer a_rest = a_denominator / shared;
    const Integer b_rest = b_denominator / shared;
    Integer total = left * b_rest + right * a_rest;
    const Integer divisor = shared_divisor(total, shared);
    if (divisor == 1) return reduced(std::move(total), a_rest * b_denominator);
    total /= divisor;
    return reduced(std::move(total), a_rest * (b_denominator / divisor));
  }

  /// The greatest common divisor, b other than 0; quick where one is much longer than the other.
  static Integer shared_divisor(const Integer& a, const Integer& b) {
    if (bits(a) > bits(b)) return boost::multiprecision::gcd(Integer(a % b), b);
    if (a == 0) return b;
    return boost::multiprecision::gcd(a, Integer(b % a));
  }

  /// (n1 / d1) * (n2 / d2), each in lowest terms, d1 and d2 above 0.
  static Rational product(Integer n1, Integer d1, Integer n2, Integer d2) {
    const Integer first = shared_divisor(n1, d2);
    const Integer second = shared_divisor(n2, d1);
    if (first != 1) {
      n1 /= first;
      d2 /= first;
    }
    if (second != 1) {
      n2 /= second;
      d1 /= second;
    }
    return reduced(n1 * n2, d1 * d2);
  }

  static Rational small_sum(const Rational& a, const Rational& b, bool subtracted) {
    const std::int64_t a_denominator = a.denominator_;
    const std::int64_t b_denominator = b.denominator_;
    const Int128 right = subtracted ? -Int128{b.numerator_} : Int128{b.numerator_};
    // Only a divisor that the denominators share can divide the sum as well.
    const auto shared = static_cast<std::int64_t>(
        a_denominator == b_denominator ? static_cast<std::uint64_t>(a_denominator)
                                       : common_divisor(static_cast<std::uint64_t>(a_denominator),
                                                        static_cast<std::uint64_t>(b_denominator)));
    if (shared == 1) {
      return reduced(Int128{a.numerator_} * b_denominator + right * a_denominator,
                     Int128{a_denominator} * b_denominator);
    }
    const std::int64_t a_rest = a_denominator / shared;
    const std::int64_t b_rest = b_denominator / shared;
    const Int128 total = Int128{a.numerator_} * b_rest + right * a_rest;
    const Int128 remainder = total >= int64_min && total <= int64_max
                                 ? Int128{static_cast<std::int64_t>(total) % shared}
                                 : total % shared;
    const auto divisor = static_cast<std::int64_t>(common_divisor(
        magnitude(static_cast<std::int64_t>(remainder)), static_cast<std::uint64_t>(shared)));
    const Int128 denominator = Int128{a_rest} * (b_denominator / divisor);
    if (divisor == 1) return reduced(total, denominator);
    if (total >= int64_min && total <= int64_max) {
      return reduced(Int128{static_cast<std::int64_t>(total) / divisor}, denominator);
    }
    return reduced(total / divisor, denominator);
  }

  /// (n1 / d1) * (n2 / d2) for magnitudes of at most 64 bits, each fraction in lowest terms.
  static Rational small_product(bool negative, std::uint64_t n1, std::uint64_t d1, std::uint64_t n2,
                                std::uint64_t d2) {
    const std::uint64_t first = common_divisor(n1, d2);
    const std::uint64_t second = common_divisor(n2, d1);
    if (first != 1) {
      n1 /= first;
      d2 /= first;
    }
    if (second != 1) {
      n2 /= second;
      d1 /= second;
    }
    // Each factor is at most 2^63, so the products fit 127 bits.
    const Unsigned128 n = Unsigned128{n1} * n2;
    const Unsigned128 d = Unsigned128{d1} * d2;
    const auto signed_n = static_cast<Int128>(n);
    return reduced(negative ? -signed_n : signed_n, static_cast<Int128>(d));
  }

  static Rational decimal(bool negative, std::string_view digits, std::int64_t exponent);
  static double nearest_double(const Rational& value);
  static Integer round_half_away(const Integer& n, const Integer& d);
};

namespace {

/// The greatest integer at most n / d, for d > 0.
Integer floor_quotient(const Integer& n, const Integer& d) {
  Integer quotient;
  Integer remainder;
  boost::multiprecision::divide_qr(n, d, quotient, remainder);
  if (remainder < 0) --quotient;
  return quotient;
}

/// Inserts the point before the last `fraction_digits` digits of a number without sign.
std::string with_point(std::string digits, int fraction_digits) {
  const auto places = static_cast<std::size_t>(fraction_digits);
  if (places == 0) return digits;
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, 1, '.');
  return digits;
}

std::string without_trailing_zeros(std::string decimal) {
  if (decimal.find('.') == std::string::npos) return decimal;
  decimal.erase(decimal.find_last_not_of('0') + 1);
  if (decimal.back() == '.') decimal.pop_back();
  return decimal;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

Integer LargeRational::round_half_away(const Integer& n, const Integer& d) {
  const bool negative = n < 0;
  Integer result = ((negative ? -n : n) * 2 + d) / (d * 2);
  return negative ? -result : result;
}

/// The number that the digits (with a power of ten) stand for.
Rational LargeRational::decimal(bool negative, std::string_view digits, std::int64_t exponent) {
  while (!digits.empty() && digits.front() == '0') digits.remove_prefix(1);
  while (!digits.empty() && digits.back() == '0') {
    digits.remove_suffix(1);
    ++exponent;
  }
  if (digits.empty()) return Rational();
  if (digits.size() <= 18 && exponent >= -18 && exponent <= 18) {
    std::int64_t value = 0;
    for (const char digit : digits) value = value * 10 + (digit - '0');
    if (negative) value = -value;
    const std::int64_t scale =
        powers_of_ten[static_cast<std::size_t>(exponent < 0 ? -exponent : exponent)];
    if (exponent < 0) return Rational(value, scale);
    return reduced(Int128{value} * scale, Int128{1});
  }
  const char last = digits.back();
  Integer value;
  while (!digits.empty()) {
    const std::size_t length = digits.size() < 18 ? digits.size() : 18;
    std::int64_t chunk = 0;
    for (const char digit : digits.substr(0, length)) chunk = chunk * 10 + (digit - '0');
    value *= powers_of_ten[length];
    value += chunk;
    digits.remove_prefix(length);
  }
  const auto with_sign = [negative](Integer size) { return negative ? Integer(-size) : size; };
  if (exponent >= 0) return reduced(with_sign(value * power(10, static_cast<int>(exponent))), 1);
  // The last digit is not 0, so the value shares twos or fives with the power of ten, not both.
  const auto places = static_cast<int>(-exponent);
  const auto twos = static_cast<int>(boost::multiprecision::lsb(value));
  if (twos > 0) {
    const int shared = twos < places ? twos : places;
    return reduced(with_sign(value >> static_cast<unsigned>(shared)),
                   power(5, places) << static_cast<unsigned>(places - shared));
  }
  if (last != '5') return reduced(with_sign(std::move(value)), power(10, places));
  return quotient(with_sign(std::move(value)), power(10, places));
}

double LargeRational::nearest_double(const Rational& value) {
  const bool negative = value.sign() < 0;
  if (value.is_zero()) return 0.0;
  if (value.is_small()) {
    const std::uint64_t n = magnitude(value.numerator_);
    const auto d = static_cast<std::uint64_t>(value.denominator_);
    constexpr std::uint64_t exact = std::uint64_t{1} << 53;
    // One operation on exact operands is rounded once.
    if (d == 1) return static_cast<double>(value.numerator_);
    if (n <= exact && d <= exact) {
      return static_cast<double>(value.numerator_) / static_cast<double>(value.denominator_);
    }
    // Scaled so that the quotient has 54 to 56 bits: the last ones and the remainder then tell
    // on which side of a tie it lies.
    const int shift =
        55 - (static_cast<int>(std::bit_width(n)) - static_cast<int>(std::bit_width(d)));
    const Unsigned128 scaled = shift >= 0 ? Unsigned128{n} << shift : Unsigned128{n};
    const Unsigned128 divisor = shift >= 0 ? Unsigned128{d} : Unsigned128{d} << -shift;
    auto quotient = static_cast<std::uint64_t>(scaled / divisor);
    if (scaled % divisor != 0) quotient |= 1;  // at least two bits below the last that is kept
    const double result = std::ldexp(static_cast<double>(quotient), -shift);
    return negative ? -result : result;
  }
  const Integer n =
      value.large_->numerator < 0 ? -value.large_->numerator : value.large_->numerator;
  const Integer& d = value.large_->denominator;
  // 2^exponent <= n / d < 2^(exponent + 1)
  auto exponent = static_cast<std::int64_t>(bits(n)) - static_cast<std::int64_t>(bits(d));
  const auto shifted = [](const Integer& number, std::int64_t by) {
    return Integer(number << static_cast<std::size_t>(by));
  };
  if (exponent >= 0 ? n < shifted(d, exponent) : shifted(n, -exponent) < d) --exponent;
  double result = 0.0;
  if (exponent > 1023) {
    result = std::numeric_limits<double>::infinity();
  } else if (exponent >= -1075) {
    // The last bit that a double of this size has.
    const std::int64_t last = exponent - 52 < -1074 ? -1074 : exponent - 52;
    const Integer scaled = last < 0 ? shifted(n, -last) : n;
    const Integer divisor = last < 0 ? d : shifted(d, last);
    Integer quotient;
    Integer remainder;
    boost::multiprecision::divide_qr(scaled, divisor, quotient, remainder);
    auto whole = quotient.convert_to<std::uint64_t>();
    const int side = Integer(remainder * 2).compare(divisor);
    if (side > 0 || (side == 0 && whole % 2 == 1)) ++whole;
    result = std::ldexp(static_cast<double>(whole), static_cast<int>(last));
  }
  if (result == 0.0) return 0.0;
  return negative ? -result : result;
}

Rational::Rational(std::int64_t numerator, std::int64_t denominator)
    : numerator_(0), denominator_(1) {
  if (denominator == 0) broken("the denominator of a fraction is not zero");
  std::uint64_t n = magnitude(numerator);
  std::uint64_t d = magnitude(denominator);
  const std::uint64_t divisor = common_divisor(n, d);
  n /= divisor;
  d /= divisor;
  const bool negative = (numerator < 0) != (denominator < 0);
  *this = LargeRational::reduced(negative ? -static_cast<Int128>(n) : static_cast<Int128>(n),
                                 static_cast<Int128>(d));
}

void Rational::become_unsigned(std::uint64_t value) {
  *this = LargeRational::reduced(static_cast<Int128>(value), Int128{1});
}

void Rational::share(const Rational& other) noexcept {
  large_ = other.large_;
  large_->owners.fetch_add(1, std::memory_order_relaxed);
}

void Rational::take(Rational& other) noexcept {
  large_ = other.large_;
  other.numerator_ = 0;
  other.denominator_ = 1;
}

void Rational::assign(const Rational& other) noexcept {
  Rational copy(other);
  swap(copy);
}

void Rational::release() noexcept {
  if (large_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete large_;
}

void Rational::swap(Rational& other) noexcept {
  static_assert(sizeof(numerator_) == sizeof(large_));
  std::swap(numerator_, other.numerator_);
  std::swap(denominator_, other.denominator_);
}

int Rational::large_sign() const {
  return large_->numerator.sign();
}

bool Rational::large_is_integer() const {
  return large_->denominator == 1;
}

Rational Rational::add(const Rational& a, const Rational& b) {
  return LargeRational::sum(a, b, false);
}

Rational Rational::subtract(const Rational& a, const Rational& b) {
  return LargeRational::sum(a, b, true);
}

Rational Rational::multiply(const Rational& a, const Rational& b) {
  if (a.is_small() && b.is_small()) {
    return LargeRational::small_product(
        (a.numerator_ < 0) != (b.numerator_ < 0), magnitude(a.numerator_),
        static_cast<std::uint64_t>(a.denominator_), magnitude(b.numerator_),
        static_cast<std::uint64_t>(b.denominator_));
  }
  return LargeRational::product(LargeRational::numerator_of(a), LargeRational::denominator_of(a),
                                LargeRational::numerator_of(b), LargeRational::denominator_of(b));
}

Rational Rational::divide(const Rational& a, const Rational& b) {
  if (b.is_zero()) broken("a divisor is not zero");
  if (a.is_small() && b.is_small()) {
    return LargeRational::small_product(
        (a.numerator_ < 0) != (b.numerator_ < 0), magnitude(a.numerator_),
        static_cast<std::uint64_t>(a.denominator_), static_cast<std::uint64_t>(b.denominator_),
        magnitude(b.numerator_));
  }
  Integer above = LargeRational::denominator_of(b);
  Integer below = LargeRational::numerator_of(b);
  if (below < 0) {
    above = -above;
    below = -below;
  }
  return LargeRational::product(LargeRational::numerator_of(a), LargeRational::denominator_of(a),
                                std::move(above), std::move(below));
}

std::strong_ordering Rational::compare(const Rational& a, const Rational& b) {
  if (a.is_small() && b.is_small()) {
    const Int128 left = Int128{a.numerator_} * b.denominator_;
    const Int128 right = Int128{b.numerator_} * a.denominator_;
    return left < right   ? std::strong_ordering::less
           : left > right ? std::strong_ordering::greater
                          : std::strong_ordering::equal;
  }
  const int a_sign = a.sign();
  const int b_sign = b.sign();
  if (a_sign != b_sign || a_sign == 0) return a_sign <=> b_sign;
  const Integer left = LargeRational::numerator_of(a) * LargeRational::denominator_of(b);
  const Integer right = LargeRational::numerator_of(b) * LargeRational::denominator_of(a);
  return left.compare(right) <=> 0;
}

bool Rational::large_equal(const Rational& a, const Rational& b) {
  if (a.is_small() || b.is_small()) return false;  // every number has one form
  return a.large_ == b.large_ || (a.large_->numerator == b.large_->numerator &&
                                  a.large_->denominator == b.large_->denominator);
}

Rational Rational::operator-() const {
  if (is_small()) {
    return LargeRational::reduced(-Int128{numerator_}, Int128{denominator_});
  }
  return LargeRational::reduced(-large_->numerator, large_->denominator);
}

Rational Rational::pow(int exponent) const {
  if (exponent == 0) return Rational(1);
  if (exponent < 0) {
    if (is_zero()) broken("zero has no negative powers");
    // The magnitude of the least int is one more than the greatest.
    const Rational inverse = reciprocal();
    if (exponent == std::numeric_limits<int>::min()) return inverse.pow(-(exponent + 1)) * inverse;
    return inverse.pow(-exponent);
  }
  if (is_integer() && abs() <= Rational(1)) return exponent % 2 == 0 ? abs() : *this;
  // Lowest terms stay lowest, so the powers need no common divisor.
  Rational result(1);
  if (is_small()) {
    std::int64_t n = 1;
    std::int64_t d = 1;
    bool overflow = false;
    for (int i = 0; i < exponent && !overflow; ++i) {
      overflow =
          __builtin_mul_overflow(n, numerator_, &n) || __builtin_mul_overflow(d, denominator_, &d);
    }
    if (!overflow) {
      result.numerator_ = n;
      result.denominator_ = d;
      return result;
    }
  }
  const auto times = static_cast<unsigned>(exponent);
  return LargeRational::reduced(
      boost::multiprecision::pow(LargeRational::numerator_of(*this), times),
      boost::multiprecision::pow(LargeRational::denominator_of(*this), times));
}

Rational Rational::numerator() const {
  return is_small() ? Rational(numerator_) : LargeRational::reduced(large_->numerator, 1);
}

Rational Rational::denominator() const {
  return is_small() ? Rational(denominator_) : LargeRational::reduced(large_->denominator, 1);
}

std::size_t Rational::bit_length() const {
  if (is_small()) {
    return static_cast<std::size_t>(std::bit_width(magnitude(numerator_)) +
                                    std::bit_width(static_cast<std::uint64_t>(denominator_)));
  }
  return bits(large_->numerator) + bits(large_->denominator);
}

Rational Rational::with_bits(std::size_t most, bool upward) const {
  if (is_zero()) return *this;
  Integer above = LargeRational::numerator_of(*this);
  Integer below = LargeRational::denominator_of(*this);
  const bool negative = above < 0;
  if (negative) above = -above;
  const bool outward = upward != negative;
  // This number is above / below · 2^twos; both are cut to a little more than is asked for, so
  // that the division is a short one.
  std::int64_t twos = 0;
  const auto cut = [most](Integer& integer, bool up) {
    const std::size_t length = bits(integer);
    if (length <= most + 2) return std::int64_t{0};
    const std::size_t dropped = length - (most + 2);
    const bool exact = boost::multiprecision::lsb(integer) >= dropped;
    integer >>= static_cast<unsigned>(dropped);
    if (up && !exact) ++integer;
    return static_cast<std::int64_t>(dropped);
  };
  twos += cut(above, outward);
  twos -= cut(below, !outward);
  const std::size_t wanted = most + bits(below);
  if (bits(above) < wanted) {
    const std::size_t added = wanted - bits(above);
    above <<= static_cast<unsigned>(added);
    twos -= static_cast<std::int64_t>(added);
  }
  Integer result, rest;
  boost::multiprecision::divide_qr(above, below, result, rest);
  if (outward && rest != 0) ++result;
  twos += cut(result, outward);
  if (negative) result = -result;
  Integer power = 1;
  power <<= static_cast<unsigned>(twos < 0 ? -twos : twos);
  if (twos >= 0) return LargeRational::reduced(result * power, 1);
  return LargeRational::quotient(std::move(result), std::move(power));
}

Rational Rational::floor() const {
  if (is_small()) {
    const std::int64_t quotient = numerator_ / denominator_;
    return Rational(quotient - (numerator_ % denominator_ < 0 ? 1 : 0));
  }
  return LargeRational::reduced(floor_quotient(large_->numerator, large_->denominator), 1);
}

Rational Rational::ceil() const {
  if (is_small()) {
    const std::int64_t quotient = numerator_ / denominator_;
    return Rational(quotient + (numerator_ % denominator_ > 0 ? 1 : 0));
  }
  return LargeRational::reduced(-floor_quotient(-large_->numerator, large_->denominator), 1);
}

Rational Rational::round() const {
  if (is_small()) {
    const std::int64_t quotient = numerator_ / denominator_;
    const std::uint64_t rest = magnitude(numerator_ % denominator_);
    // The rest is below 2^63, so twice it fits; a rest means that the quotient has room.
    const std::int64_t step = numerator_ < 0 ? -1 : 1;
    return Rational(quotient + (rest * 2 >= static_cast<std::uint64_t>(denominator_) ? step : 0));
  }
  return LargeRational::reduced(
      LargeRational::round_half_away(large_->numerator, large_->denominator), 1);
}

Rational Rational::truncate() const {
  if (is_small()) return Rational(numerator_ / denominator_);
  return LargeRational::reduced(Integer(large_->numerator / large_->denominator), 1);
}

double Rational::to_double() const {
  return LargeRational::nearest_double(*this);
}

namespace {

/// Reads digits, sign and exponent of what `std::to_chars` prints in scientific form.
template <class Float>
Rational printed_decimal(Float value) {
  std::array<char, 64> buffer{};
  const auto printed = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                     std::chars_format::scientific);
  std::string_view text(buffer.data(), static_cast<std::size_t>(printed.ptr - buffer.data()));
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  std::array<char, 32> digits{};
  std::size_t count = 0;
  std::int64_t exponent = 0;
  std::size_t i = 0;
  bool after_point = false;
  for (; text[i] != 'e'; ++i) {
    if (text[i] == '.') {
      after_point = true;
    } else {
      digits[count++] = text[i];
      if (after_point) --exponent;
    }
  }
  ++i;
  const bool exponent_negative = text[i] == '-';
  std::int64_t printed_exponent = 0;
  for (++i; i < text.size(); ++i) printed_exponent = printed_exponent * 10 + (text[i] - '0');
  exponent += exponent_negative ? -printed_exponent : printed_exponent;
  return LargeRational::decimal(negative, std::string_view(digits.data(), count), exponent);
}

template <class Float>
std::optional<Rational> from_shortest(Float value) {
  if (!std::isfinite(value)) return std::nullopt;
  constexpr auto whole_limit =
      static_cast<Float>(std::int64_t{1} << std::numeric_limits<Float>::digits);
  if (std::fabs(value) < whole_limit && value == std::trunc(value)) {
    return Rational(static_cast<std::int64_t>(value));
  }
  // At most one decimal of digits10 digits reads as the value, so where one does, it is the
  // shortest; a quotient of two exact floats is rounded as reading the decimal is.
  constexpr auto digit_limit = static_cast<Float>(
      powers_of_ten[static_cast<std::size_t>(std::numeric_limits<Float>::digits10)]);
  for (const std::size_t places : {2U, 5U, 9U}) {
    const auto scale = static_cast<Float>(powers_of_ten[places]);
    const Float scaled = std::nearbyint(value * scale);
    if (std::fabs(scaled) >= digit_limit) break;
    if (scaled / scale == value) {
      return Rational(static_cast<std::int64_t>(scaled), powers_of_ten[places]);
    }
  }
  return printed_decimal(value);
}

}  // namespace

std::optional<Rational> Rational::from_double_shortest(double value) {
  return from_shortest(value);
}

std::optional<Rational> Rational::from_float_shortest(float value) {
  return from_shortest(value);
}

std::optional<Rational> Rational::from_double_exact(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  auto whole = static_cast<std::int64_t>(std::ldexp(fraction, 53));
  if (whole == 0) return Rational();
  exponent -= 53;
  const int zeros = std::countr_zero(magnitude(whole));
  whole /= std::int64_t{1} << zeros;
  exponent += zeros;
  if (exponent >= 0) return LargeRational::reduced(Integer(whole) << exponent, 1);
  if (exponent > -63) return Rational(whole, std::int64_t{1} << -exponent);
  return LargeRational::reduced(Integer(whole), Integer(1) << -exponent);
}

std::optional<Rational> Rational::parse(std::string_view text, NumberProblem* problem) {
  const auto refuse = [problem](NumberProblem seen) {
    if (problem != nullptr) *problem = seen;
    return std::nullopt;
  };
  std::string_view rest = text;
  const auto take_digits = [&rest] {
    std::size_t length = 0;
    while (length < rest.size() && is_digit(rest[length])) ++length;
    const std::string_view digits = rest.substr(0, length);
    rest.remove_prefix(length);
    return digits;
  };
  bool negative = false;
  if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) {
    negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  const std::string_view whole = take_digits();

  if (!rest.empty() && rest.front() == '/') {
    rest.remove_prefix(1);
    const std::string_view below = take_digits();
    if (whole.empty() || below.empty() || !rest.empty()) return refuse(NumberProblem::not_a_number);
    if (whole.size() + below.size() > std::size_t{most_digits}) {
      return refuse(NumberProblem::too_long);
    }
    const Rational denominator = LargeRational::decimal(false, below, 0);
    if (denominator.is_zero()) return refuse(NumberProblem::zero_denominator);
    return LargeRational::decimal(negative, whole, 0) / denominator;
  }

  std::string_view fraction;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    fraction = take_digits();
  }
  if (whole.empty() && fraction.empty()) return refuse(NumberProblem::not_a_number);
  std::int64_t exponent = 0;
  if (!rest.empty() && (rest.front() == 'e' || rest.front() == 'E')) {
    rest.remove_prefix(1);
    bool exponent_negative = false;
    if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) {
      exponent_negative = rest.front() == '-';
      rest.remove_prefix(1);
    }
    const std::string_view digits = take_digits();
    if (digits.empty()) return refuse(NumberProblem::not_a_number);
    for (const char digit : digits) {
      if (exponent <= most_digits) exponent = exponent * 10 + (digit - '0');
    }
    if (exponent_negative) exponent = -exponent;
  }
  if (!rest.empty()) return refuse(NumberProblem::not_a_number);
  const std::size_t exponent_size = static_cast<std::size_t>(exponent < 0 ? -exponent : exponent);
  if (whole.size() + fraction.size() + exponent_size > std::size_t{most_digits}) {
    return refuse(NumberProblem::too_long);
  }
  exponent -= static_cast<std::int64_t>(fraction.size());
  if (fraction.empty()) return LargeRational::decimal(negative, whole, exponent);
  std::string digits(whole);
  digits += fraction;
  return LargeRational::decimal(negative, digits, exponent);
}

std::string Rational::to_string() const {
  if (is_small()) {
    std::string result = std::to_string(numerator_);
    if (denominator_ != 1) result += '/' + std::to_string(denominator_);
    return result;
  }
  std::string result = large_->numerator.str();
  if (large_->denominator != 1) result += '/' + large_->denominator.str();
  return result;
}

std::optional<std::string> Rational::to_finite_decimal(int most_fraction_digits) const {
  const Integer d = LargeRational::denominator_of(*this);
  const auto twos = static_cast<int>(boost::multiprecision::lsb(d));
  if (twos > most_fraction_digits) return std::nullopt;
  const int fives = power_of_five(d >> static_cast<unsigned>(twos));
  if (fives < 0) return std::nullopt;
  const int places = twos > fives ? twos : fives;
  if (places > most_fraction_digits) return std::nullopt;
  return to_decimal(places);
}

std::string Rational::to_decimal(int fraction_digits) const {
  if (fraction_digits < 0) broken("a number of fraction digits is not negative");
  const Integer n = LargeRational::numerator_of(*this);
  const Integer scaled = LargeRational::round_half_away(
      (n < 0 ? -n : n) * power(10, fraction_digits), LargeRational::denominator_of(*this));
  std::string result = with_point(scaled.str(), fraction_digits);
  if (n < 0 && !scaled.is_zero()) result.insert(0, 1, '-');
  return result;
}

std::string Rational::shortest_decimal(int most_fraction_digits) const {
  return without_trailing_zeros(to_decimal(most_fraction_digits));
}

std::string Rational::to_significant(int significant_digits) const {
  if (significant_digits < 1) broken("a number of significant digits is at least 1");
  if (is_zero()) return "0";
  const Rational size = abs();
  // 10^exponent <= size < 10^(exponent + 1); the estimate from the bits is off by at most one.
  const Integer n = LargeRational::numerator_of(size);
  const Integer d = LargeRational::denominator_of(size);
  const double log2 = static_cast<double>(bits(n)) - static_cast<double>(bits(d));
  auto exponent = static_cast<int>(std::floor(log2 * 0.30102999566398120));
  while (Rational(10).pow(exponent + 1) <= size) ++exponent;
  while (size < Rational(10).pow(exponent)) --exponent;
  const int places = significant_digits - 1 - exponent;
  if (places >= 0) return without_trailing_zeros(to_decimal(places));
  const Rational unit = Rational(10).pow(-places);
  return ((*this / unit).round() * unit).to_string();
}

std::size_t Rational::hash() const {
  const auto mix = [](std::size_t seed, std::size_t value) {
    std::uint64_t mixed = (seed ^ value) * 0x9e3779b97f4a7c15U;
    return static_cast<std::size_t>(mixed ^ (mixed >> 32));
  };
  if (is_small()) {
    return mix(mix(0x51ed2701U, static_cast<std::size_t>(numerator_)),
               static_cast<std::size_t>(denominator_));
  }
  const std::hash<Integer> hash_of;
  return mix(mix(0x2b7e1516U, hash_of(large_->numerator)), hash_of(large_->denominator));
}

std::ostream& operator<<(std::ostream& stream, const Rational& value) {
  return stream << value.to_string();
}

}  // namespace dabiao::exact
