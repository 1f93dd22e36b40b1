#include "dabiao/json/plan_json.hpp"

#include <algorithm>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "dabiao/json/assessment_json.hpp"
#include "dabiao/model/words.hpp"
#include "dabiao/syntax/operators.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/syntax/print.hpp"
#include "dabiao/syntax/token.hpp"
#include "document.hpp"
#include "statement_names.hpp"

namespace dabiao::json {
namespace {

using syntax::Ast;
using syntax::ExpressionId;
using syntax::Language;
using syntax::Statement;

/// Writes the statements of one plan.
class PlanWriter {
 public:
  PlanWriter(const model::Plan& plan, const ir::Program& program)
      : plan_(plan), program_(program), ast_(*plan.ast) {}

  Document document() {
    Document result;
    result["format"] = plan_format;
    for (const StatementName& each : statement_names) result[each.plural] = Document::array();
    std::size_t position = 0;
    for (const Statement& statement : ast_.statements) {
      language_ = statement.language;
      Document object = std::visit([&](const auto& body) { return write(body); }, statement.body);
      object["position"] = position++;
      if (statement.language != Language::english) {
        object["language"] = language_names[static_cast<std::size_t>(statement.language)];
      }
      if (statement.blank_before) object["blank_before"] = true;
      result[statement_names[statement.body.index()].plural].push_back(std::move(object));
    }
    // There is one plan statement at most.
    Document& plans = result["plan"];
    plans = plans.empty() ? Document(nullptr) : Document(plans[0]);
    result["comments"] = comments();
    return result;
  }

 private:
  // ---- parts ------------------------------------------------------------------------------------

  std::string text(ExpressionId id) const { return syntax::print(ast_, id, language_); }
  /// A formula that `=` may follow: a comparison stands in parentheses, (老人占比 > 20%) = yes.
  std::string before_equals(ExpressionId id) const {
    const syntax::Expression& expression = ast_.at(id);
    const syntax::OperatorRow* row = syntax::operator_of_function(expression.text);
    const bool is_loose = expression.kind == syntax::ExpressionKind::call &&
                          (expression.text == "if" || expression.text == "within" ||
                           (row != nullptr && row->precedence < syntax::sum_precedence));
    return is_loose ? "(" + text(id) + ")" : text(id);
  }
  Document optional_expression(ExpressionId id) const {
    return id == syntax::no_expression ? Document(nullptr) : Document(text(id));
  }
  static Document label(const std::optional<syntax::Quoted>& quoted) {
    return quoted ? Document(quoted->text) : Document(nullptr);
  }
  static Document names(const std::vector<syntax::Name>& list) {
    Document array = Document::array();
    for (const syntax::Name& each : list) array.push_back(each.text);
    return array;
  }
  static Document quoted(const std::vector<syntax::Quoted>& list) {
    Document array = Document::array();
    for (const syntax::Quoted& each : list) array.push_back(each.text);
    return array;
  }
  static Document spans(const std::vector<calendar::Span>& list) {
    Document array = Document::array();
    for (const calendar::Span& each : list) array.push_back(syntax::print_span(each));
    return array;
  }
  static Document optional_span(const std::optional<calendar::Span>& span) {
    return span ? Document(syntax::print_span(*span)) : Document(nullptr);
  }

  /// A constant with its exact value in its unit.
  static Document quantity(const exact::Rational& base, const value::Type& type,
                           const model::Plan& plan, std::string text) {
    Document object;
    object["value"] = nullptr;
    object["unit"] = nullptr;
    if (type.is_number()) {
      object["value"] = exact_text(base / type.unit.scale());
      object["unit"] = type.unit.text();
    } else if (type.is_yesno()) {
      object["value"] = base.is_zero() ? "no" : "yes";
    } else if (type.is_date()) {
      const auto days = base.to_int64();
      if (const auto day = days ? calendar::Date::from_days(*days) : std::nullopt) {
        object["value"] = day->to_string();
      }
    } else if (type.is_stage() && type.scale < plan.scales.size()) {
      const auto rank = base.to_int64();
      const auto& stages = plan.scales[type.scale].stages;
      if (rank && *rank >= 0 && static_cast<std::size_t>(*rank) < stages.size()) {
        object["value"] = stages[static_cast<std::size_t>(*rank)];
      }
    }
    object["text"] = std::move(text);
    return object;
  }

