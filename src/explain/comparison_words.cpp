#include "explain/comparison_words.hpp"

namespace dabiao::explain {
namespace {

std::string symbol(ir::Comparator comparator) {
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
    case ir::Comparator::within:
      return "=";
    case ir::Comparator::not_equal:
      return "!=";
    case ir::Comparator::holds:
    case ir::Comparator::holds_not:
      break;
  }
  return {};
}

}  // namespace

std::string asked(const Words& words, const Comparison& comparison, bool full) {
  const assessment::ComparisonResult& result = comparison.result;
  if (!result.threshold) return {};
  const auto number = [&](const Rational& value) {
    return full ? words.full(result.type, value) : words.plain(result.type, value);
  };
  std::string all = symbol(comparison.comparator) + " " + number(*result.threshold);
  if (result.upper) all += ".." + number(*result.upper);
  return all;
}

bool is_truth(const Comparison& comparison) {
  return comparison.comparator == ir::Comparator::holds ||
         comparison.comparator == ir::Comparator::holds_not;
}

std::string gap_words(const Words& words, const Comparison& comparison) {
  const assessment::ComparisonResult& result = comparison.result;
  if (!result.gap || result.gap->is_zero()) return {};
  const std::string distance = words.distance(result.type, *result.gap);
  if (result.type.is_date()) {
    return result.gap->sign() > 0 ? words.say(distance + " to spare", "富余 " + distance)
                                  : words.say(distance + " late", "逾期 " + distance);
  }
  const bool holds = result.gap->sign() > 0;
  switch (comparison.comparator) {
    case ir::Comparator::at_most:
    case ir::Comparator::less_than:
      return holds ? words.say(distance + " below it", "低于上限 " + distance)
                   : words.say("over by ", "超出 ") + distance;
    case ir::Comparator::within:
    case ir::Comparator::equal:
      if (holds) return words.say(distance + " from its edge", "距边界 " + distance);
      return (result.value && *result.value > result.upper.value_or(*result.threshold)
                  ? words.say("over by ", "超出 ")
                  : words.say("short by ", "差 ")) +
             distance;
    default:
      return (holds ? words.say("exceeded by ", "超出 ") : words.say("short by ", "差 ")) +
             distance;
  }
}

std::optional<Rational> edge_passed(const Comparison& comparison) {
  const assessment::ComparisonResult& result = comparison.result;
  const bool bounded = comparison.comparator == ir::Comparator::within ||
                       comparison.comparator == ir::Comparator::equal;
  if (!bounded || !result.value || !result.threshold || !comparison.path ||
      !comparison.path->start) {
    return std::nullopt;
  }
  const bool upward = comparison.path->end >= *comparison.path->start;
  const Rational far = upward ? result.upper.value_or(*result.threshold) : *result.threshold;
  const bool passed = upward ? *result.value > far : *result.value < far;
  if (!passed) return std::nullopt;
  return far;
}

}  // namespace dabiao::explain
