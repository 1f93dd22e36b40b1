#include "dabiao/syntax/print.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <variant>

#include "dabiao/syntax/operators.hpp"
#include "dabiao/syntax/token.hpp"
#include "dabiao/text/utf8.hpp"
#include "syntax/dates.hpp"

namespace dabiao::syntax {
namespace {

/// How keywords and operators are spelled.
struct Style {
  Language language = Language::english;
  bool keep_operators = true;  // as they were written

  std::string word(Keyword keyword) const { return std::string(spelled(keyword, language)); }
};

// ---- expressions --------------------------------------------------------------------------------

constexpr int if_precedence = 0;
constexpr int primary_precedence = 100;

/// The operator that an expression calls with as many arguments as it takes.
const OperatorRow* operator_of(const Expression& expression) {
  if (expression.kind != ExpressionKind::call) return nullptr;
  if (expression.text == "within") {
    return expression.arguments.size() == 3 ? operator_of_function("equal") : nullptr;
  }
  const OperatorRow* row = operator_of_function(expression.text);
  if (!row) return nullptr;
  const std::size_t count = row->fixity == Fixity::prefix ? 1 : 2;
  return expression.arguments.size() == count ? row : nullptr;
}

bool is_choice(const Expression& expression) {
  return expression.kind == ExpressionKind::call && expression.text == "if" &&
         expression.arguments.size() == 3;
}

int precedence_of(const Expression& expression) {
  if (is_choice(expression)) return if_precedence;
  // 30 ㎡/张 is one quantity; beside another slash or a power parentheses show that.
  if (expression.kind == ExpressionKind::number &&
      (expression.unit.find('/') != std::string::npos ||
       expression.unit.find("·") != std::string::npos)) {
    return product_precedence;
  }
  const OperatorRow* row = operator_of(expression);
  return row ? row->precedence : primary_precedence;
}

/// Prints without recursion: what is still to be printed stands on a stack.
class ExpressionPrinter {
 public:
  ExpressionPrinter(const Ast& ast, const Style& style) : ast_(ast), style_(style) {}

  /// `lowest` is the precedence below which parentheses are needed around the whole.
  std::string print(ExpressionId id, int lowest) {
    push(id, lowest);
    while (!stack_.empty()) {
      Piece piece = std::move(stack_.back());
      stack_.pop_back();
      if (piece.id == no_expression) {
        text_ += piece.text;
      } else {
        expand(piece.id);
      }
    }
    return std::move(text_);
  }

 private:
  struct Piece {
    ExpressionId id = no_expression;
    std::string text;
  };

  // Pieces are pushed last first.
  void push(std::string text) { stack_.push_back({no_expression, std::move(text)}); }
  void push(ExpressionId id, int lowest) {
    if (id == no_expression) return push("?");
    if (precedence_of(ast_.at(id)) >= lowest) {
      stack_.push_back({id, {}});
    } else {
      push(")");
      stack_.push_back({id, {}});
      push("(");
    }
  }

  void expand(ExpressionId id) {
    const Expression& expression = ast_.at(id);
    switch (expression.kind) {
      case ExpressionKind::number:
        return push(number(expression, true));
      case ExpressionKind::yesno:
        return push(style_.word(expression.truth ? Keyword::yes : Keyword::no));
      case ExpressionKind::period:
        return push(written(*expression.span));
      case ExpressionKind::name:
        return push(print_name(expression.text));
      case ExpressionKind::due:
        return push(style_.word(Keyword::due));
      case ExpressionKind::read:
        push(bracket(*expression.bracket));
        return push(expression.arguments.front(), primary_precedence);
      case ExpressionKind::aggregate:
        return aggregate(expression);
      case ExpressionKind::rank:
        push(")");
        if (expression.over) {
          push(" " + style_.word(Keyword::among) + " " + print_name(expression.over->text));
        }
        push(expression.arguments.front(), if_precedence);
        return push(print_name(expression.text) + "(");
      case ExpressionKind::call:
        break;
    }
    if (is_choice(expression)) return choice(expression);
    if (const OperatorRow* row = operator_of(expression)) return operation(expression, *row);
    push(")");
    for (std::size_t i = expression.arguments.size(); i-- > 0;) {
      push(expression.arguments[i], if_precedence);
      if (i > 0) push(", ");
    }
    push(print_name(expression.text) + "(");
  }

