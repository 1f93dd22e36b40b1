#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dabiao/json/plan_json.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/syntax/print.hpp"
#include "dabiao/syntax/token.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "document.hpp"
#include "part.hpp"
#include "statement_names.hpp"

namespace dabiao::json {
namespace {

using syntax::Ast;
using syntax::print_name;
using syntax::print_quoted;

/// A statement in English words, and how it is to be laid out.
struct Drafted {
  std::size_t kind = 0;  // index into statement_names
  std::optional<std::int64_t> position;
  std::string clause;  // of a target: the number of the heading that it stands under
  Part part;
  std::string text;
  syntax::Language language = syntax::Language::english;
  bool blank_before = false;
};

constexpr std::size_t clause_kind = 12;
constexpr std::size_t target_kind = 6;
static_assert(statement_names[clause_kind].keyword == "clause");
static_assert(statement_names[target_kind].keyword == "target");

/// Statements that carry no position stand in this order.
constexpr std::size_t usual_order[] = {0, 1, 2, 3, 13, 9, 8, 7, 4, 10, 5, 11, 12, 6, 16, 14, 15};
static_assert(std::size(usual_order) == std::size(statement_names));

/// Writes the plan that a document describes.
class TextWriter : PartReader {
 public:
  TextWriter(const Document& document, text::Diagnostics& diagnostics)
      : PartReader(diagnostics), document_(document) {}

  std::string text() {
    const Part root(&document_, "");
    if (!root.is_object()) {
      wrong(root, "an object", "对象");
      return {};
    }
    check_keys(root);
    std::vector<Drafted> statements = arranged(drafts(root));
    const Part* heading = nullptr;
    blank_before_first_ = !statements.empty() && statements.front().blank_before;
    for (Drafted& each : statements) {
      if (each.kind == clause_kind) heading = &each.part;
      heading_ = heading;
      each.text = std::string(statement_names[each.kind].keyword) + " " + body(each);
    }
    if (diagnostics_.has_errors()) return {};
    return commented(printed(statements), root.at("comments"));
  }

 private:
  // ---- reading ----------------------------------------------------------------------------------

  template <class Each>
  std::string joined(const Part& part, std::string_view separator, Each each) {
    std::string text;
    for (const Part& item : list(part)) {
      if (!text.empty()) text += separator;
      text += each(item);
    }
    return text;
  }
  std::string names(const Part& part) {
    return joined(part, ", ", [&](const Part& each) { return print_name(required_text(each)); });
  }
  std::string quoted(const Part& part, std::string_view separator = ", ") {
    return joined(part, separator,
                  [&](const Part& each) { return print_quoted(required_text(each)); });
  }
  std::string spans(const Part& part) {
    return joined(part, ", ", [&](const Part& each) { return required_text(each); });
  }
  /// The keyword and what follows it, where there is something.
  static std::string after(std::string_view keyword, const std::string& text) {
    if (text.empty()) return {};
    return " " + std::string(keyword) + " " + text;
  }

  /// A quantity as a text, or as an object with `text`, or with `value` and `unit`.
  std::string quantity(const Part& part) {
    if (!part.is_object()) return required_text(part);
    if (!part.at("text").is_absent()) return required_text(part.at("text"));
    const std::string value = required_text(part.at("value"));
    const std::string unit = optional_text(part.at("unit"));
    return unit.empty() ? value : value + " " + unit;
  }

  void check_keys(const Part& root) {
    for (const auto& [key, value] : document_.items()) {
      const bool known =
          key == "format" || key == "comments" || key == "$schema" ||
          std::any_of(std::begin(statement_names), std::end(statement_names),
                      [&, &name = key](const StatementName& each) { return each.plural == name; });
      if (known) continue;
      std::vector<std::string> all;
      for (const StatementName& each : statement_names) all.emplace_back(each.plural);
      diagnostics_.add(text::kind("json_form"))
          .with("path", key)
          .with("seen", "an unknown key", "未知的键")
          .expect(text::alternatives(all, text::Language::english),
                  text::alternatives(all, text::Language::chinese));
    }
    const std::string format = optional_text(root.at("format"));
    if (!format.empty() && format != plan_format) {
      diagnostics_.add(text::kind("json_form"))
          .with("path", "format")
          .with("seen", "\"" + format + "\"")
          .expect(std::string(plan_format));
    }
  }

