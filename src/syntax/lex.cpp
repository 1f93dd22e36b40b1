#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dabiao/syntax/token.hpp"
#include "dabiao/text/utf8.hpp"
#include "syntax/characters.hpp"
#include "syntax/dates.hpp"
#include "syntax/report.hpp"
#include "syntax/symbols.hpp"
#include "syntax/word_meaning.hpp"

namespace dabiao::syntax {
namespace {

class Lexer {
 public:
  Lexer(Tokens& tokens, const Limits& limits, text::Diagnostics& diagnostics)
      : tokens_(tokens),
        text_(tokens.source->text()),
        limits_(limits),
        report_(diagnostics, limits.diagnostics) {}

  void run(std::size_t begin, std::size_t end, Keyword statement) {
    at_ = begin;
    end_ = end;
    statement_ = statement;
    if (at_ == 0 && look(0).raw == 0xFEFF) at_ += look(0).bytes;
    while (at_ < end_) {
      if (tokens_.list.size() >= limits_.tokens) {
        report_.add(text::kind("too_many_tokens"), here(1))
            .with("limit", std::to_string(limits_.tokens));
        return;
      }
      next();
    }
  }

 private:
  struct Look {
    char32_t raw = 0;
    char32_t plain = 0;
    std::uint32_t bytes = 0;  // 0 at the end
  };

  Look look(std::size_t offset) const {
    if (offset >= end_) return {};
    const auto byte = static_cast<unsigned char>(text_[offset]);
    if (byte < 0x80) return {byte, byte, 1};
    const text::Decoded decoded = text::decode(text_, offset);
    if (offset + decoded.bytes > end_) return {text::replacement_character, 0xFFFD, 1};
    return {decoded.code_point, text::normalized(decoded.code_point), decoded.bytes};
  }

  Place place(std::size_t begin, std::size_t end) const {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }
  Place here(std::size_t bytes) const { return place(at_, std::min(at_ + bytes, end_)); }

  /// The bytes in their plain forms; copied only where that changes them.
  std::string_view plain_text(std::size_t begin, std::size_t end) {
    const std::string_view slice = text_.substr(begin, end - begin);
    if (text::is_plain(slice)) return slice;
    return tokens_.texts.emplace_back(text::normalized(slice));
  }

  Token& add(TokenKind kind, std::size_t begin, std::size_t end) {
    Token& token = tokens_.list.emplace_back();
    token.kind = kind;
    token.place = place(begin, end);
    token.first_on_line = newlines_ > 0;
    token.blank_before = newlines_ > 1;
    token.spaced = spaced_;
    newlines_ = 0;
    spaced_ = false;
    at_ = end;
    return token;
  }

  void next() {
    const Look first = look(at_);
    if (is_space(first.plain)) return space(first);
    if (first.plain == U'#') return comment();
    if (is_digit(first.plain)) return number();
    if (begins_word(first.plain)) return word();
    if (first.plain == U'`') return backquoted(first);
    if (quoted(first)) return;
    if (symbol(first)) return;
    unknown(first);
  }

  void space(Look first) {
    spaced_ = true;
    if (is_newline(first.plain)) {
      if (first.raw == U'\r' && look(at_ + 1).raw == U'\n') ++at_;
      ++newlines_;
    }
    at_ += first.bytes;
    while (at_ < end_ && text_[at_] == ' ') ++at_;
  }

  /// The end of the line that holds `from`; found once per line, so that a long line costs no
  /// more than a short one.
  std::size_t line_end(std::size_t from) {
    if (from < line_from_ || from > line_end_) {
      line_from_ = from;
      line_end_ = from;
      while (line_end_ < end_ && text_[line_end_] != '\n' && text_[line_end_] != '\r') ++line_end_;
    }
    return line_end_;
  }

  void comment() {
    const std::size_t end = line_end(at_);
    std::string_view words = text_.substr(at_ + look(at_).bytes, end - at_ - look(at_).bytes);
    while (!words.empty() && (words.back() == ' ' || words.back() == '\t')) words.remove_suffix(1);
    const bool own_line = newlines_ > 0;
    tokens_.comments.push_back({words, place(at_, end), own_line, newlines_ > 1});
    // A comment on its own line leaves what follows at the beginning of a line.
    newlines_ = 0;
    spaced_ = true;
    at_ = end;
  }

