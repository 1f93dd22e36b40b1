#include "dabiao/json/explanation_json.hpp"

#include <utility>
#include <vector>

#include "dabiao/json/assessment_json.hpp"
#include "document.hpp"

namespace dabiao::json {
namespace {

using exact::Rational;
using text::Language;

class ExplanationWriter {
 public:
  ExplanationWriter(const explain::Explanation& explanation, Language language)
      : it_(explanation), language_(language) {}

  Document document() const {
    Document object;
    object["target"] = it_.target;
    object["label"] = it_.label;
    object["clause"] = optional_text(it_.clause);
    object["clause_title"] = optional_text(it_.clause_title);
    object["cite"] = Document::array();
    for (const model::Citation& each : it_.cite) {
      object["cite"].push_back({{"clause", optional_text(each.clause)}, {"anchor", each.anchor}});
    }
    object["tags"] = it_.tags;
    object["lead"] = it_.lead;
    object["responsible"] = it_.responsible;
    object["cooperating"] = it_.cooperating;
    object["at"] = location(it_.at);
    object["as_of"] = it_.as_of.to_string();
    object["due"] = optional_text(it_.cell.due);
    object["is_due"] = it_.due;
    object["condition"] = it_.condition;
    object["status"] = assessment::name(it_.cell.status);
    object["reason"] = optional_text(std::string(value::name(it_.cell.reason)));
    object["holds"] = optional(it_.holds);
    object["why"] = explain::why(it_, language_);
    object["whatever"] = it_.cell.whatever;
    object["comparisons"] = Document::array();
    for (const explain::Comparison& each : it_.comparisons) {
      object["comparisons"].push_back(comparison(each));
    }
    object["filter"] = it_.filter ? tree(*it_.filter) : Document(nullptr);
    object["deadlines"] = Document::array();
    for (const explain::Node& each : it_.deadlines) object["deadlines"].push_back(tree(each));
    object["missing"] = it_.missing ? missing(*it_.missing) : Document(nullptr);
    object["turns_to"] = it_.turns_to;
    object["changes"] = Document::array();
    for (const explain::Change& each : it_.changes) object["changes"].push_back(change(each));
    return object;
  }

  /// A node with its children; they are no deeper than explanations go.
  Document tree(const explain::Node& root) const {
    Document object = node(root);
    for (const explain::Node& child : root.children) object["children"].push_back(tree(child));
    return object;
  }

 private:
  static Document optional(const std::optional<bool>& truth) {
    return truth ? Document(*truth) : Document(nullptr);
  }
  static Document optional(const std::optional<Rational>& base, const value::Type& type) {
    if (!base) return nullptr;
    return exact_text(*base / type.unit.scale());
  }
  static Document bound(const exact::Bound& end, const value::Type& type) {
    if (!end.is_finite()) return nullptr;
    return exact_text(end.finite() / type.unit.scale());
  }

  static Document location(const explain::Location& at) {
    return {{"entity", at.entity}, {"level", at.level}, {"span", at.span.to_string()}};
  }

  Document quantity(const explain::Quantity& quantity) const {
    Document object;
    object["value"] = optional(quantity.value, quantity.type);
    object["unit"] =
        quantity.type.is_number() ? Document(quantity.type.unit.text()) : Document(nullptr);
    object["text"] = explain::to_text(quantity, *it_.plan, language_);
    if (!quantity.known()) {
      object["reason"] = value::name(quantity.reason);
      object["low"] = bound(quantity.range.low, quantity.type);
      object["high"] = bound(quantity.range.high, quantity.type);
    }
    return object;
  }

  Document report(const explain::Report& report) const {
    Document object;
    object["period"] = report.period.to_string();
    object["value"] = quantity(report.value);
    object["whence"] = explain::name(report.whence);
    object["file"] = optional_text(report.file);
    object["row"] = report.row == 0 ? Document(nullptr) : Document(report.row);
    object["clause"] = optional_text(report.clause);
    object["anchor"] = optional_text(report.anchor);
    return object;
  }

  Document source(const explain::Source& source) const {
    Document object;
    object["from"] = explain::name(source.from);
    object["reports"] = Document::array();
    for (const explain::Report& each : source.reports) object["reports"].push_back(report(each));
    object["more_reports"] = source.more_reports;
    object["carried_from"] = optional_text(source.carried_from);
    return object;
  }

  Document parts(const explain::Parts& parts) const {
    Document object;
    object["of"] = parts.of;
    object["count"] = parts.count;
    object["known"] = parts.known;
    object["left_out"] = parts.left_out;
    object["unnamed"] = parts.unnamed;
    if (parts.votes) {
      object["yes"] = parts.yes;
      object["no"] = parts.no;
    }
    object["sum"] = parts.sum ? quantity(*parts.sum) : Document(nullptr);
    object["shown"] = Document::array();
    for (const explain::Part& each : parts.shown) {
      object["shown"].push_back({{"at", location(each.at)},
                                 {"value", quantity(each.value)},
                                 {"doubtful", each.doubtful}});
    }
    object["more"] = parts.more;
    return object;
  }

