#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "dabiao/calendar/date.hpp"
#include "dabiao/data/register_builder.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"

namespace dabiao::data {

/// Who mentions an entity: somebody who lists the members of its level, the plan elsewhere, the
/// data.
enum class Origin : std::uint8_t { declared, plan, data };

/// The number of a mention, whoever makes it, in the order in which they were made.
using MentionNumber = std::uint32_t;

/// A mention as it was made.
struct PlacedMention {
  Mention mention;
  Origin origin = Origin::data;
  std::optional<text::Place> place;
  std::optional<text::DataPlace> data_place;
  std::optional<calendar::Date> opened, closed;
};

/// How many members a level is said to have.
struct MemberCount {
  model::LevelId lower = 0;
  std::int64_t count = 0;
  std::optional<text::Place> place;
  std::optional<MentionNumber> below;  // below that entity; or
  model::LevelId each = model::none;   // below each entity of that level; or
  model::GroupId group = model::none;  // below each member of that group; or in all
};

/// Everything that is said about which entities there are, before it is known whom it means.
struct Mentions {
  explicit Mentions(const model::Plan& plan)
      : closed_levels(plan.levels.size()), group_members(plan.groups.size()) {}

  std::vector<PlacedMention> list;
  std::vector<MemberCount> counts;
  std::vector<bool> closed_levels;                        // of which all members are listed
  std::vector<std::vector<MentionNumber>> group_members;  // by group

  MentionNumber add(Mention mention, Origin origin, std::optional<text::Place> place) {
    list.push_back({std::move(mention), origin, place, {}, {}, {}});
    return static_cast<MentionNumber>(list.size() - 1);
  }
};

}  // namespace dabiao::data