  // ---- order ------------------------------------------------------------------------------------

  std::vector<Drafted> drafts(const Part& root) {
    std::vector<Drafted> statements;
    for (const std::size_t kind : usual_order) {
      const Part group = root.at(statement_names[kind].plural);
      if (kind == 0) {
        if (!group.is_absent()) add(statements, kind, group);
        continue;
      }
      for (const Part& each : list(group)) add(statements, kind, each);
    }
    return statements;
  }

  void add(std::vector<Drafted>& statements, std::size_t kind, const Part& part) {
    if (!part.is_object()) return wrong(part, "an object", "对象");
    Drafted drafted{kind, optional_integer(part.at("position")), {}, part, {}, {}, false};
    if (kind == target_kind) drafted.clause = optional_text(part.at("clause"));
    if (kind == clause_kind) drafted.clause = required_text(part.at("number"));
    if (!part.at("language").is_absent()) {
      const std::string language =
          chosen(part.at("language"), {"english", "simplified", "traditional"});
      const auto* const found =
          std::find(std::begin(language_names), std::end(language_names), language);
      if (found != std::end(language_names)) {
        drafted.language = static_cast<syntax::Language>(found - std::begin(language_names));
      }
    }
    drafted.blank_before = flag(part.at("blank_before"));
    statements.push_back(std::move(drafted));
  }

  /// Statements with a position by that; the others where they belong among them: targets behind
  /// their clause's last, or before all clauses, the rest behind their own kind.
  static std::vector<Drafted> arranged(std::vector<Drafted> statements) {
    std::vector<Drafted> result;
    std::vector<Drafted> loose;
    for (Drafted& each : statements) {
      (each.position ? result : loose).push_back(std::move(each));
    }
    std::stable_sort(result.begin(), result.end(),
                     [](const Drafted& a, const Drafted& b) { return *a.position < *b.position; });
    for (Drafted& each : loose) {
      const std::size_t place = each.kind == target_kind ? behind_clause(result, each.clause)
                                                         : behind_kind(result, each.kind);
      result.insert(result.begin() + static_cast<std::ptrdiff_t>(place), std::move(each));
    }
    return result;
  }

  static std::size_t behind_clause(const std::vector<Drafted>& statements,
                                   const std::string& clause) {
    std::size_t place = statements.size();
    std::string current;
    bool found = false;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (statements[i].kind == clause_kind) {
        if (clause.empty() && !found) return i;
        current = statements[i].clause;
      }
      if (current == clause) {
        place = i + 1;
        found = true;
      }
    }
    return place;
  }

  static std::size_t behind_kind(const std::vector<Drafted>& statements, std::size_t kind) {
    const auto rank = [](std::size_t of) {
      return std::find(std::begin(usual_order), std::end(usual_order), of) -
             std::begin(usual_order);
    };
    std::size_t place = 0;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (rank(statements[i].kind) <= rank(kind)) place = i + 1;
    }
    // What follows a clause belongs to it.
    if (kind != clause_kind && rank(kind) < rank(clause_kind)) {
      for (std::size_t i = 0; i < place; ++i) {
        if (statements[i].kind == clause_kind) return i;
      }
    }
    return place;
  }

  // ---- clauses of statements --------------------------------------------------------------------

  std::string when(const Part& part) {
    if (part.is_absent()) return {};
    if (part.is_text()) {
      const std::string text = required_text(part);
      return text.empty() ? text : " " + text;
    }
    const std::string kind = chosen(part.at("kind"), {"standing", "by", "in", "each"});
    if (kind == "by") {
      return after("by", joined(part.at("dates"), ", ",
                                [&](const Part& each) { return required_text(each); }));
    }
    if (kind == "in") return after("in", spans(part.at("spans")));
    if (kind == "standing") return " always";
    std::string text =
        " each " + chosen(part.at("grain"), {"year", "half", "quarter", "month", "day"});
    text += after("in", spans(part.at("spans")));
    if (const auto day = optional_integer(part.at("by_day"))) {
      text += " by day " + std::to_string(*day);
    }
    const std::string offset = optional_text(part.at("by_end_plus"));
    if (!offset.empty()) {
      text += offset.front() == '-' ? " by end - " + offset.substr(1) : " by end + " + offset;
    }
    return text;
  }

