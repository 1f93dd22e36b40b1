#include "dabiao/engine/row_session.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "row_decide.hpp"
#include "row_fractions.hpp"
#include "row_instruction.hpp"
#include "row_ties.hpp"

namespace dabiao::engine {

using value::Reason;

namespace {

constexpr std::uint32_t none = 0xffffffff;

bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

template <class Visit>
RowSession::Lists RowSession::Lists::gather(std::size_t keys, Visit visit) {
  Lists lists;
  lists.begins.assign(keys + 1, 0);
  visit([&](std::size_t key, std::uint32_t) { ++lists.begins[key + 1]; });
  for (std::size_t i = 0; i < keys; ++i) lists.begins[i + 1] += lists.begins[i];
  lists.entries.resize(lists.begins.back());
  std::vector<std::uint32_t> next(lists.begins.begin(), lists.begins.end() - 1);
  visit([&](std::size_t key, std::uint32_t entry) { lists.entries[next[key]++] = entry; });
  return lists;
}

RowSession::RowSession(const RowProgram& rows, const ir::Program& program,
                       function::Context context)
    : rows_(rows),
      program_(program),
      settler_(rows, program, context),
      ties_(std::make_unique<RowTies>(rows, program)),
      fractions_(std::make_unique<RowFractions>(rows, program)),
      numbers_(rows.numbers, 0.0),
      truths_(rows.truths, 0),
      states_(rows.leaves.size(), State::ordinary),
      reasons_(rows.leaves.size(), Reason::known),
      dirty_(rows.instructions.size()),
      touched_(rows.outputs.size()),
      dirty_nodes_(rows.cone.size()),
      slow_(rows.outputs.size(), false),
      results_(rows.outputs.size(), {0, Reason::not_reported}) {
  std::copy(rows.constants.begin(), rows.constants.end(),
            numbers_.begin() + static_cast<std::ptrdiff_t>(rows.leaves.size()));
  const auto readers = [&](bool of_truths) {
    return Lists::gather(of_truths ? rows.truths : rows.numbers, [&](auto add) {
      for (std::uint32_t i = 0; i < rows.instructions.size(); ++i) {
        for_each_operand(rows.instructions[i], [&](Register read, bool is_truth) {
          if (is_truth == of_truths) add(read, i);
        });
      }
    });
  };
  readers_of_number_ = readers(false);
  readers_of_truth_ = readers(true);
  outputs_of_number_ = Lists::gather(rows.numbers, [&](auto add) {
    for (std::uint32_t i = 0; i < rows.outputs.size(); ++i) {
      const RowOutput& output = rows.outputs[i];
      if (output.kind == RowOutput::Kind::number && !output.exact_only) add(output.result, i);
    }
  });
  outputs_of_truth_ = Lists::gather(rows.truths, [&](auto add) {
    for (std::uint32_t i = 0; i < rows.outputs.size(); ++i) {
      const RowOutput& output = rows.outputs[i];
      if (output.exact_only) continue;
      if (output.kind == RowOutput::Kind::truth) add(output.result, i);
      if (output.doubt != no_register) add(output.doubt, i);
      if (output.applies != no_register) add(output.applies, i);
    }
  });
  for (Register number = 0; number < rows.numbers; ++number) {
    const auto read_by = readers_of_number_.of(number);
    only_reader_.push_back(read_by.size() == 1 ? read_by[0] : none);
  }
  for (std::size_t i = 0; i < rows.leaves.size(); ++i) {
    limits_.emplace_back(rows.leaves[i]);
    set_missing(i);
  }
}

RowSession::RowSession(RowSession&&) noexcept = default;
RowSession::~RowSession() = default;

void RowSession::touch(std::span<const std::uint32_t> outputs) {
  for (const std::uint32_t each : outputs) touched_.insert(each);
}

void RowSession::changed_number(Register number) {
  for (const std::uint32_t each : readers_of_number_.of(number)) dirty_.insert(each);
  touch(outputs_of_number_.of(number));
}

void RowSession::changed_truth(Register truth) {
  for (const std::uint32_t each : readers_of_truth_.of(truth)) dirty_.insert(each);
  touch(outputs_of_truth_.of(truth));
}

void RowSession::set(std::size_t leaf, double value) {
  place(leaf, value, std::isfinite(value) ? Reason::known : Reason::not_finite, {});
}

void RowSession::set_missing(std::size_t leaf, Reason reason) {
  place(leaf, std::nan(""), reason, {});
}

void RowSession::set_exact(std::size_t leaf, const exact::Rational& value) {
  const double nearest = value.to_double();
  if (exact::Rational::from_double_shortest(nearest) == value) return set(leaf, nearest);
  place(leaf, nearest, Reason::known, value * rows_.leaves[leaf].scale);
}

void RowSession::place(std::size_t leaf, double value, Reason reason,
                       std::optional<exact::Rational> exact) {
  const bool had_exact = !exact_.empty() && exact_[leaf].has_value();
  if (exact && exact_.empty()) exact_.resize(rows_.leaves.size());
  State state = State::ordinary;
  if (reason != Reason::known) {
    // What a report that is missing is taken for is a number all the same.
    state = rows_.leaves[leaf].assumed ? State::strange : State::missing;
  } else if (exact || !limits_[leaf].allow(value)) {
    state = State::strange;
  }
  const auto count = [&](State of, std::size_t& number) {
    number += state == of ? 1 : 0;
    number -= states_[leaf] == of ? 1 : 0;
  };
  count(State::strange, strange_);
  count(State::missing, missing_);
  states_[leaf] = state;
  const bool is_other = !same(numbers_[leaf], value);
  if (!is_other && reasons_[leaf] == reason && !exact && !had_exact) return;
  reasons_[leaf] = reason;
  if (!exact_.empty()) exact_[leaf] = std::move(exact);
  changed_leaves_.push_back(static_cast<std::uint32_t>(leaf));
  if (!is_other) return;
  numbers_[leaf] = value;
  changed_number(static_cast<Register>(leaf));
}

void RowSession::sweep() {
  // What an instruction makes dirty stands behind it.
  while (!dirty_.empty()) {
    auto next = static_cast<std::uint32_t>(dirty_.take_least());
    while (next != none) next = step(next);
  }
}

/// Runs an instruction. Where one other reads what came of it, and nothing is left to be done
/// before, that is the next.
std::uint32_t RowSession::step(std::uint32_t instruction) {
  const Instruction& each = rows_.instructions[instruction];
  double* numbers = numbers_.data();
  std::uint8_t* truths = truths_.data();
  ++run_;
  const std::uint8_t doubt_before = each.doubt != no_register ? truths[each.doubt] : 0;
  std::uint32_t next = none;
  if (gives_number(each)) {
    const double before = numbers[each.target];
    run_instruction(each, numbers, truths);
    if (!same(numbers[each.target], before)) {
      next = only_reader_[each.target];
      if (next != none && dirty_.empty() && each.doubt == no_register) {
        touch(outputs_of_number_.of(each.target));
        return next;
      }
      changed_number(each.target);
    }
  } else {
    const std::uint8_t before = truths[each.target];
    run_instruction(each, numbers, truths);
    if (truths[each.target] != before) changed_truth(each.target);
  }
  if (each.doubt != no_register && truths[each.doubt] != doubt_before) changed_truth(each.doubt);
  return none;
}

RowSession::Oddity RowSession::oddity() const {
  Oddity odd;
  odd.all = strange_ > 0 || (missing_ > 0 && states_.size() > 64);
  if (odd.all || missing_ == 0) return odd;
  for (std::size_t leaf = 0; leaf < states_.size(); ++leaf) {
    if (states_[leaf] == State::missing) odd.missing |= std::uint64_t{1} << leaf;
  }
  return odd;
}

RowGiven RowSession::given(std::size_t leaf) const {
  const bool has_exact = !exact_.empty() && exact_[leaf];
  return {numbers_[leaf], reasons_[leaf], has_exact ? &*exact_[leaf] : nullptr};
}

std::optional<std::size_t> RowSession::out_of_range() const {
  for (std::size_t leaf = 0; strange_ > 0 && leaf < states_.size(); ++leaf) {
    if (states_[leaf] != State::strange || reasons_[leaf] != Reason::known) continue;
    const RowLeaf& declared = rows_.leaves[leaf];
    const RowGiven value = given(leaf);
    const bool fits =
        value.exact != nullptr
            ? declared.range.contains(*value.exact)
            : declared.range.contains(*declared.number_of(value.value) * declared.scale);
    if (!fits) return leaf;
  }
  return std::nullopt;
}

/// Where a node stands in the cone; past its end where it does not.
std::size_t RowSession::place_of(ir::NodeId node) const {
  const auto found = std::lower_bound(rows_.cone.begin(), rows_.cone.end(), node);
  if (found == rows_.cone.end() || *found != node) return rows_.cone.size();
  return static_cast<std::size_t>(found - rows_.cone.begin());
}

void RowSession::list_nodes() {
  readers_of_node_ = Lists::gather(rows_.cone.size(), [&](auto add) {
    for (std::uint32_t i = 0; i < rows_.cone.size(); ++i) {
      if (settler_.is_leaf(rows_.cone[i])) continue;
      for (const ir::NodeId read : program_.at(rows_.cone[i]).arguments) add(place_of(read), i);
    }
  });
  outputs_of_node_ = Lists::gather(rows_.cone.size(), [&](auto add) {
    for (std::uint32_t i = 0; i < rows_.outputs.size(); ++i) {
      const RowOutput& output = rows_.outputs[i];
      for (const ir::NodeId read : {output.node, output.filter, output.subtracted}) {
        if (read != ir::no_node) add(place_of(read), i);
      }
    }
  });
}

/// Touches the outputs beyond the doubles that read a leaf which changed: their registers may stay
/// as they are. The settler keeps what reads none.
void RowSession::follow_nodes() {
  for (const std::uint32_t leaf : changed_leaves_) {
    if (settler_current_) settler_.change(leaf, given(leaf));
    const std::size_t place = place_of(rows_.leaves[leaf].node);
    if (place < rows_.cone.size()) dirty_nodes_.insert(place);
  }
  if (readers_of_node_.begins.empty()) list_nodes();
  while (!dirty_nodes_.empty()) {
    const std::size_t node = dirty_nodes_.take_least();
    settler_.forget(rows_.cone[node]);
    for (const std::uint32_t reader : readers_of_node_.of(node)) dirty_nodes_.insert(reader);
    for (const std::uint32_t output : outputs_of_node_.of(node)) {
      if (slow_[output]) touched_.insert(output);
    }
  }
}

bool RowSession::is_slow(std::size_t index) const {
  const RowOutput& output = rows_.outputs[index];
  return output.exact_only || oddity_.all || (output.reach.leaves & oddity_.missing) != 0 ||
         (output.doubt != no_register && truths_[output.doubt] != 0);
}

RowResult RowSession::computed(std::size_t index) {
  const RowOutput& output = rows_.outputs[index];
  const bool slow = is_slow(index);
  slow_count_ += slow ? 1 : 0;
  slow_count_ -= slow_[index] ? 1 : 0;
  slow_[index] = slow;
  if (!slow) {
    if (output.applies != no_register && truths_[output.applies] == 0) {
      return {0, Reason::not_applicable};
    }
    return {output.kind == RowOutput::Kind::number ? numbers_[output.result] + 0.0
                                                   : static_cast<double>(truths_[output.result])};
  }
  if (!oddity_.all && (output.reach.leaves & oddity_.missing) == 0) {
    const auto found = decide(rows_, index, *ties_, *fractions_, numbers_);
    if (found) return *found;
  }
  if (!settler_current_) {
    std::vector<RowGiven> all;
    for (std::size_t leaf = 0; leaf < states_.size(); ++leaf) all.push_back(given(leaf));
    settler_.begin(all);
    settler_current_ = true;
  }
  return settler_.output(index);
}

std::span<const std::uint32_t> RowSession::update() {
  changed_.clear();
  run_ = 0;
  if (has_run_) {
    sweep();
  } else {
    dirty_ = SparseBits(rows_.instructions.size());
    run_instructions(rows_.instructions, numbers_.data(), truths_.data());
    run_ = rows_.instructions.size();
  }
  const Oddity odd = oddity();
  if (!has_run_ || odd != oddity_) {
    // What is settled beyond the doubles may be other outputs now.
    for (std::size_t i = 0; i < results_.size(); ++i) touched_.insert(i);
    oddity_ = odd;
    settler_current_ = false;
  } else if (slow_count_ > 0) {
    follow_nodes();
  } else if (!changed_leaves_.empty()) {
    settler_current_ = false;
  }
  has_run_ = true;
  changed_leaves_.clear();
  if (!touched_.empty()) fractions_->begin({numbers_.data(), rows_.leaves.size()});
  while (!touched_.empty()) {
    const auto i = static_cast<std::uint32_t>(touched_.take_least());
    const RowResult now = computed(i);
    if (same(now.value, results_[i].value) && now.reason == results_[i].reason) continue;
    results_[i] = now;
    changed_.push_back(i);
  }
  return changed_;
}

}  // namespace dabiao::engine
