#pragma once

#include <cstdint>
#include <vector>

#include "dabiao/data/entity_register.hpp"
#include "dabiao/engine/frame.hpp"
#include "dabiao/engine/horizon.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/model/plan.hpp"

// The values of many cells at once, as doubles of which it is known how exact they are.
namespace dabiao::assessment::ledger {

using exact::Rational;

/// Integers up to here, and their sums and differences as long as they stay below, are exact.
inline constexpr double most_whole = 9007199254740992.0;  // 2^53
/// The greatest relative error of one rounding.
inline constexpr double half_ulp = 1.1102230246251565e-16;  // 2^-53

/// What is known of the stored numbers of a column before any of them is looked at. The value that
/// a stored number stands for is `stored × factor`.
struct Facts {
  Rational factor = 1;  // above 0
  /// Every stored number is an integer, came about without rounding and is below 2^53: sums,
  /// comparisons and ties of such numbers are exact.
  bool whole = true;
  /// The stored numbers are the doubles nearest to shortest decimals that people wrote, so that
  /// they compare with a constant as what was written does.
  bool written = false;
  bool nonnegative = true;
  double most = 0;  // no finite stored number is greater in magnitude
  /// |stored − true| <= relative · |true| + absolute; both 0 where `whole`.
  double relative = 0;
  double absolute = 0;
  /// An end of a range may be one that is not reached.
  bool open_ends = false;
};

/// The truth of a cell as one byte.
enum class Truth : std::uint8_t {
  no,
  yes,
  open,       // missing: it depends on what is missing
  open_fail,  // missing, and for some completion there is no value at all
  unsure,     // these numbers cannot tell: to be decided exactly
};

/// Numbers of the cells of one frame: from `low` to `high` where missing, equal ends where known. A
/// value that may fail to exist is not a number; the ends of an interval may be infinite.
struct Numbers {
  std::vector<double> low;
  std::vector<double> high;  // empty: the same as `low`
};

/// A column of values over all entities of a level: a number, a quotient of two, or a truth.
struct Column {
  enum class Shape : std::uint8_t { number, quotient, truth };
  Shape shape = Shape::number;
  Numbers above, below;  // below: of a quotient
  Facts above_facts, below_facts;
  std::vector<std::uint8_t> truths;
  /// Where not empty: cells that these numbers do not tell.
  std::vector<std::uint8_t> unsure;
};

/// The reports that a value hangs on, so that it is seen where the same unknown is read twice.
struct Read {
  model::InputId input = 0;
  model::LevelId level = 0;
  std::int32_t first = 0, last = 0;  // days
  bool operator==(const Read&) const = default;

  /// Whether both can hang on the same report.
  bool meets(const Read& other) const {
    return input == other.input && first <= other.last && other.first <= last;
  }
};

/// A node over every entity of a level and one span.
struct FrameKey {
  std::uint32_t node = 0;
  model::LevelId level = 0;
  engine::FrameSpan span;
  engine::Horizon horizon = engine::Horizon::now;
  bool operator==(const FrameKey&) const = default;
};

}  // namespace dabiao::assessment::ledger