  // ---- numbers and dates ---------------------------------------------------------------------

  std::size_t digits_end(std::size_t from) const {
    for (Look each = look(from); is_digit(each.plain); each = look(from)) from += each.bytes;
    return from;
  }

  void number() {
    const std::size_t begin = at_;
    std::size_t end = digits_end(begin);
    if (period(begin)) return;
    if (look(end).plain == U'.') {
      const std::size_t fraction = end + look(end).bytes;
      if (is_digit(look(fraction).plain)) end = digits_end(fraction);
    }
    std::size_t mantissa_end = end;
    if (const Look e = look(end); e.plain == U'e' || e.plain == U'E') {
      std::size_t exponent = end + e.bytes;
      if (const Look sign = look(exponent); sign.plain == U'+' || sign.plain == U'-') {
        exponent += sign.bytes;
      }
      const std::size_t exponent_end = digits_end(exponent);
      if (exponent_end > exponent && !begins_word(look(exponent_end).plain)) end = exponent_end;
    }
    Token& token = add(TokenKind::number, begin, end);
    token.text = plain_text(begin, end);
    if (size_of_number(token.text, mantissa_end == end) > limits_.number_digits) {
      report_.add(text::kind("number_too_long"), token.place)
          .with("limit", std::to_string(limits_.number_digits));
      token.text = "0";
    }
  }

  /// Digits and the size of the exponent together.
  std::size_t size_of_number(std::string_view digits, bool plain) const {
    if (plain) return digits.size();
    const std::size_t e = digits.find_first_of("eE");
    std::size_t exponent = 0;
    for (const char digit : digits.substr(e + 1)) {
      if (digit < '0' || digit > '9') continue;
      exponent = std::min(exponent * 10 + static_cast<std::size_t>(digit - '0'),
                          limits_.number_digits + 1);
    }
    return e + exponent;
  }

  /// Reads a period that begins at `begin`; false where a number stands there.
  bool period(std::size_t begin) {
    // It begins with the four digits of a year; most numbers have fewer.
    for (std::size_t i = begin; i < begin + 4; ++i) {
      if (i >= end_) return false;
      const auto byte = static_cast<unsigned char>(text_[i]);
      if (byte >= 0x80) break;
      if (!is_digit(byte)) return false;
    }
    const std::size_t end = line_end(begin);
    // No literal is longer than this many bytes, full-width forms included.
    constexpr std::size_t longest = 64;
    std::size_t stop = std::min(end, begin + longest);
    while (stop < end && (static_cast<unsigned char>(text_[stop]) & 0xC0) == 0x80) --stop;
    const DateReading reading = read_date(text_.substr(begin, stop - begin));
    if (reading.bytes == 0) return false;
    Token& token = add(TokenKind::period, begin, begin + reading.bytes);
    token.text = plain_text(begin, begin + reading.bytes);
    token.span = static_cast<std::uint32_t>(tokens_.spans.size());
    tokens_.spans.push_back(reading.span);
    if (!reading.exists) {
      report_.add(text::kind("no_such_date"), token.place).with("date", std::string(token.text));
    } else if (!reading.canonical.empty()) {
      report_.add(text::kind("date_spelling"), token.place)
          .with("date", std::string(token.text))
          .with("instead", reading.canonical)
          .suggest(reading.canonical);
    }
    return true;
  }

  // ---- words ---------------------------------------------------------------------------------

  /// The word that begins at `from`, which is moved behind it; empty where none does.
  std::string_view take_word(std::size_t& from) {
    const std::size_t begin = from;
    while (from < end_ && plain_word[static_cast<unsigned char>(text_[from])]) ++from;
    if (from == end_ || static_cast<unsigned char>(text_[from]) < 0x80) {
      return text_.substr(begin, from - begin);
    }
    for (Look each = look(from); each.bytes > 0 && continues_word(each.plain); each = look(from)) {
      from += each.bytes;
    }
    return plain_text(begin, from);
  }

