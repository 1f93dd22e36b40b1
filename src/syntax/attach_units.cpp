#include "syntax/attach_units.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dabiao/exact/rational.hpp"
#include "dabiao/text/utf8.hpp"
#include "syntax/report.hpp"

namespace dabiao::syntax {
namespace {

/// Whether it sets, adds to or scales what stands before it.
bool is_assignment(const Token& token) {
  return (token.infix() && token.infix()->row->function == "equal") ||
         token.is(Symbol::plus_equals) || token.is(Symbol::times_equals);
}

class UnitAttacher {
 public:
  UnitAttacher(Tokens& tokens, Arranged& arranged, const Limits& limits,
               text::Diagnostics& diagnostics)
      : tokens_(tokens),
        arranged_(arranged),
        limits_(limits),
        diagnostics_(diagnostics),
        report_(diagnostics, limits.diagnostics) {}

  void run() {
    std::vector<Token>& tokens = tokens_.list;
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

 private:
  /// A bracket has moved there; its partner is told.
  static void move_partner(std::vector<Token>& tokens, std::size_t to) {
    // The opening one moves first and is known to the closing one from then on by its new index;
    // the closing one has the same way back.
    tokens[tokens[to].partner].partner = static_cast<std::uint32_t>(to);
  }

  /// 9,688: a number with commas in it, where no list of arguments stands. The index of its last
  /// token.
  std::size_t join_thousands(Token& number, std::size_t i) {
    const std::vector<Token>& tokens = tokens_.list;
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
    const std::vector<Token>& tokens = tokens_.list;
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
    const std::vector<Token>& tokens = tokens_.list;
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
    note_on_wording(diagnostic, name);
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
    if (magnitude_of_nothing(number, tokens_.list[i + 1])) return i + 1;
    unknown_unit(tokens_.list[i + 1]);
    give_unit(number, tokens_.list[i + 1].place);
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
  Arranged& arranged_;
  const Limits& limits_;
  text::Diagnostics& diagnostics_;
  Report report_;
  std::size_t unit_hints_ = 0;
  std::unordered_map<std::string, std::size_t> unknown_units_;  // to the diagnostic
};

}  // namespace

void note_on_wording(text::Diagnostic& diagnostic, std::string_view word) {
  constexpr std::pair<std::string_view, std::string_view> suffixes[] = {
      {"以上", "不低于"}, {"以下", "不超过"}, {"以内", "不超过"}, {"以內", "不超過"}};
  for (const auto& [suffix, comparison] : suffixes) {
    if (!word.ends_with(suffix)) continue;
    const std::string said = std::string(comparison);
    diagnostic.note("`" + std::string(suffix) + "` is said before the number: `" + said + "`",
                    "`" + std::string(suffix) + "`写在数之前:`" + said + "`");
  }
  if (word == "between" || word == "介于" || word == "介於") {
    diagnostic.note("a range is written `= 10..20`", "范围写作 `= 10..20`");
  }
}

void attach_units(Tokens& tokens, Arranged& arranged, const Limits& limits,
                  text::Diagnostics& diagnostics) {
  UnitAttacher(tokens, arranged, limits, diagnostics).run();
}

}  // namespace dabiao::syntax
