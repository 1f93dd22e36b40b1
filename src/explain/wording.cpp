#include <algorithm>

#include "dabiao/explain/explanation.hpp"

// What is said of an explanation, in words.
namespace dabiao::explain {

using assessment::Status;
using text::Language;

namespace {

/// Longer fractions say less than their decimal.
constexpr std::size_t longest_fraction = 24;
constexpr int most_decimals = 4;

class Words {
 public:
  Words(const model::Plan& plan, Language language) : plan_(plan), language_(language) {}

  bool chinese() const { return language_ == Language::chinese; }
  std::string say(std::string_view english, std::string_view in_chinese) const {
    return std::string(chinese() ? in_chinese : english);
  }
  std::string comma() const { return say(", ", ","); }
  std::string semicolon() const { return say("; ", ";"); }
  std::string colon() const { return say(": ", ":"); }
  std::string brackets(const std::string& inside) const {
    return say(" (", "(") + inside + say(")", ")");
  }
  std::string quoted(const std::string& text) const { return say("“", "“") + text + "”"; }

  std::string status(Status of) const {
    const auto& row = assessment::row(of);
    return std::string(chinese() ? row.chinese : row.name);
  }
  std::string reason(value::Reason of) const {
    const auto& row = value::row(of);
    return std::string(chinese() ? row.chinese : row.english);
  }
  std::string joined(const std::vector<std::string>& items) const {
    std::string all;
    for (const std::string& item : items) all += (all.empty() ? "" : say(", ", "、")) + item;
    return all;
  }
  std::string days(std::int64_t count) const {
    return std::to_string(count) + say(count == 1 ? " day" : " days", " 天");
  }

  /// A value without its fraction.
  std::string plain(const value::Type& type, const Rational& value) const {
    switch (type.kind) {
      case value::Type::Kind::number:
        return units::format(value, type.unit, most_decimals);
      case value::Type::Kind::yesno:
        return value.is_zero() ? say("no", "否") : say("yes", "是");
      case value::Type::Kind::date:
        if (const auto day = value.to_int64()) {
          if (const auto date = calendar::Date::from_days(*day)) return date->to_string();
        }
        return value.to_string();
      case value::Type::Kind::stage: {
        const auto rank = value.to_int64();
        if (type.scale < plan_.scales.size() && rank && *rank >= 0) {
          const auto& stages = plan_.scales[type.scale].stages;
          if (static_cast<std::size_t>(*rank) < stages.size()) {
            return stages[static_cast<std::size_t>(*rank)];
          }
        }
        return value.to_string();
      }
    }
    return {};
  }

  /// A value with its fraction where its decimal does not end.
  std::string full(const value::Type& type, const Rational& value) const {
    std::string words = plain(type, value);
    if (!type.is_number()) return words;
    const Rational shown = value / type.unit.scale();
    if (shown.to_finite_decimal(most_decimals)) return words;
    // Of a share the fraction is that of the parts: 56.66 % is 2943/5194.
    const bool share = type.unit.dimensionless();
    std::string fraction = (share ? value : shown).to_string();
    if (fraction.size() > longest_fraction) return words;
    if (!share) fraction += " " + type.unit.text();
    return words + brackets(fraction);
  }

  /// What a missing value can be.
  std::string range(const value::Type& type, const Interval& of) const {
    if (type.is_yesno()) return say("yes or no", "是或否");
    const bool low = of.low.is_finite(), high = of.high.is_finite();
    if (!low && !high) return say("anything", "任意值");
    const auto end = [&](const exact::Bound& bound) { return plain(type, bound.finite()); };
    if (low && high) {
      if (of.is_point()) return end(of.low);
      return end(of.low) + say(" to ", " 至 ") + end(of.high);
    }
    if (type.is_date()) {
      if (low)
        return (of.low_open ? say("after ", "晚于 ") : say("from ", "不早于 ")) + end(of.low);
      return (of.high_open ? say("before ", "早于 ") : say("up to ", "不晚于 ")) + end(of.high);
    }
    if (low) {
      return (of.low_open ? say("more than ", "超过 ") : say("at least ", "不少于 ")) + end(of.low);
    }
    return (of.high_open ? say("less than ", "少于 ") : say("at most ", "不超过 ")) + end(of.high);
  }

