#include <algorithm>
#include <string>
#include <vector>

#include "dabiao/syntax/keywords.hpp"
#include "dabiao/syntax/operators.hpp"
#include "dabiao/text/nearest.hpp"
#include "dabiao/text/utf8.hpp"
#include "resolver.hpp"

namespace dabiao::model {

namespace {

/// The order in which kinds are listed where one of several was expected.
constexpr Symbol::Kind listed_kinds[] = {
    Symbol::Kind::input, Symbol::Kind::indicator, Symbol::Kind::table,    Symbol::Kind::stage,
    Symbol::Kind::level, Symbol::Kind::group,     Symbol::Kind::grain,    Symbol::Kind::scale,
    Symbol::Kind::unit,  Symbol::Kind::target,    Symbol::Kind::scenario,
};

void expect(text::Diagnostic& diagnostic, Kinds kinds) {
  for (const Symbol::Kind kind : listed_kinds) {
    if (!kinds.contains(kind)) continue;
    Words expected = words(kind);
    diagnostic.expect(std::move(expected.english), std::move(expected.chinese));
  }
}

bool is_chinese_keyword(std::string_view word) {
  if (word.empty() || static_cast<unsigned char>(word.front()) < 0x80) return false;
  return syntax::is_operator(word) || syntax::find_keyword(word).row != nullptr;
}

bool is_digits(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(),
                                      [](char byte) { return byte >= '0' && byte <= '9'; });
}

}  // namespace

text::Diagnostic& Resolver::report(const text::DiagnosticKind& kind, Place place) {
  return diagnostics_.add(kind, place);
}

void Resolver::declare_names() {
  // Puts the thing into its vector and gives its name that meaning.
  const auto add = [&](auto& things, Kind kind, const syntax::Name& name,
                       const std::optional<syntax::Quoted>& label) {
    const auto index = static_cast<std::uint32_t>(things.size());
    auto& thing = things.emplace_back();
    thing.name = name.text;
    thing.place = name.place;
    if (label) thing.label = label->text;
    declare(name, {kind, index, 0});
  };
  plan_.symbols.reserve(ast_->statements.size());
  declarations_.reserve(ast_->statements.size());
  plan_.inputs.reserve(input_statements_.size());
  plan_.indicators.reserve(indicator_statements_.size());
  plan_.targets.reserve(target_statements_);
  std::size_t level = 0;
  ScaleId scale = 0;
  for (const syntax::Statement& statement : ast_->statements) {
    if (const auto* body = std::get_if<syntax::LevelStatement>(&statement.body)) {
      declare(body->name, {Kind::level, level_ids_[level++], 0});
    } else if (const auto* units = std::get_if<syntax::UnitStatement>(&statement.body)) {
      for (const syntax::UnitDeclaration& unit : units->units) {
        if (plan_.units.is_declared(unit.name.text)) declare(unit.name, {Kind::unit, none, 0});
      }
    } else if (const auto* stages = std::get_if<syntax::StagesStatement>(&statement.body)) {
      declare(stages->name, {Kind::scale, scale, 0});
      const Scale& declared = plan_.scales[scale++];
      for (std::size_t rank = 0; rank < declared.stages.size(); ++rank) {
        const std::string& stage = declared.stages[rank];
        const std::vector<Symbol>& alike = plan_.stages[stage];
        if (alike.size() == 1) {
          declare({std::string_view(stage), declared.places[rank]}, alike.front());
        } else if (alike.front().index + 1 == scale) {
          // Which scale is meant is told by what it is compared with.
          declare({std::string_view(stage), declared.places[rank]}, {Kind::stage, none, 0});
        }
      }
    } else if (const auto* input = std::get_if<syntax::InputStatement>(&statement.body)) {
      add(plan_.inputs, Kind::input, input->head.name, input->head.label);
    } else if (const auto* indicator = std::get_if<syntax::IndicatorStatement>(&statement.body)) {
      add(plan_.indicators, Kind::indicator, indicator->head.name, indicator->head.label);
    } else if (const auto* table = std::get_if<syntax::TableStatement>(&statement.body)) {
      add(plan_.tables, Kind::table, table->head.name, table->head.label);
    } else if (const auto* target = std::get_if<syntax::TargetStatement>(&statement.body)) {
      add(plan_.targets, Kind::target, target->name, target->label);
    } else if (const auto* group = std::get_if<syntax::GroupStatement>(&statement.body)) {
      add(plan_.groups, Kind::group, group->name, group->label);
    } else if (const auto* scenario = std::get_if<syntax::ScenarioStatement>(&statement.body)) {
      add(plan_.scenarios, Kind::scenario, scenario->name, scenario->label);
    }
  }
  if (level_statements_.empty() && plan_.find(implicit_level_name).kind == Kind::unknown) {
    plan_.symbols.emplace(implicit_level_name, Symbol{Kind::level, 0, 0});
  }
}

