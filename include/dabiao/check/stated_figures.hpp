#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/exact/rational.hpp"
#include "dabiao/ir/program.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/value/type.hpp"

// The numbers that a document itself claims: they are checked, not believed.
namespace dabiao::check {

/// How a stated figure compares with what the plan's givens and tables make it.
enum class Verdict : std::uint8_t {
  agrees,
  rounded,
  truncated,
  differs,
  not_recomputable,
};

/// Everything that is said about a verdict, in one place.
struct VerdictRow {
  Verdict verdict;
  std::string_view name;
  std::string_view chinese;
  std::string_view meaning;
  std::string_view meaning_chinese;
};

inline constexpr VerdictRow verdicts[] = {
    {Verdict::agrees, "agrees", "一致", "exactly what the givens make it",
     "与由已知数重算的值完全相等"},
    {Verdict::rounded, "rounded", "四舍五入",
     "the same after rounding to the digits that are written", "按所写位数四舍五入后相等"},
    {Verdict::truncated, "truncated", "截尾",
     "the same only after cutting off what follows the digits that are written",
     "截去所写位数之后的数字才相等"},
    {Verdict::differs, "differs", "不符", "neither rounding nor cutting off makes them the same",
     "四舍五入或截尾后都不相等"},
    {Verdict::not_recomputable, "not_recomputable", "无法重算",
     "the plan does not give all that the figure is made of", "计划没有给出所需的全部数据"},
};

constexpr const VerdictRow& row(Verdict verdict) {
  return verdicts[static_cast<std::size_t>(verdict)];
}
constexpr std::string_view name(Verdict verdict) {
  return row(verdict).name;
}

/// A number of the plan that went into a figure, or one that it lacks.
struct FigureInput {
  model::InputId input = model::none;           // given, or
  model::TableId table = model::none;           // an entry of a table
  std::string entity;                           // its path; empty at the top
  std::optional<calendar::Span> span;           // of an entry of a table by time
  std::optional<exact::Rational> value;         // in base scale; nothing where it is missing
  value::Reason reason = value::Reason::known;  // why it is missing
};

/// A stated figure at one entity, recomputed.
struct StatedFigure {
  std::size_t index = 0;  // into Plan::stated
  std::string entity;     // the path of where it is stated; empty at the top
  value::Type type;       // of the stated value; numbers below are in base scale
  exact::Rational stated;
  std::optional<exact::Rational> recomputed;  // nothing where it cannot be
  Verdict verdict = Verdict::not_recomputable;
  /// How far the stated value lies above what was recomputed, in the stated unit (days for dates,
  /// ranks for stages).
  std::optional<exact::Rational> difference;
  /// How many digits after the point are written, in the stated unit; nothing for what is no
  /// written number.
  std::optional<int> decimals;
  std::vector<FigureInput> inputs;  // what it was recomputed from
  std::vector<FigureInput> missing;
};

struct StatedFigures {
  std::vector<StatedFigure> figures;  // in the order of the plan, then of the entities
  text::Diagnostics diagnostics;
};

/// Recomputes every stated figure from the plan's givens and tables alone, as of the last day that
/// it is stated for.
StatedFigures check_stated(std::shared_ptr<const ir::Program> program);

}  // namespace dabiao::check
