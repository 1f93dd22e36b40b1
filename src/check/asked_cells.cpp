#include "asked_cells.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "dabiao/ir/lower.hpp"

namespace dabiao::check::detail {

using calendar::Date;
using calendar::Span;
using ir::Node;
using ir::NodeId;
using ir::Operation;
using model::LevelId;

namespace {

std::string_view last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// The level of an entity as the plan names it; none where it does not.
LevelId level_of_entity(const model::Plan& plan, std::string_view name) {
  for (const model::EntityDeclaration& entity : plan.entities) {
    if (last_part(entity.path) == last_part(name)) return entity.level;
  }
  for (const model::Group& group : plan.groups) {
    for (const std::string& member : group.members) {
      if (last_part(member) == last_part(name)) return group.level;
    }
  }
  for (const model::Table& table : plan.tables) {
    for (const model::TableEntry& entry : table.entries) {
      if (last_part(entry.entity) != last_part(name)) continue;
      for (const model::Dimension& dimension : table.by) {
        if (dimension.level != model::none) return dimension.level;
      }
    }
  }
  return model::none;
}

std::optional<Date> constant_date(const ir::Program& program, NodeId node) {
  if (node == ir::no_node || program.at(node).operation != Operation::constant) return std::nullopt;
  const auto days = program.at(node).constant.to_int64();
  return days ? Date::from_days(*days) : std::nullopt;
}

}  // namespace

std::vector<Span> periodic_spans(const model::Plan& plan, const syntax::When& when) {
  if (when.spans.empty()) {
    if (plan.window) return {*plan.window};
    return {};
  }
  std::vector<Span> result;
  for (Span span : when.spans) {
    if (!span.first && plan.window) span.first = plan.window->first;
    if (!span.last && plan.window) span.last = plan.window->last;
    result.push_back(span);
  }
  return result;
}

std::vector<std::optional<Date>> deadlines_of(const ir::Program& program, model::TargetId id) {
  const syntax::When& when = program.plan->targets[id].when;
  std::vector<std::optional<Date>> result;
  if (when.kind == syntax::When::Kind::by) {
    for (const NodeId date : program.targets[id].dates) {
      result.push_back(constant_date(program, date));
    }
  } else if (when.kind == syntax::When::Kind::in) {
    for (const Span& span : periodic_spans(*program.plan, when)) result.push_back(span.last);
  }
  return result;
}

std::vector<AskedCell> times_of(const ir::Program& program, model::TargetId id) {
  const model::Plan& plan = *program.plan;
  const syntax::When& when = plan.targets[id].when;
  std::vector<AskedCell> times;
  const auto add = [&](std::optional<Span> span, text::Place place) -> AskedCell& {
    AskedCell& cell = times.emplace_back();
    cell.span = span;
    cell.time_place = place;
    return cell;
  };
  std::optional<Date> begins;
  if (plan.window) begins = plan.window->first;
  switch (when.kind) {
    case syntax::When::Kind::standing:
      add(Span{begins, std::nullopt}, plan.targets[id].place);
      break;
    case syntax::When::Kind::by: {
      const auto dates = deadlines_of(program, id);
      for (std::size_t i = 0; i < dates.size(); ++i) {
        const syntax::ExpressionId written =
            i < when.dates.size() ? when.dates[i] : syntax::no_expression;
        add(Span{begins, dates[i]},
            written == syntax::no_expression ? when.place : plan.ast->at(written).place);
        begins = dates[i] ? calendar::add_days(*dates[i], 1) : std::nullopt;
      }
      break;
    }
    case syntax::When::Kind::in: {
      const auto spans = periodic_spans(plan, when);
      for (std::size_t i = 0; i < spans.size(); ++i) {
        add(spans[i], i < when.span_places.size() ? when.span_places[i] : when.place);
      }
      break;
    }
    case syntax::When::Kind::each:
      add(std::nullopt, when.place).period = when.grain;
      break;
  }
  return times;
}

std::vector<AskedCell> cells_of(const ir::Program& program, model::TargetId id) {
  const model::Plan& plan = *program.plan;
  const model::Where& where = plan.targets[id].where;
  std::vector<AskedCell> places;
  const auto at_level = [&](LevelId level, model::GroupId whole) {
    if (level == model::none) return;
    AskedCell cell;
    cell.level = level;
    cell.whole = whole;
    if (std::find(places.begin(), places.end(), cell) == places.end()) places.push_back(cell);
  };
  for (const LevelId level : where.levels) at_level(level, model::none);
  for (const model::GroupId group : where.groups) at_level(plan.groups[group].level, model::none);
  for (const model::GroupId group : where.group_cells) at_level(plan.groups[group].level, group);
  for (const std::string& entity : where.entities) {
    LevelId level = level_of_entity(plan, entity);
    if (level == model::none && program.targets[id].condition != ir::no_node) {
      level = ir::deepest_level(program, program.targets[id].condition);
    }
    at_level(level, model::none);
  }
  if (places.empty()) at_level(0, model::none);
  std::vector<AskedCell> cells;
  for (const AskedCell& time : times_of(program, id)) {
    for (const AskedCell& place : places) {
      AskedCell& cell = cells.emplace_back(time);
      cell.level = place.level;
      cell.whole = place.whole;
    }
  }
  return cells;
}

AskedCell cell_of_arguments(const ir::Program& program, const Node& node, const AskedCell& cell) {
  AskedCell there = cell;
  const auto at_time = [&](std::optional<calendar::Grain> period, std::optional<Span> span) {
    there.period = period;
    there.span = span;
    there.own_time = false;
    there.asked_by = ir::no_node;
  };
  switch (node.operation) {
    case Operation::over_parts:
      there.level = node.level;
      there.whole = model::none;
      break;
    case Operation::over_periods:
      at_time(node.grain, std::nullopt);
      there.asked_by = static_cast<NodeId>(&node - program.nodes.data());
      there.time_place = node.place;
      break;
    case Operation::rank:
      there.whole = model::none;
      break;
    case Operation::at_start:
      at_time(calendar::Grain::day, std::nullopt);
      break;
    case Operation::at_end:
      at_time(std::nullopt, program.plan->window);
      break;
    case Operation::at_previous:
      at_time(cell.period, std::nullopt);
      break;
    case Operation::at_span:
      at_time(std::nullopt, program.spans[node.index]);
      break;
    case Operation::at_ancestor:
    case Operation::at_entity:
      there.level = node.level;
      there.whole = model::none;
      break;
    case Operation::at_group:
      there.level = program.plan->groups[node.group].level;
      there.whole = node.group;
      break;
    default:
      break;
  }
  return there;
}

void for_each_node(const ir::Program& program, NodeId root, const AskedCell& cell,
                   const std::function<void(NodeId, const AskedCell&)>& visit) {
  if (root == ir::no_node) return;
  std::vector<AskedCell> kinds{cell};
  const auto number_of = [&](const AskedCell& kind) {
    const auto found = std::find(kinds.begin(), kinds.end(), kind);
    if (found != kinds.end()) return static_cast<std::size_t>(found - kinds.begin());
    kinds.push_back(kind);
    return kinds.size() - 1;
  };
  std::unordered_set<std::uint64_t> seen;
  std::vector<std::pair<NodeId, std::size_t>> work{{root, 0}};
  while (!work.empty()) {
    const auto [id, kind] = work.back();
    work.pop_back();
    if (!seen.insert((std::uint64_t{id} << 32) | kind).second) continue;
    const AskedCell here = kinds[kind];
    visit(id, here);
    const Node& node = program.at(id);
    if (node.arguments.empty()) continue;
    const std::size_t below = number_of(cell_of_arguments(program, node, here));
    for (auto argument = node.arguments.rbegin(); argument != node.arguments.rend(); ++argument) {
      work.emplace_back(*argument, below);
    }
  }
}

}  // namespace dabiao::check::detail
