#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dabiao/ir/program.hpp"

namespace dabiao::ir::detail {

/// Keeps equal nodes one: the place and origin of the first stand for all.
class Interning {
 public:
  NodeId find_or_add(std::vector<Node>& nodes, Node node) {
    const std::size_t hash = hash_of(node);
    const auto [first, last] = by_hash_.equal_range(hash);
    for (auto entry = first; entry != last; ++entry) {
      if (same(nodes[entry->second], node)) return entry->second;
    }
    const auto id = static_cast<NodeId>(nodes.size());
    nodes.push_back(std::move(node));
    by_hash_.emplace(hash, id);
    return id;
  }

 private:
  static void mix(std::size_t& hash, std::size_t value) {
    hash ^= value + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
  }

  static std::size_t hash_of(const Node& node) {
    std::size_t hash = static_cast<std::size_t>(node.operation);
    mix(hash, node.constant.hash());
    mix(hash, std::hash<const void*>()(node.function));
    mix(hash, std::hash<const void*>()(node.aggregate));
    for (const NodeId argument : node.arguments) mix(hash, argument);
    mix(hash, node.index);
    mix(hash, node.level);
    mix(hash, node.group);
    mix(hash, static_cast<std::size_t>(node.grain));
    mix(hash, std::hash<std::string_view>()(node.text));
    mix(hash, std::hash<std::string_view>()(node.type.unit.text()));
    return hash;
  }

  static bool same(const Node& a, const Node& b) {
    return a.operation == b.operation && a.constant == b.constant && a.type == b.type &&
           a.type.unit.text() == b.type.unit.text() && a.function == b.function &&
           a.aggregate == b.aggregate && a.arguments == b.arguments && a.filtered == b.filtered &&
           a.index == b.index && a.level == b.level && a.group == b.group && a.grain == b.grain &&
           a.span == b.span && a.text == b.text;
  }

  std::unordered_multimap<std::size_t, NodeId> by_hash_;
};

}  // namespace dabiao::ir::detail
