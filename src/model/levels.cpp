#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dabiao/text/spelling_map.hpp"
#include "resolver.hpp"

namespace dabiao::model {

void Resolver::resolve_levels() {
  const std::size_t count = level_statements_.size();
  if (count == 0) {
    Level whole;
    whole.name = implicit_level_name;
    whole.label = implicit_level_label;
    plan_.levels.push_back(std::move(whole));
    return;
  }

  // Parents by number of the statement; `none` for a top level, real or for want of a parent.
  text::SpellingMap<std::optional<std::uint32_t>> number_of;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::optional<std::uint32_t>& number = number_of[level_statements_[i].first->name.text];
    if (!number) number = i;
  }
  std::vector<std::uint32_t> parent(count, none);
  std::vector<bool> orphan(count);
  std::vector<std::uint32_t> tops;
  for (std::uint32_t i = 0; i < count; ++i) {
    const syntax::Name& wanted = level_statements_[i].first->parent;
    if (wanted.empty()) {
      tops.push_back(i);
    } else if (const auto* const found = number_of.find(wanted.text)) {
      parent[i] = **found;
    } else {
      orphan[i] = true;
    }
  }

  // Levels that stand inside one another: each walk upwards ends at the top, at a level that an
  // earlier walk passed, or at one that this walk passed, which is then in a cycle.
  std::vector<std::uint32_t> passed(count, none);
  std::vector<std::vector<std::uint32_t>> cycles;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t at = i;
    while (at != none && passed[at] == none) {
      passed[at] = i;
      at = parent[at];
    }
    if (at == none || passed[at] != i) continue;
    std::vector<std::uint32_t> cycle;
    std::uint32_t member = at;
    do {
      cycle.push_back(member);
      member = parent[member];
    } while (member != at);
    std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
    orphan[cycle.front()] = true;
    parent[cycle.front()] = none;
    cycles.push_back(std::move(cycle));
  }

  // What lost its parent goes under the top, so that one mistake stays one.
  std::uint32_t top = none;
  if (!tops.empty()) {
    top = tops.front();
  } else {
    for (std::uint32_t i = 0; i < count && top == none; ++i) {
      if (orphan[i]) top = i;
    }
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i != top && parent[i] == none) parent[i] = top;
  }

  // Parents before children, otherwise in the order of the text.
  level_ids_.assign(count, none);
  std::vector<std::uint32_t> waiting;
  for (std::uint32_t i = 0; i < count; ++i) {
    for (std::uint32_t at = i; at != none && level_ids_[at] == none; at = parent[at])
      waiting.push_back(at);
    while (!waiting.empty()) {
      const std::uint32_t statement = waiting.back();
      waiting.pop_back();
      const syntax::LevelStatement& written = *level_statements_[statement].first;
      Level level;
      level.name = written.name.text;
      if (written.label) level.label = written.label->text;
      level.place = written.name.place;
      level.count = written.count;
      if (parent[statement] != none) {
        level.parent = level_ids_[parent[statement]];
        level.depth = plan_.levels[level.parent].depth + 1;
      }
      level_ids_[statement] = static_cast<LevelId>(plan_.levels.size());
      plan_.levels.push_back(std::move(level));
    }
  }
  for (std::size_t i = 1; i < tops.size(); ++i) {
    const syntax::Name& name = level_statements_[tops[i]].first->name;
    const syntax::Name& first = level_statements_[tops.front()].first->name;
    if (name.text == first.text) continue;  // a duplicate, and reported as one
    if (level_statements_[tops[i]].second->damaged) continue;
    report(text::kind("several_top_levels"), name.place)
        .with("name", name.text)
        .with("first", first.text)
        .label(first.place, "the top level", "顶层")
        .suggest(name.text + " in " + first.text);
  }
  for (const std::vector<std::uint32_t>& cycle : cycles) {
    std::string path;
    for (const std::uint32_t member : cycle) {
      path += level_statements_[member].first->name.text + " → ";
    }
    const syntax::Name& first = level_statements_[cycle.front()].first->name;
    text::Diagnostic& diagnostic = report(text::kind("level_cycle"), first.place)
                                       .with("name", first.text)
                                       .with("path", path + first.text);
    for (const std::uint32_t member : cycle) {
      const syntax::LevelStatement& level = *level_statements_[member].first;
      diagnostic.label(level.parent.place,
                       "`" + level.name.text + "` is in `" + level.parent.text + "` here",
                       "`" + level.name.text + "` 在此属于 `" + level.parent.text + "`");
    }
  }
}

void Resolver::resolve_level_units() {
  for (const auto& [statement, whole] : level_statements_) {
    if (statement->unit.empty()) continue;
    const Symbol level = plan_.find(statement->name.text);
    const std::optional<value::Type> type = type_of(statement->unit);
    if (!type || level.kind != Kind::level) continue;
    // Members are whole ones, so what they are counted in is no multiple and no quotient.
    if (!type->is_number() || !(type->unit.plain() || units::is_counted_singly(type->unit))) {
      report(text::kind("level_unit_not_counted"), statement->unit.place)
          .with("level", statement->name.text)
          .with("unit", statement->unit.text);
      continue;
    }
    plan_.levels[level.index].unit = type->unit;
  }
}

void Resolver::check_level_parents() {
  text::SpellingMap<std::monostate> is_level;
  for (const auto& [level, statement] : level_statements_) is_level.add(level->name.text);
  for (const auto& [level, statement] : level_statements_) {
    // A name that several things bear is a level here if one of them is.
    if (!level->parent.empty() && !is_level.contains(level->parent.text)) {
      find(level->parent, {Kind::level});
    }
  }
}

}  // namespace dabiao::model