void Resolver::declare(const syntax::Name& name, Symbol symbol) {
  if (name.empty()) return;  // the parser has said what is missing
  const auto [known, is_new] = plan_.symbols.emplace(name.text, symbol);
  if (!is_new) {
    if (symbol.kind == Kind::unit && known->second.kind == Kind::unit) return;  // reported before
    Words first = words(known->second.kind);
    text::Diagnostic& diagnostic =
        report(text::kind("duplicate_name"), name.place)
            .with("name", name.text)
            .with("what", std::move(first.english), std::move(first.chinese));
    if (const Place* place = declared_at(name.text)) {
      diagnostic.label(*place, "declared here", "在此声明");
    }
    return;
  }
  declarations_.emplace_back(name.text, name.place);
  if (symbol.kind != Kind::unit && plan_.units.is_unit_name(name.text) &&
      !plan_.units.is_declared(name.text)) {
    Words what = words(symbol.kind);
    report(text::kind("name_is_unit"), name.place)
        .with("name", name.text)
        .with("what", std::move(what.english), std::move(what.chinese));
  }
}

const Place* Resolver::declared_at(std::string_view name) {
  for (std::size_t i = declared_at_.size(); i < declarations_.size(); ++i) {
    declared_at_.emplace(declarations_[i].first, declarations_[i].second);
  }
  const auto found = declared_at_.find(name);
  return found == declared_at_.end() ? nullptr : &found->second;
}

Symbol Resolver::find(const syntax::Name& name, Kinds kinds) {
  return find(name.text, name.place, kinds);
}

Symbol Resolver::find(std::string_view name, Place place, Kinds kinds,
                      std::span<const syntax::Keyword> also) {
  if (name.empty()) return {};
  const Symbol symbol = plan_.find(name);
  if (kinds.contains(symbol.kind)) return symbol;
  if (kinds.contains(Kind::grain)) {
    if (const auto grain = syntax::grain_word(name)) {
      return {Kind::grain, static_cast<std::uint32_t>(*grain), 0};
    }
  }
  if (symbol.kind != Kind::unknown) {
    report_another_kind(name, place, symbol.kind, kinds);
  } else if (plan_.units.is_unit_name(name)) {
    report_another_kind(name, place, Kind::unit, kinds);
  } else {
    report_unknown(name, place, kinds, also);
  }
  return {};
}

void Resolver::report_another_kind(std::string_view name, Place place, Kind seen, Kinds kinds) {
  Words what = words(seen);
  text::Diagnostic& diagnostic = report(text::kind("name_of_another_kind"), place)
                                     .with("name", std::string(name))
                                     .with("seen", what.english, what.chinese);
  expect(diagnostic, kinds);
  if (const Place* declared = declared_at(name)) {
    diagnostic.label(*declared, "declared here", "在此声明");
  }
  if (seen == Kind::target && kinds.contains(Kind::indicator)) {
    diagnostic.suggest("met(" + std::string(name) + ")");
    diagnostic.note("a target is read by `met(…)` or `attained(…)`",
                    "目标须以 `met(…)` 或 `attained(…)` 读取");
  }
}

namespace {

/// 六十, 百分之六十: a number in Chinese characters.
bool is_numeral(std::string_view name) {
  constexpr std::u32string_view characters = U"零〇一二两兩三四五六七八九十百千万萬亿億分之";
  for (std::size_t at = 0; at < name.size();) {
    const text::Decoded each = text::decode(name, at);
    if (characters.find(each.code_point) == std::u32string_view::npos) return false;
    at += each.bytes;
  }
  return !name.empty();
}

}  // namespace

void Resolver::report_unknown(std::string_view name, Place place, Kinds kinds,
                              std::span<const syntax::Keyword> also) {
  constexpr std::size_t most_further_places = 3;
  const auto [known, is_new] =
      unknown_names_.emplace(std::string(name), Reported{diagnostics_.size(), 0});
  if (!is_new) {
    // One misspelling is one mistake, however often the name is used.
    if (known->second.further++ < most_further_places) {
      diagnostics_.list()[known->second.diagnostic].label(place, "and here", "此处亦然");
    }
    return;
  }
  std::optional<std::string> spaced = with_spaces(name);
  std::optional<std::string> near = spaced ? std::nullopt : nearest_name(name, kinds, also);
  text::Diagnostic& diagnostic =
      report(text::kind("unknown_name"), place).with("name", std::string(name));
  if (spaced) {
    diagnostic.suggest(std::move(*spaced));
    diagnostic.note("a keyword after a name needs a space before it", "名称之后的关键字前须有空格");
  } else if (near) {
    if (const Place* declared = declared_at(*near)) {
      diagnostic.label(*declared, "declared here", "在此声明");
    }
    diagnostic.suggest(std::move(*near));
  } else if (is_numeral(name)) {
    diagnostic.note("a number is written in digits, as in `10`", "数用数字书写,如 `10`");
  } else if (const auto [english, chinese] = names_of(kinds); !english.empty()) {
    diagnostic.note("names that would do: " + english, "可用的名称:" + chinese);
  }
}

