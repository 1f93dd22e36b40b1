#include "dabiao/ir/lower.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "dabiao/text/nearest.hpp"
#include "dabiao/units/unit_table.hpp"
#include "interning.hpp"

namespace dabiao::ir {

using exact::Rational;
using model::LevelId;
using model::Symbol;
using syntax::Expression;
using syntax::ExpressionId;
using syntax::ExpressionKind;
using syntax::no_expression;
using text::kind;
using text::Language;
using text::Place;
using value::Type;

namespace {

// Values that grow beyond this before any data is read are refused.
constexpr std::size_t most_bits = 40'000;  // of a constant, below that of values over data

std::uint64_t bit(LevelId level) {
  return std::uint64_t{1} << level;
}

struct NeedsHash {
  std::size_t operator()(const Needs& needs) const {
    std::size_t hash = 0;
    for (const std::uint64_t part : {needs.own, needs.exact, needs.parts, needs.ancestors}) {
      hash = (hash ^ part) * 0x9e3779b97f4a7c15U;
    }
    return hash ^ (hash >> 32U);
  }
};

class Lowering {
 public:
  explicit Lowering(std::shared_ptr<const model::Plan> plan)
      : plan_(*plan), ast_(*plan->ast), diagnostics_(plan->source) {
    program_.plan = std::move(plan);
    program_.nodes.reserve(ast_.expressions.size());
    program_.needs.emplace_back();
    needs_.emplace(Needs(), 0);
    lowered_.assign(ast_.expressions.size(), no_node);
    tried_.assign(ast_.expressions.size(), false);
  }

  Lowered run(const graph::DependencyGraph& dependencies);

 private:
  // Expressions.
  NodeId lower(ExpressionId root);
  NodeId lower_one(ExpressionId id);
  NodeId lower_number(const Expression& expression);
  const std::optional<units::Unit>& unit_of(std::string_view written);
  NodeId lower_name(ExpressionId id, const Expression& expression);
  /// The node of an indicator; of its type alone where its formula is wrong.
  NodeId indicator_node(model::IndicatorId id);
  NodeId lower_call(ExpressionId id, const Expression& expression);
  NodeId lower_function(const Expression& expression, const function::Elementwise& function,
                        syntax::Operands arguments);
  NodeId lower_target_reference(const Expression& expression, Operation operation);
  NodeId lower_aggregate(ExpressionId id, const Expression& expression);
  NodeId aggregate_over(const Expression& expression, const function::Aggregate& function,
                        const Symbol& over, std::optional<NodeId> x, std::optional<NodeId> filter);
  NodeId lower_rank(ExpressionId id, const Expression& expression);
  NodeId lower_bracket(ExpressionId id, const Expression& expression);
  std::uint32_t span_index(const calendar::Span& span);
  std::uint32_t entity_index(std::string_view entity);
  bool is_deferred(ExpressionId id) const;

  // Nodes.
  NodeId add(Node node);
  NodeId constant(Rational value, Type type, Place place, ExpressionId origin);
  NodeId call(const function::Elementwise& function, syntax::Operands arguments, Type type,
              Place place, ExpressionId origin);
  NodeId input_node(model::InputId input, Place place, ExpressionId origin);
  void inherit(Node& node, NodeId child) const;
  void pass_needs(Node& node, NodeId child);
  void add_needs(Node& node, const Node& child);
  void add_needs(Node& node, const Needs& more);
  const Node& at(NodeId id) const { return program_.nodes[id]; }

  // Checks.
  void report(const function::Mismatch& mismatch, Place place, ExpressionId at);
  NodeId as_stage_of(NodeId node, ExpressionId expression, std::uint32_t scale);
  void check_level(NodeId node, LevelId level, Place cell_place, std::string_view who);
  bool check_formula_type(const model::Indicator& indicator, NodeId formula);
  NodeId completed(NodeId formula, const std::optional<Rational>& share, Place place);

  // Statements.
  void lower_indicator(model::IndicatorId id);
  void lower_target(model::TargetId id);
  void lower_stated();
  void complete_comparisons(Target& target, const Rational& share);
  std::uint32_t clauses_of(Target& target, NodeId condition, bool negated);
  std::uint32_t comparison_of(Target& target, NodeId node, bool negated);
  std::string level_name(LevelId level) const { return plan_.levels[level].name; }