  std::string where(const Part& part) {
    if (part.is_absent()) return {};
    if (part.is_text()) {
      const std::string text = required_text(part);
      return text.empty() ? text : " " + text;
    }
    std::string text = names(part.at("names"));
    const std::string entities = quoted(part.at("entities"));
    if (!text.empty() && !entities.empty()) text += ", ";
    text += entities;
    if (text.empty()) return {};
    text = (flag(part.at("each")) ? " at each " : " at ") + text;
    return text + after("where", optional_text(part.at("condition")));
  }

  std::string party(const Part& part) {
    if (part.is_object()) return "each " + print_name(required_text(part.at("each")));
    return print_quoted(required_text(part));
  }
  std::string parties(const Part& part) {
    return joined(part, ", ", [&](const Part& each) { return party(each); });
  }

  /// Anchors; the clause is written where it is another than the one in force.
  std::string cite(const Part& part) { return after("cite", citations(part)); }

  std::string citations(const Part& part) {
    const std::string in_force = heading_ == nullptr ? "" : optional_text(heading_->at("number"));
    return joined(part, " ", [&](const Part& each) {
      if (each.is_text()) return print_quoted(required_text(each));
      const std::string clause = optional_text(each.at("clause"));
      const std::string anchor = print_quoted(required_text(each.at("anchor")));
      const bool said = !clause.empty() && (clause != in_force || flag(each.at("explicit")));
      return said ? print_quoted(clause) + ": " + anchor : anchor;
    });
  }

  std::string facts(const Part& part) {
    std::string text = where(part.at("where"));
    text += after("in", optional_text(part.at("in")));
    text += cite(part.at("cite"));
    return text + after("tag", quoted(part.at("tags"), " "));
  }

  std::string labelled(const Part& part) {
    std::string text = print_name(required_text(part.at("name")));
    if (!part.at("label").is_absent()) text += " " + print_quoted(required_text(part.at("label")));
    return text;
  }
  std::string head(const Part& part) {
    const std::string type = optional_text(part.at("type"));
    if (type.empty()) return labelled(part);
    return labelled(part) + " " + type_name(type);
  }
  /// A unit as it is; the name of a scale that a keyword is spelled like in backquotes.
  static std::string type_name(const std::string& type) {
    for (const std::string_view kind : {"yesno", "date", "number"}) {
      if (type == kind) return type;
    }
    const syntax::KeywordSpelling found = syntax::find_keyword(type);
    if (found.row == nullptr) return type;
    for (const std::string_view kind : {"yesno", "date", "number"}) {
      if (found.row->english == kind) return type;
    }
    return "`" + type + "`";
  }

  std::string range(const Part& part) {
    if (part.is_absent()) return {};
    std::string low = optional_text(part.at("low"));
    const std::string high = optional_text(part.at("high"));
    if (flag(part.at("shared_unit"))) low = low.substr(0, low.find_last_of("0123456789") + 1);
    return low + ".." + high;
  }
  std::string roll_up(const Part& part) {
    if (part.is_absent()) return {};
    if (part.is_text()) return required_text(part);
    const std::string weight = optional_text(part.at("weighted_by"));
    return required_text(part.at("method")) +
           after("weighted by", weight.empty() ? weight : print_name(weight));
  }
  std::string complete(const Part& part) {
    return after("complete at least", optional_text(part.at("complete")));
  }

