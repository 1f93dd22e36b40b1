#pragma once

#include "dabiao/data/table.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "data/mentions.hpp"

namespace dabiao::data {

/// Takes over the entities that a register lists: a column per level, optionally `opened` and
/// `closed`.
void mention_register(const model::Plan& plan, const NamedTable& named, Mentions& mentions,
                      text::Diagnostics& diagnostics);

}  // namespace dabiao::data