  static std::string number(const Expression& expression, bool with_unit) {
    std::string text = expression.text;
    if (!with_unit || expression.unit.empty()) return text;
    if (!expression.unit.starts_with("%") && !expression.unit.starts_with("‰")) text += ' ';
    return text + expression.unit;
  }

  std::string bracket(const Bracket& bracket) const {
    switch (bracket.kind) {
      case Bracket::Kind::start:
        return "[" + style_.word(Keyword::start) + "]";
      case Bracket::Kind::end:
        return "[" + style_.word(Keyword::end) + "]";
      case Bracket::Kind::previous:
        return "[" + style_.word(Keyword::previous) + "]";
      case Bracket::Kind::span:
        return "[" + written(bracket.span) + "]";
      case Bracket::Kind::name: {
        const KeywordSpelling found = find_keyword(bracket.text);
        const bool special = found.row && (found.row->keyword == Keyword::start ||
                                           found.row->keyword == Keyword::end ||
                                           found.row->keyword == Keyword::previous);
        return special ? "[`" + bracket.text + "`]" : "[" + print_name(bracket.text) + "]";
      }
      case Bracket::Kind::quoted:
        break;
    }
    return "[" + print_quoted(bracket.text) + "]";
  }

  void aggregate(const Expression& expression) {
    push(")");
    if (expression.filter != no_expression) {
      push(expression.filter, if_precedence);
      push(" " + style_.word(Keyword::where) + " ");
    }
    if (!expression.arguments.empty()) {
      push(expression.arguments.front(), if_precedence);
      push(": ");
    }
    push(print_name(expression.text) + "(" + print_name(expression.over->text));
  }

  void choice(const Expression& expression) {
    push(expression.arguments[2], if_precedence);
    push(" " + style_.word(Keyword::else_) + " ");
    push(expression.arguments[1], or_precedence);
    push(" " + style_.word(Keyword::then) + " ");
    push(expression.arguments[0], or_precedence);
    push(style_.word(Keyword::if_) + " ");
  }

  std::string_view spelling(const Expression& expression, const OperatorRow& row) const {
    const OperatorSpelling& written_so = operator_spelling(row, expression.spelling);
    if (style_.keep_operators || !written_so.language) return written_so.text;
    return operator_spelling(row, style_.language).text;
  }

  /// The lowest precedence that an operand of a logical operator may have: people read a mixture
  /// of `and` and `or` in different ways.
  int lowest_beside(const OperatorRow& row, ExpressionId operand, int lowest) const {
    if (row.precedence > and_precedence) return lowest;
    if (operand == no_expression) return lowest;
    const int precedence = precedence_of(ast_.at(operand));
    const bool other = precedence <= and_precedence && precedence != row.precedence;
    return other ? primary_precedence : lowest;
  }

  void operation(const Expression& expression, const OperatorRow& row) {
    const std::string sign(spelling(expression, row));
    const bool is_word = text::is_letter(text::decode(sign, 0).code_point);
    if (row.fixity == Fixity::prefix) {
      push(expression.arguments.front(), row.precedence + (is_word ? 0 : 1));
      return push(is_word ? sign + " " : sign);
    }
    if (expression.text == "within") return within(expression, sign);
    const int left = row.precedence + (row.associativity == Associativity::left ? 0 : 1);
    const int right = row.precedence + (row.associativity == Associativity::right ? 0 : 1);
    push(expression.arguments[1], lowest_beside(row, expression.arguments[1], right));
    push(" " + sign + " ");
    push(expression.arguments[0], lowest_beside(row, expression.arguments[0], left));
  }

  void within(const Expression& expression, const std::string& sign) {
    push(expression.arguments[2], sum_precedence);
    push("..");
    push_low(expression.arguments[1], expression.arguments[2]);
    push(" " + sign + " ");
    push(expression.arguments[0], sum_precedence);
  }

  /// The lower end of a range; its unit is left out where it is that of the upper end.
  void push_low(ExpressionId low, ExpressionId high) {
    if (const auto [sign, number_id] = shared_unit(low, high); number_id != no_expression) {
      return push(sign + number(ast_.at(number_id), false));
    }
    push(low, sum_precedence);
  }

