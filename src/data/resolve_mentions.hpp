#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dabiao/calendar/date.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "data/mentions.hpp"

namespace dabiao::data {

/// The number of an entity before entities are numbered in order: as they were found.
using NodeId = std::uint32_t;
inline constexpr NodeId no_node = 0xffffffff;

/// An entity before it is numbered.
struct EntityNode {
  model::LevelId level = 0;
  NodeId parent = no_node;
  std::string name;
  bool by_plan = false;  // somebody other than the data mentions it
  std::optional<calendar::Date> opened, closed;
};

/// Which entities there are, and which of them each mention means.
struct ResolvedMentions {
  static constexpr std::uint32_t no_problem = 0xffffffff;

  std::vector<EntityNode> nodes;
  std::vector<std::vector<NodeId>> by_level;
  std::vector<NodeId> meant;              // by mention; no_node where it has a problem
  std::vector<std::uint32_t> problem_of;  // by mention; those that say the same share one
  std::vector<text::Diagnostic> problems;
};

/// Entities are the same where name and ancestors agree; what a mention leaves open is filled from
/// the others. Mentions of a level of which all members are listed add nobody to it.
ResolvedMentions resolve_mentions(const model::Plan& plan, const Mentions& mentions);

}  // namespace dabiao::data
