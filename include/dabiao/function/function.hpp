#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "dabiao/calendar/date.hpp"
#include "dabiao/calendar/workdays.hpp"
#include "dabiao/exact/interval.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "dabiao/units/unit.hpp"
#include "dabiao/value/reason.hpp"
#include "dabiao/value/type.hpp"

// What a function of the language is. The tables (arithmetic.hpp, rounding.hpp, …) hold one entry
// per function; parser, type check, engine, documentation and `dabiao functions` read the entry.
namespace dabiao::function {

using exact::Interval;
using exact::Rational;

/// What a type rule may look at in an argument.
struct Argument {
  value::Type type;
  std::optional<Rational> constant;  // its value where it is known before any data, in base scale
  bool literal = false;              // written as a bare number without a unit
  bool share_difference = false;     // a difference of two shares: counted in 百分点
};

/// A word of a message; without Chinese words the same in both languages.
struct Word {
  std::string name;
  std::string english;
  std::string chinese;
};

/// Why arguments do not fit: a diagnostic kind, its words, and which argument is at fault.
struct Mismatch {
  const text::DiagnosticKind* kind = nullptr;
  std::vector<Word> words;
  std::size_t argument = 0;
};

/// The type of the result, or why there is none.
using Typing = std::variant<value::Type, Mismatch>;

/// What a kernel may look at besides its arguments.
struct Context {
  const calendar::Holidays* holidays = nullptr;  // null: weekends only
  calendar::Date as_of;
};

/// One result of a kernel: a value, or the reason why there is none.
struct Outcome {
  Rational value;
  value::Reason reason = value::Reason::known;

  Outcome(Rational known) : value(std::move(known)) {}
  Outcome(bool truth) : value(truth ? 1 : 0) {}
  Outcome(value::Reason why) : reason(why) {}
};

/// What a call does where an argument is missing.
enum class MissingRule : std::uint8_t {
  pass_on,  // the result is missing; its range follows from the arguments' ranges
  decide,   // the result is known where every value of the missing arguments gives the same
  own,      // the engine knows: `known`, `if`
};

struct Example {
  std::string_view expression;
  std::string_view result;
};

/// What people and checks read of a function.
struct Info {
  std::string_view name;
  std::string_view chinese;     // spellings, simplified and traditional, parted by spaces
  std::string_view family;      // the table it stands in
  std::string_view parameters;  // as shown: "(x, step)"
  int fewest = 1;
  int most = 1;  // -1: any number
  std::string_view summary;
  std::string_view summary_chinese;
  MissingRule missing = MissingRule::pass_on;
};

/// A function computed cell by cell. The values of yes/no are 1 and 0, of a stage its rank, of a
/// date its day number, of a number its value in base scale.
struct Elementwise {
  Info info;
  Typing (*typing)(std::span<const Argument>);
  Outcome (*exact)(std::span<const Rational>, const Context&);
  Interval (*bounds)(std::span<const Interval>, const Context&);
  std::span<const Example> examples;
};

/// One member of what an aggregate runs over.
struct Part {
  const Rational* value = nullptr;  // null where it is missing
  Interval bounds;                  // what it can be where it is missing
  bool included = true;             // by the filter
  bool doubtful = false;            // whether it is included is not known
};

/// The result of an aggregate: known, or missing with a reason and a range.
struct Aggregated {
  std::optional<Rational> value;
  value::Reason reason = value::Reason::no_parts;
  Interval bounds = Interval::everything();

  Aggregated(Rational known) : value(std::move(known)) {}
  Aggregated(value::Reason why, Interval range) : reason(why), bounds(std::move(range)) {}
};

/// A function over the parts of a cell. `unnamed` parts are known to exist and nothing else is
/// known of them; `range` is what one part can be.
struct Aggregate {
  Info info;
  /// The argument's type (the filter stands for it where there is none) to the result's.
  Typing (*typing)(const Argument&);
  Aggregated (*reduce)(std::span<const Part>, std::int64_t unnamed, const Interval& range);
  std::span<const Example> examples;
};

/// The function of that name, English or Chinese; null where there is none.
const Elementwise* find_elementwise(std::string_view name);
const Aggregate* find_aggregate(std::string_view name);

/// All functions in the order of their tables, for documentation and tests.
std::span<const Elementwise* const> all_elementwise();
std::span<const Aggregate* const> all_aggregates();

/// Functions that are not computed from values but from the cell: known to the grammar and the
/// engine, listed with the others.
struct CellFunction {
  Info info;
  std::span<const Example> examples;
};
std::span<const CellFunction> all_cell_functions();
const CellFunction* find_cell_function(std::string_view name);

/// Every spelling of every function, for "did you mean".
std::vector<std::string> all_names();

}  // namespace dabiao::function
