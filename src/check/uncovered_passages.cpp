#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "anchor_places.hpp"
#include "countable_marks.hpp"
#include "dabiao/check/source_anchors.hpp"
#include "dabiao/text/utf8.hpp"
#include "wording.hpp"

namespace dabiao::check {

using detail::CountableMark;
using text::Place;

namespace {

using Character = SourceDocument::Character;

/// Where the plan's anchors stand in a document, by place; under their clauses where they do.
std::vector<Place> anchored(const model::Plan& plan, const SourceDocument& document) {
  std::vector<Place> places;
  for (const model::Citation& citation : detail::citations_of(plan)) {
    const std::vector<Place> found = document.find(citation.anchor);
    std::vector<Place> regions;
    if (!citation.clause.empty()) regions = document.regions(citation.clause);
    const bool any_there = std::any_of(
        found.begin(), found.end(), [&](Place place) { return detail::lies_in(place, regions); });
    for (const Place place : found) {
      if (!any_there || detail::lies_in(place, regions)) places.push_back(place);
    }
  }
  std::sort(places.begin(), places.end(), [](Place a, Place b) { return a.begin < b.begin; });
  return places;
}

/// A piece of a sentence between commas, by position in the document's characters.
struct Piece {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<CountableMark> marks;

  bool only_dates() const {
    return std::all_of(marks.begin(), marks.end(), [](const CountableMark& mark) {
      return mark.kind == CountableMark::Kind::date;
    });
  }
};

class Survey {
 public:
  Survey(const model::Plan& plan, const SourceDocument& document)
      : document_(document),
        characters_(document.characters()),
        anchors_(anchored(plan, document)) {
    result_.diagnostics = text::Diagnostics(document.source());
  }

  Coverage run() {
    std::size_t begin = 0;
    if (!document_.headings().empty()) {
      const std::uint32_t first = document_.headings().front().place.begin;
      while (begin < characters_.size() && characters_[begin].begin < first) ++begin;
    }
    while (begin < characters_.size()) {
      std::size_t end = begin;
      while (end < characters_.size() && !ends_sentence(characters_[end].written) &&
             (end == begin || !characters_[end].begins_line)) {
        ++end;
      }
      if (end > begin) sentence(begin, end);
      begin = end == begin || (end < characters_.size() && ends_sentence(characters_[end].written))
                  ? end + 1
                  : end;
    }
    return std::move(result_);
  }

 private:
  static bool ends_sentence(char32_t c) {
    return std::u32string_view(U"。；;！!？?").find(c) != std::u32string_view::npos;
  }

  static bool parts(char32_t c) {
    return std::u32string_view(U"，,、：:").find(c) != std::u32string_view::npos;
  }

  /// The pieces of a sentence that have marks. A date by itself belongs to what follows it.
  std::vector<Piece> pieces(std::size_t begin, std::size_t end) const {
    const auto marks =
        detail::countable_marks({characters_.data() + begin, characters_.data() + end});
    std::vector<Piece> all;
    std::size_t from = begin;
    std::size_t next_mark = 0;
    for (std::size_t at = begin; at <= end; ++at) {
      const bool inside_mark = next_mark < marks.size() && begin + marks[next_mark].begin < at &&
                               at < begin + marks[next_mark].end;
      if (at < end && (inside_mark || !parts(characters_[at].written))) {
        if (next_mark < marks.size() && begin + marks[next_mark].end <= at + 1) ++next_mark;
        continue;
      }
      if (at > from) all.push_back({from, at, {}});
      from = at + 1;
    }
    for (const CountableMark& mark : marks) {
      for (Piece& piece : all) {
        if (begin + mark.begin < piece.begin || begin + mark.begin >= piece.end) continue;
        piece.marks.push_back({mark.kind, begin + mark.begin, begin + mark.end});
      }
    }
    std::vector<Piece> marked;
    bool open = false;  // the last piece has dates only and waits for what follows
    for (Piece& piece : all) {
      if (open) {
        Piece& last = marked.back();
        last.end = piece.end;
        last.marks.insert(last.marks.end(), piece.marks.begin(), piece.marks.end());
        open = last.only_dates() && !piece.marks.empty();
        continue;
      }
      if (piece.marks.empty()) continue;
      open = piece.only_dates();
      marked.push_back(std::move(piece));
    }
    return marked;
  }

  bool is_covered(const Piece& piece) const {
    const std::uint32_t begin = characters_[piece.begin].begin;
    const std::uint32_t end = characters_[piece.end - 1].end;
    return std::any_of(anchors_.begin(), anchors_.end(),
                       [&](Place anchor) { return anchor.begin < end && begin < anchor.end; });
  }

  std::string words(std::size_t begin, std::size_t end) const {
    std::string result;
    for (std::size_t i = begin; i < end; ++i) text::append_utf8(result, characters_[i].written);
    return result;
  }

  void sentence(std::size_t begin, std::size_t end) {
    const std::vector<Piece> marked = pieces(begin, end);
    if (marked.empty()) return;
    // A line that is nothing but a date is where the document was signed.
    const CountableMark& first = marked.front().marks.front();
    const bool is_date = first.kind == CountableMark::Kind::date && first.begin == begin;
    if (is_date && first.end == end) return;
    ++result_.sentences;
    bool all_covered = true;
    for (const Piece& piece : marked) {
      ++result_.passages;
      if (is_covered(piece)) {
        ++result_.covered_passages;
        continue;
      }
      all_covered = false;
      uncovered(piece);
    }
    if (all_covered) ++result_.covered_sentences;
  }

  void uncovered(const Piece& piece) {
    Passage passage;
    passage.place = {characters_[piece.begin].begin, characters_[piece.end - 1].end};
    if (const Heading* heading = document_.heading_of(passage.place)) {
      passage.clause = heading->name();
    }
    passage.words = words(piece.begin, piece.end);
    for (const CountableMark& mark : piece.marks) {
      passage.marks.push_back(words(mark.begin, mark.end));
    }
    text::Diagnostic& diagnostic =
        result_.diagnostics.add(text::kind("passage_not_covered"), passage.place)
            .with("passage", detail::quoted_shortly(passage.words));
    if (!passage.clause.empty()) {
      diagnostic.note("under " + passage.clause, "位于 " + passage.clause);
    }
    result_.uncovered.push_back(std::move(passage));
  }

  const SourceDocument& document_;
  const std::vector<Character>& characters_;
  std::vector<Place> anchors_;
  Coverage result_;
};

}  // namespace

Coverage uncovered_passages(const model::Plan& plan, const SourceDocument& document) {
  return Survey(plan, document).run();
}

}  // namespace dabiao::check
