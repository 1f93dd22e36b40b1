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

/// What cites an anchor.
enum class CitedBy : std::uint8_t { target, given, stated, noted };

/// Where words stand in one of the documents.
struct SourcePlace {
  std::size_t document = 0;  // index into the documents that were given
  text::Place place;
};

/// A citation of the plan, looked up.
struct Anchor {
  model::Citation citation;
  CitedBy by = CitedBy::target;
  Standing standing = Standing::not_found;
  /// Where it stands under its clause or, where it does not stand there, anywhere.
  std::vector<SourcePlace> places;
};

struct Anchors {
  std::vector<Anchor> anchors;    // by place in the plan
  text::Diagnostics diagnostics;  // about places in the plan
};

/// Looks up every citation of the plan in its documents. Of a plan with mistakes of form, those
/// whose clause is known for certain.
Anchors check_anchors(const model::Plan& plan, std::span<const SourceDocument> documents);

/// A piece of a sentence that promises or claims something countable: it has a number with a unit,
/// a share, a date, a frequency, or words such as 不少于 and 全覆盖.
struct Passage {
  std::size_t document = 0;        // index into the documents that were given
  text::Place place;               // in the document
  std::string clause;              // 二(一)
  std::string words;               // as written, in one line
  std::vector<std::string> marks;  // what makes it one: 36张, 不少于
};

/// How much of its documents a plan accounts for.
struct Coverage {
  std::size_t passages = 0;
  std::size_t by_targets = 0;         // passages that a target cites
  std::size_t by_figures = 0;         // that only givens or stated figures cite
  std::size_t noted = 0;              // that are only noted as no commitment
  std::size_t characters = 0;         // of the documents, without white space
  std::size_t noted_characters = 0;   // of the passages that are only noted
  std::size_t sentences = 0;          // that have passages
  std::size_t covered_sentences = 0;  // all passages of which are accounted for
  std::vector<Passage> uncovered;     // the others
  /// A note for each uncovered passage, about its place in the document, and a warning for each
  /// noted anchor that changes nothing, about its place in the plan.
  text::Diagnostics diagnostics;

  std::size_t covered() const { return by_targets + by_figures + noted; }
  /// The share of passages that are only noted; 0 where there are none.
  exact::Rational noted_share() const { return share(noted, passages); }
  /// The share of the documents' characters that stand in passages which are only noted.
  exact::Rational noted_character_share() const { return share(noted_characters, characters); }

 private:
  static exact::Rational share(std::size_t part, std::size_t whole) {
    if (whole == 0) return 0;
    return exact::Rational(static_cast<std::int64_t>(part), static_cast<std::int64_t>(whole));
  }
};

/// Finds the passages of the documents that the plan neither cites nor notes. Titles of documents,
/// what is in square brackets, ages and lines that are nothing but a date are left out.
///
/// An anchor accounts for the numbers that it touches, not for what stands beside them: each
/// quantity of a passage needs an anchor of its own, each frequency too unless the quantity behind
/// it has one. A passage without quantities needs an anchor somewhere in it. An anchor that stands
/// several times under its clause counts where it stands first, and elsewhere where the passage
/// says the same in the same words.
Coverage check_coverage(const model::Plan& plan, std::span<const SourceDocument> documents);

}  // namespace dabiao::check