  /// A duty of a target, written where the target says it itself or it is not what the heading
  /// gives.
  bool says(const Part& target, std::string_view key) {
    for (const Part& each : list(target.at("stated"))) {
      if (each.is_text() && each.value().get<std::string>() == key) return true;
    }
    const Part own = target.at(key);
    if (own.is_absent()) return false;
    const Part given = heading_ == nullptr ? Part(nullptr, "") : heading_->at(key);
    if (!given.is_absent()) return own.value() != given.value();
    if (own.value().is_array()) return !own.value().empty();
    // A standing duty need not be said where there is no time to take over.
    if (key == "when") {
      const Part kind = own.is_text() ? own : own.at("kind");
      return !(kind.is_text() &&
               (required_text(kind).empty() || required_text(kind) == "standing"));
    }
    // The top level need not be said; a form that was written by dabiao has no `text` for it.
    return !(own.is_object() && own.at("text").is_text() && required_text(own.at("text")).empty());
  }

  // ---- statements -------------------------------------------------------------------------------

  std::string body(const Drafted& statement) {
    const Part& part = statement.part;
    const std::string_view keyword = statement_names[statement.kind].keyword;
    if (keyword == "plan") {
      return labelled(part) + after("source", quoted(part.at("sources"))) +
             after("window", optional_text(part.at("window")));
    }
    if (keyword == "level") {
      std::string text = labelled(part);
      const std::string unit = optional_text(part.at("unit"));
      if (!unit.empty()) text += " " + type_name(unit);
      const std::string above = optional_text(part.at("in"));
      if (!above.empty()) text += " in " + print_name(above);
      if (const auto count = optional_integer(part.at("count"))) {
        text += " count " + std::to_string(*count);
      }
      return text;
    }
    if (keyword == "unit") {
      return joined(part.at("units"), ", ", [&](const Part& each) {
        const std::string multiple = optional_text(each.at("equals"));
        return labelled(each) + (multiple.empty() ? multiple : " = " + multiple);
      });
    }
    if (keyword == "stages") {
      return labelled(part) + " = " + joined(part.at("stages"), " < ", [&](const Part& each) {
               return print_name(required_text(each));
             });
    }
    if (keyword == "input") return input(part);
    if (keyword == "indicator") {
      return head(part) + " = " + required_text(part.at("formula")) + complete(part);
    }
    if (keyword == "target") return target(part);
    if (keyword == "table") return table(part);
    if (keyword == "group") {
      return labelled(part) + " of " + print_name(required_text(part.at("of"))) + " = { " +
             quoted(part.at("members")) + " }";
    }
    if (keyword == "entities") return entities(part);
    if (keyword == "given") {
      return joined(part.at("items"), ", ",
                    [&](const Part& each) {
                      return required_text(each.at("figure")) + " = " + quantity(each.at("value"));
                    }) +
             facts(part);
    }
    if (keyword == "stated") {
      return required_text(part.at("figure")) + " = " + quantity(part.at("value")) + facts(part);
    }
    if (keyword == "noted") {
      return citations(part.at("anchors")) +
             after("because", print_quoted(required_text(part.at("reason"))));
    }
    if (keyword == "clause") {
      std::string text = print_quoted(required_text(part.at("number")));
      if (!part.at("title").is_absent())
        text += " " + print_quoted(required_text(part.at("title")));
      text += when(part.at("when")) + where(part.at("where"));
      text += after("lead", parties(part.at("lead")));
      text += after("responsible", parties(part.at("responsible")));
      return text + after("cooperating", parties(part.at("cooperating")));
    }
    if (keyword == "holidays") {
      return spans(part.at("years")) + " {" + after("off", spans(part.at("off"))) +
             (list(part.at("off")).empty() || list(part.at("work")).empty() ? "" : ",") +
             after("work", spans(part.at("work"))) + " }";
    }
    if (keyword == "lever") {
      return print_name(required_text(part.at("input"))) + where(part.at("where")) +
             after("range", range(part.at("range"))) +
             after("step", optional_text(part.at("step"))) +
             after("cost", optional_text(part.at("cost")));
    }
    return scenario(part);
  }

