#include "dabiao/assess/assessment.hpp"

#include <algorithm>
#include <map>

#include "assessor.hpp"
#include "dabiao/graph/dependency_graph.hpp"
#include "dabiao/model/mentions.hpp"

namespace dabiao::assessment {

using data::EntityIndex;

Assessment assess(std::shared_ptr<const ir::Program> program,
                  std::shared_ptr<const data::Cube> cube, const Options& options) {
  Assessment result;
  result.program = program;
  result.cube = cube;
  result.as_of = options.as_of;
  Assessor assessor(program, cube, options);
  std::vector<model::TargetId> targets = options.targets;
  if (targets.empty()) {
    for (model::TargetId id = 0; id < program->targets.size(); ++id) targets.push_back(id);
  }
  // Those that others refer to come first, so that no chain of references is as deep as it is long.
  const bool refer =
      std::any_of(program->nodes.begin(), program->nodes.end(), [](const auto& node) {
        return node.operation == ir::Operation::target_met ||
               node.operation == ir::Operation::target_attained;
      });
  if (refer) {
    for (const graph::Node& node : graph::build(*program->plan).needed_for(targets)) {
      if (node.kind == graph::Node::Kind::target) assessor.cells(node.index);
    }
  }
  for (const model::TargetId id : targets) {
    const std::vector<Cell>& cells = assessor.cells(id);
    result.cells_.insert(result.cells_.end(), cells.begin(), cells.end());
  }
  result.warnings = assessor.warnings();
  return result;
}

engine::Cell met_value(const Cell* cell) {
  engine::Cell value;
  if (cell == nullptr || cell->status == Status::not_applicable) {
    value = engine::Cell::missing(value::Reason::not_applicable);
  } else if (cell->status == Status::undecided || cell->may_not_apply) {
    value = engine::Cell::missing(value::Reason::undecided, {0, 1});
    value.loose = !cell->tight || cell->may_not_apply;
    // What is chosen by it has no value then.
    value.may_lack_truth = cell->may_lack_truth;
  } else {
    value.value = Rational(cell->status == Status::met ? 1 : 0);
  }
  if (cell != nullptr) {
    value.reported = cell->reported;
    value.expected = cell->expected;
  }
  return value;
}

engine::Cell attained_value(const Cell* cell) {
  engine::Cell value;
  if (cell == nullptr || cell->status == Status::not_applicable) {
    value = engine::Cell::missing(value::Reason::not_applicable);
  } else if (!cell->attained || cell->may_not_apply) {
    const bool decided = cell->reason == value::Reason::known;
    value = engine::Cell::missing(decided ? value::Reason::undecided : cell->reason, {0, 1});
    value.loose = true;  // how far it is known is not looked into
  } else {
    value.value = *cell->attained;
  }
  if (cell != nullptr) {
    value.reported = cell->reported;
    value.expected = cell->expected;
  }
  return value;
}

std::span<const Cell> Assessment::cells(std::string_view target) const {
  const model::Symbol symbol = plan().find(target);
  if (symbol.kind != model::Symbol::Kind::target) return {};
  const auto is_of = [&](const Cell& cell) { return cell.target == symbol.index; };
  const auto first = std::find_if(cells_.begin(), cells_.end(), is_of);
  return {first, std::find_if_not(first, cells_.end(), is_of)};
}

std::string Assessment::entity_name(const Cell& cell) const {
  if (cell.group != model::none) return plan().groups[cell.group].shown();
  return cube->entities.level(cell.level).names[cell.entity];
}

std::string Assessment::entity_path(const Cell& cell) const {
  if (cell.group != model::none) return plan().groups[cell.group].shown();
  const std::string path = cube->entities.path(cell.level, cell.entity);
  return path.empty() ? entity_name(cell) : path;
}

std::string Assessment::level_name(const Cell& cell) const {
  if (cell.group != model::none) return plan().groups[cell.group].name;
  return plan().levels[cell.level].name;
}

namespace {

/// The cell's own body at a level, itself or its ancestor there: by its name, or by its path where
/// the level has namesakes. Where the cell stands above the level, the level's name.
std::string body_of(const Assessment& assessment, const Cell& cell, model::LevelId level) {
  if (cell.group != model::none || !assessment.plan().is_at_or_above(level, cell.level)) {
    return assessment.plan().levels[level].shown();
  }
  const data::EntityRegister& entities = assessment.cube->entities;
  const EntityIndex body = entities.ancestor(cell.level, cell.entity, level);
  const std::string& name = entities.level(level).names[body];
  return entities.find(level, name) ? name : entities.path(level, body);
}

std::vector<std::string> names(const Assessment& assessment, const Cell& cell,
                               const std::vector<model::Party>& parties) {
  std::vector<std::string> found;
  for (const model::Party& party : parties) {
    if (party.each != model::none) {
      if (party.group != model::none) {
        if (cell.group != model::none ||
            !assessment.plan().is_at_or_above(party.each, cell.level)) {
          found.push_back(assessment.plan().groups[party.group].shown());
          continue;
        }
        const data::EntityRegister& entities = assessment.cube->entities;
        const std::vector<EntityIndex>& members = entities.group(party.group);
        const EntityIndex body = entities.ancestor(cell.level, cell.entity, party.each);
        if (!std::binary_search(members.begin(), members.end(), body)) continue;
      }
      found.push_back(body_of(assessment, cell, party.each));
      continue;
    }
    std::string name;
    std::size_t from = 0;
    for (const model::Mention& mention : model::mentions(party.name)) {
      const model::Symbol level = assessment.plan().find(mention.level);
      if (level.kind != model::Symbol::Kind::level) continue;
      name += party.name.substr(from, mention.begin - from);
      name += body_of(assessment, cell, level.index);
      from = mention.end;
    }
    found.push_back(name + party.name.substr(from));
  }
  return found;
}

/// Tallies in the order in which keys first appear.
class Tallies {
 public:
  void add(const std::string& key, Status status) {
    const auto [entry, fresh] = index_.emplace(key, list_.size());
    if (fresh) list_.push_back({key, {}});
    list_[entry->second].tally.add(status);
  }
  std::vector<Summary> take() { return std::move(list_); }

