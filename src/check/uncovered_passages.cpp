#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "countable_marks.hpp"
#include "dabiao/check/source_anchors.hpp"
#include "dabiao/text/utf8.hpp"
#include "wording.hpp"

namespace dabiao::check {

using detail::CountableMark;
using text::Place;

namespace {

using Character = SourceDocument::Character;

/// A piece of a sentence between commas, by position in the document's characters.
struct Piece {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::vector<CountableMark> marks;
  std::size_t sentence = 0;

  bool only_dates() const {
    return std::all_of(marks.begin(), marks.end(), [](const CountableMark& mark) {
      return mark.kind == CountableMark::Kind::date;
    });
  }
};

/// The pieces of a document's sentences that have marks.
class Pieces {
 public:
  explicit Pieces(const SourceDocument& document) : characters_(document.characters()) {}

  std::vector<Piece> run() {
    std::size_t begin = 0;
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

  void sentence(std::size_t begin, std::size_t end) {
    std::vector<Piece> marked = pieces(begin, end);
    if (marked.empty()) return;
    // A line that is nothing but a date is where the document was signed.
    const CountableMark& first = marked.front().marks.front();
    const bool is_date = first.kind == CountableMark::Kind::date && first.begin == begin;
    if (is_date && first.end == end) return;
    for (Piece& piece : marked) {
      piece.sentence = sentences_;
      result_.push_back(std::move(piece));
    }
    ++sentences_;
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
      if (at > from) all.push_back({from, at, {}, 0});
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

  const std::vector<Character>& characters_;
  std::size_t sentences_ = 0;
  std::vector<Piece> result_;
};

/// One document, its pieces, and which anchors touch what in them.
class Survey {
 public:
  /// An anchor where it counts.
  struct Touch {
    Place place;
    std::size_t anchor = 0;  // index into Anchors::anchors
  };

  explicit Survey(const SourceDocument& document)
      : document_(document), characters_(document.characters()), pieces_(Pieces(document).run()) {}

  const std::vector<Piece>& pieces() const { return pieces_; }
  std::size_t sentences() const { return pieces_.empty() ? 0 : pieces_.back().sentence + 1; }
  std::size_t characters() const { return characters_.size(); }

  Place place(const Piece& piece) const {
    return {characters_[piece.begin].begin, characters_[piece.end - 1].end};
  }

  /// What all pieces that a place touches say; empty where it touches none.
  std::u32string said_at(Place at) const {
    std::u32string said;
    for (const Piece& piece : pieces_) {
      if (!overlap(place(piece), at)) continue;
      for (std::size_t i = piece.begin; i < piece.end; ++i) said += characters_[i].plain;
    }
    return said;
  }

  void touch(Place at, std::size_t anchor) { touches_.push_back({at, anchor}); }

  std::vector<std::size_t> touching(const Piece& piece) const {
    std::vector<std::size_t> anchors;
    for (const Touch& each : touches_) {
      if (overlap(place(piece), each.place)) anchors.push_back(each.anchor);
    }
    return anchors;
  }

  /// Whether some of the anchors, all but the one left out, account for a piece.
  bool is_covered(const Piece& piece, std::size_t left_out) const {
    bool touched_later = false;
    bool touched = false;
    for (std::size_t i = piece.marks.size(); i-- > 0;) {
      const CountableMark& mark = piece.marks[i];
      const bool here = is_touched(mark.begin, mark.end, left_out);
      switch (mark.kind) {
        case CountableMark::Kind::quantity:
          if (!here) return false;
          touched_later = true;
          break;
        case CountableMark::Kind::frequency:
          if (!here && !touched_later) return false;
          break;
        case CountableMark::Kind::date:
        case CountableMark::Kind::obligation:
          break;
      }
      touched = touched || here;
    }
    return touched || is_touched(piece.begin, piece.end, left_out);
  }

  std::string words(std::size_t begin, std::size_t end) const {
    std::string result;
    for (std::size_t i = begin; i < end; ++i) text::append_utf8(result, characters_[i].written);
    return result;
  }

  Passage passage(const Piece& piece) const {
    Passage passage;
    passage.place = place(piece);
    if (const Heading* heading = document_.heading_of(passage.place)) {
      passage.clause = heading->name();
    }
    passage.words = words(piece.begin, piece.end);
    for (const CountableMark& mark : piece.marks) {
      passage.marks.push_back(words(mark.begin, mark.end));
    }
    return passage;
  }

  const std::shared_ptr<const text::Source>& source() const { return document_.source(); }

 private:
  static bool overlap(Place a, Place b) { return a.begin < b.end && b.begin < a.end; }

  bool is_touched(std::size_t begin, std::size_t end, std::size_t left_out) const {
    const Place at{characters_[begin].begin, characters_[end - 1].end};
    return std::any_of(touches_.begin(), touches_.end(), [&](const Touch& each) {
      return each.anchor != left_out && overlap(each.place, at);
    });
  }

  const SourceDocument& document_;
  const std::vector<Character>& characters_;
  std::vector<Piece> pieces_;
  std::vector<Touch> touches_;
};

class CoverageCheck {
 public:
  CoverageCheck(const model::Plan& plan, std::span<const SourceDocument> documents)
      : anchors_(check_anchors(plan, documents).anchors) {
    for (const SourceDocument& each : documents) surveys_.emplace_back(each);
    result_.diagnostics = text::Diagnostics(plan.source);
  }

  Coverage run() {
    for (std::size_t i = 0; i < anchors_.size(); ++i) place(i);
    std::vector<bool> needed(anchors_.size(), false);
    for (std::size_t i = 0; i < surveys_.size(); ++i) survey(i, needed);
    for (std::size_t i = 0; i < anchors_.size(); ++i) {
      const bool stands = !anchors_[i].places.empty();
      if (anchors_[i].by != CitedBy::noted || needed[i] || !stands) continue;
      result_.diagnostics.add(text::kind("noted_needlessly"), anchors_[i].citation.place)
          .with("anchor", detail::quoted(anchors_[i].citation.anchor));
    }
    return std::move(result_);
  }

 private:
  /// Lets an anchor count where it stands under its clause: at the first passage, and at those
  /// that say the same.
  void place(std::size_t index) {
    const Anchor& anchor = anchors_[index];
    if (anchor.standing == Standing::under_other_clause) return;
    std::u32string said;
    for (const SourcePlace& at : anchor.places) {
      const std::u32string here = surveys_[at.document].said_at(at.place);
      if (here.empty()) continue;
      if (said.empty()) said = here;
      if (here == said) surveys_[at.document].touch(at.place, index);
    }
  }

  void survey(std::size_t document, std::vector<bool>& needed) {
    const Survey& survey = surveys_[document];
    constexpr std::size_t none_left_out = static_cast<std::size_t>(-1);
    std::vector<bool> sound(survey.sentences(), true);
    for (const Piece& piece : survey.pieces()) {
      ++result_.passages;
      bool by_target = false;
      bool by_figure = false;
      for (const std::size_t index : survey.touching(piece)) {
        const CitedBy by = anchors_[index].by;
        by_target = by_target || by == CitedBy::target;
        by_figure = by_figure || by == CitedBy::given || by == CitedBy::stated;
        if (by == CitedBy::noted && !survey.is_covered(piece, index)) needed[index] = true;
      }
      if (!survey.is_covered(piece, none_left_out)) {
        sound[piece.sentence] = false;
        uncovered(document, piece);
      } else if (by_target) {
        ++result_.by_targets;
      } else if (by_figure) {
        ++result_.by_figures;
      } else {
        ++result_.noted;
        result_.noted_characters += piece.end - piece.begin;
      }
    }
    result_.characters += survey.characters();
    result_.sentences += sound.size();
    result_.covered_sentences +=
        static_cast<std::size_t>(std::count(sound.begin(), sound.end(), true));
  }

  void uncovered(std::size_t document, const Piece& piece) {
    Passage passage = surveys_[document].passage(piece);
    passage.document = document;
    text::Diagnostics about(surveys_[document].source());
    text::Diagnostic& diagnostic = about.add(text::kind("passage_not_covered"), passage.place)
                                       .with("passage", detail::quoted_shortly(passage.words));
    if (!passage.clause.empty()) {
      diagnostic.note("under " + passage.clause, "位于 " + passage.clause);
    }
    result_.diagnostics.append(about);
    result_.uncovered.push_back(std::move(passage));
  }

  std::vector<Anchor> anchors_;
  std::vector<Survey> surveys_;
  Coverage result_;
};

}  // namespace

Coverage check_coverage(const model::Plan& plan, std::span<const SourceDocument> documents) {
  return CoverageCheck(plan, documents).run();
}

}  // namespace dabiao::check
