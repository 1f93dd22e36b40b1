#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "dabiao/text/render.hpp"
#include "dabiao/units/unit.hpp"

namespace dabiao::value {

/// What a value is: a number with a unit, a yes/no, a date, or a stage of a scale.
struct Type {
  enum class Kind : std::uint8_t { number, yesno, date, stage };
  static constexpr std::uint32_t no_scale = 0xffffffff;

  Kind kind = Kind::number;
  std::uint32_t scale = no_scale;  // of a stage: which scale; no_scale for all else
  units::Unit unit;                // of a number; plain for all else

  static Type number(units::Unit unit = {}) { return {Kind::number, no_scale, std::move(unit)}; }
  static Type yesno() { return {Kind::yesno, no_scale, {}}; }
  static Type date() { return {Kind::date, no_scale, {}}; }
  static Type stage(std::uint32_t scale) { return {Kind::stage, scale, {}}; }

  bool is_number() const { return kind == Kind::number; }
  bool is_yesno() const { return kind == Kind::yesno; }
  bool is_date() const { return kind == Kind::date; }
  bool is_stage() const { return kind == Kind::stage; }
  /// Whether its values are whole numbers: counted things, yes/no, stages and dates.
  bool is_whole() const { return !is_number() || units::is_counted(unit); }
  /// A number without a dimension.
  bool is_dimensionless() const { return is_number() && unit.dimensionless(); }

  /// Equal kinds, and equal units (dimension and scale, however written) or scales.
  bool operator==(const Type&) const = default;
};

/// True where values of both may be compared with each other and stand in one column of results:
/// numbers of one dimension, stages of one scale, two dates, two yes/no.
bool compatible(const Type& a, const Type& b);

/// The type in words, for "expected …, found …": "a number in 张", "a plain number", "a yes/no",
/// "a date", "a stage of 进度"; in Chinese 以张计的数, 纯数, 是否, 日期, 进度的阶段. The name of
/// the scale is left out where it is empty.
std::string describe(const Type& type, text::Language language, std::string_view scale_name = {});

}  // namespace dabiao::value
