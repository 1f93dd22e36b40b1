#include "row_passes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "inverse.hpp"
#include "row_followers.hpp"

namespace dabiao::engine {

std::vector<Instruction> needed_instructions(const RowProgram& rows, bool with_values) {
  std::vector<bool> numbers(rows.numbers, false), truths(rows.truths, false);
  for (const RowOutput& output : rows.outputs) {
    if (output.exact_only) continue;
    if (output.kind == RowOutput::Kind::truth) {
      truths[output.result] = true;
    } else if (with_values) {
      numbers[output.result] = true;
    }
    if (output.doubt != no_register) truths[output.doubt] = true;
    if (output.applies != no_register) truths[output.applies] = true;
  }
  std::vector<Instruction> needed;
  needed.reserve(rows.instructions.size());
  for (std::size_t i = rows.instructions.size(); i-- > 0;) {
    const Instruction& each = rows.instructions[i];
    const bool is_read = (gives_number(each) ? numbers : truths)[each.target] ||
                         (each.doubt != no_register && truths[each.doubt]);
    if (!is_read) continue;
    needed.push_back(each);
    for_each_operand(
        each, [&](Register read, bool is_truth) { (is_truth ? truths : numbers)[read] = true; });
  }
  std::reverse(needed.begin(), needed.end());
  return needed;
}

namespace {

/// What becomes of two instructions where the first result goes into the second alone: x / y into
/// the least with z, x · y into the sum with z, a share into a product with a constant. The
/// operations stay the same, one after the other. None where they stay apart.
std::optional<Instruction> fused(const RowProgram& rows, const Instruction& first,
                                 const Instruction& second) {
  const bool is_x = second.x == first.target;
  if (!is_x && second.y != first.target) return std::nullopt;
  const Register other = is_x ? second.y : second.x;
  const bool is_capped = first.opcode == Opcode::divide_least && rows.is_constant(first.z);
  const bool is_scaled = rows.is_constant(other);
  Instruction both = first;
  both.target = second.target;
  const auto constant = [&](Register number) {
    return rows.constants[number - rows.first_constant()];
  };
  if (second.opcode == Opcode::least && first.opcode == Opcode::divide) {
    both.opcode = Opcode::divide_least;
    both.z = other;
  } else if (second.opcode == Opcode::add && first.opcode == Opcode::multiply) {
    both.opcode = Opcode::multiply_add;
    both.z = other;
  } else if (second.opcode == Opcode::multiply && first.opcode == Opcode::divide && is_scaled) {
    both.opcode = Opcode::divide_multiply;
    both.factor = constant(other);
  } else if (second.opcode == Opcode::multiply && is_capped && is_scaled) {
    both.opcode = Opcode::divide_least_multiply;
    both.limit = constant(first.z);
    both.factor = constant(other);
    both.z = no_register;
  } else if (second.opcode == Opcode::add && first.opcode == Opcode::divide_least_multiply) {
    both.opcode = Opcode::divide_least_multiply_add;
    both.z = other;
  } else {
    return std::nullopt;
  }
  return both;
}

}  // namespace

void fuse(RowProgram& rows) {
  std::vector<std::uint32_t> readers(rows.numbers, 0);
  std::vector<std::size_t> set_by(rows.numbers, 0);
  for (const RowOutput& output : rows.outputs) {
    if (output.kind == RowOutput::Kind::number && !output.exact_only) readers[output.result] += 2;
  }
  for (std::size_t i = 0; i < rows.instructions.size(); ++i) {
    const Instruction& each = rows.instructions[i];
    for_each_operand(each, [&](Register read, bool is_truth) {
      if (!is_truth) ++readers[read];
    });
    if (gives_number(each)) set_by[each.target] = i;
  }
  std::vector<bool> gone(rows.instructions.size(), false);
  for (Instruction& each : rows.instructions) {
    const bool may_follow = each.opcode == Opcode::least || each.opcode == Opcode::add ||
                            each.opcode == Opcode::multiply;
    if (!may_follow) continue;
    for (const Register inner : {each.x, each.y}) {
      if (inner < rows.first_result() || readers[inner] != 1) continue;
      const auto both = fused(rows, rows.instructions[set_by[inner]], each);
      if (!both) continue;
      gone[set_by[inner]] = true;
      each = *both;
      break;
    }
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < gone.size(); ++i) {
    if (!gone[i]) rows.instructions[kept++] = rows.instructions[i];
  }
  rows.instructions.resize(kept);
}

namespace {

/// Puts instructions in another order: a quotient waits for what follows it, as long as nothing
/// else needs what one of them sets.
class Gatherer {
 public:
  explicit Gatherer(RowProgram& rows)
      : rows_(rows),
        all_(std::move(rows.instructions)),
        number_by_(rows.numbers, nobody),
        truth_by_(rows.truths, nobody),
        group_of_(all_.size(), nobody) {}

