#include <algorithm>
#include <string>
#include <utility>

#include "dabiao/text/nearest.hpp"
#include "dabiao/units/unit_table.hpp"
#include "lowering.hpp"

namespace dabiao::ir::detail {

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
    const std::size_t before = work.size();
    const auto need = [&](ExpressionId child) {
      if (child != no_expression && !tried_[child] && !is_deferred(child)) work.push_back(child);
    };
    for (auto child = expression.arguments.rbegin(); child != expression.arguments.rend();
         ++child) {
      need(*child);
    }
    // What is asked of a target is no value.
    if (work.size() > before && expression.kind == ExpressionKind::call &&
        function::find_cell_function(expression.text) != nullptr) {
      work.resize(before);
    }
    need(expression.filter);
    if (work.size() > before) continue;
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
      return lower_call(expression);
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

NodeId Lowering::lower_number(const Expression& expression) {
  const auto value = Rational::parse(expression.text);
  if (!value) return no_node;  // the parser has said so
  units::Unit unit;
  if (!expression.unit.empty()) {
    const auto found = plan_.written_units.parse(plan_.units, expression.unit);
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

NodeId Lowering::lower_call(const Expression& expression) {
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
  } else if (plan_.find(expression.text).kind != Symbol::Kind::unknown) {
    const std::string name(expression.text);
    unknown.note(
        "`" + name + "` of another time or place is read with brackets: `" + name + "[previous]`",
        "`" + name + "` 在其他期间或地点的值用方括号读取:`" + name + "[上期]`");
  }
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
        check_level(x, symbol.index, expression.place);
        add_needs(node, Needs{.ancestors = bit(symbol.index)});
        node.periods = at(x).periods;
      } else if (symbol.kind == Symbol::Kind::group) {
        node.operation = Operation::at_group;
        node.group = symbol.index;
        check_level(x, plan_.groups[symbol.index].level, expression.place);
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

}  // namespace dabiao::ir::detail
