#include "dabiao/syntax/print.hpp"

#include <cstdint>
#include <span>
#include <utility>
#include <variant>

#include "dabiao/syntax/operators.hpp"
#include "dabiao/syntax/token.hpp"
#include "dabiao/text/utf8.hpp"
#include "layout.hpp"
#include "print_expression.hpp"
#include "syntax/dates.hpp"

namespace dabiao::syntax {
namespace {

class Printer {
 public:
  Printer(const Ast& ast, const PrintOptions& options) : ast_(ast), options_(options) {}

  std::string plan() {
    Layout layout(ast_, options_.width);
    for (const Statement& statement : ast_.statements) layout.add(statement, pieces_of(statement));
    return layout.finish();
  }

  std::string when(const When& when, const PrintStyle& style) {
    style_ = style;
    std::string text;
    for (const auto& [part, unused] : when_parts(when)) text += (text.empty() ? "" : " ") + part;
    return text;
  }
  std::string where(const Where& where, const PrintStyle& style) {
    style_ = style;
    return where_text(where);
  }
  std::string party(const Party& party, const PrintStyle& style) {
    style_ = style;
    return party_text(party);
  }

 private:
  std::string word(Keyword keyword) const { return style_.word(keyword); }
  std::string expression(ExpressionId id, int lowest = if_precedence) {
    return print_expression(ast_, style_, id, lowest);
  }
  std::string sum(ExpressionId id) { return expression(id, sum_precedence); }

  template <class List, class Each>
  static std::string joined(const List& list, std::string_view separator, Each each) {
    std::string text;
    for (const auto& item : list) {
      if (!text.empty()) text += separator;
      text += each(item);
    }
    return text;
  }
  static std::string names(const std::vector<Name>& list) {
    return joined(list, ", ", [](const Name& name) { return print_name(name.text); });
  }
  static std::string quoted(const std::vector<Quoted>& list, std::string_view separator) {
    return joined(list, separator, [](const Quoted& text) { return print_quoted(text.text); });
  }
  static std::string spans(const std::vector<calendar::Span>& list) {
    return joined(list, ", ", [](const calendar::Span& span) { return written(span); });
  }
  static std::string labelled(const Name& name, const std::optional<Quoted>& label) {
    std::string text = print_name(name.text);
    if (label) text += " " + print_quoted(label->text);
    return text;
  }

  std::string type(const TypeName& type) const {
    for (const Keyword keyword : {Keyword::yesno, Keyword::date, Keyword::number}) {
      if (type.text == spelled(keyword, Language::english)) return word(keyword);
    }
    const KeywordSpelling found = find_keyword(type.text);
    const bool kind =
        found.row && (found.row->keyword == Keyword::flow || found.row->keyword == Keyword::stock ||
                      found.row->keyword == Keyword::constant);
    if (kind) return "`" + type.text + "`";
    // A unit has signs in it that no name has.
    if (type.text.find_first_of("/()%*^`") != std::string::npos) return type.text;
    for (const std::string_view sign : {"·", "‰"}) {
      if (type.text.find(sign) != std::string::npos) return type.text;
    }
    return print_name(type.text);
  }

  std::string head(const Head& head) const {
    std::string text = labelled(head.name, head.label);
    if (!head.type.empty()) text += " " + type(head.type);
    return text;
  }

  std::string where_text(const Where& where) {
    std::string text = word(where.each ? Keyword::at_each : Keyword::at) + " " + names(where.names);
    if (!where.names.empty() && !where.entities.empty()) text += ", ";
    text += quoted(where.entities, ", ");
    if (where.filter != no_expression) {
      text += " " + word(Keyword::where) + " " + expression(where.filter);
    }
    return text;
  }

  std::string party_text(const Party& party) const {
    return party.each ? word(Keyword::each) + " " + print_name(party.text)
                      : print_quoted(party.text);
  }

  Keyword each_keyword(calendar::Grain grain) const {
    switch (grain) {
      case calendar::Grain::year:
        return Keyword::each_year;
      case calendar::Grain::half:
        return Keyword::each_half;
      case calendar::Grain::quarter:
        return Keyword::each_quarter;
      case calendar::Grain::month:
        return Keyword::each_month;
      case calendar::Grain::day:
        break;
    }
    return Keyword::each_day;
  }

