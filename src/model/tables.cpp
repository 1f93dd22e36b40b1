#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "dabiao/calendar/period.hpp"
#include "dabiao/text/nearest.hpp"
#include "resolver.hpp"

namespace dabiao::model {

namespace {

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t slash = path.find('/', begin);
    parts.push_back(path.substr(begin, slash - begin));
    if (slash == std::string_view::npos) return parts;
    begin = slash + 1;
  }
}

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// Whether all parts of one stand in the other, in order.
bool is_within(const std::vector<std::string_view>& some,
               const std::vector<std::string_view>& all) {
  std::size_t next = 0;
  for (const std::string_view part : all) {
    if (next < some.size() && some[next] == part) ++next;
  }
  return next == some.size();
}

/// Whether two paths can name the same entity: either may leave out ancestors.
bool may_be_same(std::string_view a, std::string_view b) {
  if (last_part(a) != last_part(b)) return false;
  const auto a_parts = parts_of(a);
  const auto b_parts = parts_of(b);
  return is_within(a_parts, b_parts) || is_within(b_parts, a_parts);
}

}  // namespace

void Resolver::resolve_entities() {
  entities_by_name_.resize(plan_.levels.size());
  std::unordered_map<std::string, Place> seen;
  for (const auto& [statement, whole] : entities_statements_) {
    const Symbol level = find(statement->level, {Kind::level});
    if (level.kind != Kind::level) continue;
    for (const syntax::EntityDeclaration& written : statement->entities) {
      EntityDeclaration entity;
      entity.level = level.index;
      if (statement->parent) entity.path = statement->parent->text + "/";
      entity.path += written.name.text;
      entity.place = written.name.place;
      if (written.opened) entity.opened = written.opened->first_day();
      if (written.closed) entity.closed = written.closed->last_day();
      if (entity.opened && entity.closed && *entity.closed < *entity.opened) {
        report(text::kind("closed_before_opened"), entity.place).with("name", entity.path);
      }
      const auto [first, is_new] =
          seen.emplace(std::to_string(level.index) + " " + entity.path, entity.place);
      if (!is_new) {
        report(text::kind("repeated_entity"), entity.place)
            .with("name", entity.path)
            .with("level", plan_.levels[level.index].name)
            .label(first->second, "declared here", "在此声明");
        continue;
      }
      entities_by_name_[level.index][std::string(last_part(entity.path))].push_back(
          static_cast<std::uint32_t>(plan_.entities.size()));
      plan_.entities.push_back(std::move(entity));
    }
  }

  // An ancestor in a path is one of those declared, where those above are declared at all.
  const auto check_ancestor = [&](LevelId level, std::string_view ancestor, Place place) {
    bool all_declared = true;
    text::Nearest near(ancestor);
    for (LevelId above = plan_.levels[level].parent; above != none;
         above = plan_.levels[above].parent) {
      if (entities_by_name_[above].contains(std::string(ancestor))) return;
      if (entities_by_name_[above].empty()) {
        all_declared = all_declared && above == 0;  // who stands at the top need not be said
        continue;
      }
      if (entities_by_name_[above].size() > comparisons_left_) continue;
      comparisons_left_ -= entities_by_name_[above].size();
      for (const auto& [name, numbers] : entities_by_name_[above]) near.consider(name);
    }
    const bool top_declared = !entities_by_name_[0].empty();
    if (!all_declared || (!top_declared && !near.name())) return;
    text::Diagnostic& diagnostic =
        report(text::kind("unknown_entity"), place)
            .with("name", std::string(ancestor))
            .with("level", plan_.levels[plan_.levels[level].parent].name);
    if (near.name()) diagnostic.suggest("\"" + *near.name() + "\"");
  };
  for (const auto& [statement, whole] : entities_statements_) {
    const Symbol level = plan_.find(statement->level.text);
    if (level.kind != Kind::level || plan_.levels[level.index].parent == none) continue;
    if (statement->parent) {
      check_ancestor(level.index, last_part(statement->parent->text), statement->parent->place);
    }
    for (const syntax::EntityDeclaration& written : statement->entities) {
      const auto parts = parts_of(written.name.text);
      if (parts.size() > 1) {
        check_ancestor(level.index, parts[parts.size() - 2], written.name.place);
      }
    }
  }
}

