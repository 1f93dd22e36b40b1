#include "row_fractions.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace dabiao::engine {

using exact::Rational;
using ir::Node;
using ir::NodeId;
using ir::Operation;
using Integer = Fraction::Integer;

namespace {

Integer magnitude(Integer value) {
  return value < 0 ? -value : value;
}

Integer common_divisor(Integer a, Integer b) {
  while (b != 0) {
    // Mostly both soon fit 64 bits, where division is fast.
    if (a >> 63 == 0 && b >> 63 == 0) {
      auto small_a = static_cast<std::uint64_t>(a), small_b = static_cast<std::uint64_t>(b);
      while (small_b != 0) {
        const std::uint64_t rest = small_a % small_b;
        small_a = small_b;
        small_b = rest;
      }
      return static_cast<Integer>(small_a);
    }
    const Integer rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/// Brings a fraction that has grown back to lowest terms.
void settle(Fraction& value) {
  constexpr int wide = 62;
  if (magnitude(value.numerator) >> wide == 0 && value.denominator >> wide == 0) return;
  const Integer divisor = common_divisor(magnitude(value.numerator), value.denominator);
  value.numerator /= divisor;
  value.denominator /= divisor;
}

bool multiply(Integer a, Integer b, Integer& product) {
  return !__builtin_mul_overflow(a, b, &product);
}

bool add(const Fraction& a, const Fraction& b, int sign, Fraction& sum) {
  if (a.denominator == b.denominator) {
    sum.denominator = a.denominator;
    if (sign > 0 ? __builtin_add_overflow(a.numerator, b.numerator, &sum.numerator)
                 : __builtin_sub_overflow(a.numerator, b.numerator, &sum.numerator)) {
      return false;
    }
  } else {
    Integer left = 0, right = 0;
    if (!multiply(a.numerator, b.denominator, left) ||
        !multiply(b.numerator, a.denominator, right) ||
        !multiply(a.denominator, b.denominator, sum.denominator)) {
      return false;
    }
    if (sign > 0 ? __builtin_add_overflow(left, right, &sum.numerator)
                 : __builtin_sub_overflow(left, right, &sum.numerator)) {
      return false;
    }
  }
  settle(sum);
  return true;
}

bool multiply(const Fraction& a, const Fraction& b, Fraction& product) {
  if (!multiply(a.numerator, b.numerator, product.numerator) ||
      !multiply(a.denominator, b.denominator, product.denominator)) {
    return false;
  }
  settle(product);
  return true;
}

/// -1, 0 or 1; nothing where the products do not fit.
std::optional<int> compare(const Fraction& a, const Fraction& b) {
  if (a.denominator == b.denominator) {
    return (a.numerator > b.numerator) - (a.numerator < b.numerator);
  }
  Integer left = 0, right = 0;
  if (!multiply(a.numerator, b.denominator, left) || !multiply(b.numerator, a.denominator, right)) {
    return std::nullopt;
  }
  return (left > right) - (left < right);
}

std::optional<Fraction> fraction_of(const Rational& value) {
  const auto numerator = value.numerator().to_int64();
  const auto denominator = value.denominator().to_int64();
  if (!numerator || !denominator) return std::nullopt;
  return Fraction{*numerator, *denominator};
}

}  // namespace

std::optional<Fraction> short_decimal(double value) {
  // Any decimal of at most 15 digits that rounds to a double is its shortest.
  constexpr double most = 1e15;
  double power = 1;
  std::int64_t scale = 1;
  for (int places = 0; places <= 9; ++places, power *= 10, scale *= 10) {
    const double scaled = value * power;
    if (!(std::fabs(scaled) < most)) return std::nullopt;
    const double whole = std::nearbyint(scaled);
    // The quotient of two doubles that are exact is the nearest to the decimal.
    if (whole / power == value) return Fraction{static_cast<std::int64_t>(whole), scale};
  }
  return std::nullopt;
}

RowFractions::RowFractions(const RowProgram& rows, const ir::Program& program) : rows_(rows) {
  static constexpr std::pair<std::string_view, Step> steps[] = {
      {"add", Step::add},           {"subtract", Step::subtract},
      {"multiply", Step::multiply}, {"divide", Step::divide},
      {"negate", Step::negate},     {"abs", Step::absolute},
      {"min", Step::least},         {"and", Step::least},
      {"max", Step::greatest},      {"or", Step::greatest},
      {"less", Step::less},         {"less_equal", Step::less_equal},
      {"greater", Step::greater},   {"greater_equal", Step::greater_equal},
      {"equal", Step::equal},       {"not_equal", Step::not_equal},
      {"within", Step::within},     {"not", Step::opposite},
      {"if", Step::choose},
  };
  entry_of_.assign(rows.cone.empty() ? 0 : rows.cone.back() + 1, 0);
  entries_.resize(rows.cone.size());
  for (std::uint32_t i = 0; i < rows.cone.size(); ++i) entry_of_[rows.cone[i]] = i;
  for (const NodeId id : rows.cone) {
    const Node& node = program.at(id);
    Entry& entry = entries_[entry_of_[id]];
    if (node.operation == Operation::constant) {
      const auto value = fraction_of(node.constant);
      if (!value) continue;
      entry.scale = *value;
      entry.step = Step::constant;
    } else if (node.operation == Operation::indicator) {
      entry.step = Step::same;
    } else if (node.operation == Operation::call) {
      for (const auto& [name, step] : steps) {
        if (name == node.function->info.name) entry.step = step;
      }
    }
  }
  for (std::uint32_t leaf = 0; leaf < rows.leaves.size(); ++leaf) {
    const RowLeaf& given = rows.leaves[leaf];
    if (!std::binary_search(rows.cone.begin(), rows.cone.end(), given.node)) continue;
    Entry& entry = entries_[entry_of_[given.node]];
    const auto scale = fraction_of(given.scale);
    // A double that is neither its shortest decimal nor exact says too little.
    entry.step = scale && (given.decimal || given.error == 0) ? Step::leaf : Step::unable;
    entry.leaf = leaf;
    if (scale) entry.scale = *scale;
  }
  for (const NodeId id : rows.cone) {
    Entry& entry = entries_[entry_of_[id]];
    if (entry.step <= Step::leaf) continue;
    entry.first = static_cast<std::uint32_t>(arguments_.size());
    for (const NodeId argument : program.at(id).arguments) {
      arguments_.push_back(entry_of_[argument]);
    }
    entry.count = static_cast<std::uint32_t>(arguments_.size()) - entry.first;
  }
}

bool RowFractions::compute(Entry& entry) {
  const auto argument = [&](std::uint32_t i) -> const Fraction& {
    return entries_[arguments_[entry.first + i]].value;
  };
  const auto from_order = [&](auto holds) {
    const auto order = compare(argument(0), argument(1));
    if (!order) return false;
    entry.value = {holds(*order) ? 1 : 0, 1};
    return true;
  };
  switch (entry.step) {
    case Step::unable:
      return false;
    case Step::constant:
      entry.value = entry.scale;
      return true;
    case Step::leaf: {
      const auto value = short_decimal(leaves_[entry.leaf]);
      return value && multiply(*value, entry.scale, entry.value);
    }
    case Step::same:
      entry.value = argument(0);
      return true;
    case Step::add:
      return add(argument(0), argument(1), 1, entry.value);
    case Step::subtract:
      return add(argument(0), argument(1), -1, entry.value);
    case Step::multiply:
      return multiply(argument(0), argument(1), entry.value);
    case Step::divide: {
      const Fraction& below = argument(1);
      if (below.numerator == 0) return false;
      const int sign = below.numerator < 0 ? -1 : 1;
      return multiply(argument(0), {sign * below.denominator, sign * below.numerator}, entry.value);
    }
    case Step::negate:
      entry.value = {-argument(0).numerator, argument(0).denominator};
      return true;
    case Step::absolute:
      entry.value = {magnitude(argument(0).numerator), argument(0).denominator};
      return true;
    case Step::least:
    case Step::greatest: {
      entry.value = argument(0);
      for (std::uint32_t i = 1; i < entry.count; ++i) {
        const auto order = compare(argument(i), entry.value);
        if (!order) return false;
        if (entry.step == Step::least ? *order < 0 : *order > 0) entry.value = argument(i);
      }
      return true;
    }
    case Step::less:
      return from_order([](int order) { return order < 0; });
    case Step::less_equal:
      return from_order([](int order) { return order <= 0; });
    case Step::greater:
      return from_order([](int order) { return order > 0; });
    case Step::greater_equal:
      return from_order([](int order) { return order >= 0; });
    case Step::equal:
      return from_order([](int order) { return order == 0; });
    case Step::not_equal:
      return from_order([](int order) { return order != 0; });
    case Step::within: {
      const auto low = compare(argument(0), argument(1)), high = compare(argument(0), argument(2));
      if (!low || !high) return false;
      entry.value = {*low >= 0 && *high <= 0 ? 1 : 0, 1};
      return true;
    }
    case Step::opposite:
      entry.value = {argument(0).numerator == 0 ? 1 : 0, 1};
      return true;
    case Step::choose:
      entry.value = argument(argument(0).numerator != 0 ? 1 : 2);
      return true;
  }
  return false;
}

const Fraction* RowFractions::evaluate(NodeId root) {
  work_.assign(1, entry_of_[root]);
  while (!work_.empty()) {
    Entry& entry = entries_[work_.back()];
    if (entry.row == row_) {
      if (!entry.there) return nullptr;
      work_.pop_back();
      continue;
    }
    bool ready = true;
    for (std::uint32_t i = 0; i < entry.count; ++i) {
      const std::uint32_t argument = arguments_[entry.first + i];
      if (entries_[argument].row != row_) {
        work_.push_back(argument);
        ready = false;
      } else if (!entries_[argument].there) {
        return nullptr;
      }
    }
    if (!ready) continue;
    entry.row = row_;
    entry.there = compute(entry);
    if (!entry.there) return nullptr;
    work_.pop_back();
  }
  return &entries_[entry_of_[root]].value;
}

std::optional<bool> RowFractions::truth(std::size_t index) {
  const RowOutput& output = rows_.outputs[index];
  if (output.filter != ir::no_node) {
    const Fraction* concerned = evaluate(output.filter);
    if (concerned == nullptr || concerned->numerator == 0) return std::nullopt;
  }
  const Fraction* value = evaluate(output.node);
  if (value == nullptr) return std::nullopt;
  return value->numerator != 0;
}

std::optional<double> RowFractions::number(std::size_t index) {
  const RowOutput& output = rows_.outputs[index];
  const Fraction* value = evaluate(output.node);
  if (value == nullptr) return std::nullopt;
  Fraction number = *value;
  if (output.subtracted != ir::no_node) {
    const Fraction* other = evaluate(output.subtracted);
    if (other == nullptr) return std::nullopt;
    // The second evaluation may have moved nothing: entries stay where they are.
    if (!add(number, *other, -1, number)) return std::nullopt;
    if (output.mirrored) number.numerator = -number.numerator;
  }
  const Integer divisor = common_divisor(magnitude(number.numerator), number.denominator);
  number.numerator /= divisor;
  number.denominator /= divisor;
  if (magnitude(number.numerator) >> 62 != 0 || number.denominator >> 62 != 0) return std::nullopt;
  const Rational exact(static_cast<std::int64_t>(number.numerator),
                       static_cast<std::int64_t>(number.denominator));
  return (exact / output.scale).to_double();
}

}  // namespace dabiao::engine
