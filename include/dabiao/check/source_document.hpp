#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/text/place.hpp"
#include "dabiao/text/source.hpp"

namespace dabiao::check {

/// How a heading is numbered.
enum class Numbering : std::uint8_t {
  annex,            // 附件1
  chapter,          // 第一章, 第一部分
  article,          // 第三条
  chinese,          // 一、
  bracketed,        // (一)
  digit,            // 1. and the rows of a table in an annex
  bracketed_digit,  // (1)
  circled,          // ①
};

/// One step of a clause's number: 二 and (一) of 二(一).
struct ClauseStep {
  Numbering numbering = Numbering::chinese;
  int number = 0;
  bool operator==(const ClauseStep&) const = default;
};

/// A numbered heading of a document and what stands under it.
struct Heading {
  std::vector<ClauseStep> path;  // from the outermost
  std::string title;             // the beginning of its line, after the number
  text::Place place;             // of its line
  text::Place region;            // up to the next heading that is not below it
  std::size_t part = 0;          // documents in one file number their clauses anew

  /// 二(一), 三(三)2, 附件1.
  std::string name() const;
};

/// The text of a document that a plan encodes, prepared for finding passages and clauses in it.
/// Width, spaces, line breaks, the forms of quotes, dashes and brackets are set aside.
class SourceDocument {
 public:
  explicit SourceDocument(std::shared_ptr<const text::Source> source);

  const std::shared_ptr<const text::Source>& source() const { return source_; }
  /// In the order of the text.
  const std::vector<Heading>& headings() const { return headings_; }

  /// Where some words stand, in the order of the text; occurrences do not overlap.
  std::vector<text::Place> find(std::string_view words) const;

  /// The passage most like some words, and in how many characters it differs from them.
  struct Likeness {
    text::Place place;
    std::size_t distance = 0;
    std::size_t length = 0;  // of the words, in characters that matter
  };
  Likeness most_like(std::string_view words) const;

  /// What stands under a clause, by its number (二(一), 二、(一), 第(三)项, 附件1) or, where that
  /// has none, by words of its title. Several where the document numbers its clauses anew; empty
  /// where there is no such clause.
  std::vector<text::Place> regions(std::string_view clause) const;

  /// The innermost heading above a place; null before the first.
  const Heading* heading_of(text::Place place) const;

  /// A character that matters: its plain form, as it was written, and where.
  struct Character {
    char32_t plain = 0;
    char32_t written = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool begins_line = false;
  };
  const std::vector<Character>& characters() const { return characters_; }

 private:
  void read_characters();
  void read_headings();

  std::shared_ptr<const text::Source> source_;
  std::vector<Character> characters_;
  std::u32string plain_;
  std::vector<Heading> headings_;
  std::vector<std::string> part_titles_;  // in plain form
};

/// The steps of a clause's number as people write it; empty where it has none.
std::vector<ClauseStep> clause_steps(std::string_view clause);

}  // namespace dabiao::check