 private:
  std::map<std::string, std::size_t> index_;
  std::vector<Summary> list_;
};

}  // namespace

std::vector<std::string> Assessment::lead(const Cell& cell) const {
  return names(*this, cell, plan().targets[cell.target].lead);
}
std::vector<std::string> Assessment::responsible(const Cell& cell) const {
  return names(*this, cell, plan().targets[cell.target].responsible);
}
std::vector<std::string> Assessment::cooperating(const Cell& cell) const {
  return names(*this, cell, plan().targets[cell.target].cooperating);
}

std::vector<Summary> Assessment::by_target() const {
  Tallies tallies;
  for (const Cell& cell : cells_) tallies.add(plan().targets[cell.target].name, cell.status);
  return tallies.take();
}

std::vector<Summary> Assessment::by_clause() const {
  Tallies tallies;
  for (const Cell& cell : cells_) {
    const std::uint32_t clause = plan().targets[cell.target].clause;
    tallies.add(clause == model::none ? "" : plan().clauses[clause].number, cell.status);
  }
  return tallies.take();
}

std::vector<Summary> Assessment::by_body() const {
  Tallies tallies;
  for (const Cell& cell : cells_) {
    std::vector<std::string> bodies = lead(cell);
    for (std::string& body : responsible(cell)) bodies.push_back(std::move(body));
    std::sort(bodies.begin(), bodies.end());
    bodies.erase(std::unique(bodies.begin(), bodies.end()), bodies.end());
    for (const std::string& body : bodies) tallies.add(body, cell.status);
  }
  return tallies.take();
}

std::vector<Summary> Assessment::by_entity() const {
  Tallies tallies;
  for (const Cell& cell : cells_) {
    if (cell.group != model::none) {
      tallies.add(entity_name(cell), cell.status);
      continue;
    }
    for (model::LevelId level = cell.level;; level = plan().levels[level].parent) {
      const EntityIndex entity = cube->entities.ancestor(cell.level, cell.entity, level);
      const std::string path = cube->entities.path(level, entity);
      tallies.add(path.empty() ? cube->entities.level(level).names[entity] : path, cell.status);
      if (plan().levels[level].parent == model::none) break;
    }
  }
  return tallies.take();
}

}  // namespace dabiao::assessment
