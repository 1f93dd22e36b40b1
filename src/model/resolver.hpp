#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dabiao/model/plan.hpp"
#include "dabiao/model/resolve.hpp"
#include "dabiao/model/words.hpp"
#include "dabiao/syntax/ast.hpp"
#include "dabiao/syntax/keywords.hpp"
#include "dabiao/text/diagnostic.hpp"

namespace dabiao::model {

/// A set of kinds of names.
class Kinds {
 public:
  constexpr Kinds(std::initializer_list<Symbol::Kind> kinds) {
    for (const Symbol::Kind kind : kinds) bits_ |= bit(kind);
  }
  constexpr bool contains(Symbol::Kind kind) const { return (bits_ & bit(kind)) != 0; }

 private:
  static constexpr std::uint32_t bit(Symbol::Kind kind) {
    return std::uint32_t{1} << static_cast<unsigned>(kind);
  }
  std::uint32_t bits_ = 0;
};

/// Builds a plan from its syntax tree. Its work is divided by what is resolved: names.cpp,
/// levels.cpp, types.cpp (units, scales and heads), literals.cpp, inputs.cpp, tables.cpp (tables,
/// groups and entities), expressions.cpp and targets.cpp (targets, figures, levers, scenarios).
class Resolver {
 public:
  Resolver(std::shared_ptr<const text::Source> source, std::shared_ptr<const syntax::Ast> ast);
  Resolved run();

 private:
  using Kind = Symbol::Kind;
  template <class Statement>
  using Statements = std::vector<std::pair<const Statement*, const syntax::Statement*>>;

  // ---- the file as a whole (resolve.cpp)
  void sort_statements();
  void resolve_plan_statement();
  void resolve_holidays();

  // ---- names (names.cpp)
  /// Gives every declared name its meaning, in the order of the text, and every thing of the plan
  /// that has a head its place in its vector.
  void declare_names();
  /// Gives a name its meaning; a name that already has one keeps that, and the new one is reported.
  void declare(const syntax::Name& name, Symbol symbol);
  /// What a name stands for, which must be one of those kinds; otherwise it is reported once and
  /// the result is unknown.
  Symbol find(const syntax::Name& name, Kinds kinds);
  /// The same where an entity in quotes may stand as well.
  Symbol find_beside_entities(const syntax::Name& name, Kinds kinds);
  /// `also` are words of the language that may stand there too.
  Symbol find(std::string_view name, Place place, Kinds kinds,
              std::span<const syntax::Keyword> also = {});
  [[gnu::cold]] void report_unknown(std::string_view name, Place place, Kinds kinds,
                                    std::span<const syntax::Keyword> also = {});
  [[gnu::cold]] void report_another_kind(std::string_view name, Place place, Kind seen,
                                         Kinds kinds);
  /// The name with the spaces that were forgotten in it, or nothing.
  std::optional<std::string> with_spaces(std::string_view name);
  std::optional<std::string> nearest_name(std::string_view name, Kinds kinds,
                                          std::span<const syntax::Keyword> also);
  /// The names of these kinds in the order of the plan; nothing where they are too many to be read.
  Words names_of(Kinds kinds);
  [[gnu::cold]] text::Diagnostic& report(const text::DiagnosticKind& kind, Place place);

  // ---- levels (levels.cpp)
  /// Brings the levels into order; needs no other name.
  void resolve_levels();
  void resolve_level_units();
  void check_level_parents();

  // ---- units, scales and the types of heads (types.cpp)
  void resolve_units();
  void resolve_scales();
  /// The type that a head names; nothing, with a diagnostic, where there is none.
  std::optional<value::Type> type_of(const syntax::TypeName& name);

  // ---- literals (literals.cpp)
  enum class Bare : std::uint8_t {
    refused,  // a number needs its unit, unless it is of something that has none
    plain,    // where nothing has a dimension, a number without a unit is a plain number
    allowed,  // a number without a unit is in the unit of the head
  };
  /// The value of a literal that should be of that type; nothing, with a diagnostic, where it is
  /// none or does not fit. `unit_of_bare` is the unit of a number written without one.
  std::optional<Literal> literal(ExpressionId id, const value::Type& type, Bare bare,
                                 const units::Unit* unit_of_bare = nullptr);
  /// The value of a literal of whatever type it is itself. Nothing for a stage whose scale cannot
  /// be told.
  std::optional<Literal> free_literal(ExpressionId id);
  [[gnu::cold]] void report_not_a_literal(const syntax::Expression& written);
  /// Whether the parser reported a mistake in the statement that stands there.
  bool is_damaged(Place place) const;
  /// The unit of a number; plain where none is written, nothing where it is unknown (reported).
  std::optional<units::Unit> unit_of(const syntax::Expression& number);
  struct WrittenNumber {
    Rational value;  // in the unit
    units::Unit unit;
    bool bare = true;
  };
  /// A number with its unit, as written; nothing where it is something else (unreported) or its
  /// unit is unknown (reported, and `reported` set).
  std::optional<WrittenNumber> written_number(ExpressionId id, bool& reported);
  /// A number between 0 and 1, 0 left out: 90% or 0.9.
  std::optional<Rational> completeness(ExpressionId id);
  /// A range of that type; an end that is not written is that of `otherwise`.
  std::optional<exact::Interval> range(const syntax::Range& written, const value::Type& type,
                                       const exact::Interval& otherwise);
  /// A whole number of days or months; nothing, with a diagnostic of that kind, where it is none.
  std::optional<std::int64_t> whole_number_of(ExpressionId id, units::BaseDimension base,
                                              const text::DiagnosticKind& kind);