  Document range(const std::optional<syntax::Range>& range) const {
    if (!range) return nullptr;
    Document object{{"low", optional_expression(range->low)},
                    {"high", optional_expression(range->high)}};
    // 0..10 户 is written with one unit.
    const syntax::Expression* low = number_of(range->low);
    const syntax::Expression* high = number_of(range->high);
    const bool shared = low != nullptr && high != nullptr && !low->unit.empty() &&
                        low->unit_place == high->unit_place;
    if (shared) object["shared_unit"] = true;
    return object;
  }

  /// The number of a constant that may have a sign; null for what is no such constant.
  const syntax::Expression* number_of(ExpressionId id) const {
    if (id == syntax::no_expression) return nullptr;
    const syntax::Expression* expression = &ast_.at(id);
    if (expression->kind == syntax::ExpressionKind::call && expression->text == "negate") {
      expression = &ast_.at(expression->arguments.front());
    }
    return expression->kind == syntax::ExpressionKind::number ? expression : nullptr;
  }

  static Document roll_up(const syntax::Seldom<syntax::RollUp>& roll_up) {
    if (!roll_up) return nullptr;
    return {{"method", roll_up->method.text}, {"weighted_by", optional_text(roll_up->weight.text)}};
  }

  Document when(const syntax::When& when) const {
    static constexpr std::string_view kinds[] = {"standing", "by", "in", "each"};
    Document object;
    object["kind"] = kinds[static_cast<std::size_t>(when.kind)];
    if (when.kind == syntax::When::Kind::by) {
      object["dates"] = Document::array();
      for (const ExpressionId date : when.dates) object["dates"].push_back(text(date));
    }
    if (when.kind == syntax::When::Kind::each) {
      object["grain"] = calendar::name_of(when.grain).english;
    }
    if (when.kind == syntax::When::Kind::in || when.kind == syntax::When::Kind::each) {
      object["spans"] = spans(when.spans);
    }
    if (when.by_day) object["by_day"] = *when.by_day;
    if (when.by_offset != syntax::no_expression) object["by_end_plus"] = text(when.by_offset);
    object["text"] = syntax::print(ast_, when, language_);
    return object;
  }

  Document where(const syntax::Where& where) const {
    Document object;
    object["each"] = where.each;
    object["names"] = names(where.names);
    object["entities"] = quoted(where.entities);
    object["condition"] = optional_expression(where.filter);
    object["text"] = syntax::print(ast_, where, language_);
    return object;
  }
  Document optional_where(const syntax::Seldom<syntax::Where>& stated) const {
    return stated ? where(*stated) : Document(nullptr);
  }
  /// Where nothing is said, the top level is meant.
  Document top() const {
    Document object;
    object["each"] = false;
    object["names"] = Document::array({plan_.levels.front().name});
    object["entities"] = Document::array();
    object["condition"] = nullptr;
    object["text"] = "";
    return object;
  }

  static Document parties(const std::vector<syntax::Party>& list) {
    Document array = Document::array();
    for (const syntax::Party& each : list) {
      array.push_back(each.each ? Document{{"each", each.text}} : Document(each.text));
    }
    return array;
  }
  static Document optional_parties(const syntax::Seldom<std::vector<syntax::Party>>& list) {
    return list ? parties(*list) : Document(nullptr);
  }

  Document cite(const std::vector<syntax::Citation>& list) const {
    Document array = Document::array();
    for (const syntax::Citation& each : list) {
      Document object;
      object["clause"] = each.clause ? Document(each.clause->text)
                         : clause_   ? Document(clause_->number.text)
                                     : Document(nullptr);
      object["anchor"] = each.anchor.text;
      if (each.clause) object["explicit"] = true;
      array.push_back(std::move(object));
    }
    return array;
  }

  void add_head(Document& object, const syntax::Head& head) const {
    object["name"] = head.name.text;
    object["label"] = label(head.label);
    object["type"] = head.type.text;
  }

  // ---- statements -------------------------------------------------------------------------------

  Document write(const syntax::PlanStatement& statement) const {
    return {{"name", statement.name.text},
            {"label", label(statement.label)},
            {"sources", quoted(statement.sources)},
            {"window", optional_span(statement.window)}};
  }

  Document write(const syntax::LevelStatement& statement) const {
    return {{"name", statement.name.text},
            {"label", label(statement.label)},
            {"unit", optional_text(statement.unit.text)},
            {"in", optional_text(statement.parent.text)},
            {"count", statement.count ? Document(*statement.count) : Document(nullptr)}};
  }

