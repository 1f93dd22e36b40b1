#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/text/render.hpp"

// Why a cell of a result is what it is. Only the one cell is evaluated again.
namespace dabiao::explain {

using exact::Interval;
using exact::Rational;

/// A value of the plan's types, known or missing. Numbers are in base scale, as everywhere.
struct Quantity {
  value::Type type;
  std::optional<Rational> value;
  value::Reason reason = value::Reason::known;  // why there is no value
  Interval range;                               // where missing: what it can be

  bool known() const { return value.has_value(); }
  /// A number in the unit in which it is shown.
  Rational shown(const Rational& base) const { return base / type.unit.scale(); }
};

/// Where something stands: an entity (by its path) or a group, of a level, over a span.
struct Location {
  std::string entity;
  std::string level;
  calendar::Span span;

  bool operator==(const Location&) const = default;
};

/// One report behind a value.
struct Report {
  enum class Whence : std::uint8_t { unknown, data, given };
  calendar::Span period;
  Quantity value;
  Whence whence = Whence::unknown;
  std::string file;  // data: the file and the row in it, the header being 1
  std::uint32_t row = 0;
  std::string clause;  // given: the clause and the words that carry the number
  std::string anchor;
};

/// One of the parts that a value is made of: an entity of a lower level, or a period.
struct Part {
  Location at;
  Quantity value;
  bool doubtful = false;  // whether the filter lets it in is not known
};

/// The parts of a whole.
struct Parts {
  std::string of;              // the name of a level, group or length of time
  std::uint32_t count = 0;     // how many there are, those left out by a filter not counted
  std::uint32_t known = 0;     // of which so many have a value
  std::uint32_t left_out = 0;  // by the filter, or because it does not apply to them
  std::uint32_t unnamed = 0;   // known to exist, not known by name; counted too
  bool votes = false;          // the parts are yes or no: how many of each
  std::uint32_t yes = 0;
  std::uint32_t no = 0;
  std::optional<Quantity> sum;  // of those that are known, where the whole is a sum
  /// The missing first, then those that weigh most; of yes/no parts only those that decide: who
  /// says no, or, where any of them is enough, who says yes.
  std::vector<Part> shown;
  std::uint32_t more = 0;  // not shown; of yes/no parts those that decide
};

/// Where the value of an input came from.
struct Source {
  enum class From : std::uint8_t {
    own,      // the entity's own report
    parts,    // rolled up from below
    assumed,  // nothing was reported, and the plan says what that means
    nothing,  // nothing was reported
  };
  From from = From::nothing;
  std::vector<Report> reports;
  std::uint32_t more_reports = 0;
  /// A stock that was not reported for the period asked about: the period it is carried from.
  std::optional<calendar::Span> carried_from;
};

/// What a reference to a target read.
struct Reference {
  std::string target;
  std::string label;
  Location at;
  assessment::Status status = assessment::Status::undecided;
};

enum class NodeKind : std::uint8_t {
  constant,
  input,
  indicator,  // its children are those of its formula
  table,
  call,       // an operator or function
  aggregate,  // over parts or periods
  rank,
  elsewhere,  // a bracket: its location says which cell it reads
  due,
  target,    // met, attained
  complete,  // an indicator over the parts whose data is complete
};
/// As in results: "constant", "input" …
std::string_view name(NodeKind kind);
std::string_view name(Source::From from);
std::string_view name(Report::Whence whence);

/// A part of a formula with its value.
struct Node {
  NodeKind kind = NodeKind::constant;
  std::string text;   // as the plan writes it; of an indicator its formula
  std::string name;   // of an input, indicator, table, target or function
  std::string label;  // what people call that; empty where there is no other word
  Location at;
  Quantity value;
  std::optional<calendar::Date> data_day;
  std::uint32_t reported = 0;  // of the reports that it needs, how many there are
  std::uint32_t expected = 0;
  std::optional<Source> source;  // inputs
  std::optional<Parts> parts;    // inputs that are rolled up, aggregates, ranks
  std::optional<Reference> reference;
  std::string key;        // of a table: the entry that was read
  bool repeated = false;  // it stands above with its children
  bool cut = false;       // it has children, which lie deeper than was asked for
  std::vector<Node> children;
};

/// The line that a value should follow until it is due.
struct Path {
  enum class Kind : std::uint8_t {
    line,       // from start to end, in days
    milestone,  // the last milestone that was due
    start,      // no milestone is due yet: the value at the start is kept
    threshold,  // there is no start to draw a line from, or it was reached from the start
  };
  Kind kind = Kind::threshold;
  std::optional<Rational> start;
  std::optional<calendar::Date> start_day;  // the value is that of the end of this day
  Rational end;
  calendar::Date due;
  calendar::Date day;        // the day for which the expected value is meant
  std::int64_t elapsed = 0;  // days
  std::int64_t total = 0;
};
std::string_view name(Path::Kind kind);

/// One comparison of the condition.
struct Comparison {
  std::string text;  // as written
  ir::Comparator comparator = ir::Comparator::holds;
  assessment::ComparisonResult result;
  bool binding = false;
  std::optional<Path> path;
  Node value;
  std::optional<Node> threshold;  // where it is not written as a plain number
  std::optional<Node> upper;
};

/// A report that is missing and could change the verdict.
struct MissingReport {
  std::string input;
  std::string label;
  Location at;
  std::vector<calendar::Span> periods;  // where single periods of the span are missing
  std::uint32_t unnamed = 0;            // how many entities, where they are not known by name
  Quantity value;                       // its reason and range
  /// Whether the condition holds where this is the lowest or highest that it can be, all else as
  /// it is; nothing where that does not decide it.
  std::optional<bool> at_low;
  std::optional<bool> at_high;
  /// Where the two differ: the value from which on the condition comes out as at `at_high`.
  std::optional<Rational> turns_at;
};

/// What is missing.
struct Missing {
  std::vector<MissingReport> reports;
  std::uint32_t more = 0;   // not shown
  bool more_exist = false;  // beyond those that were counted
  /// The verdict over them is the sharpest possible.
  bool tight = true;
  /// Whether the condition holds where all of them are at their lowest or highest.
  std::optional<bool> all_low;
  std::optional<bool> all_high;
};

/// The smallest change of one value that turns the verdict, all else as it is.
struct Change {
  enum class Kind : std::uint8_t {
    input,    // the input's value
    members,  // how many parts satisfy what an aggregate asks
  };
  Kind kind = Kind::input;
  std::string name;  // the input; or what the parts are to satisfy
  std::string label;
  Location at;
  Quantity from;
  /// The nearest value, in whole steps, with which the verdict is the other one; nothing where
  /// there is none in the value's range.
  std::optional<Rational> to;
  /// Whether no value was passed over: else a nearer one may do, or one where none was found.
  bool searched_all = true;
  std::optional<Rational> step;  // nothing for yes/no and stages
  std::string of;                // members: the name of the level, group or length of time
  std::int64_t members = 0;      // members: how many more (or, below 0, fewer) satisfy it
};
std::string_view name(Change::Kind kind);

/// Why a cell is what it is.
struct Explanation {
  std::shared_ptr<const model::Plan> plan;  // for the names of stages
  std::string target;
  std::string label;
  std::string clause;  // number
  std::string clause_title;
  std::vector<model::Citation> cite;
  std::vector<std::string> tags;
  std::vector<std::string> lead, responsible, cooperating;
  Location at;          // as asked; the path of the entity
  calendar::Span read;  // what of its span is read: up to the deadline
  std::string entity_name;
  std::string condition;  // as written
  calendar::Date as_of;
  assessment::Cell cell;
  bool due = false;           // as of that day
  std::optional<bool> holds;  // the condition, today
  std::vector<Comparison> comparisons;
  std::optional<Node> filter;   // `where`, where it decides
  std::vector<Node> deadlines;  // where the deadline itself is missing
  std::optional<Missing> missing;
  bool turns_to = false;        // what the condition is after each of the changes
  std::vector<Change> changes;  // by input, in the order in which the formula reads them
};

struct Options {
  /// How many parts, reports and missing cells are listed each.
  std::size_t max_children = 5;
  /// How deep the formula is followed.
  std::size_t depth = 12;
};

/// Explains a cell of an assessment.
Explanation explain(const assessment::Assessment& assessment, const assessment::Cell& cell,
                    const Options& options = {});

/// Why the status is what it is, in one sentence.
std::string why(const Explanation& explanation, text::Language language);

/// The whole as an indented text that ends in a line break.
std::string to_text(const Explanation& explanation, text::Language language);

/// A value in words: "57.6589 % (2793/4844)", "开工", "yes", "2023-10-25"; where missing, why.
std::string to_text(const Quantity& quantity, const model::Plan& plan, text::Language language);

}  // namespace dabiao::explain