Symbol Resolver::find_beside_entities(const syntax::Name& name, Kinds kinds) {
  const std::size_t before = diagnostics_.size();
  const Symbol symbol = find(name, kinds);
  if (symbol.kind != Kind::unknown || diagnostics_.size() == before) return symbol;
  text::Diagnostic& unknown = diagnostics_.list().back();
  if (unknown.kind->name == "unknown_name" && unknown.suggestion.empty()) {
    const std::string quoted = "`\"" + std::string(name.text) + "\"`";
    unknown.note("an entity stands in quotes: " + quoted, "对象写在引号内:" + quoted);
  }
  return symbol;
}

Words Resolver::names_of(Kinds kinds) {
  constexpr std::size_t most = 8;
  if (comparisons_left_ < plan_.symbols.size()) return {};
  comparisons_left_ -= plan_.symbols.size();
  std::vector<std::pair<std::uint32_t, std::string_view>> found;
  for (const auto& [name, symbol] : plan_.symbols) {
    const Place* declared = kinds.contains(symbol.kind) ? declared_at(name) : nullptr;
    if (declared == nullptr) continue;
    if (found.size() == most) return {};
    found.emplace_back(declared->begin, name);
  }
  std::sort(found.begin(), found.end());
  Words names;
  for (const auto& [unused, name] : found) {
    const std::string quoted = "`" + std::string(name) + "`";
    names.english += (names.english.empty() ? "" : ", ") + quoted;
    names.chinese += (names.chinese.empty() ? "" : "、") + quoted;
  }
  return names;
}

std::optional<std::string> Resolver::nearest_name(std::string_view name, Kinds kinds,
                                                  std::span<const syntax::Keyword> also) {
  if (comparisons_left_ < plan_.symbols.size()) return std::nullopt;
  comparisons_left_ -= plan_.symbols.size();
  text::Nearest nearest(name);
  for (const auto& [declared, symbol] : plan_.symbols) {
    if (kinds.contains(symbol.kind)) nearest.consider(declared);
  }
  const auto consider = [&nearest](syntax::Keyword keyword) {
    nearest.consider(syntax::spelled(keyword, syntax::Language::english));
    nearest.consider(syntax::spelled(keyword, syntax::Language::simplified));
  };
  if (kinds.contains(Kind::grain)) {
    for (const calendar::Grain grain :
         {calendar::Grain::year, calendar::Grain::half, calendar::Grain::quarter,
          calendar::Grain::month, calendar::Grain::day}) {
      nearest.consider(syntax::grain_word(grain, syntax::Language::english));
      nearest.consider(syntax::grain_word(grain, syntax::Language::simplified));
    }
  }
  if (kinds.contains(Kind::input) && kinds.contains(Kind::indicator))
    consider(syntax::Keyword::due);
  for (const syntax::Keyword keyword : also) consider(keyword);
  return nearest.name();
}

std::optional<std::string> Resolver::with_spaces(std::string_view name) {
  // Each position is reached by as few parts as possible; the name is whole where its end is.
  constexpr std::size_t most_bytes = 400;
  if (name.size() > most_bytes) return std::nullopt;
  struct Way {
    std::size_t parts = static_cast<std::size_t>(-1);
    std::size_t from = 0;
    bool keyword = false;  // among the parts
    bool name = false;     // that the plan declares, among the parts
  };
  std::vector<Way> ways(name.size() + 1);
  ways[0].parts = 0;
  for (std::size_t begin = 0; begin < name.size(); ++begin) {
    if (ways[begin].parts == static_cast<std::size_t>(-1)) continue;
    for (std::size_t end = begin; end < name.size();) {
      if (comparisons_left_ == 0) return std::nullopt;
      --comparisons_left_;
      end += text::decode(name, end).bytes;
      const std::string_view part = name.substr(begin, end - begin);
      const bool keyword = is_chinese_keyword(part);
      if (!keyword && !is_digits(part) && plan_.find(part).kind == Kind::unknown &&
          !plan_.units.is_unit_name(part)) {
        continue;
      }
      const bool declared = !keyword && !is_digits(part) && plan_.find(part).kind != Kind::unknown;
      const Way way{ways[begin].parts + 1, begin, keyword || ways[begin].keyword,
                    declared || ways[begin].name};
      if (way.parts < ways[end].parts) ways[end] = way;
    }
  }
  // Keywords alone in a row are no sentence: some other name was meant.
  if (ways.back().parts == static_cast<std::size_t>(-1) || !ways.back().keyword ||
      !ways.back().name) {
    std::string shown = syntax::with_space_before_keyword(name);
    const std::size_t space = shown.find(' ');
    if (space == std::string::npos || plan_.find(shown.substr(0, space)).kind == Kind::unknown) {
      return std::nullopt;
    }
    return shown;
  }
  std::string spaced;
  for (std::size_t end = name.size(); end > 0; end = ways[end].from) {
    const std::string_view part = name.substr(ways[end].from, end - ways[end].from);
    const bool unit_of_number = is_digits(part) && !spaced.empty();
    spaced.insert(0, std::string(part) + (spaced.empty() || unit_of_number ? "" : " "));
  }
  return spaced;
}

}  // namespace dabiao::model
