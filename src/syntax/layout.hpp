#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/syntax/ast.hpp"
#include "dabiao/syntax/keywords.hpp"

namespace dabiao::syntax {

/// Text that is printed together, and where it was written.
struct Piece {
  std::string text;
  Keyword clause = Keyword::none;
  std::optional<std::uint32_t> begin;
  std::string before;              // comments on lines of their own, each with its line break
  std::string after;               // a comment behind it
  std::vector<std::string> parts;  // of a list: where its line may be broken
};

/// A statement as it is about to be printed.
struct StatementPieces {
  Piece head;
  std::vector<Piece> rest;  // its clauses or, in braces, its items
  bool in_braces = false;
  bool filled = false;  // short items, as many on a line as it holds
};

/// Pieces with commas between, as many on a line as `width` columns hold.
std::string filled(const std::vector<Piece>& pieces, std::string_view indentation,
                   std::size_t width);

/// Puts statements into lines, one after the other, with the comments of the plan at theirs.
class Layout {
 public:
  Layout(const Ast& ast, std::size_t width) : ast_(ast), width_(width) {}

  /// Adds a statement of the plan, each after the one before it.
  void add(const Statement& statement, StatementPieces pieces);

  /// All of it, with the comments behind the last statement.
  std::string finish();

 private:
  void own_lines(std::uint32_t end);
  void find_places(const Statement& statement, std::vector<Piece>& rest) const;
  void take_comments(const Statement& statement, Piece& head, std::vector<Piece>& rest);
  bool same_line(const Statement& statement, const Comment& comment) const;
  void lay_out(const StatementPieces& pieces);
  std::string in_lines(const Piece& piece, std::string_view indentation,
                       std::string_view further) const;
  bool fits_one_line(const StatementPieces& pieces);
  void one_line(const std::string& line, const std::string& comment);
  void before(const Piece& piece);
  void behind(const Piece& piece);
  void in_braces(const StatementPieces& pieces, bool commented);

  const Ast& ast_;
  std::size_t width_;
  std::string text_;
  std::size_t comment_ = 0;  // the first that is not printed yet
};

}  // namespace dabiao::syntax
