#include "dabiao/data/register_builder.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "dabiao/data/cell_text.hpp"
#include "dabiao/text/nearest.hpp"
#include "data/entity_cells.hpp"
#include "data/headings.hpp"
#include "data/row_levels.hpp"

namespace dabiao::data {
namespace {

using model::LevelId;
using text::Diagnostic;
using text::Diagnostics;
using text::kind;

enum class Origin : std::uint8_t { declared, plan, data };

using NodeId = std::uint32_t;
using EntryId = std::uint32_t;
constexpr std::uint32_t no_id = 0xffffffff;

using Ancestors = std::vector<std::pair<LevelId, std::string>>;

/// A mention as it was made.
struct Raw {
  Mention mention;
  Origin origin = Origin::data;
  std::optional<text::Place> place;
  std::optional<text::DataPlace> data_place;
  std::optional<calendar::Date> opened, closed;
  EntryId entry = no_id;
  std::optional<Diagnostic> problem;
};

/// A mention with its level and ancestors settled; equal ones are kept once.
struct Entry {
  LevelId level = model::none;
  std::string name;
  Ancestors ancestors;    // nearest first
  EntryId above = no_id;  // the entry of the nearest ancestor that is known
  bool declared = false;
  bool by_plan = false;
  NodeId node = no_id;
  std::optional<Diagnostic> problem;
};

/// An entity before it is numbered.
struct Node {
  LevelId level = 0;
  NodeId parent = no_id;
  std::string name;
  bool by_plan = false;
  std::optional<calendar::Date> opened, closed;
  EntityIndex index = no_entity;
};

struct Count {
  LevelId lower = 0;
  std::int64_t count = 0;
  std::optional<text::Place> place;
  std::uint32_t raw = no_id;          // below that entity; or
  LevelId each = model::none;         // below each entity of that level; or
  std::uint32_t group = model::none;  // below each member of that group; or in all
};

}  // namespace

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
  explicit Parts(const model::Plan& which)
      : plan(which),
        closed_levels(which.levels.size()),
        names(which.levels.size()),
        entries_by_level(which.levels.size()),
        nodes_by_level(which.levels.size()),
        namesakes(which.levels.size()),
        node_numbers(which.levels.size()),
        group_members(which.groups.size()) {}

  const model::Plan& plan;
  std::vector<Raw> raws;
  std::vector<std::uint32_t> data_mentions;  // indices into raws
  std::vector<Count> counts;
  std::vector<bool> closed_levels;
  std::vector<std::unordered_set<std::string>> names;  // by level: said to stand there
  std::vector<Entry> entries;
  std::vector<std::vector<EntryId>> entries_by_level;
  std::unordered_map<std::string, EntryId> entry_numbers;
  std::vector<Node> nodes;
  std::vector<std::vector<NodeId>> nodes_by_level;
  std::vector<std::unordered_map<std::string, std::vector<NodeId>>> namesakes;
  std::vector<std::unordered_map<std::string, NodeId>> node_numbers;  // by level, parent and name
  // How many more names are compared in search of near ones: a wrong list of 600,000 names is
  // reported without guessing at each.
  mutable std::uint64_t comparisons_left = 4'000'000;
  std::vector<std::vector<std::uint32_t>> group_members;  // indices into raws, by group

  LevelId parent(LevelId level) const { return plan.levels[level].parent; }

  // ---- what the plan mentions ----------------------------------------------------------------

  std::uint32_t add(Mention mention, Origin origin, std::optional<text::Place> place) {
    Raw raw;
    raw.mention = std::move(mention);
    raw.origin = origin;
    raw.place = place;
    raws.push_back(std::move(raw));
    return static_cast<std::uint32_t>(raws.size() - 1);
  }

