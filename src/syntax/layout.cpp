#include "layout.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "dabiao/text/utf8.hpp"

namespace dabiao::syntax {

std::string filled(const std::vector<Piece>& pieces, std::string_view indentation,
                   std::size_t width) {
  std::string lines;
  std::string line;
  std::size_t used = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::string text = pieces[i].text + (i + 1 < pieces.size() ? "," : "");
    const std::size_t columns = text::display_width(text);
    if (!line.empty() && used + 1 + columns > width) {
      lines += line + '\n';
      line.clear();
    }
    if (line.empty()) {
      line = indentation;
      line += text;
      used = indentation.size() + columns;
    } else {
      line += " " + text;
      used += 1 + columns;
    }
  }
  if (!line.empty()) lines += line + '\n';
  return lines;
}

/// Comments on lines of their own up to a place in the source.
void Layout::own_lines(std::uint32_t end) {
  for (; comment_ < ast_.comments.size(); ++comment_) {
    const Comment& comment = ast_.comments[comment_];
    if (comment.place.begin >= end) return;
    if (comment.blank_before && !text_.empty()) text_ += '\n';
    text_ += '#';
    text_ += comment.text;
    text_ += '\n';
  }
}

std::string Layout::finish() {
  own_lines(std::numeric_limits<std::uint32_t>::max());
  return std::move(text_);
}

void Layout::add(const Statement& statement, StatementPieces pieces) {
  own_lines(statement.place.begin);
  find_places(statement, pieces.rest);
  take_comments(statement, pieces.head, pieces.rest);
  if (statement.blank_before && !text_.empty()) text_ += '\n';
  text_ += pieces.head.before;
  lay_out(pieces);
}

void Layout::find_places(const Statement& statement, std::vector<Piece>& rest) const {
  for (Piece& piece : rest) {
    if (piece.begin) continue;
    for (const ClausePlace& clause_place : statement.clauses) {
      if (clause_place.keyword == piece.clause && piece.clause != Keyword::none) {
        piece.begin = clause_place.place.begin;
      }
    }
  }
}

/// Hands each comment of the statement to the piece before which, or behind which, it stands.
void Layout::take_comments(const Statement& statement, Piece& head, std::vector<Piece>& rest) {
  if (comment_ >= ast_.comments.size()) return;
  std::vector<Piece*> ordered;
  for (Piece& piece : rest) {
    if (piece.begin) ordered.push_back(&piece);
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Piece* a, const Piece* b) { return *a->begin < *b->begin; });
  for (; comment_ < ast_.comments.size(); ++comment_) {
    const Comment& comment = ast_.comments[comment_];
    const bool inside = comment.place.begin < statement.place.end;
    if (!inside && comment.own_line) return;
    if (!inside && !same_line(statement, comment)) return;
    const auto after = std::upper_bound(
        ordered.begin(), ordered.end(), comment.place.begin,
        [](std::uint32_t begin, const Piece* piece) { return begin < *piece->begin; });
    Piece* previous = after == ordered.begin() ? &head : *(after - 1);
    Piece* next = after == ordered.end() ? nullptr : *after;
    if (!comment.own_line) {
      previous->after += (previous->after.empty() ? "#" : " #") + comment.text;
    } else {
      Piece* piece = next ? next : previous;
      piece->before += "#" + comment.text + "\n";
    }
  }
}

/// A comment behind the statement and not on a line of its own is behind its last line, unless
/// another statement stands between.
bool Layout::same_line(const Statement& statement, const Comment& comment) const {
  const auto next = static_cast<std::size_t>(&statement - ast_.statements.data()) + 1;
  return next >= ast_.statements.size() || comment.place.begin < ast_.statements[next].place.begin;
}

void Layout::lay_out(const StatementPieces& pieces) {
  std::size_t comments = pieces.head.after.empty() ? 0 : 1;
  bool broken = false;
  for (const Piece& piece : pieces.rest) {
    if (!piece.after.empty()) ++comments;
    if (!piece.before.empty()) broken = true;
  }
  if (!broken && comments <= 1 && fits_one_line(pieces)) return;
  if (pieces.in_braces) return in_braces(pieces, comments > 0 || broken);
  text_ += in_lines(pieces.head, "", "  ");
  behind(pieces.head);
  for (const Piece& piece : pieces.rest) {
    before(piece);
    text_ += in_lines(piece, "  ", "    ");
    behind(piece);
  }
}

/// A list is broken into lines where it is too long for one.
std::string Layout::in_lines(const Piece& piece, std::string_view indentation,
                             std::string_view further) const {
  std::string text(indentation);
  if (piece.parts.size() < 2 || text::display_width(piece.text) + indentation.size() <= width_) {
    return text + piece.text;
  }
  std::size_t width = indentation.size();
  for (std::size_t i = 0; i < piece.parts.size(); ++i) {
    const std::size_t columns = text::display_width(piece.parts[i]);
    if (i > 0 && width + 1 + columns > width_) {
      text += '\n';
      text += further;
      width = further.size();
    } else if (i > 0) {
      text += ' ';
      ++width;
    }
    text += piece.parts[i];
    width += columns;
  }
  return text;
}

/// Prints the statement on one line, where it fits.
bool Layout::fits_one_line(const StatementPieces& pieces) {
  const std::vector<Piece>& rest = pieces.rest;
  std::string line = pieces.head.text;
  std::string comment = pieces.head.after;
  if (pieces.in_braces) line += rest.empty() ? " {" : " { ";
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (!pieces.in_braces) line += " ";
    line += rest[i].text;
    if (pieces.in_braces && i + 1 < rest.size()) line += ", ";
    comment += rest[i].after;
    if (line.size() > width_ * 4) return false;
  }
  if (pieces.in_braces) line += " }";
  if (!rest.empty() && text::display_width(line) > width_) return false;
  one_line(line, comment);
  return true;
}

void Layout::one_line(const std::string& line, const std::string& comment) {
  text_ += line;
  if (!comment.empty()) text_ += "  " + comment;
  text_ += '\n';
}

void Layout::before(const Piece& piece) {
  std::string_view lines = piece.before;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n') + 1;
    text_ += "  ";
    text_ += lines.substr(0, end);
    lines.remove_prefix(end);
  }
}

void Layout::behind(const Piece& piece) {
  if (!piece.after.empty()) text_ += "  " + piece.after;
  text_ += '\n';
}

void Layout::in_braces(const StatementPieces& pieces, bool commented) {
  const std::vector<Piece>& rest = pieces.rest;
  text_ += pieces.head.text + " {";
  behind(pieces.head);
  if (pieces.filled && !commented) {
    text_ += filled(rest, "  ", width_);
  } else {
    for (std::size_t i = 0; i < rest.size(); ++i) {
      before(rest[i]);
      text_ += "  " + rest[i].text;
      if (i + 1 < rest.size()) text_ += ',';
      behind(rest[i]);
    }
  }
  text_ += "}\n";
}

}  // namespace dabiao::syntax