  Document write(const syntax::UnitStatement& statement) const {
    Document array = Document::array();
    for (const syntax::UnitDeclaration& each : statement.units) {
      array.push_back({{"name", each.name.text},
                       {"label", label(each.label)},
                       {"equals", optional_expression(each.multiple)}});
    }
    return {{"units", std::move(array)}};
  }

  Document write(const syntax::StagesStatement& statement) const {
    return {{"name", statement.name.text},
            {"label", label(statement.label)},
            {"stages", names(statement.stages)}};
  }

  Document write(const syntax::InputStatement& statement) const {
    static constexpr std::string_view missing[] = {"unknown", "0", "no", "later"};
    Document object;
    add_head(object, statement.head);
    const model::Symbol symbol = plan_.find(statement.head.name.text);
    const model::Input& input = plan_.inputs[symbol.index];
    object["kind"] = optional_text(statement.kind.text);
    object["each"] =
        statement.each ? Document(calendar::name_of(*statement.each).english) : Document(nullptr);
    object["at"] = names(statement.levels);
    object["missing"] = statement.missing == syntax::InputStatement::Missing::unknown
                            ? Document(nullptr)
                            : Document(missing[static_cast<std::size_t>(statement.missing)]);
    object["fresh"] = optional_expression(statement.fresh);
    object["range"] = range(statement.range);
    object["over_periods"] = roll_up(statement.over_periods);
    object["over_parts"] = roll_up(statement.over_parts);
    // What follows where nothing was said.
    object["resolved"] = {
        {"kind", model::name(input.kind)},
        {"level", plan_.levels[input.level].name},
        {"unit", input.type.is_number() ? Document(input.type.unit.text()) : Document(nullptr)},
        {"over_periods", model::name(input.over_periods)},
        {"over_parts", model::name(input.over_parts)}};
    return object;
  }

  Document write(const syntax::IndicatorStatement& statement) const {
    Document object;
    add_head(object, statement.head);
    object["formula"] = text(statement.formula);
    object["complete"] = optional_expression(statement.complete);
    return object;
  }

  /// What the heading in force gives to the targets under it.
  const syntax::Duties& inherited() const {
    static const syntax::Duties nothing;
    return clause_ ? clause_->duties : nothing;
  }

  Document write(const syntax::TargetStatement& statement) const {
    const syntax::Duties& own = statement.duties;
    const syntax::Duties& above = inherited();
    Document object;
    object["name"] = statement.name.text;
    object["label"] = label(statement.label);
    object["clause"] = clause_ ? Document(clause_->number.text) : Document(nullptr);
    object["condition"] = text(statement.condition);
    object["comparisons"] = comparisons(statement);
    Document stated = Document::array();

    const auto& due = own.when ? own.when : above.when;
    if (own.when) stated.push_back("when");
    object["when"] = when(due ? *due : syntax::When{});
    const auto& place = own.where ? own.where : above.where;
    if (own.where) stated.push_back("where");
    object["where"] = place ? where(*place) : top();
    const auto add_parties = [&](std::string_view key,
                                 const syntax::Seldom<std::vector<syntax::Party>>& given,
                                 const syntax::Seldom<std::vector<syntax::Party>>& taken) {
      const auto& list = given ? given : taken;
      if (given) stated.push_back(key);
      object[key] = list ? parties(*list) : Document::array();
    };
    add_parties("lead", own.lead, above.lead);
    add_parties("responsible", own.responsible, above.responsible);
    add_parties("cooperating", own.cooperating, above.cooperating);
    object["tags"] = quoted(statement.tags);
    object["cite"] = cite(statement.cite);
    object["milestones"] = Document::array();
    for (const syntax::Milestone& each : statement.milestones) {
      object["milestones"].push_back(
          {{"when", syntax::print_span(each.when)}, {"value", text(each.value)}});
    }
    object["allocates"] = names(statement.allocates);
    object["complete"] = optional_expression(statement.complete);
    object["stated"] = std::move(stated);
    return object;
  }

  /// The comparisons of a target as the program has them, in the words of the plan.
  Document comparisons(const syntax::TargetStatement& statement) const {
    Document array = Document::array();
    const model::Symbol symbol = plan_.find(statement.name.text);
    if (symbol.kind != model::Symbol::Kind::target) return array;
    for (const ir::Comparison& each : program_.targets[symbol.index].comparisons) {
      const auto [measured, demanded] = sides(each);
      Document object;
      object["operator"] = symbol_of(each);
      object["measured"] = measured.empty() ? origin(each.value) : measured;
      object["threshold"] =
          each.threshold == ir::no_node
              ? Document(nullptr)
              : threshold(each.threshold, demanded.empty() ? origin(each.threshold) : demanded);
      object["upper"] =
          each.upper == ir::no_node ? Document(nullptr) : threshold(each.upper, origin(each.upper));
      array.push_back(std::move(object));
    }
    return array;
  }

