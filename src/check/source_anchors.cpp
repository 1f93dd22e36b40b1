#include "dabiao/check/source_anchors.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "anchor_places.hpp"
#include "wording.hpp"

namespace dabiao::check {

using detail::quoted;
using text::kind;
using text::Place;

namespace detail {

std::vector<Quotation> quotations_of(const model::Plan& plan) {
  std::vector<Quotation> quotations;
  const auto add = [&](const std::vector<model::Citation>& cite, CitedBy by) {
    for (const model::Citation& each : cite) quotations.push_back({each, by});
  };
  for (const model::Given& given : plan.givens) add(given.cite, CitedBy::given);
  for (const model::Stated& stated : plan.stated) add(stated.cite, CitedBy::stated);
  for (const model::Target& target : plan.targets) add(target.cite, CitedBy::target);
  for (const model::Noted& noted : plan.noted) add(noted.anchors, CitedBy::noted);
  std::stable_sort(quotations.begin(), quotations.end(),
                   [](const Quotation& a, const Quotation& b) {
                     return a.citation.place.begin < b.citation.place.begin;
                   });
  // The figures of one `given` share its citations.
  quotations.erase(std::unique(quotations.begin(), quotations.end(),
                               [](const Quotation& a, const Quotation& b) {
                                 return a.citation.place == b.citation.place;
                               }),
                   quotations.end());
  return quotations;
}

bool lies_in(Place place, const std::vector<Place>& regions) {
  return std::any_of(regions.begin(), regions.end(), [&](Place region) {
    return region.begin <= place.begin && place.end <= region.end;
  });
}

}  // namespace detail

namespace {

class LookUp {
 public:
  LookUp(const model::Plan& plan, std::span<const SourceDocument> documents)
      : plan_(plan), documents_(documents) {
    result_.diagnostics = text::Diagnostics(plan.source);
  }

  Anchors run() {
    const std::vector<Place> doubtful = doubtful_regions();
    for (const detail::Quotation& each : detail::quotations_of(plan_)) {
      if (!detail::lies_in(each.citation.place, doubtful)) look_up(each);
    }
    return std::move(result_);
  }

 private:
  /// Where a mistake of form may have swallowed the heading of a clause: from there to the next
  /// heading nobody knows under which clause an anchor stands.
  std::vector<Place> doubtful_regions() const {
    std::vector<Place> regions;
    bool doubtful = false;
    for (const syntax::Statement& each : plan_.ast->statements) {
      if (doubtful && std::holds_alternative<syntax::ClauseStatement>(each.body)) {
        regions.back().end = each.place.begin;
        doubtful = false;
      }
      if (each.damaged && !doubtful) {
        regions.push_back({each.place.begin, std::numeric_limits<std::uint32_t>::max()});
        doubtful = true;
      }
    }
    return regions;
  }

  void look_up(const detail::Quotation& quotation) {
    const model::Citation& citation = quotation.citation;
    Anchor anchor;
    anchor.citation = citation;
    anchor.by = quotation.by;
    std::vector<SourcePlace> anywhere, under_clause;
    bool clause_known = citation.clause.empty();
    for (std::size_t i = 0; i < documents_.size(); ++i) {
      std::vector<Place> regions;
      if (!citation.clause.empty()) regions = documents_[i].regions(citation.clause);
      clause_known = clause_known || !regions.empty();
      for (const Place place : documents_[i].find(citation.anchor)) {
        anywhere.push_back({i, place});
        if (citation.clause.empty() || detail::lies_in(place, regions)) {
          under_clause.push_back({i, place});
        }
      }
    }
    if (!clause_known) clause_missing(citation);
    if (anywhere.empty()) {
      anchor.standing = Standing::not_found;
      not_found(citation);
    } else if (!clause_known) {
      anchor.standing = Standing::clause_missing;
      anchor.places = std::move(anywhere);
    } else if (under_clause.empty()) {
      anchor.standing = Standing::under_other_clause;
      anchor.places = std::move(anywhere);
      elsewhere(anchor);
    } else {
      anchor.standing = under_clause.size() == 1 ? Standing::found : Standing::ambiguous;
      anchor.places = std::move(under_clause);
      if (anchor.standing == Standing::ambiguous) ambiguous(anchor);
    }
    result_.anchors.push_back(std::move(anchor));
  }