  const Expression* plain_number(ExpressionId id, bool& negative) const {
    if (id == no_expression) return nullptr;
    const Expression* expression = &ast_.at(id);
    if (expression->kind == ExpressionKind::call && expression->text == "negate" &&
        expression->arguments.size() == 1) {
      negative = true;
      expression = &ast_.at(expression->arguments.front());
    }
    return expression->kind == ExpressionKind::number ? expression : nullptr;
  }

  std::pair<std::string, ExpressionId> shared_unit(ExpressionId low, ExpressionId high) const {
    bool low_negative = false;
    bool high_negative = false;
    const Expression* first = plain_number(low, low_negative);
    const Expression* second = plain_number(high, high_negative);
    const bool shared = first && second && !first->unit.empty() && first->unit == second->unit &&
                        first->unit_place == second->unit_place;
    if (!shared) return {"", no_expression};
    return {low_negative ? "-" : "", static_cast<ExpressionId>(first - ast_.expressions.data())};
  }

 public:
  std::string range(const Range& range) {
    std::string text;
    if (range.low != no_expression) {
      if (const auto [sign, id] = shared_unit(range.low, range.high); id != no_expression) {
        text = sign + number(ast_.at(id), false);
      } else {
        text = print(range.low, sum_precedence);
      }
    }
    text += "..";
    if (range.high != no_expression) text += print(range.high, sum_precedence);
    return text;
  }

 private:
  const Ast& ast_;
  const Style& style_;
  std::string text_;
  std::vector<Piece> stack_;
};

// ---- clauses ------------------------------------------------------------------------------------

/// Text that is printed together, and where it was written.
struct Piece {
  std::string text;
  Keyword clause = Keyword::none;
  std::optional<std::uint32_t> begin;
  std::string before;              // comments on lines of their own, each with its line break
  std::string after;               // a comment behind it
  std::vector<std::string> parts;  // of a list: where its line may be broken
};

class Printer {
 public:
  Printer(const Ast& ast, const PrintOptions& options) : ast_(ast), options_(options) {}

  std::string plan() {
    for (const Statement& statement : ast_.statements) one(statement);
    for (; comment_ < ast_.comments.size(); ++comment_) {
      own_line(ast_.comments[comment_], text_, "");
    }
    return std::move(text_);
  }

  std::string when(const When& when, const Style& style) {
    style_ = style;
    std::string text;
    for (const auto& [part, unused] : when_parts(when)) text += (text.empty() ? "" : " ") + part;
    return text;
  }
  std::string where(const Where& where, const Style& style) {
    style_ = style;
    return where_text(where);
  }
  std::string party(const Party& party, const Style& style) {
    style_ = style;
    return party_text(party);
  }

 private:
  std::string word(Keyword keyword) const { return style_.word(keyword); }
  std::string expression(ExpressionId id, int lowest = if_precedence) {
    return ExpressionPrinter(ast_, style_).print(id, lowest);
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
    pieces_.push_back({std::move(text), keyword, {}, {}, {}, {}});
  }
  void clause_of(Keyword keyword, const std::string& text) {
    clause(keyword, word(keyword) + " " + text);
  }
  /// A clause that lists things; each but the last ends with the separator.
  void clause_of(Keyword keyword, std::vector<std::string> list, std::string_view separator) {
    list.front() = word(keyword) + " " + list.front();
    for (std::size_t i = 0; i + 1 < list.size(); ++i) list[i] += separator;
    clause(keyword, joined(list, " ", [](const std::string& each) { return each; }));
    pieces_.back().parts = std::move(list);
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

  std::string range(const Range& range) { return ExpressionPrinter(ast_, style_).range(range); }

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
    return first + "\n" + filled(parts, "    ") + "  }";
  }

  std::string body(const TableStatement& table) {
    braces_ = true;
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
    braces_ = filled_ = true;
    for (const Quoted& member : group.members) item(print_quoted(member.text), member.place);
    const Keyword of = style_.language == Language::english ? Keyword::of : Keyword::part_of;
    return labelled(group.name, group.label) + " " + word(of) + " " + print_name(group.level.text) +
           " =";
  }

