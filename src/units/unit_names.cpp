#include "dabiao/units/unit_names.hpp"

#include <algorithm>

#include "dabiao/text/nearest.hpp"
#include "dabiao/text/utf8.hpp"
#include "known_names.hpp"
#include "unit_tokens.hpp"

namespace dabiao::units {
namespace {

using detail::Split;
using detail::Splits;
using detail::Token;
using detail::token_at;

constexpr int most_nested_parentheses = 32;

/// Finds where the longest unit at the beginning of a text ends.
class UnitScanner {
 public:
  UnitScanner(const UnitNames& names, std::string_view text) : names_(names), text_(text) {}

  /// The end of a product that begins at `offset`; nothing where there is none.
  std::optional<std::size_t> product(std::size_t offset, int depth) const {
    std::optional<std::size_t> end = term(offset, depth);
    while (end) {
      const Token sign = token_at(text_, *end, false);
      if (sign.kind != Token::Kind::divide && sign.kind != Token::Kind::times) break;
      const std::optional<std::size_t> next = term(sign.end, depth);
      if (!next) break;
      end = next;
    }
    return end;
  }

 private:
  std::optional<std::size_t> term(std::size_t offset, int depth) const {
    const Token token = token_at(text_, offset, false);
    std::size_t end = token.end;
    if (token.kind == Token::Kind::open && depth < most_nested_parentheses) {
      const std::optional<std::size_t> inside = product(end, depth + 1);
      if (!inside) return std::nullopt;
      const Token close = token_at(text_, *inside, false);
      if (close.kind != Token::Kind::close) return std::nullopt;
      end = close.end;
    } else if (token.kind != Token::Kind::name || !names_.is_unit_name(slice(text_, token))) {
      return std::nullopt;
    }
    return after_power(end);
  }

  std::size_t after_power(std::size_t offset) const {
    Token token = token_at(text_, offset, false);
    if (token.kind == Token::Kind::superscript) return token.end;
    if (token.kind != Token::Kind::caret) return offset;
    token = token_at(text_, token.end, false);
    if (token.kind == Token::Kind::minus) token = token_at(text_, token.end, false);
    return token.kind == Token::Kind::digits ? token.end : offset;
  }

  const UnitNames& names_;
  std::string_view text_;
};

}  // namespace

void UnitNames::declare(std::string_view name) {
  const text::Plain plain(name);
  if (order_.size() == most || detail::known_unit(plain.text()) != nullptr) return;
  const auto place = static_cast<std::uint32_t>(order_.size());
  if (places_.try_emplace(std::string(plain.text()), place).second) {
    order_.emplace_back(plain.text());
  }
}

std::optional<std::uint32_t> UnitNames::place_of(std::string_view plain) const {
  const auto found = places_.find(plain);
  if (found == places_.end()) return std::nullopt;
  return found->second;
}

bool UnitNames::is_declared(std::string_view name) const {
  return places_.contains(text::Plain(name).text());
}

bool UnitNames::is_unit_name(std::string_view name) const {
  const text::Plain plain(name);
  if (places_.contains(plain.text()) || detail::known_unit(plain.text()) != nullptr) return true;
  const Splits readings(plain.text());
  return std::any_of(readings.begin(), readings.end(), [&](const Split& split) {
    if (places_.contains(split.rest)) return true;
    const detail::Known* known = detail::known_unit(split.rest);
    return known != nullptr && known->takes_magnitude;
  });
}

std::size_t UnitNames::longest_unit_prefix(std::string_view text) const {
  return UnitScanner(*this, text).product(0, 0).value_or(0);
}

std::optional<std::string> UnitNames::nearest(std::string_view name) const {
  const std::string plain = text::normalized(name);
  const auto for_all = [this](auto consider) {
    for (const std::string& declared : order_) consider(declared, true);
    for (const auto& [known, row] : detail::known_by_name()) consider(known, row.takes_magnitude);
  };
  text::Nearest search(plain);
  std::string_view least;  // the shortest magnitude before the name
  for (const Split& split : Splits(plain)) {
    const std::string_view before =
        std::string_view(plain).substr(0, plain.size() - split.rest.size());
    if (least.empty()) least = before;
    // What they have in common must be more than the magnitude: 千人 is not near 千克.
    text::Nearest rest(split.rest);
    for_all([&](std::string_view each, bool takes_magnitude) {
      if (each.starts_with(before)) each.remove_prefix(before.size());
      if (takes_magnitude) rest.consider(each);
    });
    if (rest.name()) search.consider(std::string(before) + *rest.name());
  }
  for_all([&](std::string_view each, bool) {
    if (least.empty() || !each.starts_with(least)) search.consider(each);
  });
  return search.name();
}

std::string UnitNames::counted(std::string_view name) {
  const std::string plain = text::normalized(name);
  std::string_view counted = plain;
  for (const Split& split : Splits(plain)) {
    if (!split.rest.empty()) counted = split.rest;
  }
  return std::string(counted);
}

}  // namespace dabiao::units
