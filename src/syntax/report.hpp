#pragma once

#include <cstddef>

#include "dabiao/text/diagnostic.hpp"

namespace dabiao::syntax {

/// Adds diagnostics up to a limit, so that a file of noise does not make a million of them.
class Report {
 public:
  Report(text::Diagnostics& diagnostics, std::size_t limit)
      : diagnostics_(diagnostics), limit_(limit) {}

  /// The reference is valid until the next; beyond the limit it is to a diagnostic that is lost.
  [[gnu::cold]] text::Diagnostic& add(const text::DiagnosticKind& kind, text::Place place) {
    if (diagnostics_.size() < limit_) return diagnostics_.add(kind, place);
    if (diagnostics_.size() == limit_) {
      diagnostics_.add(text::kind("too_many_mistakes"), place);
    }
    lost_ = text::Diagnostic(kind, place);
    return lost_;
  }

  /// Whether no more are listed, so that looking for suggestions is in vain.
  bool is_full() const { return diagnostics_.size() >= limit_; }

 private:
  text::Diagnostics& diagnostics_;
  std::size_t limit_;
  text::Diagnostic lost_;
};

}  // namespace dabiao::syntax