  std::string body(const EntitiesStatement& statement) {
    braces_ = filled_ = true;
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
    head_parts_ = citations(noted.anchors);
    return joined(head_parts_, " ", [](const std::string& each) { return each; });
  }

  std::string body(const ClauseStatement& heading) {
    add_duties(heading.duties);
    std::string text = print_quoted(heading.number.text);
    if (heading.title) text += " " + print_quoted(heading.title->text);
    return text;
  }

  std::string body(const HolidaysStatement& holidays) {
    braces_ = true;
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
    braces_ = true;
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

  // ---- comments and layout ---------------------------------------------------------------------

  static void own_line(const Comment& comment, std::string& text, std::string_view indentation) {
    if (comment.blank_before && !text.empty()) text += '\n';
    text += indentation;
    text += '#';
    text += comment.text;
    text += '\n';
  }

  void one(const Statement& statement) {
    style_.language = options_.language.value_or(statement.language);
    style_.keep_operators = !options_.language.has_value();
    pieces_.clear();
    items_.clear();
    braces_ = filled_ = false;
    head_parts_.clear();
    Piece head;
    head.text =
        std::visit([&](const auto& body_there) { return body(body_there); }, statement.body);
    head.text = word(opener(statement.body)) + " " + head.text;
    head.parts = std::move(head_parts_);
    if (!head.parts.empty()) {
      head.parts.front() = word(opener(statement.body)) + " " + head.parts.front();
    }
    head.begin = statement.place.begin;
    for (; comment_ < ast_.comments.size() &&
           ast_.comments[comment_].place.begin < statement.place.begin;
         ++comment_) {
      own_line(ast_.comments[comment_], text_, "");
    }
    std::vector<Piece>& rest = braces_ ? items_ : pieces_;
    find_places(statement, rest);
    take_comments(statement, head, rest);
    if (statement.blank_before && !text_.empty()) text_ += '\n';
    if (!head.before.empty()) text_ += head.before;
    lay_out(head, rest);
  }

  static void find_places(const Statement& statement, std::vector<Piece>& rest) {
    for (Piece& piece : rest) {
      if (piece.begin) continue;
      for (const ClausePlace& clause_place : statement.clauses) {
        if (clause_place.keyword == piece.clause && piece.clause != Keyword::none) {
          piece.begin = clause_place.place.begin;
        }
      }
    }
  }

  /// Hands each comment of the statement to the piece before which, or behind which, it stands.
  void take_comments(const Statement& statement, Piece& head, std::vector<Piece>& rest) {
    if (comment_ >= ast_.comments.size()) return;
    std::vector<Piece*> ordered;
    for (Piece& piece : rest) {
      if (piece.begin) ordered.push_back(&piece);
    }
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const Piece* a, const Piece* b) { return *a->begin < *b->begin; });
    for (; comment_ < ast_.comments.size(); ++comment_) {
      const Comment& comment = ast_.comments[comment_];
      const bool inside = comment.place.begin < statement.place.end;
      if (!inside && comment.own_line) return;
      if (!inside && !same_line(statement, comment)) return;
      const auto after = std::upper_bound(
          ordered.begin(), ordered.end(), comment.place.begin,
          [](std::uint32_t begin, const Piece* piece) { return begin < *piece->begin; });
      Piece* previous = after == ordered.begin() ? &head : *(after - 1);
      Piece* next = after == ordered.end() ? nullptr : *after;
      if (!comment.own_line) {
        previous->after += (previous->after.empty() ? "#" : " #") + comment.text;
      } else {
        Piece* piece = next ? next : previous;
        piece->before += "#" + comment.text + "\n";
      }
    }
  }

  /// A comment behind the statement and not on a line of its own is behind its last line, unless
  /// another statement stands between.
  bool same_line(const Statement& statement, const Comment& comment) const {
    const auto next = static_cast<std::size_t>(&statement - ast_.statements.data()) + 1;
    return next >= ast_.statements.size() ||
           comment.place.begin < ast_.statements[next].place.begin;
  }

  void lay_out(const Piece& head, const std::vector<Piece>& rest) {
    std::size_t comments = head.after.empty() ? 0 : 1;
    bool broken = false;
    for (const Piece& piece : rest) {
      if (!piece.after.empty()) ++comments;
      if (!piece.before.empty()) broken = true;
    }
    if (!broken && comments <= 1 && fits_one_line(head, rest)) return;
    if (braces_) {
      in_braces(head, rest, comments > 0 || broken);
    } else {
      text_ += in_lines(head, "", "  ");
      behind(head);
      for (const Piece& piece : rest) {
        before(piece);
        text_ += in_lines(piece, "  ", "    ");
        behind(piece);
      }
    }
  }