  // ---- inputs (inputs.cpp)
  void resolve_inputs();
  void resolve_input(Input& input, const syntax::InputStatement& statement, bool damaged);
  std::optional<RollUp> roll_up(const syntax::RollUp& written, const Input& input, bool over_parts,
                                InputId& weight, Place& weight_place);

  // ---- tables, groups, entities (tables.cpp)
  void resolve_entities();
  void resolve_groups();
  void resolve_tables();
  void resolve_table(Table& table, const syntax::TableStatement& statement);
  /// Reports an entity that the plan's lists do not hold, or hold several times. The level is
  /// `none` where any will do.
  void check_entity(std::string_view path, Place place, LevelId level);

  // ---- expressions (expressions.cpp)
  void resolve_expression(ExpressionId root);
  void resolve_name(ExpressionId id);
  enum class Context : std::uint8_t { value, of_target, of_aggregate };

  // ---- targets and everything else that stands at cells (targets.cpp)
  /// What a clause gives to the targets below it, resolved once.
  struct Duties {
    std::vector<Party> lead, responsible, cooperating;
    syntax::When when;
    Where where;
  };
  /// What is in force where a statement stands.
  struct InForce {
    std::uint32_t clause = none;
    Duties duties;
  };
  /// Goes through the clauses and what stands under them, in the order of the text.
  void resolve_under_clauses();
  void resolve_clause(const syntax::ClauseStatement& statement, InForce& in_force);
  void resolve_indicators();
  void resolve_target(TargetId id, const syntax::TargetStatement& statement, Place whole,
                      const InForce& in_force);
  void resolve_given(const syntax::GivenStatement& statement, const std::string& clause);
  void resolve_given_item(const syntax::GivenStatement::Item& item, Given given);
  /// Whoever says how many a level has says what they are counted in. Whether that fits.
  bool count_in(const units::Unit& unit, LevelId level, Place place);
  /// A count without a unit of a level that has one.
  void check_counted_plainly();
  void resolve_stated(const syntax::StatedStatement& statement, Place whole,
                      const std::string& clause);
  void resolve_noted(const syntax::NotedStatement& statement, Place whole,
                     const std::string& clause);
  void resolve_levers();
  void resolve_scenarios();
  /// What the statement itself says wins over what is inherited.
  Duties duties(const syntax::Duties& written, const Duties& inherited);
  Where where(const syntax::Where& written);
  /// The top level, where nothing is said.
  static Where at_the_top();
  std::vector<Party> parties(const std::vector<syntax::Party>& written);
  std::vector<Citation> citations(const std::vector<syntax::Citation>& written,
                                  const std::string& clause) const;
  void check_when(const syntax::When& when);
  void resolve_milestones(Target& target, const syntax::TargetStatement& statement);
  /// Reports places below or beside the level at which something is reported.
  void check_place_of(const Where& where, LevelId level, std::string_view name);

  const syntax::Expression& expression(ExpressionId id) const { return ast_->at(id); }

  std::shared_ptr<const text::Source> source_;
  std::shared_ptr<const syntax::Ast> ast_;
  const std::shared_ptr<Plan> resolved_plan_ = std::make_shared<Plan>();
  Plan& plan_ = *resolved_plan_;
  text::Diagnostics diagnostics_;

  Statements<syntax::PlanStatement> plan_statements_;
  Statements<syntax::LevelStatement> level_statements_;
  Statements<syntax::UnitStatement> unit_statements_;
  Statements<syntax::StagesStatement> stages_statements_;
  Statements<syntax::InputStatement> input_statements_;
  Statements<syntax::IndicatorStatement> indicator_statements_;
  Statements<syntax::TableStatement> table_statements_;
  Statements<syntax::GroupStatement> group_statements_;
  Statements<syntax::EntitiesStatement> entities_statements_;
  Statements<syntax::HolidaysStatement> holidays_statements_;
  Statements<syntax::LeverStatement> lever_statements_;
  Statements<syntax::ScenarioStatement> scenario_statements_;
  std::size_t target_statements_ = 0;
  Place window_place_;
  std::vector<LevelId> level_ids_;  // by level statement

  /// Where a name is declared; null where it is not.
  const Place* declared_at(std::string_view name);
  std::vector<std::pair<std::string_view, Place>> declarations_;  // in their order
  std::unordered_map<std::string_view, Place> declared_at_;       // of them, once somebody asks
  struct Reported {
    std::size_t diagnostic = 0;  // index into diagnostics_
    std::size_t further = 0;     // how many more places it was seen at
  };
  std::unordered_map<std::string, Reported> unknown_names_;
  std::unordered_map<std::string, std::size_t> unknown_types_;  // to the diagnostic
  std::size_t comparisons_left_ = 500'000;  // names compared in search of near ones

  // Entities by the last part of their path, per level; the number is that of plan_.entities.
  std::vector<std::unordered_map<std::string, std::vector<std::uint32_t>>> entities_by_name_;
  std::unordered_map<std::string, bool> named_elsewhere_;  // in groups and tables

  std::vector<Context> contexts_;      // by expression
  std::vector<bool> resolved_;         // by expression
  std::vector<ExpressionId> waiting_;  // of `resolve_expression`
  std::unordered_map<std::string, Place> givens_seen_;
  std::vector<std::pair<LevelId, Place>> counted_plainly_;
};

}  // namespace dabiao::model