  void mention_plan() {
    for (const model::EntityDeclaration& each : plan.entities) {
      const std::uint32_t raw =
          add({each.level, each.path, {}, model::none}, Origin::declared, each.place);
      raws[raw].opened = each.opened;
      raws[raw].closed = each.closed;
      closed_levels[each.level] = true;
    }
    for (const model::Table& table : plan.tables) {
      const auto by =
          std::find_if(table.by.begin(), table.by.end(),
                       [](const model::Dimension& each) { return each.level != model::none; });
      if (by == table.by.end()) continue;
      for (const model::TableEntry& entry : table.entries) {
        if (!entry.entity.empty()) {
          add({by->level, entry.entity, {}, model::none}, Origin::plan, entry.place);
        }
      }
    }
    for (std::uint32_t group = 0; group < plan.groups.size(); ++group) {
      const model::Group& which = plan.groups[group];
      for (std::size_t i = 0; i < which.members.size(); ++i) {
        std::optional<text::Place> place;
        if (i < which.member_places.size()) place = which.member_places[i];
        group_members[group].push_back(
            add({which.level, which.members[i], {}, model::none}, Origin::plan, place));
      }
    }
    for (const model::Given& given : plan.givens) {
      if (given.counted_level != model::none) {
        mention_count(given);
      } else {
        mention_where(given.where,
                      given.input == model::none ? model::none : plan.inputs[given.input].level);
      }
    }
    for (const model::Target& target : plan.targets) {
      mention_where(target.where, level_of(target.condition));
    }
    for (const model::Stated& stated : plan.stated) {
      mention_where(stated.where, level_of(stated.figure));
    }
    for (const model::Lever& lever : plan.levers) {
      mention_where(lever.where, plan.inputs[lever.input].level);
    }
    for (const model::Scenario& scenario : plan.scenarios) {
      for (const model::ScenarioChange& change : scenario.changes) {
        mention_where(change.where, plan.inputs[change.input].level);
      }
    }
    mention_brackets();
    for (LevelId level = 0; level < plan.levels.size(); ++level) {
      if (!plan.levels[level].count) continue;
      Count count;
      count.lower = level;
      count.count = *plan.levels[level].count;
      count.place = plan.levels[level].place;
      counts.push_back(count);
    }
  }

  /// Returns the mentions' indices, in the order of the entities.
  std::vector<std::uint32_t> mention_where(const model::Where& where, LevelId likely) {
    std::vector<std::uint32_t> mentioned;
    const LevelId level = where.levels.size() == 1 ? where.levels.front() : model::none;
    for (std::size_t i = 0; i < where.entities.size(); ++i) {
      std::optional<text::Place> place;
      if (i < where.entity_places.size()) place = where.entity_places[i];
      mentioned.push_back(add({level, where.entities[i], {}, likely}, Origin::plan, place));
    }
    return mentioned;
  }

  void mention_count(const model::Given& given) {
    Count count;
    count.lower = given.counted_level;
    count.count = given.value.value.ceil().to_int64().value_or(0);
    count.place = given.place;
    if (!given.where.entities.empty()) {
      for (const std::uint32_t raw : mention_where(given.where, parent(given.counted_level))) {
        count.raw = raw;
        counts.push_back(count);
      }
      return;
    }
    if (!given.where.groups.empty()) {
      for (const model::GroupId group : given.where.groups) {
        count.group = group;
        counts.push_back(count);
      }
      return;
    }
    if (given.where.levels.empty()) {
      counts.push_back(count);
      return;
    }
    for (const LevelId level : given.where.levels) {
      count.each = level;
      counts.push_back(count);
    }
  }

  /// Entities named in brackets: 床位["兴庆区"].
  void mention_brackets() {
    if (plan.ast == nullptr) return;
    for (const syntax::Expression& each : plan.ast->expressions) {
      if (each.kind != syntax::ExpressionKind::read || !each.bracket ||
          each.bracket->kind != syntax::Bracket::Kind::quoted || each.arguments.empty()) {
        continue;
      }
      add({model::none, each.bracket->text, {}, level_of(each.arguments.front())}, Origin::plan,
          each.bracket->place);
    }
  }

  /// The deepest level of the inputs that an expression reads at its own cell; the top where it
  /// reads none.
  LevelId level_of(syntax::ExpressionId expression) const {
    LevelId deepest = model::none;
    if (plan.ast == nullptr || expression == syntax::no_expression) return deepest;
    std::vector<syntax::ExpressionId> open{expression};
    std::vector<bool> seen(plan.indicators.size());
    while (!open.empty()) {
      const syntax::ExpressionId at = open.back();
      open.pop_back();
      if (at >= plan.ast->expressions.size()) continue;
      const syntax::Expression& each = plan.ast->at(at);
      if (each.kind == syntax::ExpressionKind::aggregate) continue;
      open.insert(open.end(), each.arguments.begin(), each.arguments.end());
      if (each.kind != syntax::ExpressionKind::name || at >= plan.resolution.size()) continue;
      const model::Symbol symbol = plan.resolution[at];
      if (symbol.kind == model::Symbol::Kind::input) {
        const LevelId level = plan.inputs[symbol.index].level;
        if (deepest == model::none || plan.levels[level].depth > plan.levels[deepest].depth) {
          deepest = level;
        }
      } else if (symbol.kind == model::Symbol::Kind::indicator && !seen[symbol.index]) {
        seen[symbol.index] = true;
        open.push_back(plan.indicators[symbol.index].formula);
      }
    }
    return deepest;
  }

