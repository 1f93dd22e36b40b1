#include "dabiao/engine/related_frames.hpp"

#include <algorithm>

#include "dabiao/calendar/period.hpp"

namespace dabiao::engine {

using calendar::Period;
using calendar::Span;
using data::EntityIndex;
using ir::Node;
using ir::NodeId;
using ir::Operation;
using model::LevelId;

LevelId RelatedFrames::next_level(LevelId from, LevelId toward) const {
  LevelId level = toward;
  while (program_.plan->levels[level].parent != from) level = program_.plan->levels[level].parent;
  return level;
}

const RelatedFrames::Fan& RelatedFrames::fan_out(FrameId id, LevelId lower) {
  const auto [known, fresh] = fans_.try_emplace((std::uint64_t{id} << 32) | lower);
  if (!fresh) return known->second;
  const Frame& frame = frames_.at(id);
  Frame parts;
  parts.level = lower;
  parts.spans = frame.spans;
  Fan& fan = known->second;
  fan.offsets.push_back(0);
  const auto append = [&](EntityIndex entity) {
    const data::EntityRun run = cube_.entities.descendants(frame.level, entity, lower);
    for (EntityIndex part = run.first; part < run.last; ++part) parts.entities.push_back(part);
  };
  for (std::size_t column = 0; column < frame.width(); ++column) {
    if (frame.has_sets()) {
      for (std::uint32_t i = frame.sets[column]; i < frame.sets[column + 1]; ++i) {
        append(frame.entities[i]);
      }
    } else {
      append(frame.entities[column]);
    }
    fan.offsets.push_back(static_cast<std::uint32_t>(parts.entities.size()));
  }
  Frame sharing = parts;
  fan.sharing = fan.frame = frames_.intern(std::move(parts));
  if (frame.has_sets()) return fan;
  sharing.sharing = frame.sharing != model::none ? frame.sharing : frame.level;
  const auto lacks_some = [&](EntityIndex entity) {
    const EntityIndex whole = cube_.entities.ancestor(frame.level, entity, sharing.sharing);
    return !cube_.entities.unplaced_below(sharing.sharing, whole, lower).empty();
  };
  if (std::any_of(frame.entities.begin(), frame.entities.end(), lacks_some)) {
    fan.sharing = frames_.intern(std::move(sharing));
  }
  return fan;
}

std::vector<FrameSpan> RelatedFrames::periods(calendar::Grain grain, const FrameSpan& span,
                                              Horizon horizon) const {
  std::vector<FrameSpan> result;
  if (!span.span.first) return result;
  Span asked = span.span;
  if (!asked.last) asked.last = as_of_;
  const calendar::PeriodRun run = calendar::whole_periods(asked, grain);
  for (std::int32_t i = 0; i < run.count(); ++i) {
    const Period period = run[i];
    if (horizon == Horizon::now && period.first_day() > as_of_) break;
    result.push_back({Span::of(period), span.due, false, true});
  }
  return result;
}

const RelatedFrames::Inside& RelatedFrames::inside(calendar::Grain grain, FrameId id,
                                                   Horizon horizon) {
  const std::uint64_t which = (std::uint64_t{id} << 32) | (static_cast<std::uint64_t>(grain) << 8) |
                              static_cast<std::uint64_t>(horizon);
  const auto [known, fresh] = insides_.try_emplace(which);
  if (!fresh) return known->second;
  const Frame& frame = frames_.at(id);
  Frame inner;
  inner.level = frame.level;
  inner.entities = frame.entities;
  inner.sets = frame.sets;
  inner.sharing = frame.sharing;
  Inside& result = known->second;
  result.offsets.push_back(0);
  for (const FrameSpan& span : frame.spans) {
    for (FrameSpan& period : periods(grain, span, horizon)) inner.spans.push_back(period);
    result.offsets.push_back(static_cast<std::uint32_t>(inner.spans.size()));
  }
  result.frame = frames_.intern(std::move(inner));
  return result;
}

FrameId RelatedFrames::without_sharing(FrameId id) {
  Frame frame = frames_.at(id);
  frame.sharing = model::none;
  return frames_.intern(std::move(frame));
}

FrameId RelatedFrames::members(FrameId id) {
  const auto [known, fresh] = members_.try_emplace(id);
  if (!fresh) return known->second;
  const Frame& frame = frames_.at(id);
  Frame members;
  members.level = frame.level;
  members.entities = frame.entities;
  members.spans = frame.spans;
  return known->second = frames_.intern(std::move(members));
}

FrameId RelatedFrames::siblings(FrameId id) {
  const auto [known, fresh] = siblings_.try_emplace(id);
  if (!fresh) return known->second;
  const Frame& frame = frames_.at(id);
  Frame siblings;
  siblings.level = frame.level;
  siblings.spans = frame.spans;
  siblings.sharing = frame.sharing;
  std::vector<EntityIndex> parents;
  const LevelId above = program_.plan->levels[frame.level].parent;
  for (const EntityIndex entity : frame.entities) {
    parents.push_back(cube_.entities.ancestor(frame.level, entity, above));
  }
  std::sort(parents.begin(), parents.end());
  parents.erase(std::unique(parents.begin(), parents.end()), parents.end());
  for (const EntityIndex parent : parents) {
    const auto run = cube_.entities.descendants(above, parent, frame.level);
    for (EntityIndex entity = run.first; entity < run.last; ++entity) {
      siblings.entities.push_back(entity);
    }
  }
  return known->second = frames_.intern(std::move(siblings));
}

std::optional<FrameSpan> RelatedFrames::moved(const Node& node, const FrameSpan& span) const {
  const std::optional<Span>& window = program_.plan->window;
  switch (node.operation) {
    case Operation::at_start: {
      if (!window || !window->first) return std::nullopt;
      const auto day = calendar::add_days(*window->first, -1);
      if (!day) return std::nullopt;
      return FrameSpan{Span::of(*day), span.due, false, true};
    }
    case Operation::at_end:
      if (!window) return std::nullopt;
      return FrameSpan{*window, span.due, false, true};
    case Operation::at_previous: {
      const auto period = span.span.as_period();
      if (!period || !period->previous().exists()) return std::nullopt;
      return FrameSpan{Span::of(period->previous()), span.due, false, true};
    }
    case Operation::at_span:
      return FrameSpan{program_.spans[node.index], span.due, false, true};
    default:
      return span;
  }
}

const RelatedFrames::Elsewhere& RelatedFrames::elsewhere(NodeId node, FrameId id) {
  const std::uint64_t which = (std::uint64_t{node} << 32) | id;
  const auto known = elsewheres_.find(which);
  if (known != elsewheres_.end()) return known->second;
  return elsewheres_.emplace(which, find_elsewhere(program_.at(node), id)).first->second;
}

RelatedFrames::Elsewhere RelatedFrames::find_elsewhere(const Node& node, FrameId id) {
  const Frame& frame = frames_.at(id);
  Elsewhere result;
  Frame there;
  there.level = frame.level;
  there.spans = frame.spans;
  std::vector<std::int64_t> column_of(frame.width(), -1);
  std::vector<std::int64_t> span_of(frame.spans.size(), -1);
  for (std::size_t i = 0; i < frame.spans.size(); ++i) span_of[i] = static_cast<std::int64_t>(i);
  switch (node.operation) {
    case Operation::at_ancestor: {
      there.level = node.level;
      std::unordered_map<EntityIndex, std::int64_t> columns;
      for (std::size_t column = 0; column < frame.width(); ++column) {
        // A set has an ancestor where it is the same for all of its members.
        const std::size_t begin = frame.has_sets() ? frame.sets[column] : column;
        const std::size_t end = frame.has_sets() ? frame.sets[column + 1] : column + 1;
        if (begin == end) continue;
        const auto ancestor = [&](std::size_t member) {
          return cube_.entities.ancestor(frame.level, frame.entities[member], node.level);
        };
        const EntityIndex above = ancestor(begin);
        bool one = true;
        for (std::size_t member = begin + 1; member < end && one; ++member) {
          one = ancestor(member) == above;
        }
        if (!one) continue;
        const auto [known, fresh] =
            columns.emplace(above, static_cast<std::int64_t>(there.entities.size()));
        if (fresh) there.entities.push_back(above);
        column_of[column] = known->second;
      }
      break;
    }
    case Operation::at_group:
      there.level = program_.plan->groups[node.group].level;
      there.entities = cube_.entities.group(node.group);
      there.sets = {0, static_cast<std::uint32_t>(there.entities.size())};
      std::fill(column_of.begin(), column_of.end(), 0);
      break;
    case Operation::at_entity: {
      there.level = node.level;
      if (const auto entity = cube_.entities.find(node.level, program_.entities[node.index])) {
        there.entities = {*entity};
        std::fill(column_of.begin(), column_of.end(), 0);
      }
      break;
    }
    default: {  // another time
      there.entities = frame.entities;
      there.sets = frame.sets;
      there.sharing = frame.sharing;
      for (std::size_t i = 0; i < column_of.size(); ++i) {
        column_of[i] = static_cast<std::int64_t>(i);
      }
      there.spans.clear();
      for (std::size_t i = 0; i < frame.spans.size(); ++i) {
        span_of[i] = -1;
        if (const auto span = moved(node, frame.spans[i])) {
          const auto known = std::find(there.spans.begin(), there.spans.end(), *span);
          span_of[i] = known - there.spans.begin();
          if (known == there.spans.end()) there.spans.push_back(*span);
        }
      }
    }
  }
  const auto width = static_cast<std::int64_t>(there.width());
  for (const std::int64_t span : span_of) {
    for (const std::int64_t column : column_of) {
      result.cells.push_back(span < 0 || column < 0 ? -1 : span * width + column);
    }
  }
  result.frame = frames_.intern(std::move(there));
  return result;
}

}  // namespace dabiao::engine
