#include <optional>
#include <string>

#include "dabiao/explain/explanation.hpp"
#include "explain/comparison_words.hpp"
#include "explain/words.hpp"

namespace dabiao::explain {

using assessment::Status;
using text::Language;

namespace {

/// A comparison in one clause: "57.2 % against >= 60 %, short by 2.8 percentage points".
std::string compared(const Words& words, const Explanation& explanation,
                     const Comparison& comparison) {
  const assessment::ComparisonResult& result = comparison.result;
  const std::string prefix =
      explanation.comparisons.size() > 1 ? comparison.text + words.colon() : std::string();
  if (is_truth(comparison)) {
    if (!result.holds) {
      return comparison.text + words.say(" is not known", " 尚不清楚");
    }
    return comparison.text +
           (*result.holds ? words.say(" holds", " 成立") : words.say(" does not hold", " 不成立"));
  }
  std::string all = prefix;
  if (result.value) {
    all += words.plain(result.type, *result.value);
  } else if (result.bounds == Interval::everything()) {
    all += words.say("missing because ", "缺失:") + words.reason(result.reason);
  } else {
    all += words.can_be(result.type, result.bounds);
  }
  const std::string wanted = asked(words, comparison, false);
  if (!wanted.empty()) all += words.say(" against ", ",要求 ") + wanted;
  const std::string gap = gap_words(words, comparison);
  if (!gap.empty()) all += words.comma() + gap;
  return all;
}

const Comparison* shown(const Explanation& explanation) {
  for (const Comparison& each : explanation.comparisons) {
    if (each.result.comparison == explanation.cell.binding) return &each;
  }
  return explanation.comparisons.empty() ? nullptr : &explanation.comparisons.front();
}

std::string why_in(const Words& words, const Explanation& explanation) {
  const assessment::Cell& cell = explanation.cell;
  if (cell.status == Status::not_applicable) {
    if (explanation.filter && explanation.filter->value.known()) {
      return words.say("it concerns only cells where ", "只涉及满足 ") + explanation.filter->text +
             words.say(", which does not hold here", " 的单元格,此处不满足");
    }
    return words.reason(cell.reason);
  }
  if (!cell.due) {
    return words.say("the deadline is missing because ", "限期缺失:") + words.reason(cell.reason);
  }
  const Comparison* comparison = shown(explanation);
  if (comparison == nullptr) return {};
  const std::string due = cell.due->to_string();
  const std::string clause = compared(words, explanation, *comparison);
  const bool doubtful = explanation.filter && !explanation.filter->value.known();
  const std::string whatever =
      cell.whatever ? words.say(", whatever the missing reports say", ",无论缺报为何") : "";
  if (explanation.due) {
    const std::string when = words.say("due on " + due, "已于 " + due + " 到期");
    switch (cell.status) {
      case Status::met:
        return when + words.say(", and it holds: ", ",条件成立:") + clause + whatever;
      case Status::missed:
        return when + words.say(", and it does not hold: ", ",条件不成立:") + clause + whatever;
      default:
        return when +
               (doubtful ? words.say("; whether it concerns this cell is not known: ",
                                     ";是否涉及此处尚不清楚:") +
                               explanation.filter->text
                         : words.say("; what is missing decides: ", ";取决于缺失的数据:") + clause);
    }
  }
  const std::string when = words.say("not due until " + due, due + " 到期");
  const assessment::ComparisonResult& result = comparison->result;
  switch (cell.status) {
    case Status::missed:
      return when +
             words.say(", but whatever is still reported it cannot hold any more: ",
                       ",但无论再报什么都已无法达到:") +
             clause;
    case Status::met:
      return when +
             words.say("; it holds, and nothing that accumulates can undo it: ",
                       ";条件成立,此后的累积不会改变:") +
             clause;
    case Status::on_track:
    case Status::behind: {
      if (result.expected && !result.value && comparison->path) {
        return when + words.semicolon() + clause +
               (cell.status == Status::on_track
                    ? words.say(", which keeps to the path at ", ",不落后于进度线 ")
                    : words.say(", which is off the path at ", ",落后于进度线 ")) +
               words.plain(result.type, *result.expected);
      }
      if (!result.expected || !result.value || !comparison->path) {
        return when +
               words.say("; it holds today and can still be lost: ",
                         ";目前成立,到期前仍可能失去:") +
               clause;
      }
      const std::string line = words.plain(result.type, *result.expected);
      const std::string value = words.plain(result.type, *result.value);
      const std::string day = comparison->path->day.to_string();
      const std::string prefix =
          explanation.comparisons.size() > 1 ? comparison->text + words.colon() : std::string();
      if (cell.status == Status::on_track) {
        return when + words.semicolon() + prefix + value +
               words.say(" keeps to the path, which stands at " + line + " on " + day,
                         " 不落后于进度线(" + day + " 应为 " + line + ")");
      }
      if (const auto edge = edge_passed(*comparison)) {
        const std::string past = words.distance(result.type, *result.value - *edge);
        const std::string back = words.plain(result.type, *edge);
        return when + words.semicolon() + prefix + value +
               words.say(" is " + past + " past the range, and the way leads back to " + back,
                         " 越过范围 " + past + ",须回到 " + back);
      }
      const std::string lag = words.distance(result.type, *result.value - *result.expected);
      return when + words.semicolon() + prefix + value +
             words.say(" is " + lag + " off the path, which stands at " + line + " on " + day,
                       " 比进度线差 " + lag + "(" + day + " 应为 " + line + ")");
    }
    case Status::pending:
      if (cell.span.first && *cell.span.first > explanation.as_of) {
        return when + words.say("; its span begins only on ", ";期间尚未开始,始于 ") +
               cell.span.first->to_string();
      }
      return when + words.say("; it does not hold yet: ", ";尚未成立:") + clause;
    default:
      return when + (doubtful
                         ? words.say("; whether it concerns this cell is not known: ",
                                     ";是否涉及此处尚不清楚:") +
                               explanation.filter->text
                         : words.say("; what is missing decides whether it keeps to its path: ",
                                     ";进度取决于缺失的数据:") +
                               clause);
  }
}

}  // namespace

std::string why(const Explanation& explanation, Language language) {
  return why_in(Words(*explanation.plan, language), explanation);
}

}  // namespace dabiao::explain
