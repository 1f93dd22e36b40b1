#include "syntax/arrange.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "dabiao/exact/rational.hpp"
#include "dabiao/text/nearest.hpp"
#include "dabiao/text/utf8.hpp"
#include "syntax/report.hpp"

namespace dabiao::syntax {
namespace {

/// Whether it sets, adds to or scales what stands before it.
bool is_assignment(const Token& token) {
  return (token.infix() && token.infix()->row->function == "equal") ||
         token.is(Symbol::plus_equals) || token.is(Symbol::times_equals);
}

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
    attach_units();
    return std::move(arranged_);
  }

  Arranged run_expression(std::span<const std::string> units) {
    for (const std::string& unit : units) declare_unit(unit);
    arranged_.statements.push_back({0, tokens_.list.size() - 1});
    nest(arranged_.statements.front());
    attach_units();
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

  // ---- units -----------------------------------------------------------------------------------

  void attach_units() {
    std::vector<Token>& tokens = list();
    std::size_t kept = 0;
    std::size_t statement = 0;
    int parentheses = 0;
    const std::span<StatementTokens> statements(arranged_.statements);
    const std::size_t count = tokens.size();
    for (std::size_t i = 0; i < count; ++i) {
      while (statement < statements.size() && statements[statement].end <= i) {
        statements[statement++].end = kept;
      }
      const bool first = statement < statements.size() && statements[statement].begin == i;
      if (first) statements[statement].begin = kept;
      if (kept != i) tokens[kept] = tokens[i];
      Token& token = tokens[kept];
      std::size_t last = i;
      if (first) parentheses = 0;
      if (token.is(Symbol::open_parenthesis)) ++parentheses;
      if (token.is(Symbol::close_parenthesis)) --parentheses;
      if (token.kind == TokenKind::number) {
        if (parentheses <= 0) last = join_thousands(token, i);
        const Keyword opener = statement < statements.size() && statements[statement].begin <= i
                                   ? tokens[statements[statement].begin].keyword
                                   : Keyword::none;
        last = take_unit(token, last, opener);
      }
      if (token.partner != Token::nowhere) move_partner(tokens, kept);
      ++kept;
      i = last;
    }
    while (statement < statements.size()) statements[statement++].end = kept - 1;
    tokens.resize(kept);
  }

  /// A bracket has moved there; its partner is told.
  static void move_partner(std::vector<Token>& tokens, std::size_t to) {
    // The opening one moves first and is known to the closing one from then on by its new index;
    // the closing one has the same way back.
    tokens[tokens[to].partner].partner = static_cast<std::uint32_t>(to);
  }

  /// 9,688: a number with commas in it, where no list of arguments stands. The index of its last
  /// token.
  std::size_t join_thousands(Token& number, std::size_t i) {
    const std::vector<Token>& tokens = list();
    const auto digits = [](const Token& token) {
      return std::min(token.text.find_first_not_of("0123456789"), token.text.size());
    };
    const bool begins = digits(number) == number.text.size() && number.text.size() <= 3;
    std::string joined(number.text);
    std::size_t last = i;
    while (begins && tokens[last + 1].is(Symbol::comma) && !tokens[last + 1].spaced &&
           tokens[last + 2].kind == TokenKind::number && !tokens[last + 2].spaced &&
           digits(tokens[last + 2]) == 3 && joined.size() < limits_.number_digits &&
           digits(tokens[last]) == tokens[last].text.size()) {
      joined += tokens[last + 2].text;
      last += 2;
    }
    if (last == i) return i;
    number.place = text::cover(number.place, tokens[last].place);
    report_.add(text::kind("thousands_separator"), number.place)
        .with("seen", std::string(tokens_.source->slice(number.place)))
        .with("instead", joined)
        .suggest(joined);
    number.text = tokens_.texts.emplace_back(std::move(joined));
    return last;
  }

  /// Gives the number at `i` its unit; the index of the last token that this takes.
  std::size_t take_unit(Token& number, std::size_t i, Keyword statement) {
    const std::vector<Token>& tokens = list();
    const Token& next = tokens[i + 1];
    if (next.first_on_line) return i;
    const bool word = next.kind == TokenKind::word && !next.is_reserved();
    if (!word && !next.is(Symbol::percent)) return i;
    const std::string& text = tokens_.source->text();
    const std::uint32_t begin = next.place.begin;
    std::size_t bytes = 0;
    if (next.backquoted) {
      if (arranged_.units.is_unit_name(next.text)) bytes = next.place.end - begin;
    } else {
      // A unit is short: what stands far away does not belong to it.
      const std::size_t most = std::min<std::size_t>(text.size() - begin, 512);
      bytes = arranged_.units.longest_unit_prefix(std::string_view(text).substr(begin, most));
    }
    if (bytes == 0) {
      if (!word ||
          meant_otherwise(next, tokens[i + 2 < tokens.size() ? i + 2 : i + 1], statement)) {
        return i;
      }
      return take_unknown_unit(number, i);
    }
    const auto end = begin + static_cast<std::uint32_t>(bytes);
    std::size_t last = i + 1;
    while (tokens[last + 1].kind != TokenKind::end && tokens[last + 1].place.end <= end) ++last;
    give_unit(number, {begin, tokens[last].place.end});
    return unknown_quotient(number, last);
  }

  void give_unit(Token& number, Place place) {
    number.unit_place = place;
    number.unit = plain(tokens_.source->slice(place));
  }

  std::string_view plain(std::string_view slice) {
    if (text::is_plain(slice)) return slice;
    return tokens_.texts.emplace_back(text::normalized(slice));
  }

  /// 36 张/千位: the part after the slash is neither a unit nor a name.
  std::size_t unknown_quotient(Token& number, std::size_t last) {
    const std::vector<Token>& tokens = list();
    const Token& slash = tokens[last + 1];
    if (!slash.infix() || slash.infix()->row->function != "divide" || slash.spaced) return last;
    const Token& word = tokens[last + 2];
    if (!word.is_name() || word.spaced || word.backquoted) return last;
    if (tokens[last + 3].is(Symbol::open_parenthesis)) return last;
    if (arranged_.names.contains(word.text)) return last;
    if (!arranged_.units.is_unit_name(word.text)) unknown_unit(word);
    give_unit(number, text::cover(number.unit_place, word.place));
    return last + 2;
  }

  void unknown_unit(const Token& word) {
    const std::string name(word.text);
    const auto [known, is_new] = unknown_units_.emplace(name, diagnostics_.size());
    if (!is_new && known->second < diagnostics_.size()) {
      // One misspelling is one mistake, however often the unit is used.
      constexpr std::size_t most_labels = 3;
      text::Diagnostic& first = diagnostics_.list()[known->second];
      if (first.labels.size() < most_labels) first.label(word.place, "and here", "此处亦然");
      arranged_.further_mistakes.push_back(word.place.begin);
      return;
    }
    text::Diagnostic& diagnostic =
        report_.add(text::kind("unknown_unit"), word.place).with("name", name);
    if (arranged_.names.contains(name)) {
      diagnostic.note("`" + name + "` is declared as something else; is an operator missing?",
                      "`" + name + "` 已另作声明;是否漏写了运算符");
      return;
    }
    note_on_suffix(diagnostic, name);
    const std::string counted = units::UnitNames::counted(name);
    diagnostic.note("a counted thing is declared: `unit " + counted + "`",
                    "计数单位须先声明:`单位 " + counted + "`");
    // Looking for near names takes time; whoever has this many mistakes needs no more hints.
    constexpr std::size_t most_hints = 50;
    if (report_.is_full() || ++unit_hints_ > most_hints) return;
    const std::optional<std::string> nearest = arranged_.units.nearest(name);
    diagnostic.suggest(nearest ? *nearest : "unit " + counted);
  }

  std::size_t take_unknown_unit(Token& number, std::size_t i) {
    if (magnitude_of_nothing(number, list()[i + 1])) return i + 1;
    unknown_unit(list()[i + 1]);
    give_unit(number, list()[i + 1].place);
    return unknown_quotient(number, i + 1);
  }

  /// 300万 without a unit: a plain number is written out.
  bool magnitude_of_nothing(Token& number, const Token& word) {
    constexpr std::pair<std::string_view, std::int64_t> magnitudes[] = {
        {"百", 100},   {"千", 1000},      {"万", 10000},
        {"萬", 10000}, {"亿", 100000000}, {"億", 100000000}};
    for (const auto& [name, factor] : magnitudes) {
      if (word.text != name || word.backquoted) continue;
      const auto value = exact::Rational::parse(number.text);
      if (!value) return false;
      const auto written_out = (*value * exact::Rational(factor)).to_finite_decimal(20);
      if (!written_out) return false;
      const Place place = text::cover(number.place, word.place);
      report_.add(text::kind("unknown_unit"), place)
          .with("name", std::string(word.text))
          .note("a plain number is written out", "没有单位的数要写全")
          .suggest(*written_out);
      number.text = tokens_.texts.emplace_back(*written_out);
      number.place = place;
      return true;
    }
    return false;
  }

  /// A word after a number that is no unit by its position.
  static bool meant_otherwise(const Token& word, const Token& after, Keyword statement) {
    if (word.backquoted || after.is(Symbol::colon)) return after.is(Symbol::colon);
    // The next of several changes or figures, before which the comma was forgotten.
    const bool lists = statement == Keyword::scenario || statement == Keyword::given;
    if (lists && is_assignment(after)) return true;
    switch (word.keyword) {
      case Keyword::before_day:
      case Keyword::other:
        return true;
      case Keyword::flow:
      case Keyword::stock:
      case Keyword::constant:
        return statement == Keyword::input;
      case Keyword::none:
        return false;
      default:
        return keyword_row(word.keyword).splits_in == statement && statement != Keyword::none;
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
  std::size_t unit_hints_ = 0;
  std::unordered_map<std::string, std::size_t> unknown_units_;  // to the diagnostic
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

void note_on_suffix(text::Diagnostic& diagnostic, std::string_view word) {
  constexpr std::pair<std::string_view, std::string_view> suffixes[] = {
      {"以上", "不低于"}, {"以下", "不超过"}, {"以内", "不超过"}, {"以內", "不超過"}};
  for (const auto& [suffix, comparison] : suffixes) {
    if (!word.ends_with(suffix)) continue;
    const std::string said = std::string(comparison);
    diagnostic.note("`" + std::string(suffix) + "` is said before the number: `" + said + "`",
                    "`" + std::string(suffix) + "`写在数之前:`" + said + "`");
  }
}

Arranged arrange(Tokens& tokens, const Limits& limits, text::Diagnostics& diagnostics) {
  return Arranger(tokens, limits, diagnostics).run();
}

Arranged arrange_expression(Tokens& tokens, std::span<const std::string> units,
                            const Limits& limits, text::Diagnostics& diagnostics) {
  return Arranger(tokens, limits, diagnostics).run_expression(units);
}

}  // namespace dabiao::syntax