  std::vector<std::pair<std::string, Keyword>> when_parts(const When& when) {
    std::vector<std::pair<std::string, Keyword>> parts;
    if (when.kind == When::Kind::standing) {
      // Only what was said has a place.
      if (when.place.end != when.place.begin) {
        parts.emplace_back(word(Keyword::always), Keyword::always);
      }
      return parts;
    }
    if (when.kind == When::Kind::by) {
      parts.emplace_back(word(Keyword::by) + " " +
                             joined(when.dates, ", ", [&](ExpressionId id) { return sum(id); }),
                         Keyword::by);
      return parts;
    }
    const bool chinese = style_.language != Language::english;
    if (when.kind == When::Kind::each) {
      std::string text = word(each_keyword(when.grain));
      if (when.by_day && chinese) text += std::to_string(*when.by_day) + word(Keyword::before_day);
      parts.emplace_back(text, Keyword::each);
    }
    if (!when.spans.empty()) {
      parts.emplace_back(word(Keyword::in) + " " + spans(when.spans), Keyword::in);
    }
    if (when.by_day && !chinese) {
      parts.emplace_back("by day " + std::to_string(*when.by_day), Keyword::by);
    } else if (when.by_offset != no_expression) {
      parts.emplace_back(
          word(Keyword::by) + " " + word(Keyword::end) + " " + offset(when.by_offset), Keyword::by);
    }
    return parts;
  }

  std::string offset(ExpressionId id) {
    const Expression& expression_there = ast_.at(id);
    const bool negative = expression_there.kind == ExpressionKind::call &&
                          expression_there.text == "negate" &&
                          expression_there.arguments.size() == 1;
    if (negative) return "- " + expression(expression_there.arguments.front(), product_precedence);
    return "+ " + sum(id);
  }

  // ---- statements ------------------------------------------------------------------------------

  void clause(Keyword keyword, std::string text) {
    clauses_.push_back({std::move(text), keyword, {}, {}, {}, {}});
  }
  void clause_of(Keyword keyword, const std::string& text) {
    clause(keyword, word(keyword) + " " + text);
  }
  /// A clause that lists things; each but the last ends with the separator.
  void clause_of(Keyword keyword, std::vector<std::string> list, std::string_view separator) {
    list.front() = word(keyword) + " " + list.front();
    for (std::size_t i = 0; i + 1 < list.size(); ++i) list[i] += separator;
    clause(keyword, joined(list, " ", [](const std::string& each) { return each; }));
    clauses_.back().parts = std::move(list);
  }
  void item(std::string text, std::optional<Place> place = {}) {
    Piece piece;
    piece.text = std::move(text);
    if (place) piece.begin = place->begin;
    items_.push_back(std::move(piece));
  }

  void add_duties(const Duties& duties) {
    if (duties.when) {
      for (auto& [text, keyword] : when_parts(*duties.when)) clause(keyword, std::move(text));
    }
    if (duties.where) clause(Keyword::at, where_text(*duties.where));
    const auto parties = [&](const Seldom<std::vector<Party>>& list, Keyword keyword) {
      if (!list || list->empty()) return;
      std::vector<std::string> bodies;
      for (const Party& each : *list) bodies.push_back(party_text(each));
      clause_of(keyword, std::move(bodies), ",");
    };
    parties(duties.lead, Keyword::lead);
    parties(duties.responsible, Keyword::responsible);
    parties(duties.cooperating, Keyword::cooperating);
  }

  static std::vector<std::string> citations(const std::vector<Citation>& list) {
    std::vector<std::string> texts;
    for (const Citation& each : list) {
      std::string text = print_quoted(each.anchor.text);
      if (each.clause) text = print_quoted(each.clause->text) + ": " + text;
      texts.push_back(std::move(text));
    }
    return texts;
  }

  void add_whence(const std::vector<Citation>& cite, const std::vector<Quoted>& tags) {
    if (!cite.empty()) clause_of(Keyword::cite, citations(cite), "");
    if (!tags.empty()) clause_of(Keyword::tag, quoted(tags, " "));
  }

