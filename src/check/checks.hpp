#pragma once

#include "dabiao/text/diagnostic.hpp"
#include "inspection.hpp"

// One function per check, each in a file of its name.
namespace dabiao::check::detail {

void check_conditions(Inspection& inspection, text::Diagnostics& diagnostics);
void check_wholes(Inspection& inspection, text::Diagnostics& diagnostics);
void check_milestones(Inspection& inspection, text::Diagnostics& diagnostics);
void check_allocations(Inspection& inspection, text::Diagnostics& diagnostics);
void check_flows_by_stocks(Inspection& inspection, text::Diagnostics& diagnostics);
void check_reporting_periods(Inspection& inspection, text::Diagnostics& diagnostics);
void check_times(Inspection& inspection, text::Diagnostics& diagnostics);
void check_unused(Inspection& inspection, text::Diagnostics& diagnostics);
void check_citations(Inspection& inspection, text::Diagnostics& diagnostics);
void check_repetitions(Inspection& inspection, text::Diagnostics& diagnostics);
void check_entities(Inspection& inspection, text::Diagnostics& diagnostics);
void check_declared_ranges(Inspection& inspection, text::Diagnostics& diagnostics);

}  // namespace dabiao::check::detail
