#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dabiao/check/stated_figures.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/ir/program.hpp"
#include "dabiao/text/place.hpp"

// What can be added up in a document: its stated figures, and the parts of what it allocates.
namespace dabiao::check {

/// The same words in both languages.
struct FigureWords {
  std::string english;
  std::string chinese;
};

/// A figure of the document beside what the rest of the plan makes it.
struct FigureRow {
  /// A `stated` figure, or the threshold of a target that others allocate.
  enum class Kind : std::uint8_t { stated, allocated };
  Kind kind = Kind::stated;
  std::string figure;  // the formula as the plan writes it, or the target's name
  std::string entity;  // where it is stated; empty at the top
  std::string period;  // empty where the plan says none
  std::string clause;
  std::vector<std::string> anchors;
  text::Place place;  // in the plan
  Verdict verdict = Verdict::not_recomputable;
  std::string unit;  // of the numbers below; empty for plain numbers and what is no number
  /// Exact, in the unit (days for dates, ranks for stages, 0 and 1 for yes/no).
  std::optional<exact::Rational> stated, recomputed;
  /// How far what is stated lies above what was recomputed.
  std::optional<exact::Rational> difference;
  FigureWords stated_words, recomputed_words, difference_words;
  /// What it was recomputed from or, where it could not be, what is missing.
  FigureWords from;
};

/// Every figure that the plan states, in its order, then every threshold that it allocates.
std::vector<FigureRow> figure_table(const std::shared_ptr<const ir::Program>& program);

}  // namespace dabiao::check