  void word() {
    const std::size_t begin = at_;
    std::size_t end = begin;
    std::string_view spelling = take_word(end);
    WordMeaning meaning = meaning_of(spelling);
    if (meaning.is_none() && !is_range_word(spelling)) {
      if (const std::size_t shorter = keyword_before_digit(begin, end); shorter != 0) {
        end = shorter;
        spelling = plain_text(begin, end);
        meaning = meaning_of(spelling);
      }
    }
    if (meaning.begins_longer && lengthen(end, spelling)) meaning = meaning_of(spelling);
    Token& token = add(TokenKind::word, begin, end);
    token.text = spelling;
    understand(token, meaning.keyword, meaning.operators);
  }

  /// Where a Chinese keyword that begins the word ends before a digit; 0 where none does.
  std::size_t keyword_before_digit(std::size_t begin, std::size_t end) {
    std::size_t letters = begin;
    Look each = look(letters);
    if (is_latin(each.plain)) return 0;
    while (letters < end && (text::is_letter(each.plain) || text::is_mark(each.plain))) {
      letters += each.bytes;
      each = look(letters);
    }
    if (letters == begin || letters == end || !is_digit(look(letters).plain)) return 0;
    const std::string_view beginning = plain_text(begin, letters);
    if (is_operator(beginning) || is_range_word(beginning)) return letters;
    const KeywordSpelling found = find_keyword(beginning);
    if (!found.row) return 0;
    if (found.row->role != Role::contextual) return letters;
    const bool here = found.row->splits_in != Keyword::none && found.row->splits_in == statement_;
    return here ? letters : 0;
  }

  /// Takes in the words that follow where they make a keyword of several words; whether they do.
  bool lengthen(std::size_t& end, std::string_view& spelling) {
    bool longer = false;
    std::string joined(spelling);
    std::size_t from = end;
    for (int words = 1; words < 3; ++words) {
      std::size_t next = from;
      while (next < end_ && is_space(look(next).plain)) next += look(next).bytes;
      if (next == from) return longer;
      from = next;
      const std::string_view word = take_word(from);
      if (word.empty()) return longer;
      joined += ' ';
      joined += word;
      if (find_keyword(joined).row || is_operator(joined)) {
        end = from;
        spelling = tokens_.texts.emplace_back(joined);
        longer = true;
      }
      if (!begins_longer_keyword(joined)) return longer;
    }
    return longer;
  }

  void understand(Token& token, KeywordSpelling found, OperatorNumbers operators) {
    if (found.row != nullptr) {
      token.keyword = found.row->keyword;
      if (token.is(Keyword::part_of)) token.keyword = Keyword::in;
      token.language = found.language;
      if (found.row->role == Role::opener) statement_ = token.keyword;
    }
    token.operators = operators;
    if (!operators.is_none()) {
      token.kind = TokenKind::symbol;
    } else if (is_range_word(token.text)) {
      token.kind = TokenKind::symbol;
      token.symbol = Symbol::range;
    }
  }

  // ---- quotes --------------------------------------------------------------------------------

  void backquoted(Look first) {
    const std::size_t begin = at_;
    const std::size_t line = line_end(begin);
    std::size_t end = begin + first.bytes;
    while (end < line && look(end).plain != U'`') end += look(end).bytes;
    const bool closed = end < line;
    const std::size_t inner = begin + first.bytes;
    const std::string_view name = text_.substr(inner, end - inner);
    Token& token = add(TokenKind::word, begin, closed ? end + look(end).bytes : line);
    token.text = name;
    token.backquoted = true;
    if (!closed) {
      report_.add(text::kind("unclosed_quote"), token.place).with("quote", "`");
    } else if (name.empty()) {
      report_.add(text::kind("empty_name"), token.place);
    }
  }

  bool quoted(Look first) {
    switch (first.plain) {
      case U'"':
        return plain_quoted(first);
      case U'“':
      case U'”':
        return paired_quoted(first, U'”', "”");
      case U'「':
        return paired_quoted(first, U'」', "」");
      case U'『':
        return paired_quoted(first, U'』', "』");
      case U'\'':
        return single_quoted(first, U'\'');
      case U'‘':
        return single_quoted(first, U'’');
      default:
        return false;
    }
  }