  std::string can_be(const value::Type& type, const Interval& of) const {
    const bool two_ends = type.is_yesno() || of.low.is_finite() == of.high.is_finite();
    return say("it can be ", two_ends ? "可能为 " : "可能") + range(type, of);
  }

  std::string missing(const Quantity& quantity) const {
    return say("missing because ", "缺失:") + reason(quantity.reason);
  }
  std::string quantity(const Quantity& of) const {
    return of.value ? full(of.type, *of.value) : missing(of);
  }

  /// How far two values are apart, as people say it: days, stages, an amount.
  std::string distance(const value::Type& type, const Rational& of) const {
    const Rational size = of.abs();
    if (type.is_date()) return days(size.to_int64().value_or(0));
    if (type.is_stage()) return size.to_string() + say(size == 1 ? " stage" : " stages", " 个阶段");
    // A difference of shares is counted in points.
    if (type.unit == units::percent()) {
      return (size * Rational(100)).shortest_decimal(most_decimals) +
             say(" percentage points", " 个百分点");
    }
    return units::format(size, type.unit, most_decimals);
  }

  std::string span(const calendar::Span& of) const { return of.to_string(); }

  const model::Plan& plan() const { return plan_; }

 private:
  const model::Plan& plan_;
  Language language_;
};

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

/// What a comparison asks for: ">= 60 %", "= 1 个..2 个".
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

/// The far edge of a range, where the value has gone past it and the way leads back.
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

/// A comparison in one clause: "57.2 % against >= 60 %, short by 2.8 percentage points".
std::string compared(const Words& words, const Explanation& explanation,
                     const Comparison& comparison, bool with_gap = true) {
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
  const std::string gap = with_gap ? gap_words(words, comparison) : std::string();
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

class Writer {
 public:
  Writer(const Explanation& explanation, Language language)
      : explanation_(explanation), words_(*explanation.plan, language) {}

  std::string run();

 private:
  void line(std::size_t indent, const std::string& text) {
    out_.append(indent * 2, ' ');
    out_ += text;
    out_ += '\n';
  }
  void head();
  void comparison(const Comparison& of);
  void path(const Comparison& of, std::size_t indent);
  void node(const Node& of, const Location& parent, std::size_t indent);
  void missing(const Missing& of);
  void changes();
  std::string called(const Change& change) const;
  std::string names(const std::vector<Change>& of) const;
  /// What parts are called: a level or group by its name, a length of time in words.
  std::string of_what(const std::string& name) const;

  Location here() const {
    return {explanation_.at.entity, explanation_.at.level, explanation_.read};
  }
  std::string place(const Location& at, const Location& parent) const;
  std::string provenance(const Report& report) const;
  std::string source(const Node& of) const;
  std::string parts(const Parts& of) const;
  std::string listed(const Parts& of) const;
  std::string verdict(const std::optional<bool>& holds) const {
    return !holds   ? words_.say("undecided", "仍无法判定")
           : *holds ? words_.say("it holds", "成立")
                    : words_.say("it does not hold", "不成立");
  }

  const Explanation& explanation_;
  Words words_;
  std::string out_;
};

void Writer::head() {
  const Explanation& of = explanation_;
  std::string title = of.target;
  if (!of.label.empty() && of.label != of.target) title += " " + words_.quoted(of.label);
  line(0, title + words_.colon() + words_.status(of.cell.status));
  line(1, of.condition);
  std::vector<std::string> source;
  if (!of.clause.empty()) {
    source.push_back(words_.say("clause ", "条款 ") + of.clause +
                     (of.clause_title.empty() ? "" : " " + of.clause_title));
  }
  for (const model::Citation& each : of.cite) source.push_back(words_.quoted(each.anchor));
  for (const std::string& tag : of.tags) source.push_back(tag);
  std::string all;
  for (const std::string& each : source) all += (all.empty() ? "" : words_.semicolon()) + each;
  if (!all.empty()) line(1, all);
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
  if (!all.empty()) line(1, all);
  std::string where =
      of.at.entity + words_.brackets(of.at.level) + words_.comma() + words_.span(of.at.span);
  if (of.cell.due) where += words_.comma() + words_.say("due ", "限期 ") + of.cell.due->to_string();
  where += words_.comma() + words_.say("as of ", "评估日 ") + of.as_of.to_string();
  line(1, where);
  line(1, words_.say("why: ", "原因:") + why_in(words_, of));
  if (of.cell.reached_on && of.cell.status != Status::not_applicable) {
    line(1, words_.say("first held on ", "首次成立于 ") + of.cell.reached_on->to_string());
  }
  if (of.cell.reported < of.cell.expected) {
    line(1, words_.say("reports: " + std::to_string(of.cell.reported) + " of " +
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
        line(indent, words_.say("path: from ", "进度线:自 ") + path.start_day->to_string() +
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
        line(indent, words_.say("path: the last milestone by " + day + " asks for ",
                                "进度线:截至 " + day + " 的最近节点为 ") +
                         expected);
        break;
      case Path::Kind::threshold:
        line(indent, (path.start ? words_.say("path: reached from the start, so it stays at ",
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
  if (!all.empty()) line(indent, all);
}

void Writer::comparison(const Comparison& of) {
  const assessment::ComparisonResult& result = of.result;
  std::size_t indent = 1;
  if (explanation_.comparisons.size() > 1) {
    const bool differ =
        std::any_of(explanation_.comparisons.begin(), explanation_.comparisons.end(),
                    [&](const Comparison& other) { return other.result.status != result.status; });
    line(1, of.text + words_.colon() + words_.status(result.status) +
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
    line(indent, values);
  }
  path(of, indent);
  node(of.value, here(), indent);
  if (of.threshold) node(*of.threshold, here(), indent);
  if (of.upper) node(*of.upper, here(), indent);
}

/// What differs from where the reader already is.
std::string Writer::place(const Location& at, const Location& parent) const {
  std::string words;
  if (at.entity != parent.entity) words = at.entity;
  if (!(at.span == parent.span) && !at.entity.empty()) {
    words += (words.empty() ? "" : " ") + words_.span(at.span);
  }
  return words;
}

std::string Writer::provenance(const Report& report) const {
  std::string words;
  // A report that carries no period holds at any time.
  const bool has_period = report.period.first && *report.period.first != calendar::Date::earliest();
  if (has_period) words = words_.span(report.period) + " ";
  switch (report.whence) {
    case Report::Whence::unknown:
      return words + words_.say("reported", "报送");
    case Report::Whence::given:
      words += words_.say("given", "已知");
      if (!report.clause.empty()) words += words_.say(" in clause ", ",条款 ") + report.clause;
      if (!report.anchor.empty()) words += words_.say(" ", "") + words_.quoted(report.anchor);
      return words;
    case Report::Whence::data:
      return words +
             words_.say("reported in " + report.file + ":" + std::to_string(report.row),
                        "报送," + report.file + " 第 " + std::to_string(report.row) + " 行");
  }
  return words;
}

std::string Writer::parts(const Parts& of) const {
  const std::string known = std::to_string(of.known), count = std::to_string(of.count);
  const std::string what = of_what(of.of);
  std::string words;
  if (of.votes) {
    words = what + " " + count + words_.colon() + words_.say("yes ", "是 ") +
            std::to_string(of.yes) + words_.comma() + words_.say("no ", "否 ") +
            std::to_string(of.no);
    if (of.known < of.count) {
      words +=
          words_.comma() + words_.say("unknown ", "未知 ") + std::to_string(of.count - of.known);
    }
  } else {
    words = words_.say(known + " of " + count + " " + what, what + " " + known + "/" + count);
  }
  if (of.left_out > 0) {
    words += words_.comma() + std::to_string(of.left_out) + words_.say(" left out", " 个不计");
  }
  if (of.unnamed > 0) {
    words += words_.comma() + std::to_string(of.unnamed) +
             words_.say(" of them not known by name", " 个名称未知");
  }
  if (of.sum && of.known < of.count) {
    words +=
        words_.comma() + words_.say("those known make ", "已知之和 ") + words_.quantity(*of.sum);
  }
  return words;
}

std::string Writer::listed(const Parts& of) const {
  std::string words;
  for (const Part& part : of.shown) {
    const bool period = calendar::grain_named(of.of).has_value();
    const auto slash = part.at.entity.rfind('/');
    const std::string name = period                       ? words_.span(part.at.span)
                             : slash == std::string::npos ? part.at.entity
                                                          : part.at.entity.substr(slash + 1);
    words += (words.empty() ? "" : words_.comma()) + name + " ";
    if (part.value.value) {
      words += words_.plain(part.value.type, *part.value.value);
      if (part.doubtful) words += words_.brackets(words_.say("perhaps left out", "是否计入不明"));
    } else {
      words += words_.reason(part.value.reason);
    }
  }
  if (of.more > 0 && !of.shown.empty()) {
    words += words_.comma() +
             words_.say(std::to_string(of.more) + " more", "另 " + std::to_string(of.more) + " 个");
  }
  return words;
}

std::string Writer::source(const Node& of) const {
  std::string words;
  if (of.source) {
    switch (of.source->from) {
      case Source::From::own: {
        for (const Report& report : of.source->reports) {
          if (!words.empty()) words += words_.semicolon();
          if (of.source->reports.size() > 1) {
            words += words_.plain(report.value.type, *report.value.value) + " ";
          } else if (of.source->carried_from) {
            words += words_.say("carried forward: ", "沿用 ");
          } else if (!of.value.value && of.value.reason == value::Reason::stale) {
            words += words_.say("last ", "最近一次 ") +
                     words_.plain(report.value.type, *report.value.value) + " ";
          }
          words += provenance(report);
        }
        if (of.source->more_reports > 0) {
          words +=
              words_.comma() + words_.say(std::to_string(of.source->more_reports) + " more",
                                          "另 " + std::to_string(of.source->more_reports) + " 份");
        }
        if (of.parts && of.parts->known < of.parts->count) {
          words += words_.semicolon() + words_.say("not used: ", "未用:") + parts(*of.parts);
        }
        return words;
      }
      case Source::From::assumed:
        return words_.say("nothing reported, which the plan takes for ", "缺报,计划视为") +
               (of.value.value ? words_.plain(of.value.type, *of.value.value) : "");
      case Source::From::nothing:
        return {};
      case Source::From::parts:
        words = words_.say("from ", "汇总自 ");
        break;
    }
  }
  if (of.parts) words += parts(*of.parts);
  if (of.source && of.data_day) {
    words += words_.comma() + words_.say("data day ", "数据日 ") + of.data_day->to_string();
  }
  if (of.reference) {
    const Reference& reference = *of.reference;
    words += words_.say("target ", "目标 ") + reference.target + " " + reference.at.entity + " " +
             words_.span(reference.at.span) + words_.colon() + words_.status(reference.status);
  }
  if (!of.key.empty()) {
    words += words_.say("entry ", "表项 ") +
             (of.key == "other" ? words_.say("for all others", "其他") : of.key);
  }
  return words;
}

void Writer::node(const Node& of, const Location& parent, std::size_t indent) {
  std::string words;
  const std::string there = place(of.at, parent);
  const bool bracket = of.kind == NodeKind::elsewhere;
  if (!there.empty() && !bracket) words += there + words_.colon();
  if (of.kind == NodeKind::indicator) words += of.name + " = ";
  words += of.text;
  const bool asks = of.value.type.is_yesno() && of.kind != NodeKind::input;
  words += (asks ? " → " : " = ") + words_.quantity(of.value);
  if (!there.empty() && bracket) words += words_.brackets(there);
  if (of.repeated) {
    line(indent, words + words_.brackets(words_.say("see above", "见上")));
    return;
  }
  const std::string from = source(of);
  if (!from.empty()) words += words_.say(" — ", " —— ") + from;
  if (of.cut) words += " …";
  line(indent, words);
  if (of.parts && (of.children.empty() || of.kind == NodeKind::rank)) {
    const std::string members = listed(*of.parts);
    if (!members.empty()) line(indent + 1, members);
  }
  for (const Node& child : of.children) node(child, of.at, indent + 1);
  if (of.parts && !of.children.empty() && of.kind != NodeKind::rank && of.parts->more > 0) {
    line(indent + 1, words_.say(std::to_string(of.parts->more) + " more",
                                "另 " + std::to_string(of.parts->more) + " 个"));
  }
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
  line(0, title + words_.say(":", ":"));
  for (const MissingReport& each : of.reports) {
    std::string words = each.input;
    if (each.unnamed > 0) {
      line(1, words + words_.colon() +
                  words_.say(
                      std::to_string(each.unnamed) + " " + each.at.level + " that nobody has named",
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
    line(1, words);
  }
  if (of.more > 0) {
    line(1, words_.say(std::to_string(of.more) + " more", "另 " + std::to_string(of.more) + " 项"));
  }
  if (!open || !explanation_.cell.due) return;
  if (count > 1 && (of.all_low || of.all_high)) {
    line(1, words_.say("all at their lowest: ", "全部取最低:") + verdict(of.all_low) +
                words_.semicolon() + words_.say("all at their highest: ", "全部取最高:") +
                verdict(of.all_high));
  }
  if (!of.tight) {
    line(1, words_.say(
                "a sharper verdict may be possible: the same report counts as independent "
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
    line(0, explanation_.turns_to
                ? words_.say("no change of a single one of these would make it hold: ",
                             "单改其中任何一项都不能使其成立:") +
                      names(all)
                : words_.say("no change of a single one of these would undo it: ",
                             "单改其中任何一项都不会使其不成立:") +
                      names(all));
    return;
  }
  line(0, explanation_.turns_to
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
      const std::string count = std::to_string(std::abs(change.members)), of = of_what(change.of);
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
    line(1, words);
  }
  if (!without.empty()) {
    line(1, words_.say("none in range: ", "取值范围内没有:") + names(without));
  }
  if (!not_found.empty()) {
    line(1, words_.say("none found: ", "未找到:") + names(not_found));
  }
}

std::string Writer::called(const Change& change) const {
  const std::string there = place(change.at, here());
  return there.empty() ? change.name : change.name + " " + there;
}

std::string Writer::names(const std::vector<Change>& of) const {
  std::vector<std::string> all;
  for (const Change& change : of) all.push_back(called(change));
  return words_.joined(all);
}

std::string Writer::of_what(const std::string& name) const {
  const auto grain = calendar::grain_named(name);
  return grain && words_.chinese() ? std::string(calendar::name_of(*grain).chinese) : name;
}

std::string Writer::run() {
  head();
  for (const Node& deadline : explanation_.deadlines) {
    line(0, words_.say("deadline:", "限期:"));
    node(deadline, here(), 1);
  }
  if (explanation_.filter) {
    line(0, words_.say("where:", "其中:"));
    node(*explanation_.filter, here(), 1);
  }
  const bool applies = explanation_.cell.status != Status::not_applicable;
  if (applies && !explanation_.comparisons.empty()) {
    line(0, words_.say("how it comes out:", "计算:"));
    for (const Comparison& each : explanation_.comparisons) comparison(each);
  }
  if (explanation_.missing) missing(*explanation_.missing);
  changes();
  return std::move(out_);
}

}  // namespace

std::string why(const Explanation& explanation, Language language) {
  return why_in(Words(*explanation.plan, language), explanation);
}

std::string to_text(const Explanation& explanation, Language language) {
  return Writer(explanation, language).run();
}

std::string to_text(const Quantity& quantity, const model::Plan& plan, Language language) {
  return Words(plan, language).quantity(quantity);
}

}  // namespace dabiao::explain
