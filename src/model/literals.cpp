#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "dabiao/text/nearest.hpp"
#include "resolver.hpp"

namespace dabiao::model {

namespace {

/// The expression below leading minus signs, and whether they turn its sign.
struct Signed {
  ExpressionId id;
  bool negative = false;
};

Signed below_signs(const syntax::Ast& ast, ExpressionId id) {
  Signed result{id, false};
  while (ast.at(result.id).kind == syntax::ExpressionKind::call &&
         ast.at(result.id).text == "negate" && ast.at(result.id).arguments.size() == 1) {
    result.id = ast.at(result.id).arguments.front();
    result.negative = !result.negative;
  }
  return result;
}

}  // namespace

bool Resolver::is_damaged(Place place) const {
  const auto after = std::upper_bound(
      ast_->statements.begin(), ast_->statements.end(), place.begin,
      [](std::uint32_t at, const syntax::Statement& each) { return at < each.place.begin; });
  return after != ast_->statements.begin() && std::prev(after)->damaged;
}

std::optional<units::Unit> Resolver::unit_of(const syntax::Expression& number) {
  if (number.unit.empty()) return units::Unit();
  if (auto unit = plan_.written_units.parse(plan_.units, number.unit)) return unit;
  // The parser knows most of them, and a unit that some head missed before is one mistake with it.
  if (!is_damaged(number.place) &&
      unknown_types_.emplace(number.unit, diagnostics_.size()).second) {
    plan_.units.parse(number.unit, number.unit_place, diagnostics_);
  }
  return std::nullopt;
}

std::optional<Resolver::WrittenNumber> Resolver::written_number(ExpressionId id, bool& reported) {
  const Signed inner = below_signs(*ast_, id);
  const syntax::Expression& number = expression(inner.id);
  if (number.kind != syntax::ExpressionKind::number) return std::nullopt;
  std::optional<Rational> value = Rational::parse(number.text);
  if (!value) {
    reported = true;  // the parser has counted its digits
    return std::nullopt;
  }
  if (inner.negative) value = -*value;
  if (const std::optional<Rational> magnitude = units::magnitude(number.unit)) {
    return WrittenNumber{*value * *magnitude, units::Unit(), true};
  }
  const std::optional<units::Unit> unit = unit_of(number);
  if (!unit) {
    reported = true;
    return std::nullopt;
  }
  return WrittenNumber{std::move(*value), *unit, number.unit.empty()};
}

std::optional<Literal> Resolver::free_literal(ExpressionId id) {
  if (id == syntax::no_expression) return std::nullopt;
  const syntax::Expression& written = expression(id);
  switch (written.kind) {
    case syntax::ExpressionKind::yesno:
      return Literal{Rational(written.truth ? 1 : 0), value::Type::yesno(), written.place};
    case syntax::ExpressionKind::period:
      return Literal{Rational(written.span->last_day().days()), value::Type::date(), written.place};
    case syntax::ExpressionKind::name: {
      const std::vector<Symbol> stages = plan_.stages_named(written.text);
      if (stages.size() != 1) {
        resolve_expression(id);
        if (stages.empty() && plan_.resolution[id].kind != Kind::unknown) {
          report(text::kind("not_a_literal"), written.place);
        }
        return std::nullopt;
      }
      plan_.resolution[id] = stages.front();
      return Literal{Rational(stages.front().stage), value::Type::stage(stages.front().index),
                     written.place};
    }
    default:
      break;
  }
  bool reported = false;
  if (const std::optional<WrittenNumber> number = written_number(id, reported)) {
    return Literal{number->value * number->unit.scale(), value::Type::number(number->unit),
                   written.place};
  }
  if (!reported) report_not_a_literal(written);
  return std::nullopt;
}

std::optional<Literal> Resolver::literal(ExpressionId id, const value::Type& type, Bare bare,
                                         const units::Unit* unit_of_bare) {
  if (id == syntax::no_expression) return std::nullopt;
  const syntax::Expression& written = expression(id);

  if (type.is_stage() && written.kind == syntax::ExpressionKind::name) {
    const Scale& scale = plan_.scales[type.scale];
    for (const Symbol& stage : plan_.stages_named(written.text)) {
      if (stage.index != type.scale) continue;
      plan_.resolution[id] = stage;
      return Literal{Rational(stage.stage), type, written.place};
    }
    // Where the list of stages is wrong, the parser has said so.
    if (scale.stages.empty() || is_damaged(scale.place)) return std::nullopt;
    text::Diagnostic& diagnostic = report(text::kind("unknown_stage"), written.place)
                                       .with("name", written.text)
                                       .with("scale", scale.name)
                                       .label(scale.place, "declared here", "在此声明");
    if (const auto near = text::nearest(written.text, scale.stages)) diagnostic.suggest(*near);
    for (const std::string& stage : scale.stages) diagnostic.expect("`" + stage + "`");
    return std::nullopt;
  }

  const auto report_type = [&](Words seen) {
    Words wanted = words(type, plan_);
    report(text::kind("literal_of_another_type"), written.place)
        .with("seen", std::move(seen.english), std::move(seen.chinese))
        .expect(std::move(wanted.english), std::move(wanted.chinese));
    return std::nullopt;
  };

  bool reported = false;
  if (std::optional<WrittenNumber> number = written_number(id, reported)) {
    if (!type.is_number()) return report_type(words(value::Type::number(number->unit), plan_));
    if (number->bare && unit_of_bare != nullptr) {
      number->unit = *unit_of_bare;
      number->bare = false;
    }
    if (number->bare && !type.unit.plain()) {
      if (bare == Bare::allowed) {
        number->unit = type.unit;
      } else if (bare == Bare::refused || !type.unit.dimensionless()) {
        report(text::kind("unit_not_written"), written.place)
            .with("unit", type.unit.text())
            .suggest(std::string(source_->slice(written.place)) + " " + type.unit.text());
        return std::nullopt;
      }
    }
    if (!units::compatible(number->unit, type.unit)) {
      Words seen = words(value::Type::number(number->unit), plan_);
      Words wanted = words(type, plan_);
      report(text::kind("unit_mismatch"), written.place)
          .with("seen", std::move(seen.english), std::move(seen.chinese))
          .with("expected", std::move(wanted.english), std::move(wanted.chinese));
      return std::nullopt;
    }
    return Literal{number->value * number->unit.scale(), type, written.place};
  }
  if (reported) return std::nullopt;

  switch (written.kind) {
    case syntax::ExpressionKind::yesno:
      if (!type.is_yesno()) return report_type(words(value::Type::yesno(), plan_));
      return Literal{Rational(written.truth ? 1 : 0), type, written.place};
    case syntax::ExpressionKind::period:
      if (!type.is_date()) return report_type(words(value::Type::date(), plan_));
      return Literal{Rational(written.span->last_day().days()), type, written.place};
    case syntax::ExpressionKind::name: {
      // A name is a literal only as a stage.
      const Symbol symbol = plan_.find(written.text);
      if (symbol.kind == Kind::unknown) {
        report_unknown(written.text, written.place, {Kind::stage});
        return std::nullopt;
      }
      if (symbol.kind == Kind::stage) return report_type({"a stage", "阶段"});
      break;
    }
    default:
      break;
  }
  report_not_a_literal(written);
  return std::nullopt;
}

void Resolver::report_not_a_literal(const syntax::Expression& written) {
  // 2.5 册/读者: what stands behind the slash was meant as a unit.
  if (written.kind == syntax::ExpressionKind::call && written.text == "divide" &&
      written.arguments.size() == 2) {
    const syntax::Expression& number = expression(written.arguments[0]);
    const syntax::Expression& name = expression(written.arguments[1]);
    const Place before{name.place.begin - 1, name.place.begin};
    if (number.kind == syntax::ExpressionKind::number && !number.unit.empty() &&
        name.kind == syntax::ExpressionKind::name && source_->slice(before) == "/") {
      text::Diagnostic& diagnostic =
          report(text::kind("unknown_unit"), name.place).with("name", name.text);
      if (const auto near = plan_.units.nearest(name.text)) diagnostic.suggest(*near);
      return;
    }
  }
  report(text::kind("not_a_literal"), written.place);
}

std::optional<Rational> Resolver::completeness(ExpressionId id) {
  if (id == syntax::no_expression) return std::nullopt;
  const std::optional<Literal> share = literal(id, value::Type::number(), Bare::refused);
  if (!share) return std::nullopt;
  if (share->value.sign() <= 0 || share->value > Rational(1)) {
    report(text::kind("completeness_outside"), share->place);
    return std::nullopt;
  }
  return share->value;
}

std::optional<exact::Interval> Resolver::range(const syntax::Range& written,
                                               const value::Type& type,
                                               const exact::Interval& otherwise) {
  const bool has_low = written.low != syntax::no_expression;
  const bool has_high = written.high != syntax::no_expression;
  if (!has_low && !has_high) return exact::Interval::everything();
  // In `0..100 %` the unit is said once, for both.
  std::optional<units::Unit> shared;
  for (const ExpressionId end : {written.low, written.high}) {
    if (end == syntax::no_expression) continue;
    const syntax::Expression& number = expression(below_signs(*ast_, end).id);
    if (number.kind != syntax::ExpressionKind::number || number.unit.empty()) continue;
    if (units::magnitude(number.unit)) continue;
    shared = unit_of(number);
    if (!shared) return std::nullopt;
  }
  const units::Unit* unit = shared ? &*shared : nullptr;
  std::optional<Literal> low, high;
  if (has_low) low = literal(written.low, type, Bare::plain, unit);
  if (has_low && !low && shared) return std::nullopt;  // the other end is in the same unit
  if (has_high) high = literal(written.high, type, Bare::plain, unit);
  if ((has_low && !low) || (has_high && !high)) return std::nullopt;
  exact::Interval result = otherwise;
  if (low) {
    result.low = low->value;
    result.low_open = false;
  }
  if (high) {
    result.high = high->value;
    result.high_open = false;
  }
  if (result.is_empty()) {
    report(text::kind("range_is_empty"), written.place);
    return std::nullopt;
  }
  return result;
}

std::optional<std::int64_t> Resolver::whole_number_of(ExpressionId id, units::BaseDimension base,
                                                      const text::DiagnosticKind& kind) {
  if (id == syntax::no_expression) return std::nullopt;
  bool reported = false;
  const std::optional<WrittenNumber> number = written_number(id, reported);
  if (reported) return std::nullopt;
  if (number && number->unit.dimension() == units::Dimension(base)) {
    if (const auto whole = (number->value * number->unit.scale()).to_int64()) return whole;
  }
  report(kind, expression(id).place);
  return std::nullopt;
}

}  // namespace dabiao::model