  static std::string_view symbol_of(const ir::Comparison& comparison) {
    return symbol(comparison.comparator);
  }

  std::string origin(ir::NodeId id) const {
    const ExpressionId expression = program_.at(id).origin;
    return expression == syntax::no_expression ? std::string() : text(expression);
  }

  /// The measured side and the threshold as they were written, for a comparison of two sides. Equal
  /// expressions share a node, so its origin may be spelled otherwise.
  std::pair<std::string, std::string> sides(const ir::Comparison& comparison) const {
    for (const syntax::Expression& each : ast_.expressions) {
      if (each.kind != syntax::ExpressionKind::call || each.arguments.size() != 2 ||
          !(each.place == comparison.place)) {
        continue;
      }
      const bool rises = each.text == "greater_equal" || each.text == "greater";
      const bool falls = each.text == "less_equal" || each.text == "less";
      if (!rises && !falls && each.text != "equal" && each.text != "not_equal") continue;
      const bool wants_more = comparison.comparator == ir::Comparator::at_least ||
                              comparison.comparator == ir::Comparator::more_than;
      const bool wants_less = comparison.comparator == ir::Comparator::at_most ||
                              comparison.comparator == ir::Comparator::less_than;
      const bool turned = (rises && wants_less) || (falls && wants_more);
      return {text(each.arguments[turned ? 1 : 0]), text(each.arguments[turned ? 0 : 1])};
    }
    return {};
  }

  Document threshold(ir::NodeId id, std::string written_so) const {
    const ir::Node& node = program_.at(id);
    if (node.operation == ir::Operation::constant) {
      return quantity(node.constant, node.type, plan_, std::move(written_so));
    }
    Document object;
    object["value"] = nullptr;
    object["unit"] = node.type.is_number() ? Document(node.type.unit.text()) : Document(nullptr);
    object["text"] = std::move(written_so);
    return object;
  }

  Document write(const syntax::TableStatement& statement) const {
    Document object;
    add_head(object, statement.head);
    object["by"] = names(statement.by);
    object["entries"] = Document::array();
    for (const syntax::TableEntry& entry : statement.entries) {
      Document keys = Document::array();
      for (const syntax::TableKey& key : entry.keys) {
        switch (key.kind) {
          case syntax::TableKey::Kind::entity:
            keys.push_back({{"entity", key.text}});
            break;
          case syntax::TableKey::Kind::span:
            keys.push_back({{"span", syntax::print_span(key.span)}});
            break;
          case syntax::TableKey::Kind::other:
            keys.push_back({{"other", true}});
            break;
        }
      }
      object["entries"].push_back({{"keys", std::move(keys)}, {"value", text(entry.value)}});
    }
    return object;
  }

  Document write(const syntax::GroupStatement& statement) const {
    return {{"name", statement.name.text},
            {"label", label(statement.label)},
            {"of", statement.level.text},
            {"members", quoted(statement.members)}};
  }

  Document write(const syntax::EntitiesStatement& statement) const {
    Document array = Document::array();
    for (const syntax::EntityDeclaration& each : statement.entities) {
      array.push_back({{"name", each.name.text},
                       {"opened", optional_span(each.opened)},
                       {"closed", optional_span(each.closed)}});
    }
    return {{"level", statement.level.text},
            {"in", label(statement.parent)},
            {"entities", std::move(array)}};
  }

  template <class Facts>
  void add_facts(Document& object, const Facts& facts) const {
    object["where"] = optional_where(facts.where);
    object["in"] = optional_span(facts.when);
    object["cite"] = cite(facts.cite);
    object["tags"] = quoted(facts.tags);
  }

  Document write(const syntax::GivenStatement& statement) {
    Document items = Document::array();
    for (const syntax::GivenStatement::Item& each : statement.items) {
      Document value = text(each.value);
      if (given_ < plan_.givens.size()) {
        const model::Literal& literal = plan_.givens[given_].value;
        value = quantity(literal.value, literal.type, plan_, text(each.value));
      }
      ++given_;
      items.push_back({{"figure", text(each.subject)}, {"value", std::move(value)}});
    }
    Document object;
    object["items"] = std::move(items);
    add_facts(object, statement);
    return object;
  }