void Resolver::check_entity(std::string_view path, Place place, LevelId level) {
  std::vector<std::uint32_t> found;
  bool any_declared = false;
  bool all_declared = true;
  const std::string name(last_part(path));
  const LevelId first = level == none ? 0 : level;
  const LevelId last = level == none ? static_cast<LevelId>(plan_.levels.size() - 1) : level;
  for (LevelId at = first; at <= last; ++at) {
    if (entities_by_name_[at].empty()) {
      if (at != 0 || level != none) all_declared = false;
      continue;
    }
    any_declared = true;
    const auto namesakes = entities_by_name_[at].find(name);
    if (namesakes == entities_by_name_[at].end()) continue;
    for (const std::uint32_t number : namesakes->second) {
      if (may_be_same(path, plan_.entities[number].path)) found.push_back(number);
    }
  }
  if (found.size() == 1) return;
  const std::string level_name = level == none ? "" : plan_.levels[level].name;
  if (found.size() > 1) {
    text::Diagnostic& diagnostic = report(text::kind("namesake_without_path"), place)
                                       .with("name", std::string(path))
                                       .with("count", std::to_string(found.size()));
    for (const std::uint32_t number : found) {
      diagnostic.expect("\"" + plan_.entities[number].path + "\"");
      diagnostic.label(plan_.entities[number].place, "declared here", "在此声明");
    }
    return;
  }
  if (!any_declared || !all_declared) return;
  if (level == none && named_elsewhere_.contains(name)) return;
  text::Nearest near(name);
  for (LevelId at = first; at <= last; ++at) {
    if (entities_by_name_[at].size() > comparisons_left_) continue;
    comparisons_left_ -= entities_by_name_[at].size();
    for (const auto& [declared, numbers] : entities_by_name_[at]) near.consider(declared);
  }
  // Whoever stands at the top need not be declared, and may be meant.
  if (level == none && entities_by_name_[0].empty() && !near.name()) return;
  text::Diagnostic& diagnostic =
      report(text::kind("unknown_entity"), place).with("name", std::string(path));
  if (level == none) {
    diagnostic.with("level", "any level", "各层级");
  } else {
    diagnostic.with("level", level_name);
  }
  if (near.name()) diagnostic.suggest("\"" + *near.name() + "\"");
}

void Resolver::resolve_groups() {
  for (std::size_t i = 0; i < group_statements_.size(); ++i) {
    const syntax::GroupStatement& statement = *group_statements_[i].first;
    Group& group = plan_.groups[i];
    const Symbol level = find(statement.level, {Kind::level});
    if (level.kind == Kind::level) group.level = level.index;
    std::unordered_map<std::string_view, Place> seen;
    for (const syntax::Quoted& member : statement.members) {
      const auto [first, is_new] = seen.emplace(member.text, member.place);
      if (!is_new) {
        report(text::kind("repeated_member"), member.place)
            .with("name", member.text)
            .with("group", group.name)
            .label(first->second, "named here", "在此列出");
        continue;
      }
      if (level.kind == Kind::level) check_entity(member.text, member.place, level.index);
      named_elsewhere_.emplace(last_part(member.text), true);
      group.members.push_back(member.text);
      group.member_places.push_back(member.place);
    }
  }
}

void Resolver::resolve_tables() {
  for (std::size_t i = 0; i < table_statements_.size(); ++i) {
    const syntax::TableStatement& statement = *table_statements_[i].first;
    const std::optional<value::Type> type = type_of(statement.head.type);
    if (type) plan_.tables[i].type = *type;
    plan_.tables[i].type_known = type.has_value();
    resolve_table(plan_.tables[i], statement);
  }
}

