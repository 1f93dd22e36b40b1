#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/explain/explanation.hpp"
#include "explain/comparison_words.hpp"
#include "explain/lines.hpp"
#include "explain/tree_text.hpp"
#include "explain/words.hpp"

// What is said of an explanation, in words.
namespace dabiao::explain {

using assessment::Status;
using text::Language;

namespace {

class Writer {
 public:
  Writer(const Explanation& explanation, Language language)
      : explanation_(explanation), language_(language), words_(*explanation.plan, language) {}

  std::string run();

 private:
  void head();
  void comparison(const Comparison& of);
  void path(const Comparison& of, std::size_t indent);
  void missing(const Missing& of);
  void changes();
  std::string called(const Change& change) const;
  std::string names(const std::vector<Change>& of) const;

  Location here() const {
    return {explanation_.at.entity, explanation_.at.level, explanation_.read};
  }
  std::string verdict(const std::optional<bool>& holds) const {
    return !holds   ? words_.say("undecided", "仍无法判定")
           : *holds ? words_.say("it holds", "成立")
                    : words_.say("it does not hold", "不成立");
  }

  const Explanation& explanation_;
  Language language_;
  Words words_;
  Lines lines_;
};

void Writer::head() {
  const Explanation& of = explanation_;
  std::string title = of.target;
  if (!of.label.empty() && of.label != of.target) title += " " + words_.quoted(of.label);
  lines_.add(0, title + words_.colon() + words_.status(of.cell.status));
  lines_.add(1, of.condition);
  std::vector<std::string> source;
  if (!of.clause.empty()) {
    source.push_back(words_.say("clause ", "条款 ") + of.clause +
                     (of.clause_title.empty() ? "" : " " + of.clause_title));
  }
  for (const model::Citation& each : of.cite) source.push_back(words_.quoted(each.anchor));
  for (const std::string& tag : of.tags) source.push_back(tag);
  std::string all;
  for (const std::string& each : source) all += (all.empty() ? "" : words_.semicolon()) + each;
  if (!all.empty()) lines_.add(1, all);
  all.clear();
  const auto parties = [&](const std::vector<std::string>& names, std::string_view english,
                           std::string_view chinese) {
    if (names.empty()) return;
    all += (all.empty() ? "" : words_.semicolon()) + words_.say(english, chinese) + " " +
           words_.joined(names);
  };
  parties(of.lead, "lead", "牵头");
  parties(of.responsible, "responsible", "责任");
  parties(of.cooperating, "cooperating", "配合");
  if (!all.empty()) lines_.add(1, all);
  std::string where =
      of.at.entity + words_.brackets(of.at.level) + words_.comma() + words_.span(of.at.span);
  if (of.cell.due) where += words_.comma() + words_.say("due ", "限期 ") + of.cell.due->to_string();
  where += words_.comma() + words_.say("as of ", "评估日 ") + of.as_of.to_string();
  lines_.add(1, where);
  lines_.add(1, words_.say("why: ", "原因:") + why(of, language_));
  if (of.cell.reached_on && of.cell.status != Status::not_applicable) {
    lines_.add(1, words_.say("first held on ", "首次成立于 ") + of.cell.reached_on->to_string());
  }
  if (of.cell.reported < of.cell.expected) {
    lines_.add(1, words_.say("reports: " + std::to_string(of.cell.reported) + " of " +
                                 std::to_string(of.cell.expected),
                             "应报 " + std::to_string(of.cell.expected) + " 份,已报 " +
                                 std::to_string(of.cell.reported) + " 份"));
  }
}

void Writer::path(const Comparison& of, std::size_t indent) {
  const assessment::ComparisonResult& result = of.result;
  const auto number = [&](const Rational& value) { return words_.plain(result.type, value); };
  // What is due is judged by its threshold alone.
  if (of.path && result.expected && !explanation_.due) {
    const Path& path = *of.path;
    const std::string day = path.day.to_string();
    const std::string expected = number(*result.expected);
    switch (path.kind) {
      case Path::Kind::line:
        lines_.add(indent, words_.say("path: from ", "进度线:自 ") + path.start_day->to_string() +
                               words_.say(" at ", " 的 ") + number(*path.start) +
                               words_.say(" to ", " 到 ") + path.due.to_string() +
                               words_.say(" at ", " 的 ") + number(path.end) + words_.comma() +
                               words_.say("day " + std::to_string(path.elapsed) + " of " +
                                              std::to_string(path.total),
                                          "第 " + std::to_string(path.elapsed) + "/" +
                                              std::to_string(path.total) + " 天") +
                               words_.brackets(day) + words_.say(": ", "应为 ") + expected);
        break;
      case Path::Kind::milestone:
        lines_.add(indent, words_.say("path: the last milestone by " + day + " asks for ",
                                      "进度线:截至 " + day + " 的最近节点为 ") +
                               expected);
        break;
      case Path::Kind::start:
        lines_.add(indent, words_.say("path: no milestone is due by " + day +
                                          ", so it stays at the start value ",
                                      "进度线:截至 " + day + " 尚无节点到期,即为期初值 ") +
                               expected);
        break;
      case Path::Kind::threshold:
        lines_.add(indent, (path.start ? words_.say("path: reached from the start, so it stays at ",
                                                    "进度线:期初已达到,始终为 ")
                                       : words_.say("path: no start value, so the threshold ",
                                                    "进度线:无期初值,即为目标值 ")) +
                               number(*result.expected));
        break;
    }
  }
  if (is_truth(of)) return;
  std::vector<std::string> outlook;
  if (!explanation_.due && result.projected) {
    outlook.push_back(words_.say("at this pace ", "照此推算到期为 ") + number(*result.projected) +
                      words_.say(" when due", ""));
  }
  if (!explanation_.due && result.projected_date && result.holds == false && !edge_passed(of)) {
    outlook.push_back(words_.say("reached on ", "达到之日为 ") +
                      result.projected_date->to_string());
  }
  const auto percent = [&](const Rational& share) {
    return units::format(share, units::percent(), 2);
  };
  if (result.attained && *result.attained < 1) {
    outlook.push_back(words_.say("attained ", "达成度 ") + percent(*result.attained));
  }
  if (result.progress && result.holds == false) {
    outlook.push_back(words_.say("progress ", "进展 ") + percent(*result.progress));
  }
  std::string all;
  for (const std::string& each : outlook) all += (all.empty() ? "" : words_.comma()) + each;
  if (!all.empty()) lines_.add(indent, all);
}

void Writer::comparison(const Comparison& of) {
  const assessment::ComparisonResult& result = of.result;
  std::size_t indent = 1;
  if (explanation_.comparisons.size() > 1) {
    const bool differ =
        std::any_of(explanation_.comparisons.begin(), explanation_.comparisons.end(),
                    [&](const Comparison& other) { return other.result.status != result.status; });
    lines_.add(
        1, of.text + words_.colon() + words_.status(result.status) +
               (of.binding && differ ? words_.brackets(words_.say("decides", "起决定作用")) : ""));
    indent = 2;
  }
  if (!is_truth(of)) {
    std::string values = words_.say("value ", "值 ");
    if (result.value) {
      values += words_.full(result.type, *result.value);
    } else {
      values += words_.say("missing because ", "缺失:") + words_.reason(result.reason);
      if (!(result.bounds == Interval::everything())) {
        values += words_.comma() + words_.can_be(result.type, result.bounds);
      }
    }
    const std::string wanted = asked(words_, of, true);
    if (!wanted.empty()) values += words_.comma() + words_.say("asked ", "要求 ") + wanted;
    const std::string gap = gap_words(words_, of);
    if (!gap.empty()) values += words_.comma() + gap;
    lines_.add(indent, values);
  }
  path(of, indent);
  write_tree(words_, of.value, here(), indent, lines_);
  if (of.threshold) write_tree(words_, *of.threshold, here(), indent, lines_);
  if (of.upper) write_tree(words_, *of.upper, here(), indent, lines_);
}

void Writer::missing(const Missing& of) {
  const bool undecided = explanation_.cell.status == Status::undecided;
  const bool open = undecided || !explanation_.holds;
  const std::size_t count = of.reports.size() + of.more;
  const bool to_come = std::all_of(
      of.reports.begin(), of.reports.end(),
      [](const MissingReport& each) { return value::is_waited_for(each.value.reason); });
  std::string title =
      to_come ? words_.say("still to come", "尚待发生") : words_.say("missing reports", "缺报");
  title += words_.brackets((of.more_exist ? words_.say("more than ", "多于 ") : "") +
                           std::to_string(count));
  if (!to_come) {
    title += !open ? words_.say(", which change nothing", ",不影响结论")
             : undecided
                 ? words_.say(", which decide", ",由其决定")
                 : words_.say(", which decide whether it holds today", ",由其决定目前是否成立");
  }
  lines_.add(0, title + words_.say(":", ":"));
  for (const MissingReport& each : of.reports) {
    std::string words = each.input;
    if (each.unnamed > 0) {
      lines_.add(1, words + words_.colon() +
                        words_.say(std::to_string(each.unnamed) + " " + each.at.level +
                                       " that nobody has named",
                                   std::to_string(each.unnamed) + " 个未列名的" + each.at.level));
      continue;
    }
    words += " " + each.at.entity + " ";
    words += words_.span(each.at.span);
    if (!each.periods.empty()) {
      std::vector<std::string> periods;
      for (const calendar::Span& period : each.periods) periods.push_back(words_.span(period));
      words += words_.brackets(words_.say("without ", "缺 ") + words_.joined(periods));
    }
    words += words_.colon() + words_.reason(each.value.reason) + words_.comma() +
             words_.can_be(each.value.type, each.value.range);
    if (open) {
      if (each.turns_at && each.value.type.is_yesno()) {
        words +=
            words_.semicolon() + (*each.at_high ? words_.say("holds where it is yes", "为是则成立")
                                                : words_.say("holds where it is no", "为否则成立"));
      } else if (each.turns_at) {
        words +=
            words_.semicolon() + words_.say((*each.at_high ? "holds from " : "fails from ") +
                                                words_.plain(each.value.type, *each.turns_at),
                                            "从 " + words_.plain(each.value.type, *each.turns_at) +
                                                (*each.at_high ? " 起成立" : " 起不成立"));
      } else if (each.at_low || each.at_high) {
        words += words_.semicolon() + words_.say("at its lowest ", "取最低时") +
                 verdict(each.at_low) + words_.comma() + words_.say("at its highest ", "取最高时") +
                 verdict(each.at_high);
      }
    }
    lines_.add(1, words);
  }
  if (of.more > 0) {
    lines_.add(
        1, words_.say(std::to_string(of.more) + " more", "另 " + std::to_string(of.more) + " 项"));
  }
  if (!open || !explanation_.cell.due) return;
  if (count > 1 && (of.all_low || of.all_high)) {
    lines_.add(1, words_.say("all at their lowest: ", "全部取最低:") + verdict(of.all_low) +
                      words_.semicolon() + words_.say("all at their highest: ", "全部取最高:") +
                      verdict(of.all_high));
  }
  if (!of.tight) {
    lines_.add(
        1,
        words_.say("a sharper verdict may be possible: the same report counts as independent "
                   "where it is read twice, and not every gap between whole numbers is seen",
                   "结论可能偏谨慎:同一缺报在多处出现时按互不相关处理,整数之间的空档也未逐一核查"));
  }
}

void Writer::changes() {
  const std::vector<Change>& all = explanation_.changes;
  if (all.empty()) return;
  const bool none = std::all_of(all.begin(), all.end(), [](const Change& change) {
    return !change.to && change.searched_all;
  });
  if (none) {
    lines_.add(0, explanation_.turns_to
                      ? words_.say("no change of a single one of these would make it hold: ",
                                   "单改其中任何一项都不能使其成立:") +
                            names(all)
                      : words_.say("no change of a single one of these would undo it: ",
                                   "单改其中任何一项都不会使其不成立:") +
                            names(all));
    return;
  }
  lines_.add(
      0, explanation_.turns_to
             ? words_.say("the smallest change of each by which it would hold, all else as it is:",
                          "各自最少改多少即可成立(其他不变):")
             : words_.say("the smallest change of each by which it would no longer hold, all else "
                          "as it is:",
                          "各自最少改多少即不再成立(其他不变):"));
  std::vector<Change> without, not_found;
  for (const Change& change : all) {
    if (!change.to) {
      (change.searched_all ? without : not_found).push_back(change);
      continue;
    }
    std::string words = called(change) + words_.colon();
    if (change.kind == Change::Kind::members) {
      const std::string count = std::to_string(std::abs(change.members)),
                        of = words_.part_name(change.of);
      words += change.members > 0 ? words_.say(count + " more " + of, "再有 " + count + " 个" + of)
                                  : words_.say(count + " fewer " + of, "少 " + count + " 个" + of);
    } else {
      const value::Type& type = change.from.type;
      words += words_.plain(type, *change.from.value) + " → " + words_.plain(type, *change.to);
      const Rational step = *change.to - *change.from.value;
      const std::string sign = step.sign() > 0 ? "+" : "-";
      if (type.is_number()) {
        words += words_.brackets(sign + units::format(step.abs(), type.unit, most_decimals));
      } else if (type.is_date()) {
        words += words_.brackets(sign + words_.distance(type, step));
      }
    }
    if (!change.searched_all) words += words_.say(", perhaps less would do", ",更小的改动或许也可");
    lines_.add(1, words);
  }
  if (!without.empty()) {
    lines_.add(1, words_.say("none in range: ", "取值范围内没有:") + names(without));
  }
  if (!not_found.empty()) {
    lines_.add(1, words_.say("none found: ", "未找到:") + names(not_found));
  }
}

std::string Writer::called(const Change& change) const {
  const std::string there = words_.place(change.at, here());
  return there.empty() ? change.name : change.name + " " + there;
}

std::string Writer::names(const std::vector<Change>& of) const {
  std::vector<std::string> all;
  for (const Change& change : of) all.push_back(called(change));
  return words_.joined(all);
}

std::string Writer::run() {
  head();
  for (const Node& deadline : explanation_.deadlines) {
    lines_.add(0, words_.say("deadline:", "限期:"));
    write_tree(words_, deadline, here(), 1, lines_);
  }
  if (explanation_.filter) {
    lines_.add(0, words_.say("where:", "其中:"));
    write_tree(words_, *explanation_.filter, here(), 1, lines_);
  }
  const bool applies = explanation_.cell.status != Status::not_applicable;
  if (applies && !explanation_.comparisons.empty()) {
    lines_.add(0, words_.say("how it comes out:", "计算:"));
    for (const Comparison& each : explanation_.comparisons) comparison(each);
  }
  if (explanation_.missing) missing(*explanation_.missing);
  changes();
  return lines_.take();
}

}  // namespace

std::string to_text(const Explanation& explanation, Language language) {
  return Writer(explanation, language).run();
}

std::string to_text(const Quantity& quantity, const model::Plan& plan, Language language) {
  return Words(plan, language).quantity(quantity);
}

}  // namespace dabiao::explain
