#pragma once

#include <vector>

#include "dabiao/data/arrow.hpp"
#include "dabiao/data/output_column.hpp"

namespace dabiao::data {

/// Hands out columns of one size as one record batch; the receiver releases both.
void export_arrow(std::vector<OutputColumn> columns, ArrowSchema* schema, ArrowArray* array);

/// Hands them out as a stream of one batch.
void export_arrow(std::vector<OutputColumn> columns, ArrowArrayStream* stream);

}  // namespace dabiao::data