  /// "yinchuan-2023.txt:25" and the words there.
  std::string where(const SourcePlace& at) const {
    const text::Source& source = *documents_[at.document].source();
    return source.name() + ":" + std::to_string(source.position(at.place.begin).line);
  }

  std::string clause_at(const SourcePlace& at) const {
    const Heading* heading = documents_[at.document].heading_of(at.place);
    return heading == nullptr ? std::string() : heading->name();
  }

  void note_places(text::Diagnostic& diagnostic, const std::vector<SourcePlace>& places) const {
    constexpr std::size_t most = 5;
    std::string list;
    for (std::size_t i = 0; i < places.size() && i < most; ++i) {
      if (!list.empty()) list += ", ";
      list += where(places[i]);
      const std::string clause = clause_at(places[i]);
      if (!clause.empty()) list += " " + clause;
    }
    if (places.size() > most) list += ", …";
    diagnostic.note("it stands at " + list, "位于 " + list);
  }

  void clause_missing(const model::Citation& citation) {
    if (!clauses_missing_.insert(citation.clause).second) return;
    Place place = citation.place;
    for (const model::Clause& clause : plan_.clauses) {
      if (clause.number == citation.clause) place = clause.place;
    }
    result_.diagnostics.add(kind("clause_not_in_source"), place)
        .with("clause", quoted(citation.clause));
  }

  void not_found(const model::Citation& citation) {
    text::Diagnostic& diagnostic = result_.diagnostics.add(kind("anchor_not_found"), citation.place)
                                       .with("anchor", quoted(citation.anchor));
    std::optional<SourceDocument::Likeness> nearest;
    std::size_t document = 0;
    for (std::size_t i = 0; i < documents_.size(); ++i) {
      const SourceDocument::Likeness likeness = documents_[i].most_like(citation.anchor);
      if (likeness.distance * 2 > likeness.length) continue;
      if (nearest && nearest->distance <= likeness.distance) continue;
      nearest = likeness;
      document = i;
    }
    if (!nearest) return;
    const SourcePlace at{document, nearest->place};
    const std::string passage = quoted(documents_[document].source()->slice(nearest->place));
    const std::string clause = clause_at(at);
    const std::string under = clause.empty() ? "" : " " + clause;
    diagnostic.note("the nearest is " + passage + " at " + where(at) + under,
                    "最接近的是 " + passage + ",位于 " + where(at) + under);
    const std::string words = passage.substr(1, passage.size() - 2);
    if (words.find('"') == std::string::npos) diagnostic.suggest("\"" + words + "\"");
  }

  void elsewhere(const Anchor& anchor) {
    std::string seen = clause_at(anchor.places.front());
    Words words{quoted(seen), quoted(seen)};
    if (seen.empty()) words = {"none", "标题之外"};
    text::Diagnostic& diagnostic =
        result_.diagnostics.add(kind("anchor_under_other_clause"), anchor.citation.place)
            .with("anchor", quoted(anchor.citation.anchor))
            .with("clause", quoted(anchor.citation.clause));
    note_places(with(diagnostic, "seen", words), anchor.places);
  }

  void ambiguous(const Anchor& anchor) {
    text::Diagnostic& diagnostic =
        result_.diagnostics.add(kind("anchor_ambiguous"), anchor.citation.place)
            .with("anchor", quoted(anchor.citation.anchor))
            .with("count", std::to_string(anchor.places.size()));
    if (anchor.citation.clause.empty()) {
      diagnostic.with("clause", "no clause in particular", "未指明的条款");
    } else {
      diagnostic.with("clause", quoted(anchor.citation.clause));
    }
    note_places(diagnostic, anchor.places);
  }

  using Words = detail::Words;

  const model::Plan& plan_;
  std::span<const SourceDocument> documents_;
  std::set<std::string> clauses_missing_;
  Anchors result_;
};

}  // namespace

Anchors check_anchors(const model::Plan& plan, std::span<const SourceDocument> documents) {
  return LookUp(plan, documents).run();
}

}  // namespace dabiao::check
