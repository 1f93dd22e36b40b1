#include "syntax/arrange.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "dabiao/text/nearest.hpp"
#include "dabiao/text/utf8.hpp"
#include "syntax/attach_units.hpp"
#include "syntax/report.hpp"

namespace dabiao::syntax {
namespace {

/// Whether a statement may end with this token: the next may then be a misspelt keyword.
bool can_end_statement(const Token& token) {
  switch (token.kind) {
    case TokenKind::word: {
      if (!token.is_reserved()) return true;
      switch (token.keyword) {
        case Keyword::each_year:
        case Keyword::each_half:
        case Keyword::each_quarter:
        case Keyword::each_month:
        case Keyword::each_day:
        case Keyword::due:
        case Keyword::yes:
        case Keyword::no:
          return true;
        default:
          return false;
      }
    }
    case TokenKind::symbol:
      switch (token.symbol) {
        case Symbol::close_parenthesis:
        case Symbol::close_bracket:
        case Symbol::close_brace:
        case Symbol::percent:
        case Symbol::range:
        case Symbol::semicolon:
          return true;
        default:
          return false;
      }
    default:
      return true;
  }
}

bool opens(const Token& token) {
  return token.is(Symbol::open_parenthesis) || token.is(Symbol::open_bracket) ||
         token.is(Symbol::open_brace);
}

bool closes(const Token& token) {
  return token.is(Symbol::close_parenthesis) || token.is(Symbol::close_bracket) ||
         token.is(Symbol::close_brace);
}

Symbol closing(Symbol opening) {
  switch (opening) {
    case Symbol::open_parenthesis:
      return Symbol::close_parenthesis;
    case Symbol::open_bracket:
      return Symbol::close_bracket;
    default:
      return Symbol::close_brace;
  }
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
}

bool is_chinese(std::string_view spelling) {
  return !spelling.empty() && static_cast<unsigned char>(spelling.front()) >= 0x80;
}

/// All spellings that may be glued to a name before them, the longest first: comparisons and
/// reserved words of at least two characters.
const std::vector<std::string_view>& glued_spellings() {
  static const std::vector<std::string_view> list = [] {
    std::vector<std::string_view> found;
    const auto add = [&](std::string_view spelling) {
      if (is_chinese(spelling) && text::count_code_points(spelling) >= 2) {
        found.push_back(spelling);
      }
    };
    for (const OperatorSpelling& each : all_operator_spellings()) {
      if (begins_longer_keyword(each.text)) continue;
      add(each.text);
    }
    for (const KeywordRow& row : all_keywords()) {
      if (row.role != Role::reserved) continue;
      add(row.simplified);
      add(row.traditional);
    }
    std::sort(found.begin(), found.end(), [](std::string_view a, std::string_view b) {
      return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    return found;
  }();
  return list;
}

/// The Chinese statement keyword that a word begins with; empty where none does.
std::string_view opener_prefix(std::string_view word) {
  std::string_view longest;
  for (const KeywordRow& row : all_keywords()) {
    if (row.role != Role::opener) continue;
    for (const std::string_view spelling : {row.simplified, row.traditional}) {
      if (text::count_code_points(spelling) < 2 || word.size() <= spelling.size()) continue;
      if (word.starts_with(spelling) && spelling.size() > longest.size()) longest = spelling;
    }
  }
  return longest;
}

class Arranger {
 public:
  Arranger(Tokens& tokens, const Limits& limits, text::Diagnostics& diagnostics)
      : tokens_(tokens),
        limits_(limits),
        diagnostics_(diagnostics),
        report_(diagnostics, limits.diagnostics) {}

  Arranged run() {
    free_names_from_openers();
    declare();
    take_words_apart();
    // A misspelt `unit` declares too.
    if (opener_repaired_) declare();
    split();
    for (StatementTokens& statement : arranged_.statements) nest(statement);
    attach_units(tokens_, arranged_, limits_, diagnostics_);
    return std::move(arranged_);
  }

  Arranged run_expression(std::span<const std::string> units) {
    for (const std::string& unit : units) declare_unit(unit);
    arranged_.statements.push_back({0, tokens_.list.size() - 1});
    nest(arranged_.statements.front());
    attach_units(tokens_, arranged_, limits_, diagnostics_);
    return std::move(arranged_);
  }

 private:
  std::vector<Token>& list() { return tokens_.list; }

  void name_like_keyword(Token& token, const Token& next) {
    // 表1 was cut after the keyword; as a name it is one word.
    Place place = token.place;
    if (next.kind == TokenKind::number && !next.spaced && is_chinese(token.text)) {
      place = text::cover(place, next.place);
    }
    const std::string name(tokens_.source->slice(place));
    report_.add(text::kind("keyword_as_name"), place)
        .with("keyword", std::string(token.text))
        .with("name", name)
        .suggest("`" + name + "`");
    token.keyword = Keyword::none;
    token.text = tokens_.texts.emplace_back(name);
    token.place = place;
  }

  /// A statement keyword where no statement can begin was meant as a name.
  void free_names_from_openers() {
    std::vector<Token>& tokens = list();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      Token& token = tokens[i];
      const bool opener = token.is_opener();
      const bool misplaced = opener && kept > 0 && !can_end_statement(tokens[kept - 1]);
      if (opener) ++openers_;
      // A statement that ends in the air before the next line's keyword is reported by the grammar.
      if (misplaced &&
          !(token.first_on_line && !tokens[kept - 1].is_opener() && begins_like_statement(i))) {
        name_like_keyword(token, tokens[i + 1]);
        const bool merged =
            tokens[i + 1].kind == TokenKind::number && tokens[i + 1].place.end == token.place.end;
        tokens[kept++] = token;
        if (merged) ++i;
        continue;
      }
      if (kept != i) tokens[kept] = token;
      ++kept;
    }
    tokens.resize(kept);
  }

  /// An opener is followed by what its statement begins with.
  bool begins_like_statement(std::size_t i) {
    const Token& next = list()[i + 1];
    return next.kind == TokenKind::quoted || next.kind == TokenKind::word ||
           next.kind == TokenKind::period || next.kind == TokenKind::number;
  }

  /// What is wrong with a declaration is said by the later stages.
  void declare_unit(std::string_view name) {
    if (!name.empty()) arranged_.units.declare(name);
  }

  /// Collects the names that the text declares; units into the unit table.
  void declare() {
    const std::vector<Token>& tokens = list();
    arranged_.names.reserve(openers_);
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (!tokens[i].is_opener()) continue;
      const Keyword opener = tokens[i].keyword;
      if (opener == Keyword::unit) {
        declare_units(i + 1);
        continue;
      }
      if (!tokens[i + 1].is_name()) continue;
      arranged_.names.add(tokens[i + 1].text);
      if (opener != Keyword::stages) continue;
      for (std::size_t k = i + 2; k < tokens.size() && !tokens[k].is_opener(); ++k) {
        if (tokens[k].is_name()) arranged_.names.add(tokens[k].text);
      }
    }
  }

  void declare_units(std::size_t i) {
    const std::vector<Token>& tokens = list();
    bool expected = true;  // at the beginning and after a comma
    for (; i < tokens.size() && tokens[i].kind != TokenKind::end && !tokens[i].is_opener(); ++i) {
      // A name after a name or a label is one before which the comma was forgotten.
      const bool forgotten = !tokens[i].first_on_line &&
                             (tokens[i - 1].is_name() || tokens[i - 1].kind == TokenKind::quoted);
      if ((expected || forgotten) && tokens[i].is_name()) declare_unit(tokens[i].text);
      expected = tokens[i].is(Symbol::comma);
    }
  }

  /// Parts words that were written without a space between them, and repairs misspelt keywords.
  void take_words_apart() {
    int depth = 0;
    Keyword statement = Keyword::none;
    const std::size_t count = list().size();
    for (here_ = 0; here_ < count; ++here_) {
      const Token* const tokens = apart_ ? before_.data() : list().data();
      const Token& token = tokens[here_];
      if (token.is_opener()) {
        statement = token.keyword;
        depth = 0;
      }
      if (opens(token)) ++depth;
      if (closes(token)) --depth;
      // A word that the text declares means what it says; so does one that cannot be mended.
      const bool mendable = token.kind == TokenKind::word && !token.is_reserved() &&
                            !token.backquoted && (token.first_on_line || !is_ascii(token.text)) &&
                            !arranged_.names.contains(token.text);
      if (mendable && (apart_ ? list().size() : here_) < limits_.tokens) {
        const Token& next = tokens[here_ + 1];
        if (depth <= 0 && begins_statement(token, next) &&
            (part_opener(token) || repair_opener(token, next))) {
          statement = list().back().is_opener() ? list().back().keyword : statement;
          continue;
        }
        if (part_comparison(token, statement)) continue;
      }
      if (apart_) list().push_back(token);
    }
    before_ = {};
    apart_ = false;
  }

  /// From the first word that is taken apart on, the tokens go into a new list. Most texts have
  /// none, and stay where they are.
  void begin_apart() {
    if (apart_) return;
    apart_ = true;
    before_.swap(list());
    list().reserve(before_.size());
    list().assign(before_.begin(), before_.begin() + static_cast<std::ptrdiff_t>(here_));
  }

  /// Whether a word stands where a statement keyword may have been meant.
  bool begins_statement(const Token& token, const Token& next) {
    if (!token.first_on_line || token.keyword != Keyword::none) return false;
    const std::size_t stand_before = apart_ ? list().size() : here_;
    if (stand_before > 0 && !can_end_statement(list()[stand_before - 1])) return false;
    if (arranged_.units.is_unit_name(token.text)) return false;
    return next.kind != TokenKind::end;
  }

  /// 指标a: the keyword and the name without a space.
  bool part_opener(const Token& token) {
    const std::string_view opener = opener_prefix(token.text);
    if (opener.empty() || tokens_.source->slice(token.place) != token.text) return false;
    const std::string_view rest = token.text.substr(opener.size());
    Token keyword = token;
    keyword.text = opener;
    keyword.place.end = token.place.begin + static_cast<std::uint32_t>(opener.size());
    const KeywordSpelling found = find_keyword(opener);
    keyword.keyword = found.row->keyword;
    keyword.language = found.language;
    missing_space(token.place, std::string(opener) + " " + std::string(rest));
    begin_apart();
    list().push_back(keyword);
    lex_part(tokens_, {keyword.place.end, token.place.end}, keyword.keyword, limits_, diagnostics_);
    if (list().back().kind == TokenKind::word) arranged_.names.add(list().back().text);
    opener_repaired_ = true;
    return true;
  }

  /// taget x: a keyword with a letter wrong.
  bool repair_opener(const Token& token, const Token& next) {
    const bool named = next.kind == TokenKind::quoted || next.is_name();
    if (!named || next.first_on_line) return false;
    const std::optional<std::string> nearest = nearest_opener(token.text);
    if (!nearest) return false;
    const KeywordSpelling found = find_keyword(*nearest);
    report_.add(text::kind("unknown_statement"), token.place)
        .with("seen", std::string(token.text))
        .with("nearest", *nearest)
        .suggest(*nearest);
    begin_apart();
    Token& keyword = list().emplace_back(token);
    keyword.keyword = found.row->keyword;
    keyword.language = found.language;
    opener_repaired_ = true;
    return true;
  }

  void missing_space(Place place, std::string spaced) {
    report_.add(text::kind("missing_space"), place)
        .with("seen", std::string(tokens_.source->slice(place)))
        .with("spaced", spaced)
        .suggest(spaced);
  }

  /// 护理占比不低于60: a declared name and a comparison without a space.
  bool part_comparison(const Token& token, Keyword statement) {
    const std::string_view word = token.text;
    // Nobody writes longer words than this by leaving a space out.
    constexpr std::size_t longest = 300;
    if (word.size() < 3 || word.size() > longest || tokens_.source->slice(token.place) != word)
      return false;
    for (std::size_t at = text::decode(word, 0).bytes; at < word.size();
         at += text::decode(word, at).bytes) {
      if (static_cast<unsigned char>(word[at]) < 0x80) continue;
      const std::string_view rest = word.substr(at);
      const auto& glued = glued_spellings();
      const auto found = std::find_if(glued.begin(), glued.end(), [&](std::string_view spelling) {
        return rest.starts_with(spelling);
      });
      if (found == glued.end()) continue;
      const std::string name(word.substr(0, at));
      if (!arranged_.names.contains(name) && !arranged_.units.is_unit_name(name)) continue;
      const std::string_view after = rest.substr(found->size());
      const bool spaced = !after.empty() && text::is_letter(text::decode(after, 0).code_point);
      missing_space(token.place,
                    name + " " + std::string(*found) + (spaced ? " " : "") + std::string(after));
      const auto middle = token.place.begin + static_cast<std::uint32_t>(at);
      const auto last = middle + static_cast<std::uint32_t>(found->size());
      Token first = token;
      first.text = word.substr(0, at);
      first.place.end = middle;
      first.keyword = Keyword::none;
      begin_apart();
      list().push_back(first);
      lex_part(tokens_, {middle, last}, statement, limits_, diagnostics_);
      lex_part(tokens_, {last, token.place.end}, statement, limits_, diagnostics_);
      return true;
    }
    return false;
  }

  /// Finds where statements begin, and drops semicolons between them.
  void split() {
    std::vector<Token>& tokens = list();
    std::size_t kept = 0;
    int braces = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const Token& token = tokens[i];
      if (token.is_opener()) braces = 0;
      if (token.is(Symbol::open_brace)) ++braces;
      if (token.is(Symbol::close_brace)) --braces;
      if (token.is(Symbol::semicolon) && braces <= 0) {
        report_.add(text::kind("stray_punctuation"), token.place)
            .with("seen", std::string(tokens_.source->slice(token.place)));
        continue;
      }
      if (kept != i) tokens[kept] = token;
      ++kept;
    }
    tokens.resize(kept);
    arranged_.statements.reserve(openers_);
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      if (tokens[i].is_opener()) {
        if (!arranged_.statements.empty()) arranged_.statements.back().end = i;
        arranged_.statements.push_back({i, tokens.size() - 1});
      } else if (i == 0) {
        text::Diagnostic& diagnostic =
            report_.add(text::kind("statement_expected"), tokens[0].place)
                .with("seen", std::string(tokens_.source->slice(tokens[0].place)));
        for (const KeywordRow& row : all_keywords()) {
          if (row.role == Role::opener) diagnostic.expect(std::string(row.english));
        }
        if (const auto nearest = nearest_opener(tokens[0].text)) diagnostic.suggest(*nearest);
      }
    }
  }

