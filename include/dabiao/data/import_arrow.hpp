#pragma once

#include "dabiao/data/arrow.hpp"
#include "dabiao/data/table.hpp"
#include "dabiao/text/checked.hpp"

namespace dabiao::data {

/// Takes over a record batch (a struct array and its schema); both are released, the array when
/// the last column that reads it is gone. Numbers of 64 bits, float32, text, dictionaries of
/// text, dates and decimals are read where they stand; other types are converted. A column of a
/// type that is not read becomes `CellType::other`, which is an error only where it is used.
/// What is no struct array is a diagnostic.
Checked<Table> import_arrow(ArrowSchema* schema, ArrowArray* array);

/// Takes over a stream of record batches and reads it to its end.
Checked<Table> import_arrow(ArrowArrayStream* stream);

}  // namespace dabiao::data