  Document write(const syntax::StatedStatement& statement) {
    Document object;
    object["figure"] = before_equals(statement.figure);
    object["value"] = text(statement.value);
    if (stated_ < plan_.stated.size()) {
      const model::Literal& literal = plan_.stated[stated_].literal;
      object["value"] = quantity(literal.value, literal.type, plan_, text(statement.value));
    }
    ++stated_;
    add_facts(object, statement);
    return object;
  }

  Document write(const syntax::NotedStatement& statement) const {
    return {{"anchors", cite(statement.anchors)}, {"reason", label(statement.reason)}};
  }

  Document write(const syntax::ClauseStatement& statement) {
    clause_ = &statement;
    const syntax::Duties& duties = statement.duties;
    Document object;
    object["number"] = statement.number.text;
    object["title"] = label(statement.title);
    object["when"] = duties.when ? when(*duties.when) : Document(nullptr);
    object["where"] = optional_where(duties.where);
    object["lead"] = optional_parties(duties.lead);
    object["responsible"] = optional_parties(duties.responsible);
    object["cooperating"] = optional_parties(duties.cooperating);
    return object;
  }

  Document write(const syntax::HolidaysStatement& statement) const {
    return {{"years", spans(statement.years)},
            {"off", spans(statement.days_off)},
            {"work", spans(statement.make_up)}};
  }

  Document write(const syntax::LeverStatement& statement) const {
    return {{"input", statement.input.text},
            {"where", optional_where(statement.where)},
            {"range", range(statement.range)},
            {"step", optional_expression(statement.step)},
            {"cost", optional_expression(statement.cost)}};
  }

  Document write(const syntax::ScenarioStatement& statement) const {
    static constexpr std::string_view how[] = {"set", "add", "scale"};
    Document changes = Document::array();
    for (const syntax::ScenarioChange& each : statement.changes) {
      changes.push_back({{"input", each.input.text},
                         {"how", how[static_cast<std::size_t>(each.how)]},
                         {"value", text(each.value)},
                         {"where", optional_where(each.where)},
                         {"in", optional_span(each.when)}});
    }
    return {{"name", statement.name.text},
            {"label", label(statement.label)},
            {"changes", std::move(changes)}};
  }

  // ---- comments ---------------------------------------------------------------------------------

  /// Comments by the statement that they stand before or in, and by how many words of it they stand
  /// behind, in the canonical form: the words are the same whoever writes it.
  Document comments() const {
    Document array = Document::array();
    if (ast_.comments.empty()) return array;
    const auto source =
        std::make_shared<const text::Source>(plan_.source->name(), syntax::print(ast_));
    const Ast canonical = syntax::parse(source).ast;
    text::Diagnostics ignored(source);
    const syntax::Tokens tokens = syntax::lex(source, {}, ignored);

    std::size_t statement = 0;
    for (const syntax::Comment& comment : canonical.comments) {
      while (statement < canonical.statements.size() &&
             canonical.statements[statement].place.end <= comment.place.begin &&
             !is_behind(canonical, statement, comment)) {
        ++statement;
      }
      std::size_t words = 0;
      if (statement < canonical.statements.size()) {
        const std::uint32_t begin = canonical.statements[statement].place.begin;
        for (const syntax::Token& token : tokens.list) {
          const bool counts = token.kind != syntax::TokenKind::end && token.place.begin >= begin &&
                              token.place.begin < comment.place.begin;
          if (counts) ++words;
        }
      }
      Document object;
      object["text"] = comment.text;
      object["position"] = statement;
      object["words"] = words;
      object["own_line"] = comment.own_line;
      if (comment.blank_before) object["blank_before"] = true;
      array.push_back(std::move(object));
    }
    return array;
  }

  /// Whether a comment stands on the last line of a statement.
  static bool is_behind(const Ast& canonical, std::size_t statement,
                        const syntax::Comment& comment) {
    const bool last = statement + 1 >= canonical.statements.size();
    return !comment.own_line &&
           (last || comment.place.begin < canonical.statements[statement + 1].place.begin);
  }

  const model::Plan& plan_;
  const ir::Program& program_;
  const Ast& ast_;
  Language language_ = Language::english;
  const syntax::ClauseStatement* clause_ = nullptr;
  std::size_t given_ = 0;
  std::size_t stated_ = 0;
};

}  // namespace

std::string plan_json(const model::Plan& plan, const ir::Program& program) {
  return written(PlanWriter(plan, program).document());
}

}  // namespace dabiao::json
