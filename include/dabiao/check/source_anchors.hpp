#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "dabiao/check/source_document.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/diagnostic.hpp"

// Whether the anchors of a plan stand in the document that it encodes, and what of the document
// no anchor covers.
namespace dabiao::check {

/// How an anchor stands in the source.
enum class Standing : std::uint8_t {
  found,               // once under its clause
  ambiguous,           // several times under its clause
  under_other_clause,  // elsewhere only
  clause_missing,      // in the source, which has no such clause
  not_found,
};

/// Where words stand in one of the documents.
struct SourcePlace {
  std::size_t document = 0;  // index into the documents that were given
  text::Place place;
};

/// A citation of the plan, looked up.
struct Anchor {
  model::Citation citation;
  Standing standing = Standing::not_found;
  /// Where it stands under its clause or, where it does not stand there, anywhere.
  std::vector<SourcePlace> places;
};

struct Anchors {
  std::vector<Anchor> anchors;  // those of givens, stated figures and targets, by place in the plan
  text::Diagnostics diagnostics;  // about places in the plan
};

/// Looks up every citation of the plan in its documents.
Anchors check_anchors(const model::Plan& plan, std::span<const SourceDocument> documents);

/// A piece of a sentence that promises or claims something countable: it has a number with a unit,
/// a share, a date, a frequency, or words such as 不少于 and 全覆盖.
struct Passage {
  text::Place place;               // in the document
  std::string clause;              // 二(一)
  std::string words;               // as written, in one line
  std::vector<std::string> marks;  // what makes it one: 36张, 不少于
};

/// How much of a document the plan's anchors cover.
struct Coverage {
  std::size_t passages = 0;
  std::size_t covered_passages = 0;   // in which an anchor lies
  std::size_t sentences = 0;          // that have passages
  std::size_t covered_sentences = 0;  // all passages of which are covered
  std::vector<Passage> uncovered;
  text::Diagnostics diagnostics;  // a note for each, about places in the document

  /// The share of sentences that are covered; 1 where there are none.
  exact::Rational share() const {
    if (sentences == 0) return 1;
    return exact::Rational(static_cast<std::int64_t>(covered_sentences),
                           static_cast<std::int64_t>(sentences));
  }
};

/// Finds the passages of a document that no citation of the plan lies in. Titles of documents,
/// what is in square brackets, ages and what stands before the first heading are left out.
Coverage uncovered_passages(const model::Plan& plan, const SourceDocument& document);

}  // namespace dabiao::check