  bool plain_quoted(Look first) {
    const std::size_t begin = at_;
    const std::size_t line = line_end(begin);
    std::size_t end = begin + first.bytes;
    std::string words;  // up to `taken`, from the first escape on
    std::size_t taken = end;
    while (end < line) {
      const auto byte = static_cast<unsigned char>(text_[end]);
      if (byte < 0x80 && byte != '"' && byte != '\\') {
        ++end;
        continue;
      }
      const Look each = look(end);
      if (each.plain == U'"') break;
      if (each.raw == U'\\') {
        const Look next = end + 1 < line ? look(end + 1) : Look{};
        if (next.raw == U'"' || next.raw == U'\\' || next.raw == U'n') {
          words += text_.substr(taken, end - taken);
          words += next.raw == U'n' ? '\n' : static_cast<char>(next.raw);
          end += 2;
          taken = end;
          continue;
        }
      }
      end += each.bytes;
    }
    const std::size_t inner = begin + first.bytes;
    if (taken != inner) words += text_.substr(taken, end - taken);
    add_quoted(begin, inner, end, line, "\"");
    if (taken != inner) tokens_.list.back().text = tokens_.texts.emplace_back(std::move(words));
    return true;
  }

  bool paired_quoted(Look first, char32_t closing, std::string_view closing_text) {
    const std::size_t begin = at_;
    const std::size_t line = line_end(begin);
    const std::size_t inner = begin + first.bytes;
    std::size_t end = inner;
    while (end < line && look(end).raw != closing) end += look(end).bytes;
    add_quoted(begin, inner, end, line, closing_text);
    return true;
  }

  void add_quoted(std::size_t begin, std::size_t inner, std::size_t end, std::size_t line,
                  std::string_view closing) {
    const bool closed = end < line;
    Token& token = add(TokenKind::quoted, begin, closed ? end + look(end).bytes : line);
    token.text = text_.substr(inner, end - inner);
    if (!closed) {
      report_.add(text::kind("unclosed_quote"), token.place).with("quote", std::string(closing));
    }
  }

  bool single_quoted(Look first, char32_t closing) {
    const std::size_t begin = at_;
    const std::size_t line = line_end(begin);
    const std::size_t inner = begin + first.bytes;
    std::size_t end = inner;
    while (end < line && look(end).raw != closing) end += look(end).bytes;
    if (end >= line) return false;
    Token& token = add(TokenKind::quoted, begin, end + look(end).bytes);
    token.text = text_.substr(inner, end - inner);
    report_.add(text::kind("single_quotes"), token.place)
        .suggest("\"" + std::string(token.text) + "\"");
    return true;
  }

  // ---- symbols -------------------------------------------------------------------------------

  /// How many bytes of the text are those characters in plain form; 0 where they are not there.
  std::size_t match(std::u32string_view characters) const {
    std::size_t from = at_;
    for (const char32_t character : characters) {
      const Look each = look(from);
      if (each.bytes == 0 || each.plain != character) return 0;
      from += each.bytes;
    }
    return from - at_;
  }

  void add_symbol(std::size_t bytes, std::string_view spelling, Symbol symbol,
                  OperatorNumbers operators) {
    Token& token = add(TokenKind::symbol, at_, at_ + bytes);
    token.text = spelling;
    token.symbol = symbol;
    token.operators = operators;
  }

  bool symbol(Look first) {
    // `。` is `.` in plain form, which would make a range of two.
    if (first.raw == U'。') return full_stop(first);
    if (stands_alone(first.plain)) return mark(first);
    if (first.plain >= 0x80 || begins_foreign[first.plain]) {
      if (foreign_operator(first)) return true;
    }
    for (const SymbolSpelling& spelling : symbol_spellings().beginning_with(first.plain)) {
      const std::size_t bytes = match(spelling.characters);
      if (bytes == 0) continue;
      add_symbol(bytes, spelling.text, spelling.symbol, spelling.operators);
      return true;
    }
    if (mark(first)) return true;
    if (first.plain == U'.') return full_stop(first);
    return false;
  }

