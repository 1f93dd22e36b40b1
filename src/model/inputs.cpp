#include <algorithm>
#include <string>
#include <utility>

#include "dabiao/syntax/keywords.hpp"
#include "resolver.hpp"

namespace dabiao::model {

namespace {

using TypeKind = value::Type::Kind;

/// True for numbers that do not add up: shares and quotients.
bool is_rate(const value::Type& type) {
  if (!type.is_number() || type.unit.plain()) return false;
  if (type.unit.dimensionless()) return true;
  for (const units::Dimension::Factor& factor : type.unit.dimension().factors()) {
    if (factor.exponent < 0) return true;
  }
  return false;
}

/// How an input rolls up where its declaration does not say.
struct RollUps {
  RollUp over_periods;
  RollUp over_parts;
};

RollUps usual_roll_ups(const value::Type& type, InputKind kind) {
  const bool flow = kind == InputKind::flow;
  switch (type.kind) {
    case TypeKind::number:
      if (is_rate(type)) return {flow ? RollUp::none : RollUp::last, RollUp::none};
      return {flow ? RollUp::sum : RollUp::last, RollUp::sum};
    case TypeKind::yesno:
      return flow ? RollUps{RollUp::any, RollUp::any} : RollUps{RollUp::last, RollUp::all};
    case TypeKind::stage:
      return {RollUp::last, RollUp::min};
    case TypeKind::date:
      break;
  }
  return {kind == InputKind::stock ? RollUp::last : RollUp::min, RollUp::none};
}

/// Whether a roll-up of such values means something.
bool fits(RollUp roll_up, const value::Type& type, bool over_parts) {
  switch (roll_up) {
    case RollUp::sum:
    case RollUp::average:
      return type.is_number();
    case RollUp::any:
    case RollUp::all:
      return type.is_yesno();
    case RollUp::min:
    case RollUp::max:
      return !type.is_yesno();
    case RollUp::last:
      return !over_parts;
    case RollUp::none:
      return true;
  }
  return false;
}

std::optional<RollUp> roll_up_named(std::string_view word) {
  const syntax::KeywordRow* row = syntax::find_keyword(word).row;
  if (row == nullptr) return std::nullopt;
  switch (row->keyword) {
    case syntax::Keyword::sum:
      return RollUp::sum;
    case syntax::Keyword::last:
      return RollUp::last;
    case syntax::Keyword::any:
      return RollUp::any;
    case syntax::Keyword::all:
      return RollUp::all;
    case syntax::Keyword::min:
      return RollUp::min;
    case syntax::Keyword::max:
      return RollUp::max;
    case syntax::Keyword::none_at_all:
      return RollUp::none;
    case syntax::Keyword::average:
      return RollUp::average;
    default:
      return std::nullopt;
  }
}

std::optional<InputKind> kind_named(std::string_view word) {
  const syntax::KeywordRow* row = syntax::find_keyword(word).row;
  if (row == nullptr) return std::nullopt;
  switch (row->keyword) {
    case syntax::Keyword::flow:
      return InputKind::flow;
    case syntax::Keyword::stock:
      return InputKind::stock;
    case syntax::Keyword::constant:
      return InputKind::constant;
    default:
      return std::nullopt;
  }
}

exact::Interval usual_range(const value::Type& type, const Plan& plan) {
  switch (type.kind) {
    case TypeKind::number:
      return units::nonnegative_by_default(type.unit) ? exact::Interval::at_least(0)
                                                      : exact::Interval::everything();
    case TypeKind::yesno:
      return {0, 1};
    case TypeKind::stage: {
      const std::size_t stages = plan.scales[type.scale].stages.size();
      return {0, stages == 0 ? std::size_t{0} : stages - 1};
    }
    case TypeKind::date:
      break;
  }
  return exact::Interval::everything();
}

}  // namespace

void Resolver::resolve_inputs() {
  // Types first: a weight may be declared after the input that it weights.
  for (std::size_t i = 0; i < input_statements_.size(); ++i) {
    const std::optional<value::Type> type = type_of(input_statements_[i].first->head.type);
    if (type) plan_.inputs[i].type = *type;
    plan_.inputs[i].type_known = type.has_value();
  }
  for (std::size_t i = 0; i < input_statements_.size(); ++i) {
    Input& input = plan_.inputs[i];
    const syntax::InputStatement& statement = *input_statements_[i].first;
    input.each = statement.each;
    if (!statement.levels.empty()) {
      const Symbol level = find(statement.levels.front(), {Kind::level});
      if (level.kind == Kind::level) input.level = level.index;
      if (statement.levels.size() > 1) {
        report(text::kind("several_input_levels"), statement.levels[1].place)
            .with("name", input.name)
            .label(statement.levels.front().place, "the first level", "第一个层级");
      }
    }
  }
  for (std::size_t i = 0; i < input_statements_.size(); ++i) {
    resolve_input(plan_.inputs[i], *input_statements_[i].first,
                  input_statements_[i].second->damaged);
  }
}

void Resolver::resolve_input(Input& input, const syntax::InputStatement& statement, bool damaged) {
  const Place place = statement.head.name.place;

  const std::optional<InputKind> kind = kind_named(statement.kind.text);
  if (kind) {
    input.kind = *kind;
  } else {
    input.kind = input.type.is_stage() ? InputKind::stock : InputKind::flow;
    if (input.type_known && input.type.is_number() && !damaged) {
      report(text::kind("kind_not_said"), place)
          .with("name", input.name)
          .expect("`flow`", "`流量`")
          .expect("`stock`", "`存量`")
          .expect("`constant`", "`常量`");
    }
  }
  // What follows from a type or a kind that is not known would be guesswork.
  const bool kind_known = kind || !input.type.is_number();

  const RollUps usual = usual_roll_ups(input.type, input.kind);
  input.over_periods = usual.over_periods;
  input.over_parts = usual.over_parts;
  input.range = usual_range(input.type, plan_);
  if (statement.over_periods) {
    const auto said = roll_up(*statement.over_periods, input, false, input.weight_over_periods,
                              input.weight_over_periods_place);
    if (said) input.over_periods = *said;
  }
  if (statement.over_parts) {
    const auto said = roll_up(*statement.over_parts, input, true, input.weight, input.weight_place);
    if (said) input.over_parts = *said;
  }
  if (!input.type_known) return;

  if (is_rate(input.type)) {
    const bool over_periods =
        kind == InputKind::flow && !statement.over_periods && input.each.has_value();
    const bool over_parts = plan_.levels[input.level].depth > 0 && !statement.over_parts;
    if (over_parts || over_periods) {
      report(text::kind("roll_up_not_said"), place)
          .with("name", input.name)
          .with("over", over_parts ? "parts" : "periods", over_parts ? "下级" : "期间")
          .with("clause", over_parts ? "over parts" : "over periods",
                over_parts ? "下级汇总" : "期间汇总");
    }
  }

  using Missing = syntax::InputStatement::Missing;
  const auto missing_does_not_fit = [&](const Words& what, std::string_view rule,
                                        std::string_view english, std::string_view chinese) {
    report(text::kind("missing_rule_not_fitting"), statement.missing_place)
        .with("rule", std::string(rule))
        .with("what", what.english, what.chinese)
        .expect(std::string(english), std::string(chinese));
  };
  switch (statement.missing) {
    case Missing::unknown:
      break;
    case Missing::zero:
      if (input.type.is_number() && (input.kind == InputKind::flow || !kind_known)) {
        input.missing = WhenMissing::zero;
      } else if (input.type.is_number()) {
        missing_does_not_fit({"a number that is no flow", "非流量的数"}, "0", "a flow", "流量");
      } else {
        missing_does_not_fit(words(input.type, plan_), "0", "a flow of numbers", "数的流量");
      }
      break;
    case Missing::no:
      if (input.type.is_yesno()) {
        input.missing = WhenMissing::no;
      } else {
        missing_does_not_fit(words(input.type, plan_), "no", "a yes/no", "是否");
      }
      break;
    case Missing::later:
      if (input.type.is_date()) {
        input.missing = WhenMissing::later;
      } else {
        missing_does_not_fit(words(input.type, plan_), "later", "a date", "日期");
      }
      break;
  }

  if (statement.fresh != syntax::no_expression) {
    const auto months =
        whole_number_of(statement.fresh, units::month_dimension, text::kind("fresh_not_in_months"));
    if (months && *months <= 0) {
      report(text::kind("fresh_not_in_months"), expression(statement.fresh).place);
    } else if (kind_known && input.kind != InputKind::stock) {
      report(text::kind("fresh_without_stock"), expression(statement.fresh).place)
          .with("name", input.name);
    } else {
      input.fresh_months = months;
    }
  }

  if (statement.range) {
    if (input.type.is_yesno()) {
      Words what = words(input.type, plan_);
      report(text::kind("range_not_fitting"), statement.range->place)
          .with("what", std::move(what.english), std::move(what.chinese));
    } else if (const auto said = range(*statement.range, input.type, input.range)) {
      input.range = *said;
    }
  }
}

std::optional<RollUp> Resolver::roll_up(const syntax::RollUp& written, const Input& input,
                                        bool over_parts, InputId& weight, Place& weight_place) {
  const std::optional<RollUp> method = roll_up_named(written.method.text);
  if (!method) return std::nullopt;  // the parser has said so
  if (input.type_known && !fits(*method, input.type, over_parts)) {
    Words what = words(input.type, plan_);
    report(text::kind("roll_up_not_fitting"), written.method.place)
        .with("roll_up", written.method.text)
        .with("what", std::move(what.english), std::move(what.chinese))
        .with("over", over_parts ? "parts" : "periods", over_parts ? "下级" : "期间");
    return std::nullopt;
  }
  if (*method != RollUp::average) return method;

  if (written.weight.empty()) {
    report(text::kind("average_without_weight"), written.method.place).with("name", input.name);
    return std::nullopt;
  }
  const Symbol symbol = find(written.weight, {Kind::input});
  if (symbol.kind != Kind::input) return std::nullopt;
  const Input& by = plan_.inputs[symbol.index];
  const auto does_not_fit = [&](std::string english, std::string chinese) {
    report(text::kind("weight_not_fitting"), written.weight.place)
        .with("weight", by.name)
        .with("name", input.name)
        .with("why", std::move(english), std::move(chinese))
        .label(by.place, "declared here", "在此声明");
  };
  if (&by == &input) {
    does_not_fit("an input does not weight itself", "数据不能以自身加权");
    return std::nullopt;
  }
  if (by.type_known && !by.type.is_number()) {
    does_not_fit("it is no number", "它不是数");
    return std::nullopt;
  }
  if (!plan_.is_at_or_above(input.level, by.level)) {
    does_not_fit("it is not reported at `" + plan_.levels[input.level].name + "` or below",
                 "它不在 `" + plan_.levels[input.level].name + "` 或其下级填报");
    return std::nullopt;
  }
  weight = symbol.index;
  weight_place = written.weight.place;
  return method;
}

}  // namespace dabiao::model
