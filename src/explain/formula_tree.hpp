#pragma once

#include <set>
#include <utility>

#include "explain/one_cell.hpp"

namespace dabiao::explain {

/// Builds the tree of a formula at one cell. Where a part of it stands a second time, the first
/// has the children.
class FormulaTree {
 public:
  /// With constants, plain numbers are children as well; people see them in the text.
  explicit FormulaTree(OneCell& one, bool constants = false) : one_(one), constants_(constants) {}

  Node build(ir::NodeId node, engine::FrameId frame) { return build(node, frame, 0); }

  /// What an aggregate or rank runs over at a frame of one cell.
  Parts members(ir::NodeId node, engine::FrameId frame);

 private:
  /// One part: its cell in the frame of all of them.
  struct Member {
    std::size_t cell = 0;
    const engine::Cell* value = nullptr;
    bool doubtful = false;
  };
  struct Members {
    engine::FrameId frame = 0;
    Parts parts;
    std::vector<Member> listed;  // those of parts.shown
  };

  Node build(ir::NodeId node, engine::FrameId frame, std::size_t depth);
  void add_children(Node& node, ir::NodeId id, engine::FrameId frame, std::size_t depth);
  void add_input(Node& node, ir::NodeId id, engine::FrameId frame, const engine::Cell& cell);
  void add_reports(Source& source, const model::Input& input, ir::NodeId id, engine::FrameId frame);
  Parts parts_of_input(ir::NodeId id, engine::FrameId frame);
  Members gather(ir::NodeId id, engine::FrameId frame);
  void list(Members& found, std::vector<Member>& all, const value::Type& type,
            std::string_view order);
  void add_table_key(Node& node, const ir::Node& table, engine::FrameId frame);
  void add_reference(Node& node, const ir::Node& target, engine::FrameId frame);
  void add_complete(Node& node, ir::NodeId id, engine::FrameId frame, std::size_t depth);

  OneCell& one_;
  bool constants_;
  std::set<std::pair<ir::NodeId, engine::FrameId>> built_;
};

}  // namespace dabiao::explain