  std::string input(const Part& part) {
    std::string text = head(part);
    const std::string kind = optional_text(part.at("kind"));
    if (!kind.empty()) text += " " + kind;
    text += after("each", optional_text(part.at("each")));
    text += after("at", part.at("at").is_text() ? print_name(required_text(part.at("at")))
                                                : names(part.at("at")));
    text += after("missing is", optional_text(part.at("missing")));
    text += after("fresh", optional_text(part.at("fresh")));
    text += after("range", range(part.at("range")));
    text += after("over periods", roll_up(part.at("over_periods")));
    return text + after("over parts", roll_up(part.at("over_parts")));
  }

  std::string target(const Part& part) {
    std::string text = labelled(part) + " : " + required_text(part.at("condition"));
    if (says(part, "when")) text += when(part.at("when"));
    if (says(part, "where")) text += where(part.at("where"));
    for (const std::string_view who : {"lead", "responsible", "cooperating"}) {
      if (says(part, who)) text += after(who, parties(part.at(who)));
    }
    text += after("milestones", joined(part.at("milestones"), ", ", [&](const Part& each) {
                    return required_text(each.at("when")) + ": " + quantity(each.at("value"));
                  }));
    text += after("allocates", names(part.at("allocates")));
    text += complete(part) + cite(part.at("cite"));
    return text + after("tag", quoted(part.at("tags"), " "));
  }

  std::string table(const Part& part) {
    const std::string entries = joined(part.at("entries"), ", ", [&](const Part& entry) {
      const std::string keys = joined(entry.at("keys"), ", ", [&](const Part& key) {
        if (!key.at("entity").is_absent()) return print_quoted(required_text(key.at("entity")));
        if (!key.at("span").is_absent()) return required_text(key.at("span"));
        return std::string("other");
      });
      const bool all_other = keys.find_first_not_of("other, ") == std::string::npos;
      return (all_other ? "other" : keys) + ": " + quantity(entry.at("value"));
    });
    return head(part) + " by " + names(part.at("by")) + " { " + entries + " }";
  }

  std::string entities(const Part& part) {
    std::string text = print_name(required_text(part.at("level")));
    const std::string above = optional_text(part.at("in"));
    if (!above.empty()) text += " in " + print_quoted(above);
    return text + " = { " +
           joined(part.at("entities"), ", ",
                  [&](const Part& each) {
                    if (each.is_text()) return print_quoted(required_text(each));
                    return print_quoted(required_text(each.at("name"))) +
                           after("opened", optional_text(each.at("opened"))) +
                           after("closed", optional_text(each.at("closed")));
                  }) +
           " }";
  }

  std::string scenario(const Part& part) {
    return labelled(part) + " { " +
           joined(part.at("changes"), ", ",
                  [&](const Part& each) {
                    const std::string how = chosen(each.at("how"), {"set", "add", "scale"});
                    const std::string sign = how == "set" ? " = " : how == "add" ? " += " : " *= ";
                    return print_name(required_text(each.at("input"))) + sign +
                           quantity(each.at("value")) + where(each.at("where")) +
                           after("in", optional_text(each.at("in")));
                  }) +
           " }";
  }

  // ---- layout -----------------------------------------------------------------------------------

  /// The statements in the canonical form, each in its own language.
  std::string printed(const std::vector<Drafted>& statements) {
    std::string text;
    for (const Drafted& each : statements) {
      if (each.blank_before) text += '\n';
      text += each.text + '\n';
    }
    const auto source = std::make_shared<const text::Source>("plan.json", std::move(text));
    syntax::Parsed parsed = syntax::parse(source);
    diagnostics_.append(parsed.diagnostics);
    if (parsed.diagnostics.has_errors()) return {};
    Ast& ast = parsed.ast;
    for (std::size_t i = 0; i < std::max(ast.statements.size(), statements.size()); ++i) {
      // A text that holds more than the part it stands for would become statements of its own.
      const bool same = i < ast.statements.size() && i < statements.size() &&
                        ast.statements[i].body.index() == statements[i].kind;
      if (!same) {
        const Part& part = statements[std::min(i == 0 ? 0 : i - 1, statements.size() - 1)].part;
        wrong(part, "one statement", "一条语句");
        return {};
      }
      ast.statements[i].language = statements[i].language;
    }
    return syntax::print(ast);
  }