  void add_complete(ExpressionId complete) {
    if (complete == no_expression) return;
    const bool english = style_.language == Language::english;
    const OperatorRow& row = *operator_of_function("greater_equal");
    clause_of(Keyword::complete,
              std::string(english ? "at least" : operator_spelling(row, style_.language).text) +
                  " " + sum(complete));
  }

  template <class Facts>
  void add_facts(const Facts& facts) {
    if (facts.where) clause(Keyword::at, where_text(*facts.where));
    if (facts.when) clause_of(Keyword::in, written(*facts.when));
    add_whence(facts.cite, facts.tags);
  }

  std::string body(const PlanStatement& plan) {
    if (!plan.sources.empty()) clause_of(Keyword::source, quoted(plan.sources, " "));
    if (plan.window) clause_of(Keyword::window, written(*plan.window));
    return labelled(plan.name, plan.label);
  }

  std::string body(const LevelStatement& level) {
    if (!level.parent.empty()) {
      clause(Keyword::in, word(Keyword::part_of) + " " + print_name(level.parent.text));
    }
    if (level.count) clause_of(Keyword::count, std::to_string(*level.count));
    return head({level.name, level.label, level.unit});
  }

  std::string body(const UnitStatement& statement) {
    return joined(statement.units, ", ", [&](const UnitDeclaration& unit) {
      std::string text = labelled(unit.name, unit.label);
      if (unit.multiple != no_expression) text += " = " + sum(unit.multiple);
      return text;
    });
  }

  std::string body(const StagesStatement& stages) {
    return labelled(stages.name, stages.label) + " = " +
           joined(stages.stages, " < ", [](const Name& name) { return print_name(name.text); });
  }

  std::string in_language(std::string_view english) const {
    const KeywordSpelling found = find_keyword(english);
    return found.row ? word(found.row->keyword) : print_name(english);
  }

  std::string roll_up(const RollUp& roll_up) const {
    std::string text = in_language(roll_up.method.text);
    if (!roll_up.weight.empty()) {
      text += " " + word(Keyword::weighted_by) + " " + print_name(roll_up.weight.text);
    }
    return text;
  }

  std::string body(const InputStatement& input) {
    if (!input.kind.empty()) clause(Keyword::flow, in_language(input.kind.text));
    if (input.each) clause(Keyword::each, word(each_keyword(*input.each)));
    if (!input.levels.empty()) clause_of(Keyword::at, names(input.levels));
    switch (input.missing) {
      case InputStatement::Missing::unknown:
        break;
      case InputStatement::Missing::zero:
        clause_of(Keyword::missing_is, "0");
        break;
      case InputStatement::Missing::no:
        clause_of(Keyword::missing_is, word(Keyword::no));
        break;
      case InputStatement::Missing::later:
        clause_of(Keyword::missing_is, word(Keyword::later));
        break;
    }
    if (input.fresh != no_expression) clause_of(Keyword::fresh, sum(input.fresh));
    if (input.range) clause_of(Keyword::range, range(*input.range));
    if (input.over_periods) clause_of(Keyword::over_periods, roll_up(*input.over_periods));
    if (input.over_parts) clause_of(Keyword::over_parts, roll_up(*input.over_parts));
    return head(input.head);
  }

  std::string range(const Range& range) { return print_range(ast_, style_, range); }

  std::string body(const IndicatorStatement& indicator) {
    add_complete(indicator.complete);
    return head(indicator.head) + " = " + expression(indicator.formula);
  }

  std::string body(const TargetStatement& target) {
    add_duties(target.duties);
    if (!target.milestones.empty()) {
      std::vector<std::string> steps;
      for (const Milestone& each : target.milestones) {
        steps.push_back(written(each.when) + ": " + expression(each.value));
      }
      clause_of(Keyword::milestones, std::move(steps), ",");
    }
    if (!target.allocates.empty()) clause_of(Keyword::allocates, names(target.allocates));
    add_complete(target.complete);
    add_whence(target.cite, target.tags);
    return labelled(target.name, target.label) + " : " + expression(target.condition);
  }

  std::string key(const TableKey& key) const {
    switch (key.kind) {
      case TableKey::Kind::entity:
        return print_quoted(key.text);
      case TableKey::Kind::span:
        return written(key.span);
      case TableKey::Kind::other:
        break;
    }
    return word(Keyword::other);
  }

