#include "figure_words.hpp"

#include <set>

#include "dabiao/syntax/print.hpp"

namespace dabiao::check::detail {

using exact::Rational;

Rational at_digits(const Rational& number, int decimals, bool rounds) {
  const Rational scale = Rational(10).pow(decimals);
  return (rounds ? (number * scale).round() : (number * scale).truncate()) / scale;
}

Words readable(const model::Plan& plan, const value::Type& type, const Rational& value,
               int decimals) {
  if (type.is_number()) {
    const Rational number = value / type.unit.scale();
    if (!number.to_finite_decimal(6)) {
      const Rational cut = at_digits(number, decimals + 4, false);
      std::string shown = cut.to_decimal(decimals + 4) + "…";
      if (!type.unit.plain()) shown += " " + type.unit.text();
      return {shown, shown};
    }
  }
  return amount(plan, type, value);
}

std::string made_of(const model::Plan& plan, const std::vector<FigureInput>& inputs) {
  std::string from;
  constexpr std::size_t most = 12;
  for (std::size_t i = 0; i < inputs.size() && i < most; ++i) {
    const FigureInput& each = inputs[i];
    const bool is_entry = each.table != model::none;
    if (!from.empty()) from += ", ";
    from += is_entry ? plan.tables[each.table].name : plan.inputs[each.input].name;
    std::string key = each.entity;
    if (each.span) key += (key.empty() ? "" : ", ") + syntax::print_span(*each.span);
    if (!key.empty()) from += "[" + key + "]";
    const value::Type& type =
        is_entry ? plan.tables[each.table].type : plan.inputs[each.input].type;
    from += " = " + amount(plan, type, *each.value).english;
  }
  if (inputs.size() > most) from += ", …";
  return from;
}

Words difference_words(const model::Plan& plan, const StatedFigure& figure) {
  if (!figure.difference) return {"yes against no", "是与否之别"};
  const Rational& gap = *figure.difference;
  if (figure.type.is_number()) {
    return readable(plan, figure.type, gap * figure.type.unit.scale(), figure.decimals.value_or(0));
  }
  const std::string count = gap.abs().to_string();
  const std::string plural = count == "1" ? "" : "s";
  if (figure.type.is_date()) return {count + " day" + plural, count + " 日"};
  return {count + " stage" + plural, count + " 个阶段"};
}

Words missing_words(const model::Plan& plan, const std::vector<FigureInput>& missing) {
  Words words;
  std::set<std::string> named;
  for (const FigureInput& each : missing) {
    std::string what = "`" + plan.inputs[each.input].name + "`";
    if (!each.entity.empty()) what += " (" + each.entity + ")";
    if (!named.insert(what).second) continue;
    if (!words.english.empty()) {
      words.english += ", ";
      words.chinese += "、";
    }
    words.english += what;
    words.chinese += what;
    if (each.reason == value::Reason::stale) {
      words.english += " is given for an earlier time only";
      words.chinese += " 只有更早期间的已知数";
    } else {
      words.english += " is not given";
      words.chinese += " 没有已知数";
    }
  }
  if (words.english.empty()) return {"it depends on more than givens", "它依据的不止是已知数"};
  return words;
}

}  // namespace dabiao::check::detail