  /// The text with its comments at their words.
  std::string commented(std::string text, const Part& part) {
    if (diagnostics_.has_errors() || list(part).empty()) return text;
    const auto source = std::make_shared<const text::Source>("plan.json", text);
    const Ast ast = syntax::parse(source).ast;
    text::Diagnostics ignored(source);
    const syntax::Tokens tokens = syntax::lex(source, {}, ignored);

    // What stands at an offset of the text.
    std::map<std::size_t, std::string> insertions;
    for (const Part& each : list(part)) {
      const auto position = optional_integer(each.at("position"));
      const auto words = optional_integer(each.at("words"));
      std::string comment = "#" + required_text(each.at("text"));
      std::replace(comment.begin(), comment.end(), '\n', ' ');
      const std::size_t statement =
          position && *position >= 0 ? static_cast<std::size_t>(*position) : ast.statements.size();
      std::size_t offset = text.size();
      if (statement < ast.statements.size()) {
        offset = ast.statements[statement].place.begin;
        if (words && *words > 0) {
          offset = behind_words(tokens, ast.statements[statement].place, *words);
        } else {
          // Before the empty line, if one stands before the statement.
          if (ast.statements[statement].blank_before && offset > 0) --offset;
        }
      }
      const bool own_line = each.at("own_line").is_absent() || flag(each.at("own_line"));
      std::string& inserted = insertions[offset];
      if (own_line) {
        const bool at_line_start = offset == 0 || text[offset - 1] == '\n' ||
                                   (!inserted.empty() && inserted.back() == '\n');
        if (!at_line_start) inserted += '\n';
        if (flag(each.at("blank_before"))) inserted += '\n';
        inserted += comment + '\n';
      } else {
        // Two in one place: the second goes on a line of its own.
        if (!inserted.empty() && inserted.back() != '\n') inserted += '\n';
        inserted += " " + comment;
        if (offset >= text.size() || text[offset] != '\n') inserted += '\n';
      }
    }
    std::string result;
    std::size_t copied = 0;
    for (const auto& [offset, inserted] : insertions) {
      result.append(text, copied, offset - copied);
      result += inserted;
      // Printing drops an empty line at the very beginning.
      if (offset == 0 && blank_before_first_) result += '\n';
      copied = offset;
    }
    result.append(text, copied);
    return syntax::print(
        syntax::parse(std::make_shared<const text::Source>("plan.json", result)).ast);
  }

  static std::size_t behind_words(const syntax::Tokens& tokens, text::Place statement,
                                  std::int64_t words) {
    std::size_t offset = statement.begin;
    for (const syntax::Token& token : tokens.list) {
      if (token.kind == syntax::TokenKind::end || token.place.begin < statement.begin) continue;
      if (words-- <= 0) break;
      offset = std::max<std::size_t>(token.place.end, token.unit_place.end);
    }
    return offset;
  }

  const Document& document_;
  const Part* heading_ = nullptr;
  bool blank_before_first_ = false;
};

}  // namespace

Checked<std::string> plan_text(std::string_view json) {
  text::Diagnostics diagnostics;
  Document document;
  try {
    document = Document::parse(json);
  } catch (const Document::parse_error& error) {
    diagnostics.add(text::kind("json_syntax")).with("position", std::to_string(error.byte));
    return diagnostics;
  } catch (const Document::out_of_range& error) {
    // A number past every double; it stands in single quotes in what is said of it.
    const std::string_view said = error.what();
    const std::size_t begin = std::min(said.find('\''), said.size() - 1) + 1;
    const std::string_view number = said.substr(begin, said.rfind('\'') - begin);
    diagnostics.add(text::kind("json_syntax"))
        .with("position", std::to_string(std::min(json.find(number), json.size()) + 1));
    return diagnostics;
  }
  std::string text = TextWriter(document, diagnostics).text();
  if (diagnostics.has_errors()) return diagnostics;
  return {std::move(text), std::move(diagnostics)};
}

}  // namespace dabiao::json