  std::string keys(std::span<const TableKey> list) const {
    const bool all_other = std::all_of(list.begin(), list.end(), [](const TableKey& each) {
      return each.kind == TableKey::Kind::other;
    });
    if (all_other) return word(Keyword::other);
    std::string text;
    for (const TableKey& each : list) text += (text.empty() ? "" : ", ") + key(each);
    return text;
  }

  static bool same(const TableKey& a, const TableKey& b) {
    return a.kind == b.kind && a.text == b.text && a.span == b.span;
  }

  /// Entries that begin with the same key; on several lines where one would be too long.
  std::string nested(std::span<const TableEntry> entries) {
    std::vector<Piece> parts;
    for (const TableEntry& entry : entries) {
      parts.emplace_back().text =
          keys(std::span(entry.keys).subspan(1)) + ": " + expression(entry.value);
    }
    const std::string first = key(entries.front().keys.front()) + " {";
    const std::string line =
        first + " " + joined(parts, ", ", [](const Piece& piece) { return piece.text; }) + " }";
    // Two columns stand before it and a comma behind it.
    if (text::display_width(line) + 3 <= options_.width) return line;
    return first + "\n" + filled(parts, "    ", options_.width) + "  }";
  }

  std::string body(const TableStatement& table) {
    made_.in_braces = true;
    const std::vector<TableEntry>& entries = table.entries;
    for (std::size_t i = 0; i < entries.size();) {
      const TableEntry& entry = entries[i];
      // Entries that begin with the same key stand in braces of their own.
      std::size_t end = i + 1;
      while (entry.keys.size() > 1 && end < entries.size() && entries[end].keys.size() > 1 &&
             same(entries[end].keys.front(), entry.keys.front())) {
        ++end;
      }
      const std::optional<Place> place =
          entry.keys.empty() ? std::nullopt : std::optional(entry.keys.front().place);
      if (end == i + 1) {
        item(keys(entry.keys) + ": " + expression(entry.value), place);
      } else {
        item(nested(std::span(entries).subspan(i, end - i)), place);
      }
      i = end;
    }
    // Chinese tells the two apart: 截至 a day, 按 a level.
    const Keyword by = style_.language == Language::english ? Keyword::by : Keyword::at;
    return head(table.head) + " " + word(by) + " " + names(table.by);
  }

  std::string body(const GroupStatement& group) {
    made_.in_braces = made_.filled = true;
    for (const Quoted& member : group.members) item(print_quoted(member.text), member.place);
    const Keyword of = style_.language == Language::english ? Keyword::of : Keyword::part_of;
    return labelled(group.name, group.label) + " " + word(of) + " " + print_name(group.level.text) +
           " =";
  }

  std::string body(const EntitiesStatement& statement) {
    made_.in_braces = made_.filled = true;
    for (const EntityDeclaration& entity : statement.entities) {
      std::string text = print_quoted(entity.name.text);
      if (entity.opened) text += " " + word(Keyword::opened) + " " + written(*entity.opened);
      if (entity.closed) text += " " + word(Keyword::closed) + " " + written(*entity.closed);
      item(std::move(text), entity.name.place);
    }
    std::string text = print_name(statement.level.text);
    if (statement.parent) {
      text += " " + word(Keyword::part_of) + " " + print_quoted(statement.parent->text);
    }
    return text + " =";
  }

  std::string body(const GivenStatement& given) {
    add_facts(given);
    return joined(given.items, ", ", [&](const GivenStatement::Item& each) {
      return expression(each.subject, primary_precedence) + " = " + sum(each.value);
    });
  }

  std::string body(const StatedStatement& stated) {
    add_facts(stated);
    return sum(stated.figure) + " = " + sum(stated.value);
  }

  std::string body(const NotedStatement& noted) {
    if (noted.reason) clause_of(Keyword::because, print_quoted(noted.reason->text));
    made_.head.parts = citations(noted.anchors);
    return joined(made_.head.parts, " ", [](const std::string& each) { return each; });
  }

  std::string body(const ClauseStatement& heading) {
    add_duties(heading.duties);
    std::string text = print_quoted(heading.number.text);
    if (heading.title) text += " " + print_quoted(heading.title->text);
    return text;
  }

