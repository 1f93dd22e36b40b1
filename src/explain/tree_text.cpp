#include "explain/tree_text.hpp"

#include <string>

namespace dabiao::explain {
namespace {

std::string provenance(const Words& words, const Report& report) {
  std::string said;
  // A report that carries no period holds at any time.
  const bool has_period = report.period.first && *report.period.first != calendar::Date::earliest();
  if (has_period) said = words.span(report.period) + " ";
  switch (report.whence) {
    case Report::Whence::unknown:
      return said + words.say("reported", "报送");
    case Report::Whence::given:
      said += words.say("given", "已知");
      if (!report.clause.empty()) said += words.say(" in clause ", ",条款 ") + report.clause;
      if (!report.anchor.empty()) said += words.say(" ", "") + words.quoted(report.anchor);
      return said;
    case Report::Whence::data:
      return said + words.say("reported in " + report.file + ":" + std::to_string(report.row),
                              "报送," + report.file + " 第 " + std::to_string(report.row) + " 行");
  }
  return said;
}

std::string parts_words(const Words& words, const Parts& of) {
  const std::string known = std::to_string(of.known), count = std::to_string(of.count);
  const std::string what = words.part_name(of.of);
  std::string said;
  if (of.votes) {
    said = what + " " + count + words.colon() + words.say("yes ", "是 ") + std::to_string(of.yes) +
           words.comma() + words.say("no ", "否 ") + std::to_string(of.no);
    if (of.known < of.count) {
      said += words.comma() + words.say("unknown ", "未知 ") + std::to_string(of.count - of.known);
    }
  } else {
    said = words.say(known + " of " + count + " " + what, what + " " + known + "/" + count);
  }
  if (of.left_out > 0) {
    said += words.comma() + std::to_string(of.left_out) + words.say(" left out", " 个不计");
  }
  if (of.unnamed > 0) {
    said += words.comma() + std::to_string(of.unnamed) +
            words.say(" of them not known by name", " 个名称未知");
  }
  if (of.sum && of.known < of.count) {
    said += words.comma() + words.say("those known make ", "已知之和 ") + words.quantity(*of.sum);
  }
  return said;
}

std::string listed(const Words& words, const Parts& of) {
  std::string said;
  for (const Part& part : of.shown) {
    const bool period = calendar::grain_named(of.of).has_value();
    const auto slash = part.at.entity.rfind('/');
    const std::string name = period                       ? words.span(part.at.span)
                             : slash == std::string::npos ? part.at.entity
                                                          : part.at.entity.substr(slash + 1);
    said += (said.empty() ? "" : words.comma()) + name + " ";
    if (part.value.value) {
      said += words.plain(part.value.type, *part.value.value);
      if (part.doubtful) said += words.brackets(words.say("perhaps left out", "是否计入不明"));
    } else {
      said += words.reason(part.value.reason);
    }
  }
  if (of.more > 0 && !of.shown.empty()) {
    said += words.comma() +
            words.say(std::to_string(of.more) + " more", "另 " + std::to_string(of.more) + " 个");
  }
  return said;
}

std::string source_words(const Words& words, const Node& of) {
  std::string said;
  if (of.source) {
    switch (of.source->from) {
      case Source::From::own: {
        for (const Report& report : of.source->reports) {
          if (!said.empty()) said += words.semicolon();
          if (of.source->reports.size() > 1) {
            said += words.plain(report.value.type, *report.value.value) + " ";
          } else if (of.source->carried_from) {
            said += words.say("carried forward: ", "沿用 ");
          } else if (!of.value.value && of.value.reason == value::Reason::stale) {
            said += words.say("last ", "最近一次 ") +
                    words.plain(report.value.type, *report.value.value) + " ";
          }
          said += provenance(words, report);
        }
        if (of.source->more_reports > 0) {
          said +=
              words.comma() + words.say(std::to_string(of.source->more_reports) + " more",
                                        "另 " + std::to_string(of.source->more_reports) + " 份");
        }
        if (of.parts && of.parts->known < of.parts->count) {
          said +=
              words.semicolon() + words.say("not used: ", "未用:") + parts_words(words, *of.parts);
        }
        return said;
      }
      case Source::From::assumed:
        return words.say("nothing reported, which the plan takes for ", "缺报,计划视为") +
               (of.value.value ? words.plain(of.value.type, *of.value.value) : "");
      case Source::From::nothing:
        return {};
      case Source::From::parts:
        said = words.say("from ", "汇总自 ");
        break;
    }
  }
  if (of.parts) said += parts_words(words, *of.parts);
  if (of.source && of.data_day) {
    said += words.comma() + words.say("data day ", "数据日 ") + of.data_day->to_string();
  }
  if (of.reference) {
    const Reference& reference = *of.reference;
    said += words.say("target ", "目标 ") + reference.target + " " + reference.at.entity + " " +
            words.span(reference.at.span) + words.colon() + words.status(reference.status);
  }
  if (!of.key.empty()) {
    said += words.say("entry ", "表项 ") +
            (of.key == "other" ? words.say("for all others", "其他") : of.key);
  }
  return said;
}

}  // namespace

void write_tree(const Words& words, const Node& of, const Location& parent, std::size_t indent,
                Lines& lines) {
  std::string said;
  const std::string there = words.place(of.at, parent);
  const bool bracket = of.kind == NodeKind::elsewhere;
  if (!there.empty() && !bracket) said += there + words.colon();
  if (of.kind == NodeKind::indicator) said += of.name + " = ";
  said += of.text;
  const bool asks = of.value.type.is_yesno() && of.kind != NodeKind::input;
  said += (asks ? " → " : " = ") + words.quantity(of.value);
  if (!there.empty() && bracket) said += words.brackets(there);
  if (of.repeated) {
    lines.add(indent, said + words.brackets(words.say("see above", "见上")));
    return;
  }
  const std::string from = source_words(words, of);
  if (!from.empty()) said += words.say(" — ", " —— ") + from;
  if (of.cut) said += " …";
  lines.add(indent, said);
  if (of.parts && (of.children.empty() || of.kind == NodeKind::rank)) {
    const std::string members = listed(words, *of.parts);
    if (!members.empty()) lines.add(indent + 1, members);
  }
  for (const Node& child : of.children) write_tree(words, child, of.at, indent + 1, lines);
  if (of.parts && !of.children.empty() && of.kind != NodeKind::rank && of.parts->more > 0) {
    lines.add(indent + 1, words.say(std::to_string(of.parts->more) + " more",
                                    "另 " + std::to_string(of.parts->more) + " 个"));
  }
}

}  // namespace dabiao::explain
