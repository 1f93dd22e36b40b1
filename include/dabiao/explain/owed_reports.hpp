#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/explain/explanation.hpp"

namespace dabiao::explain {

/// A report that is not there, or does not count, and the cells of a result that wait for it.
struct OwedReport {
  std::string input;
  std::string label;  // empty where there is no other word
  Location at;        // whose report; the entity is empty where it is not known by name
  std::vector<calendar::Span> periods;  // where single periods of the span are missing
  std::uint32_t unnamed = 0;            // how many entities, where they are not known by name
  value::Reason reason = value::Reason::not_reported;
  std::vector<std::size_t> cells;  // by their places in the result
};

struct OwedReports {
  std::vector<OwedReport> reports;  // by entity, then input, then period
  bool more_exist = false;          // of some cell more are missing than are listed
};

/// Every report that a cell of a result needs and that is missing as of its day. What is only
/// waited for, because its time has not come or the event has not, is not among them.
OwedReports owed_reports(const assessment::Assessment& assessment);

}  // namespace dabiao::explain