  // ---- settling levels and ancestors ---------------------------------------------------------

  void learn_names() {
    for (const Raw& raw : raws) {
      if (raw.mention.level != model::none) {
        const std::vector<std::string_view> path = path_parts(raw.mention.name);
        if (!path.empty()) names[raw.mention.level].emplace(path.back());
      }
      for (const auto& [level, name] : raw.mention.ancestors) names[level].insert(name);
    }
  }

  /// The entity that a nameless mention, or the name of the top level itself, means.
  bool is_top_itself(std::string_view name) const {
    return name == plan.levels.front().name || name == plan.levels.front().label;
  }

  bool settle_level(Raw& raw, const std::vector<std::string_view>& path) {
    if (raw.mention.level != model::none) return true;
    const std::string name(path.back());
    std::vector<LevelId> possible;
    for (LevelId level = 0; level < names.size(); ++level) {
      if (plan.levels[level].depth + 1 >= path.size() && names[level].contains(name)) {
        possible.push_back(level);
      }
    }
    const LevelId likely = raw.mention.likely;
    if (possible.size() == 1) {
      raw.mention.level = possible.front();
    } else if (possible.size() > 1) {
      if (likely != model::none &&
          std::find(possible.begin(), possible.end(), likely) != possible.end()) {
        raw.mention.level = likely;
      }
    } else if (is_top_itself(name)) {
      raw.mention.level = 0;
    } else if (likely != model::none) {
      raw.mention.level = likely;
    } else if (plan.levels.size() <= 2) {
      raw.mention.level = static_cast<LevelId>(plan.levels.size() - 1);
    }
    if (raw.mention.level != model::none) return true;
    raw.problem = Diagnostic(kind("level_not_known")).with("name", raw.mention.name);
    for (LevelId level = 0; level < plan.levels.size(); ++level) {
      if (possible.empty() ||
          std::find(possible.begin(), possible.end(), level) != possible.end()) {
        raw.problem->expect(plan.levels[level].name);
      }
    }
    return false;
  }

