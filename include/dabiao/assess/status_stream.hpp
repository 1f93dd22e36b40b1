#pragma once

#include <memory>

#include "dabiao/assess/statuses.hpp"
#include "dabiao/data/arrow.hpp"

namespace dabiao::assessment {

/// Hands out statuses as a stream of record batches, one per block, each evaluated when it is asked
/// for: `target`, `level` and `span` (dictionaries of text, their indices of one byte where that
/// does, else of four; of a group as a whole, `level` is its name), `entity` (the number of the
/// entity within its level, null for a group) and `status` (a dictionary whose indices are one
/// byte). Columns that are the same throughout a batch share their memory among batches.
void export_arrow(std::shared_ptr<Statuses> statuses, ArrowArrayStream* stream);

}  // namespace dabiao::assessment
