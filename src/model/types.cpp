#include <string>
#include <utility>
#include <vector>

#include "dabiao/syntax/keywords.hpp"
#include "dabiao/text/nearest.hpp"
#include "resolver.hpp"

namespace dabiao::model {

void Resolver::resolve_units() {
  std::vector<const syntax::UnitDeclaration*> multiples;
  for (const auto& [statement, whole] : unit_statements_) {
    for (const syntax::UnitDeclaration& unit : statement->units) {
      if (unit.name.empty()) continue;
      if (unit.multiple != syntax::no_expression) {
        multiples.push_back(&unit);
      } else {
        plan_.units.declare(unit.name.text, unit.label ? unit.label->text : "", unit.name.place,
                            diagnostics_);
      }
    }
  }
  // A unit may be declared by one that is declared after it.
  constexpr int most_rounds = 64;
  for (int round = 0; round <= most_rounds && !multiples.empty(); ++round) {
    std::vector<const syntax::UnitDeclaration*> waiting;
    for (const syntax::UnitDeclaration* unit : multiples) {
      const syntax::Expression& written = expression(unit->multiple);
      if (written.kind != syntax::ExpressionKind::number) {
        report(text::kind("not_a_literal"), written.place);
        continue;
      }
      const std::optional<Rational> count = Rational::parse(written.text);
      const std::optional<units::Unit> of = plan_.units.parse(written.unit);
      if (!of) {
        waiting.push_back(unit);
      } else if (count) {
        plan_.units.declare_multiple(unit->name.text, unit->label ? unit->label->text : "", *count,
                                     *of, unit->name.place, diagnostics_);
      }
    }
    if (waiting.size() == multiples.size() || round == most_rounds) {
      for (const syntax::UnitDeclaration* unit : waiting) {
        const syntax::Expression& written = expression(unit->multiple);
        plan_.units.parse(written.unit, written.unit_place, diagnostics_);
      }
      return;
    }
    multiples = std::move(waiting);
  }
}

void Resolver::resolve_scales() {
  for (const auto& [statement, whole] : stages_statements_) {
    Scale scale;
    scale.name = statement->name.text;
    if (statement->label) scale.label = statement->label->text;
    scale.place = statement->name.place;
    const auto index = static_cast<ScaleId>(plan_.scales.size());
    std::unordered_map<std::string_view, Place> seen;
    for (const syntax::Name& stage : statement->stages) {
      const auto [first, is_new] = seen.emplace(stage.text, stage.place);
      if (!is_new) {
        report(text::kind("repeated_stage"), stage.place)
            .with("name", stage.text)
            .with("scale", scale.name)
            .label(first->second, "declared here", "在此声明");
        continue;
      }
      const auto rank = static_cast<std::uint32_t>(scale.stages.size());
      plan_.stages[stage.text].push_back({Kind::stage, index, rank});
      scale.stages.push_back(stage.text);
      scale.places.push_back(stage.place);
    }
    plan_.scales.push_back(std::move(scale));
  }
}

std::optional<value::Type> Resolver::type_of(const syntax::TypeName& name) {
  if (name.empty()) return value::Type::number();
  if (const Symbol symbol = plan_.find(name.text); symbol.kind == Kind::scale) {
    return value::Type::stage(symbol.index);
  }
  if (const syntax::KeywordRow* row = syntax::find_keyword(name.text).row) {
    switch (row->keyword) {
      case syntax::Keyword::yesno:
        return value::Type::yesno();
      case syntax::Keyword::date:
        return value::Type::date();
      case syntax::Keyword::number:
        return value::Type::number();
      default:
        break;
    }
  }
  if (const auto unit = plan_.written_units.parse(plan_.units, name.text)) {
    return value::Type::number(*unit);
  }
  const Symbol symbol = plan_.find(name.text);
  if (symbol.kind != Kind::unknown) {
    report_another_kind(name.text, name.place, symbol.kind, {Kind::unit, Kind::scale});
    return std::nullopt;
  }
  if (name.text.find_first_of("/*^()") != std::string::npos ||
      name.text.find("·") != std::string::npos) {
    // Of a compound unit its own reader knows which part is wrong.
    plan_.units.parse(name.text, name.place, diagnostics_);
    return std::nullopt;
  }
  if (const auto known = unknown_types_.find(name.text); known != unknown_types_.end()) {
    // One missing unit is one mistake, however many heads name it.
    text::Diagnostic& first = diagnostics_.list()[known->second];
    constexpr std::size_t most_labels = 3;
    if (first.labels.size() < most_labels) first.label(name.place, "and here", "此处亦然");
    return std::nullopt;
  }
  text::Nearest near(name.text);
  if (const auto unit = plan_.units.nearest(name.text)) near.consider(*unit);
  for (const Scale& scale : plan_.scales) near.consider(scale.name);
  for (const syntax::Keyword keyword :
       {syntax::Keyword::yesno, syntax::Keyword::date, syntax::Keyword::number}) {
    near.consider(syntax::spelled(keyword, syntax::Language::english));
    near.consider(syntax::spelled(keyword, syntax::Language::simplified));
  }
  unknown_types_.emplace(name.text, diagnostics_.size());
  text::Diagnostic& diagnostic = report(text::kind("unknown_type"), name.place)
                                     .with("type", name.text)
                                     .expect("a unit", "单位")
                                     .expect("a scale of stages", "阶段表")
                                     .expect("`yesno`", "`是否`")
                                     .expect("`date`", "`日期`")
                                     .expect("`number`", "`数值`");
  if (near.name()) {
    diagnostic.suggest(*near.name());
  } else {
    const std::string counted = units::UnitNames::counted(name.text);
    diagnostic.note("a counted thing is declared once, as in `unit " + counted + "`",
                    "计数单位须先声明,例如 `单位 " + counted + "`");
  }
  return std::nullopt;
}

}  // namespace dabiao::model