  std::string body(const HolidaysStatement& holidays) {
    made_.in_braces = true;
    if (!holidays.days_off.empty()) item(word(Keyword::off) + " " + spans(holidays.days_off));
    if (!holidays.make_up.empty()) item(word(Keyword::work) + " " + spans(holidays.make_up));
    return spans(holidays.years);
  }

  std::string body(const LeverStatement& lever) {
    if (lever.where) clause(Keyword::at, where_text(*lever.where));
    if (lever.range) clause_of(Keyword::range, range(*lever.range));
    if (lever.step != no_expression) clause_of(Keyword::step, sum(lever.step));
    if (lever.cost != no_expression) clause_of(Keyword::cost, sum(lever.cost));
    return print_name(lever.input.text);
  }

  std::string body(const ScenarioStatement& scenario) {
    made_.in_braces = true;
    for (const ScenarioChange& change : scenario.changes) {
      const std::string_view sign = change.how == ScenarioChange::How::set   ? " = "
                                    : change.how == ScenarioChange::How::add ? " += "
                                                                             : " *= ";
      std::string text = print_name(change.input.text);
      text += sign;
      text += expression(change.value);
      if (change.where) text += " " + where_text(*change.where);
      if (change.when) text += " " + word(Keyword::in) + " " + written(*change.when);
      item(std::move(text), change.input.place);
    }
    return labelled(scenario.name, scenario.label);
  }

  static Keyword opener(const StatementBody& body) {
    static constexpr Keyword openers[] = {
        Keyword::plan,      Keyword::level,  Keyword::unit,   Keyword::stages,   Keyword::input,
        Keyword::indicator, Keyword::target, Keyword::table,  Keyword::group,    Keyword::entities,
        Keyword::given,     Keyword::stated, Keyword::clause, Keyword::holidays, Keyword::lever,
        Keyword::scenario,  Keyword::noted};
    static_assert(std::size(openers) == std::variant_size_v<StatementBody>);
    return openers[body.index()];
  }

  StatementPieces pieces_of(const Statement& statement) {
    style_.language = options_.language.value_or(statement.language);
    style_.keep_operators = !options_.language.has_value();
    made_ = {};
    clauses_.clear();
    items_.clear();
    const std::string open = word(opener(statement.body)) + " ";
    Piece& head = made_.head;
    head.text = open + std::visit([&](const auto& each) { return body(each); }, statement.body);
    if (!head.parts.empty()) head.parts.front() = open + head.parts.front();
    head.begin = statement.place.begin;
    made_.rest = std::move(made_.in_braces ? items_ : clauses_);
    return std::move(made_);
  }

  const Ast& ast_;
  PrintOptions options_;
  PrintStyle style_;
  StatementPieces made_;  // the statement that is printed
  std::vector<Piece> clauses_;
  std::vector<Piece> items_;
};

}  // namespace

std::string print(const Ast& ast, const PrintOptions& options) {
  return Printer(ast, options).plan();
}

std::string print(const Ast& ast, ExpressionId id, Language language) {
  return print_expression(ast, {language, true}, id, if_precedence);
}

std::string print(const Ast& ast, const When& when, Language language) {
  return Printer(ast, {}).when(when, {language, true});
}

std::string print(const Ast& ast, const Where& where, Language language) {
  return Printer(ast, {}).where(where, {language, true});
}

std::string print(const Party& party, Language language) {
  const Ast none;
  return Printer(none, {}).party(party, {language, true});
}

std::string print_name(std::string_view name) {
  return needs_backquotes(name) ? "`" + std::string(name) + "`" : std::string(name);
}

std::string print_quoted(std::string_view text) {
  std::string quoted = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char each = text[i];
    if (each == '\n') {
      quoted += "\\n";
    } else if (each == '"') {
      quoted += "\\\"";
    } else if (each == '\\') {
      // A backslash is itself unless what follows would make it an escape.
      const bool escape = i + 1 >= text.size() || text[i + 1] == '"' || text[i + 1] == '\\' ||
                          text[i + 1] == 'n' || text[i + 1] == '\n';
      quoted += escape ? "\\\\" : "\\";
    } else {
      quoted += each;
    }
  }
  return quoted + "\"";
}

std::string print_span(const calendar::Span& span) {
  return written(span);
}

}  // namespace dabiao::syntax