  /// A node without its children.
  Document node(const explain::Node& node) const {
    Document object;
    object["kind"] = explain::name(node.kind);
    object["text"] = node.text;
    object["name"] = optional_text(node.name);
    object["label"] = optional_text(node.label);
    object["at"] = location(node.at);
    object["value"] = quantity(node.value);
    object["data_day"] = optional_text(node.data_day);
    object["reported"] = node.reported;
    object["expected"] = node.expected;
    if (node.source) object["source"] = source(*node.source);
    if (node.parts) object["parts"] = parts(*node.parts);
    if (node.reference) {
      object["reference"] = {{"target", node.reference->target},
                             {"label", node.reference->label},
                             {"at", location(node.reference->at)},
                             {"status", assessment::name(node.reference->status)}};
    }
    if (!node.key.empty()) object["key"] = node.key;
    if (node.repeated) object["repeated"] = true;
    if (node.cut) object["cut"] = true;
    object["children"] = Document::array();
    return object;
  }

  Document path(const explain::Path& path, const value::Type& type) const {
    Document object;
    object["kind"] = explain::name(path.kind);
    object["start"] = optional(path.start, type);
    object["start_day"] = optional_text(path.start_day);
    object["end"] = exact_text(path.end / type.unit.scale());
    object["due"] = path.due.to_string();
    object["day"] = path.day.to_string();
    object["elapsed_days"] = path.elapsed;
    object["total_days"] = path.total;
    return object;
  }

  Document comparison(const explain::Comparison& comparison) const {
    const assessment::ComparisonResult& result = comparison.result;
    Document object;
    object["text"] = comparison.text;
    object["operator"] = symbol(comparison.comparator);
    object["binding"] = comparison.binding;
    object["status"] = assessment::name(result.status);
    object["holds"] = optional(result.holds);
    object["gap"] = optional(result.gap, result.type);
    object["unit"] =
        result.type.is_number() ? Document(result.type.unit.text()) : Document(nullptr);
    object["attained"] = optional_exact(result.attained);
    object["progress"] = optional_exact(result.progress);
    object["expected"] = optional(result.expected, result.type);
    object["projected"] = optional(result.projected, result.type);
    object["projected_date"] = optional_text(result.projected_date);
    object["path"] = comparison.path ? path(*comparison.path, result.type) : Document(nullptr);
    object["value"] = tree(comparison.value);
    object["threshold"] = comparison.threshold ? tree(*comparison.threshold)
                                               : threshold(result.threshold, result.type);
    object["upper"] =
        comparison.upper ? tree(*comparison.upper) : threshold(result.upper, result.type);
    return object;
  }

  /// A threshold that is a plain number: a node of its own kind, without children.
  Document threshold(const std::optional<Rational>& value, const value::Type& type) const {
    if (!value) return nullptr;
    explain::Node constant;
    constant.value.type = type;
    constant.value.value = value;
    constant.text = explain::to_text(constant.value, *it_.plan, language_);
    constant.at = it_.at;
    return node(constant);
  }

  Document missing(const explain::Missing& missing) const {
    Document object;
    object["reports"] = Document::array();
    for (const explain::MissingReport& each : missing.reports) {
      Document entry;
      entry["input"] = each.input;
      entry["label"] = optional_text(each.label);
      entry["at"] = location(each.at);
      entry["periods"] = Document::array();
      for (const calendar::Span& period : each.periods) {
        entry["periods"].push_back(period.to_string());
      }
      entry["unnamed"] = each.unnamed;
      entry["value"] = quantity(each.value);
      entry["holds_at_low"] = optional(each.at_low);
      entry["holds_at_high"] = optional(each.at_high);
      entry["turns_at"] = optional(each.turns_at, each.value.type);
      object["reports"].push_back(std::move(entry));
    }
    object["more"] = missing.more;
    object["more_exist"] = missing.more_exist;
    object["tight"] = missing.tight;
    object["holds_all_low"] = optional(missing.all_low);
    object["holds_all_high"] = optional(missing.all_high);
    return object;
  }

  Document change(const explain::Change& change) const {
    Document object;
    object["kind"] = explain::name(change.kind);
    object["name"] = change.name;
    object["label"] = optional_text(change.label);
    object["at"] = location(change.at);
    object["from"] = quantity(change.from);
    if (change.to) {
      explain::Quantity to = change.from;
      to.value = change.to;
      to.reason = value::Reason::known;
      object["to"] = quantity(to);
    } else {
      object["to"] = nullptr;
    }
    object["searched_all"] = change.searched_all;
    object["step"] = optional(change.step, change.from.type);
    object["of"] = optional_text(change.of);
    object["members"] = change.members;
    return object;
  }

  const explain::Explanation& it_;
  Language language_;
};

}  // namespace

std::string explanation_json(const explain::Explanation& explanation, Language language) {
  return written(ExplanationWriter(explanation, language).document(), 2);
}

std::string node_json(const explain::Node& node, const std::shared_ptr<const model::Plan>& plan,
                      Language language) {
  explain::Explanation around;  // only its plan is read, for the names of stages
  around.plan = plan;
  return written(ExplanationWriter(around, language).tree(node), 2);
}

}  // namespace dabiao::json