  /// A bracket that is open and what stands in it so far.
  struct Frame {
    std::size_t bracket;
    std::size_t depth;  // of all that is open around it
    std::size_t prefixes = 0, powers = 0, ifs = 0;
  };

  /// Matches the brackets of a statement and counts what stands inside what.
  void nest(StatementTokens& statement) {
    std::vector<Token>& tokens = list();
    std::vector<Frame>& frames = frames_;
    frames.clear();
    frames.push_back({statement.begin, 0});
    for (std::size_t i = statement.begin; i < statement.end; ++i) {
      Token& token = tokens[i];
      Frame& frame = frames.back();
      const bool operand_before = i > statement.begin && ends_operand(tokens[i - 1]);
      if (token.is(Symbol::comma) || token.is(Symbol::semicolon) || token.is(Symbol::colon)) {
        frame.prefixes = frame.powers = frame.ifs = 0;
      } else if (token.is(Keyword::if_)) {
        ++frame.ifs;
      } else if (token.operators.is_none()) {
        // As most tokens are.
      } else if (token.prefix() && !operand_before) {
        ++frame.prefixes;
      } else if (token.infix() && operand_before) {
        const bool right = token.infix()->row->associativity == Associativity::right;
        frame.powers = right ? frame.powers + 1 : 0;
        if (!right) frame.prefixes = 0;
      }
      const std::size_t depth =
          frame.depth + frame.prefixes + frame.powers + frame.ifs + (opens(token) ? 1 : 0);
      if (depth > limits_.nesting) {
        report_.add(text::kind("nested_too_deeply"), token.place)
            .with("limit", std::to_string(limits_.nesting));
        statement.refused = true;
        return;
      }
      if (opens(token)) {
        frames.push_back({i, depth});
      } else if (closes(token) && frames.size() > 1 &&
                 closing(tokens[frames.back().bracket].symbol) == token.symbol) {
        token.partner = static_cast<std::uint32_t>(frames.back().bracket);
        tokens[frames.back().bracket].partner = static_cast<std::uint32_t>(i);
        frames.pop_back();
      }
    }
  }