void Resolver::resolve_table(Table& table, const syntax::TableStatement& statement) {
  bool dimensions_known = true;
  for (const syntax::Name& name : statement.by) {
    const Symbol symbol = find(name, {Kind::level, Kind::grain});
    Dimension dimension;
    if (symbol.kind == Kind::level) {
      dimension.level = symbol.index;
    } else if (symbol.kind == Kind::grain) {
      dimension.grain = static_cast<calendar::Grain>(symbol.index);
    } else {
      dimensions_known = false;
      continue;
    }
    const auto alike = std::find_if(table.by.begin(), table.by.end(), [&](const Dimension& other) {
      return other.grain.has_value() == dimension.grain.has_value();
    });
    if (alike != table.by.end()) {
      const bool time = dimension.grain.has_value();
      report(text::kind("table_dimensions_alike"), name.place)
          .with("name", table.name)
          .with("what", time ? "period" : "level", time ? "期间" : "层级");
      dimensions_known = false;
      continue;
    }
    table.by.push_back(dimension);
  }

  std::unordered_map<std::string, Place> seen;
  for (const syntax::TableEntry& written : statement.entries) {
    TableEntry entry;
    bool fits = true;
    if (!written.keys.empty()) {
      entry.place = text::cover(written.keys.front().place, written.keys.back().place);
    }
    // The parser counts the keys.
    if (dimensions_known && written.keys.size() != table.by.size()) fits = false;
    std::string key;
    for (std::size_t k = 0; fits && dimensions_known && k < written.keys.size(); ++k) {
      const syntax::TableKey& part = written.keys[k];
      const Dimension& dimension = table.by[k];
      using KeyKind = syntax::TableKey::Kind;
      key += '\n';
      if (part.kind == KeyKind::other) {
        key += "*";
        continue;
      }
      const auto does_not_fit = [&](std::string english, std::string chinese) {
        fits = false;
        // A date that does not exist has been reported.
        const bool no_date = part.kind == KeyKind::span &&
                             (part.span.is_open() || part.span.is_empty()) &&
                             is_damaged(part.place);
        if (no_date) return;
        report(text::kind("table_key_of_another_kind"), part.place)
            .with("key", std::string(source_->slice(part.place)))
            .expect(std::move(english), std::move(chinese));
      };
      if (dimension.grain) {
        const calendar::GrainName& grain = calendar::name_of(*dimension.grain);
        const bool is_period = part.kind == KeyKind::span && !part.span.is_open() &&
                               !part.span.is_empty() &&
                               calendar::whole_periods(part.span, *dimension.grain).count() == 1 &&
                               calendar::is_whole(part.span, *dimension.grain);
        if (!is_period) {
          does_not_fit("one " + std::string(grain.english), "一个" + std::string(grain.chinese));
        } else {
          entry.span = part.span;
          key += part.span.to_string();
        }
      } else if (part.kind != KeyKind::entity) {
        does_not_fit("a name of `" + plan_.levels[dimension.level].name + "`",
                     "`" + plan_.levels[dimension.level].name + "` 的名称");
      } else {
        entry.entity = part.text;
        key += part.text;
        check_entity(part.text, part.place, dimension.level);
        named_elsewhere_.emplace(last_part(part.text), true);
      }
    }
    if (fits && dimensions_known) {
      const auto [first, is_new] = seen.emplace(key, entry.place);
      if (!is_new) {
        report(text::kind("repeated_key"), entry.place)
            .with("key", std::string(source_->slice(entry.place)))
            .with("name", table.name)
            .label(first->second, "first given here", "首次出现在此");
        fits = false;
      }
    }
    if (!table.type_known) continue;
    std::optional<Literal> value = literal(written.value, table.type, Bare::allowed);
    if (!value || !fits || !dimensions_known) continue;
    entry.value = std::move(*value);
    table.entries.push_back(std::move(entry));
  }
}

}  // namespace dabiao::model
