#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dabiao/data/table.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/units/unit.hpp"
#include "dabiao/value/reason.hpp"
#include "dabiao/value/type.hpp"

// What people write in the cells and headings of a table.
namespace dabiao::data {

/// Without the spaces around it, full-width and no-break ones and a byte-order mark included.
std::string_view trimmed(std::string_view cell);

/// The form in which headings are compared: plain forms of full-width characters, small ASCII
/// letters, no spaces.
std::string plain_heading(std::string_view heading);

/// True for cells that say that there is no value: empty, NA, N/A, -, —, /, …, null, 无数据 and the
/// like.
bool is_missing_mark(std::string_view cell);

/// A cell that was read: a value, or missing for a reason.
struct CellValue {
  value::Reason reason = value::Reason::known;
  /// In the input's own unit; a yes/no is 1 or 0, a stage its rank, a date its day number.
  double number = 0;
  /// The number as it was written, where `number` does not print as it.
  std::optional<exact::Rational> exact;
  /// A number without a unit of its own.
  bool bare = false;

  bool known() const { return reason == value::Reason::known; }
  /// The number as it was written.
  exact::Rational exact_number() const;

  static CellValue missing(value::Reason why) { return {why, 0, std::nullopt, false}; }
  /// The nearest double, with the exact number where that does not print as it.
  static CellValue of(const exact::Rational& number, bool bare = true);
};

/// Reads the cells of one input.
class CellReader {
 public:
  /// Bare numbers are in `bare_unit`, which converts to the unit of the input. The plan must
  /// outlive the reader.
  CellReader(const model::Plan& plan, const value::Type& type, const units::Unit& bare_unit);
  CellReader(const model::Plan& plan, const value::Type& type)
      : CellReader(plan, type, type.unit) {}

  /// Reads a text. Where it is no value of the input, the result is missing (`bad_cell`) and
  /// `problem` says what was seen and what was expected; it carries no place.
  CellValue read(std::string_view cell, text::Diagnostic& problem) const;

  // The same for cells that are no text. Floats stand for their shortest decimals; those that are
  // not finite are missing.
  CellValue read(double cell, text::Diagnostic& problem) const;
  CellValue read(float cell, text::Diagnostic& problem) const;
  CellValue read(std::int64_t cell, text::Diagnostic& problem) const;
  CellValue read(const exact::Rational& cell, text::Diagnostic& problem) const;
  CellValue read_truth(bool cell, text::Diagnostic& problem) const;
  CellValue read_day(std::int32_t cell, text::Diagnostic& problem) const;

  /// The same for a cell of a column of any type; in one that is not read, nothing is reported.
  CellValue read(const TableColumn& column, std::uint64_t row, text::Diagnostic& problem) const;

  /// True where a bare number is the value itself: a number that needs no conversion.
  bool reads_plain_numbers() const { return plain_ && type_.is_number(); }

 private:
  CellValue read_number(std::string_view cell, text::Diagnostic& problem) const;
  CellValue read_yesno(std::string_view cell, text::Diagnostic& problem) const;
  CellValue read_date(std::string_view cell, text::Diagnostic& problem) const;
  CellValue read_stage(std::string_view cell, text::Diagnostic& problem) const;
  /// A bare number; `seen` writes it as the cell does.
  template <class Seen>
  CellValue number(const exact::Rational& written, Seen seen, text::Diagnostic& problem) const;
  CellValue bad(std::string_view seen, text::Diagnostic& problem) const;

  const model::Plan& plan_;
  value::Type type_;
  units::Unit bare_unit_;
  exact::Rational bare_factor_ = 1;  // from the bare unit to the input's
  bool plain_ = true;
};

/// Reads a number of at most 15 digits in its plainest form ("-12.5"), for which the nearest double
/// prints as it; false for everything else.
bool read_plain_number(std::string_view cell, double& number);

}  // namespace dabiao::data