  static bool ends_operand(const Token& token) {
    switch (token.kind) {
      case TokenKind::word:
        return !token.is_reserved() || token.is(Keyword::due) || token.is(Keyword::yes) ||
               token.is(Keyword::no);
      case TokenKind::symbol:
        return closes(token) || token.is(Symbol::percent);
      default:
        return true;
    }
  }

  Tokens& tokens_;
  const Limits& limits_;
  text::Diagnostics& diagnostics_;
  Report report_;
  Arranged arranged_;
  std::vector<Token> before_;  // the tokens as they were, while some are taken apart
  bool apart_ = false;
  std::size_t here_ = 0;
  bool opener_repaired_ = false;
  std::size_t openers_ = 0;
  std::vector<Frame> frames_;
};

}  // namespace

std::optional<std::string> nearest_opener(std::string_view word) {
  text::Nearest search(word);
  for (const KeywordRow& row : all_keywords()) {
    if (row.role != Role::opener) continue;
    search.consider(row.english);
    if (text::count_code_points(row.simplified) > 1) search.consider(row.simplified);
    if (text::count_code_points(row.traditional) > 1) search.consider(row.traditional);
  }
  return search.name();
}

Arranged arrange(Tokens& tokens, const Limits& limits, text::Diagnostics& diagnostics) {
  return Arranger(tokens, limits, diagnostics).run();
}

Arranged arrange_expression(Tokens& tokens, std::span<const std::string> units,
                            const Limits& limits, text::Diagnostics& diagnostics) {
  return Arranger(tokens, limits, diagnostics).run_expression(units);
}

}  // namespace dabiao::syntax
