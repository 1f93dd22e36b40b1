#include "data/resolve_mentions.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "dabiao/data/entity_register.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "dabiao/text/nearest.hpp"

namespace dabiao::data {
namespace {

using model::LevelId;
using text::Diagnostic;
using text::kind;

using EntryId = std::uint32_t;
constexpr EntryId no_entry = 0xffffffff;
constexpr std::uint32_t no_problem = ResolvedMentions::no_problem;

using Ancestors = std::vector<std::pair<LevelId, std::string>>;

/// A mention with its level and ancestors settled; equal ones are kept once.
struct Entry {
  LevelId level = model::none;
  std::string name;
  EntryId above = no_entry;  // the entry of the nearest ancestor that is known
  bool declared = false;
  bool by_plan = false;
  NodeId node = no_node;
  std::uint32_t problem = no_problem;
};

class MentionResolver {
 public:
  MentionResolver(const model::Plan& plan, const Mentions& mentions)
      : plan_(plan),
        mentions_(mentions),
        names_(plan.levels.size()),
        entries_by_level_(plan.levels.size()),
        namesakes_(plan.levels.size()),
        node_numbers_(plan.levels.size()) {
    resolved_.by_level.resize(plan.levels.size());
    resolved_.problem_of.assign(mentions.list.size(), no_problem);
  }

  ResolvedMentions resolve() {
    learn_names();
    std::vector<EntryId> entries(mentions_.list.size());  // by mention
    for (MentionNumber each = 0; each < entries.size(); ++each) entries[each] = settle(each);
    for (LevelId level = 0; level < plan_.levels.size(); ++level) resolve_level(level);
    conclude(entries);
    return std::move(resolved_);
  }

 private:
  LevelId parent(LevelId level) const { return plan_.levels[level].parent; }

  std::uint32_t say(Diagnostic problem) {
    resolved_.problems.push_back(std::move(problem));
    return static_cast<std::uint32_t>(resolved_.problems.size() - 1);
  }

  // ---- settling levels and ancestors ---------------------------------------------------------

  void learn_names() {
    for (const PlacedMention& each : mentions_.list) {
      if (each.mention.level != model::none) {
        const std::vector<std::string_view> path = path_parts(each.mention.name);
        if (!path.empty()) names_[each.mention.level].emplace(path.back());
      }
      for (const auto& [level, name] : each.mention.ancestors) names_[level].insert(name);
    }
  }

  /// The entity that a nameless mention, or the name of the top level itself, means.
  bool is_top_itself(std::string_view name) const {
    return name == plan_.levels.front().name || name == plan_.levels.front().label;
  }

  /// The level of a mention; model::none, with a diagnostic, where it cannot be told.
  LevelId settle_level(MentionNumber number, const std::vector<std::string_view>& path) {
    const Mention& mention = mentions_.list[number].mention;
    if (mention.level != model::none) return mention.level;
    const std::string name(path.back());
    std::vector<LevelId> possible;
    for (LevelId level = 0; level < names_.size(); ++level) {
      if (plan_.levels[level].depth + 1 >= path.size() && names_[level].contains(name)) {
        possible.push_back(level);
      }
    }
    const LevelId likely = mention.likely;
    if (possible.size() == 1) return possible.front();
    if (possible.size() > 1) {
      if (likely != model::none &&
          std::find(possible.begin(), possible.end(), likely) != possible.end()) {
        return likely;
      }
    } else if (is_top_itself(name)) {
      return 0;
    } else if (likely != model::none) {
      return likely;
    } else if (plan_.levels.size() <= 2) {
      return static_cast<LevelId>(plan_.levels.size() - 1);
    }
    Diagnostic problem = Diagnostic(kind("level_not_known")).with("name", mention.name);
    for (LevelId level = 0; level < plan_.levels.size(); ++level) {
      if (possible.empty() ||
          std::find(possible.begin(), possible.end(), level) != possible.end()) {
        problem.expect(plan_.levels[level].name);
      }
    }
    resolved_.problem_of[number] = say(std::move(problem));
    return model::none;
  }

