#include "dabiao/engine/row_session.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "row_instruction.hpp"

namespace dabiao::engine {

using value::Reason;

namespace {

bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

template <class Visit>
RowSession::Lists RowSession::Lists::gather(std::size_t keys, Visit visit) {
  Lists lists;
  lists.begins.assign(keys + 1, 0);
  visit([&](std::uint32_t key, std::uint32_t) { ++lists.begins[key + 1]; });
  for (std::size_t i = 0; i < keys; ++i) lists.begins[i + 1] += lists.begins[i];
  lists.entries.resize(lists.begins.back());
  std::vector<std::uint32_t> next(lists.begins.begin(), lists.begins.end() - 1);
  visit([&](std::uint32_t key, std::uint32_t entry) { lists.entries[next[key]++] = entry; });
  return lists;
}

RowSession::RowSession(const RowProgram& rows, const ir::Program& program,
                       function::Context context)
    : rows_(rows),
      record_(rows, program, context),
      numbers_(rows.numbers, 0.0),
      truths_(rows.truths, 0),
      odd_(rows.leaves.size(), true),
      odd_count_(rows.leaves.size()),
      dirty_((rows.instructions.size() + 63) / 64, 0),
      dirty_words_((dirty_.size() + 63) / 64, 0),
      touched_((rows.outputs.size() + 63) / 64, 0),
      results_(rows.outputs.size(), {0, Reason::not_reported}) {
  std::copy(rows.constants.begin(), rows.constants.end(),
            numbers_.begin() + static_cast<std::ptrdiff_t>(rows.leaves.size()));
  for (std::size_t i = 0; i < rows.leaves.size(); ++i) {
    limits_.emplace_back(rows.leaves[i]);
    record_.set_missing(i);
  }
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
}

void RowSession::mark(std::span<const std::uint32_t> instructions) {
  for (const std::uint32_t each : instructions) {
    dirty_[each / 64] |= std::uint64_t{1} << (each % 64);
    dirty_words_[each / 4096] |= std::uint64_t{1} << (each / 64 % 64);
    first_dirty_ = std::min<std::size_t>(first_dirty_, each / 4096);
  }
}

void RowSession::touch(std::span<const std::uint32_t> outputs) {
  for (const std::uint32_t each : outputs) touched_[each / 64] |= std::uint64_t{1} << (each % 64);
}

void RowSession::changed_number(Register number) {
  mark(readers_of_number_.of(number));
  touch(outputs_of_number_.of(number));
}

void RowSession::changed_truth(Register truth) {
  mark(readers_of_truth_.of(truth));
  touch(outputs_of_truth_.of(truth));
}

void RowSession::set(std::size_t leaf, double value) {
  record_.set(leaf, value);
  const bool odd = !limits_[leaf].allow(value);
  odd_count_ += odd ? 1 : 0;
  odd_count_ -= odd_[leaf] ? 1 : 0;
  odd_[leaf] = odd;
  if (same(numbers_[leaf], value)) return;
  numbers_[leaf] = value;
  changed_leaves_ |= leaf < 64 ? std::uint64_t{1} << leaf : ~std::uint64_t{0};
  changed_number(static_cast<Register>(leaf));
}

void RowSession::set_missing(std::size_t leaf, Reason reason) {
  set(leaf, std::nan(""));
  record_.set_missing(leaf, reason);
}

void RowSession::set_exact(std::size_t leaf, const exact::Rational& value) {
  const double nearest = value.to_double();
  set(leaf, nearest);
  record_.set_exact(leaf, value);
  if (exact::Rational::from_double_shortest(nearest) == value || odd_[leaf]) return;
  odd_[leaf] = true;
  ++odd_count_;
}

void RowSession::everything() {
  // With something out of the ordinary in it, the record is run as a whole.
  record_.run();
  run_ = rows_.instructions.size();
  for (std::uint32_t i = 0; i < results_.size(); ++i) {
    const RowResult now = record_.result(i);
    if (same(now.value, results_[i].value) && now.reason == results_[i].reason) continue;
    results_[i] = now;
    changed_.push_back(i);
  }
}

void RowSession::sweep() {
  // What an instruction makes dirty stands behind it, maybe in the same word.
  for (std::size_t block = first_dirty_; block < dirty_words_.size(); ++block) {
    while (dirty_words_[block] != 0) {
      const std::size_t word =
          block * 64 + static_cast<std::size_t>(std::countr_zero(dirty_words_[block]));
      while (dirty_[word] != 0) {
        const auto bit = static_cast<std::size_t>(std::countr_zero(dirty_[word]));
        dirty_[word] &= dirty_[word] - 1;
        step(rows_.instructions[word * 64 + bit]);
      }
      dirty_words_[block] &= ~(std::uint64_t{1} << (word % 64));
    }
  }
  first_dirty_ = dirty_words_.size();
}

void RowSession::step(const Instruction& each) {
  double* numbers = numbers_.data();
  std::uint8_t* truths = truths_.data();
  ++run_;
  const std::uint8_t doubt_before = each.doubt != no_register ? truths[each.doubt] : 0;
  if (gives_number(each)) {
    const double before = numbers[each.target];
    run_instruction(each, numbers, truths);
    if (!same(numbers[each.target], before)) changed_number(each.target);
  } else {
    const std::uint8_t before = truths[each.target];
    run_instruction(each, numbers, truths);
    if (truths[each.target] != before) changed_truth(each.target);
  }
  if (each.doubt != no_register && truths[each.doubt] != doubt_before) changed_truth(each.doubt);
}

std::span<const std::uint32_t> RowSession::update() {
  changed_.clear();
  run_ = 0;
  if (odd_count_ > 0) {
    was_odd_ = true;
    everything();
    return changed_;
  }
  if (was_odd_) {
    // Registers may hold anything: all of them once more.
    was_odd_ = false;
    run_instructions(rows_.instructions, numbers_.data(), truths_.data());
    run_ = rows_.instructions.size();
    std::fill(dirty_.begin(), dirty_.end(), 0);
    std::fill(dirty_words_.begin(), dirty_words_.end(), 0);
    first_dirty_ = dirty_words_.size();
    for (std::uint32_t i = 0; i < results_.size(); ++i)
      touched_[i / 64] |= std::uint64_t{1} << (i % 64);
  } else {
    sweep();
  }
  for (const std::uint32_t each : in_doubt_) {
    // Registers may stay as they are while what doubles do not decide changes.
    if ((rows_.outputs[each].reach.leaves & changed_leaves_) != 0) touch({&each, 1});
  }
  changed_leaves_ = 0;
  std::erase_if(in_doubt_,
                [&](std::uint32_t each) { return (touched_[each / 64] >> (each % 64) & 1) != 0; });
  bool settled = false;
  for (std::size_t word = 0; word < touched_.size(); ++word) {
    while (touched_[word] != 0) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(touched_[word]));
      touched_[word] &= touched_[word] - 1;
      const std::size_t i = word * 64 + bit;
      const RowOutput& output = rows_.outputs[i];
      RowResult now;
      if (output.exact_only || (output.doubt != no_register && truths_[output.doubt] != 0)) {
        if (!settled) record_.begin_settling(numbers_);
        settled = true;
        now = record_.settle_one(i);
        in_doubt_.push_back(static_cast<std::uint32_t>(i));
      } else if (output.applies != no_register && truths_[output.applies] == 0) {
        now = {0, Reason::not_applicable};
      } else {
        now.value = output.kind == RowOutput::Kind::number
                        ? numbers_[output.result] + 0.0
                        : static_cast<double>(truths_[output.result]);
      }
      if (same(now.value, results_[i].value) && now.reason == results_[i].reason) continue;
      results_[i] = now;
      changed_.push_back(static_cast<std::uint32_t>(i));
    }
  }
  return changed_;
}

}  // namespace dabiao::engine