  bool foreign_operator(Look first) {
    for (const ForeignOperator& foreign : foreign_operators) {
      if (foreign.seen.front() != first.plain) continue;
      const std::size_t bytes = match(foreign.seen);
      if (bytes == 0 || foreign_is_known(foreign.seen)) continue;
      report_.add(text::kind("foreign_operator"), here(bytes))
          .with("seen", std::string(text_.substr(at_, bytes)))
          .with("instead", std::string(foreign.instead))
          .suggest(std::string(foreign.instead));
      add_symbol(bytes, foreign.instead, Symbol::none, operators_spelled(foreign.instead));
      return true;
    }
    return false;
  }

  /// A sign of punctuation.
  bool mark(Look first) {
    const PunctuationRow* row = std::end(punctuation);
    if (first.plain >= 0x80) {
      row = std::find_if(std::begin(punctuation), std::end(punctuation),
                         [&](const PunctuationRow& each) { return each.character == first.plain; });
    } else if (punctuation_place[first.plain] != 0) {
      row = &punctuation[punctuation_place[first.plain] - 1];
    }
    if (row == std::end(punctuation)) return false;
    add_symbol(first.bytes, row->text, row->symbol, {});
    return true;
  }

  /// `!` begins `!=`, which is no foreign operator.
  bool foreign_is_known(std::u32string_view seen) const {
    return seen == U"!" && match(U"!=") != 0;
  }

  bool full_stop(Look first) {
    report_.add(text::kind("stray_punctuation"), here(first.bytes))
        .with("seen", std::string(text_.substr(at_, first.bytes)));
    spaced_ = true;
    at_ += first.bytes;
    return true;
  }

  void unknown(Look first) {
    // A run of such characters is one mistake.
    std::size_t end = at_ + first.bytes;
    while (end < end_ && text::decode(text_, end).code_point == text::replacement_character) {
      end += look(end).bytes;
    }
    report_.add(text::kind("unexpected_character"), place(at_, end))
        .with("seen", text::is_invisible(first.raw) || first.raw == text::replacement_character
                          ? code_point_name(first.raw)
                          : std::string(text_.substr(at_, first.bytes)));
    spaced_ = true;
    at_ = end;
  }

  static std::string code_point_name(char32_t character) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string name = "U+";
    for (int shift = character > 0xFFFF ? 20 : 12; shift >= 0; shift -= 4) {
      name += digits[(character >> shift) & 0xF];
    }
    return name;
  }

  Tokens& tokens_;
  std::string_view text_;
  const Limits& limits_;
  Report report_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::size_t line_from_ = 1;  // from here to line_end_ there is no line break
  std::size_t line_end_ = 0;
  std::size_t newlines_ = 1;  // since the last token or comment; the text begins a line
  bool spaced_ = true;
  Keyword statement_ = Keyword::none;
};

}  // namespace

Tokens lex(std::shared_ptr<const text::Source> source, const Limits& limits,
           text::Diagnostics& diagnostics) {
  Tokens tokens;
  tokens.source = std::move(source);
  std::size_t size = tokens.source->text().size();
  if (size > limits.bytes) {
    const auto place = static_cast<std::uint32_t>(std::min<std::size_t>(limits.bytes, 0xfffffffe));
    diagnostics.add(text::kind("text_too_long"), {place, place})
        .with("limit", std::to_string(limits.bytes));
    size = 0;
  }
  // Few plans have more tokens than this for their size.
  tokens.list.reserve(size / 3 + 2);
  Lexer(tokens, limits, diagnostics).run(0, size, Keyword::none);
  Token& end = tokens.list.emplace_back();
  end.place = {static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(size)};
  end.first_on_line = true;
  end.spaced = true;
  return tokens;
}

void lex_part(Tokens& tokens, Place part, Keyword statement, const Limits& limits,
              text::Diagnostics& diagnostics) {
  const std::size_t before = tokens.list.size();
  Lexer(tokens, limits, diagnostics).run(part.begin, part.end, statement);
  if (before < tokens.list.size()) {
    tokens.list[before].first_on_line = false;
    tokens.list[before].blank_before = false;
  }
}

}  // namespace dabiao::syntax
