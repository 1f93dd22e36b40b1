#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "dabiao/data/entity_register.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/value/column.hpp"
#include "dabiao/value/column_facts.hpp"

namespace dabiao::data {

/// Where a reported value came from.
struct Provenance {
  enum class Kind : std::uint8_t { data, given };
  Kind kind = Kind::data;
  std::uint32_t file = 0;  // index into Cube::files for data, into Plan::givens for given
  std::uint32_t row = 0;   // data: row in the file, the header being 1
};

/// The reports of one input at one level in periods of one grain: a dense block of
/// (period, entity), period-major, so that the period before is an offset of `entities` cells.
/// A blank cell is missing. Numbers are in the input's own unit (60 for 60 %), yes/no is 1 or 0, a
/// stage is its rank, a date its day number; each as the nearest double, and where a double does
/// not print as the number that was written, the exact one stands in `exact`.
struct ReportBlock {
  model::LevelId level = 0;
  /// Nothing for reports that carry no period: they hold at any time.
  std::optional<calendar::Grain> grain;
  std::int32_t first_period = 0;
  std::uint32_t periods = 0;
  std::uint32_t entities = 0;
  value::Column values;                                      // size periods * entities
  std::unordered_map<std::uint64_t, exact::Rational> exact;  // by cell
  std::unordered_map<std::uint64_t, Provenance> provenance;  // by cell, where asked to keep it
  std::optional<value::ColumnFacts> facts;                   // where somebody has looked

  std::uint64_t cell(std::int32_t period, EntityIndex entity) const {
    return static_cast<std::uint64_t>(period - first_period) * entities + entity;
  }
  bool holds(std::int32_t period) const {
    return period >= first_period && period < first_period + static_cast<std::int32_t>(periods);
  }
  bool known(std::uint64_t cell) const;
  double value(std::uint64_t cell) const;
  /// The number as it was written.
  exact::Rational exact_value(std::uint64_t cell) const;
};

/// All reports of one input.
struct InputReports {
  std::vector<ReportBlock> blocks;  // by level, then grain, coarse to fine, periodless last
};

/// The data of a plan: a register of entities and, per input, its reports. Read-only once built.
struct Cube {
  std::shared_ptr<const model::Plan> plan;
  EntityRegister entities;
  std::vector<InputReports> inputs;  // by InputId
  std::vector<std::string> files;    // names of what was read
  text::Diagnostics warnings;
};

}  // namespace dabiao::data