  Program program_;
  const model::Plan& plan_;
  const syntax::Ast& ast_;
  text::Diagnostics diagnostics_;
  std::vector<NodeId> lowered_;
  std::vector<bool> tried_;
  std::vector<ExpressionId> work_;                                          // of `lower`
  std::vector<function::Argument> described_;                               // of `lower_function`
  std::unordered_map<std::string_view, std::optional<units::Unit>> units_;  // by what is written
  std::unordered_map<Needs, std::uint32_t, NeedsHash> needs_;  // places in program_.needs
  std::map<std::pair<std::optional<calendar::Date>, std::optional<calendar::Date>>, std::uint32_t>
      span_indices_;
  std::unordered_map<std::string_view, std::uint32_t> entity_indices_;
  detail::Interning interning_;
};

NodeId Lowering::add(Node node) {
  return interning_.find_or_add(program_.nodes, std::move(node));
}

void Lowering::inherit(Node& node, NodeId child) const {
  const Node& from = at(child);
  node.reads_flow |= from.reads_flow;
  node.reads_stock |= from.reads_stock;
  node.reads_data |= from.reads_data;
}

/// What a node asks of its cell's level, passed on to one that is evaluated at the same cell.
void Lowering::pass_needs(Node& node, NodeId from) {
  const Node& child = at(from);
  add_needs(node, child);
  if (child.periods && (!node.periods || calendar::is_coarser(*child.periods, *node.periods))) {
    node.periods = child.periods;
  }
}

void Lowering::add_needs(Node& node, const Node& child) {
  if (node.needs == child.needs || child.needs == 0) return;
  if (node.needs == 0) {
    node.needs = child.needs;
  } else {
    add_needs(node, program_.needs[child.needs]);
  }
}

void Lowering::add_needs(Node& node, const Needs& more) {
  Needs all = program_.needs[node.needs];
  all.own |= more.own;
  all.exact |= more.exact;
  all.parts |= more.parts;
  all.ancestors |= more.ancestors;
  const auto [known, is_new] =
      needs_.emplace(all, static_cast<std::uint32_t>(program_.needs.size()));
  if (is_new) program_.needs.push_back(all);
  node.needs = known->second;
}

NodeId Lowering::constant(Rational value, Type type, Place place, ExpressionId origin) {
  Node node;
  node.operation = Operation::constant;
  node.constant = std::move(value);
  node.type = std::move(type);
  node.place = place;
  node.origin = origin;
  return add(std::move(node));
}

NodeId Lowering::input_node(model::InputId input, Place place, ExpressionId origin) {
  const model::Input& declared = plan_.inputs[input];
  Node node;
  node.operation = Operation::input;
  node.index = input;
  node.type = declared.type;
  node.place = place;
  node.origin = origin;
  node.reads_data = true;
  const bool accumulates = declared.kind == model::InputKind::flow && !declared.type.is_date() &&
                           declared.over_periods != model::RollUp::last;
  node.reads_flow = accumulates;
  node.reads_stock = !accumulates;
  add_needs(node, Needs{.own = bit(declared.level)});
  if (declared.over_parts == model::RollUp::average && declared.weight != model::none) {
    const NodeId weight = input_node(declared.weight, place, no_expression);
    add_needs(node, Needs{.own = program_.needs_of(weight).own});
    node.arguments.push_back(weight);
  }
  return add(std::move(node));
}

NodeId Lowering::call(const function::Elementwise& function, syntax::Operands arguments, Type type,
                      Place place, ExpressionId origin) {
  Node node;
  node.operation = Operation::call;
  node.function = &function;
  node.type = std::move(type);
  node.place = place;
  node.origin = origin;
  bool all_constant = true;
  for (const NodeId argument : arguments) {
    inherit(node, argument);
    pass_needs(node, argument);
    all_constant = all_constant && at(argument).operation == Operation::constant;
  }
  if (all_constant && function.info.family != "dates" &&
      function.info.missing != function::MissingRule::own) {
    std::vector<Rational> values;
    for (const NodeId argument : arguments) values.push_back(at(argument).constant);
    std::size_t bits = 0;
    for (const Rational& value : values) bits += value.bit_length();
    if (function.info.name == "power") {
      bits = values[0].bit_length() *
             static_cast<std::size_t>(std::abs(values[1].to_int64().value_or(1)));
    }
    if (bits > most_bits) {
      diagnostics_.add(kind("exact_value_too_long"), place)
          .with("limit", std::to_string(most_bits * 3 / 10));
      return no_node;
    }
    const function::Outcome outcome = function.exact(values, {});
    if (outcome.reason == value::Reason::known) {
      return constant(outcome.value, node.type, place, origin);
    }
  }
  node.arguments = std::move(arguments);
  return add(std::move(node));
}

// ---- expressions -------------------------------------------------------------------------------

/// Whether an expression is not lowered by itself: what it means depends on where it stands.
bool Lowering::is_deferred(ExpressionId id) const {
  const Expression& expression = ast_.at(id);
  if (expression.kind != ExpressionKind::name) return false;
  const Symbol::Kind symbol = plan_.resolution[id].kind;
  return symbol == Symbol::Kind::level || symbol == Symbol::Kind::group ||
         symbol == Symbol::Kind::target || symbol == Symbol::Kind::grain;
}

NodeId Lowering::lower(ExpressionId root) {
  if (root == no_expression) return no_node;
  std::vector<ExpressionId>& work = work_;
  work.assign(1, root);
  while (!work.empty()) {
    const ExpressionId id = work.back();
    if (tried_[id]) {
      work.pop_back();
      continue;
    }
    const Expression& expression = ast_.at(id);
    bool ready = true;
    const auto need = [&](ExpressionId child) {
      if (child != no_expression && !tried_[child] && !is_deferred(child)) {
        work.push_back(child);
        ready = false;
      }
    };
    // What is asked of a target is no value.
    const bool asks_target = expression.kind == ExpressionKind::call &&
                             function::find_cell_function(expression.text) != nullptr;
    for (auto child = expression.arguments.rbegin();
         child != expression.arguments.rend() && !asks_target; ++child) {
      need(*child);
    }
    need(expression.filter);
    if (!ready) continue;
    work.pop_back();
    tried_[id] = true;
    lowered_[id] = lower_one(id);
  }
  return lowered_[root];
}

NodeId Lowering::lower_one(ExpressionId id) {
  const Expression& expression = ast_.at(id);
  switch (expression.kind) {
    case ExpressionKind::number:
      return lower_number(expression);
    case ExpressionKind::yesno:
      return constant(Rational(expression.truth ? 1 : 0), Type::yesno(), expression.place, id);
    case ExpressionKind::period:
      return constant(Rational(expression.span->last_day().days()), Type::date(), expression.place,
                      id);
    case ExpressionKind::name:
      return lower_name(id, expression);
    case ExpressionKind::call:
      return lower_call(id, expression);
    case ExpressionKind::aggregate:
      return lower_aggregate(id, expression);
    case ExpressionKind::rank:
      return lower_rank(id, expression);
    case ExpressionKind::read:
      return lower_bracket(id, expression);
    case ExpressionKind::due: {
      Node node;
      node.operation = Operation::due;
      node.type = Type::date();
      node.place = expression.place;
      node.origin = id;
      return add(std::move(node));
    }
  }
  return no_node;
}

const std::optional<units::Unit>& Lowering::unit_of(std::string_view written) {
  const auto known = units_.find(written);
  if (known != units_.end()) return known->second;
  return units_.emplace(written, plan_.units.parse(written)).first->second;
}

NodeId Lowering::lower_number(const Expression& expression) {
  const auto value = Rational::parse(expression.text);
  if (!value) return no_node;  // the parser has said so
  units::Unit unit;
  if (!expression.unit.empty()) {
    const std::optional<units::Unit>& found = unit_of(expression.unit);
    if (!found) return no_node;  // reported as an unknown unit
    unit = *found;
  }
  const auto id = static_cast<ExpressionId>(&expression - ast_.expressions.data());
  return constant(*value * unit.scale(), Type::number(unit), expression.place, id);
}

NodeId Lowering::lower_name(ExpressionId id, const Expression& expression) {
  const Symbol symbol = plan_.resolution[id];
  const auto not_a_value = [&](const char* what, const char* chinese) {
    diagnostics_.add(kind("not_a_value"), expression.place)
        .with("name", expression.text)
        .with("what", what, chinese);
    return no_node;
  };
  switch (symbol.kind) {
    case Symbol::Kind::input:
      // A type that was not understood has been reported; nothing follows from it.
      if (!plan_.inputs[symbol.index].type_known) return no_node;
      return input_node(symbol.index, expression.place, id);
    case Symbol::Kind::indicator:
      return indicator_node(symbol.index);
    case Symbol::Kind::stage: {
      std::uint32_t scale = symbol.index;
      std::uint32_t stage = symbol.stage;
      if (scale == model::none) {
        const auto all = plan_.stages_named(expression.text);
        if (all.empty()) return no_node;
        scale = all.front().index;
        stage = all.front().stage;
      }
      return constant(Rational(stage), Type::stage(scale), expression.place, id);
    }
    case Symbol::Kind::table: {
      const model::Table& table = plan_.tables[symbol.index];
      if (!table.type_known) return no_node;
      Node node;
      node.operation = Operation::table;
      node.index = symbol.index;
      node.type = table.type;
      node.place = expression.place;
      node.origin = id;
      for (const model::Dimension& dimension : table.by) {
        if (dimension.level != model::none) add_needs(node, Needs{.exact = bit(dimension.level)});
      }
      return add(std::move(node));
    }
    case Symbol::Kind::target:
      return not_a_value("a target", "目标");
    case Symbol::Kind::level:
      return not_a_value("a level", "层级");
    case Symbol::Kind::group:
      return not_a_value("a group", "分组");
    case Symbol::Kind::scale:
      return not_a_value("a scale of stages", "阶段表");
    case Symbol::Kind::unit:
      return not_a_value("a unit", "单位");
    case Symbol::Kind::scenario:
      return not_a_value("a scenario", "情景");
    case Symbol::Kind::grain:
      return not_a_value("a length of time", "期间长度");
    case Symbol::Kind::unknown:
      return no_node;  // reported where names are resolved
  }
  return no_node;
}

void Lowering::report(const function::Mismatch& mismatch, Place place, ExpressionId where) {
  text::Diagnostic& diagnostic = diagnostics_.add(*mismatch.kind, place);
  for (const function::Word& word : mismatch.words) {
    diagnostic.with(word.name, word.english, word.chinese);
  }
  if (where == no_expression) return;
  const Expression& expression = ast_.at(where);
  if (mismatch.kind == &kind("unit_not_written") && expression.kind == ExpressionKind::number) {
    const std::string& unit = mismatch.words.front().english;
    const bool spaced = unit != "%" && unit != "‰";
    diagnostic.suggest(expression.text + (spaced ? " " : "") + unit);
  }
}

/// A bare stage name means the stage of the scale that it is compared with.
NodeId Lowering::as_stage_of(NodeId node, ExpressionId expression, std::uint32_t scale) {
  if (node == no_node || ast_.at(expression).kind != ExpressionKind::name) return node;
  if (plan_.resolution[expression].kind != Symbol::Kind::stage) return node;
  for (const Symbol& symbol : plan_.stages_named(ast_.at(expression).text)) {
    if (symbol.index == scale) {
      return constant(Rational(symbol.stage), Type::stage(scale), ast_.at(expression).place,
                      expression);
    }
  }
  return node;
}

NodeId Lowering::lower_call(ExpressionId id, const Expression& expression) {
  if (const auto* function = function::find_elementwise(expression.text)) {
    // `min(month: x)` is an aggregate; `count(村)` below is one too.
    const auto count = static_cast<int>(expression.arguments.size());
    if (count >= function->info.fewest &&
        (function->info.most < 0 || count <= function->info.most)) {
      syntax::Operands arguments;
      for (const ExpressionId argument : expression.arguments) {
        if (is_deferred(argument)) lowered_[argument] = lower_name(argument, ast_.at(argument));
        arguments.push_back(lowered_[argument]);
      }
      if (std::find(arguments.begin(), arguments.end(), no_node) != arguments.end()) {
        return no_node;
      }
      // Which scale a stage belongs to is said by whatever it meets that is no bare name.
      for (std::size_t i = 0; i < arguments.size(); ++i) {
        const Type& type = at(arguments[i]).type;
        const bool bare = ast_.at(expression.arguments[i]).kind == ExpressionKind::name &&
                          plan_.resolution[expression.arguments[i]].kind == Symbol::Kind::stage;
        if (!type.is_stage() || bare) continue;
        const std::uint32_t scale = type.scale;
        for (std::size_t j = 0; j < arguments.size(); ++j) {
          arguments[j] = as_stage_of(arguments[j], expression.arguments[j], scale);
        }
        break;
      }
      return lower_function(expression, *function, std::move(arguments));
    }
    if (function::find_aggregate(expression.text) == nullptr) {
      diagnostics_.add(kind("argument_count"), expression.operator_place)
          .with("name", expression.text)
          .with("expected", function->info.most < 0 ? std::to_string(function->info.fewest) + "+"
                            : function->info.fewest == function->info.most
                                ? std::to_string(function->info.fewest)
                                : std::to_string(function->info.fewest) + "–" +
                                      std::to_string(function->info.most))
          .with("seen", std::to_string(count))
          .note("it is written " + std::string(function->info.parameters),
                "写法:" + std::string(function->info.parameters));
      return no_node;
    }
  }
  if (const auto* cell = function::find_cell_function(expression.text)) {
    if (cell->info.name == "met") return lower_target_reference(expression, Operation::target_met);
    if (cell->info.name == "attained") {
      return lower_target_reference(expression, Operation::target_attained);
    }
  }
  if (const auto* aggregate = function::find_aggregate(expression.text)) {
    if (expression.arguments.size() == 1) {
      const Symbol over = plan_.resolution[expression.arguments[0]];
      if (over.kind == Symbol::Kind::level || over.kind == Symbol::Kind::group ||
          over.kind == Symbol::Kind::grain) {
        return aggregate_over(expression, *aggregate, over, std::nullopt, std::nullopt);
      }
      if (over.kind == Symbol::Kind::unknown &&
          ast_.at(expression.arguments[0]).kind == ExpressionKind::name) {
        return no_node;
      }
    }
    diagnostics_.add(kind("aggregate_over_unknown"), expression.operator_place)
        .note("it is written " + std::string(aggregate->info.parameters),
              "写法:" + std::string(aggregate->info.parameters));
    return no_node;
  }
  text::Diagnostic& unknown = diagnostics_.add(kind("unknown_function"), expression.operator_place)
                                  .with("name", expression.text);
  if (const auto near = text::nearest(expression.text, function::all_names())) {
    unknown.suggest(*near);
  }
  (void)id;
  return no_node;
}

NodeId Lowering::lower_function(const Expression& expression, const function::Elementwise& function,
                                syntax::Operands arguments) {
  const auto id = static_cast<ExpressionId>(&expression - ast_.expressions.data());
  // A date plus months keeps to the calendar.
  if (function.info.name == "add" || function.info.name == "subtract") {
    const bool months =
        at(arguments[0]).type.is_date() && at(arguments[1]).type.is_number() &&
        at(arguments[1]).type.unit.dimension() == units::Dimension(units::month_dimension);
    if (months) {
      NodeId count = arguments[1];
      if (function.info.name == "subtract") {
        count = call(*function::find_elementwise("negate"), {count}, at(count).type,
                     expression.place, no_expression);
      }
      return call(*function::find_elementwise("add_months"), {arguments[0], count}, Type::date(),
                  expression.place, id);
    }
  }
  std::vector<function::Argument>& described = described_;
  described.clear();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Node& node = at(arguments[i]);
    function::Argument argument;
    argument.type = node.type;
    if (node.operation == Operation::constant) argument.constant = node.constant;
    const Expression& written = ast_.at(expression.arguments[i]);
    argument.literal = written.kind == ExpressionKind::number && written.unit.empty();
    // The one bound of a range that has no unit takes the other's: 1..2 个.
    argument.share_difference = node.is_share_difference;
    described.push_back(std::move(argument));
  }
  if (function.info.name == "within" && described[1].literal && !described[2].literal &&
      described[2].type.is_number()) {
    const Type& unit = described[2].type;
    arguments[1] = constant(at(arguments[1]).constant * unit.unit.scale(), unit,
                            at(arguments[1]).place, expression.arguments[1]);
    described[1].type = unit;
    described[1].literal = false;
  }
  const function::Typing typing = function.typing(described);
  if (const auto* mismatch = std::get_if<function::Mismatch>(&typing)) {
    const std::size_t at_fault = std::min(mismatch->argument, expression.arguments.size() - 1);
    const ExpressionId culprit = expression.arguments[at_fault];
    report(*mismatch, ast_.at(culprit).place, culprit);
    return no_node;
  }
  if (function.info.family == "comparison" && described[0].share_difference) {
    const Expression& limit = ast_.at(expression.arguments[1]);
    if (limit.kind == ExpressionKind::number && limit.unit == "%") {
      diagnostics_.add(kind("share_difference_in_percent"), limit.place)
          .suggest(limit.text + " 百分点");
    }
  }
  const NodeId node =
      call(function, std::move(arguments), std::get<Type>(typing), expression.place, id);
  if (node != no_node && function.info.name == "subtract" && described[0].type.is_number() &&
      described[0].type.is_dimensionless() && !described[0].type.unit.plain() &&
      !described[1].type.unit.plain()) {
    program_.nodes[node].is_share_difference = true;
  }
  return node;
}

NodeId Lowering::lower_target_reference(const Expression& expression, Operation operation) {
  const ExpressionId argument =
      expression.arguments.size() == 1 ? expression.arguments[0] : no_expression;
  if (argument == no_expression || ast_.at(argument).kind != ExpressionKind::name ||
      plan_.resolution[argument].kind != Symbol::Kind::target) {
    const bool reported = argument != no_expression &&
                          ast_.at(argument).kind == ExpressionKind::name &&
                          plan_.resolution[argument].kind == Symbol::Kind::unknown;
    if (reported) return no_node;
    text::Diagnostic& diagnostic = diagnostics_.add(kind("target_expected"), expression.place);
    // met(t[市]) means met(t)[市].
    const Expression* written = argument == no_expression ? nullptr : &ast_.at(argument);
    if (written != nullptr && written->kind == ExpressionKind::read && written->bracket) {
      diagnostic.suggest(expression.text + "(" +
                         std::string(plan_.source->slice(ast_.at(written->arguments[0]).place)) +
                         ")[" + std::string(plan_.source->slice(written->bracket->place)) + "]");
    }
    return no_node;
  }
  const model::Target& target = plan_.targets[plan_.resolution[argument].index];
  Node node;
  node.operation = operation;
  node.index = plan_.resolution[argument].index;
  node.type = operation == Operation::target_met ? Type::yesno() : Type::number();
  node.place = expression.place;
  node.origin = static_cast<ExpressionId>(&expression - ast_.expressions.data());
  node.reads_data = true;
  node.reads_stock = true;
  // It is read at the target's own cells. Where these stand at one level, that is the cell's.
  if (target.where.levels.size() == 1 && target.where.groups.empty() &&
      target.where.group_cells.empty() && target.where.entities.empty()) {
    add_needs(node, Needs{.exact = bit(target.where.levels.front())});
  }
  return add(std::move(node));
}

NodeId Lowering::aggregate_over(const Expression& expression, const function::Aggregate& function,
                                const Symbol& over, std::optional<NodeId> x,
                                std::optional<NodeId> filter) {
  Node node;
  node.aggregate = &function;
  node.place = expression.place;
  node.origin = static_cast<ExpressionId>(&expression - ast_.expressions.data());
  const bool counts = function.info.name == "count";
  const bool quantifies =
      function.info.name == "share" || function.info.name == "any" || function.info.name == "all";
  // count(L where c), share(L where c): the condition is what is counted.
  if (!x && filter && (counts || quantifies)) {
    x = filter;
    filter.reset();
  }
  if (!x && !counts) {
    const std::string shown =
        over.kind == Symbol::Kind::level ? plan_.levels[over.index].name
        : over.kind == Symbol::Kind::group
            ? plan_.groups[over.index].name
            : std::string(calendar::name_of(static_cast<calendar::Grain>(over.index)).english);
    diagnostics_.add(kind("aggregate_without_argument"), expression.place)
        .with("name", expression.text)
        .with("over", shown);
    return no_node;
  }
  function::Argument argument;
  argument.type = x ? at(*x).type : Type::yesno();
  const function::Typing typing = function.typing(argument);
  if (const auto* mismatch = std::get_if<function::Mismatch>(&typing)) {
    const ExpressionId culprit = !expression.arguments.empty()        ? expression.arguments[0]
                                 : expression.filter != no_expression ? expression.filter
                                                                      : node.origin;
    report(*mismatch, ast_.at(culprit).place, culprit);
    return no_node;
  }
  node.type = std::get<Type>(typing);
  if (filter && !at(*filter).type.is_yesno()) {
    report({&kind("type_mismatch"),
            {{"seen", value::describe(at(*filter).type, Language::english),
              value::describe(at(*filter).type, Language::chinese)},
             {"expected", "a yes/no", "是否"}},
            0},
           ast_.at(expression.filter).place, expression.filter);
    return no_node;
  }
  for (const auto& child : {x, filter}) {
    if (!child) continue;
    inherit(node, *child);
    node.arguments.push_back(*child);
  }
  node.filtered = filter.has_value();
  node.reads_data = true;
  if (over.kind == Symbol::Kind::grain) {
    const auto grain = static_cast<calendar::Grain>(over.index);
    node.operation = Operation::over_periods;
    node.grain = grain;
    node.periods = grain;
    for (const NodeId child : node.arguments) {
      const auto& inner = at(child).periods;
      if (inner && !calendar::is_finer(*inner, grain)) {
        diagnostics_.add(kind("aggregate_not_finer"), expression.place)
            .with("grain", std::string(calendar::name_of(*inner).english),
                  std::string(calendar::name_of(*inner).chinese))
            .with("outer", std::string(calendar::name_of(grain).english),
                  std::string(calendar::name_of(grain).chinese));
        return no_node;
      }
      add_needs(node, at(child));
    }
    if (function.info.name == "sum" && x && at(*x).operation == Operation::input &&
        plan_.inputs[at(*x).index].kind == model::InputKind::stock) {
      diagnostics_.add(kind("sum_of_stock_over_periods"), ast_.at(expression.arguments[0]).place)
          .with("name", plan_.inputs[at(*x).index].name);
    }
    return add(std::move(node));
  }
  node.operation = Operation::over_parts;
  node.group = over.kind == Symbol::Kind::group ? over.index : model::none;
  node.level = over.kind == Symbol::Kind::group ? plan_.groups[over.index].level : over.index;
  for (const NodeId child : node.arguments) {
    check_level(child, node.level, expression.place, expression.text);
    if (at(child).periods) node.periods = at(child).periods;
  }
  add_needs(node, Needs{.parts = bit(node.level)});
  // Members are counted in what their level is counted in.
  if (counts) node.type = Type::number(plan_.levels[node.level].unit);
  return add(std::move(node));
}

NodeId Lowering::lower_aggregate(ExpressionId id, const Expression& expression) {
  const auto* function = function::find_aggregate(expression.text);
  if (function == nullptr) {
    text::Diagnostic& unknown =
        diagnostics_.add(kind("unknown_function"), expression.operator_place)
            .with("name", expression.text);
    if (const auto near = text::nearest(expression.text, function::all_names())) {
      unknown.suggest(*near);
    }
    return no_node;
  }
  const Symbol over = plan_.resolution[id];
  std::optional<NodeId> x, filter;
  if (!expression.arguments.empty()) {
    if (is_deferred(expression.arguments[0])) {
      lowered_[expression.arguments[0]] =
          lower_name(expression.arguments[0], ast_.at(expression.arguments[0]));
    }
    x = lowered_[expression.arguments[0]];
  }
  if (expression.filter != no_expression) filter = lowered_[expression.filter];
  if ((x && *x == no_node) || (filter && *filter == no_node)) return no_node;
  if (over.kind != Symbol::Kind::level && over.kind != Symbol::Kind::group &&
      over.kind != Symbol::Kind::grain) {
    if (over.kind != Symbol::Kind::unknown) {
      diagnostics_.add(kind("aggregate_over_unknown"), expression.over->place);
    }
    return no_node;
  }
  return aggregate_over(expression, *function, over, x, filter);
}

NodeId Lowering::lower_rank(ExpressionId id, const Expression& expression) {
  const NodeId x = lowered_[expression.arguments[0]];
  const Symbol among = plan_.resolution[id];
  if (x == no_node || among.kind != Symbol::Kind::level) return no_node;
  if (at(x).type.is_yesno()) {
    report({&kind("type_mismatch"),
            {{"seen", value::describe(at(x).type, Language::english),
              value::describe(at(x).type, Language::chinese)},
             {"expected", "a number, a date or a stage", "数、日期或阶段"}},
            0},
           ast_.at(expression.arguments[0]).place, expression.arguments[0]);
    return no_node;
  }
  check_level(x, among.index, expression.place, "rank");
  Node node;
  node.operation = Operation::rank;
  node.arguments = {x};
  node.level = among.index;
  node.type = Type::number();
  node.place = expression.place;
  node.origin = id;
  inherit(node, x);
  pass_needs(node, x);
  add_needs(node, Needs{.exact = bit(among.index)});
  return add(std::move(node));
}

std::uint32_t Lowering::span_index(const calendar::Span& span) {
  const auto [known, is_new] = span_indices_.emplace(
      std::pair(span.first, span.last), static_cast<std::uint32_t>(program_.spans.size()));
  if (is_new) program_.spans.push_back(span);
  return known->second;
}

std::uint32_t Lowering::entity_index(std::string_view entity) {
  const auto [known, is_new] =
      entity_indices_.emplace(entity, static_cast<std::uint32_t>(program_.entities.size()));
  if (is_new) program_.entities.emplace_back(entity);
  return known->second;
}

NodeId Lowering::lower_bracket(ExpressionId id, const Expression& expression) {
  const ExpressionId inner = expression.arguments[0];
  if (is_deferred(inner)) lowered_[inner] = lower_name(inner, ast_.at(inner));
  const NodeId x = lowered_[inner];
  if (x == no_node) return no_node;
  Node node;
  node.type = at(x).type;
  node.place = expression.place;
  node.origin = id;
  node.arguments = {x};
  node.reads_data = at(x).reads_data;
  node.reads_stock = at(x).reads_data;  // what was, or is elsewhere, does not accumulate here
  const syntax::Bracket& bracket = *expression.bracket;
  const auto no_window = [&](const char* what) {
    diagnostics_.add(kind("no_window"), bracket.place).with("what", what);
    return no_node;
  };
  switch (bracket.kind) {
    case syntax::Bracket::Kind::start:
      if (!plan_.window || !plan_.window->first) return no_window("[start]");
      node.operation = Operation::at_start;
      pass_needs(node, x);
      break;
    case syntax::Bracket::Kind::end:
      if (!plan_.window) return no_window("[end]");
      node.operation = Operation::at_end;
      pass_needs(node, x);
      break;
    case syntax::Bracket::Kind::previous:
      node.operation = Operation::at_previous;
      pass_needs(node, x);
      break;
    case syntax::Bracket::Kind::span:
      node.operation = Operation::at_span;
      node.index = span_index(bracket.span);
      pass_needs(node, x);
      break;
    case syntax::Bracket::Kind::name: {
      const Symbol symbol = plan_.resolution[id];
      if (symbol.kind == Symbol::Kind::level) {
        node.operation = Operation::at_ancestor;
        node.level = symbol.index;
        node.reads_flow = at(x).reads_flow;
        check_level(x, symbol.index, expression.place, expression.text);
        add_needs(node, Needs{.ancestors = bit(symbol.index)});
        node.periods = at(x).periods;
      } else if (symbol.kind == Symbol::Kind::group) {
        node.operation = Operation::at_group;
        node.group = symbol.index;
        check_level(x, plan_.groups[symbol.index].level, expression.place, expression.text);
        node.periods = at(x).periods;
      } else {
        return no_node;
      }
      break;
    }
    case syntax::Bracket::Kind::quoted:
      node.operation = Operation::at_entity;
      node.index = entity_index(bracket.text);
      node.level = deepest_level(program_, x);
      if (node.level == model::none) return no_node;
      node.periods = at(x).periods;
      break;
  }
  return add(std::move(node));
}

// ---- levels ------------------------------------------------------------------------------------

/// Which level of a set does not go with the cell's level; none where all do.
LevelId misfit(const model::Plan& plan, const Needs& needs, LevelId cell) {
  for (LevelId level = 0; level < plan.levels.size(); ++level) {
    const std::uint64_t mask = bit(level);
    if ((needs.own & mask) != 0 && !plan.is_at_or_above(cell, level)) return level;
    if ((needs.exact & mask) != 0 && cell != level) return level;
    if ((needs.parts & mask) != 0 && (cell == level || !plan.is_at_or_above(cell, level))) {
      return level;
    }
    if ((needs.ancestors & mask) != 0 && !plan.is_at_or_above(level, cell)) return level;
  }
  return model::none;
}

void Lowering::check_level(NodeId root, LevelId cell, Place cell_place, std::string_view who) {
  if (root == no_node || misfit(plan_, program_.needs_of(root), cell) == model::none) return;
  // Go down to the name that does not fit.
  NodeId culprit = root;
  for (bool deeper = true; deeper;) {
    deeper = false;
    const Node& node = at(culprit);
    if (node.operation == Operation::over_parts || node.operation == Operation::at_ancestor ||
        node.operation == Operation::at_group || node.operation == Operation::at_entity ||
        node.operation == Operation::input) {
      break;
    }
    for (const NodeId child : node.arguments) {
      if (misfit(plan_, program_.needs_of(child), cell) != model::none) {
        culprit = child;
        deeper = true;
        break;
      }
    }
  }
  const Node& node = at(culprit);
  const LevelId level = misfit(plan_, program_.needs_of(culprit), cell);
  const std::string name = node.operation == Operation::input ? plan_.inputs[node.index].name
                           : node.operation == Operation::table
                               ? plan_.tables[node.index].name
                               : std::string(plan_.source->slice(node.place));
  const auto describe = [&](const text::DiagnosticKind& what) -> text::Diagnostic& {
    text::Diagnostic& diagnostic = diagnostics_.add(what, node.place);
    if (!(cell_place == node.place)) {
      diagnostic.label(cell_place, "evaluated at `" + level_name(cell) + "` here",
                       "在此处按 `" + level_name(cell) + "` 求值");
    }
    return diagnostic;
  };
  (void)who;
  if (node.operation == Operation::over_parts) {
    describe(kind("aggregate_not_lower"))
        .with("level", level_name(level))
        .with("outer", level_name(cell));
  } else if (node.operation == Operation::at_ancestor) {
    describe(kind("bracket_not_above"))
        .with("level", level_name(level))
        .with("cell", level_name(cell));
  } else if (plan_.is_at_or_above(level, cell)) {
    describe(kind("reading_upward"))
        .with("name", name)
        .with("level", level_name(level))
        .with("cell", level_name(cell))
        .suggest(name + "[" + level_name(level) + "]");
  } else {
    describe(kind("reading_sideways"))
        .with("name", name)
        .with("level", level_name(level))
        .with("cell", level_name(cell));
  }
}

// ---- statements --------------------------------------------------------------------------------

NodeId Lowering::completed(NodeId formula, const std::optional<Rational>& share, Place place) {
  if (!share || formula == no_node) return formula;
  Node node;
  node.operation = Operation::complete;
  node.arguments = {formula};
  node.constant = *share;
  node.type = at(formula).type;
  node.place = place;
  node.level = deepest_level(program_, formula);
  if (node.level == model::none) return formula;
  inherit(node, formula);
  pass_needs(node, formula);
  return add(std::move(node));
}

bool Lowering::check_formula_type(const model::Indicator& indicator, NodeId formula) {
  const Type& found = at(formula).type;
  if (value::compatible(indicator.type, found)) return true;
  const Expression& written = ast_.at(indicator.formula);
  if (indicator.type.is_number() && found.is_number()) {
    const bool bare = written.kind == ExpressionKind::number && written.unit.empty();
    if (bare) {
      report({&kind("unit_not_written"), {{"unit", indicator.type.unit.text(), {}}}, 0},
             written.place, indicator.formula);
      return false;
    }
    diagnostics_.add(kind("unit_mismatch"), written.place)
        .with("seen", value::describe(found, Language::english),
              value::describe(found, Language::chinese))
        .with("expected", value::describe(indicator.type, Language::english),
              value::describe(indicator.type, Language::chinese))
        .label(indicator.place, "declared here", "在此声明");
    return false;
  }
  diagnostics_.add(kind("type_mismatch"), written.place)
      .with("seen", value::describe(found, Language::english),
            value::describe(found, Language::chinese))
      .with("expected", value::describe(indicator.type, Language::english),
            value::describe(indicator.type, Language::chinese))
      .label(indicator.place, "declared here", "在此声明");
  return false;
}

NodeId Lowering::indicator_node(model::IndicatorId id) {
  const model::Indicator& indicator = plan_.indicators[id];
  if (program_.indicators[id] != no_node || !indicator.type_known) return program_.indicators[id];
  // Its formula is wrong, and that has been said. What is wrong with the use of it is told by its
  // declared type, so that one mistake does not hide the next.
  Node node;
  node.operation = Operation::indicator;
  node.index = id;
  node.type = indicator.type;
  node.place = indicator.place;
  node.reads_data = true;
  return add(std::move(node));
}

void Lowering::lower_indicator(model::IndicatorId id) {
  const model::Indicator& indicator = plan_.indicators[id];
  NodeId formula = lower(indicator.formula);
  if (formula == no_node || !indicator.type_known) return;
  if (indicator.type.is_stage()) {
    formula = as_stage_of(formula, indicator.formula, indicator.type.scale);
  }
  if (!check_formula_type(indicator, formula)) return;
  formula = completed(formula, indicator.complete, indicator.place);
  Node node;
  node.operation = Operation::indicator;
  node.index = id;
  node.arguments = {formula};
  node.type = indicator.type;
  node.place = ast_.at(indicator.formula).place;
  node.origin = indicator.formula;
  node.is_share_difference = at(formula).is_share_difference;
  inherit(node, formula);
  pass_needs(node, formula);
  formula = add(std::move(node));
  program_.indicators[id] = formula;
  if (deepest_level(program_, formula) == model::none) {
    diagnostics_.add(kind("no_common_level"), indicator.place).with("name", indicator.name);
    program_.indicators[id] = no_node;
  }
}

Comparator comparator_of(std::string_view function) {
  if (function == "greater_equal") return Comparator::at_least;
  if (function == "greater") return Comparator::more_than;
  if (function == "less_equal") return Comparator::at_most;
  if (function == "less") return Comparator::less_than;
  if (function == "equal") return Comparator::equal;
  if (function == "not_equal") return Comparator::not_equal;
  if (function == "within") return Comparator::within;
  return Comparator::holds;
}

/// The other way round, for comparisons that have a threshold.
std::string_view function_of(Comparator comparator) {
  switch (comparator) {
    case Comparator::at_least:
      return "greater_equal";
    case Comparator::more_than:
      return "greater";
    case Comparator::at_most:
      return "less_equal";
    case Comparator::less_than:
      return "less";
    case Comparator::equal:
      return "equal";
    case Comparator::not_equal:
      return "not_equal";
    default:
      return "within";
  }
}

Comparator mirrored(Comparator comparator) {
  switch (comparator) {
    case Comparator::at_least:
      return Comparator::at_most;
    case Comparator::more_than:
      return Comparator::less_than;
    case Comparator::at_most:
      return Comparator::at_least;
    case Comparator::less_than:
      return Comparator::more_than;
    default:
      return comparator;
  }
}

Comparator opposite(Comparator comparator) {
  switch (comparator) {
    case Comparator::at_least:
      return Comparator::less_than;
    case Comparator::more_than:
      return Comparator::at_most;
    case Comparator::at_most:
      return Comparator::more_than;
    case Comparator::less_than:
      return Comparator::at_least;
    case Comparator::equal:
      return Comparator::not_equal;
    case Comparator::not_equal:
      return Comparator::equal;
    case Comparator::holds:
    case Comparator::within:
      return Comparator::holds_not;
    case Comparator::holds_not:
      return Comparator::holds;
  }
  return comparator;
}

std::uint32_t Lowering::comparison_of(Target& target, NodeId id, bool negated) {
  const Node node = at(id);
  Comparison comparison;
  comparison.place = node.place;
  comparison.truth = id;
  comparison.value = id;
  if (node.operation == Operation::call && node.function->info.family == "comparison") {
    comparison.comparator = comparator_of(node.function->info.name);
    NodeId measured = node.arguments[0];
    NodeId threshold = node.arguments[1];
    const bool turned = comparison.comparator != Comparator::within && !at(measured).reads_data &&
                        at(threshold).reads_data;
    if (turned) {
      std::swap(measured, threshold);
      comparison.comparator = mirrored(comparison.comparator);
    }
    comparison.numeric = at(measured).type.is_number();
    if (!at(measured).type.is_yesno()) {
      comparison.value = measured;
      comparison.threshold = threshold;
      if (comparison.comparator == Comparator::within) comparison.upper = node.arguments[2];
    } else {
      comparison.comparator = Comparator::holds;
    }
  }
  if (negated) {
    comparison.comparator = opposite(comparison.comparator);
    comparison.truth =
        call(*function::find_elementwise("not"), {id}, Type::yesno(), node.place, node.origin);
    if (comparison.comparator == Comparator::holds_not) {
      comparison.value = comparison.truth;
      comparison.threshold = comparison.upper = no_node;
      comparison.numeric = false;
    }
  }
  target.comparisons.push_back(comparison);
  return static_cast<std::uint32_t>(target.comparisons.size() - 1);
}

std::uint32_t Lowering::clauses_of(Target& target, NodeId condition, bool negated) {
  // A work list with a second visit, so that long chains of `or` need no stack.
  struct Visit {
    NodeId node;
    bool negated;
    bool opened;
  };
  std::vector<Visit> work{{condition, negated, false}};
  std::vector<std::uint32_t> done;
  const auto junction = [&](NodeId id) {
    const Node& node = at(id);
    return node.operation == Operation::call &&
           (node.function->info.name == "and" || node.function->info.name == "or");
  };
  while (!work.empty()) {
    const Visit visit = work.back();
    work.pop_back();
    const Node& node = at(visit.node);
    if (!visit.opened && node.operation == Operation::call && node.function->info.name == "not") {
      work.push_back({node.arguments[0], !visit.negated, false});
    } else if (!visit.opened && junction(visit.node)) {
      work.push_back({visit.node, visit.negated, true});
      for (auto part = node.arguments.rbegin(); part != node.arguments.rend(); ++part) {
        work.push_back({*part, visit.negated, false});
      }
    } else if (visit.opened) {
      Clause clause;
      const bool all = (node.function->info.name == "and") != visit.negated;
      clause.kind = all ? Clause::Kind::all : Clause::Kind::any;
      const std::size_t count = node.arguments.size();
      clause.parts.assign(done.end() - static_cast<std::ptrdiff_t>(count), done.end());
      done.resize(done.size() - count);
      target.clauses.push_back(std::move(clause));
      done.push_back(static_cast<std::uint32_t>(target.clauses.size() - 1));
    } else {
      Clause clause;
      clause.comparison = comparison_of(target, visit.node, visit.negated);
      target.clauses.push_back(std::move(clause));
      done.push_back(static_cast<std::uint32_t>(target.clauses.size() - 1));
    }
  }
  return done.back();
}

/// Takes every measured side over the parts that are there, and makes the condition anew from the
/// comparisons.
void Lowering::complete_comparisons(Target& target, const Rational& share) {
  for (Comparison& comparison : target.comparisons) {
    if (!comparison.numeric) continue;
    comparison.value = completed(comparison.value, share, comparison.place);
    syntax::Operands arguments{comparison.value, comparison.threshold};
    if (comparison.upper != no_node) arguments.push_back(comparison.upper);
    comparison.truth = call(*function::find_elementwise(function_of(comparison.comparator)),
                            std::move(arguments), Type::yesno(), comparison.place, no_expression);
  }
  std::vector<NodeId> truths;
  for (const Clause& clause : target.clauses) {
    if (clause.kind == Clause::Kind::comparison) {
      truths.push_back(target.comparisons[clause.comparison].truth);
      continue;
    }
    syntax::Operands parts;
    for (const std::uint32_t part : clause.parts) parts.push_back(truths[part]);
    truths.push_back(call(
        *function::find_elementwise(clause.kind == Clause::Kind::all ? "and" : "or"),
        std::move(parts), Type::yesno(), at(target.condition).place, at(target.condition).origin));
  }
  target.condition = truths.back();
}

void Lowering::lower_target(model::TargetId id) {
  const model::Target& declared = plan_.targets[id];
  Target& target = program_.targets[id];
  NodeId condition = lower(declared.condition);
  if (condition != no_node && !at(condition).type.is_yesno()) {
    report({&kind("type_mismatch"),
            {{"seen", value::describe(at(condition).type, Language::english),
              value::describe(at(condition).type, Language::chinese)},
             {"expected", "a condition, as in `x >= 1`", "条件,如 `x >= 1`"}},
            0},
           ast_.at(declared.condition).place, declared.condition);
    condition = no_node;
  }
  const Place where_place =
      declared.where.place.end > declared.where.place.begin ? declared.where.place : declared.place;
  std::vector<LevelId> levels = declared.where.levels;
  for (const model::GroupId group : declared.where.groups) {
    levels.push_back(plan_.groups[group].level);
  }
  for (const model::GroupId group : declared.where.group_cells) {
    levels.push_back(plan_.groups[group].level);
  }
  if (levels.empty() && declared.where.entities.empty()) levels.push_back(0);
  for (const LevelId level : levels) check_level(condition, level, where_place, declared.name);
  if (declared.where.filter != no_expression) {
    const NodeId filter = lower(declared.where.filter);
    if (filter != no_node && !at(filter).type.is_yesno()) {
      report({&kind("type_mismatch"),
              {{"seen", value::describe(at(filter).type, Language::english),
                value::describe(at(filter).type, Language::chinese)},
               {"expected", "a yes/no", "是否"}},
              0},
             ast_.at(declared.where.filter).place, declared.where.filter);
    } else {
      for (const LevelId level : levels) check_level(filter, level, where_place, declared.name);
      target.filter = filter;
    }
  }
  for (const ExpressionId date : declared.when.dates) {
    const NodeId node = lower(date);
    if (node == no_node) continue;
    if (!at(node).type.is_date()) {
      report({&kind("type_mismatch"),
              {{"seen", value::describe(at(node).type, Language::english),
                value::describe(at(node).type, Language::chinese)},
               {"expected", "a date", "日期"}},
              0},
             ast_.at(date).place, date);
      continue;
    }
    for (const LevelId level : levels) check_level(node, level, where_place, declared.name);
    target.dates.push_back(node);
  }
  if (condition == no_node) return;
  if (declared.when.kind == syntax::When::Kind::each && at(condition).periods &&
      !calendar::is_finer(*at(condition).periods, declared.when.grain)) {
    const auto& inner = calendar::name_of(*at(condition).periods);
    const auto& outer = calendar::name_of(declared.when.grain);
    diagnostics_.add(kind("aggregate_not_finer"), ast_.at(declared.condition).place)
        .with("grain", std::string(inner.english), std::string(inner.chinese))
        .with("outer", std::string(outer.english), std::string(outer.chinese));
  }
  target.condition = condition;
  clauses_of(target, condition, false);
  if (declared.complete) complete_comparisons(target, *declared.complete);
  const auto numeric =
      std::find_if(target.comparisons.begin(), target.comparisons.end(),
                   [](const Comparison& each) { return each.threshold != no_node; });
  for (const model::Milestone& milestone : declared.milestones) {
    NodeId node = lower(milestone.value);
    if (node == no_node) continue;
    if (numeric == target.comparisons.end()) {
      diagnostics_.add(kind("milestone_without_threshold"), milestone.place);
      break;
    }
    const Type& wanted = at(numeric->threshold).type;
    if (wanted.is_stage()) node = as_stage_of(node, milestone.value, wanted.scale);
    if (!value::compatible(wanted, at(node).type)) {
      const Expression& written = ast_.at(milestone.value);
      const bool bare =
          written.kind == ExpressionKind::number && written.unit.empty() && wanted.is_number();
      if (bare) {
        report({&kind("unit_not_written"), {{"unit", wanted.unit.text(), {}}}, 0}, written.place,
               milestone.value);
      } else {
        report({&kind("type_mismatch"),
                {{"seen", value::describe(at(node).type, Language::english),
                  value::describe(at(node).type, Language::chinese)},
                 {"expected", value::describe(wanted, Language::english),
                  value::describe(wanted, Language::chinese)}},
                0},
               written.place, milestone.value);
      }
      continue;
    }
    for (const LevelId level : levels) check_level(node, level, where_place, declared.name);
    target.milestones.push_back({milestone.when.last_day(), node, milestone.place});
  }
  std::sort(target.milestones.begin(), target.milestones.end(),
            [](const Milestone& a, const Milestone& b) { return a.due < b.due; });
}

void Lowering::lower_stated() {
  for (std::size_t i = 0; i < plan_.stated.size(); ++i) {
    const model::Stated& declared = plan_.stated[i];
    Stated& stated = program_.stated[i];
    stated.figure = lower(declared.figure);
    stated.value = lower(declared.value);
    if (stated.figure == no_node || stated.value == no_node) continue;
    if (at(stated.figure).type.is_stage()) {
      stated.value = as_stage_of(stated.value, declared.value, at(stated.figure).type.scale);
    }
    if (!value::compatible(at(stated.figure).type, at(stated.value).type)) {
      const Expression& written = ast_.at(declared.value);
      if (written.kind == ExpressionKind::number && written.unit.empty() &&
          at(stated.figure).type.is_number()) {
        report({&kind("unit_not_written"), {{"unit", at(stated.figure).type.unit.text(), {}}}, 0},
               written.place, declared.value);
      } else {
        report({&kind("type_mismatch"),
                {{"seen", value::describe(at(stated.value).type, Language::english),
                  value::describe(at(stated.value).type, Language::chinese)},
                 {"expected", value::describe(at(stated.figure).type, Language::english),
                  value::describe(at(stated.figure).type, Language::chinese)}},
                0},
               written.place, declared.value);
      }
      stated.value = no_node;
    }
    for (const LevelId level : declared.where.levels) {
      check_level(stated.figure, level, declared.where.place, "stated");
    }
    if (declared.where.levels.empty() && declared.where.entities.empty() &&
        declared.where.groups.empty() && declared.where.group_cells.empty()) {
      check_level(stated.figure, 0, ast_.at(declared.figure).place, "stated");
    }
  }
}

Lowered Lowering::run(const graph::DependencyGraph& dependencies) {
  program_.indicators.assign(plan_.indicators.size(), no_node);
  program_.targets.resize(plan_.targets.size());
  program_.stated.resize(plan_.stated.size());
  if (plan_.levels.size() > 64) {
    diagnostics_.add(kind("too_many_levels"), plan_.levels.back().place)
        .with("count", std::to_string(plan_.levels.size()));
    return {std::move(program_), std::move(diagnostics_)};
  }
  for (const graph::Node& node : dependencies.order()) {
    if (node.kind == graph::Node::Kind::indicator) lower_indicator(node.index);
  }
  // Targets in the order of the text, so that diagnostics are too; they only name one another.
  for (model::TargetId id = 0; id < plan_.targets.size(); ++id) lower_target(id);
  lower_stated();
  return {std::move(program_), std::move(diagnostics_)};
}

}  // namespace

Lowered lower(std::shared_ptr<const model::Plan> plan) {
  const graph::DependencyGraph dependencies = graph::build(*plan);
  return lower(std::move(plan), dependencies);
}

Lowered lower(std::shared_ptr<const model::Plan> plan, const graph::DependencyGraph& graph) {
  return Lowering(std::move(plan)).run(graph);
}

bool fits_level(const Program& program, NodeId node, LevelId level) {
  return misfit(*program.plan, program.needs_of(node), level) == model::none;
}

LevelId deepest_level(const Program& program, NodeId node) {
  LevelId deepest = model::none;
  for (LevelId level = 0; level < program.plan->levels.size(); ++level) {
    if (!fits_level(program, node, level)) continue;
    if (deepest == model::none ||
        program.plan->levels[level].depth > program.plan->levels[deepest].depth) {
      deepest = level;
    }
  }
  return deepest;
}

}  // namespace dabiao::ir