  /// A list is broken into lines where it is too long for one.
  std::string in_lines(const Piece& piece, std::string_view indentation,
                       std::string_view further) const {
    std::string text(indentation);
    if (piece.parts.size() < 2 ||
        text::display_width(piece.text) + indentation.size() <= options_.width) {
      return text + piece.text;
    }
    std::size_t width = indentation.size();
    for (std::size_t i = 0; i < piece.parts.size(); ++i) {
      const std::size_t columns = text::display_width(piece.parts[i]);
      if (i > 0 && width + 1 + columns > options_.width) {
        text += '\n';
        text += further;
        width = further.size();
      } else if (i > 0) {
        text += ' ';
        ++width;
      }
      text += piece.parts[i];
      width += columns;
    }
    return text;
  }

  bool fits_one_line(const Piece& head, const std::vector<Piece>& rest) {
    std::string line = head.text;
    std::string comment = head.after;
    if (braces_) line += rest.empty() ? " {" : " { ";
    for (std::size_t i = 0; i < rest.size(); ++i) {
      if (!braces_) line += " ";
      line += rest[i].text;
      if (braces_ && i + 1 < rest.size()) line += ", ";
      comment += rest[i].after;
      if (line.size() > options_.width * 4) return rest.empty() && one_line(line, comment);
    }
    if (braces_) line += " }";
    if (!rest.empty() && text::display_width(line) > options_.width) return false;
    return one_line(line, comment);
  }

  bool one_line(const std::string& line, const std::string& comment) {
    text_ += line;
    if (!comment.empty()) text_ += "  " + comment;
    text_ += '\n';
    return true;
  }

  void before(const Piece& piece) {
    std::string_view lines = piece.before;
    while (!lines.empty()) {
      const std::size_t end = lines.find('\n') + 1;
      text_ += "  ";
      text_ += lines.substr(0, end);
      lines.remove_prefix(end);
    }
  }
  void behind(const Piece& piece) {
    if (!piece.after.empty()) text_ += "  " + piece.after;
    text_ += '\n';
  }

  void in_braces(const Piece& head, const std::vector<Piece>& rest, bool commented) {
    text_ += head.text + " {";
    behind(head);
    if (filled_ && !commented) {
      text_ += filled(rest, "  ");
    } else {
      for (std::size_t i = 0; i < rest.size(); ++i) {
        before(rest[i]);
        text_ += "  " + rest[i].text;
        if (i + 1 < rest.size()) text_ += ',';
        behind(rest[i]);
      }
    }
    text_ += "}\n";
  }

  /// As many short items on a line as it holds.
  std::string filled(const std::vector<Piece>& rest, std::string_view indentation) const {
    std::string lines;
    std::string line;
    std::size_t width = 0;
    for (std::size_t i = 0; i < rest.size(); ++i) {
      const std::string text = rest[i].text + (i + 1 < rest.size() ? "," : "");
      const std::size_t columns = text::display_width(text);
      if (!line.empty() && width + 1 + columns > options_.width) {
        lines += line + '\n';
        line.clear();
      }
      if (line.empty()) {
        line = indentation;
        line += text;
        width = indentation.size() + columns;
      } else {
        line += " " + text;
        width += 1 + columns;
      }
    }
    if (!line.empty()) lines += line + '\n';
    return lines;
  }

  const Ast& ast_;
  PrintOptions options_;
  Style style_;
  std::string text_;
  std::size_t comment_ = 0;
  std::vector<Piece> pieces_;
  std::vector<Piece> items_;
  std::vector<std::string> head_parts_;
  bool braces_ = false;
  bool filled_ = false;
};

}  // namespace

std::string print(const Ast& ast, const PrintOptions& options) {
  return Printer(ast, options).plan();
}

std::string print(const Ast& ast, ExpressionId id, Language language) {
  const Style style{language, true};
  return ExpressionPrinter(ast, style).print(id, if_precedence);
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