  /// Gives every part of the path its level and makes the entry; no_entry where the mention has a
  /// problem, or names nobody: then it means the whole, which is the top.
  EntryId settle(MentionNumber number) {
    const PlacedMention& placed = mentions_.list[number];
    const Mention& mention = placed.mention;
    const std::vector<std::string_view> path = path_parts(mention.name);
    if (path.empty()) return no_entry;
    const LevelId own = settle_level(number, path);
    if (own == model::none) return no_entry;
    Ancestors ancestors = mention.ancestors;
    LevelId at = own;
    for (std::size_t i = path.size() - 1; i-- > 0;) {
      const std::string part(path[i]);
      LevelId next = model::none;
      for (LevelId above = parent(at); above != model::none; above = parent(above)) {
        if (names_[above].contains(part)) {
          next = above;
          break;
        }
      }
      if (next == model::none) next = parent(at);
      if (next == model::none) {
        resolved_.problem_of[number] = say(Diagnostic(kind("path_too_long"))
                                               .with("name", mention.name)
                                               .with("level", plan_.levels[own].name));
        return no_entry;
      }
      ancestors.emplace_back(next, part);
      at = next;
    }
    // Nearest first, each level once; a path repeats what a column says or contradicts it.
    std::stable_sort(ancestors.begin(), ancestors.end(), [&](const auto& a, const auto& b) {
      return plan_.levels[a.first].depth > plan_.levels[b.first].depth;
    });
    for (std::size_t i = 1; i < ancestors.size();) {
      if (ancestors[i].first != ancestors[i - 1].first) {
        ++i;
      } else if (ancestors[i].second == ancestors[i - 1].second) {
        ancestors.erase(ancestors.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        resolved_.problem_of[number] = say(Diagnostic(kind("two_ancestors"))
                                               .with("name", mention.name)
                                               .with("level", plan_.levels[ancestors[i].first].name)
                                               .with("first", ancestors[i - 1].second)
                                               .with("second", ancestors[i].second));
        return no_entry;
      }
    }
    // The chain of ancestors makes an entry for each of them, the highest first.
    EntryId above = no_entry;
    for (std::size_t i = ancestors.size(); i-- > 0;) {
      above = entry_of(ancestors[i].first, std::move(ancestors[i].second), above, placed.origin);
    }
    return entry_of(own, std::string(path.back()), above, placed.origin);
  }

  EntryId entry_of(LevelId level, std::string name, EntryId above, Origin origin) {
    std::string key = std::to_string(level) + '\n' + name + '\n' + std::to_string(above);
    const auto [at, added] =
        entry_numbers_.emplace(std::move(key), static_cast<EntryId>(entries_.size()));
    if (added) {
      Entry entry;
      entry.level = level;
      entry.name = std::move(name);
      entry.above = above;
      entries_.push_back(std::move(entry));
      entries_by_level_[level].push_back(at->second);
    }
    Entry& entry = entries_[at->second];
    // An ancestor on the way to a declared entity is declared with it.
    if (origin == Origin::declared) entry.declared = true;
    if (origin != Origin::data) entry.by_plan = true;
    return at->second;
  }

  // ---- from entries to entities --------------------------------------------------------------

  static std::string node_key(NodeId above, const std::string& name) {
    return std::to_string(above) + '\n' + name;
  }

  NodeId find_node(LevelId level, NodeId above, const std::string& name) const {
    const auto node = node_numbers_[level].find(node_key(above, name));
    return node == node_numbers_[level].end() ? no_node : node->second;
  }

  NodeId make_node(LevelId level, NodeId above, const std::string& name) {
    const auto node = static_cast<NodeId>(resolved_.nodes.size());
    resolved_.nodes.push_back({level, above, name, false, {}, {}});
    resolved_.by_level[level].push_back(node);
    namesakes_[level][name].push_back(node);
    node_numbers_[level].emplace(node_key(above, name), node);
    return node;
  }

  bool is_below(NodeId node, NodeId ancestor) const {
    for (NodeId at = node; at != no_node; at = resolved_.nodes[at].parent) {
      if (at == ancestor) return true;
    }
    return false;
  }

  std::string node_path(NodeId node) const {
    std::string path = resolved_.nodes[node].name;
    for (NodeId at = resolved_.nodes[node].parent;
         at != no_node && resolved_.nodes[at].parent != no_node; at = resolved_.nodes[at].parent) {
      path = resolved_.nodes[at].name + "/" + path;
    }
    return path;
  }

  Diagnostic unknown(const Entry& entry) {
    Diagnostic diagnostic = Diagnostic(kind("unknown_entity"))
                                .with("name", entry.name)
                                .with("level", plan_.levels[entry.level].name);
    const auto same = namesakes_[entry.level].find(entry.name);
    if (same != namesakes_[entry.level].end()) {
      diagnostic.suggest(node_path(same->second.front()));
      return diagnostic;
    }
    const std::vector<NodeId>& candidates = resolved_.by_level[entry.level];
    if (candidates.size() > comparisons_left_) return diagnostic;
    comparisons_left_ -= candidates.size();
    text::Nearest nearest(entry.name);
    for (const NodeId each : candidates) nearest.consider(resolved_.nodes[each].name);
    if (nearest.name()) diagnostic.suggest(*nearest.name());
    return diagnostic;
  }

  /// Where all of the entry's place is known: finds or makes its entity.
  void resolve_anchored(Entry& entry, bool may_create) {
    const NodeId above = entry.above == no_entry ? no_node : entries_[entry.above].node;
    entry.node = find_node(entry.level, above, entry.name);
    if (entry.node != no_node) return;
    if (may_create) {
      entry.node = make_node(entry.level, above, entry.name);
    } else {
      entry.problem = say(unknown(entry));
    }
  }

  /// Where the parent is not said: the one entity of that name, or the only possible parent.
  void resolve_floating(Entry& entry, bool may_create) {
    const NodeId above = entry.above == no_entry ? no_node : entries_[entry.above].node;
    std::vector<NodeId> same;
    if (const auto at = namesakes_[entry.level].find(entry.name);
        at != namesakes_[entry.level].end()) {
      for (const NodeId each : at->second) {
        if (above == no_node || is_below(each, above)) same.push_back(each);
      }
    }
    if (same.size() == 1) {
      entry.node = same.front();
      return;
    }
    const LevelId parents = parent(entry.level);
    if (same.size() > 1) {
      Diagnostic problem = Diagnostic(kind("ambiguous_entity"))
                               .with("name", entry.name)
                               .with("level", plan_.levels[entry.level].name)
                               .with("count", std::to_string(same.size()))
                               .with("parent", plan_.levels[parents].name);
      // In order, and a few of them: there can be a thousand namesakes.
      constexpr std::size_t most_shown = 5;
      std::vector<std::string> paths;
      for (const NodeId each : same) paths.push_back(node_path(each));
      std::sort(paths.begin(), paths.end());
      for (std::size_t i = 0; i < paths.size() && i < most_shown; ++i) problem.expect(paths[i]);
      if (paths.size() > most_shown) problem.expect("…");
      entry.problem = say(std::move(problem));
      return;
    }
    if (!may_create) {
      entry.problem = say(unknown(entry));
      return;
    }
    NodeId only = no_node;
    std::size_t possible = 0;
    for (const NodeId each : resolved_.by_level[parents]) {
      if (above != no_node && !is_below(each, above)) continue;
      only = each;
      if (++possible > 1) break;
    }
    if (possible == 1) {
      entry.node = make_node(entry.level, only, entry.name);
      return;
    }
    entry.problem = say(Diagnostic(kind("parent_not_known"))
                            .with("name", entry.name)
                            .with("level", plan_.levels[entry.level].name)
                            .with("parent", plan_.levels[parents].name)
                            .suggest(plan_.levels[parents].name + "/" + entry.name));
  }

  void resolve_level(LevelId level) {
    const bool closed = mentions_.closed_levels[level];
    std::vector<EntryId> anchored, floating;
    std::unordered_set<std::string> declared_floating;
    for (const EntryId id : entries_by_level_[level]) {
      Entry& entry = entries_[id];
      if (entry.above != no_entry && entries_[entry.above].problem != no_problem) {
        // What is wrong above is wrong with it.
        entry.problem = entries_[entry.above].problem;
        continue;
      }
      const bool whole = parent(level) == model::none ||
                         (entry.above != no_entry && entries_[entry.above].level == parent(level));
      (whole ? anchored : floating).push_back(id);
      if (!whole && entry.declared) declared_floating.insert(entry.name);
    }
    // First what settles most: declared places, then other full places, then the rest.
    const auto pass = [&](const std::vector<EntryId>& ids, bool declared, auto resolve) {
      for (const EntryId id : ids) {
        Entry& entry = entries_[id];
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
    for (const EntryId id : entries_by_level_[level]) {
      const Entry& entry = entries_[id];
      if (entry.node != no_node && entry.by_plan) resolved_.nodes[entry.node].by_plan = true;
    }
    // Somebody is the whole, even where nobody says who.
    if (level == 0 && resolved_.by_level[0].empty()) {
      resolved_.nodes[make_node(0, no_node, plan_.levels[0].shown())].by_plan = true;
    }
  }

  // ---- what each mention means ---------------------------------------------------------------

  /// `entries` are those of the mentions.
  void conclude(const std::vector<EntryId>& entries) {
    const std::vector<NodeId>& tops = resolved_.by_level[0];
    resolved_.meant.assign(entries.size(), no_node);
    for (MentionNumber each = 0; each < entries.size(); ++each) {
      if (resolved_.problem_of[each] != no_problem) continue;
      NodeId& node = resolved_.meant[each];
      if (entries[each] == no_entry) {
        if (tops.size() == 1) node = tops.front();
      } else {
        node = entries_[entries[each]].node;
        resolved_.problem_of[each] = entries_[entries[each]].problem;
      }
      if (node == no_node) continue;
      const PlacedMention& placed = mentions_.list[each];
      if (placed.opened) resolved_.nodes[node].opened = placed.opened;
      if (placed.closed) resolved_.nodes[node].closed = placed.closed;
    }
  }

  const model::Plan& plan_;
  const Mentions& mentions_;
  std::vector<std::unordered_set<std::string>> names_;  // by level: said to stand there
  std::vector<Entry> entries_;
  std::vector<std::vector<EntryId>> entries_by_level_;
  std::unordered_map<std::string, EntryId> entry_numbers_;
  std::vector<std::unordered_map<std::string, std::vector<NodeId>>> namesakes_;  // by level
  std::vector<std::unordered_map<std::string, NodeId>> node_numbers_;  // by level, parent and name
  // How many more names are compared in search of near ones: a wrong list of 600,000 names is
  // reported without guessing at each.
  std::uint64_t comparisons_left_ = 4'000'000;
  ResolvedMentions resolved_;
};

}  // namespace

ResolvedMentions resolve_mentions(const model::Plan& plan, const Mentions& mentions) {
  return MentionResolver(plan, mentions).resolve();
}

}  // namespace dabiao::data
