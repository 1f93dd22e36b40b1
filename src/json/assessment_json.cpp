#include "dabiao/json/assessment_json.hpp"

#include "dabiao/assess/status.hpp"
#include "dabiao/exact/nearest.hpp"
#include "dabiao/value/reason.hpp"
#include "document.hpp"

namespace dabiao::json {
namespace {

using assessment::Assessment;
using assessment::Cell;
using assessment::ComparisonResult;
using assessment::Tally;
using exact::Rational;

Document number(const std::optional<Rational>& value) {
  if (!value) return nullptr;
  return value->to_double();
}

Document counts(const Tally& tally) {
  Document object;
  for (const assessment::StatusRow& row : assessment::statuses)
    object[row.name] = tally[row.status];
  return object;
}

Document bound(const ComparisonResult& comparison, const exact::Bound& end) {
  if (!end.is_finite()) return nullptr;
  return comparison.shown(end.finite()).to_double();
}

Document comparison_document(const ComparisonResult& result, const ir::Target& target) {
  const auto in_unit = [&result](const std::optional<Rational>& base) -> std::optional<Rational> {
    if (!base) return std::nullopt;
    return result.shown(*base);
  };
  Document object;
  object["operator"] = symbol(target.comparisons[result.comparison].comparator);
  object["status"] = assessment::name(result.status);
  object["reason"] = optional_text(std::string(value::name(result.reason)));
  object["holds"] = result.holds ? Document(*result.holds) : Document(nullptr);
  object["value"] = number(in_unit(result.value));
  object["low"] = bound(result, result.bounds.low);
  object["high"] = bound(result, result.bounds.high);
  object["threshold"] = number(in_unit(result.threshold));
  object["upper"] = number(in_unit(result.upper));
  object["gap"] = result.gap ? Document(exact::nearest_with_sign(result.shown(*result.gap)))
                             : Document(nullptr);
  object["unit"] = result.type.is_number() ? Document(result.type.unit.text()) : Document(nullptr);
  object["attained"] = number(result.attained);
  object["progress"] = number(result.progress);
  object["start"] = number(in_unit(result.start));
  object["expected"] = number(in_unit(result.expected));
  object["projected"] = number(in_unit(result.projected));
  object["projected_date"] = optional_text(result.projected_date);
  object["data_day"] = optional_text(result.data_day);
  object["exact"] = {{"value", optional_exact(in_unit(result.value))},
                     {"threshold", optional_exact(in_unit(result.threshold))},
                     {"upper", optional_exact(in_unit(result.upper))},
                     {"gap", optional_exact(in_unit(result.gap))}};
  return object;
}

Document cell_document(const Assessment& assessment, const Cell& cell) {
  const model::Plan& plan = assessment.plan();
  const model::Target& target = plan.targets[cell.target];
  const ir::Target& lowered = assessment.program->targets[cell.target];
  Document object;
  object["target"] = target.name;
  object["label"] = target.shown();
  object["entity"] = assessment.entity_name(cell);
  object["path"] = assessment.entity_path(cell);
  object["level"] = assessment.level_name(cell);
  object["span"] = cell.span.to_string();
  object["due"] = optional_text(cell.due);
  object["status"] = assessment::name(cell.status);
  object["reason"] = optional_text(std::string(value::name(cell.reason)));
  object["whatever"] = cell.whatever;
  object["tight"] = cell.tight;
  object["attained"] = number(cell.attained);
  object["reached_on"] = optional_text(cell.reached_on);
  object["complete"] = cell.complete();
  object["binding"] = cell.comparisons.empty() ? Document(nullptr) : Document(cell.binding);
  object["comparisons"] = Document::array();
  for (const ComparisonResult& each : cell.comparisons) {
    object["comparisons"].push_back(comparison_document(each, lowered));
  }
  object["lead"] = assessment.lead(cell);
  object["responsible"] = assessment.responsible(cell);
  object["cooperating"] = assessment.cooperating(cell);
  object["clause"] = target.clause == model::none ? Document(nullptr)
                                                  : Document(plan.clauses[target.clause].number);
  object["cite"] = Document::array();
  for (const model::Citation& each : target.cite) {
    object["cite"].push_back({{"clause", optional_text(each.clause)}, {"anchor", each.anchor}});
  }
  object["tags"] = target.tags;
  return object;
}

}  // namespace

std::string_view symbol(ir::Comparator comparator) {
  switch (comparator) {
    case ir::Comparator::at_least:
      return ">=";
    case ir::Comparator::more_than:
      return ">";
    case ir::Comparator::at_most:
      return "<=";
    case ir::Comparator::less_than:
      return "<";
    case ir::Comparator::equal:
      return "=";
    case ir::Comparator::not_equal:
      return "!=";
    case ir::Comparator::within:
      return "..";
    case ir::Comparator::holds:
      return "holds";
    case ir::Comparator::holds_not:
      return "holds not";
  }
  return "";
}

std::string assessment_json(const Assessment& assessment, text::Language language) {
  const model::Plan& plan = assessment.plan();
  Document document;
  document["plan"] = {{"name", plan.name}, {"label", plan.shown()}};
  document["as_of"] = assessment.as_of.to_string();
  Tally all;
  document["targets"] = Document::array();
  for (const assessment::Summary& summary : assessment.by_target()) {
    Document entry;
    entry["target"] = summary.key;
    entry["counts"] = counts(summary.tally);
    const std::optional<double> share = summary.tally.share_met();
    entry["share_met"] = share ? Document(*share) : Document(nullptr);
    document["targets"].push_back(std::move(entry));
    all.add(summary.tally);
  }
  document["counts"] = counts(all);
  document["cells"] = Document::array();
  for (const Cell& cell : assessment.cells()) {
    document["cells"].push_back(cell_document(assessment, cell));
  }
  document["warnings"] = Document::array();
  for (const text::Diagnostic& each : text::sorted(assessment.warnings)) {
    document["warnings"].push_back(to_document(each, language));
  }
  return written(document, 2);
}

}  // namespace dabiao::json
