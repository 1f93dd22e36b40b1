#include "dabiao/data/register_builder.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "dabiao/data/cell_text.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "data/mention_plan.hpp"
#include "data/mention_register.hpp"
#include "data/mentions.hpp"
#include "data/resolve_mentions.hpp"
#include "data/unnamed_members.hpp"

namespace dabiao::data {

using model::LevelId;
using text::Diagnostic;
using text::Diagnostics;

std::optional<LevelId> level_named(const model::Plan& plan, std::string_view name) {
  const std::string plain = plain_heading(name);
  for (LevelId level = 0; level < plan.levels.size(); ++level) {
    if (plan.levels[level].name == name) return level;
  }
  for (LevelId level = 0; level < plan.levels.size(); ++level) {
    if (plain_heading(plan.levels[level].name) == plain) return level;
  }
  for (LevelId level = 0; level < plan.levels.size(); ++level) {
    if (!plan.levels[level].label.empty() && plain_heading(plan.levels[level].label) == plain) {
      return level;
    }
  }
  return std::nullopt;
}

struct RegisterBuilder::Parts {
  explicit Parts(const model::Plan& which) : plan(which), mentions(which) {}

  const model::Plan& plan;
  Mentions mentions;
  std::vector<MentionNumber> data_mentions;
  // Once the register is built:
  ResolvedMentions resolved;
  std::vector<std::optional<EntityAt>> meant;  // by mention

  const Diagnostic* problem_of(MentionNumber mention) const {
    const std::uint32_t problem = resolved.problem_of[mention];
    return problem == ResolvedMentions::no_problem ? nullptr : &resolved.problems[problem];
  }

  /// Problems with what the plan and the register mention; one that several share is said once.
  void report(Diagnostics& diagnostics) const {
    std::unordered_set<std::uint32_t> reported;
    for (MentionNumber each = 0; each < mentions.list.size(); ++each) {
      const PlacedMention& placed = mentions.list[each];
      const std::uint32_t problem = resolved.problem_of[each];
      if (problem == ResolvedMentions::no_problem || placed.origin == Origin::data) continue;
      if (!reported.insert(problem).second) continue;
      Diagnostic said = resolved.problems[problem];
      said.place = placed.place;
      said.source = placed.place ? plan.source : nullptr;
      said.data_place = placed.data_place;
      diagnostics.list().push_back(std::move(said));
    }
  }

  /// Numbers the entities in the order of the hierarchy, and finds whom each mention meant.
  void number(EntityRegister& entities) {
    const std::vector<EntityNode>& nodes = resolved.nodes;
    const std::size_t levels = plan.levels.size();
    std::vector<EntityIndex> numbers(nodes.size(), no_entity);
    entities.levels_.resize(levels);
    entities.parent_levels_.resize(levels);
    entities.depths_.resize(levels);
    entities.first_children_.resize(levels);
    bool all_by_plan = true;
    bool some_declared = false;
    for (LevelId level = 0; level < levels; ++level) {
      entities.parent_levels_[level] = plan.levels[level].parent;
      entities.depths_[level] = plan.levels[level].depth;
      std::vector<NodeId>& members = resolved.by_level[level];
      std::sort(members.begin(), members.end(), [&](NodeId a, NodeId b) {
        const EntityIndex above_a = nodes[a].parent == no_node ? 0 : numbers[nodes[a].parent];
        const EntityIndex above_b = nodes[b].parent == no_node ? 0 : numbers[nodes[b].parent];
        if (above_a != above_b) return above_a < above_b;
        return nodes[a].name < nodes[b].name;
      });
      LevelRegister& out = entities.levels_[level];
      out.declared = mentions.closed_levels[level];
      out.names.reserve(members.size());
      const bool lives = std::any_of(members.begin(), members.end(), [&](NodeId each) {
        return nodes[each].opened || nodes[each].closed;
      });
      for (const NodeId each : members) {
        const EntityNode& node = nodes[each];
        numbers[each] = out.size();
        out.names.push_back(node.name);
        if (node.parent != no_node) out.parents.push_back(numbers[node.parent]);
        if (lives) {
          out.opened.push_back(node.opened);
          out.closed.push_back(node.closed);
        }
        if (level != 0 && !node.by_plan) all_by_plan = false;
      }
      if (level != 0 && !members.empty()) some_declared = true;
      entities.find_children(level);
    }
    entities.declared_ = all_by_plan && (some_declared || levels == 1);
    meant.reserve(resolved.meant.size());
    for (const NodeId node : resolved.meant) {
      meant.push_back(node == no_node ? std::nullopt
                                      : std::optional(EntityAt{nodes[node].level, numbers[node]}));
    }
  }

  void gather_groups(EntityRegister& entities) const {
    entities.groups_.resize(plan.groups.size());
    for (std::size_t group = 0; group < entities.groups_.size(); ++group) {
      std::vector<EntityIndex>& out = entities.groups_[group];
      for (const MentionNumber member : mentions.group_members[group]) {
        if (meant[member]) out.push_back(meant[member]->entity);
      }
      std::sort(out.begin(), out.end());
      out.erase(std::unique(out.begin(), out.end()), out.end());
    }
  }

  void count_unnamed(EntityRegister& entities, Diagnostics& diagnostics) const {
    std::vector<UnnamedMembers> unnamed =
        data::count_unnamed(plan, entities, mentions.counts, meant, diagnostics);
    for (LevelId level = 0; level < unnamed.size(); ++level) {
      entities.levels_[level].unnamed = std::move(unnamed[level].by_parent);
      entities.levels_[level].unnamed_below = std::move(unnamed[level].below);
      entities.levels_[level].counted_below = std::move(unnamed[level].counted);
    }
  }
};

RegisterBuilder::RegisterBuilder(const model::Plan& plan) : parts_(std::make_unique<Parts>(plan)) {
  mention_plan(plan, parts_->mentions);
}
RegisterBuilder::~RegisterBuilder() = default;
RegisterBuilder::RegisterBuilder(RegisterBuilder&&) noexcept = default;
RegisterBuilder& RegisterBuilder::operator=(RegisterBuilder&&) noexcept = default;

void RegisterBuilder::add_register(const NamedTable& table, Diagnostics& diagnostics) {
  mention_register(parts_->plan, table, parts_->mentions, diagnostics);
}

MentionId RegisterBuilder::mention(Mention mention) {
  parts_->data_mentions.push_back(
      parts_->mentions.add(std::move(mention), Origin::data, std::nullopt));
  return static_cast<MentionId>(parts_->data_mentions.size() - 1);
}

EntityRegister RegisterBuilder::build(Diagnostics& diagnostics) {
  EntityRegister entities;
  parts_->resolved = resolve_mentions(parts_->plan, parts_->mentions);
  parts_->report(diagnostics);
  parts_->number(entities);
  parts_->gather_groups(entities);
  parts_->count_unnamed(entities, diagnostics);
  return entities;
}

std::optional<EntityAt> RegisterBuilder::found(MentionId mention) const {
  return parts_->meant[parts_->data_mentions[mention]];
}

const Diagnostic* RegisterBuilder::problem(MentionId mention) const {
  return parts_->problem_of(parts_->data_mentions[mention]);
}

}  // namespace dabiao::data