  void run() {
    put_.reserve(all_.size());
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const Instruction& each = all_[i];
      (gives_number(each) ? number_by_ : truth_by_)[each.target] = i;
      if (each.doubt != no_register) truth_by_[each.doubt] = i;
      if (Followers::may_follow(each, is_constant_)) {
        group_of_[i] = groups_.size();
        groups_.push_back({i, {}, {}});
      } else if (Group* const group = group_for(i)) {
        bool are_there = true;
        for_each_other(i, *group, [&](Register read) {
          are_there = are_there && read < rows_.first_result();
        });
        if (are_there) join(i, *group);
      }
    }
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const bool leads = group_of_[i] != nobody && groups_[group_of_[i]].leader == i;
      if (group_of_[i] != nobody && !leads) continue;
      if (!leads && join_later(i)) continue;
      for_each_operand(all_[i],
                       [&](Register read, bool is_truth) { put_what_sets(read, is_truth); });
      if (leads) {
        groups_[group_of_[i]].waits = true;
      } else {
        put_.push_back(all_[i]);
      }
    }
    for (Group& group : groups_) put(group);
    rows_.instructions = std::move(put_);
  }

 private:
  static constexpr std::size_t nobody = ~std::size_t{0};
  struct IsConstant {
    const RowProgram& rows;
    bool operator()(Register number) const { return rows.is_constant(number); }
  };
  struct Group {
    std::size_t leader = nobody;
    Followers followers;
    std::vector<std::size_t> members;
    bool waits = false;
  };

  /// The group that has room for an instruction that reads its quotient.
  Group* group_for(std::size_t i) {
    for (const Register read : {all_[i].x, all_[i].y}) {
      if (read < rows_.first_result() || read >= rows_.numbers) continue;
      const std::size_t by = number_by_[read];
      if (by == nobody || group_of_[by] == nobody) continue;
      Group& group = groups_[group_of_[by]];
      Followers followers = group.followers;
      if (group.leader == by && followers.take(read, all_[i], is_constant_)) return &group;
    }
    return nullptr;
  }

  /// Calls visit(register) for what an instruction reads beside the quotient.
  template <class Visit>
  void for_each_other(std::size_t i, const Group& group, Visit visit) const {
    for_each_operand(all_[i], [&](Register read, bool) {
      if (read != all_[group.leader].target) visit(read);
    });
  }

  void join(std::size_t i, Group& group) {
    group.followers.take(all_[group.leader].target, all_[i], is_constant_);
    group.members.push_back(i);
    group_of_[i] = group_of_[group.leader];
  }

  /// Joins a group that waits, after what sets the other operands.
  bool join_later(std::size_t i) {
    Group* const group = group_for(i);
    if (group == nullptr || !group->waits) return false;
    bool is_apart = true;
    for_each_other(i, *group, [&](Register read) {
      if (read < rows_.first_result()) return;
      is_apart = is_apart && group_of_[number_by_[read]] != group_of_[group->leader];
    });
    if (!is_apart) return false;
    for_each_other(i, *group, [&](Register read) { put_what_sets(read, false); });
    join(i, *group);
    return true;
  }

  void put_what_sets(Register read, bool is_truth) {
    if (!is_truth && read < rows_.first_result()) return;
    const std::size_t by = (is_truth ? truth_by_ : number_by_)[read];
    if (group_of_[by] != nobody) put(groups_[group_of_[by]]);
  }

  void put(Group& group) {
    if (!group.waits) return;
    group.waits = false;
    put_.push_back(all_[group.leader]);
    for (const std::size_t member : group.members) put_.push_back(all_[member]);
  }

  RowProgram& rows_;
  const IsConstant is_constant_{rows_};
  const std::vector<Instruction> all_;
  std::vector<std::size_t> number_by_, truth_by_;  // by register: the instruction that sets it
  std::vector<std::size_t> group_of_;              // by instruction
  std::vector<Group> groups_;
  std::vector<Instruction> put_;
};

}  // namespace

void gather(RowProgram& rows) {
  Gatherer(rows).run();
}

void find_inverses(RowProgram& rows) {
  for (Instruction& each : rows.instructions) {
    each.inverts = each.bounded && rows.is_constant(each.y) &&
                   Inverse::serves(rows.constants[each.y - rows.first_constant()]);
  }
}

}  // namespace dabiao::engine