  /// Gives every part of the path its level and makes the entry.
  void settle(Raw& raw) {
    const std::vector<std::string_view> path = path_parts(raw.mention.name);
    if (path.empty()) {
      // Nobody is named: the whole, which is the top.
      raw.entry = no_id;
      return;
    }
    if (!settle_level(raw, path)) return;
    Ancestors ancestors = raw.mention.ancestors;
    LevelId at = raw.mention.level;
    for (std::size_t i = path.size() - 1; i-- > 0;) {
      const std::string part(path[i]);
      LevelId next = model::none;
      for (LevelId above = parent(at); above != model::none; above = parent(above)) {
        if (names[above].contains(part)) {
          next = above;
          break;
        }
      }
      if (next == model::none) next = parent(at);
      if (next == model::none) {
        raw.problem = Diagnostic(kind("path_too_long"))
                          .with("name", raw.mention.name)
                          .with("level", plan.levels[raw.mention.level].name);
        return;
      }
      ancestors.emplace_back(next, part);
      at = next;
    }
    // Nearest first, each level once; a path repeats what a column says or contradicts it.
    std::stable_sort(ancestors.begin(), ancestors.end(), [&](const auto& a, const auto& b) {
      return plan.levels[a.first].depth > plan.levels[b.first].depth;
    });
    for (std::size_t i = 1; i < ancestors.size();) {
      if (ancestors[i].first != ancestors[i - 1].first) {
        ++i;
      } else if (ancestors[i].second == ancestors[i - 1].second) {
        ancestors.erase(ancestors.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        raw.problem = Diagnostic(kind("two_ancestors"))
                          .with("name", raw.mention.name)
                          .with("level", plan.levels[ancestors[i].first].name)
                          .with("first", ancestors[i - 1].second)
                          .with("second", ancestors[i].second);
        return;
      }
    }
    raw.entry = entry_of(raw.mention.level, std::string(path.back()), std::move(ancestors), raw);
  }

  EntryId entry_of(LevelId level, std::string name, Ancestors ancestors, const Raw& raw) {
    // The chain of ancestors makes an entry for each of them, the highest first.
    EntryId above = no_id;
    for (std::size_t i = ancestors.size(); i-- > 0;) {
      above = one_entry(
          ancestors[i].first, ancestors[i].second,
          Ancestors(ancestors.begin() + static_cast<std::ptrdiff_t>(i) + 1, ancestors.end()), above,
          raw);
    }
    return one_entry(level, std::move(name), std::move(ancestors), above, raw);
  }

  EntryId one_entry(LevelId level, std::string name, Ancestors ancestors, EntryId above,
                    const Raw& raw) {
    std::string key = std::to_string(level) + '\n' + name + '\n' + std::to_string(above);
    const auto [at, added] =
        entry_numbers.emplace(std::move(key), static_cast<EntryId>(entries.size()));
    if (added) {
      Entry entry;
      entry.level = level;
      entry.name = std::move(name);
      entry.ancestors = std::move(ancestors);
      entry.above = above;
      entries.push_back(std::move(entry));
      entries_by_level[level].push_back(at->second);
    }
    Entry& entry = entries[at->second];
    // An ancestor on the way to a declared entity is declared with it.
    if (raw.origin == Origin::declared) entry.declared = true;
    if (raw.origin != Origin::data) entry.by_plan = true;
    return at->second;
  }

  // ---- from entries to entities --------------------------------------------------------------

  static std::string node_key(NodeId above, const std::string& name) {
    return std::to_string(above) + '\n' + name;
  }

  NodeId find_node(LevelId level, NodeId above, const std::string& name) const {
    const auto node = node_numbers[level].find(node_key(above, name));
    return node == node_numbers[level].end() ? no_id : node->second;
  }

  NodeId make_node(LevelId level, NodeId above, const std::string& name) {
    const auto node = static_cast<NodeId>(nodes.size());
    nodes.push_back({level, above, name, false, {}, {}, no_entity});
    nodes_by_level[level].push_back(node);
    namesakes[level][name].push_back(node);
    node_numbers[level].emplace(node_key(above, name), node);
    return node;
  }

  bool is_below(NodeId node, NodeId ancestor) const {
    for (NodeId at = node; at != no_id; at = nodes[at].parent) {
      if (at == ancestor) return true;
    }
    return false;
  }

  std::string node_path(NodeId node) const {
    std::string path = nodes[node].name;
    for (NodeId at = nodes[node].parent; at != no_id && nodes[at].parent != no_id;
         at = nodes[at].parent) {
      path = nodes[at].name + "/" + path;
    }
    return path;
  }

  Diagnostic unknown(const Entry& entry) const {
    Diagnostic diagnostic = Diagnostic(kind("unknown_entity"))
                                .with("name", entry.name)
                                .with("level", plan.levels[entry.level].name);
    const auto same = namesakes[entry.level].find(entry.name);
    if (same != namesakes[entry.level].end()) {
      diagnostic.suggest(node_path(same->second.front()));
      return diagnostic;
    }
    const std::vector<NodeId>& candidates = nodes_by_level[entry.level];
    if (candidates.size() > comparisons_left) return diagnostic;
    comparisons_left -= candidates.size();
    text::Nearest nearest(entry.name);
    for (const NodeId each : candidates) nearest.consider(nodes[each].name);
    if (nearest.name()) diagnostic.suggest(*nearest.name());
    return diagnostic;
  }

  /// Where all of the entry's place is known: finds or makes its entity.
  void resolve_anchored(Entry& entry, bool may_create) {
    const NodeId above = entry.above == no_id ? no_id : entries[entry.above].node;
    entry.node = find_node(entry.level, above, entry.name);
    if (entry.node != no_id) return;
    if (may_create) {
      entry.node = make_node(entry.level, above, entry.name);
    } else {
      entry.problem = unknown(entry);
    }
  }

  /// Where the parent is not said: the one entity of that name, or the only possible parent.
  void resolve_floating(Entry& entry, bool may_create) {
    const NodeId above = entry.above == no_id ? no_id : entries[entry.above].node;
    std::vector<NodeId> same;
    if (const auto at = namesakes[entry.level].find(entry.name);
        at != namesakes[entry.level].end()) {
      for (const NodeId each : at->second) {
        if (above == no_id || is_below(each, above)) same.push_back(each);
      }
    }
    if (same.size() == 1) {
      entry.node = same.front();
      return;
    }
    const LevelId parents = parent(entry.level);
    if (same.size() > 1) {
      entry.problem = Diagnostic(kind("ambiguous_entity"))
                          .with("name", entry.name)
                          .with("level", plan.levels[entry.level].name)
                          .with("count", std::to_string(same.size()))
                          .with("parent", plan.levels[parents].name);
      // In order, and a few of them: there can be a thousand namesakes.
      constexpr std::size_t most_shown = 5;
      std::vector<std::string> paths;
      for (const NodeId each : same) paths.push_back(node_path(each));
      std::sort(paths.begin(), paths.end());
      for (std::size_t i = 0; i < paths.size() && i < most_shown; ++i)
        entry.problem->expect(paths[i]);
      if (paths.size() > most_shown) entry.problem->expect("…");
      return;
    }
    if (!may_create) {
      entry.problem = unknown(entry);
      return;
    }
    NodeId only = no_id;
    std::size_t possible = 0;
    for (const NodeId each : nodes_by_level[parents]) {
      if (above != no_id && !is_below(each, above)) continue;
      only = each;
      if (++possible > 1) break;
    }
    if (possible == 1) {
      entry.node = make_node(entry.level, only, entry.name);
      return;
    }
    entry.problem = Diagnostic(kind("parent_not_known"))
                        .with("name", entry.name)
                        .with("level", plan.levels[entry.level].name)
                        .with("parent", plan.levels[parents].name)
                        .suggest(plan.levels[parents].name + "/" + entry.name);
  }

  void resolve_level(LevelId level) {
    const bool closed = closed_levels[level];
    std::vector<EntryId> anchored, floating, settled;
    std::unordered_set<std::string> declared_floating;
    for (const EntryId id : entries_by_level[level]) {
      Entry& entry = entries[id];
      if (entry.above != no_id && entries[entry.above].problem) {
        entry.problem = entries[entry.above].problem;  // said once, where it begins
        continue;
      }
      const bool whole = parent(level) == model::none ||
                         (entry.above != no_id && entries[entry.above].level == parent(level));
      (whole ? anchored : floating).push_back(id);
      if (!whole && entry.declared) declared_floating.insert(entry.name);
    }
    // First what settles most: declared places, then other full places, then the rest.
    const auto pass = [&](const std::vector<EntryId>& ids, bool declared, auto resolve) {
      for (const EntryId id : ids) {
        Entry& entry = entries[id];
        if (closed && entry.declared != declared) continue;
        if (!closed && declared) continue;
        resolve(entry);
      }
    };
    const auto anchor = [&](Entry& entry) {
      resolve_anchored(entry, !closed || entry.declared || declared_floating.contains(entry.name));
    };
    const auto place = [&](Entry& entry) { resolve_floating(entry, !closed || entry.declared); };
    pass(anchored, true, anchor);
    pass(anchored, false, anchor);
    pass(floating, true, place);
    pass(floating, false, place);
    for (const EntryId id : entries_by_level[level]) {
      const Entry& entry = entries[id];
      if (entry.node != no_id && entry.by_plan) nodes[entry.node].by_plan = true;
    }
    // Somebody is the whole, even where nobody says who.
    if (level == 0 && nodes_by_level[0].empty()) {
      nodes[make_node(0, no_id, plan.levels[0].shown())].by_plan = true;
    }
  }

  // ---- numbering -----------------------------------------------------------------------------

  void number(EntityRegister& entities) {
    const std::size_t levels = plan.levels.size();
    entities.levels_.resize(levels);
    entities.parent_levels_.resize(levels);
    entities.depths_.resize(levels);
    entities.first_children_.resize(levels);
    bool all_by_plan = true;
    bool some_declared = false;
    for (LevelId level = 0; level < levels; ++level) {
      entities.parent_levels_[level] = parent(level);
      entities.depths_[level] = plan.levels[level].depth;
      std::vector<NodeId>& members = nodes_by_level[level];
      std::sort(members.begin(), members.end(), [&](NodeId a, NodeId b) {
        const EntityIndex above_a = nodes[a].parent == no_id ? 0 : nodes[nodes[a].parent].index;
        const EntityIndex above_b = nodes[b].parent == no_id ? 0 : nodes[nodes[b].parent].index;
        if (above_a != above_b) return above_a < above_b;
        return nodes[a].name < nodes[b].name;
      });
      LevelRegister& out = entities.levels_[level];
      out.declared = closed_levels[level];
      out.names.reserve(members.size());
      const bool lives = std::any_of(members.begin(), members.end(), [&](NodeId each) {
        return nodes[each].opened || nodes[each].closed;
      });
      for (const NodeId each : members) {
        Node& node = nodes[each];
        node.index = out.size();
        out.names.push_back(node.name);
        if (node.parent != no_id) out.parents.push_back(nodes[node.parent].index);
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
    entities.groups_.resize(plan.groups.size());
    for (std::size_t group = 0; group < group_members.size(); ++group) {
      std::vector<EntityIndex>& out = entities.groups_[group];
      for (const std::uint32_t raw : group_members[group]) {
        const NodeId node = node_of(raws[raw]);
        if (node != no_id) out.push_back(nodes[node].index);
      }
      std::sort(out.begin(), out.end());
      out.erase(std::unique(out.begin(), out.end()), out.end());
    }
  }

  NodeId node_of(const Raw& raw) const {
    if (raw.problem) return no_id;
    if (raw.entry == no_id) {
      return nodes_by_level[0].size() == 1 ? nodes_by_level[0].front() : no_id;
    }
    return entries[raw.entry].node;
  }

  const Diagnostic* problem_of(const Raw& raw) const {
    if (raw.problem) return &*raw.problem;
    if (raw.entry == no_id || !entries[raw.entry].problem) return nullptr;
    return &*entries[raw.entry].problem;
  }

  // ---- members that nobody has named ---------------------------------------------------------

  void count_unnamed(EntityRegister& entities, Diagnostics& diagnostics) {
    for (LevelId lower = 0; lower < plan.levels.size(); ++lower) {
      LevelRegister& members = entities.levels_[lower];
      std::vector<LevelId> above;  // nearest first
      for (LevelId at = parent(lower); at != model::none; at = parent(at)) above.push_back(at);
      const auto declared_here = [&](const Count& count) { return count.lower == lower; };
      if (std::none_of(counts.begin(), counts.end(), declared_here)) continue;

      const auto too_many = [&](const Count& count, std::int64_t named, std::string where) {
        Diagnostic& diagnostic =
            count.place ? diagnostics.add(kind("more_entities_than_declared"), *count.place)
                        : diagnostics.add(kind("more_entities_than_declared"));
        diagnostic.source = plan.source;
        diagnostic.with("level", plan.levels[lower].name)
            .with("count", std::to_string(count.count))
            .with("named", std::to_string(named))
            .with("where_clause", where.empty() ? "" : " in " + where,
                  where.empty() ? "" : where + " ");
      };
      if (above.empty()) {
        for (const Count& count : counts) {
          if (!declared_here(count)) continue;
          const std::int64_t missing = count.count - static_cast<std::int64_t>(members.size());
          if (missing > 0) members.unnamed.assign(1, missing);
          if (missing < 0) too_many(count, members.size(), "");
        }
        continue;
      }
      // From the parents upward: what is known to be missing below each entity is at least what is
      // missing below its parts, and what its own count says where that is more.
      members.unnamed_below.assign(plan.levels[above.front()].depth + 1, {});
      LevelId below = model::none;
      for (const LevelId upper : above) {
        std::vector<std::int64_t> missing(entities.levels_[upper].size());
        if (below != model::none) {
          const std::vector<std::int64_t>& parts = members.unnamed_below[plan.levels[below].depth];
          for (std::size_t part = 0; part < parts.size(); ++part) {
            missing[entities.levels_[below].parents[part]] += parts[part];
          }
        }
        const auto apply = [&](const Count& count, EntityIndex entity) {
          const auto named =
              static_cast<std::int64_t>(entities.descendants(upper, entity, lower).size());
          if (count.count < named) too_many(count, named, entities.levels_[upper].names[entity]);
          missing[entity] = std::max(missing[entity], count.count - named);
        };
        for (const Count& count : counts) {
          if (!declared_here(count)) continue;
          if (count.raw != no_id) {
            const NodeId node = node_of(raws[count.raw]);
            if (node != no_id && nodes[node].level == upper) apply(count, nodes[node].index);
          } else if (count.group != model::none) {
            if (plan.groups[count.group].level != upper) continue;
            for (const EntityIndex each : entities.groups_[count.group]) apply(count, each);
          } else if (count.each != model::none) {
            if (count.each != upper) continue;
            for (EntityIndex each = 0; each < missing.size(); ++each) apply(count, each);
          } else if (missing.size() == 1) {
            // A total: it belongs to the lowest ancestor that holds them all.
            apply_total(entities, lower, upper, below, count, missing, too_many);
          }
        }
        members.unnamed_below[plan.levels[upper].depth] = std::move(missing);
        below = upper;
      }
      for (std::vector<std::int64_t>& missing : members.unnamed_below) {
        if (std::all_of(missing.begin(), missing.end(),
                        [](std::int64_t each) { return each == 0; })) {
          missing.clear();
        }
      }
      members.unnamed = members.unnamed_below[plan.levels[above.front()].depth];
      if (std::all_of(members.unnamed_below.begin(), members.unnamed_below.end(),
                      [](const auto& each) { return each.empty(); })) {
        members.unnamed_below.clear();
      }
    }
  }

  template <class TooMany>
  void apply_total(const EntityRegister& entities, LevelId lower, LevelId upper, LevelId below,
                   const Count& count, std::vector<std::int64_t>& missing, TooMany too_many) {
    const auto named = static_cast<std::int64_t>(entities.level(lower).size());
    missing[0] = std::max(missing[0], count.count - named);
    // Said once: at the lowest level that has a single entity.
    const bool lowest = below == model::none || entities.level(below).size() != 1;
    if (count.count < named && lowest) too_many(count, named, entities.level(upper).names[0]);
  }
};

RegisterBuilder::RegisterBuilder(const model::Plan& plan) : parts_(std::make_unique<Parts>(plan)) {
  parts_->mention_plan();
}
RegisterBuilder::~RegisterBuilder() = default;
RegisterBuilder::RegisterBuilder(RegisterBuilder&&) noexcept = default;
RegisterBuilder& RegisterBuilder::operator=(RegisterBuilder&&) noexcept = default;

void RegisterBuilder::add_register(const NamedTable& named, Diagnostics& diagnostics) {
  const Table& table = named.table;
  constexpr std::string_view opened_headings[] = {"opened", "设立日期", "成立日期", "启用日期",
                                                  "設立日期"};
  constexpr std::string_view closed_headings[] = {"closed", "撤销日期", "关闭日期", "停用日期",
                                                  "撤銷日期"};
  const auto one_of = [](std::string_view heading, const auto& headings) {
    return std::find(std::begin(headings), std::end(headings), heading) != std::end(headings);
  };
  std::vector<LevelId> levels(table.headings.size(), model::none);
  std::size_t opened = table.headings.size();
  std::size_t closed = table.headings.size();
  bool some = false;
  for (std::size_t column = 0; column < table.headings.size(); ++column) {
    if (const auto level = meant_by(parts_->plan, table.headings[column]).level()) {
      levels[column] = *level;
      parts_->closed_levels[*level] = true;
      some = true;
      continue;
    }
    const std::string heading = plain_heading(table.headings[column]);
    if (one_of(heading, opened_headings)) opened = column;
    if (one_of(heading, closed_headings)) closed = column;
  }
  if (!some) {
    Diagnostic& diagnostic = diagnostics.add(kind("no_level_columns"));
    diagnostic.data_place = text::DataPlace{named.name, 1, ""};
    for (const model::Level& level : parts_->plan.levels) diagnostic.expect(level.name);
    return;
  }
  const CellReader dates(parts_->plan, value::Type::date());
  const EntityCells entity_cells(parts_->plan);
  std::uint64_t first = 0;
  for (const TableBatch& batch : table.batches) {
    for (std::uint64_t row = 0; row < batch.rows; ++row) {
      const auto place = [&](std::size_t column) {
        return text::DataPlace{named.name, named.row_number(first + row),
                               column < table.headings.size() ? table.headings[column] : ""};
      };
      std::vector<LevelId> filled;
      std::vector<std::pair<LevelId, std::string>> cells;
      for (std::size_t column = 0; column < levels.size(); ++column) {
        if (levels[column] == model::none) continue;
        const std::string cell = batch.columns[column].shown(row);
        if (entity_cells.is_blank(cell)) continue;
        filled.push_back(levels[column]);
        cells.emplace_back(levels[column], std::string(trimmed(cell)));
      }
      if (filled.empty()) continue;
      const std::optional<LevelId> deepest = detail::deepest_level(parts_->plan, filled);
      if (!deepest) {
        Diagnostic& diagnostic = diagnostics.add(kind("two_branches"));
        diagnostic.data_place = place(table.headings.size());
        diagnostic.with("first", parts_->plan.levels[filled[0]].name)
            .with("second", parts_->plan.levels[filled[1]].name);
        continue;
      }
      Mention mention;
      mention.level = *deepest;
      for (auto& [level, name] : cells) {
        if (level == *deepest) {
          mention.name = name;
        } else {
          mention.ancestors.emplace_back(level, name);
        }
      }
      Raw& raw = parts_->raws[parts_->add(std::move(mention), Origin::declared, std::nullopt)];
      raw.data_place = place(table.headings.size());
      const auto read_day = [&](std::size_t column) -> std::optional<calendar::Date> {
        if (column == table.headings.size()) return std::nullopt;
        Diagnostic problem;
        const TableColumn& cell = batch.columns[column];
        if (cell.is_null(row)) return std::nullopt;
        const CellValue value = cell.type == CellType::date ? dates.read_day(cell.day(row), problem)
                                                            : dates.read(cell.shown(row), problem);
        if (value.known()) return calendar::Date(static_cast<std::int32_t>(value.number));
        if (value.reason == value::Reason::bad_cell) {
          problem.data_place = place(column);
          diagnostics.list().push_back(std::move(problem));
        }
        return std::nullopt;
      };
      raw.opened = read_day(opened);
      raw.closed = read_day(closed);
    }
    first += batch.rows;
  }
}

MentionId RegisterBuilder::mention(Mention mention) {
  const std::uint32_t raw = parts_->add(std::move(mention), Origin::data, std::nullopt);
  parts_->data_mentions.push_back(raw);
  return static_cast<MentionId>(parts_->data_mentions.size() - 1);
}

EntityRegister RegisterBuilder::build(Diagnostics& diagnostics) {
  Parts& parts = *parts_;
  parts.learn_names();
  for (Raw& raw : parts.raws) parts.settle(raw);
  for (LevelId level = 0; level < parts.plan.levels.size(); ++level) parts.resolve_level(level);

  std::unordered_set<EntryId> reported;
  for (const Raw& raw : parts.raws) {
    const Diagnostic* problem = parts.problem_of(raw);
    if (problem == nullptr) {
      const NodeId node = parts.node_of(raw);
      if (node == no_id) continue;
      if (raw.opened) parts.nodes[node].opened = raw.opened;
      if (raw.closed) parts.nodes[node].closed = raw.closed;
      continue;
    }
    if (raw.origin == Origin::data) continue;
    if (raw.entry != no_id && !reported.insert(raw.entry).second) continue;
    Diagnostic said = *problem;
    said.place = raw.place;
    said.source = raw.place ? parts.plan.source : nullptr;
    said.data_place = raw.data_place;
    diagnostics.list().push_back(std::move(said));
  }
  EntityRegister entities;
  parts.number(entities);
  parts.count_unnamed(entities, diagnostics);
  return entities;
}

std::optional<EntityAt> RegisterBuilder::found(MentionId mention) const {
  const NodeId node = parts_->node_of(parts_->raws[parts_->data_mentions[mention]]);
  if (node == no_id) return std::nullopt;
  return EntityAt{parts_->nodes[node].level, parts_->nodes[node].index};
}

const Diagnostic* RegisterBuilder::problem(MentionId mention) const {
  return parts_->problem_of(parts_->raws[parts_->data_mentions[mention]]);
}

}  // namespace dabiao::data
